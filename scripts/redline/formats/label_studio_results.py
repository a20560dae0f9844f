"""Spans, attributes and relations as results of Label Studio, and back.

A span is a region of the type `labels`; an attribute that an annotator chooses is a result of the type `choices` with the id of its
region. What else a span has is in the `meta` of its region.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from redline.core.document import AttributeValue, Bounds, Span
from redline.core.layer import Attribute
from redline.core.taxonomy import Taxonomy
from redline.formats.places import Move, Stated, placed
from redline.formats.reading import Options
from redline.formats.shapes import fit
from redline.formats.shapes.label_studio import Chosen

UNIT = "codepoint"
OURS = "redline"
YES, NO = "yes", "no"


def choices(attribute: Attribute) -> list[str]:
    """The values that an annotator chooses from; none where they are free."""
    return [YES, NO] if attribute.type == "boolean" else [value.name for value in attribute.values]


def name_of(layer: str, attribute: str) -> str:
    """The name of an attribute in the configuration, where names are unique."""
    return f"{layer}.{attribute}"


def _attributes(taxonomy: Taxonomy, layer: str) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in taxonomy.layers[layer].attributes} if layer in taxonomy.layers else {}


def _choice(attribute: Attribute | None, value: AttributeValue) -> str | None:
    """The choice for a value; None where an annotator cannot choose it."""
    if attribute is None or isinstance(value, bool) != (attribute.type == "boolean"):
        return None
    shown = (YES if value else NO) if isinstance(value, bool) else value
    return shown if isinstance(shown, str) and shown in choices(attribute) else None


def of_span(span: Span, entry: dict[str, Any], place: Callable[[int], int], options: Options) -> Iterator[dict[str, Any]]:
    """The result of a span, and one for each of its attributes that an annotator chooses."""
    where = {"start": place(span.start), "end": place(span.end), "text": span.text}
    known = _attributes(options.taxonomy, span.layer)
    chosen = {name: shown for name, value in span.attributes.items() if (shown := _choice(known.get(name), value)) is not None}
    rest: dict[str, Any] = {key: entry[key] for key in ("attributes", "origin") if key in entry}
    rest |= {} if span.layer in options.taxonomy.layers else {"layer": span.layer}
    rest["attributes"] = {name: value for name, value in rest["attributes"].items() if name not in chosen}
    common = {"id": span.id, "to_name": "text"}
    labels = {"from_name": span.layer, "type": "labels", "value": where | {"labels": [span.label]}}
    yield common | labels | {"meta": {OURS: rest}}
    for name, value in chosen.items():
        yield common | {"from_name": name_of(span.layer, name), "type": "choices", "value": where | {"choices": [value]}}


def unread(results: Sequence[dict[str, Any]], options: Options) -> Iterator[tuple[str, str]]:
    """The results that no record can have, and why."""
    spans = {one["id"] for one in results if one["type"] == "labels"}
    for one in results:
        match one["type"]:
            case "labels":
                if notes := [name for name in one.get("meta") or {} if name != OURS]:
                    yield f"{', '.join(notes)} of region {one['id']}", "no record has it"
            case "relation" if {one["from_id"], one["to_id"]} <= spans:
                pass
            case "relation":
                yield f"relation {one['from_id']} {one['to_id']}", "one of its regions is not a span"
            case "choices" if one.get("id") in spans and _chosen(one, options):
                for choice in one["value"]["choices"][1:]:
                    yield f"choice {one['from_name']} {choice}", "the first choice is used"
            case kind:
                yield f"{kind} {one.get('from_name', '')}", "it is not a span, a relation or an attribute of the scheme"


def _chosen(one: dict[str, Any], options: Options) -> Attribute | None:
    """The attribute of the scheme that a choice is for."""
    layer, _, name = one.get("from_name", "").partition(".")
    return _attributes(options.taxonomy, layer).get(name)


def read(results: Sequence[dict[str, Any]], text: str, options: Options, place: str) -> tuple[list[Any], list[Any], list[Move]]:
    """Spans with the attributes that were chosen for them, and relations, as a record has them; and the spans that were moved.

    A region is a span for each of its labels, and a relation is one for each of its labels. A relation is with the first span of a
    region, an attribute with each that may have it.
    """
    regions = [(one, label) for one in results if one["type"] == "labels" for label in one["value"]["labels"]]
    bounds, moves = placed(text, [_stated(*each) for each in regions], place, options.unit or UNIT, repair=options.repair)
    spans: dict[str, list[dict[str, Any]]] = {one["id"]: [] for one, _ in regions}
    names = set(spans)
    for (one, label), at in zip(regions, bounds, strict=True):
        if at:
            of_region = spans[one["id"]]
            name = one["id"] if not of_region else next(n for k in count(2) if (n := f"{one['id']}-{k}") not in names)
            names.add(name)
            of_region.append(_span(one, name, label, text, at, options))
    for one in results:
        if one["type"] == "choices" and spans.get(one.get("id", "")) and (attribute := _chosen(one, options)):
            value = fit(one.get("value"), Chosen, f"choice {one['from_name']}").choices[0]
            for span in [span for span in spans[one["id"]] if span["label"] in attribute.labels] or spans[one["id"]]:
                span["attributes"][attribute.name] = value == YES if attribute.type == "boolean" else value
    relations = [
        {"head_id": head, "child_id": child, "label": label}
        for one in results
        if one["type"] == "relation" and spans.get(one["from_id"]) and spans.get(one["to_id"])
        for label in dict.fromkeys(one.get("labels") or ["related"])
        for head, child in _arrows(one)
    ]
    return [span for of_region in spans.values() for span in of_region], relations, moves


def _arrows(one: dict[str, Any]) -> list[tuple[str, str]]:
    """The ends of a relation, head first: one pair, or for a relation in both directions two."""
    ends = one["from_id"], one["to_id"]
    match one.get("direction"):
        case "left":
            return [ends[::-1]]
        case "bi":
            return [ends, ends[::-1]]
        case _:
            return [ends]


def _stated(one: dict[str, Any], label: str) -> Stated:
    value = one["value"]
    return Stated(f"{label} `{one['id']}`", value["start"], value["end"], value.get("text"))


def _span(one: dict[str, Any], name: str, label: str, text: str, bounds: Bounds, options: Options) -> dict[str, Any]:
    """A span of a region; what an export wrote for the span of a region is that of its first one."""
    start, end = bounds
    meta = one.get("meta") or {}
    ours = meta.get(OURS) or {}
    layer = one["from_name"] if one["from_name"] in options.taxonomy.layers else ours.get("layer") or options.layer_of(label)
    kept = {key: ours[key] for key in ("attributes", "origin") if ours.get(key)} if name == one["id"] else {}
    return {"id": name, "layer": layer, "label": label, "start": start, "end": end, "text": text[start:end], "attributes": {}, **kept}
