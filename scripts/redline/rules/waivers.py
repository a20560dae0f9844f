"""Waivers: problems that stand for a reason, each tied to its words, so that it falls when they change."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from redline.core.diagnostic import Diagnostic, Problem
from redline.core.taxonomy import Taxonomy
from redline.rules.line import lines_problems
from redline.rules.registry import Scope, find, rule

FILE = "waivers.jsonl"


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
        return place == (self.code, self.document, self.passage, self.start, self.end, self.about) and self.text == words(found)


def words(found: Diagnostic) -> str | None:
    """The words at the place of a problem, or None where it has none."""
    return None if found.start is None else found.text[found.start : found.end]


@rule("RL701", scope=Scope.WAIVERS)
def waiver_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """Each line of waivers.jsonl has the shape of schemas/waiver.json.

    Wrong: `{"code": "RL609"}`
    Right: `{"code": "RL609", "document": "dam-wire", ..., "reason": "the ship, not the town"}`
    """
    yield from lines_problems(data, "waiver")


@rule("RL702", scope=Scope.WAIVERS)
def stale_waiver(_data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A waiver waives a problem that is there, at the words that it names.

    Wrong: a waiver for `Orla` at 10..14 after the text moved to 12..16
    Right: a waiver for `Orla` where it stands
    """
    # What is stale is known only after all other rules have run: see `applied`.
    yield from ()


def read(data: bytes) -> list[tuple[int, Waiver]]:
    """The waivers of a well-formed file with their line numbers."""
    lines = enumerate(data.split(b"\n"), 1)
    return [(number, msgspec.json.decode(line, type=Waiver)) for number, line in lines if line.strip()]


def applied(found: list[Diagnostic], waivers: list[tuple[int, Waiver]], codes: set[str], path: str) -> tuple[list[Diagnostic], int]:
    """The problems that no waiver covers, with one for each waiver of `codes` that covers none; and how many were waived."""
    by_code: dict[str, list[tuple[int, Waiver]]] = {}
    for number, waiver in waivers:
        by_code.setdefault(waiver.code, []).append((number, waiver))
    left, used = [], set()
    for problem in found:
        covering = {number for number, waiver in by_code.get(problem.code, ()) if waiver.covers(problem)}
        used |= covering
        if not covering:
            left.append(problem)
    waived = len(found) - len(left)
    stale = find("RL702")
    for number, waiver in waivers:
        if number not in used and waiver.code in codes and stale.code in codes:
            message = f"{waiver.code} does not stand at {_place(waiver)}"
            hint = "remove the waiver, or name the place where it stands now"
            left.append(Diagnostic(stale.code, stale.name, stale.severity, path, number, None, None, message, hint))
    return left, waived


def _place(waiver: Waiver) -> str:
    if waiver.text is not None:
        return f"`{waiver.text}` {waiver.start}..{waiver.end} of {waiver.document}, passage {waiver.passage}"
    return " ".join(part for part in (waiver.document, waiver.about) if part) or "the corpus"
