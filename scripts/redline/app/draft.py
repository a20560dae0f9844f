"""A document as one rater works on it: the journal is the truth, the rater's file follows it with the layers that are done."""

import datetime
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.app import edits
from redline.app.edits import Edit, EditError, Items, State
from redline.app.journal import Batch, Journal, text_of
from redline.app.review import Fault, Review, Reviewer
from redline.core.bare import Texts, nowhere
from redline.core.document import Document, Meta, Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256, write_atomically
from redline.formats import jsonl

Lock = Callable[[], AbstractContextManager[None]]


class Conflict(Struct, frozen=True):
    """Edits that others saved since the base: the sender puts its own on top of them."""

    version: int
    edits: list[Edit]


class Draft:
    """The state of one document of one rater. A version is the number of edits that were ever saved."""

    def __init__(self, blank: Document, file: Path, journal: Path, reviewer: Reviewer, lock: Lock, words: Texts = nowhere) -> None:
        """Opens the journal, or begins one with the content of the rater's file; `lock` is taken around each use of that file.

        `words` completes bare records.

        Raises RedlineError when the journal is of another text, or a file cannot be read.
        """
        self.document = blank
        self.file = file
        self.reviewer = reviewer
        self._lock = lock
        self._words = words
        self.suggest = ""
        self.text = text_of(blank.records)
        """The hash of its passages."""
        self._journal = Journal(journal)
        batches = self._journal.batches
        if batches and batches[-1].text != self.text:
            raise RedlineError(f"{journal}: belongs to a different text of {blank.id}; needed: the rated text, or a new journal")
        made = [edit for batch in batches for edit in batch.edits]
        _check(made, journal)
        self._layers = reviewer.taxonomy.layers
        self._edits = edits.known(made, self._layers)
        self.ignored = edits.unknown_layers(made, self._layers)
        """Layers of the journal that are not in the scheme. What it has of them is in its lines alone."""
        items = edits.state_of([self._edits])
        self.state: State = [items[passage] for passage in range(len(blank.records))]
        self._keys = {edit.key for edit in self._edits}
        self._reviews = self._reviewed(self.state, {})
        with lock():
            self._follow_file()

    @property
    def version(self) -> int:
        """The number of edits that were ever saved."""
        return len(self._edits)

    def commit(self, base: int, sent: list[Edit]) -> Conflict | None:
        """Saves the edits that are not saved yet; or gives what others saved since `base`, and saves nothing.

        Raises EditError when an edit cannot be, JournalError when it cannot be written.
        """
        keys = {edit.key for edit in sent}
        since = self._edits[base:]
        if any(edit.key not in keys for edit in since):
            return Conflict(self.version, since)
        fresh = self.unknown(sent)
        for edit in fresh:
            edits.check(edit, self.document.records, self._layers)
        if fresh:
            self._save(fresh)
        return None

    def faults(self) -> list[list[Fault]]:
        """By passage what the rules find."""
        return [review.faults for review in self._reviews]

    def done(self) -> list[list[str]]:
        """By passage the layers that the rater's file contains."""
        return [list(record.meta.layers) for record in self.records()]

    def records(self) -> list[Record]:
        """The passages as the rater's file contains them."""
        return [review.done for review in self._reviews]

    def passed(self) -> list[set[str]]:
        """By passage the layers that the rater has called done at least once."""
        passed: list[set[str]] = [set() for _ in self.state]
        for edit in self._edits:
            kind, _, name = edit.item.partition(":")
            if kind == edits.LAYER and edit.after is not None and edit.passage < len(passed):
                passed[edit.passage].add(name)
        return passed

    def unknown(self, sent: list[Edit]) -> list[Edit]:
        """The edits that are not saved yet."""
        return [edit for edit in sent if edit.key not in self._keys]

    def close(self) -> None:
        """Closes the journal."""
        self._journal.close()

    def _save(self, made: list[Edit]) -> None:
        fresh = edits.known(made, self._layers)
        touched = {edit.passage for edit in fresh}
        state = [dict(items) if passage in touched else items for passage, items in enumerate(self.state)]
        edits.apply(state, fresh)
        reviews = self._reviewed(state, {n: review for n, review in enumerate(self._reviews) if n not in touched})
        data = _file_of(self.document.id, reviews)
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._journal.append(Batch(at, self.reviewer.taxonomy.version, self.text, sha256(data), tuple(made), self.suggest))
        self.ignored |= edits.unknown_layers(made, self._layers)
        self.state, self._reviews = state, reviews
        self._edits += fresh
        self._keys |= {edit.key for edit in fresh}
        if self.file.exists() or any(review.done.meta.layers for review in reviews):
            with self._lock():
                write_atomically(self.file, data)

    def _reviewed(self, state: State, known: dict[int, Review]) -> list[Review]:
        """The review of each passage; those that are known stay."""
        pairs = enumerate(zip(self.document.records, state, strict=True))
        return [known.get(passage) or self.reviewer.review(record, items) for passage, (record, items) in pairs]

    def _follow_file(self) -> None:
        """Enters in the journal what only the rater's file contains; puts an older file of the page right."""
        if not self.file.exists():
            return
        data = read_bytes(self.file)
        if sha256(data) in {batch.file for batch in self._journal.batches}:
            write_atomically(self.file, _file_of(self.document.id, self._reviews))
            return
        changes = self._changes(jsonl.read_one(self.file, self._words), sha256(data))
        _check(changes, self.file)
        if changes:
            self._save(changes)

    def _changes(self, document: Document, name: str) -> list[Edit]:
        theirs, own = ([(record.meta.passage, record.text) for record in one.records] for one in (document, self.document))
        if theirs != own:
            raise RedlineError(f"{self.file}: belongs to a different text of {document.id}; needed: run redline reanchor")
        changes: list[Edit] = []
        for record, items in zip(document.records, self.state, strict=True):
            written, mine = edits.items_of(record, self._version_of(record)), _of_layers(items, record)
            for item in sorted(written.keys() | mine.keys()):
                after: Any = written.get(item)
                if items.get(item) != after and not (item.startswith("layer:") and item in items and after):
                    changes.append(Edit(f"{name[:16]}-{len(changes)}", record.meta.passage, item, items.get(item), after))
        return changes

    def _version_of(self, record: Record) -> str:
        """The version of the guidelines that a record follows, as far as it names it."""
        taxonomy = self.reviewer.taxonomy
        return taxonomy.version if record.meta.scheme == taxonomy.scheme else record.meta.scheme


