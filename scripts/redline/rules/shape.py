"""Problems of form in JSON: flaws of the text, and values that do not match a schema."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from redline.core.decoding import lower
from redline.core.diagnostic import Place, Problem
from redline.core.strict_json import Flaw, Parsed, parse
from redline.core.taxonomy import schemas_folder

HINTS = {
    Flaw.ENCODING: "save the file as UTF-8",
    Flaw.SYNTAX: "restore the line; it may be cut off",
    Flaw.KEY: "keep one of the two",
    Flaw.NUMBER: "put the number that was meant",
    Flaw.SURROGATE: "restore the right character",
}


def flaws(parsed: Parsed, *kinds: Flaw, line: int | None = None) -> Iterator[Problem]:
    """A problem for each flaw of these kinds."""
    for finding in parsed.findings:
        if finding.flaw in kinds:
            yield Problem(finding.message, Place(line=line), HINTS[finding.flaw])


def schema_problems(value: Any, schema: str, line: int | None = None) -> Iterator[Problem]:
    """Each way in which a JSON value does not match `schemas/<schema>.json`, with its place in the value."""
    for error in _validator(schema).iter_errors(value):
        key = "/".join(str(part) for part in error.instance_path) or f"the {schema}"
        yield Problem(f"{key}: {lower(error.message)}", Place(line=line), f"make it match schemas/{schema}.json")


def lines_problems(data: bytes, schema: str) -> Iterator[Problem]:
    """Each line of JSON Lines that has a flaw or does not match the schema."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield from object_problems(line, schema, number)


def object_problems(data: bytes, schema: str, line: int | None = None) -> Iterator[Problem]:
    """The flaws of one JSON object; if there are none, its problems of shape."""
    parsed = parse(data)
    yield from flaws(parsed, *Flaw, line=line)
    if not parsed.findings:
        yield from schema_problems(parsed.value, schema, line)


@cache
def _validator(schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(json.loads((schemas_folder() / f"{schema}.json").read_bytes()))
