"""Validates files of records: reads, runs the rules, and sums up. `project_validation` validates whole projects."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.core.bare import TextMissingError, has_words
from redline.core.corpus import Source
from redline.core.diagnostic import Diagnostic
from redline.core.document import Document, Record, group
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.listing import below, matching
from redline.core.names import usable
from redline.core.taxonomy import Taxonomy
from redline.curate.fix import Fixed
from redline.curate.fix import fix as fix_file
from redline.formats import jsonl
from redline.project import Project, cited, sources
from redline.project.lock import locked
from redline.rules.check import Checker, Keep, Seeds
from redline.rules.content import of_file
from redline.rules.entities import TABLE
from redline.rules.registry import Rule, Scope, all_rules


class Outcome(Struct):
    """What a run found, how much it looked at, how many problems were waived, and what it could not check.

    `unread` are files, `skipped` codes of rules, `wordless` referenced documents with missing texts.
    """

    diagnostics: list[Diagnostic]
    files: int = 0
    records: int = 0
    waived: int = 0
    unread: list[str] = []
    skipped: list[str] = []
    wordless: list[str] = []

    @property
    def clean(self) -> bool:
        """Whether every chosen rule ran and none found anything."""
        return not (self.diagnostics or self.skipped)

    def not_checked(self) -> list[str]:
        """What was not checked, a line each."""
        lines = [f"{path} is not fully readable: rules on its document, its seed and the corpus ran without it" for path in self.unread]
        skipped = f"rules that did not run, because rules that they depend on found problems: {', '.join(self.skipped)}"
        count = len(set(self.wordless))
        words = f"{count} referenced text{'s' * (count > 1)} missing, so rules on words did not run there (redline texts)"
        return [*lines, *([words] if count else []), *([skipped] if self.skipped else [])]

    def summary(self) -> dict[str, Any]:
        """Counts of files, records and diagnostics by code, and what was not checked."""
        codes = Counter(f"{d.code} {d.name}" for d in self.diagnostics)
        counts = {"files": self.files, "records": self.records, "problems": len(self.diagnostics), "waived": self.waived}
        return {**counts, "codes": dict(sorted(codes.items())), "not_checked": self.not_checked()}


def paths(arguments: list[Path]) -> list[Path]:
    """The record files that arguments mean: files as they are, folders with every .jsonl below them but entity tables.

    Raises RedlineError for a path that is missing or a folder without such files.
    """
    found: list[Path] = []
    for path in arguments:
        if path.is_dir():
            files = [file for file in below(path) if file.suffix == ".jsonl" and file.name != TABLE]
            if not files:
                raise RedlineError(f"{path}: contains no .jsonl file; needed: files of records")
            found += files
        elif path.exists() or path == STANDARD:
            found.append(path)
        else:
            raise RedlineError(f"{path}: does not exist; needed: a file or folder")
    return found


Progress = Callable[[str], None]
"""Gets a line about the step that a run is at."""


def silent(_: str) -> None:
    """Shows no step."""


def validate_paths(
    arguments: list[Path],
    rules: list[Rule],
    taxonomy: Taxonomy,
    project: Project | None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Checks record files one by one; a file of the project's corpus must contain the document that it is named after.

    With several workers, or where the files are large enough for them to pay off, processes share the files; the problems
    are listed in the order of the files.
    """
    files = paths(arguments)
    table = (project.corpus / TABLE).resolve() if project else None
    for path in files:
        if path.resolve() == table:
            raise RedlineError(f"{path}: is the entity table; needed: files of records (redline validate without a path checks the table)")
    if workers is None:
        workers = min(os.cpu_count() or 1, 8) if sum(path.stat().st_size for path in files if path.is_file()) > WORTHWHILE else 1
    outcome = Outcome([])
    check = partial(_check, codes=frozenset(rule.code for rule in rules), taxonomy=taxonomy, project=project)
    for part in _shared_out(check, files, workers):
        progress(f"{outcome.files} of {len(files)} files checked")
        outcome.diagnostics += part.diagnostics
        outcome.files += part.files
        outcome.records += part.records
        outcome.unread += part.unread
        outcome.wordless += part.wordless
    return outcome


