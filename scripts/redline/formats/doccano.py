"""doccano: one JSON object a line, with spans as `entities` or `label`, and relations between the numbers of spans; or with classes.

A `label` that is a list of strings has the classes of a text. Every text of such a file was asked about all classes in it, except those
that nobody labelled: their list is empty.

doccano counts UTF-16 units, and grapheme clusters in projects with that option. It keeps unknown keys and exports
them again: Redline writes `redline`, with the sentences and meta of the record and the layer of each label. Source: data_import and
data_export of doccano 1.8.4.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Document, Record, canonical, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.offsets import Offsets
from redline.formats import jsonl, kinds, prodigy_task
from redline.formats.item import Item
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.doccano import Entity, Line, Rest
from redline.formats.unnamed import Names

LOSES = frozenset({kinds.ANSWERS, kinds.ATTRIBUTES, kinds.ORIGINS, kinds.CLASSES, kinds.EXTRA, kinds.TOKENS, kinds.IDS})
UNIT = "utf16"
OURS = "redline"
Triple = tuple[int, int, str]
LISTS = ("entities", "label", "labels", "spans")
"""The keys of spans or classes; a line has one of them, and the last is not doccano's."""
KEYS = {"text", "entities", "label", "labels", "relations", OURS}


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Writes documents atomically, in the form of a project with relations; the project must allow overlaps."""
    jsonl.write_lines((msgspec.json.encode(_task(record, options)) for document in documents for record in document.records), path)


def _task(record: Record, options: Options) -> dict[str, Any]:
    place = Offsets(record.text, options.unit or UNIT).from_codepoints
    numbers = {span.id: number for number, span in enumerate(record.spans)}
    value = msgspec.json.decode(encode_whole(record))
    return {
        "text": record.text,
        "entities": [
            {"id": numbers[span.id], "label": span.label, "start_offset": place(span.start), "end_offset": place(span.end)}
            for span in record.spans
        ],
        "relations": [
            {"id": number, "from_id": numbers[one.head_id], "to_id": numbers[one.child_id], "type": one.label}
            for number, one in enumerate(record.relations)
        ],
        OURS: {"sentences": value["sentences"], "meta": value["meta"], "layers": {span.label: span.layer for span in record.spans}},
    }


def fits(path: Path) -> bool:
    """Whether the first line of a file is an object with spans or classes as doccano writes them."""
    _, line = next(jsonl.lines(path), (0, b""))
    try:
        value = msgspec.json.decode(line)
    except jsonl.DAMAGED:
        return False
    if not isinstance(value, dict) or "spans" in value:
        return False
    spans = value.get("entities") or value.get("label") or value.get("labels")
    if not isinstance(spans, list) or not spans:
        return OURS in value or ("text" in value and ("entities" in value or value.get("label") == []))
    if _are_classes(spans):
        return "text" in value
    return all(isinstance(one, dict) and "start_offset" in one for one in spans) or all(
        isinstance(one, list) and len(one) == 3 and isinstance(one[0], int) for one in spans
    )


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a file that doccano exported, or that was written for it; spans get new numbers.

    A text that Redline did not write gets its document from `unnamed`. Raises RedlineError with the line of what cannot be used.
    """
    # Standard input cannot be read twice.
    names = options.named()
    lines = list(jsonl.lines(path)) if path == STANDARD else None
    asked = _asked(line for _, line in lines or jsonl.lines(path))
    for number, line in lines or jsonl.lines(path):
        place = f"{path}:{number}"
        try:
            yield _item(prodigy_task.parse(line), asked, names, options, place)
        except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
            raise RedlineError(f"{place}: {reason(error)}; needed: text, and spans with start_offset, end_offset and label") from None


def _listed(value: dict[str, Any]) -> Any:
    """The list of the spans or classes of a line; a single class is a list of one."""
    found = value.get("entities") or value.get("label") or value.get("labels") or []
    return [found] if isinstance(found, str) else found


def _are_classes(listed: Any) -> bool:
    """Whether a list has names without places."""
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def _asked(lines: Iterable[bytes]) -> set[str]:
    """The classes in the lines of a file; none if its labels are spans, as the first of them shows."""
    classes: set[str] = set()
    for line in lines:
        try:
            value = msgspec.json.decode(line)
        except jsonl.DAMAGED:
            continue
        listed = _listed(value) if isinstance(value, dict) else []
        if not _are_classes(listed):
            break
        classes.update(listed)
    return classes


def _item(value: dict[str, Any], asked: set[str], names: Names, options: Options, place: str) -> Item:
    line = fit(value, Line)
    if len(stated := [name for name in LISTS if value.get(name)]) > 1:
        raise ValueError(f"has both `{stated[0]}` and `{stated[1]}`")
    text, ours, listed = line.text, line.redline or Rest(), _listed(value)
    offset = Offsets(text, options.unit or UNIT).to_codepoints
    chosen = listed if _are_classes(listed) else []
    spans = [
        {"id": str(name), "start": offset(start), "end": offset(end), "label": label, "layer": ours.layers.get(label)}
        for name, start, end, label in _named([] if chosen else fit(listed, list[Entity | Triple], "its list of spans"))
    ]
    relations = [{"head_id": str(one.from_id), "child_id": str(one.to_id), "label": one.type} for one in line.relations or []]
    task = {key: entry for key, entry in value.items() if key not in KEYS}
    task |= {"text": text, "spans": spans, "relations": relations}
    task |= {"sentences": ours.sentences} if ours.sentences else {}
    task |= {"cats": {name: float(name in chosen) for name in sorted({*asked, *chosen})}} if chosen else {}
    others = task.get("meta")
    meta = (others if isinstance(others, dict) else {}) | ours.meta
    task |= {"meta": meta} if meta else {}
    doc, passage = (str(meta["doc"]), 0) if "doc" in meta else names.place(text)
    item = prodigy_task.item(task, options, doc, meta.get("passage", passage), place)
    return msgspec.structs.replace(item, record=canonical(kinds.numbered(item.record)))


def _named(entries: Sequence[Entity | Triple]) -> Iterator[tuple[Any, int, int, str]]:
    """Spans with their number, or with a name that no other has."""
    free = (f"n{number}" for number in count())
    for one in entries:
        if isinstance(one, Entity):
            yield next(free) if one.id is None else one.id, one.start_offset, one.end_offset, one.label
        else:
            yield next(free), *one
