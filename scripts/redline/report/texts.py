"""The documents of the report: their texts as HTML, and their spans and relations as data for the script that draws them."""

from typing import Any

import msgspec
from markupsafe import Markup
from msgspec import Struct

from redline.core.corpus import Corpus
from redline.core.document import Document, Record, plain
from redline.core.taxonomy import Taxonomy
from redline.drawing.styles import ordered


class Text(Struct, frozen=True):
    """A document as the page lists it, with the number of its spans."""

    doc: str
    title: str
    genre: str
    split: str
    date: str
    spans: int
    records: tuple[Record, ...]


def section(corpus: Corpus) -> list[Text]:
    """The documents by id."""
    return [_text(corpus.documents[doc], corpus) for doc in sorted(corpus.documents)]


def _text(document: Document, corpus: Corpus) -> Text:
    seed = corpus.sources[document.id].seed if document.id in corpus.sources else None
    spans = sum(len(record.spans) for record in document.records)
    about = (seed.title, seed.genre, seed.date or "no date") if seed else (document.id, "unknown genre", "no date")
    title, genre, date = about
    return Text(document.id, title, genre, corpus.splits.get(document.id, "no split"), date, spans, document.records)


def closed(corpus: Corpus) -> list[str]:
    """The documents with a text that may not be passed on."""
    return [doc for doc in sorted(corpus.documents) if doc in corpus.sources and not corpus.is_open(doc)]


def data(texts: list[Text], taxonomy: Taxonomy) -> Markup:
    """The layers, and the spans and relations of each passage by document, as JSON that no HTML parser takes for markup."""
    value = {
        "layers": [layer.layer for layer in ordered(taxonomy)],
        "documents": {text.doc: [_passage(r) for r in text.records] for text in texts},
    }
    return embedded(value)


def embedded(value: object) -> Markup:
    """A value as JSON that no HTML parser takes for markup."""
    encoded = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    return Markup(encoded)


def _passage(record: Record) -> dict[str, Any]:
    """What is drawn of a record; its text is in the page already."""
    spans = [
        {
            "id": s.id,
            "layer": s.layer,
            "label": s.label,
            "start": s.start,
            "end": s.end,
            "attributes": s.attributes,
            "shown": _shown(s.attributes),
        }
        for s in record.spans
    ]
    return {"n": record.meta.passage, "sentences": record.sentences, "spans": spans, "relations": record.relations}


def _shown(attributes: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {plain(value).replace('_', ' ')}" for name, value in attributes.items())
