"""Records as spaCy documents: tokens, entities, and every layer as a span group."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from redline.core.document import Record
from redline.core.extras import needed
from redline.formats.loss import Loss, loss

if TYPE_CHECKING:
    from spacy.tokens import DocBin

ATTRIBUTES = ["ORTH", "SPACY", "SENT_START", "ENT_IOB", "ENT_TYPE"]
ENTITIES = "entities"
"""The layer of `doc.ents`."""


@cache
def english() -> Any:
    """The blank English pipeline: a tokeniser and nothing else.

    Raises RedlineError where spaCy is not installed.
    """
    with needed("release"):
        import spacy
    return spacy.blank("en")


@contextmanager
def no_plugins() -> Iterator[None]:
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
    with no_plugins():
        for record in records:
            doc = doc_of(record)
            made.add(doc)
            kept = {span.id_ for spans in doc.spans.values() for span in spans}
            cut = [span for span in record.spans if span.id not in kept]
            losses += [loss(record, f"{span.label} `{span.id}`", "its edges cut a token") for span in cut]
    return made, losses


def doc_of(record: Record) -> Any:
    """A passage as a spaCy document: place and layers in `user_data`, sentence starts, a span group for each layer that was done."""
    pipeline = english()
    from spacy.util import filter_spans

    doc = pipeline.make_doc(record.text)
    layers = sorted(layer for layer in record.meta.layers if record.annotated(layer))
    doc.user_data = {"doc": record.meta.doc, "passage": record.meta.passage, "layers": layers}
    starts = {start for start, _ in record.sentences}
    for token in doc:
        token.is_sent_start = token.idx in starts
    for layer in sorted({*layers, *record.by_layer}):
        spans = [doc.char_span(span.start, span.end, label=span.label, span_id=span.id) for span in record.by_layer.get(layer, ())]
        doc.spans[layer] = [span for span in spans if span is not None]
    if ENTITIES in doc.spans:
        doc.set_ents(filter_spans(list(doc.spans[ENTITIES])))
    return doc
