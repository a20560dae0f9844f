"""spaCy's DocBins of a release: tokens, entities, and every layer as a span group, in shards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redline.core.corpus import SPLITS
from redline.core.document import Record
from redline.core.tokens import english
from redline.publish.tables import Item

SHARD = 5_000
"""Passages of a file."""


class Bins:
    """Writes `<split>-00000.spacy` and on; spans that cut a token are left out, as spaCy cannot hold them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, list[Any]] = {split: [] for split in SPLITS}
        self._shards = dict.fromkeys(SPLITS, 0)

    def __enter__(self) -> "Bins":
        self._folder.mkdir()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for split in SPLITS:
                if self._held[split] or not self._shards[split]:
                    self._write(split)

    def add(self, item: Item) -> None:
        """Adds a document's passages."""
        held = self._held[item.split]
        held += [_doc(record) for record in item.document.records]
        if len(held) >= SHARD:
            self._write(item.split)

    def _write(self, split: str) -> None:
        from spacy.tokens import DocBin

        with _no_plugins():
            made = DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], docs=self._held[split])
        (self._folder / f"{split}-{self._shards[split]:05}.spacy").write_bytes(made.to_bytes())
        self._held[split] = []
        self._shards[split] += 1


@contextmanager
def _no_plugins() -> Iterator[None]:
    """Keeps the serialiser from asking all installed packages for plugins at each span group: half of a build's time."""
    import srsly

    before = srsly.msgpack_encoders.entry_points
    srsly.msgpack_encoders.entry_points = False
    try:
        yield
    finally:
        srsly.msgpack_encoders.entry_points = before


def _doc(record: Record) -> Any:
    """A passage as a spaCy document."""
    from spacy.util import filter_spans

    doc = english().make_doc(record.text)
    doc.user_data = {}
    for layer, spans in sorted(record.by_layer.items()):
        found = [doc.char_span(span.start, span.end, label=span.label, span_id=span.id) for span in spans]
        doc.spans[layer] = [span for span in found if span is not None]
    if "entities" in doc.spans:
        doc.set_ents(filter_spans(list(doc.spans["entities"])))
    return doc
