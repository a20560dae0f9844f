"""A difference between raters as an adjudicator reads it: each reading in the text, and the definitions and rulings of the scheme."""

from collections.abc import Iterator, Mapping

from redline.adjudicate.decisions import Addition, Decision, Entry
from redline.adjudicate.differences import Difference, Passage
from redline.core.document import Bounds, Span
from redline.core.layer import Layer
from redline.core.taxonomy import Taxonomy


def entry(part: Passage, difference: Difference, decision: Decision | None, taxonomy: Taxonomy) -> Iterator[str]:
    """The lines of one difference."""
    yield f"{difference.id} {difference.about}"
    if difference.kind == "acts":
        for rater, groups in difference.readings.items():
            yield from (f"  {rater} act {number}: {'; '.join(group)}" for number, group in enumerate(groups, 1))
    else:
        width = max(len(_said(difference, rater)) for rater in difference.readings)
        for rater in difference.readings:
            spans = [mention.readings[rater] for mention in difference.mentions if rater in mention.readings]
            yield f"  {rater} {_said(difference, rater):<{width}} | {_marked(part.record.text, difference.sentence, spans)}"
    layer = taxonomy.layers[next(iter(difference.mentions[0].readings.values())).layer]
    yield from (f"  = {line}" for line in dict.fromkeys(rulings(layer, difference)))
    yield f"  {outcome(decision)}"


def _said(difference: Difference, rater: str) -> str:
    """The reading of a rater, in a word or two."""
    value = difference.readings[rater]
    if difference.kind == "span":
        return str(value["label"]) if value else "nothing"
    if difference.kind == "relation":
        return difference.names[0] if value else "nothing"
    if difference.kind == "doubt":
        return f"{difference.mentions[0].readings[rater].label} {'unsure' if value else 'sure'}"
    return f"{difference.names[0]} {_word(value)}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "null" if value is None else str(value) or "(empty)"


def _marked(text: str, sentence: Bounds, spans: list[Span]) -> str:
    """A sentence with spans in square brackets, on one line."""
    edges: Mapping[int, str] = {}
    for span in spans:
        edges = {**edges, span.start: edges.get(span.start, "") + "[", span.end: "]" + edges.get(span.end, "")}
    start, end = sentence
    pieces, place = [], start
    for edge in sorted(one for one in edges if start <= one <= end):
        pieces += [text[place:edge], edges[edge]]
        place = edge
    return "".join([*pieces, text[place:end]]).replace("\n", " ")


def rulings(layer: Layer, difference: Difference) -> Iterator[str]:
    """The labels, attribute or relation in question in the scheme: each definition, and the rulings that name it."""
    for name in difference.names:
        if name in layer.by_label:
            yield f"{name}: {layer.by_label[name].definition}"
        elif name in layer.by_relation:
            yield f"{name}: {layer.by_relation[name].definition}"
        elif name in layer.by_attribute:
            attribute = layer.by_attribute[name]
            yield f"{name}: {attribute.definition}"
            said = {value for value in difference.readings.values() if isinstance(value, str)}
            yield from (f"{value.name}: {value.definition}" for value in attribute.values if value.name in said)
        yield from (ruling for ruling in layer.rulings if name in ruling.replace("`", " ").replace(",", " ").split())


def outcome(decision: Entry | None) -> str:
    """What was decided, why, by whom and when, on one line; `open` without a decision; for what was added, its words."""
    if decision is None:
        return "open"
    if isinstance(decision, Addition):
        return f"added {decision.head} {decision.label} {decision.child}"
    if isinstance(decision, dict):
        return f"added {decision['label']} {decision['quote']}"
    take = "nothing" if decision.take is None else _word(decision.take)
    note = f": {decision.note}" if decision.note else ""
    return f"decided for {take} ({decision.reason}{f', {decision.by}, {decision.date}' if decision.by else ''}){note}"