def _check(made: Iterable[Edit], path: Path) -> None:
    """Raises RedlineError that names the file when a value of an edit is not of the type of its item."""
    try:
        for edit in made:
            edits.typed(edit)
    except EditError as error:
        raise RedlineError(f"{path}: passage {edit.passage}: {error}") from None


def _file_of(doc: str, reviews: list[Review]) -> bytes:
    return jsonl.dump([Document(doc, tuple(review.done for review in reviews))])


def _of_layers(items: Items, record: Record) -> Items:
    """The items of the layers that a record has done."""
    names = {span.id for span in edits.spans(items) if record.annotated(span.layer)}
    return {
        item: value
        for item, value in items.items()
        if (item.startswith("span:") and value["id"] in names)
        or (item.startswith("relation:") and {value["head_id"], value["child_id"]} <= names)
    }


def blank_of(document: Document, rater: str, scheme: str) -> Document:
    """The passages and sentences of a document without annotation, for a rater."""
    places = [record.meta for record in document.records]
    metas = [Meta(document.id, place.passage, place.offset, scheme, {}, rater, sha256=place.sha256) for place in places]
    pairs = zip(document.records, metas, strict=True)
    return Document(document.id, tuple(Record(r.text, "accept", r.sentences, (), (), meta) for r, meta in pairs))
