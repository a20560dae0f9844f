"""Rules on a line: that it is JSON, of the right shape, in its canonical bytes; and the same for objects of other files."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from redline.core.diagnostic import Problem, Severity
from redline.core.document import decode, encode
from redline.core.taxonomy import Taxonomy, schemas_folder
from redline.rules.file import not_utf8
from redline.rules.registry import Scope, rule


@rule("RL007", scope=Scope.LINE)
def not_json(line: bytes, _: Taxonomy | None) -> Iterator[Problem]:
    """Each line is one JSON object.

    Wrong: `{"text": "He sa`
    Right: `{"text": "He said so", ...}`
    """
    try:
        value = json.loads(_text(line))
    except UnicodeDecodeError:
        return
    except ValueError as error:
        yield Problem(f"the line is no JSON ({_lower(str(error))})", hint="restore the line; it may be cut off")
    except RecursionError:
        yield Problem("the line is nested too deep to be a record", hint="restore the line")
    else:
        if not isinstance(value, dict):
            yield Problem(f"the line is a JSON {type(value).__name__}, not an object", hint="put one object on each line")


@rule("RL008", scope=Scope.LINE)
def duplicate_key(line: bytes, _: Taxonomy | None) -> Iterator[Problem]:
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
        json.loads(_text(line), object_pairs_hook=collect)
    except (ValueError, RecursionError):
        return
    for key in repeated:
        yield Problem(f"the key `{key}` stands twice in one object", hint="keep one of the two")


@rule("RL009", scope=Scope.LINE)
def not_finite(line: bytes, _: Taxonomy | None) -> Iterator[Problem]:
    """Numbers are finite: NaN and Infinity are no JSON.

    Wrong: `{"start": NaN}`
    Right: `{"start": 3}`
    """
    found: list[str] = []
    try:
        json.loads(
            _text(line),
            parse_constant=found.append,
            parse_float=lambda text: found.append(text) if float(text) in (_INF, -_INF) else float(text),
        )
    except (ValueError, RecursionError):
        return
    for constant in found:
        yield Problem(f"`{constant}` is no finite number", hint="put the number that was meant")


_INF = float("inf")


@rule("RL014", scope=Scope.LINE)
def lone_surrogate(line: bytes, _: Taxonomy | None) -> Iterator[Problem]:
    """Strings hold characters, not halves of a UTF-16 pair.

    Wrong: `"text": "\\ud83d"`
    Right: `"text": "🌊"`
    """
    try:
        value = json.dumps(json.loads(_text(line)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return
    found = _surrogate.search(value)
    if found:
        yield Problem(f"the escape \\u{ord(found.group()):04x} is half a character", hint="restore the character that was meant")


_surrogate = re.compile("[\ud800-\udfff]")


@rule("RL010", scope=Scope.LINE)
def record_shape(line: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A line has the shape of schemas/record.json: every key there, no other, each of its type.

    Wrong: `{"text": "Go.", "label": "X"}`
    Right: `{"text": "Go.", "answer": "accept", "sentences": [[0, 3]], "spans": [], "relations": [], "meta": {...}}`
    """
    try:
        decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield from shape_problems(line, error)


def _text(line: bytes) -> str:
    """The line as UTF-8: bytes alone, with a NUL in front, json would take for UTF-16. Raises UnicodeDecodeError."""
    return line.removeprefix(b"\xef\xbb\xbf").decode("utf-8")


def shape_problems(line: bytes, refusal: Exception) -> Iterator[Problem]:
    """Every problem of shape with its place in the object; that of the strict decoder where the schema has none."""
    try:
        value = json.loads(_text(line))
    except (ValueError, RecursionError):
        return
    if not isinstance(value, dict):
        return
    problems = list(schema_problems(value, "record"))
    yield from problems or [Problem(_lower(str(refusal)), hint="give it the shape of schemas/record.json")]


def schema_problems(value: Any, schema: str, line: int | None = None) -> Iterator[Problem]:
    """Each way in which a JSON value is not what `schemas/<schema>.json` says, with its place in the value."""
    for error in _validator(schema).iter_errors(value):
        place = "/".join(str(part) for part in error.instance_path) or f"the {schema}"
        yield Problem(f"{place}: {_lower(error.message)}", hint=f"give it the shape of schemas/{schema}.json", line=line)


def lines_problems(data: bytes, schema: str) -> Iterator[Problem]:
    """Each line of JSON Lines that is no JSON or not what the schema says."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield from object_problems(line, schema, number)


def object_problems(data: bytes, schema: str, line: int | None = None) -> Iterator[Problem]:
    """The problems of one JSON object: no JSON, a doubled key, a number that is not finite, another shape."""
    for check in (not_utf8, not_json, duplicate_key, not_finite, lone_surrogate):
        problems = [msgspec.structs.replace(problem, line=line) for problem in check(data, None)]
        yield from problems
        if problems:
            return
    yield from schema_problems(json.loads(_text(data)), schema, line)


@cache
def _validator(schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(json.loads((schemas_folder() / f"{schema}.json").read_bytes()))


@rule("RL011", Severity.WARNING, scope=Scope.LINE)
def not_canonical(line: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A line has the canonical bytes: unescaped UTF-8, fixed key order, no spaces, spans in order.

    Wrong: `{"answer": "accept", "text": "caf\\u00e9", ...}`
    Right: `{"text":"café","answer":"accept",...}`
    """
    try:
        written = encode(decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if written != line.rstrip(b"\r\n"):
        yield Problem("the bytes are not the canonical ones", hint="write the file with redline")


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
