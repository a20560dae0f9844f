"""Validates files and whole projects: reads, runs the rules, and sums up."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from redline import project as projects
from redline.core.bare import TextMissingError, has_words
from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Diagnostic, Severity
from redline.core.document import Document, Record, group
from redline.core.errors import RedlineError
from redline.core.files import STANDARD, read_bytes
from redline.core.names import usable
from redline.core.taxonomy import Taxonomy
from redline.curate.fix import Fixed
from redline.curate.fix import fix as fix_file
from redline.curate.remade import remade
from redline.formats import jsonl
from redline.project import Project, cited, sources
from redline.rules import waivers
from redline.rules.check import Checker, Seeds
from redline.rules.registry import UNREAD, Rule, Scope, all_rules


class Outcome(Struct):
    """What a run found, how much it looked at, how many problems were waived, and what it could not check.

    `unread` are files, `skipped` codes of rules, `wordless` referenced documents whose text is not at hand.
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
        lines = [f"{path} could not be read whole: rules on its document, its seed and the corpus ran without it" for path in self.unread]
        skipped = f"rules that did not run, since rules that they presume found problems: {', '.join(self.skipped)}"
        count = len(set(self.wordless))
        words = f"{count} referenced text{'s' * (count > 1)} not at hand, so that rules on words did not run there (redline texts)"
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
            below = [file for file in sorted(path.rglob("*.jsonl")) if file.name != "entities.jsonl"]
            if not below:
                raise RedlineError(f"{path}: contains no .jsonl file; needed: records")
            found += below
        elif path.exists() or path == STANDARD:
            found.append(path)
        else:
            raise RedlineError(f"{path}: does not exist; needed: a file or folder")
    return found


Progress = Callable[[str], None]
"""Gets a line about the step that a run is at."""


def _silent(_: str) -> None:
    return None


def validate_paths(
    arguments: list[Path],
    rules: list[Rule],
    taxonomy: Taxonomy,
    project: Project | None,
    workers: int | None = None,
    progress: Progress = _silent,
) -> Outcome:
    """Checks record files one by one; a file of the project's corpus must contain the document that it is named after.

    With several workers, or where the files are large enough for them to pay off, processes share the files; the problems
    are listed in the order of the files.
    """
    files = paths(arguments)
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
    checked = Checker(rules, taxonomy).file(jsonl.dump(group(records)), name, _no_seed)
    return Outcome(checked.diagnostics, 1, checked.records, unread=[name] if checked.documents is None else [])


WORTHWHILE = 8_000_000
"""Bytes from which a second process pays for its start."""


def _check(files: list[Path], *, codes: frozenset[str], taxonomy: Taxonomy, project: Project | None) -> Outcome:
    """Checks files in one process; rules travel to it as codes."""
    checker = Checker([rule for rule in all_rules() if rule.code in codes], taxonomy)
    outcome = Outcome([])
    for path in files:
        inside = project is not None and path.resolve().is_relative_to(project.corpus) and not {"contrast", cited.FOLDER} & set(path.parts)
        _file(path, str(path), checker, partial(_source, project), outcome, path.stem if inside else None)
    return outcome


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
        raise RedlineError("there is nothing to fix; needed: files, or a project")
    if STANDARD in arguments:
        raise RedlineError("-: standard input cannot be repaired in place; needed: a file")
    files = paths(arguments) if arguments or project is None else sorted(project.gold.glob("*.jsonl"))
    return [fix_file(path) for path in files if project is None or not path.resolve().is_relative_to(project.raters)]


def validate_project(project: Project, rules: list[Rule], progress: Progress = _silent) -> Outcome:
    """Checks seeds, gold, raters' files, contrast sets, tables and the corpus as a whole, and applies the waivers.

    Raters' files are checked by the rules of severity error alone, since a rater's labels are never changed. Files that cannot
    be read are left out of the corpus; rules that need the whole corpus do not run then.
    """
    taxonomy = project.taxonomy()
    checker, strict = Checker(rules, taxonomy), Checker([rule for rule in rules if rule.severity is Severity.ERROR], taxonomy)
    outcome, failed = Outcome([]), set[str]()
    seeds = _seeds(project, checker, outcome, failed)

    def folder(path: Path, chosen: Checker, known: Seeds) -> dict[str, list[Document]]:
        progress(f"checking {_shown(path)}")
        read = ((p.stem, _file(p, _shown(p), chosen, known, outcome, p.stem)) for p in sorted(path.glob("*.jsonl")))
        return {name: documents for name, documents in read if documents}

    at_hand = {doc: source for doc, source in seeds.items() if source.text}
    referenced = {doc: source for doc, source in at_hand.items() if source.seed.referenced}
    gold = _single(folder(project.gold, checker, at_hand.get))
    raters = {path.name: _single(folder(path, strict, referenced.get)) for path in sorted(project.raters.glob("*/"))}
    progress("checking contrast sets, tables and the corpus as a whole")
    contrast = _contrast(project, checker, outcome)
    _sentences(project, checker, outcome, failed)
    for name, scope in PARTS:
        _part(project.corpus / name, scope, checker, outcome, failed)
    corpus = structs.replace(_corpus(project, gold, seeds, raters, failed), contrast=contrast, edits=projects.edits(project))
    corpus = structs.replace(corpus, made=partial(remade, project, corpus, taxonomy))
    diagnostics, outcome.skipped = checker.corpus(corpus, _shown(project.corpus), failed | set(UNREAD if outcome.unread else ()))
    outcome.diagnostics += diagnostics
    if "RL701" not in failed:
        _waive(project, checker, rules, outcome, set(gold))
    return outcome


