"""Label Studio: a JSON list of tasks, with spans, relations and attributes as results, and a file with a labelling configuration.

Offsets are code points (`<Text>`; never `<HyperText>`). Each layer is a `<Labels>` of that name; enumerated and boolean attributes
are `<Choices>` of a region, other attributes are in the `meta` of its result, which Label Studio keeps, and so are `data` and its
key `redline` with what else the record has. Other keys of `data` are `extra.task.data` of a record. Source: Label Studio 1.2x,
label-studio-sdk 2.1.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count, repeat
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from redline.core.document import IGNORE, AttributeValue, Bounds, Document, Extra, Record, Span, canonical, decode, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import atomic, read_bytes, write_atomically
from redline.core.layer import Attribute
from redline.core.offsets import Offsets
from redline.core.taxonomy import Taxonomy
from redline.formats import prodigy_task
from redline.formats.array import values
from redline.formats.item import Item
from redline.formats.kinds import Kind
from redline.formats.loss import Loss
from redline.formats.places import Move, Stated, placed
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.label_studio import RESULTS, Chosen, Exported, Result
from redline.formats.unnamed import Names
from redline.formats.usable import usable

LOSES: frozenset[Kind] = frozenset()
SUFFIXES = (".json",)
UNIT = "codepoint"
OURS = "redline"
DATA = "data"
YES, NO = "yes", "no"
WANTED = "a list of tasks as Label Studio exports it as JSON"


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Writes tasks atomically, and the labelling configuration of the scheme to the same name with `.xml`.

    Raises RedlineError if another configuration is there, since a person may have changed it; nothing is written then.
    """
    beside, view = path.with_suffix(".xml"), configuration(options.taxonomy)
    if path.suffix in SUFFIXES and beside.exists() and read_bytes(beside) != view:
        raise RedlineError(f"{beside}: is a different labelling configuration; needed: another --out, or move this file")
    tasks = (_task(record, options) for document in documents for record in document.records)
    with atomic(path) as file:
        for before, task in zip(chain([b"[\n "], repeat(b",\n ")), tasks, strict=False):
            file.write(before + msgspec.json.format(msgspec.json.encode(task), indent=1).replace(b"\n", b"\n "))
        file.write(b"\n]\n")
    if path.suffix in SUFFIXES:
        write_atomically(beside, view)


def configuration(taxonomy: Taxonomy) -> bytes:
    """The labelling configuration: the labels of each layer, its relations, and the attributes that have a list of values."""
    view = Element("View")
    SubElement(view, "Text", name="text", value="$text", granularity="word")
    relations = SubElement(view, "Relations")
    for layer in taxonomy.layers.values():
        labels = SubElement(view, "Labels", name=layer.layer, toName="text", showInline="true")
        for label in layer.labels:
            SubElement(labels, "Label", value=label.name, background=layer.colour)
        for relation in layer.relations:
            SubElement(relations, "Relation", value=relation.name)
        for attribute in layer.attributes:
            if values := choices(attribute):
                element = SubElement(view, "Choices", name=_name(layer.layer, attribute.name), toName="text", choice="single-radio")
                for key, value in (("perRegion", "true"), ("whenTagName", layer.layer), ("whenLabelValue", ",".join(attribute.labels))):
                    element.set(key, value)
                for value in values:
                    SubElement(element, "Choice", value=value)
    indent(view)
    return bytes(tostring(view, encoding="utf-8")) + b"\n"


def choices(attribute: Attribute) -> list[str]:
    """The values that an annotator chooses from; none where they are free."""
    return [YES, NO] if attribute.type == "boolean" else [value.name for value in attribute.values]


def _name(layer: str, attribute: str) -> str:
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


