"""Label Studio: a JSON list of tasks, with spans, relations and attributes as results, and a file with a labelling configuration.

Offsets are code points (`<Text>`; never `<HyperText>`). Each layer is a `<Labels>` of that name; enumerated and boolean attributes
are `<Choices>` of a region, other attributes are in the `meta` of its result, which Label Studio keeps, and so are `data` and its
key `redline` with what else the record has. Other keys of `data` are `extra.task.data` of a record. Source: Label Studio 1.2x,
label-studio-sdk 2.1.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from redline.core.document import IGNORE, Document, Extra, Record, canonical, decode, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import atomic, read_bytes, write_atomically
from redline.core.offsets import Offsets
from redline.core.taxonomy import Taxonomy
from redline.formats import prodigy_task
from redline.formats.array import values
from redline.formats.item import Item
from redline.formats.kinds import Kind
from redline.formats.label_studio_results import OURS, UNIT, choices, name_of, of_span, read, unread
from redline.formats.loss import Loss
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.label_studio import RESULTS, Exported, Result
from redline.formats.unnamed import Names
from redline.formats.usable import usable

LOSES: frozenset[Kind] = frozenset()
SUFFIXES = (".json",)
DATA = "data"
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
                element = SubElement(view, "Choices", name=name_of(layer.layer, attribute.name), toName="text", choice="single-radio")
                for key, value in (("perRegion", "true"), ("whenTagName", layer.layer), ("whenLabelValue", ",".join(attribute.labels))):
                    element.set(key, value)
                for value in values:
                    SubElement(element, "Choice", value=value)
    indent(view)
    return bytes(tostring(view, encoding="utf-8")) + b"\n"


def _task(record: Record, options: Options) -> dict[str, Any]:
    value = msgspec.json.decode(encode_whole(record))
    text, spans, relations = (value.pop(key) for key in ("text", "spans", "relations"))
    place = Offsets(text, options.unit or UNIT).from_codepoints
    results = [result for span, entry in zip(record.spans, spans, strict=True) for result in of_span(span, entry, place, options)]
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
    spans, relations, moves = read(results, text, options, place)
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
    dropped = [Loss(meta.doc, meta.passage, *why, place) for why in unread(results, options)]
    return msgspec.structs.replace(item, left_out=(*item.left_out, *others, *dropped), moves=tuple(moves))


def _text(data: dict[str, Any]) -> str:
    """The key of the text of a task: `text`, or that of its one string."""
    names = [name for name, value in data.items() if isinstance(value, str)]
    names = ["text"] if "text" in names else [] if "text" in data else names
    if len(names) != 1:
        raise ValueError("its data have no text, or several")
    return names[0]
