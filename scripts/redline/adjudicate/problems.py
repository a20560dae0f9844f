"""What is wrong with the decisions on a document: what is missing, what names nothing, and what a difference cannot take."""

from collections.abc import Iterator, Sequence
from typing import Any

from redline.adjudicate.decisions import REASONS, Decision, Decisions
from redline.adjudicate.differences import Difference, Passage
from redline.core.taxonomy import Taxonomy, keys_in

SPAN_KEYS = frozenset({"quote", "label", "nth", "in", "attributes"})
ADDED_KEYS = SPAN_KEYS | {"id", "passage", "layer", "note", "reason", "by", "date"}
KINDS = {"quote": str, "label": str, "nth": int, "in": str, "attributes": dict}
VALUE_KEYS = frozenset({"value"})
TAKES = {
    "span": "a rater, none, or {quote, label}",
    "attribute": "a rater, or {value}",
    "relation": "a rater, yes or no",
    "doubt": "a rater, yes (gold is unsure) or no",
    "acts": "a rater",
}


def undecided(parts: Sequence[Passage], decisions: Decisions) -> Iterator[str]:
    """A line for each difference without a decision."""
    for difference in (difference for part in parts for difference in part.differences):
        if difference.id not in decisions.decisions:
            yield f"no decision on {difference.id} ({difference.about})"


def problems(parts: Sequence[Passage], decisions: Decisions, taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each entry of the decisions that names nothing or cannot be taken."""
    open_ = {difference.id: difference for part in parts for difference in part.differences}
    known = {name for part in parts for name in part.names}
    yield from (f"there is no difference {_named(name, one)}" for name, one in decisions.decisions.items() if name not in open_)
    agreed = known - open_.keys()
    useless = [_named(name, one) for name, one in decisions.overrides.items() if name not in agreed]
    yield from (f"{name} is not a span on which all raters agree" for name in useless)
    for name, decision in {**decisions.decisions, **decisions.overrides}.items():
        if decision.reason not in REASONS:
            yield f"{_named(name, decision)}: reason `{decision.reason}` is unknown; needed: one of {', '.join(REASONS)}"
    for name in sorted(set(decisions.decisions) & set(open_)):
        yield from untakeable(open_[name], decisions.decisions[name])
    yield from _spans(parts, decisions, taxonomy)
    yield from _relations(parts, decisions, taxonomy)
    layers = {layer for part in parts for record in part.readings.values() for layer in record.meta.layers}
    yield from (f"layers: no rater annotated layer `{name}`" for name in decisions.layers if name not in layers)
    entities = set(_entities(parts, decisions, taxonomy))
    yield from (f"keys: no span has the entity `{key}`" for key in decisions.keys if key not in entities)


def _named(name: str, decision: Decision) -> str:
    """An id, with its words in brackets if the decision has them."""
    return f"{name} ({decision.about})" if decision.about else name


def untakeable(difference: Difference, decision: Decision) -> Iterator[str]:
    """A line where the difference cannot take what was decided."""
    take, kind = decision.take, difference.kind
    fits = {"span": (str, dict, type(None)), "attribute": (str, dict), "relation": (bool, str), "doubt": (bool, str), "acts": (str,)}[kind]
    if not isinstance(take, fits) or (isinstance(take, str) and take not in difference.readings):
        yield f"{kind} {difference.id} has no answer `{take}`; needed: {_takes(difference)}"
    elif isinstance(take, dict):
        needed = "quote" if kind == "span" else "value"
        if needed not in take:
            yield f"{kind} {difference.id}: the chosen answer has no `{needed}`; needed: {_takes(difference)}"
        yield from (
            f"{kind} {difference.id}: `{key}` is {take[key]!r}" for key in take if not isinstance(take[key], KINDS.get(key, object))
        )
        yield from (f"{kind} {difference.id}: {line}" for line in _unknown(take, SPAN_KEYS if kind == "span" else VALUE_KEYS))


def _takes(difference: Difference) -> str:
    """What may be decided on a difference, with the names of its raters."""
    return TAKES[difference.kind].replace("a rater", f"a rater ({', '.join(difference.readings)})")


def _unknown(entry: dict[str, Any], keys: frozenset[str]) -> Iterator[str]:
    for key in entry:
        if key not in keys:
            yield f"unknown key `{key}`; needed: one of {', '.join(sorted(keys))}" + (
                "; attributes belong in `attributes`" if "attributes" in keys else ""
            )


def _spans(parts: Sequence[Passage], decisions: Decisions, taxonomy: Taxonomy) -> Iterator[str]:
    numbers = {part.number for part in parts}
    for entry in decisions.spans:
        name = f"spans: `{entry.get('id')}`"
        yield from (f"{name} has no `{key}`" for key in ("id", "passage", "layer", "label", "quote") if key not in entry)
        yield from (f"{name}: {line}" for line in _unknown(entry, ADDED_KEYS))
        if entry.get("reason", REASONS[0]) not in REASONS:
            yield f"{name}: reason `{entry['reason']}` is unknown; needed: one of {', '.join(REASONS)}"
        if entry.get("passage") not in numbers:
            yield f"{name}: there is no passage {entry.get('passage')}"
        if taxonomy.layer_of_label.get(entry.get("label", "")) != entry.get("layer"):
            yield f"{name}: layer `{entry.get('layer')}` has no label `{entry.get('label')}`"


def _relations(parts: Sequence[Passage], decisions: Decisions, taxonomy: Taxonomy) -> Iterator[str]:
    by_number = {part.number: part for part in parts}
    names = {relation.name for layer in taxonomy.layers.values() for relation in layer.relations}
    for relation in decisions.relations:
        part = by_number.get(relation.passage)
        ends = {mention.key for mention in part.mentions} if part else set()
        ends |= {entry.get("id", "") for entry in decisions.spans if entry.get("passage") == relation.passage}
        for end in (relation.head, relation.child):
            if end not in ends:
                yield f"relations: passage {relation.passage} has no mention `{end}`"
        if relation.label not in names:
            yield f"relations: there is no relation `{relation.label}`"


def _entities(parts: Sequence[Passage], decisions: Decisions, taxonomy: Taxonomy) -> Iterator[str]:
    """The entity keys of raters, and every value of decisions and of added spans that may be one."""
    for part in parts:
        for record in part.readings.values():
            yield from (key for span in record.spans for _, key in taxonomy.keys_of(span))
    takes = [decision.take for decision in (*decisions.decisions.values(), *decisions.overrides.values())]
    for entry in (*(take for take in takes if isinstance(take, dict)), *decisions.spans):
        for value in (entry.get("value"), *(entry.get("attributes", {}).get(name) for name in taxonomy.keyed)):
            yield from keys_in(tuple(value) if isinstance(value, list) else value)
