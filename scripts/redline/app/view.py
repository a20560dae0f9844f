"""What the server sends to the page: the scheme, the list of documents, and a document with the state of its draft."""

from collections.abc import Iterable
from typing import Any

import msgspec

from redline.app import questions
from redline.app.desk import Desk, home
from redline.app.edits import LONGEST
from redline.core.corpus import Entity
from redline.core.document import Record
from redline.core.offsets import grapheme_bounds
from redline.core.taxonomy import Taxonomy
from redline.core.words import words
from redline.drawing import styles
from redline.project import PRACTICE


def start(desk: Desk, keys: Any) -> dict[str, Any]:
    """Everything that does not change while the page is open: rater, layers, entity names, documents, keys, the length of comments."""
    desk.renew()
    return {
        "rater": desk.rater,
        "home": home(desk.project, desk.rater),
        "version": desk.taxonomy.version,
        "layers": [
            {**msgspec.to_builtins(layer), "needs": sorted(desk.reviewer.needs(layer.layer))} for layer in styles.ordered(desk.taxonomy)
        ],
        "entities": entities(desk.entities()),
        "documents": [
            {"doc": doc, "title": source.seed.title, "date": source.seed.date, "genre": source.seed.genre, **desk.progress(doc)}
            for doc, source in desk.sources.items()
        ],
        "keys": keys,
        "longest": LONGEST,
        "practice": len(desk.practice.passages),
        "unpractised": desk.practice.missing,
        "suggest": desk.suggestions.mode,
        "timed": desk.timed,
        "answered": questions.answered(desk, desk.sources),
        "asked": asked.about if (asked := questions.of(desk)) else None,
    }


def entities(rows: Iterable[Entity]) -> list[dict[str, Any]]:
    """The rows of the entity table as the page uses them."""
    return [{"id": e.id, "label": e.label, "names": [e.name, *e.aliases], "code": e.actor_code, "part_of": e.part_of} for e in rows]


def document(desk: Desk, doc: str) -> dict[str, Any]:
    """A document: its passages with words, sentences, characters and cues, its items, version and problems.

    `ignored` are the layers of its journal that are not in the scheme.
    """
    draft = desk.draft(doc)
    passages = [passage(record, desk.taxonomy) for record in draft.document.records]
    if doc == PRACTICE:
        passages = [{**part, **_origin(desk, shown.doc)} for part, shown in zip(passages, desk.practice.passages, strict=True)]
    return {
        "doc": doc,
        "text": draft.text,
        "passages": passages,
        "state": draft.state,
        "ignored": sorted(draft.ignored),
        **progress(desk, doc),
    }


def _origin(desk: Desk, doc: str) -> dict[str, str | None]:
    """The title and date of a document, as far as there is a seed of it."""
    source = desk.sources.get(doc)
    return {"title": source.seed.title, "date": source.seed.date} if source else {"title": doc, "date": None}


def progress(desk: Desk, doc: str) -> dict[str, Any]:
    """What changes with each save: the version, and by passage what the rules find and which layers the file contains.

    In practice also each passage that is done, compared with gold, and at the end the agreement; elsewhere the suggestions that may be
    shown now.
    """
    draft = desk.draft(doc)
    gold = {"compared": desk.compared(), "agreement": desk.agreement()} if doc == PRACTICE else {"suggested": desk.suggestions.shown(draft)}
    return {"version": draft.version, "faults": draft.faults(), "done": draft.done(), **gold}


def passage(record: Record, taxonomy: Taxonomy) -> dict[str, Any]:
    """The text with its parts; all positions are code points."""
    return {
        "text": record.text,
        "sentences": record.sentences,
        "words": words(record.text),
        "characters": grapheme_bounds(record.text),
        "cues": [bounds for layer in taxonomy.layers.values() for bounds in layer.cue_bounds(record.text)],
    }
