"""Adjudication: what raters agree on is kept, what they differ in is listed, decisions make gold of it.

Spans of one layer that raters placed at the same or at overlapping words are one *mention*. Raters differ in a mention's
span (place, label, or whether it is there), in an attribute, or in a relation between two mentions. Each difference has
an id made of what it is about, so that decisions survive a rerun.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.diagnostic import RedlineError
from redline.core.document import AttributeValue, Document, Record, Relation, Span, canonical
from redline.core.quoting import find

ABSENT = "absent"
UNSURE = "unsure"
AMBIGUITY = "ambiguity"
REASONS = ("slip", "guideline_gap", AMBIGUITY)


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """How a difference was settled: the rater whose reading is taken, or another reading, and why.

    For a span `take` is a rater, null (no span) or {"quote", "label", "nth" or "in"}; for an attribute a rater or
    {"value": ...}; for a relation true or false. `reason` is one of REASONS.
    """

    take: str | bool | dict[str, Any] | None
    reason: str
    note: str = ""


class Addition(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation that no rater stated, between two mentions by their ids."""

    passage: int
    head: str
    label: str
    child: str
    note: str = ""


class Decisions(Struct, frozen=True, forbid_unknown_fields=True):
    """All decisions on a document, with who made them and when.

    `overrides` are decisions on what all raters said alike and wrong; `spans` and `relations` are what all of them missed;
    `keys` maps entity keys of the raters to the ones that gold uses.
    """

    doc: str
    by: str
    date: str
    decisions: dict[str, Decision]
    overrides: dict[str, Decision] = {}
    keys: dict[str, str] = {}
    spans: list[dict[str, Any]] = []
    relations: list[Addition] = []

    def on(self, name: str) -> Decision | None:
        """The decision or override on a difference or agreed item."""
        return self.decisions.get(name) or self.overrides.get(name)


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
    found.sort(key=lambda mention: min(_order(span) for span in mention.readings.values()))
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


def _order(span: Span) -> tuple[int, int, str, str]:
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


def merge(readings: Mapping[str, Document], decisions: Decisions) -> Document:
    """Gold: what all raters say, and of their differences what was decided.

    Raises RedlineError that lists the differences without a decision, the decisions without a difference, and the
    overrides of nothing.
    """
    parts = passages(readings)
    faults = list(_faults(parts, decisions))
    if faults:
        raise RedlineError("\n".join(f"{decisions.doc}: {fault}" for fault in faults))
    try:
        return Document(decisions.doc, tuple(_gold(part, decisions) for part in parts))
    except (KeyError, TypeError, ValueError) as error:
        raise RedlineError(
            f"{decisions.doc}: a decision cannot be carried out ({error}); needed: a rater's name, or words that stand there"
        ) from None


def _faults(parts: Sequence[Passage], decisions: Decisions) -> Iterator[str]:
    open_ = {difference.id for part in parts for difference in part.differences()}
    known = {name for part in parts for name in part.names()}
    yield from (f"no decision on `{name}`" for name in sorted(open_ - set(decisions.decisions)))
    yield from (f"there is no difference `{name}`" for name in sorted(set(decisions.decisions) - open_))
    yield from (f"`{name}` overrides nothing that raters agree on" for name in sorted(set(decisions.overrides) - (known - open_)))
    for name, decision in {**decisions.decisions, **decisions.overrides}.items():
        if decision.reason not in REASONS:
            yield f"`{name}`: reason `{decision.reason}` is none of {', '.join(REASONS)}"


def _gold(part: Passage, decisions: Decisions) -> Record:
    kept = {mention.key: span for mention in part.mentions if (span := _settled(part, mention, decisions)) is not None}
    for entry in decisions.spans:
        if entry["passage"] == part.number:
            kept[entry["id"]] = _added(entry, part.record.text)
    arrows = {key for key, raters in part.arrows.items() if _stands(part, key, raters, decisions)}
    arrows |= {(r.head, r.label, r.child) for r in decisions.relations if r.passage == part.number}
    ids = {key: f"s{index}" for index, key in enumerate(sorted(kept, key=lambda key: _order(kept[key])), 1)}
    relations = tuple(Relation(ids[head], ids[child], label) for head, label, child in sorted(arrows) if head in ids and child in ids)
    spans = tuple(msgspec.structs.replace(span, id=ids[key], attributes=_keyed(span, decisions.keys)) for key, span in kept.items())
    meta = msgspec.structs.replace(part.record.meta, rater=msgspec.UNSET)
    return canonical(msgspec.structs.replace(part.record, spans=spans, relations=relations, meta=meta))


def _keyed(span: Span, keys: Mapping[str, str]) -> dict[str, AttributeValue]:
    key = span.attributes.get("entity")
    return {**span.attributes, "entity": keys[key]} if isinstance(key, str) and key in keys else span.attributes


def _settled(part: Passage, mention: Mention, decisions: Decisions) -> Span | None:
    """The span that gold has for a mention, or None."""
    rater, span = next(iter(mention.readings.items()))
    decision = decisions.on(f"{part.number} {mention.key} span")
    given: dict[str, AttributeValue] = {}
    if decision is not None:
        if isinstance(decision.take, dict):
            span = _edited(span, decision.take, part.record.text)
            given = decision.take.get("attributes", {})
        elif decision.take in mention.readings:
            rater, span = str(decision.take), mention.readings[str(decision.take)]
        else:
            return None
    return msgspec.structs.replace(span, attributes=_attributes(part, mention, rater, decisions) | given)


def _attributes(part: Passage, mention: Mention, rater: str, decisions: Decisions) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for name in mention.attributes():
        decision = decisions.on(f"{part.number} {mention.key} {name}")
        if decision is None:
            value = part.attribute(rater, mention.readings[rater], name)
        elif isinstance(decision.take, dict):
            value = decision.take["value"]
        else:
            value = part.attribute(str(decision.take), mention.readings[str(decision.take)], name)
        if value != ABSENT:
            found[name] = value
    if _ambiguous(part, mention, decisions):
        found[UNSURE] = True
    return found


def _ambiguous(part: Passage, mention: Mention, decisions: Decisions) -> bool:
    """Whether gold stays unsure: a decision found both readings to stand, or every rater was unsure."""
    held = [decisions.on(f"{part.number} {mention.key} {name}") for name in ("span", *mention.attributes())]
    doubted = len(mention.readings) > 1 and all(span.attributes.get(UNSURE) is True for span in mention.readings.values())
    return doubted or any(decision is not None and decision.reason == AMBIGUITY for decision in held)


def _edited(span: Span, take: dict[str, Any], text: str) -> Span:
    start = find(text, take["quote"], take.get("nth"), take.get("in"))
    label = take.get("label", span.label)
    return msgspec.structs.replace(span, start=start, end=start + len(take["quote"]), text=take["quote"], label=label)


def _added(entry: dict[str, Any], text: str) -> Span:
    start = find(text, entry["quote"], entry.get("nth"), entry.get("in"))
    return Span(
        entry["id"], entry["layer"], entry["label"], start, start + len(entry["quote"]), entry["quote"], entry.get("attributes", {})
    )


def _stands(part: Passage, key: tuple[str, str, str], raters: list[str], decisions: Decisions) -> bool:
    decision = decisions.on(f"{part.number} {' '.join(key)}")
    return len(raters) == len(part.readings) if decision is None else decision.take is True
