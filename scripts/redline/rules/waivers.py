"""Waivers: problems that stay for a reason. Each names the words at its place, so that it lapses when they change."""

from collections.abc import Iterator

from msgspec import Struct

from redline.core.decoding import decoded
from redline.core.diagnostic import Diagnostic, Place, Problem
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule
from redline.rules.shape import lines_problems

FILE = "waivers.jsonl"
UNKNOWN = ""
NEEDED = "a line as in schemas/waiver.json"


class Waiver(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of `waivers.jsonl`, as in `schemas/waiver.json`."""

    code: str
    document: str | None
    passage: int | None
    start: int | None
    end: int | None
    text: str | None
    about: str
    reason: str
    by: str
    date: str

    def covers(self, found: Diagnostic) -> bool:
        """Whether it waives this problem."""
        place = (found.code, found.doc or None, found.passage, found.start, found.end, found.about)
        return place == (self.code, self.document, self.passage, self.start, self.end, self.about) and words(found) in (self.text, UNKNOWN)


class Waiving(Struct, frozen=True):
    """The waivers of a project with their lines, what all other rules found, and the waivers that can be judged.

    `judged` has the line of each waiver for which its rule looked at all that it names: a waiver of a rule that was not
    selected, or of a file that could not be read, may be right.
    """

    waivers: list[tuple[int, Waiver]]
    found: list[Diagnostic]
    judged: frozenset[int]


def words(found: Diagnostic) -> str | None:
    """The words at the place of a problem, or None where it has none; UNKNOWN where its text is not at hand."""
    return None if found.start is None else found.text[found.start : found.end]


@rule("RL701", scope=Scope.WAIVERS)
def waiver_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """Each line of waivers.jsonl matches schemas/waiver.json.

    Wrong: `{"code": "RL609"}`
    Right: `{"code": "RL609", "document": "dam-wire", ..., "reason": "the ship, not the town"}`
    """
    yield from lines_problems(data, "waiver")


@rule("RL702", scope=Scope.OUTCOME)
def stale_waiver(waiving: Waiving, _: Taxonomy) -> Iterator[Problem]:
    """A waiver belongs to a problem that still exists, and has the words at its place.

    Wrong: a waiver for `Orla` at 10..14 after the text moved to 12..16
    Right: a waiver for `Orla` at 12..16
    """
    for number, waiver in waiving.waivers:
        if number in waiving.judged and not any(waiver.covers(problem) for problem in waiving.found):
            message = f"{waiver.code} finds no problem at {_place(waiver)}"
            yield Problem(message, Place(line=number), "remove the waiver, or write the present place of the problem")


def read(data: bytes, place: str) -> list[tuple[int, Waiver]]:
    """The waivers of a file with their line numbers; `place` begins the error message.

    Raises RedlineError at the first line that is none; RL701 lists them all.
    """
    lines = enumerate(data.split(b"\n"), 1)
    return [(number, decoded(line, Waiver, f"{place}:{number}", "is not a waiver", NEEDED)) for number, line in lines if line.strip()]


def unwaived(found: list[Diagnostic], waivers: list[tuple[int, Waiver]]) -> list[Diagnostic]:
    """The problems that no waiver covers."""
    by_code: dict[str, list[Waiver]] = {}
    for _, waiver in waivers:
        by_code.setdefault(waiver.code, []).append(waiver)
    return [problem for problem in found if not any(waiver.covers(problem) for waiver in by_code.get(problem.code, ()))]


def _place(waiver: Waiver) -> str:
    if waiver.text is not None:
        return f"`{waiver.text}` {waiver.start}..{waiver.end} of {waiver.document}, passage {waiver.passage}"
    return " ".join(part for part in (waiver.document, waiver.about) if part) or "the corpus"
