"""What raters marked, side by side: their spans joined to mentions, and everything that they say differently.

Spans of one layer that raters placed at the same or at overlapping words are one *mention*. Raters differ in a mention's
span (place, label, or whether it is there), in an attribute, or in a relation between two mentions. Each difference has
an id made of what it is about, so that decisions survive a rerun.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from redline.core.diagnostic import RedlineError
from redline.core.document import AttributeValue, Document, Record, Span

ABSENT = "absent"
UNSURE = "unsure"


class Mention(Struct):
    """What raters marked at one place: a span per rater who marked it. `key` is unique in its record."""

    key: str
    readings: dict[str, Span]

    def attributes(self) -> list[str]:
        """The attributes that any rater gave, without `unsure`, which is for adjudication alone."""
        return sorted({name for span in self.readings.values() for name in span.attributes} - {UNSURE})


class Difference(Struct, frozen=True):
    """Something that raters say differently: `kind` is span, attribute or relation; readings are by rater."""

    id: str
    kind: str
    passage: int
    sentence: str
    about: str
    readings: dict[str, Any]


def mentions(readings: Mapping[str, Record]) -> list[Mention]:
    """The mentions of one passage: spans of a layer with equal places and labels first, then those that overlap most."""
    found: list[Mention] = []
    for rater, record in readings.items():
        rest = list(record.spans)
        for loose in (False, True):
            rest = [span for span in rest if not _join(found, rater, span, loose)]
        found += [Mention("", {rater: span}) for span in rest]
    found.sort(key=lambda mention: min(order(span) for span in mention.readings.values()))
    counts: dict[str, int] = {}
    for mention in found:
        span = next(iter(mention.readings.values()))
        stem = f"{span.layer}:{span.text}"
        counts[stem] = counts.get(stem, 0) + 1
        mention.key = stem if counts[stem] == 1 else f"{stem}#{counts[stem]}"
    return found


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

    def __init__(self, readings: Mapping[str, Record], acts: Mapping[str, Mapping[str, str]]) -> None:
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
                yield self._difference(f"{head} {label} {child}", "relation", self._by_key(head), f"{head} {label} {child}", said)

    def names(self) -> Iterator[str]:
        """The id of everything that could be decided here: spans, attributes and relations."""
        for mention in self.mentions:
            yield f"{self.number} {mention.key} span"
            yield from (f"{self.number} {mention.key} {name}" for name in mention.attributes())
        yield from (f"{self.number} {' '.join(key)}" for key in self.arrows)

    def _span_difference(self, mention: Mention) -> Iterator[Difference]:
        said = {rater: _place(mention.readings.get(rater)) for rater in self.readings}
        if len({str(value) for value in said.values()}) > 1:
            yield self._difference(f"{mention.key} span", "span", mention, mention.key, said)

    def _attribute_differences(self, mention: Mention) -> Iterator[Difference]:
        if len(mention.readings) < 2:
            return
        for name in mention.attributes():
            said = {rater: self.attribute(rater, span, name) for rater, span in mention.readings.items()}
            if len(set(said.values())) > 1:
                yield self._difference(f"{mention.key} {name}", "attribute", mention, f"{mention.key}: {name}", said)

    def attribute(self, rater: str, span: Span, name: str) -> AttributeValue | str:
        """A rater's value of an attribute, acts by the ids that all raters share; `absent` where there is none."""
        value = span.attributes.get(name, ABSENT)
        return self.acts[rater].get(value, value) if name == "act" and isinstance(value, str) else value

    def _by_key(self, key: str) -> Mention:
        return next(mention for mention in self.mentions if mention.key == key)

    def _difference(self, name: str, kind: str, mention: Mention, about: str, said: dict[str, Any]) -> Difference:
        span = next(iter(mention.readings.values()))
        sentence = self.record.sentence_of(span.start, span.end)
        bounds = self.record.sentences[sentence] if sentence is not None else (0, len(self.record.text))
        return Difference(f"{self.number} {name}", kind, self.number, self.record.text[slice(*bounds)], about, said)


def _place(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"label": span.label, "quote": span.text, "start": span.start}


def passages(readings: Mapping[str, Document]) -> list[Passage]:
    """The passages of a document that several raters rated.

    Raises RedlineError when their texts differ.
    """
    if len({tuple(record.text for record in document.records) for document in readings.values()}) > 1:
        raise RedlineError(f"{next(iter(readings.values())).id}: the raters' texts differ; needed: the passages of one seed")
    rows = [dict(zip(readings, records, strict=True)) for records in zip(*(d.records for d in readings.values()), strict=True)]
    acts = _shared_acts(rows)
    return [Passage(row, acts) for row in rows]


def _shared_acts(rows: Sequence[Mapping[str, Record]]) -> dict[str, dict[str, str]]:
    """Per rater its act ids -> ids shared by all raters: those of acts that have a mention in common are one."""
    result: dict[str, dict[str, str]] = {rater: {} for rater in rows[0]}
    count = 0
    for row in rows:
        for mention in mentions(row):
            named = {
                rater: span.attributes["act"] for rater, span in mention.readings.items() if isinstance(span.attributes.get("act"), str)
            }
            known = [result[rater][str(act)] for rater, act in named.items() if act in result[rater]]
            if named and not known:
                count += 1
            for rater, act in named.items():
                result[rater].setdefault(str(act), known[0] if known else f"a{count}")
    return result