PARTS = (("entities.jsonl", Scope.TABLE), ("splits.json", Scope.SPLITS), (waivers.FILE, Scope.WAIVERS))


def _no_seed(_: str) -> None:
    return None


def _seeds(project: Project, checker: Checker, outcome: Outcome, failed: set[str]) -> dict[str, Source]:
    """The seeds that can be read, by id; a referenced one whose text is not at hand has an empty text."""
    read: dict[str, Source] = {}
    for path in sorted(project.seeds.glob("*.json")):
        _part(path, Scope.SEED, checker, outcome, failed)
        try:
            read[path.stem] = sources.read(project.seeds, path.stem, project.texts)
        except TextMissingError:
            seed = sources.seed(project.seeds, path.stem)
            read[path.stem] = Source(seed, "", seed.sha256)
        except RedlineError:
            outcome.unread.append(_shown(path))
            failed.add("RL205")
    diagnostics, _ = checker.part(Scope.SEEDS, read, _shown(project.seeds))
    outcome.diagnostics += diagnostics
    return read


def _part(path: Path, scope: Scope, checker: Checker, outcome: Outcome, failed: set[str]) -> None:
    """Checks one file that is no file of records, where it exists; adds what was found and what failed."""
    if path.exists():
        diagnostics, codes = checker.part(scope, read_bytes(path), _shown(path))
        outcome.diagnostics += diagnostics
        failed |= codes


def _sentences(project: Project, checker: Checker, outcome: Outcome, failed: set[str]) -> None:
    """Checks the tables of cited sentences, and their records where the tables can be read."""
    for path in sorted((project.seeds / cited.FOLDER).glob("*.jsonl")):
        _part(path, Scope.CITED, checker, outcome, failed)
    known = cited.sources(project.seeds, project.texts) if "RL216" not in failed else {}
    at_hand = {name: source for name, source in known.items() if source.text}
    for path in sorted((project.corpus / cited.FOLDER).glob("*.jsonl")):
        _file(path, _shown(path), checker, at_hand.get, outcome, None)


def _contrast(project: Project, checker: Checker, outcome: Outcome) -> dict[str, tuple[Record, ...]]:
    files = sorted((project.corpus / "contrast").glob("*.jsonl"))
    sets = {path.stem: _file(path, _shown(path), checker, _no_seed, outcome, None) for path in files}
    return {name: tuple(record for document in documents or [] for record in document.records) for name, documents in sets.items()}


def _corpus(
    project: Project, gold: dict[str, Document], seeds: dict[str, Source], raters: dict[str, dict[str, Document]], failed: set[str]
) -> Corpus:
    """The corpus of what could be read; a table that could not is empty, and no rule that presumes it runs."""
    entities, splits = project.corpus / "entities.jsonl", project.corpus / "splits.json"
    return Corpus(
        gold,
        seeds,
        {} if "RL500" in failed else {entity.id: entity for entity in projects.entities(entities)},
        {} if "RL613" in failed else projects.splits(splits),
        raters,
        projects.described(project.raters / "raters.json"),
    )


def _waive(project: Project, checker: Checker, rules: list[Rule], outcome: Outcome, gold: set[str]) -> None:
    """Takes away the problems that waivers cover, and adds those of the waivers themselves."""
    path = project.corpus / waivers.FILE
    entries = waivers.read(read_bytes(path)) if path.exists() else []
    by_code = {rule.code: rule for rule in rules if rule.code not in outcome.skipped}

    def judged(waiver: waivers.Waiver) -> bool:
        if waiver.code not in by_code or (waiver.document in outcome.wordless and by_code[waiver.code].words):
            return False
        return not outcome.unread or (by_code[waiver.code].scope is Scope.RECORD and waiver.document in gold)

    lines = frozenset(number for number, waiver in entries if judged(waiver))
    stale, _ = checker.part(Scope.OUTCOME, waivers.Waiving(entries, outcome.diagnostics, lines), _shown(path))
    left = waivers.unwaived(outcome.diagnostics, entries)
    outcome.waived = len(outcome.diagnostics) - len(left)
    outcome.diagnostics = left + stale


def _file(path: Path, shown: str, checker: Checker, seeds: Seeds, outcome: Outcome, name: str | None) -> list[Document] | None:
    checked = checker.file(read_bytes(path), shown, seeds, name)
    outcome.files += 1
    outcome.records += checked.records
    outcome.diagnostics += checked.diagnostics
    if checked.documents is None:
        outcome.unread.append(shown)
    outcome.wordless += [document.id for document in checked.documents or [] if not has_words(document)]
    return checked.documents


def _source(project: Project | None, doc: str) -> Source | None:
    if project is None or not usable(doc) or not (project.seeds / f"{doc}.json").exists():
        return None
    try:
        return sources.read(project.seeds, doc, project.texts)
    except TextMissingError:
        return None


def _single(files: dict[str, list[Document]]) -> dict[str, Document]:
    return {name: documents[0] for name, documents in files.items()}


def _shown(path: Path) -> str:
    """A path as the user would type it: from the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
