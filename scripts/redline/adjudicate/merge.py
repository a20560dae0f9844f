"""Adjudication: what raters agree on is kept, what they differ in is decided, and gold is made of both."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from redline.adjudicate.acts import ACT
from redline.adjudicate.decisions import AMBIGUITY, REASONS, Decisions, identifier
from redline.adjudicate.differences import ABSENT, Difference, Passage, passages
from redline.adjudicate.mentions import UNSURE, Mention, order
from redline.adjudicate.problems import problems, undecided, untakeable
from redline.core.document import ACCEPT, AttributeValue, Document, Meta, Origin, Record, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.quoting import find
from redline.core.rated import rated
from redline.core.taxonomy import Taxonomy

AGREED, DECIDED, EDITED, ADDED = "agreed", "decided", "edited", "added"
T = TypeVar("T")


def merge(readings: Mapping[str, Document], decisions: Decisions, taxonomy: Taxonomy) -> Document:
    """Gold: the readings that all raters share, and the decisions on their differences.

    Its layers are in each passage those that two raters or more did, or that the decisions name.

    Raises RedlineError that lists the differences without a decision, and every entry of the decisions
    that names nothing or cannot be taken.
    """
    parts = passages(readings, taxonomy)
    lines = [*undecided(parts, decisions), *problems(parts, decisions, taxonomy)]
    if lines:
        raise RedlineError("\n".join(f"{decisions.doc}: {line}" for line in lines))
    return Document(decisions.doc, tuple(merged(part, decisions) for part in parts))


def tried(readings: Mapping[str, Document], decisions: Decisions, difference: Difference, taxonomy: Taxonomy) -> None:
    """Carries out the decision on a difference by itself.

    Raises RedlineError when its reason is none of REASONS, or it cannot be carried out.
    """
    decision = decisions.decisions[difference.id]
    if decision.reason not in REASONS:
        raise RedlineError(f"reason `{decision.reason}` is unknown; needed: one of {', '.join(REASONS)}")
    if lines := list(untakeable(difference, decision)):
        raise RedlineError("\n".join(lines))
    for part in passages(readings, taxonomy):
        for mention in part.mentions:
            if part.number == difference.passage and mention in difference.mentions:
                carried_out(decisions, lambda part=part, mention=mention: _settled(part, mention, decisions))  # type: ignore[misc]


def carried_out(decisions: Decisions, work: Callable[[], T]) -> T:
    """What `work` gives.

    Raises RedlineError where a decision cannot be applied.
    """
    try:
        return work()
    except (KeyError, TypeError, ValueError) as error:
        raise RedlineError(
            f"{decisions.doc}: a decision is invalid ({error}); needed: the name of a rater, or words of the passage"
        ) from None


def merged(part: Passage, decisions: Decisions) -> Record:
    """A passage of gold; what is undecided is as the first rater has it.

    Raises RedlineError when a decision cannot be applied.
    """
    return carried_out(decisions, lambda: _merged(part, decisions))


def _merged(part: Passage, decisions: Decisions) -> Record:
    layers = _layers(part, decisions)
    kept = settled(part, decisions)
    related = {key for key in part.relations if _is_related(part, key, decisions)}
    related |= {(r.head, r.label, r.child) for r in decisions.relations if r.passage == part.number}
    ids = numbered(kept)
    relations = tuple(Relation(ids[head], ids[child], label) for head, label, child in sorted(related) if head in ids and child in ids)
    spans = tuple(msgspec.structs.replace(part.taxonomy.rekeyed(span, decisions.keys), id=ids[key]) for key, span in kept.items())
    place = part.record.meta
    scheme = max((record.meta.scheme for record in part.readings.values()), key=_version)
    meta = Meta(place.doc, place.passage, place.offset, scheme, layers, sha256=place.sha256)
    return canonical(msgspec.structs.replace(part.record, answer=ACCEPT, spans=spans, relations=relations, meta=meta))


def numbered(kept: Mapping[str, Span]) -> dict[str, str]:
    """The ids that the spans of a gold passage have, by the key of their mention or addition."""
    return {key: f"s{index}" for index, key in enumerate(sorted(kept, key=lambda key: order(kept[key])), 1)}


def settled(part: Passage, decisions: Decisions) -> dict[str, Span]:
    """The spans of gold by the key of their mention, or by the id of their addition; ids of the spans are not gold's yet."""
    wanted = (mention for mention in part.mentions if _is_gold(part, mention, decisions))
    kept = {mention.key: span for mention in wanted if (span := _settled(part, mention, decisions)) is not None}
    for entry in decisions.spans:
        if entry["passage"] == part.number:
            kept[entry["id"]] = msgspec.structs.replace(_added(entry, part.record.text), origin=Origin(ADDED, ()))
    return kept


def _layers(part: Passage, decisions: Decisions) -> dict[str, str]:
    """The layers of a gold passage: those that two raters did, and those that the decisions name."""
    layers = (name for record in part.readings.values() for name in record.meta.layers)
    counts = {name: len(rated(part.readings, name)) for name in layers}
    return {name: "done" for name, count in counts.items() if count > 1 or (count and name in decisions.layers)}