def validate_records(records: Iterable[Record], name: str, rules: list[Rule], taxonomy: Taxonomy) -> Outcome:
    """Checks records as the file `name` would be checked that they are written to; line n is that of the n-th record."""
    checked = Checker(rules, taxonomy).file(jsonl.dump(group(records)), name, no_seed)
    return Outcome(checked.diagnostics, 1, checked.records, unread=[name] if checked.documents is None else [])


WORTHWHILE = 8_000_000
"""Bytes from which a second process pays for its start."""


def _check(files: list[Path], *, codes: frozenset[str], taxonomy: Taxonomy, project: Project | None) -> Outcome:
    """Checks files in one process; rules travel to it as codes."""
    checker = Checker([rule for rule in all_rules() if rule.code in codes], taxonomy)
    outcome = Outcome([])
    for path in files:
        check_long_file(path, str(path), checker, seeds_of(project), outcome, path.stem if _is_of_one(path, project) else None)
    return outcome


def needs_corpus(arguments: list[Path], rules: list[Rule], project: Project | None) -> bool:
    """Whether some of the rules look at the whole corpus, and one of the paths is only a part of it."""
    inside = project is not None and any(_is_below(path, project.corpus) for path in arguments)
    return inside and any(rule.scope is Scope.CORPUS for rule in rules)


def _is_of_one(path: Path, project: Project | None) -> bool:
    """Whether a file is one of the corpus that contains the document that it is named after."""
    if project is None or not _is_below(path, project.corpus):
        return False
    return not any(_is_below(path, project.corpus / name) for name in ("contrast", cited.FOLDER))


def _is_below(path: Path, folder: Path) -> bool:
    """Whether a path is below a folder, with links followed or not."""
    return path.resolve().is_relative_to(folder.resolve()) or Path(os.path.normpath(path.absolute())).is_relative_to(folder)


def _shared_out(check: Callable[[list[Path]], Outcome], files: list[Path], workers: int) -> Iterator[Outcome]:
    """What `check` gives for portions of the files, in their order."""
    size = max(1, len(files) // (workers * 8))
    portions = [files[start : start + size] for start in range(0, len(files), size)]
    if workers < 2 or len(files) < 2:
        yield from map(check, portions)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(check, portions)


def fix(arguments: list[Path], project: Project | None) -> list[Fixed]:
    """Repairs the files of the arguments (default: gold), raters' files excepted."""
    if not arguments and project is None:
        raise RedlineError("the input is missing; needed: files, or a project")
    if STANDARD in arguments:
        raise RedlineError("-: standard input cannot be repaired in place; needed: a file")
    files = paths(arguments) if arguments or project is None else matching(project.gold, ".jsonl")
    with locked(project):
        return [fix_file(path) for path in files if project is None or not _is_below(path, project.raters)]


def no_seed(_: str) -> None:
    """The seed of records that have none."""
    return


def check_file(path: Path, shown: str, checker: Checker, seeds: Seeds, outcome: Outcome, name: str | None) -> list[Document] | None:
    """Adds to the outcome what is wrong with one file of records; its documents, or None where it cannot be read whole."""
    documents: list[Document] = []
    return documents if check_long_file(path, shown, checker, seeds, outcome, name, documents.append) else None


def check_long_file(
    path: Path, shown: str, checker: Checker, seeds: Seeds, outcome: Outcome, name: str | None, keep: Keep = lambda _: None
) -> bool:
    """As `check_file`, but `keep` gets each document and the file may be larger than the memory; whether it could be read whole."""
    wordless: list[str] = []

    def seen(document: Document) -> None:
        keep(document)
        if not has_words(document):
            wordless.append(document.id)

    checked = checker.content(of_file(path), shown, seeds, name, seen)
    outcome.files += 1
    outcome.records += checked.records
    outcome.diagnostics += checked.diagnostics
    if not checked.whole:
        outcome.unread.append(shown)
    outcome.wordless += wordless if checked.whole else []
    return checked.whole


def seeds_of(project: Project | None) -> Seeds:
    """What gives the seed of a document of a project, or None where it has none or its text is not at hand."""
    return partial(_source, project)


def _source(project: Project | None, doc: str) -> Source | None:
    if project is None or not usable(doc) or not (project.seeds / f"{doc}.json").exists():
        return None
    try:
        return sources.read(project.seeds, doc, project.texts)
    except TextMissingError:
        return None
