"""A folder of shards is checked: the problems of each shard in a file, and a manifest of what was checked."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from redline import __version__
from redline import project as projects
from redline.core.diagnostic import Diagnostic
from redline.core.files import read_bytes, sha256
from redline.core.taxonomy import schemas_folder
from redline.model import engines, shard_check, shard_folder
from redline.model.shard_check import Checked, Job, Settings


class Manifest(shard_folder.Manifest):
    """What was checked: the version of Redline, a digest of rules and label layers, and every shard by name."""

    MADE: ClassVar[str] = "made with other rules, labels or version"
    redline: str
    rules: str
    shards: dict[str, Checked]

    @property
    def clean(self) -> bool:
        """Whether every shard was checked and no rule found anything."""
        return not (self.failed or self.total("problems"))

    def summary(self) -> dict[str, Any]:
        """The counts that `redline validate` prints, over all shards."""
        codes: Counter[str] = Counter()
        for one in self.shards.values():
            codes.update(one.codes)
        counts = {"files": len(self.shards), "records": self.total("records"), "problems": self.total("problems"), "waived": 0}
        return {**counts, "codes": dict(sorted(codes.items())), "not_checked": list(self._not_checked())}

    def _not_checked(self) -> Iterator[str]:
        yield from (f"{name}: {why}" for name, why in self.failed.items())
        for name, one in self.shards.items():
            if not (one.whole or one.error):
                yield f"{name} is not fully readable: rules on its documents and their seeds ran without it"
        if count := self.total("wordless"):
            yield f"{count} text{'s' * (count > 1)} not at hand, so that rules on words did not run there"


def check(
    source: Path,
    out: Path,
    settings: Settings,
    engine: engines.Engine,
    *,
    resume: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Checks each file of `source`; its problems are in a file of `out`. `progress` gets the records of each shard that is done.

    With `resume`, a shard is not checked again if its input and problems match the manifest. Raises RedlineError when a folder
    cannot be used, when `out` is not empty and `resume` is False, and when something cannot be written.
    """
    source, out = source.resolve(), out.resolve()
    found = shard_folder.names(source, out, shard_check.target)
    new = Manifest(redline=__version__, rules=_digest(settings), shards={})
    with shard_folder.opened(out, new, found, resume=resume) as manifest:
        jobs = [Job(name, source, out, settings, manifest.shards.get(name)) for name in found]
        shard_folder.run(jobs, engine, shard_check.check, _lost, manifest, out, lambda done: progress(done.records))
    return manifest


def problems(manifest: Manifest, source: Path, out: Path) -> Iterator[Diagnostic]:
    """The problems of all shards, by shard and line, with paths as the user named the folder `source`; read as they are asked for."""
    for name, one in manifest.shards.items():
        if one.problems:
            for problem in shard_check.read(out / shard_check.target(name)):
                yield msgspec.structs.replace(problem, path=str(source / problem.path))


def _lost(why: str) -> Checked:
    return Checked(error=why)


def _digest(settings: Settings) -> str:
    """A digest of the codes of the rules and of the label layers."""
    folder = projects.find(settings.project).schemas if settings.project else schemas_folder()
    return sha256(" ".join(settings.codes).encode() + b"".join(read_bytes(path) for path in sorted(folder.glob("*.json"))))
