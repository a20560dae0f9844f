"""What raters marked, side by side: their spans joined to mentions, and everything that they say differently.

Spans of one layer that raters placed at the same or at overlapping words are one *mention*. Raters differ in a mention's
span (place, label, or whether it is there), in an attribute, in a relation between two mentions, or in which mentions are
of one act. Each difference has an id made of what it is about, and mentions that only a later rater marked are counted
last, so that decisions survive a rerun and another rater only adds differences.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from redline.core.diagnostic import RedlineError
from redline.core.document import AttributeValue, Bounds, Document, Record, Span

ABSENT = "absent"
UNSURE = "unsure"
ACT = "act"


class Mention(Struct):
    """What raters marked at one place: a span per rater who marked it. `key` is unique in its record."""

    key: str
    readings: dict[str, Span]

    def attributes(self) -> list[str]:
        """The attributes that any rater gave, without `unsure`, which is for adjudication alone."""
        return sorted({name for span in self.readings.values() for name in span.attributes} - {UNSURE})


class Difference(Struct, frozen=True):
    """Something that raters say differently: `kind` is span, attribute, relation or acts; readings are by rater.

    `sentence` is `[start, end)` of the passage; `names` are the labels, attribute or relation that it turns on.
    """

    id: str
    kind: str
    passage: int
    sentence: Bounds
    mentions: tuple[Mention, ...]
    names: tuple[str, ...]
    readings: dict[str, Any]


def mentions(readings: Mapping[str, Record]) -> list[Mention]:
    """The mentions of one passage: spans of a layer with equal places and labels first, then those that overlap most."""
    found: list[Mention] = []
    for rater, record in readings.items():
        rest = list(record.spans)
        for loose in (False, True):
            rest = [span for span in rest if not _join(found, rater, span, loose)]
        found += [Mention("", {rater: span}) for span in rest]
    raters = list(readings)
    counts: dict[str, int] = {}
    for mention in sorted(found, key=lambda mention: (raters.index(next(iter(mention.readings))), _place_in_text(mention))):
        span = next(iter(mention.readings.values()))
        stem = f"{span.layer}:{span.text}"
        counts[stem] = counts.get(stem, 0) + 1
        mention.key = stem if counts[stem] == 1 else f"{stem}#{counts[stem]}"
    return sorted(found, key=_place_in_text)


def _place_in_text(mention: Mention) -> tuple[int, int, str, str]:
    return min(order(span) for span in mention.readings.values())


def _join(found: list[Mention], rater: str, span: Span, loose: bool) -> bool:
    """Adds the span to the mention that it fits best, if there is one without a reading of this rater."""
    open_ = [m for m in found if rater not in m.readings and next(iter(m.readings.values())).layer == span.layer]
    fits = [m for m in open_ if any(_fit(span, other, loose) for other in m.readings.values())]
    if not fits:
        return False
    max(fits, key=lambda m: max(_shared(span, other) for other in m.readings.values())).readings[rater] = span
    return True


def _fit(one: Span, other: Span, loose: bool) -> bool:
    return one.overlaps(other) if loose else (one.bounds, one.label) == (other.bounds, other.label)


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def order(span: Span) -> tuple[int, int, str, str]:
    """The sort key of spans: by place, the longer first, then layer and label."""
    return span.start, -span.end, span.layer, span.label


class Passage:
    """One passage as its raters see it: its mentions, and the arrows between them by rater."""

    def __init__(self, readings: Mapping[str, Record], acts: "Acts") -> None:
        self.readings = readings
        self.acts = acts
        self.record = next(iter(readings.values()))
        self.number = self.record.meta.passage
        self.mentions = mentions(readings)
        self.arrows: dict[tuple[str, str, str], list[str]] = {}
        for rater, record in readings.items():
            key = {mention.readings[rater].id: mention.key for mention in self.mentions if rater in mention.readings}
            for relation in (r for r in record.relations if r.head_id in key and r.child_id in key):
                self.arrows.setdefault((key[relation.head_id], relation.label, key[relation.child_id]), []).append(rater)

    def differences(self) -> Iterator[Difference]:
        """What the raters say differently of this passage, in text order."""
        for mention in self.mentions:
            yield from self._span_difference(mention)
            yield from self._attribute_differences(mention)
        for (head, label, child), raters in sorted(self.arrows.items()):
            if len(raters) < len(self.readings):
                said = {rater: rater in raters for rater in self.readings}
                yield self._difference(f"{head} {label} {child}", "relation", (self._by_key(head), self._by_key(child)), (label,), said)
        for mention in self.mentions:
            act = self.acts.torn_at(self.number, mention.key)
            if act:
                yield self._difference(f"{mention.key} acts", "acts", (mention,), (ACT,), self.acts.partition(act))

    def names(self) -> Iterator[str]:
        """The id of everything that could be decided here: spans, attributes and relations."""
        for mention in self.mentions:
            yield f"{self.number} {mention.key} span"
            yield from (f"{self.number} {mention.key} {name}" for name in mention.attributes())
        yield from (f"{self.number} {' '.join(key)}" for key in self.arrows)
        yield from (f"{self.number} {mention.key} acts" for mention in self.mentions if self.acts.torn_at(self.number, mention.key))

    def _span_difference(self, mention: Mention) -> Iterator[Difference]:
        said = {rater: _place(mention.readings.get(rater)) for rater in self.readings}
        if len({str(value) for value in said.values()}) > 1:
            labels = dict.fromkeys(span.label for span in mention.readings.values())
            yield self._difference(f"{mention.key} span", "span", (mention,), tuple(labels), said)

    def _attribute_differences(self, mention: Mention) -> Iterator[Difference]:
        if len(mention.readings) < 2:
            return
        for name in mention.attributes():
            said = {rater: self.attribute(rater, span, name) for rater, span in mention.readings.items()}
            if len(set(said.values())) > 1:
                yield self._difference(f"{mention.key} {name}", "attribute", (mention,), (name,), said)

    def attribute(self, rater: str, span: Span, name: str) -> AttributeValue | str:
        """A rater's value of an attribute, acts by the ids that all raters share; `absent` where there is none."""
        value = span.attributes.get(name, ABSENT)
        return self.acts.shared[rater].get(value, value) if name == ACT and isinstance(value, str) else value

    def _by_key(self, key: str) -> Mention:
        return next(mention for mention in self.mentions if mention.key == key)

    def _difference(self, name: str, kind: str, about: tuple[Mention, ...], names: tuple[str, ...], said: dict[str, Any]) -> Difference:
        """A difference on mentions; its sentence is that of the first, and as far as the others reach."""
        spans = [span for mention in about for span in mention.readings.values()]
        first, last = min(span.start for span in spans), max(span.end for span in spans)
        held = [bounds for bounds in self.record.sentences if bounds[0] < last and first < bounds[1]]
        bounds = (held[0][0], held[-1][1]) if held else (0, len(self.record.text))
        return Difference(f"{self.number} {name}", kind, self.number, bounds, about, names, said)


