"""Faults are values: what a rule yields, what a user reads, and the one exception that ends a command."""

import unicodedata
from enum import StrEnum

from msgspec import Struct

from redline.core.document import Bounds, Span


class RedlineError(Exception):
    """A bad world or wrong use: one line that says what is so and what was needed; the command exits 2."""


class Severity(StrEnum):
    """How much a fault weighs: an error makes `validate` exit 1, a warning does too, a note does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fault(Struct, frozen=True):
    """What a rule found: a message, its place in a record's text, and an order that mends it.

    A rule that sees more than a record says where: `line` (1-based) in a file, `record` (index) in a document, `file`
    (a path from the corpus folder) in a corpus. `about` names what a fault without a place is about (a label, an entity),
    so that a waiver can name it.
    """

    message: str
    place: Span | Bounds | None = None
    hint: str = ""
    line: int | None = None
    record: int | None = None
    file: str = ""
    about: str = ""

    @property
    def bounds(self) -> Bounds | None:
        """The place as `(start, end)` in code points."""
        return self.place.bounds if isinstance(self.place, Span) else self.place


class Diagnostic(Struct, frozen=True):
    """A fault with its rule, file and line (1-based); `start` and `end` are code points of the record's text.

    `doc`, `passage` and `about` say what it concerns, for waivers.
    """

    code: str
    name: str
    severity: Severity
    path: str
    line: int | None
    start: int | None
    end: int | None
    message: str
    hint: str
    text: str = ""
    doc: str = ""
    passage: int | None = None
    about: str = ""

    def render(self) -> str:
        """The diagnostic as people read it: a clickable first line, an excerpt with carets, a hint."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        lines = [f"{place}: {self.severity.value} {self.code} {self.name}: {self.message}"]
        if self.start is not None and self.end is not None and self.text:
            lines += [f"  | {row}" for row in excerpt(self.text, self.start, self.end)]
        if self.hint:
            lines.append(f"  = hint: {self.hint}")
        return "\n".join(lines)


def excerpt(text: str, start: int, end: int, width: int = 100) -> tuple[str, str]:
    """The line of `text` around `[start, end)`, cut to about `width` characters, and a line of carets under it."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    left = max(text.rfind("\n", 0, start) + 1, start - width // 3)
    right = min(end if end - left >= width else left + width, len(text))
    right = max(right, min(start + 1, len(text)))
    shown = _visible(text[left:right])
    before, marked = _columns(_visible(text[left:start])), _columns(_visible(text[start : min(end, right)]))
    head, tail = ("..." if left and text[left - 1] != "\n" else ""), ("..." if right < len(text) else "")
    return head + shown + tail, " " * (len(head) + before) + "^" * max(1, marked)


def _visible(text: str) -> str:
    """`text` with control, format and surrogate characters written as escapes, so that a terminal shows what is there."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    # The joiners stay: they hold emoji families and Indic words together.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character != "\u200d":
        return character.encode("unicode_escape").decode("ascii")
    return character


def _columns(text: str) -> int:
    """Terminal columns that `text` takes: none for marks and joiners, two for wide characters."""
    if text.isascii():
        return len(text)
    total = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return total
