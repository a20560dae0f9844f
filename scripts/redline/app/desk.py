"""The desk of one rater: the documents of a project, each opened once, and the lock that keeps a second process out."""

import datetime
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from redline.app import comments, times
from redline.app.draft import Conflict, Draft, blank_of
from redline.app.edits import Edit, EditError
from redline.app.journal import read, text_of
from redline.app.practice import Comparison, Practice
from redline.app.review import Reviewer
from redline.app.suggestions import NEVER, Suggestions
from redline.core.corpus import Entity
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import sha256, write_atomically
from redline.core.segmentation import passages
from redline.curate.reanchor import pending
from redline.formats import jsonl
from redline.project import PRACTICE, Project, described, descriptions, entities, sources
from redline.project.lock import locked

DRAFTS = "drafts"
_name = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class UnknownDocumentError(RedlineError):
    """There is no document of that name."""


class Desk:
    """What one rater works on. Of gold and the other raters' files only where sentences end, and what is done, comes to the page."""

    def __init__(self, project: Project, rater: str, suggest: str = NEVER, *, timed: bool = True) -> None:
        """Takes the rater's lock; `suggest` is when a model's suggestions are shown, `timed` whether the page measures time.

        Raises RedlineError for an unusable name, when another process has the lock, or when the model for it is not there.
        """
        if not _name.fullmatch(rater):
            raise RedlineError(f"`{rater}` is not a name of a rater; needed: lower-case letters, digits and hyphens, at most 32")
        self.project = project
        self.rater = rater
        self.timed = timed
        self.taxonomy = project.taxonomy()
        self.suggestions = Suggestions(project, suggest)
        self._entered = False
        self.folder = project.corpus / DRAFTS / rater
        self.folder.mkdir(parents=True, exist_ok=True)
        self._alone = ExitStack()
        self._alone.enter_context(alone(self.folder))
        self.reviewer = Reviewer(self.taxonomy)
        self._drafts: dict[str, Draft] = {}
        self.words = project.words()
        self._seeds = frozenset(_names(project.seeds))
        self.sources = sources.read_all(project.seeds, project.texts)

    def renew(self) -> None:
        """Adds the documents that other processes added since the start; a seed that cannot be read waits for the next time."""
        for doc in _names(self.project.seeds) - self._seeds - self.sources.keys():
            with suppress(RedlineError):
                self.sources[doc] = sources.read(self.project.seeds, doc, self.project.texts)
        self.sources = dict(sorted(self.sources.items()))

    def draft(self, doc: str) -> Draft:
        """The draft of a document.

        Raises UnknownDocumentError when there is no such document, RedlineError when its files cannot be used.
        """
        if doc not in self._drafts:
            with locked(self.project):  # nobody corrects the text between the reading of it and the journal
                self._drafts[doc] = self._opened(doc)
            self._drafts[doc].suggest = "" if self.suggestions.mode == NEVER else self.suggestions.mode
        return self._drafts[doc]

    def _opened(self, doc: str) -> Draft:
        blank, (file, journal) = self._blank(doc), self._files(doc)
        cut = pending(self.project, doc)
        if cut.exists():
            raise RedlineError(f"{doc}: its correction was cut off; needed: the page that corrects it, or redline reanchor {doc} {cut}")
        if doc == PRACTICE and (batches := read(journal)) and batches[-1].text != text_of(blank.records):
            for path in (journal, file):  # of other passages: practice begins anew
                if path.exists():
                    path.replace(path.with_name(f"{path.name}.old"))
        return Draft(blank, file, journal, self.reviewer, partial(locked, self.project), self.words)

    @cached_property
    def practice(self) -> Practice:
        """The passages for practice, and their gold."""
        return Practice(self.project.corpus / "practice.json", self.project.gold, self.taxonomy, self.words)

    def compared(self) -> list[Comparison | None]:
        """The passages for practice, compared with gold."""
        return self.practice.compared(self.draft(PRACTICE).records())

    def agreement(self) -> dict[str, float | None] | None:
        """The agreement with gold by layer once all passages for practice are done."""
        return self.practice.agreement(self.draft(PRACTICE).records())

    def progress(self, doc: str) -> dict[str, int | bool]:
        """How far the rater is: passages, how many have all layers done, whether anything was ever saved, comments, and minutes."""
        file, journal = self._files(doc)
        try:
            records = jsonl.read_one(file, self.words).records if file.exists() else ()
            batches = read(journal)
        except RedlineError:
            records, batches = (), []  # opening the document shows the problem
        done = sum(record.meta.layers.keys() >= self.taxonomy.layers.keys() for record in records)
        return {
            "passages": len(passages(self.sources[doc].text)),
            "done": done,
            "begun": bool(records) or journal.exists(),
            "comments": sum(1 for _ in comments.of_rater(self.rater, batches)),
            "minutes": round(times.seconds(batches) / 60),
        }

    def commit(self, doc: str, base: int, sent: list[Edit], text: str = "") -> Conflict | None:
        """Saves edits of a document, as `Draft.commit` does; a rater whose first file this makes is described.

        Raises EditError as that does, and where the edits are of another `text`, as `Draft.text` names it ("": any).
        """
        draft = self.draft(doc)
        if text not in ("", draft.text):
            raise EditError("the text was corrected after this window was opened; needed: the present text")
        if doc == PRACTICE:
            return self._practise(draft, base, sent)
        conflict = draft.commit(base, sent)
        if draft.file.exists() and not (self._entered and self.rater in described(self.project.raters / "raters.json")):
            self.describe()
            self._entered = True
        return conflict

    def _practise(self, draft: Draft, base: int, sent: list[Edit]) -> Conflict | None:
        closed = {record.meta.passage for record in draft.records() if self.practice.done(record)}
        if any(edit.passage in closed for edit in draft.unknown(sent)):
            raise EditError("this passage is already compared with gold; needed: edits of another passage")
        conflict = draft.commit(base, sent)
        if agreement := self.agreement():
            shown = ", ".join(f"{layer} {'no spans' if value is None else f'{value:.2f}'}" for layer, value in agreement.items())
            self.describe(practice=f"{shown}; exact F1 with gold on {len(draft.state)} passages")
        return conflict

    def entities(self) -> list[Entity]:
        """The rows of the entity table."""
        return list(entities(self.project.corpus / "entities.jsonl"))

    def describe(self, **more: str) -> None:
        """Enters the rater in raters.json where it is not there, so that its files can be used; adds `more` to its entry."""
        with locked(self.project):
            self._describe(more)

    def _describe(self, more: dict[str, str]) -> None:
        path = self.project.raters / "raters.json"
        known = descriptions(path)
        entry = known.get(self.rater) or {
            "kind": "person",
            "guidelines": self.taxonomy.version,
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "how": "rated with redline annotate",
        }
        entry = entry | more | self._suggested(entry.get("suggestions", ""))
        if known.get(self.rater) != entry:
            write_atomically(path, _with_entry(known, self.rater, entry).encode())

    def _suggested(self, before: str) -> dict[str, str]:
        """The part of the entry about suggestions: all modes in which the rater has ever worked, except `never`."""
        modes = {*before.split(" and "), self.suggestions.mode} - {"", NEVER}
        return {"suggestions": " and ".join(sorted(modes))} if modes else {}

    def blank(self, doc: str) -> Document:
        """A document without labels; its sentences end where those of gold do.

        Raises UnknownDocumentError when there is no such document, RedlineError when its text is not at hand.
        """
        if doc not in {*self.sources, *_names(self.project.seeds)}:
            raise UnknownDocumentError(f"there is no document `{doc}`; needed: one of seeds/")
        self.sources[doc] = sources.read(self.project.seeds, doc, self.project.texts)
        gold = self.project.gold / f"{doc}.jsonl"
        blank = sources.blank(self.sources[doc], self.taxonomy.scheme)
        if gold.exists() and _texts(known := jsonl.read_one(gold, self.words)) == _texts(blank):
            blank = known
        return blank_of(blank, self.rater, self.taxonomy.scheme)

    def forget(self, doc: str) -> None:
        """Closes a draft, and that of practice; what they need is read again when they are next opened."""
        for name in (doc, PRACTICE):
            if name in self._drafts:
                self._drafts.pop(name).close()
            self.suggestions.forget(name)
        self.__dict__.pop("practice", None)
        self.sources[doc] = sources.read(self.project.seeds, doc, self.project.texts)

    def close(self) -> None:
        """Closes all journals and gives the lock back."""
        for draft in self._drafts.values():
            draft.close()
        self._alone.close()

    def _files(self, doc: str) -> tuple[Path, Path]:
        if doc == PRACTICE:  # answers of practice are never among the rater's files
            return self.folder / f"{doc}.jsonl", self.folder / f"{doc}.journal"
        return self.project.raters / self.rater / f"{doc}.jsonl", self.folder / f"{doc}.journal"

    def _blank(self, doc: str) -> Document:
        return self.practice.blank(self.rater) if doc == PRACTICE and self.practice.passages else self.blank(doc)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other processes away from a rater's drafts while the block runs.

    Raises RedlineError when one has them.
    """
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RedlineError(f"rater `{folder.name}` is open in another process; needed: one process per rater") from None
    try:
        yield
    finally:
        lock.release()


def home(project: Project, name: str) -> str:
    """To whom belongs what a browser keeps: a person in a project; another project may be at the same port later."""
    return f"{sha256(str(project.root.resolve()).encode())[:16]}/{name}"


def _names(seeds: Path) -> set[str]:
    return {path.stem for path in seeds.glob("*.json")}


def _texts(document: Document) -> list[str]:
    return [record.text for record in document.records]


def _with_entry(known: dict[str, Any], rater: str, entry: dict[str, str]) -> str:
    """raters.json with the rater's entry; an entry takes a line."""
    lines = [f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in {**known, rater: entry}.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
