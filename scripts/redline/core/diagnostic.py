"""Problems of data are values: what a rule yields, and what a user reads."""

from enum import StrEnum

from msgspec import Struct

from redline.core.document import Bounds, Span


class Severity(StrEnum):
    """How much a problem weighs: an error and a warning both make `validate` exit 1."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Struct, frozen=True):
    """What a rule found: a message, its place in a record's text, and an order that mends it.

    A rule that sees more than a record says where: `line` (1-based) in a file, `record` (index) in a document, `file`
    (a path from the corpus folder) in a corpus. `about` names what a problem without a place is about (a label, an entity),
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
    """A problem with its rule, file and line (1-based); `start` and `end` are code points of the record's text.

    `doc`, `passage` and `about` say what it concerns, for waivers; `span` is the id of the span that it is about.
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
    span: str = ""
