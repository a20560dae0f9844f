"""Two states of annotations to compare: files, folders, or revisions of the repository."""

import subprocess
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from redline import project as projects
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.taxonomy import Taxonomy
from redline.curate import convert
from redline.edit.changes import Change, Key, changes
from redline.formats import jsonl
from redline.formats.reading import Options
from redline.rules.entities import TABLE


class _Passages:
    """The passages of two states as they are read: of those that both have, only the differences stay in memory."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.left: tuple[dict[Key, Record], dict[Key, Record]] = ({}, {})
        self._seen: dict[Key, int] = {}

    def add(self, side: int, name: str, record: Record) -> None:
        """Adds a passage of the first state (0) or the second (1). Raises RedlineError when the state `name` has it already."""
        key = (record.meta.doc, record.meta.passage)
        sides = self._seen.get(key, 0)
        if sides & 1 << side:
            raise RedlineError(f"{name}: passage {key[1]} of {key[0]} occurs twice; needed: each passage once")
        self._seen[key] = sides | 1 << side
        other = self.left[1 - side].pop(key, None)
        if other is None:
            self.left[side][key] = record
        else:
            before, after = (other, record) if side else (record, other)
            self.changes += changes({key: before}, {key: after})


def compare(before: str, after: str, within: Path, taxonomy: Taxonomy) -> list[Change]:
    """The differences between two states, each a path or, where no such path exists, a git revision of `within`.

    A path may be a file of any format that is read. A passage that only one state has under its document and number is compared
    with one of the same text. The states are read side by side: memory grows with their differences, the names of their passages,
    and the distance between a passage's places in the two. Raises RedlineError when a state is neither a path nor a revision, or
    contains a line that is not a record.
    """
    passages = _Passages()
    states = [_state(name, within, taxonomy) for name in (before, after)]
    for pair in zip_longest(*states):
        for side, record in enumerate(pair):
            if record is not None:
                passages.add(side, (before, after)[side], record)
    one, other = passages.left
    # Sorting is stable: the changes of a passage stay in their order.
    return sorted([*passages.changes, *changes(one, _beside(one, other))], key=lambda change: (change.doc, change.passage))


def _beside(one: dict[Key, Record], other: dict[Key, Record]) -> dict[Key, Record]:
    """The records of the other state by the keys of those of the first with the same text; no key is in both states."""
    free: dict[str, list[Key]] = {}
    for key, record in reversed(one.items()):
        free.setdefault(record.text, []).append(key)
    return {free[record.text].pop() if free.get(record.text) else key: record for key, record in other.items()}


def _state(name: str, within: Path, taxonomy: Taxonomy) -> Iterator[Record]:
    path = Path(name)
    if path.exists() or path == STANDARD:
        return convert.records(path, Options(taxonomy, foreign=False, texts=projects.words()))
    return _revision(name, within)


def _revision(name: str, within: Path) -> Iterator[Record]:
    listed = _git("ls-tree", "-r", "-z", "--name-only", name, "--", str(within))
    if listed is None:
        raise RedlineError(f"{name}: is neither a path nor a git revision; needed: one of them")
    files = [file for file in listed.decode().split("\0") if file.endswith(".jsonl") and Path(file).name != TABLE]
    words = projects.words()
    for file in files:
        data = _git("show", f"{name}:./{file}") or b""
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.strip() and (record := jsonl.parse(line, f"{name}:{file}:{number}", words)) is not None:
                yield record


def _git(*arguments: str) -> bytes | None:
    """What git prints, or None when it fails."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RedlineError("git is not installed; needed: git, or two paths") from None
    return done.stdout if done.returncode == 0 else None