def _is_gold(part: Passage, mention: Mention, decisions: Decisions) -> bool:
    """Whether a mention belongs to what two raters did, or to a layer that the decisions name."""
    return len(part.asked(mention)) > 1 or bool(part.layers_of(mention) & set(decisions.layers))


def _version(scheme: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", scheme)]


def _values(attributes: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """Attributes as a decisions file has them, its lists as tuples."""
    return msgspec.convert(attributes, dict[str, AttributeValue])


def _settled(part: Passage, mention: Mention, decisions: Decisions) -> Span | None:
    """The span that gold has for a mention, or None."""
    rater, span = next(iter(mention.readings.items()))
    decision = decisions.on(part.identifier(f"{mention.key} span"))
    given: dict[str, AttributeValue] = {}
    if decision is not None:
        if isinstance(decision.take, dict):
            span = _edited(span, decision.take, part.record.text)
            given = _values(decision.take.get("attributes", {}))
        elif decision.take in mention.readings:
            rater, span = str(decision.take), mention.readings[str(decision.take)]
        else:
            return None
    attributes = _attributes(part, mention, rater, decisions) | given
    attributes = {name: value for name, value in attributes.items() if value != ABSENT}
    return msgspec.structs.replace(span, attributes=attributes, origin=_origin(part, mention, span, decisions))


def _origin(part: Passage, mention: Mention, span: Span, decisions: Decisions) -> Origin:
    """Where a span comes from: agreed without a decision on it, edited if one gives another reading, or else decided."""
    made = [decisions.on(part.identifier(f"{mention.key} {name}")) for name in ("span", *mention.attributes)]
    how = AGREED if not any(made) else EDITED if any(one and isinstance(one.take, dict) for one in made) else DECIDED
    alike = (rater for rater, other in mention.readings.items() if (other.bounds, other.label) == (span.bounds, span.label))
    return Origin(how, tuple(alike))


def _attributes(part: Passage, mention: Mention, rater: str, decisions: Decisions) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for name in mention.attributes:
        decision = decisions.on(part.identifier(f"{mention.key} {name}"))
        if decision is None:
            value = part.attribute(rater, mention.readings[rater], name)
        elif isinstance(decision.take, dict):
            value = _values(decision.take)["value"]
        else:
            value = part.attribute(str(decision.take), mention.readings[str(decision.take)], name)
        if value != ABSENT:
            found[name] = _act(part, mention, str(value), decisions) if name == ACT and value else value
    if _unsure(part, mention, decisions):
        found[UNSURE] = True
    return found


def _act(part: Passage, mention: Mention, act: str, decisions: Decisions) -> str:
    """The act of a mention: the shared one or, where the rater that was taken split it, one of its parts."""
    torn = part.acts.torn(act)
    decision = decisions.on(identifier(part.record.meta.doc, torn[0], f"{torn[1]} acts")) if torn else None
    span = mention.readings.get(str(decision.take)) if decision else None
    if decision is None or span is None:
        return act
    return part.acts.part(act, part.acts.groups(act, str(decision.take)).index(str(span.attributes[ACT])))


def _unsure(part: Passage, mention: Mention, decisions: Decisions) -> bool:
    """Whether gold is unsure: a decision leaves a rater's doubt marked, or finds that both readings are right."""
    doubts = mention.doubts()
    doubt = decisions.on(part.identifier(f"{mention.key} {UNSURE}"))
    if doubt and (doubts.get(doubt.take) if isinstance(doubt.take, str) else doubt.take):
        return True
    made = [decisions.on(part.identifier(f"{mention.key} {name}")) for name in ("span", *mention.attributes)]
    return any(decision is not None and decision.reason == AMBIGUITY for decision in made)


def _edited(span: Span, take: dict[str, Any], text: str) -> Span:
    start = find(text, take["quote"], take.get("nth"), take.get("in"))
    label = take.get("label", span.label)
    return msgspec.structs.replace(span, start=start, end=start + len(take["quote"]), text=take["quote"], label=label)


def _added(entry: dict[str, Any], text: str) -> Span:
    quote = entry["quote"]
    start = find(text, quote, entry.get("nth"), entry.get("in"))
    attributes = {name: value for name, value in _values(entry.get("attributes", {})).items() if value != ABSENT}
    attributes |= {UNSURE: True} if entry.get("reason") == AMBIGUITY else {}
    return Span(entry["id"], entry["layer"], entry["label"], start, start + len(quote), quote, attributes)


def _is_related(part: Passage, key: tuple[str, str, str], decisions: Decisions) -> bool:
    decision = decisions.on(part.identifier(" ".join(key)))
    if decision is None:
        return len(part.relations[key]) == len(part.asked_of_relation(key[0], key[2]))
    return decision.take in part.relations[key] if isinstance(decision.take, str) else decision.take is True
