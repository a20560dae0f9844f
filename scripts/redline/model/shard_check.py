"""One shard of records is checked against the rules in a worker; its problems become a file of JSON lines."""

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from redline import project as projects
from redline.core import taxonomy as taxonomies
from redline.core.bare import has_words
from redline.core.diagnostic import Diagnostic
from redline.core.document import Document, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import atomic, reading
from redline.core.taxonomy import Taxonomy
from redline.curate.validate import seeds_of
from redline.model.shard import digest, digest_or_none
from redline.model.shard_lines import PARQUET, UnreadableError
from redline.rules.check import Checker, Seeds
from redline.rules.content import Content, blocks_of, of_file
from redline.rules.registry import all_rules

ENDING = ".problems.jsonl"
Rows = Callable[[Path, Taxonomy], Iterator[Document | None]]
"""The documents of a Parquet file, None for one without its text in the file."""


class Settings(Struct, frozen=True):
    """What a worker needs to check: the project, the codes of the rules, and a function of a module that reads Parquet files."""

    project: Path | None
    codes: tuple[str, ...]
    rows: Rows


class Checked(Struct, frozen=True):
    """What is known of a shard: the SHA-256 of the input and of its problems, None without problems, and counts.

    `codes` counts the problems by code and name. `whole` is True if each line is a record, `wordless` counts documents without
    their text. A shard with an `error` was not checked.
    """

    input: str | None = None
    output: str | None = None
    records: int = 0
    problems: int = 0
    codes: dict[str, int] = {}
    whole: bool = True
    wordless: int = 0
    error: str | None = None


class Job(Struct, frozen=True):
    """A shard to check: its name below the folder `source`, the folder of problems, and what a former run knew of it."""

    name: str
    source: Path
    out: Path
    settings: Settings
    known: Checked | None = None

    @property
    def target(self) -> Path:
        """The file of problems."""
        return self.out / target(self.name)


def target(name: str) -> str:
    """The name of the file of a shard's problems."""
    return f"{name}{ENDING}"


def check(job: Job) -> Checked:
    """Checks a shard, but where the known input and problems are as they were.

    The file of problems appears whole or not at all, and not without a problem. Raises RedlineError when it cannot be
    written.
    """
    try:
        found = digest(job.source / job.name)
        if job.known and job.known == msgspec.structs.replace(job.known, input=found, output=digest_or_none(job.target)):
            return job.known
        problems, checked = _problems(job)
    except UnreadableError as error:
        job.target.unlink(missing_ok=True)
        return Checked(error=str(error))
    _write(problems, job.target)
    return msgspec.structs.replace(checked, input=found, output=digest_or_none(job.target))


def read(path: Path) -> Iterator[Diagnostic]:
    """The problems of a file that `check` wrote; their path is the name of the shard."""
    with reading(path) as file:
        yield from (msgspec.json.decode(line, type=Diagnostic) for line in file)


def _problems(job: Job) -> tuple[list[Diagnostic], Checked]:
    """What the rules find in a shard, and the counts of it.

    Raises UnreadableError when it cannot be read to its end.
    """
    checker, seeds = _tools(job.settings)
    wordless: list[str] = []

    def keep(document: Document) -> None:
        if not has_words(document):
            wordless.append(document.id)

    try:
        content = _content(job.source / job.name, checker.taxonomy, job.settings.rows, wordless)
        found = checker.content(content, job.name, seeds, keep=keep)
    except RedlineError as error:
        raise UnreadableError(str(error)) from None
    codes = Counter(f"{one.code} {one.name}" for one in found.diagnostics)
    counts = Checked(None, None, found.records, len(found.diagnostics), dict(sorted(codes.items())), found.whole, len(set(wordless)))
    return found.diagnostics, counts


def _write(problems: list[Diagnostic], path: Path) -> None:
    if not problems:
        path.unlink(missing_ok=True)
        return
    with atomic(path) as file:
        file.writelines(msgspec.json.encode(one) + b"\n" for one in problems)


@lru_cache(maxsize=1)
def _tools(settings: Settings) -> tuple[Checker, Seeds]:
    """The rules and the seeds, loaded once in each worker."""
    here = projects.find(settings.project) if settings.project else None
    taxonomy = here.taxonomy() if here else taxonomies.load()
    return Checker([rule for rule in all_rules() if rule.code in settings.codes], taxonomy), seeds_of(here)


def _content(path: Path, taxonomy: Taxonomy, rows: Rows, wordless: list[str]) -> Content:
    """The lines of a shard in blocks, of Parquet the canonical lines of its records."""
    if path.name.endswith(".gz"):
        return Content(lambda: _unpacked(path))
    if path.suffix != PARQUET:
        return of_file(path)

    def blocks() -> Iterator[bytes]:
        for number, document in enumerate(rows(path, taxonomy), 1):
            if document is None:
                wordless.append(f"row {number}")
            else:
                yield b"".join(encode_whole(record) + b"\n" for record in document.records)

    return Content(blocks)


def _unpacked(path: Path) -> Iterator[bytes]:
    with reading(path) as file:
        try:
            yield from blocks_of(io.BufferedReader(gzip.GzipFile(fileobj=file)))
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise RedlineError(f"{path}: cannot be unpacked ({str(error).lower()}); needed: a whole gzip file") from None