def _task(record: Record, options: Options) -> dict[str, Any]:
    value = msgspec.json.decode(encode_whole(record))
    text, spans, relations = (value.pop(key) for key in ("text", "spans", "relations"))
    place = Offsets(text, options.unit or UNIT).from_codepoints
    results = [result for span, entry in zip(record.spans, spans, strict=True) for result in _results(span, entry, place, options)]
    results += [
        {"type": "relation", "from_id": one["head_id"], "to_id": one["child_id"], "direction": "right", "labels": [one["label"]]}
        for one in relations
    ]
    return {"data": {**_others(value), "text": text, OURS: value}, "annotations": [{"result": results}]}


def _others(value: dict[str, Any]) -> dict[str, Any]:
    """The keys of `data` that an import kept, which are taken out of the value of a record."""
    task = value.get("extra", {}).get("task", {})
    others = task.get(DATA)
    if not isinstance(others, dict) or not others or others.keys() & {"text", OURS}:
        return {}
    del task[DATA]
    return others


def _with_others(record: Record, others: dict[str, Any]) -> Record:
    """The record with other keys of `data`."""
    if not others:
        return record
    extra = record.extra if isinstance(record.extra, Extra) else Extra()
    return msgspec.structs.replace(record, extra=msgspec.structs.replace(extra, task=extra.task | {DATA: others}))


def _results(span: Span, entry: dict[str, Any], place: Callable[[int], int], options: Options) -> Iterator[dict[str, Any]]:
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
        yield common | {"from_name": _name(span.layer, name), "type": "choices", "value": where | {"choices": [value]}}


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of tasks that Label Studio exported as JSON, or that were written for it; of several annotations the last one.

    Raises RedlineError for a file of another shape, and where a result is not what the text has at its place.
    """
    names = options.named()
    for number, task in enumerate(values(path, "task", WANTED)):
        try:
            yield _item(task, names, options, f"{path}: task {number}")
        except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
            raise RedlineError(f"{path}: task {number}: {reason(error)}; needed: data with a text, and annotations with results") from None


def _item(task: dict[str, Any], names: Names, options: Options, place: str) -> Item:
    fit(task, Exported)
    data = task["data"]
    name, ours = _text(data), data.get(OURS)
    text, columns = data[name], {key: entry for key, entry in data.items() if key not in (name, OURS)}
    done = [one for one in task.get("annotations") or [] if not one.get("was_cancelled")]
    results = done[-1]["result"] if done else []
    for number, one in enumerate(results):
        fit(one, RESULTS.get(one["type"], Result), f"result {number}")
    spans, relations, moves = _read(results, text, options, place)
    value = {"text": text, "spans": spans, "relations": relations}
    if not done:
        # Nobody has annotated it, which is not the same as that there is nothing in it.
        value["answer"] = IGNORE
    if ours is None:
        kept = {DATA: columns} if columns else {}
        item = prodigy_task.item(value | kept, options, *names.place(text), place)
    else:
        record = _with_others(decode(msgspec.json.encode(fit(ours, dict, f"`{OURS}`") | value)), columns)
        item = Item(canonical(usable(record)), not record.meta.layers)
    meta = item.record.meta
    others = [Loss(meta.doc, meta.passage, "an annotation", "a later annotation of the task is used", place)] * (len(done) - 1)
    others += [Loss(meta.doc, meta.passage, "a prediction", "only annotations are read", place)] * len(task.get("predictions") or [])
    dropped = [Loss(meta.doc, meta.passage, *why, place) for why in _unread(results, options)]
    return msgspec.structs.replace(item, left_out=(*item.left_out, *others, *dropped), moves=tuple(moves))


def _unread(results: Sequence[dict[str, Any]], options: Options) -> Iterator[tuple[str, str]]:
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


def _text(data: dict[str, Any]) -> str:
    """The key of the text of a task: `text`, or that of its one string."""
    names = [name for name, value in data.items() if isinstance(value, str)]
    names = ["text"] if "text" in names else [] if "text" in data else names
    if len(names) != 1:
        raise ValueError("its data have no text, or several")
    return names[0]


def _read(results: Sequence[dict[str, Any]], text: str, options: Options, place: str) -> tuple[list[Any], list[Any], list[Move]]:
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
