"""Practice: passages that have gold, each compared with it once the rater has done all layers of it."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.adjudicate.differences import Difference, passages
from redline.core.bare import Texts, nowhere
from redline.core.decoding import of_file
from redline.core.document import Document, Meta, Record, Span
from redline.core.names import checked
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import PRACTICE

GOLD, YOU = "gold", "you"


class Passage(Struct, frozen=True):
    """A passage of gold. `why` maps `layer:words` to the beginning of the ruling or question that decides about them."""

    doc: str
    passage: int
    why: dict[str, str] = {}


class Shown(Struct, frozen=True):
    """One difference: what it is about, the readings of gold and of the rater, and what decides it."""

    kind: str
    layer: str
    names: tuple[str, ...]
    quotes: tuple[str, ...]
    start: int
    gold: Any
    you: Any
    reason: str


class Comparison(Struct, frozen=True):
    """A passage compared with gold: how many spans both have, the ids of the rater's own ones, the spans of gold alone, all differences."""

    agreed: int
    yours: list[str]
    missed: list[Span]
    differences: list[Shown]


class Practice:
    """The passages of a project, in the order in which they are practised, and their gold."""

    def __init__(self, path: Path, gold: Path, taxonomy: Taxonomy, words: Texts = nowhere) -> None:
        """Reads the list of passages; without the file there are none. `words` completes bare records.

        `missing` names the passages of the list that are not in gold; they are left out. Raises RedlineError when the file, or gold of a
        passage, cannot be used.
        """
        listed = of_file(path, list[Passage], "is not a list of passages", "doc, passage and why for each") if path.exists() else []
        found = [(passage, _gold(gold, passage, words)) for passage in listed]
        self.passages = [passage for passage, record in found if record]
        self.gold = [record for _, record in found if record]
        self.missing = [f"passage {passage.passage} of {passage.doc}" for passage, record in found if not record]
        self.taxonomy = taxonomy
        self.texts = {text for layer in taxonomy.layers.values() for text in (*layer.questions, *layer.rulings)}

    def blank(self, rater: str) -> Document:
        """The passages without annotation, as one document."""
        metas = (Meta(PRACTICE, n, 0, self.taxonomy.scheme, {}, rater) for n in range(len(self.gold)))
        return Document(PRACTICE, tuple(_with(r, spans=(), relations=(), meta=meta) for r, meta in zip(self.gold, metas, strict=True)))

    def compared(self, records: list[Record]) -> list[Comparison | None]:
        """Each passage compared with gold, or None while one of its layers is not done."""
        return [self._compared(n, record) if self.done(record) else None for n, record in enumerate(records)]

    def done(self, record: Record) -> bool:
        """Whether all layers of a passage are done."""
        return self.taxonomy.layers.keys() <= record.meta.layers.keys()

    def agreement(self, records: list[Record]) -> dict[str, float | None] | None:
        """Exact F1 with gold by layer, None for a layer without spans; None as long as a passage is not done."""
        from redline.measure import agreement

        if not records or not all(map(self.done, records)):
            return None
        gold = tuple(_with(record, meta=mine.meta) for record, mine in zip(self.gold, records, strict=True))
        raters = {GOLD: {PRACTICE: Document(PRACTICE, gold)}, YOU: {PRACTICE: Document(PRACTICE, tuple(records))}}
        (document,) = agreement.by_document(raters, self.taxonomy)
        return document.layers

    def _compared(self, n: int, record: Record) -> Comparison:
        readings = {GOLD: _with(self.gold[n], meta=record.meta), YOU: record}
        (passage,) = passages({name: Document(PRACTICE, (reading,)) for name, reading in readings.items()}, self.taxonomy)
        differences = [difference for difference in passage.differences if _own(difference)]
        apart = [difference.mentions[0] for difference in differences if difference.kind == "span"]
        return Comparison(
            len(passage.mentions) - len(apart),
            [mention.readings[YOU].id for mention in apart if YOU in mention.readings],
            [mention.readings[GOLD] for mention in apart if GOLD in mention.readings],
            [self._shown(n, difference) for difference in differences],
        )

    def _shown(self, n: int, difference: Difference) -> Shown:
        spans = [mention.readings.get(GOLD) or mention.readings[YOU] for mention in difference.mentions]
        reason = self._text(n, difference) or self._definition(difference, spans[0])
        gold, you = difference.readings[GOLD], difference.readings[YOU]
        quotes = tuple(span.text for span in spans)
        return Shown(difference.kind, spans[0].layer, difference.names, quotes, spans[0].start, gold, you, reason)

    def _text(self, n: int, difference: Difference) -> str:
        """The ruling or question that decides where a span is and what label it has, or nothing."""
        start = self.passages[n].why.get(difference.mentions[0].key) if difference.kind == "span" else None
        return next((text for text in sorted(self.texts) if start and text.startswith(start)), "")

    def _definition(self, difference: Difference, span: Span) -> str:
        """The definition of what a difference turns on: of gold's label, of a relation, or of an attribute and gold's value."""
        layer = self.taxonomy.layers[span.layer]
        if difference.kind == "span":
            return layer.by_label[span.label].definition
        if difference.kind == "relation":
            return layer.by_relation[difference.names[0]].definition
        attribute = layer.by_attribute[difference.names[0]]
        meant = (f"{value.name}: {value.definition}." for value in attribute.values if value.name == difference.readings[GOLD])
        return " ".join([attribute.definition, *meant])


def _own(difference: Difference) -> bool:
    """Whether a difference stays without doubts and without those that only follow from a span which one side does not have."""
    return difference.kind == "span" or (
        difference.kind != "doubt" and all({GOLD, YOU} <= mention.readings.keys() for mention in difference.mentions)
    )


def _gold(folder: Path, passage: Passage, words: Texts) -> Record | None:
    path = folder / f"{checked(passage.doc, 'document')}.jsonl"
    records = jsonl.read_one(path, words).records if path.exists() else ()
    return next((record for record in records if record.meta.passage == passage.passage), None)


def _with(record: Record, **values: Any) -> Record:
    return msgspec.structs.replace(record, **values)