def _place(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"label": span.label, "quote": span.text, "start": span.start}


def passages(readings: Mapping[str, Document]) -> list[Passage]:
    """The passages of a document that several raters rated.

    Raises RedlineError when their texts differ.
    """
    if len({tuple(record.text for record in document.records) for document in readings.values()}) > 1:
        raise RedlineError(f"{next(iter(readings.values())).id}: the raters' texts differ; needed: the passages of one seed")
    rows = [dict(zip(readings, records, strict=True)) for records in zip(*(d.records for d in readings.values()), strict=True)]
    acts = Acts(rows)
    return [Passage(row, acts) for row in rows]


class Acts:
    """The acts of a document as all raters share them: those of two raters that have a mention in common are one.

    Where a rater thereby has several acts in one shared act, the others joined what this one split: the act is *torn*.
    `shared` maps by rater its act ids to the shared ones.
    """

    def __init__(self, rows: Sequence[Mapping[str, Record]]) -> None:
        self.shared: dict[str, dict[str, str]] = {rater: {} for rater in rows[0]}
        self._mentions: dict[str, list[tuple[int, str, dict[str, str]]]] = {}
        count = 0
        for row in rows:
            for mention in mentions(row):
                named = {rater: str(span.attributes[ACT]) for rater, span in mention.readings.items() if span.attributes.get(ACT)}
                known = [self.shared[rater][act] for rater, act in named.items() if act in self.shared[rater]]
                count += bool(named and not known)
                act = known[0] if known else f"a{count}"
                self._join(known)
                for rater, own in named.items():
                    self.shared[rater].setdefault(own, act)
                if named:
                    self._mentions.setdefault(act, []).append((next(iter(row.values())).meta.passage, mention.key, named))

    def _join(self, known: Sequence[str]) -> None:
        """Makes acts that a mention shows to be one so in all tables."""
        for other in sorted(set(known[1:]) - {known[0]} if known else ()):
            self._mentions[known[0]] = sorted(self._mentions.get(known[0], []) + self._mentions.pop(other, []), key=lambda m: m[0])
            for table in self.shared.values():
                table.update({own: known[0] for own, act in table.items() if act == other})

    def part(self, act: str, place: int) -> str:
        """The id of a part of a torn act: the first keeps the act's, the others get new ones behind all."""
        if place == 0:
            return act
        torn = [name for name in self._mentions if self.torn(name)]
        sizes = [max(len(self.groups(name, rater)) for rater in self.shared) - 1 for name in torn[: torn.index(act)]]
        return f"a{max(int(name[1:]) for name in self._mentions) + sum(sizes) + place}"

    def groups(self, act: str, rater: str) -> list[str]:
        """The rater's own acts that are in a shared one, in text order."""
        return list(dict.fromkeys(named[rater] for _, _, named in self._mentions.get(act, []) if rater in named))

    def torn(self, act: str) -> str | None:
        """The id of the difference on a shared act that a rater split, or None."""
        if any(len(self.groups(act, rater)) > 1 for rater in self.shared):
            passage, key, _ = self._mentions[act][0]
            return f"{passage} {key} acts"
        return None

    def torn_at(self, passage: int, key: str) -> str | None:
        """The torn act whose first mention this is, or None."""
        return next((act for act in self._mentions if self.torn(act) == f"{passage} {key} acts"), None)

    def partition(self, act: str) -> dict[str, list[list[str]]]:
        """By rater the mentions of a shared act, grouped as the rater grouped them."""
        return {
            rater: [
                [f"{number} {key}" for number, key, named in self._mentions[act] if named.get(rater) == own]
                for own in self.groups(act, rater)
            ]
            for rater in self.shared
        }
