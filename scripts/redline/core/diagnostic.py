"""Problems of data are values: what a rule yields, and what a user reads."""

from enum import StrEnum

from msgspec import Struct

from redline.core.document import Bounds, Span


class Severity(StrEnum):
    """How much a problem weighs: an error and a warning both make `validate` exit 1."""

    ERROR = "error"
    WARNING = "warning"


class Place(Struct, frozen=True, kw_only=True):
    """Where a problem is, as far as the subject of its rule leaves that open.

    `file` is a path from the corpus folder, `document` the id of a gold document, `line` counts from 1, `record` from 0;
    `bounds` are code points of that record's text.
    """

    file: str = ""
    document: str = ""
    line: int | None = None
    record: int | None = None
    bounds: Bounds | None = None


class Problem(Struct, frozen=True):
    """A problem that a rule found: a message, its place, and an instruction that corrects it.

    A rule on one record names a span or bounds; a rule on more names the record, file or line. `about` names what a
    problem without bounds is about (a label, an entity), so that a waiver can name it.
    """

    message: str
    subject: Span | Bounds | Place | None = None
    hint: str = ""
    about: str = ""

    @property
    def place(self) -> Place:
        """Where the problem is."""
        if isinstance(self.subject, Span):
            return Place(bounds=self.subject.bounds)
        return self.subject if isinstance(self.subject, Place) else Place(bounds=self.subject)


class Diagnostic(Struct, frozen=True):
    """A problem with its rule, file and line (1-based); `start` and `end` are code points of the record's text.

    `doc`, `passage` and `about` name what it is about, for waivers; `span` is the id of the span that it is about.
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
