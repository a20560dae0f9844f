"""A folder of shards becomes a folder of Prodigy tasks: what there is to do, what is done (`manifest.json`), what failed.

The same input gives the same bytes, whatever the engine, the number of workers and the order in which they finish.
"""

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from redline import __version__
from redline.core.errors import RedlineError
from redline.core.files import atomic, read_bytes, sha256, write_atomically
from redline.learn import artefact
from redline.model import engines, shard
from redline.model.shard import Job, Settings, Shard
from redline.model.shard_lines import SUFFIXES
from redline.project.lock import NAME as LOCK
from redline.project.lock import locked_folder

MANIFEST = "manifest.json"
QUARANTINE = "quarantine.jsonl"
EVERY = 1.0
"""Seconds between two writes of the manifest: a killed run does the shards of this time again."""


class Manifest(Struct):
    """What a folder of labelled shards contains: the version of Redline, a digest of the models, and every shard by name."""

    redline: str
    models: str
    keep: bool
    shards: dict[str, Shard]

    def total(self, name: str) -> int:
        """The sum of a count over all shards."""
        return sum(getattr(one, name) for one in self.shards.values())

    @property
    def failed(self) -> dict[str, str]:
        """Why a shard has no output, by the shard's name."""
        return {name: one.error for name, one in self.shards.items() if one.error}


def label(
    source: Path,
    out: Path,
    settings: Settings,
    engine: engines.Engine,
    *,
    resume: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Labels each file of `source` to a file of the same name in `out`; `progress` gets the words of each shard that is done.

    With `resume`, a shard whose input and output are as the manifest says is not labelled again. Raises RedlineError when a
    folder cannot be used, when `out` is not empty and `resume` is False, and when something cannot be written.
    """
    source, out = source.resolve(), out.resolve()
    found = names(source, out)
    new = Manifest(__version__, _digest(settings), settings.keep, {})
    _refuse_used(out, resume=resume)
    with locked_folder(out):
        # Once more: another run may have filled the folder while this one waited.
        _refuse_used(out, resume=resume)
        manifest = _resumed(out, new) if resume else new
        known = {name: manifest.shards[name] for name in found if name in manifest.shards}
        manifest.shards = dict(known)
        _save(manifest, out)
        jobs = [Job(name, source, out, settings, known.get(name)) for name in found]
        _run(jobs, engine, manifest, progress)
        _gather(manifest, out)
    return manifest


def names(source: Path, out: Path) -> list[str]:
    """The shards of a folder, by their path below it, in order.

    Raises RedlineError when there are none, when one folder contains the other, and when two shards would have one output.
    """
    if out.is_relative_to(source) or source.is_relative_to(out):
        raise RedlineError(f"{out}: is not apart from {source}; needed: another folder for the output")
    if not source.is_dir():
        raise RedlineError(f"{source}: is no folder; needed: a folder of shards")
    found = sorted(p.relative_to(source).as_posix() for p in source.rglob("*") if p.name.endswith(SUFFIXES) and p.is_file())
    if not found:
        raise RedlineError(f"{source}: contains no {' or '.join(SUFFIXES)} file; needed: shards")
    for target, count in Counter([QUARANTINE, *map(shard.target, found)]).items():
        if count > 1:
            raise RedlineError(f"{source}: two files would be written to {target}; needed: other names")
    return found


def _run(jobs: list[Job], engine: engines.Engine, manifest: Manifest, progress: Callable[[int], None]) -> None:
    """Labels shards and keeps the manifest up to date, also when the run ends early."""
    saved, out = time.monotonic(), jobs[0].out
    try:
        # Workers have ended before the last manifest is written: where they filled the disk, they have made room.
        with closing(engines.run(engine, shard.label, jobs)) as results:
            for job, result in results:
                manifest.shards[job.name] = result if isinstance(result, Shard) else Shard(error=result.why)
                progress(manifest.shards[job.name].words)
                if time.monotonic() - saved > EVERY:
                    _save(manifest, out)
                    saved = time.monotonic()
    finally:
        _save(manifest, out)


def _save(manifest: Manifest, out: Path) -> None:
    manifest.shards = dict(sorted(manifest.shards.items()))
    write_atomically(out / MANIFEST, json.dumps(msgspec.to_builtins(manifest), indent=1, ensure_ascii=False).encode() + b"\n")


def _gather(manifest: Manifest, out: Path) -> None:
    """Writes what all shards could not label to one file; removes that of a former run where there is nothing."""
    parts = [out / shard.PARTS / f"{name}.part" for name, one in manifest.shards.items() if one.quarantine]
    if not parts:
        (out / QUARANTINE).unlink(missing_ok=True)
        return
    with atomic(out / QUARANTINE) as file:
        for part in parts:
            with part.open("rb") as content:
                shutil.copyfileobj(content, file)


def _digest(settings: Settings) -> str:
    """A digest of all models of the folders and of the name that was asked for."""
    folders = [path for home in settings.homes for path in artefact.folders(home)]
    return sha256(b"".join(read_bytes(path / artefact.NAME) for path in folders) + str(settings.model).encode())


def _refuse_used(out: Path, *, resume: bool) -> None:
    used = out.is_dir() and any(path.name != LOCK for path in out.iterdir())
    if used and not resume:
        raise RedlineError(f"{out}: is not empty; needed: --resume, or an empty folder")
    if used and not (out / MANIFEST).exists():
        raise RedlineError(f"{out}: contains no {MANIFEST}; needed: the folder of a run that was interrupted, or an empty one")


def _resumed(out: Path, new: Manifest) -> Manifest:
    """The manifest of a former run, or the new one where there was none.

    Raises RedlineError when it was made with other models or options.
    """
    path = out / MANIFEST
    if not path.exists():
        return new
    try:
        old = msgspec.json.decode(read_bytes(path), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is no manifest ({error}); needed: that of a run that was interrupted") from None
    if msgspec.structs.replace(old, shards={}) != new:
        raise RedlineError(f"{out}: was labelled with other models, options or version; needed: the same, or an empty folder")
    return old
