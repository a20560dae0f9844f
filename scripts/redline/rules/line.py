"""Rules on a line: that it is JSON, of the right shape, in its canonical bytes."""

from collections.abc import Iterator
from functools import cached_property

import msgspec
from msgspec import Struct

from redline.core.bare import wordless
from redline.core.decoding import lower
from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record, decode, decode_bare, encode
from redline.core.strict_json import Flaw, Parsed, parse
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule
from redline.rules.shape import flaws, schema_problems


class Line(Struct, frozen=True, dict=True):
    """The bytes of a line, parsed and decoded once for all rules."""

    data: bytes

    @cached_property
    def parsed(self) -> Parsed:
        """Its JSON value with the flaws of the text."""
        return parse(self.data)

    @cached_property
    def record(self) -> Record | None:
        """Its record, wordless where the line is bare, or None where it has none."""
        return None if isinstance(self._decoded, Exception) else self._decoded

    @property
    def refusal(self) -> str:
        """Why it has no record, in the words of the strict decoder."""
        return lower(str(self._decoded)) if isinstance(self._decoded, Exception) else ""

    @property
    def schema(self) -> str:
        """The schema of its shape: that of bare records for an object with a length and without a text."""
        value = self.parsed.value
        return "bare" if isinstance(value, dict) and "length" in value and "text" not in value else "record"

    @cached_property
    def _decoded(self) -> Record | Exception:
        try:
            return wordless(decode_bare(self.data)) if self.schema == "bare" else decode(self.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return error


@rule("RL007", scope=Scope.LINE)
def not_json(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """Each line is one JSON object.

    Wrong: `{"text": "He sa`
    Right: `{"text": "He said so", ...}`
    """
    yield from flaws(line.parsed, Flaw.SYNTAX)
    if line.parsed.readable and not isinstance(line.parsed.value, dict):
        yield Problem(f"the line is a JSON {type(line.parsed.value).__name__}, not an object", hint="put one object on each line")


@rule("RL008", scope=Scope.LINE, presumes=("RL007",))
def duplicate_key(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """A JSON object has each key only once.

    Wrong: `{"start": 3, "start": 5}`
    Right: `{"start": 3}`
    """
    yield from flaws(line.parsed, Flaw.KEY)


@rule("RL009", scope=Scope.LINE, presumes=("RL007",))
def not_finite(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """Numbers are finite; NaN and Infinity are not valid JSON.

    Wrong: `{"start": NaN}`
    Right: `{"start": 3}`
    """
    yield from flaws(line.parsed, Flaw.NUMBER)


@rule("RL014", scope=Scope.LINE, presumes=("RL007",))
def lone_surrogate(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """A string has no lone surrogate (half of a UTF-16 pair).

    Wrong: `"text": "\\ud83d"`
    Right: `"text": "🌊"`
    """
    yield from flaws(line.parsed, Flaw.SURROGATE)


@rule("RL010", scope=Scope.LINE, presumes=("RL007", "RL008", "RL009", "RL014", "RL017"))
def record_shape(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """A line matches schemas/record.json (bare.json for a referenced text): all required keys, no others, correct types.

    Wrong: `{"text": "Go.", "label": "X"}`
    Right: `{"text": "Go.", "answer": "accept", "sentences": [[0, 3]], "spans": [], "relations": [], "meta": {...}}`
    """
    if line.record is None and isinstance(line.parsed.value, dict):
        problems = list(schema_problems(line.parsed.value, line.schema))
        # The decoder is the stricter of the two: a byte order mark inside a file is not a problem of the schema.
        yield from problems or [Problem(line.refusal, hint=f"make it match schemas/{line.schema}.json")]


@rule("RL011", Severity.WARNING, scope=Scope.LINE, presumes=("RL007", "RL008", "RL009", "RL010", "RL014"))
def not_canonical(line: Line, _: Taxonomy) -> Iterator[Problem]:
    """A line is in canonical form: unescaped UTF-8, fixed key order, no spaces, sorted spans.

    Wrong: `{"answer": "accept", "text": "caf\\u00e9", ...}`
    Right: `{"text":"café","answer":"accept",...}`
    """
    if line.record is not None and encode(line.record) != line.data.rstrip(b"\r\n"):
        yield Problem("the line is not in canonical form", hint="run redline validate --fix")
