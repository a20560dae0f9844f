"""Rules on the bytes of a file and of its lines."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from redline.core.diagnostic import Fault, Severity
from redline.core.document import Document, Record, decode, encode
from redline.core.taxonomy import Taxonomy, schemas_folder
from redline.rules.book import Scope, rule

BOM = b"\xef\xbb\xbf"


@rule("RL001", scope=Scope.FILE)
def not_utf8(data: bytes, _: Taxonomy | None) -> Iterator[Fault]:
    """A file is UTF-8.

    Wrong: `caf\\xe9` (Latin-1)
    Right: `caf\\xc3\\xa9` (UTF-8)
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Fault(f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8", hint="save the file as UTF-8", line=line)


@rule("RL002", scope=Scope.FILE)
def empty_file(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """A file holds at least one record.

    Wrong: a file of 0 bytes
    Right: a line for each passage of the seed
    """
    if not data.strip():
        yield Fault("the file is empty", hint="restore it, or remove it")


@rule("RL003", scope=Scope.FILE)
def byte_order_mark(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """A file has no byte order mark.

    Wrong: `\\xef\\xbb\\xbf{"text": ...`
    Right: `{"text": ...`
    """
    if data.startswith(BOM):
        yield Fault("the file begins with a byte order mark", hint="save it as UTF-8 without BOM", line=1)


@rule("RL004", scope=Scope.FILE)
def carriage_return(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """Lines end with LF alone.

    Wrong: `...}\\r\\n`
    Right: `...}\\n`
    """
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        yield Fault(f"{data.count(bytes([13]))} carriage returns stand in the file", hint="save it with LF line ends", line=line)


@rule("RL005", Severity.WARNING, scope=Scope.FILE)
def blank_line(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """No line is blank.

    Wrong: two records with an empty line between them
    Right: two records on two lines
    """
    if b"\n\n" in data or b"\n \n" in data or data.startswith(b"\n"):
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            if not line.strip():
                yield Fault("the line is blank", hint="remove it", line=number)


@rule("RL006", Severity.WARNING, scope=Scope.FILE)
def no_final_newline(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """The last line ends with a newline.

    Wrong: a file whose last byte is `}`
    Right: a file whose last byte is a newline
    """
    if data.strip() and not data.endswith(b"\n"):
        yield Fault(
            "the last line has no newline: it may be cut off",
            hint="end the file with a newline",
            line=data.count(b"\n") + 1,
        )


@rule("RL007", scope=Scope.LINE)
def not_json(line: bytes, _: Taxonomy | None) -> Iterator[Fault]:
    """Each line is one JSON object.

    Wrong: `{"text": "He sa`
    Right: `{"text": "He said so", ...}`
    """
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        return
    except ValueError as error:
        yield Fault(f"the line is no JSON ({_lower(str(error))})", hint="restore the line; it may be cut off")
    except RecursionError:
        yield Fault("the line is nested too deep to be a record", hint="restore the line")
    else:
        if not isinstance(value, dict):
            yield Fault(f"the line is a JSON {type(value).__name__}, not an object", hint="put one object on each line")


@rule("RL008", scope=Scope.LINE)
def duplicate_key(line: bytes, _: Taxonomy | None) -> Iterator[Fault]:
    """No object has a key twice.

    Wrong: `{"start": 3, "start": 5}`
    Right: `{"start": 3}`
    """
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        repeated.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    try:
        json.loads(line, object_pairs_hook=collect)
    except (ValueError, RecursionError):
        return
    for key in repeated:
        yield Fault(f"the key `{key}` stands twice in one object", hint="keep one of the two")


@rule("RL009", scope=Scope.LINE)
def not_finite(line: bytes, _: Taxonomy | None) -> Iterator[Fault]:
    """Numbers are finite: NaN and Infinity are no JSON.

    Wrong: `{"start": NaN}`
    Right: `{"start": 3}`
    """
    found: list[str] = []
    try:
        json.loads(
            line,
            parse_constant=found.append,
            parse_float=lambda text: found.append(text) if float(text) in (_INF, -_INF) else float(text),
        )
    except (ValueError, RecursionError):
        return
    for constant in found:
        yield Fault(f"`{constant}` is no finite number", hint="put the number that was meant")


_INF = float("inf")


@rule("RL014", scope=Scope.LINE)
def lone_surrogate(line: bytes, _: Taxonomy | None) -> Iterator[Fault]:
    """Strings hold characters, not halves of a UTF-16 pair.

    Wrong: `"text": "\\ud83d"`
    Right: `"text": "🌊"`
    """
    try:
        value = json.dumps(json.loads(line), ensure_ascii=False)
    except (ValueError, RecursionError):
        return
    found = _surrogate.search(value)
    if found:
        yield Fault(f"the escape \\u{ord(found.group()):04x} is half a character", hint="restore the character that was meant")


_surrogate = re.compile("[\ud800-\udfff]")


@rule("RL010", scope=Scope.LINE)
def record_shape(line: bytes, _: Taxonomy) -> Iterator[Fault]:
    """A line has the shape of schemas/record.json: every key there, no other, each of its type.

    Wrong: `{"text": "Go.", "label": "X"}`
    Right: `{"text": "Go.", "answer": "accept", "sentences": [[0, 3]], "spans": [], "relations": [], "meta": {...}}`
    """
    try:
        decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield from shape_faults(line, error)


def shape_faults(line: bytes, refusal: Exception) -> Iterator[Fault]:
    """Every fault of shape with its place in the object; that of the strict decoder where the schema has none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return
    if not isinstance(value, dict):
        return
    faults = list(schema_faults(value, "record"))
    yield from faults or [Fault(_lower(str(refusal)), hint="give it the shape of schemas/record.json")]


def schema_faults(value: Any, schema: str, line: int | None = None) -> Iterator[Fault]:
    """Each way in which a JSON value is not what `schemas/<schema>.json` says, with its place in the value."""
    for error in _validator(schema).iter_errors(value):
        place = "/".join(str(part) for part in error.instance_path) or f"the {schema}"
        yield Fault(f"{place}: {_lower(error.message)}", hint=f"give it the shape of schemas/{schema}.json", line=line)


def lines_faults(data: bytes, schema: str) -> Iterator[Fault]:
    """Each line of JSON Lines that is no JSON or not what the schema says."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield from object_faults(line, schema, number)


def object_faults(data: bytes, schema: str, line: int | None = None) -> Iterator[Fault]:
    """The faults of one JSON object: no JSON, a doubled key, a number that is not finite, another shape."""
    for check in (not_utf8, not_json, duplicate_key, not_finite, lone_surrogate):
        faults = [msgspec.structs.replace(fault, line=line) for fault in check(data, None)]
        yield from faults
        if faults:
            return
    yield from schema_faults(json.loads(data), schema, line)


@cache
def _validator(schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(json.loads((schemas_folder() / f"{schema}.json").read_bytes()))


@rule("RL011", Severity.WARNING, scope=Scope.LINE)
def not_canonical(line: bytes, _: Taxonomy) -> Iterator[Fault]:
    """A line has the canonical bytes: unescaped UTF-8, fixed key order, no spaces, spans in order.

    Wrong: `{"answer": "accept", "text": "caf\\u00e9", ...}`
    Right: `{"text":"café","answer":"accept",...}`
    """
    try:
        written = encode(decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if written != line.rstrip(b"\r\n"):
        yield Fault("the bytes are not the canonical ones", hint="write the file with redline")


@rule("RL012", scope=Scope.DOCUMENT)
def mixed_documents(document: Document, _: Taxonomy) -> Iterator[Fault]:
    """A file holds one document, and its records name it.

    Wrong: a record of `port-speech` in `dam-wire.jsonl`
    Right: only records of `dam-wire` in `dam-wire.jsonl`
    """
    for index, record in enumerate(document.records):
        if record.meta.doc != document.id:
            yield Fault(
                f"the record says document `{record.meta.doc}`, the file is `{document.id}`",
                hint=f"put `{document.id}`",
                record=index,
            )


@rule("RL013", scope=Scope.DOCUMENT)
def passage_order(document: Document, _: Taxonomy) -> Iterator[Fault]:
    """The records of a document are its passages 0, 1, 2 ... in text order.

    Wrong: passages 0, 2, 1
    Right: passages 0, 1, 2
    """
    before = -1
    for index, record in enumerate(document.records):
        offset = record.meta.offset
        if record.meta.passage != index:
            yield Fault(f"record {index} says passage {record.meta.passage}", hint=f"put passage {index} here", record=index)
        elif offset <= before:
            yield Fault(f"the passage begins at {offset}, the one before at {before}", hint="restore meta.offset", record=index)
        before = offset


@rule("RL015")
def document_id(record: Record, _: Taxonomy) -> Iterator[Fault]:
    """A document's id is made of lower-case ASCII words and digits joined by hyphens, 64 characters at most.

    Wrong: `"doc": "Dam Wire"`
    Right: `"doc": "dam-wire"`
    """
    doc = record.meta.doc
    if len(doc) > 64 or not _id.fullmatch(doc):
        yield Fault(f"`{doc}` is no document id", hint="use lower-case words joined by hyphens")


_id = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
