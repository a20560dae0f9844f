"""Drafts follow a corrected text: a journal gets one batch more, which moves its items. What was in it stays in it."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.app import edits, journal
from redline.app.desk import DRAFTS, alone
from redline.app.edits import COMMENT, LAYER, SUGGESTION, Edit, Items, State
from redline.app.journal import Batch, Journal, text_of
from redline.core.corpus import Source
from redline.core.document import Document, Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256
from redline.curate import questions
from redline.curate.reanchor import Follower, Followers
from redline.edit.reanchor import Anchored, anchored, successors
from redline.formats import jsonl
from redline.project import Project, sources

PLACED = (COMMENT, SUGGESTION)
"""The kinds of items that go with their passage."""


class Carried(Struct, frozen=True):
    """A journal with the batch that it gets; None where it has that already."""

    path: Path
    anchored: Anchored
    batch: Batch | None

    def write(self) -> None:
        """Adds the batch.

        Raises RedlineError when it cannot be written.
        """
        if self.batch is None:
            return
        made = Journal(self.path)
        try:
            made.append(self.batch)
        finally:
            made.close()


def followers(project: Project, source: Source, new: str) -> list[Follower]:
    """The drafts and answers of a document, for a look: nobody is kept out."""
    found = [_carried(project, path, source, new) for path in _journals(project, source.seed.doc) if journal.read(path)]
    return [*found, *questions.carried(project, source, new)]


@contextmanager
def drafts(own: str = "") -> Iterator[Followers]:
    """What finds the drafts of a document; it keeps their raters out until the block ends, except the rater whose lock this process has.

    It raises RedlineError while a rater has the page open.
    """
    with ExitStack() as stack:
        kept = {own}

        def found(project: Project, source: Source, new: str) -> list[Follower]:
            for path in _journals(project, source.seed.doc):
                if path.parent.name not in kept:
                    stack.enter_context(alone(path.parent))
                    kept.add(path.parent.name)
            return followers(project, source, new)

        yield found


def _journals(project: Project, doc: str) -> list[Path]:
    return sorted((project.corpus / DRAFTS).glob(f"*/{doc}.journal"))


def _carried(project: Project, path: Path, source: Source, new: str) -> Carried:
    batches, scheme = journal.read(path), project.taxonomy().scheme
    before = sources.blank(source, scheme)
    after = sources.blank(Source(source.seed, new, ""), scheme)
    state = edits.state_of(batch.edits for batch in batches)
    if batches[-1].text == text_of(after.records):
        there = tuple(_filled(record, state[record.meta.passage]) for record in after.records)
        return Carried(path, Anchored(Document(after.id, there), [], []), None)
    if batches[-1].text != text_of(before.records):
        raise RedlineError(f"{path}: belongs to a different text of {source.seed.doc}; needed: the journal of this text, or no journal")
    filled = Document(before.id, tuple(_filled(record, state[record.meta.passage]) for record in before.records))
    moved = anchored(filled, source.text, new)
    target = _items(moved.document.records, state, successors(filled, source.text, new))
    count = sum(len(batch.edits) for batch in batches)
    changes = _changes(state, target, f"{sha256(new.encode())[:16]}-{count}")
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    file = _file(project.raters / path.parent.name / f"{source.seed.doc}.jsonl", batches, source.text, new)
    return Carried(path, moved, Batch(at, batches[-1].guidelines, text_of(after.records), file, tuple(changes), batches[-1].suggest))


def _file(path: Path, batches: Sequence[Batch], old: str, new: str) -> str:
    """The hash that the rater's file will have, if the page wrote it, so that the page recognises it; else nothing."""
    if not path.exists() or sha256(read_bytes(path)) not in {batch.file for batch in batches}:
        return ""
    return sha256(jsonl.dump([anchored(jsonl.read_one(path), old, new).document]))


def _filled(record: Record, items: Items) -> Record:
    """A passage with the spans and relations of a draft; the state of a layer is the version after which it was done."""
    versions = {name: items[f"{LAYER}:{name}"] for name in sorted(edits.layers(items))}
    meta = msgspec.structs.replace(record.meta, layers=versions)
    return msgspec.structs.replace(record, spans=edits.spans(items), relations=edits.relations(items), meta=meta)


def _items(records: Sequence[Record], before: dict[int, Items], homes: dict[int, int]) -> State:
    """The items of each passage of the new text."""
    state = [edits.items_of(record) | _versions(record) for record in records]
    for passage, items in before.items():
        home = homes[min(homes, key=lambda each: abs(each - passage))] if homes else 0  # that of a neighbour, where it is gone
        placed = {item: value for item, value in items.items() if item.partition(":")[0] in PLACED}
        for item, value in placed.items() if passage in homes else _whole(placed):
            other = state[home].get(item)
            state[home][item] = value if other is None or not item.startswith(COMMENT) else f"{other} / {value}"
    return state


def _whole(items: Items) -> Iterator[tuple[str, Any]]:
    """The comments of a passage that is gone, as comments on a whole passage."""
    return ((f"{COMMENT}:", value) for item, value in items.items() if item.startswith(COMMENT))


def _versions(record: Record) -> Items:
    return {f"{LAYER}:{name}": version for name, version in record.meta.layers.items()}


def _changes(before: dict[int, Items], after: State, key: str) -> Iterable[Edit]:
    """The edits that make one state of the other."""
    passages = range(max([len(after), *(number + 1 for number in before)]))
    pairs = [(before.get(n, {}), after[n] if n < len(after) else {}) for n in passages]
    different = [
        (n, item) for n, (old, new) in enumerate(pairs) for item in sorted(old.keys() | new.keys()) if old.get(item) != new.get(item)
    ]
    return [Edit(f"{key}-{count}", n, item, pairs[n][0].get(item), pairs[n][1].get(item)) for count, (n, item) in enumerate(different)]
