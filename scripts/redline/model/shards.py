"""A folder of shards becomes a folder of Prodigy tasks, with what could not be labelled in a separate file."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from redline import __version__
from redline.core.files import atomic, read_bytes, sha256
from redline.learn import artefact
from redline.model import engines, shard, shard_folder
from redline.model.shard import Job, Settings, Shard

QUARANTINE = "quarantine.jsonl"


class Manifest(shard_folder.Manifest):
    """What a folder of labelled shards contains: the version of Redline, a digest of the models, and every shard by name."""

    MADE: ClassVar[str] = "labelled with other models, options or version"
    redline: str
    models: str
    keep: bool
    fast: bool = False
    shards: dict[str, Shard]


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

    With `resume`, a shard is not labelled again if its input and output match the manifest. Raises RedlineError when a
    folder cannot be used, when `out` is not empty and `resume` is False, and when something cannot be written.
    """
    source, out = source.resolve(), out.resolve()
    found = shard_folder.names(source, out, shard.target, QUARANTINE)
    new = Manifest(redline=__version__, models=_digest(settings), keep=settings.keep, fast=settings.fast, shards={})
    with shard_folder.opened(out, new, found, resume=resume) as manifest:
        jobs = [Job(name, source, out, settings, manifest.shards.get(name)) for name in found]
        shard_folder.run(jobs, engine, shard.label, _lost, manifest, out, lambda done: progress(done.words))
        _gather(manifest, out)
    return manifest


def _lost(why: str) -> Shard:
    return Shard(error=why)


def _gather(manifest: Manifest, out: Path) -> None:
    """Writes what all shards could not label to one file; removes that of a former run if there is nothing to write."""
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
