"""Passages as their raters see them, and every difference between the raters.

Raters differ in a mention's span (place, label, or whether it is there), in an attribute, in a relation between two
mentions, or in which mentions are of one act; a span that a rater is unsure of is a doubt, also where all are. Each difference
has an id made of what it is about, so that decisions survive a rerun and another rater only adds differences.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from redline.adjudicate.acts import ACT, Acts
from redline.adjudicate.decisions import identifier
from redline.adjudicate.mentions import UNSURE, Mention, mentions
from redline.core.document import AttributeValue, Bounds, Document, Record, Span
from redline.core.errors import RedlineError
from redline.core.rated import rated
from redline.core.taxonomy import Taxonomy

ABSENT = "absent"


class Difference(Struct, frozen=True):
    """Something to decide: `kind` is span, attribute, relation, acts or doubt; readings are by rater.

    `about` is what its id is made of, in words.
    `sentence` is `[start, end)` of the passage; `names` are the labels, attribute or relation that it turns on.
    """

    id: str
    kind: str
    passage: int
    sentence: Bounds
    mentions: tuple[Mention, ...]
    names: tuple[str, ...]
    readings: dict[str, Any]
    about: str

    @property
    def layer(self) -> str:
        """The layer of its first mention."""
        return self.mentions[0].layer


class Passage:
    """One passage as its raters see it: its mentions, and the relations between them by rater."""

    def __init__(self, readings: Mapping[str, Record], marked: Sequence[Mention], acts: Acts, taxonomy: Taxonomy) -> None:
        self.readings = readings
        self.acts = acts
        self.taxonomy = taxonomy
        self.record = next(iter(readings.values()))
        self.number = self.record.meta.passage
        self.mentions = marked
        self.relations: dict[tuple[str, str, str], list[str]] = {}
        self._ids: dict[str, str] = {}
        self._done: dict[str, dict[str, Record]] = {}
        for rater, record in readings.items():
            key = {mention.readings[rater].id: mention.key for mention in self.mentions if rater in mention.readings}
            for relation in (r for r in record.relations if r.head_id in key and r.child_id in key):
                self.relations.setdefault((key[relation.head_id], relation.label, key[relation.child_id]), []).append(rater)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What is to decide in this passage, in text order."""
        return tuple(self._differences())

    def _differences(self) -> Iterator[Difference]:
        for mention in self.mentions:
            yield from self._span_difference(mention)
            yield from self._attribute_differences(mention)
            yield from self._doubt(mention)
        for (head, label, child), raters in sorted(self.relations.items()):
            asked = self.asked_of_relation(head, child)
            if len(raters) < len(asked):
                said = {rater: rater in raters for rater in asked}
                yield self._difference(f"{head} {label} {child}", "relation", (self.by_key(head), self.by_key(child)), (label,), said)
        for mention in self.mentions:
            act = self.acts.torn_at(self.number, mention.key)
            if act:
                yield self._difference(f"{mention.key} acts", "acts", (mention,), (ACT,), self.acts.partition(act))

    def identifier(self, about: str) -> str:
        """The id of what `about` names in this passage."""
        if about not in self._ids:
            self._ids[about] = identifier(self.record.meta.doc, self.number, about)
        return self._ids[about]

    @cached_property
    def names(self) -> dict[str, str]:
        """Everything that could be decided here, by id: spans, attributes, relations, acts and doubts."""
        names = [f"{mention.key} {part}" for mention in self.mentions for part in ("span", *mention.attributes)]
        names += [" ".join(key) for key in self.relations]
        names += [f"{mention.key} acts" for mention in self.mentions if self.acts.torn_at(self.number, mention.key)]
        names += [f"{mention.key} {UNSURE}" for mention in self.mentions if any(mention.doubts().values())]
        return {self.identifier(about): about for about in names}

    def layers_of(self, mention: Mention) -> set[str]:
        """The layer of a mention; of a helper span those of the relations that lead to it, since it is marked for them alone."""
        layer = mention.layer
        heads = {self.by_key(head).layer for head, _, child in self.relations if child == mention.key}
        return heads if layer in self.taxonomy.served and heads else {layer}

    def _rated(self, layer: str) -> dict[str, Record]:
        if layer not in self._done:
            self._done[layer] = rated(self.readings, layer)
        return self._done[layer]

    def asked(self, mention: Mention) -> list[str]:
        """The raters who did what a mention belongs to, so that no span of theirs means that there is none."""
        layers = self.layers_of(mention)
        return [rater for rater, record in self._rated(mention.layer).items() if any(record.annotated(name) for name in layers)]

    def asked_of_relation(self, head: str, child: str) -> list[str]:
        """The raters who did the layers of both ends of a relation, by the keys of its mentions."""
        head_raters, child_raters = (self._rated(self.by_key(key).layer) for key in (head, child))
        return [rater for rater in head_raters if rater in child_raters]

    def _span_difference(self, mention: Mention) -> Iterator[Difference]:
        said = {rater: _place(mention.readings.get(rater)) for rater in self.asked(mention)}
        if len({str(value) for value in said.values()}) > 1:
            labels = dict.fromkeys(span.label for span in mention.readings.values())
            yield self._difference(f"{mention.key} span", "span", (mention,), tuple(labels), said)

    def _attribute_differences(self, mention: Mention) -> Iterator[Difference]:
        if len(mention.readings) < 2:
            return
        for name in mention.attributes:
            said = {rater: self.attribute(rater, span, name) for rater, span in mention.readings.items()}
            if len({_unordered(value) for value in said.values()}) > 1:
                yield self._difference(f"{mention.key} {name}", "attribute", (mention,), (name,), said)

    def _doubt(self, mention: Mention) -> Iterator[Difference]:
        doubts = mention.doubts()
        if any(doubts.values()):
            yield self._difference(f"{mention.key} {UNSURE}", "doubt", (mention,), (UNSURE,), doubts)

    def attribute(self, rater: str, span: Span, name: str) -> AttributeValue | str:
        """A rater's value of an attribute, acts by the ids that all raters share; `absent` if there is none."""
        value = span.attributes.get(name, ABSENT)
        return self.acts.shared[rater].get(value, value) if name == ACT and isinstance(value, str) else value

    def by_key(self, key: str) -> Mention:
        """The mention of that key."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Mention]:
        return {mention.key: mention for mention in self.mentions}

    def _difference(self, about: str, kind: str, mentions: tuple[Mention, ...], names: tuple[str, ...], said: dict[str, Any]) -> Difference:
        """A difference on mentions; its sentence is that of the first, and as far as the others reach."""
        spans = [span for mention in mentions for span in mention.readings.values()]
        first, last = min(span.start for span in spans), max(span.end for span in spans)
        held = [bounds for bounds in self.record.sentences if bounds[0] < last and first < bounds[1]]
        bounds = (held[0][0], held[-1][1]) if held else (0, len(self.record.text))
        return Difference(self.identifier(about), kind, self.number, bounds, mentions, names, said, about)


def _unordered(value: AttributeValue) -> AttributeValue:
    """A value in which the order of a list does not count: the keys of several targets have none."""
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _place(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"label": span.label, "quote": span.text, "start": span.start}


def passages(readings: Mapping[str, Document], taxonomy: Taxonomy) -> list[Passage]:
    """The passages of a document that several raters rated.

    Raises RedlineError when their texts or sentence bounds differ.
    """
    if len({tuple(record.text for record in document.records) for document in readings.values()}) > 1:
        raise RedlineError(f"{next(iter(readings.values())).id}: the raters' texts differ; needed: the passages of one seed")
    if len({tuple(record.sentences for record in document.records) for document in readings.values()}) > 1:
        raise RedlineError(f"{next(iter(readings.values())).id}: the raters' sentence bounds differ; needed: those of gold")
    rows = [dict(zip(readings, records, strict=True)) for records in zip(*(d.records for d in readings.values()), strict=True)]
    marked = [mentions(row) for row in rows]
    acts = Acts(rows, marked)
    return [Passage(row, mentions, acts, taxonomy) for row, mentions in zip(rows, marked, strict=True)]
