"""The documents of a project as one adjudicator works on them: what is open, what is decided, and what becomes gold.

Decisions are written by the functions of `redline adjudicate`; the files are the only state.
"""

import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.adjudicate.decisions import Decision
from redline.adjudicate.differences import Passage, passages
from redline.app import comments, journal
from redline.app.comments import Comment
from redline.app.desk import DRAFTS
from redline.app.journal import text_of
from redline.app.precedents import Precedents
from redline.app.waiting import waiting
from redline.core.diagnostic import Diagnostic
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256
from redline.core.names import usable
from redline.core.quoting import number, occurrences
from redline.curate import adjudicate, decide, validate
from redline.project import Project, decisions, lookup
from redline.project.lock import locked
from redline.rules import all_rules

LONGEST = 60
"""Characters of a name."""


class BlindError(RedlineError):
    """A document whose raters are not finished; `names` are those that it waits for."""

    def __init__(self, doc: str, names: list[str]) -> None:
        super().__init__(f"{doc}: waits for {', '.join(names)}; needed: two raters who are finished")
        self.names = names


class Made(Struct, frozen=True, forbid_unknown_fields=True):
    """What the adjudicator decides on a difference; `base` is the version that the page shows.

    `take` is that of a decision, except for another reading of a span, which has `start` and `end` (code points of the passage) in
    the place of words.
    """

    base: str
    id: str
    take: str | bool | dict[str, Any] | None
    reason: str
    note: str = ""


class Back(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision that is undone: `before` is the decision that is valid again, None where the difference is open again."""

    base: str
    id: str
    before: Decision | None


class Adjudication:
    """What one adjudicator works on. Raters' files are only read."""

    def __init__(self, project: Project, by: str) -> None:
        """Raises RedlineError for an unusable name."""
        if not by.strip() or len(by) > LONGEST or not by.isprintable():
            raise RedlineError(f"`{by}` is not a name of an adjudicator; needed: a name of at most {LONGEST} characters, on one line")
        self.project = project
        self.by = by
        self.taxonomy = project.taxonomy()
        self.precedents = Precedents(project, self.version)

    def documents(self) -> list[str]:
        """The documents that a rater has rated."""
        return sorted({path.stem for path in self.project.raters.glob("*/*.jsonl")})

    def check(self, doc: str) -> None:
        """Raises BlindError while a rater of a document is not finished, RedlineError when there is no such document."""
        # The name is looked up among the files that there are, and only an unusual one among all: no path of a request is opened.
        if not (usable(doc) and any(self._file(rater, doc).exists() for rater in lookup.raters(self.project))):
            lookup.one_of(doc, self.documents(), "document with a rater's file")
        if names := waiting(self.project, doc, self.by):
            raise BlindError(doc, names)

    def passages(self, doc: str) -> list[Passage]:
        """The passages of a document as its raters see them.

        Raises RedlineError when they cannot be compared.
        """
        return passages(adjudicate.readings(self.project, doc), self.taxonomy)

    def comments(self, doc: str) -> list[Comment]:
        """The comments of the raters who are compared, as far as their journals are on this machine.

        Raises RedlineError when a journal is damaged.
        """
        parts = self.passages(doc)
        text = text_of(part.record for part in parts)
        raters = list(parts[0].readings) if parts else []
        paths = {name: self.project.corpus / DRAFTS / name / f"{doc}.journal" for name in raters}
        return [one for name, path in paths.items() for one in comments.on_text(name, journal.read(path), text)]

    def version(self, doc: str) -> str:
        """The hash of all that a document's differences and decisions follow from."""
        paths = [decisions.path_of(self.project, doc), *(self._file(rater, doc) for rater in lookup.raters(self.project))]
        return sha256(b"\0".join(read_bytes(path) if path.exists() else b"" for path in paths))

    def decide(self, doc: str, made: Made) -> bool:
        """Records a decision; False where the document is not the version any more on which it was made, and nothing is written.

        Raises RedlineError when the difference cannot take it.
        """
        today = datetime.date.today().isoformat()
        with locked(self.project):
            self.check(doc)
            if fits := made.base == self.version(doc):
                decision = Decision(self._worded(doc, made), made.reason, made.note.strip(), self.by, today)
                decide.decide(self.project, doc, made.id, decision)
        return fits

    def put_back(self, doc: str, back: Back) -> bool:
        """Undoes a decision, which goes to the history; False as `decide`."""
        with locked(self.project):
            self.check(doc)
            if fits := back.base == self.version(doc):
                decide.put_back(self.project, doc, back.id, back.before)
        return fits

    def write_gold(self, doc: str, base: str) -> list[Diagnostic] | None:
        """Makes gold as `redline adjudicate` does; what the rules find in it, or None where the document is another version.

        Raises RedlineError while a difference is open.
        """
        with locked(self.project):
            self.check(doc)
            if base != self.version(doc):
                return None
            adjudicate.write(self.project, [doc])
        return validate.validate_paths([self.gold(doc)], all_rules(), self.taxonomy, self.project, workers=1).diagnostics

    def gold(self, doc: str) -> Path:
        """Where gold of a document is; the file may be missing."""
        return lookup.path_of(self.project, doc, None)

    def _file(self, rater: str, doc: str) -> Path:
        return self.project.raters / rater / f"{doc}.jsonl"

    def state_of_gold(self, doc: str) -> str:
        """`missing`; or else `open` while a difference is undecided, `stale` where raters and decisions give another one, or `made`."""
        if not self.gold(doc).exists():
            return "missing"
        try:
            return "made" if adjudicate.holds(self.project, doc) else "stale"
        except RedlineError:
            return "open"

    def _worded(self, doc: str, made: Made) -> Any:
        """What is taken, as a decision has it: with the words of a place, and their number where the passage has them several times."""
        if not isinstance(made.take, dict) or not {"start", "end"} <= made.take.keys():
            return made.take
        text = next((part.record.text for part in self.passages(doc) for one in part.differences if one.id == made.id), "")
        start, end = made.take["start"], made.take["end"]
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise RedlineError(f"the reading is at {start}..{end}; needed: code points of the passage, which has {len(text)}")
        quote = text[start:end]
        if start not in occurrences(text, quote):
            raise RedlineError(f"`{quote}` cuts a word; needed: whole words")
        nth = number(text, quote, start)
        rest = {name: value for name, value in made.take.items() if name not in ("start", "end", "quote")}
        return {"quote": quote, **({"nth": nth} if nth else {}), **rest}
