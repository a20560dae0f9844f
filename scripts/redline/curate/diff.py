"""Two states of annotations to compare: files, folders, or revisions of the repository."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from redline import formats
from redline import project as projects
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.taxonomy import Taxonomy
from redline.edit.changes import Change, Key, changes
from redline.formats import jsonl
from redline.formats.reading import Options


def compare(before: str, after: str, within: Path, taxonomy: Taxonomy) -> list[Change]:
    """The differences between two states, each a path or, where no such path exists, a git revision of `within`.

    A path may be a file of any format that is read. A passage that only one state has under its document and number is compared
    with one of the same text. Raises RedlineError when a state is neither, or contains a line that is no record.
    """
    one, other = (_state(name, within, taxonomy) for name in (before, after))
    return list(changes(one, _beside(one, other)))


def _beside(one: dict[Key, Record], other: dict[Key, Record]) -> dict[Key, Record]:
    """The records of the other state by the keys of those of the first with the same text, where these keys are free."""
    free: dict[str, list[Key]] = {}
    for key, record in reversed(one.items()):
        if key not in other:
            free.setdefault(record.text, []).append(key)
    return {free[record.text].pop() if key not in one and free.get(record.text) else key: record for key, record in other.items()}


def _state(name: str, within: Path, taxonomy: Taxonomy) -> dict[Key, Record]:
    found: dict[Key, Record] = {}
    path = Path(name)
    there = path.exists() or path == STANDARD
    for record in (
        formats.read(path, Options(taxonomy, foreign=False, texts=projects.words())).records if there else _revision(name, within)
    ):
        key = (record.meta.doc, record.meta.passage)
        if key in found:
            raise RedlineError(f"{name}: passage {key[1]} of {key[0]} occurs twice; needed: each passage once")
        found[key] = record
    return found


def _revision(name: str, within: Path) -> Iterator[Record]:
    listed = _git("ls-tree", "-r", "-z", "--name-only", name, "--", str(within))
    if listed is None:
        raise RedlineError(f"{name}: is neither a path nor a git revision; needed: one of them")
    files = [file for file in listed.decode().split("\0") if file.endswith(".jsonl")]
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
