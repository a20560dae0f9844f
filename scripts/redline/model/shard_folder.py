"""A folder of shards becomes another folder: what there is to do, what is done (`manifest.json`), and what a stopped run left.

The same input gives the same bytes, with any engine, any number of workers and any order in which they finish.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.listing import below
from redline.model import engines
from redline.model.shard_lines import SUFFIXES
from redline.project.lock import NAME as LOCK
from redline.project.lock import locked_folder

MANIFEST = "manifest.json"
EVERY = 1.0
"""Seconds between two writes of the manifest: a killed run does the shards of this time again."""


class Manifest(Struct, kw_only=True):
    """What a folder contains, every shard by name; a kind of manifest adds what all shards were made with."""

    MADE: ClassVar[str]
    """What another run did, with what else: the beginning of a refusal to go on with its folder."""
    shards: dict[str, Any]

    def total(self, name: str) -> int:
        """The sum of a count over all shards."""
        return sum(getattr(one, name) for one in self.shards.values())

    @property
    def failed(self) -> dict[str, str]:
        """Why a shard has no output, by the shard's name."""
        return {name: one.error for name, one in self.shards.items() if one.error}


class Job(Protocol):
    """A shard to work on."""

    @property
    def name(self) -> str:
        """Its name below the folder of shards."""


Kind = TypeVar("Kind", bound=Manifest)
AnyJob = TypeVar("AnyJob", bound=Job)


def names(source: Path, out: Path, targets: Callable[[str], str], *others: str) -> list[str]:
    """The shards of a folder, by their path below it, in order; `targets` names the output of each, `others` are more files for it.

    Raises RedlineError when there are none, when one folder contains the other, and when two shards would have one output.
    """
    if out.is_relative_to(source) or source.is_relative_to(out):
        raise RedlineError(f"{out}: is not separate from {source}; needed: another folder for the output")
    if not source.is_dir():
        raise RedlineError(f"{source}: is not a folder; needed: a folder of shards")
    found = [name for name in _below(source) if name.endswith(SUFFIXES)]
    if not found:
        raise RedlineError(f"{source}: contains no {' or '.join(SUFFIXES)} file; needed: shards")
    for target, count in Counter([*others, *map(targets, found)]).items():
        if count > 1:
            raise RedlineError(f"{source}: two files would be written to {target}; needed: other names")
    return found


def others(source: Path) -> list[str]:
    """The files of a folder with other endings than shards, by their path below it, in order."""
    return [name for name in _below(source) if not name.endswith(SUFFIXES)]


def _below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in below(folder))


@contextmanager
def opened(out: Path, new: Kind, found: Sequence[str], *, resume: bool) -> Iterator[Kind]:
    """The manifest of a folder that is this run's alone: `new` or, with `resume`, what a former run knew of the shards `found`.

    Raises RedlineError when `out` is not empty and `resume` is False, or when its manifest does not match `new`.
    """
    _refuse_used(out, resume=resume)
    with locked_folder(out):
        # Once more: another run may have filled the folder while this one waited.
        _refuse_used(out, resume=resume)
        manifest = _resumed(out, new) if resume else new
        manifest.shards = {name: manifest.shards[name] for name in found if name in manifest.shards}
        _save(manifest, out)
        yield manifest


def run(
    jobs: Sequence[AnyJob],
    engine: engines.Engine,
    work: Callable[[AnyJob], Any],
    lost: Callable[[str], Any],
    manifest: Manifest,
    out: Path,
    progress: Callable[[Any], None],
) -> None:
    """Works on shards and keeps the manifest up to date, also when the run ends early; `lost` is what is known of a lost shard."""
    saved = time.monotonic()
    try:
        # Workers have ended before the last manifest is written: where they filled the disk, they have made room.
        with closing(engines.run(engine, work, jobs)) as results:
            for job, result in results:
                manifest.shards[job.name] = lost(result.why) if isinstance(result, engines.Lost) else result
                progress(manifest.shards[job.name])
                if time.monotonic() - saved > EVERY:
                    _save(manifest, out)
                    saved = time.monotonic()
    finally:
        _save(manifest, out)


def _save(manifest: Manifest, out: Path) -> None:
    manifest.shards = dict(sorted(manifest.shards.items()))
    write_atomically(out / MANIFEST, json.dumps(msgspec.to_builtins(manifest), indent=1, ensure_ascii=False).encode() + b"\n")


def _refuse_used(out: Path, *, resume: bool) -> None:
    used = out.is_dir() and any(path.name != LOCK for path in out.iterdir())
    if used and not resume:
        raise RedlineError(f"{out}: is not empty; needed: --resume, or an empty folder")
    if used and not (out / MANIFEST).exists():
        raise RedlineError(f"{out}: contains no {MANIFEST}; needed: the folder of an interrupted run, or an empty folder")


def _resumed(out: Path, new: Kind) -> Kind:
    """The manifest of a former run, or the new one where there was none.

    Raises RedlineError when it was made otherwise.
    """
    path = out / MANIFEST
    if not path.exists():
        return new
    old = of_file(path, type(new), "is not a manifest", "the manifest of an interrupted run")
    if msgspec.structs.replace(old, shards={}) != new:
        raise RedlineError(f"{out}: was {new.MADE}; needed: the same, or an empty folder")
    return old
