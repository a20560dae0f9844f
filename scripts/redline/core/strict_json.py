"""JSON as the standard defines it: it lists the errors that other readers accept silently.

Source: RFC 8259; objects with a key twice, NaN, infinities and halves of UTF-16 pairs do not survive every reader.
"""

import json
import re
from enum import StrEnum
from typing import Any

from msgspec import Struct

from redline.core.decoding import lower

BOM = b"\xef\xbb\xbf"
_surrogate = re.compile("[\ud800-\udfff]")
_infinite = (float("inf"), float("-inf"))


class Flaw(StrEnum):
    """A problem of a JSON text. The first two leave no value."""

    ENCODING = "it is not UTF-8"
    SYNTAX = "it is not JSON"
    KEY = "an object has a key twice"
    NUMBER = "a number is not finite"
    SURROGATE = "a string has half a character"


class Finding(Struct, frozen=True):
    """One flaw: its kind, and a message that names the key, number or place."""

    flaw: Flaw
    message: str


class Parsed(Struct, frozen=True):
    """A JSON value and its flaws; the value is None where a flaw left none."""

    value: Any
    findings: tuple[Finding, ...]

    @property
    def readable(self) -> bool:
        """Whether there is a value."""
        return not any(finding.flaw in (Flaw.ENCODING, Flaw.SYNTAX) for finding in self.findings)


def parse(data: bytes) -> Parsed:
    """The value of a JSON text in UTF-8, with or without a byte order mark, and all its flaws."""
    findings: list[Finding] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated = [key for key in value if keys.count(key) > 1]
            findings.extend(Finding(Flaw.KEY, f"the key `{key}` is twice in one object") for key in repeated)
        return value

    def finite(number: str) -> float:
        value = float(number)
        if value in _infinite or value != value:
            findings.append(Finding(Flaw.NUMBER, f"`{number}` is not a finite number"))
        return value

    try:
        # Decoded here: bytes alone, with a NUL in front, json would take for UTF-16.
        text = data.removeprefix(BOM).decode("utf-8")
        value = json.loads(text, object_pairs_hook=unique, parse_float=finite, parse_constant=finite)
    except UnicodeDecodeError as error:
        return Parsed(None, (Finding(Flaw.ENCODING, f"byte {error.start} (0x{error.object[error.start]:02x}) is not UTF-8"),))
    except ValueError as error:
        return Parsed(None, (Finding(Flaw.SYNTAX, f"the line is not JSON ({lower(str(error))})"),))
    except RecursionError:
        return Parsed(None, (Finding(Flaw.SYNTAX, "the line is nested too deep"),))
    findings.extend(_halves(text, value))
    return Parsed(value, tuple(findings))


def _halves(text: str, value: Any) -> list[Finding]:
    """The first half of a UTF-16 pair that an escape of `text` left in a string."""
    match = _surrogate.search(json.dumps(value, ensure_ascii=False)) if "\\u" in text else None
    return [Finding(Flaw.SURROGATE, f"the escape \\u{ord(match.group()):04x} is half a character")] if match else []
