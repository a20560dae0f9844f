"""One shard: a file of records, tasks or texts becomes a file of Prodigy tasks, in a worker that loads the models once.

A line that is not a record, and a record on which a model fails, go to a separate file with the error.
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, cast

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core import taxonomy as taxonomies
from redline.core.bare import nowhere
from redline.core.document import Record, group
from redline.core.files import atomic, reason
from redline.formats import prodigy
from redline.formats.reading import Options
from redline.model import shard_lines
from redline.model.label import Labeller, attempted, batches, problem_of_size
from redline.model.shard_lines import PARQUET, Line, UnreadableError

PARTS = ".quarantine"
"""The folder, in that of the output, of what each shard could not label."""
ALONE = Lock()
"""Models are not made for several threads, which a worker of Dask may have."""


class Settings(Struct, frozen=True):
    """What a worker needs to load the models: the project, the folders with models, and the options of `redline label`."""

    project: Path | None
    homes: tuple[Path, ...]
    model: str | None = None
    keep: bool = False
    fast: bool = False


class Shard(Struct, frozen=True):
    """What is known of a shard: the SHA-256 of the input, of the output and of what could not be labelled, and counts.

    `left_out` counts spans that no task can contain. With an `error` the shard has no output.
    """

    input: str | None = None
    output: str | None = None
    quarantine: str | None = None
    records: int = 0
    words: int = 0
    annotated: int = 0
    quarantined: int = 0
    left_out: int = 0
    error: str | None = None


class Job(Struct, frozen=True):
    """A shard to label: its name below the folders `source` and `out`, and what a former run knew of it."""

    name: str
    source: Path
    out: Path
    settings: Settings
    known: Shard | None = None

    @property
    def target(self) -> Path:
        """The file of tasks."""
        return self.out / target(self.name)

    @property
    def part(self) -> Path:
        """The file of what could not be labelled."""
        return self.out / PARTS / f"{self.name}.part"


def target(name: str) -> str:
    """The name of the shard of tasks: that of the input, with `.jsonl` after `.parquet`."""
    return f"{name}.jsonl" if name.endswith(PARQUET) else name


def label(job: Job) -> Shard:
    """Labels a shard, but where the known input, output and quarantine are as they were.

    Output and quarantine appear whole or not at all; memory does not grow with the number of records. Raises RedlineError when
    they cannot be written.
    """
    with ALONE:
        try:
            found = digest(job.source / job.name)
            if job.known and job.known == msgspec.structs.replace(
                job.known, input=found, output=digest_or_none(job.target), quarantine=digest_or_none(job.part)
            ):
                return job.known
            counts = _write(job)
        except UnreadableError as error:
            job.target.unlink(missing_ok=True)
            job.part.unlink(missing_ok=True)
            return Shard(error=str(error))
        return Shard(found, digest_or_none(job.target), digest_or_none(job.part), **counts)


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits.

    Raises UnreadableError.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({reason(error)}); needed: a readable file") from None


def digest_or_none(path: Path) -> str | None:
    """The SHA-256 of a file, or None if it does not exist."""
    return digest(path) if path.is_file() else None


def _write(job: Job) -> dict[str, Any]:
    """Writes the tasks and the quarantine of a shard; gives the counts of a `Shard`."""
    labeller, options = _tools(job.settings)
    counts: Counter[str] = Counter()
    lines = map(_bounded, shard_lines.read(job.source / job.name, job.name, options))
    with ExitStack() as files:
        tasks = files.enter_context(_tasks(job.target))
        quarantine: BinaryIO | None = None
        for chunk in batches(lines, lambda line: len(line.content)):
            labelled, failed = _attempted(labeller, chunk, keep=job.settings.keep)
            data, losses = prodigy.dump(group(labelled), tokens=not labeller.fast)
            tasks.write(data)
            counts.update(records=len(labelled), quarantined=len(failed), left_out=len(losses))
            counts.update(words=sum(len(record.text.split()) for record in labelled))
            counts.update(annotated=sum(bool(line.record and (line.record.meta.layers or line.record.spans)) for line in chunk))
            for line in failed:
                quarantine = quarantine or files.enter_context(atomic(job.part))
                quarantine.write(_entry(job.name, line))
    if not quarantine:
        job.part.unlink(missing_ok=True)
    return dict(counts)


@lru_cache(maxsize=1)
def _tools(settings: Settings) -> tuple[Labeller, Options]:
    """The models and the settings of a reader, loaded once in each worker."""
    here = projects.find(settings.project) if settings.project else None
    taxonomy = here.taxonomy() if here else taxonomies.load()
    return Labeller(taxonomy, settings.homes, settings.model, fast=settings.fast), Options(
        taxonomy, texts=here.words() if here else nowhere
    )


@contextmanager
def _tasks(path: Path) -> Iterator[BinaryIO]:
    """The file of tasks to write to, compressed where its name ends in `.gz`; the same content gives the same bytes."""
    with atomic(path) as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield cast(BinaryIO, packed)


def _bounded(line: Line) -> Line:
    """The line, without a record that is too long to be labelled."""
    problem = problem_of_size(line.record) if line.record else ""
    return msgspec.structs.replace(line, record=None, error=problem) if problem else line


def _attempted(labeller: Labeller, lines: list[Line], *, keep: bool) -> tuple[list[Record], list[Line]]:
    """The labelled records, and the lines that are not a record or on which a model failed."""
    good, failed = [line for line in lines if line.record], [line for line in lines if not line.record]
    labelled, failures = attempted(labeller, [line.record for line in good if line.record], keep=keep)
    if not failures:
        return labelled, failed
    if len(good) == 1:
        return [], sorted([*failed, msgspec.structs.replace(good[0], error=failures[0].why)], key=lambda line: line.number)
    parts = [_attempted(labeller, [line], keep=keep) for line in lines]
    return [record for records, _ in parts for record in records], [line for _, bad in parts for line in bad]


def _entry(name: str, line: Line) -> bytes:
    """A line of the quarantine; bytes that are not UTF-8 are escaped."""
    content = line.content.decode("utf-8", "backslashreplace").rstrip("\n")
    return msgspec.json.encode({"shard": name, "line": line.number, "error": line.error, "content": content}) + b"\n"
