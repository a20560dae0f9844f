"""spaCy's DocBins of a release: tokens, entities, and every layer as a span group, in shards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.core.corpus import SPLITS
from redline.core.document import Record
from redline.core.extras import needed
from redline.formats.loss import Loss, loss
from redline.publish.tables import Item

if TYPE_CHECKING:
    from spacy.tokens import DocBin

ATTRIBUTES = ["ORTH", "SPACY", "SENT_START", "ENT_IOB", "ENT_TYPE"]
SHARD = 5_000
"""Passages of a file."""


@cache
def english() -> Any:
    """The blank English pipeline: a tokeniser and nothing else.

    Raises RedlineError where spaCy is not installed.
    """
    with needed("release"):
        import spacy
    return spacy.blank("en")


class Bins:
    """Writes `<split>-00000.spacy` and on, for each split that has passages. Use as a context.

    `left_out` counts the spans that spaCy cannot have, since they cut a token.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._docs: dict[str, list[Any]] = {split: [] for split in SPLITS}
        self._shards = dict.fromkeys(SPLITS, 0)
        self.left_out = 0

    def __enter__(self) -> "Bins":
        self._folder.mkdir()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for split in SPLITS:
                if self._docs[split]:
                    self._write(split)

    def add(self, item: Item) -> None:
        """Adds a document's passages."""
        for record in item.document.records:
            doc = _doc(record)
            self.left_out += len(record.spans) - sum(map(len, doc.spans.values()))
            self._docs[item.split].append(doc)
        if len(self._docs[item.split]) >= SHARD:
            self._write(item.split)

    def _write(self, split: str) -> None:
        from spacy.tokens import DocBin

        with _no_plugins():
            shard = DocBin(attrs=ATTRIBUTES, store_user_data=True, docs=self._docs[split])
            (self._folder / f"{split}-{self._shards[split]:05}.spacy").write_bytes(shard.to_bytes())
        self._docs[split] = []
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


def docbin(records: Iterable[Record]) -> tuple["DocBin", list[Loss]]:
    """Records as a DocBin, and the spans that cut a token, which spaCy cannot contain."""
    with needed("release"):
        from spacy.tokens import DocBin

    made, losses = DocBin(attrs=ATTRIBUTES, store_user_data=True), []
    with _no_plugins():
        for record in records:
            doc = _doc(record)
            made.add(doc)
            kept = {span.id_ for spans in doc.spans.values() for span in spans}
            cut = [span for span in record.spans if span.id not in kept]
            losses += [loss(record, f"{span.label} `{span.id}`", "it cuts a token") for span in cut]
    return made, losses


def _doc(record: Record) -> Any:
    """A passage as a spaCy document: place and layers in `user_data`, sentence starts, a span group for each layer that was done."""
    from spacy.util import filter_spans

    doc = english().make_doc(record.text)
    layers = sorted(layer for layer in record.meta.layers if record.annotated(layer))
    doc.user_data = {"doc": record.meta.doc, "passage": record.meta.passage, "layers": layers}
    starts = {start for start, _ in record.sentences}
    for token in doc:
        token.is_sent_start = token.idx in starts
    for layer in sorted({*layers, *record.by_layer}):
        spans = [doc.char_span(span.start, span.end, label=span.label, span_id=span.id) for span in record.by_layer.get(layer, ())]
        doc.spans[layer] = [span for span in spans if span is not None]
    if "entities" in doc.spans:
        doc.set_ents(filter_spans(list(doc.spans["entities"])))
    return doc
