"""Two states of annotations to compare: files, folders, or revisions of the repository."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.curate import validate
from redline.edit.changes import Change, Key, changes
from redline.formats import jsonl


def compare(before: str, after: str, within: Path) -> list[Change]:
    """The differences between two states, each a path or, where no such path exists, a git revision of `within`.

    Raises RedlineError when a state is neither, or holds a line that is no record.
    """
    return list(changes(_state(before, within), _state(after, within)))


def _state(name: str, within: Path) -> dict[Key, Record]:
    found: dict[Key, Record] = {}
    for record in _records(Path(name)) if Path(name).exists() or Path(name) == STANDARD else _revision(name, within):
        key = (record.meta.doc, record.meta.passage)
        if key in found:
            raise RedlineError(f"{name}: passage {key[1]} of {key[0]} stands twice; needed: one state of each passage")
        found[key] = record
    return found


def _records(path: Path) -> Iterator[Record]:
    for file in validate.paths([path]):
        yield from jsonl.read_records(file)


def _revision(name: str, within: Path) -> Iterator[Record]:
    listed = _git("ls-tree", "-r", "-z", "--name-only", name, "--", str(within))
    if listed is None:
        raise RedlineError(f"{name}: is neither a path nor a git revision; needed: one of them")
    files = [file for file in listed.decode().split("\0") if file.endswith(".jsonl")]
    for file in files:
        data = _git("show", f"{name}:./{file}") or b""
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.strip():
                yield jsonl.parse(line, f"{name}:{file}:{number}")


def _git(*arguments: str) -> bytes | None:
    """What git prints, or None when it fails."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RedlineError("git is not installed; needed: git, or two paths") from None
    return done.stdout if done.returncode == 0 else None
