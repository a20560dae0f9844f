"""brat: a folder with a `.txt` and an `.ann` for each document, a passage a line, and `annotation.conf`.

Offsets are code points of the `.txt`. Ids, layers, origins and attributes of spans are in the notes of their `T`; enumerated and
boolean attributes are `A` lines too, which decide. `redline.jsonl` has what else a passage has. brat breaks a span at a
line end, so that a line end inside a passage is a space in the `.txt`. Source: https://brat.nlplab.org/standoff.html
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Bounds, Document, Record, Span, canonical, decode, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import atomic_folder, read_bytes, read_text
from redline.core.listing import matching
from redline.core.names import checked
from redline.core.segmentation import passages
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl, kinds, prodigy_task
from redline.formats.brat_lines import KEPT, NOTE, Annotations, parsed, visible
from redline.formats.item import Item
from redline.formats.loss import Loss
from redline.formats.places import LINE_ENDS
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.brat import Passage
from redline.formats.usable import usable

LOSES = frozenset({kinds.LABELS})
OURS = "redline.jsonl"


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Writes a folder for brat's data folder.

    Raises RedlineError if the folder exists.
    """
    with atomic_folder(path, _taken) as folder:
        (folder / "annotation.conf").write_text(configuration(options.taxonomy), encoding="utf-8")
        for document in documents:
            name = checked(document.id, "document")
            if (folder / f"{name}.txt").exists():
                raise RedlineError(f"{path}: the passages of {name} are not together; needed: each document once")
            text = "\n".join(record.text.translate(LINE_ENDS) for record in document.records)
            (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8", newline="")
            (folder / f"{name}.ann").write_text("".join(_lines(document, options.taxonomy)), encoding="utf-8", newline="")
            with (folder / OURS).open("ab") as file:
                file.writelines(msgspec.json.encode(_rest(record)) + b"\n" for record in document.records)


def _taken(path: Path, _: Path) -> None:
    raise RedlineError(f"{path}: is an existing folder; needed: a new folder")


def _rest(record: Record) -> dict[str, Any]:
    """A record without its spans and relations."""
    value: dict[str, Any] = msgspec.json.decode(encode_whole(record))
    return {key: entry for key, entry in value.items() if key not in ("spans", "relations")}


def _lines(document: Document, taxonomy: Taxonomy) -> Iterator[str]:
    spans = relations = shown = notes = offset = 0
    for record in document.records:
        names = {}
        for span in record.spans:
            spans += 1
            names[span.id] = f"T{spans}"
            place = f"{span.label} {offset + span.start} {offset + span.end}"
            yield f"T{spans}\t{place}\t{span.text.translate(LINE_ENDS)}\n"
            for name, value in _shown(span, taxonomy):
                shown += 1
                yield f"A{shown}\t{name} T{spans}{value}\n"
            notes += 1
            yield f"#{notes}\t{NOTE} T{spans}\t{_note(span)}\n"
        for relation in record.relations:
            relations += 1
            yield f"R{relations}\t{relation.label} Arg1:{names[relation.head_id]} Arg2:{names[relation.child_id]}\t\n"
        offset += len(record.text) + 1


def _note(span: Span) -> str:
    value = msgspec.to_builtins(span)
    kept = {key: value[key] for key in KEPT if key in value}
    return msgspec.json.encode(kept).decode()


def _shown(span: Span, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    for name, attribute in visible(span.layer, taxonomy).items():
        value = span.attributes.get(name)
        if value is True and attribute.type == "boolean":
            yield name, ""
        elif isinstance(value, str) and value in attribute.names:
            yield name, f" {value}"


def configuration(taxonomy: Taxonomy) -> str:
    """The annotation.conf of the scheme."""
    layers = list(taxonomy.layers.values())
    lines = ["[entities]", *(label.name for layer in layers for label in layer.labels), "", "[relations]"]
    lines += [f"{one.name}\tArg1:{'|'.join(one.heads)}, Arg2:{'|'.join(one.children)}" for layer in layers for one in layer.relations]
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    for layer in layers:
        for one in visible(layer.layer, taxonomy).values():
            values = f", Value:{'|'.join(value.name for value in one.values)}" if one.values else ""
            lines.append(f"{one.name}\tArg:{'|'.join(one.labels)}{values}")
    return "\n".join(lines) + "\n"


def fits(path: Path) -> bool:
    """Whether a path is an `.ann` file, or a folder with one."""
    return path.suffix == ".ann" or (path.is_dir() and bool(matching(path, ".ann")))


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a folder of brat, or of one `.ann` with its `.txt`.

    Raises RedlineError if a text is missing, and with the line of an annotation or of `redline.jsonl` that cannot be used.
    """
    files = matching(path, ".ann") if path.is_dir() else [path]
    ours = _exported(files[0].parent / OURS) if files else {}
    for file in files:
        text = _text(file.with_suffix(".txt"), options)
        known = ours.get(file.stem)
        try:
            yield from _document(file, text, known, options)
        except (KeyError, TypeError, ValueError) as error:
            if known is None:
                raise RedlineError(f"{file}: {reason(error)}; needed: spans of the text {file.stem}.txt, each with its id") from None
            raise RedlineError(f"{file}: does not fit its {OURS} ({reason(error)}); needed: both files as exported") from None


def _text(path: Path, options: Options) -> str:
    """The text of a document; with repair a byte order mark is left out."""
    data = read_bytes(path) if options.repair else b""
    if not data.startswith(BOM_UTF8):
        return read_text(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RedlineError(f"{path}: is not UTF-8 at byte {error.start}; needed: UTF-8") from None


def _exported(path: Path) -> dict[str, list[dict[str, Any]]]:
    """By document the passages in the `redline.jsonl` of an export; none without the file."""
    passages_of: dict[str, list[dict[str, Any]]] = {}
    for number, line in jsonl.lines(path) if path.exists() else ():
        try:
            value = msgspec.json.decode(line)
            passages_of.setdefault(fit(value, Passage).meta.doc, []).append(value)
        except jsonl.DAMAGED as error:
            raise RedlineError(f"{path}:{number}: is not a passage ({reason(error)}); needed: the file as exported") from None
    return passages_of


def _document(file: Path, text: str, ours: list[dict[str, Any]] | None, options: Options) -> Iterator[Item]:
    found = parsed(file, text, options)
    bounds = passages(text) if ours is None else _bounds(file, text, ours)
    losses, moves = tuple(_losses(found, bounds, file)), tuple(found.moves)
    if not bounds and (losses or moves):
        raise RedlineError(f"{file}: has annotations, and {file.stem}.txt has no words; needed: the text")
    for number, (start, end) in enumerate(bounds):
        words = ours[number]["text"] if ours else text[start:end]
        value = {"text": words, **_inside(found, start, end, words)}
        if ours is None:
            item = prodigy_task.item(value | {"meta": {"offset": start}}, options, file.stem, number, str(file))
        else:
            record = usable(decode(msgspec.json.encode(ours[number] | value)))
            item = Item(canonical(record), not record.meta.layers)
        yield msgspec.structs.replace(item, left_out=(*item.left_out, *losses), moves=moves)
        losses = moves = ()


def _losses(found: Annotations, bounds: Sequence[Bounds], file: Path) -> Iterator[Loss]:
    """What of an `.ann` no record can have: other kinds of lines, spans over passages, and relations without two spans in one passage."""
    homes = {
        name: next((start for start, end in bounds if start <= span["start"] and span["end"] <= end), None)
        for name, span in found.spans.items()
    }
    for line in found.left_out:
        yield Loss(file.stem, 0, line, "it is not a continuous span, a relation or an attribute", str(file))
    for name, home in homes.items():
        if home is None:
            yield Loss(file.stem, 0, f"{found.spans[name]['label']} {name}", "it is not within one passage", str(file))
    for one in found.relations:
        head, child = homes.get(one["head"]), homes.get(one["child"])
        if head is None or head != child:
            yield Loss(file.stem, 0, f"{one['head']} {one['label']} {one['child']}", "its spans are not in one passage", str(file))


def _bounds(file: Path, text: str, ours: Sequence[Mapping[str, Any]]) -> list[Bounds]:
    """The places of the passages that were exported.

    Raises RedlineError when the text is another now, or has more than these passages.
    """
    bounds, start = [], 0
    for value in ours:
        bounds.append((start, start + len(value["text"])))
        start = bounds[-1][1] + 1
    if "".join(f"{value['text'].translate(LINE_ENDS)}\n" for value in ours) != text:
        raise RedlineError(f"{file.with_suffix('.txt')}: differs from the text of {OURS}; needed: the exported text")
    return bounds


def _inside(found: Annotations, start: int, end: int, words: str) -> dict[str, list[Any]]:
    """The spans of a passage with offsets from its beginning, and the relations between them."""
    inside = {name: span for name, span in found.spans.items() if start <= span["start"] and span["end"] <= end}
    spans = []
    for span in inside.values():
        first, last = span["start"] - start, span["end"] - start
        spans.append(span | {"start": first, "end": last, "text": words[first:last]})
    relations = [
        {"head_id": inside[one["head"]]["id"], "child_id": inside[one["child"]]["id"], "label": one["label"]}
        for one in found.relations
        if one["head"] in inside and one["child"] in inside
    ]
    return {"spans": spans, "relations": relations}
