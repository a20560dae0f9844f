"""Earlier decisions that are like a difference: of the same kind, on the same label, attribute or relation."""

from collections.abc import Callable, Iterable
from typing import Any

from redline.adjudicate.decisions import GAP
from redline.adjudicate.differences import Difference
from redline.core.errors import RedlineError
from redline.curate import adjudicate
from redline.curate.adjudicate import Row
from redline.project import Project, decisions

MOST = 6
"""Cases that are shown at once."""


class Precedents:
    """All differences of the documents that may be seen, each read again only when its files have changed."""

    def __init__(self, project: Project, version: Callable[[str], str]) -> None:
        self._project = project
        self._version = version
        self._rows: dict[str, tuple[str, list[Row]]] = {}

    def rows(self, doc: str) -> list[Row]:
        """Each difference of a document with its passage and decision.

        Raises RedlineError as `curate.adjudicate.rows` does.
        """
        version = self._version(doc)
        if doc not in self._rows or self._rows[doc][0] != version:
            made = decisions.read(self._project, doc)
            self._rows[doc] = version, [(*row[:2], row[2] and made.signed(row[2])) for row in adjudicate.rows(self._project, doc)]
        return self._rows[doc][1]

    def like(self, difference: Difference, docs: Iterable[str]) -> dict[str, Any]:
        """How many decisions of these documents are like a difference, the latest of them, and what those on gaps of the guidelines rule.

        A ruling is the note of such a decision, with its document, author and date.
        """
        rows = [row for doc in docs for row in self._readable(doc) if row[2] is not None and _alike(row[1], difference)]
        rows.sort(key=lambda row: row[2].date if row[2] else "", reverse=True)
        gaps = ((part.record.meta.doc, made) for part, _, made in rows if made and made.note and made.reason == GAP)
        rulings = {made.note: {"note": made.note, "doc": doc, "by": made.by, "date": made.date} for doc, made in gaps}
        return {"count": len(rows), "cases": [_case(row) for row in rows[:MOST]], "rulings": list(rulings.values())[:MOST]}

    def _readable(self, doc: str) -> list[Row]:
        try:
            return self.rows(doc)
        except RedlineError:
            return []  # its text is not at hand, or its raters cannot be compared: the list of documents shows this


def _alike(one: Difference, other: Difference) -> bool:
    return one.id != other.id and (one.kind, one.layer) == (other.kind, other.layer) and bool(set(one.names) & set(other.names))


def _case(row: Row) -> dict[str, Any]:
    """A decision as the page shows it, with its sentence; `quote` is where the first mention is in that."""
    value = adjudicate.as_value(row)
    span = next(iter(row[1].mentions[0].readings.values()))
    return {**value, "names": row[1].names, "quote": [span.start - value["start"], span.end - value["start"]]}
