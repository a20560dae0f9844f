"""Equal values in many records as one object each, so that records in memory take less of it.

Names, labels, words and attributes come back in every record, and a decoder makes a new object each time.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from msgspec import structs

from redline.core.document import Meta, Record, Span
from redline.formats.item import Item

Value = TypeVar("Value")


class Pool:
    """The values that were seen, each once."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def shared(self, items: Iterable[Item]) -> Iterator[Item]:
        """Equal items, one by one, whose values are those of the pool."""
        for item in items:
            yield structs.replace(item, record=self._record(item.record))

    def _one(self, value: Value, key: object = None) -> Value:
        """The first value that was equal to this one; `key` stands for a value without a hash."""
        found: Value = self._values.setdefault((type(value), value if key is None else key), value)
        return found

    def _record(self, record: Record) -> Record:
        return structs.replace(record, meta=self._meta(record.meta), spans=tuple(map(self._span, record.spans)))

    def _meta(self, meta: Meta) -> Meta:
        layers = self._one(meta.layers, tuple(meta.layers.items()))
        return structs.replace(meta, doc=self._one(meta.doc), scheme=self._one(meta.scheme), layers=layers)

    def _span(self, span: Span) -> Span:
        values = {name: self._one(getattr(span, name)) for name in ("id", "layer", "label", "text", "start", "end")}
        # Written out, attributes in another order or of another type (1, True) are not equal.
        attributes = self._one(span.attributes, repr(span.attributes))
        return structs.replace(span, **values, attributes=attributes, origin=self._one(span.origin, repr(span.origin)))
