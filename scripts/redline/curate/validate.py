"""Validates files and whole projects: reads, runs the rules, and sums up."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from redline import project as projects
from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Diagnostic, Severity
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import STANDARD, read_bytes
from redline.core.names import usable
from redline.core.taxonomy import Taxonomy
from redline.curate.fix import Fixed
from redline.curate.fix import fix as fix_file
from redline.project import Project, sources
from redline.rules import waivers
from redline.rules.check import Checker, Seeds
from redline.rules.registry import Rule, Scope, all_rules


class Outcome(Struct):
    """What a run found, how much it looked at, and how many problems were waived."""

    diagnostics: list[Diagnostic]
    files: int = 0
    records: int = 0
    waived: int = 0

    def summary(self) -> dict[str, Any]:
        """Counts of files, records and diagnostics by code."""
        codes = Counter(f"{d.code} {d.name}" for d in self.diagnostics)
        counts = {"files": self.files, "records": self.records, "problems": len(self.diagnostics), "waived": self.waived}
        return {**counts, "codes": dict(sorted(codes.items()))}


def paths(arguments: list[Path]) -> list[Path]:
    """The record files that arguments mean: files as they are, folders with every .jsonl below them but entity tables.

    Raises RedlineError for a path that is missing or a folder without such files.
    """
    found: list[Path] = []
    for path in arguments:
        if path.is_dir():
            below = [file for file in sorted(path.rglob("*.jsonl")) if file.name != "entities.jsonl"]
            if not below:
                raise RedlineError(f"{path}: holds no .jsonl file; needed: records")
            found += below
        elif path.exists() or path == STANDARD:
            found.append(path)
        else:
            raise RedlineError(f"{path}: does not exist; needed: a file or folder")
    return found


def validate_paths(
    arguments: list[Path], rules: list[Rule], taxonomy: Taxonomy, project: Project | None, workers: int | None = None
) -> Outcome:
    """Checks record files one by one; those of the project's corpus must hold the document that their name says.

    With several workers, or where the files are large enough for them to pay off, processes share the files; the order
    of what they find stays that of the files.
    """
    files = paths(arguments)
    if workers is None:
        workers = min(os.cpu_count() or 1, 8) if sum(path.stat().st_size for path in files if path.is_file()) > WORTHWHILE else 1
    outcome = Outcome([])
    check = partial(_check, codes=frozenset(rule.code for rule in rules), taxonomy=taxonomy, project=project)
    for part in _shared_out(check, files, workers):
        outcome.diagnostics += part.diagnostics
        outcome.files += part.files
        outcome.records += part.records
    return outcome


WORTHWHILE = 8_000_000
"""Bytes from which a second process pays for its start."""


def _check(files: list[Path], *, codes: frozenset[str], taxonomy: Taxonomy, project: Project | None) -> Outcome:
    """Checks files in one process; rules travel to it as codes."""
    checker = Checker([rule for rule in all_rules() if rule.code in codes], taxonomy)
    outcome = Outcome([])
    for path in files:
        inside = project is not None and path.resolve().is_relative_to(project.corpus) and "contrast" not in path.parts
        _file(path, str(path), checker, partial(_source, project), outcome, path.stem if inside else None)
    return outcome


def _shared_out(check: Callable[[list[Path]], Outcome], files: list[Path], workers: int) -> Iterator[Outcome]:
    """What `check` gives for portions of the files, in their order."""
    if workers < 2 or len(files) < 2:
        yield check(files)
        return
    size = max(1, len(files) // (workers * 8))
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(check, [files[start : start + size] for start in range(0, len(files), size)])


def fix(arguments: list[Path], project: Project | None) -> list[Fixed]:
    """Repairs the files of the arguments (default: gold), raters' files excepted."""
    if not arguments and project is None:
        raise RedlineError("there is nothing to fix; needed: files, or a project")
    if STANDARD in arguments:
        raise RedlineError("-: standard input cannot be repaired in place; needed: a file")
    files = paths(arguments) if arguments or project is None else sorted(project.gold.glob("*.jsonl"))
    return [fix_file(path) for path in files if project is None or not path.resolve().is_relative_to(project.raters)]


def validate_project(project: Project, rules: list[Rule]) -> Outcome:
    """Checks seeds, gold, raters' files, contrast sets, tables and the corpus as a whole, and applies the waivers.

    Raters' files are held to the rules of severity error alone: what a rater said is not ours to mend.
    """
    taxonomy = project.taxonomy()
    checker, strict = Checker(rules, taxonomy), Checker([rule for rule in rules if rule.severity is Severity.ERROR], taxonomy)
    outcome = Outcome([])
    seeds = dict(_sources(project, checker, outcome))

    def folder(path: Path, held: Checker, known: Seeds) -> dict[str, list[Document] | None]:
        return {p.stem: _file(p, _shown(p), held, known, outcome, p.stem) for p in sorted(path.glob("*.jsonl"))}

    gold = folder(project.gold, checker, seeds.get)
    raters = {path.name: folder(path, strict, _no_seed) for path in sorted(project.raters.glob("*/"))}
    contrast = {
        p.stem: _file(p, _shown(p), checker, _no_seed, outcome, None) for p in sorted((project.corpus / "contrast").glob("*.jsonl"))
    }
    sound = [_part(project.corpus / name, scope, checker, outcome) for name, scope in PARTS]
    if all(sound) and len(seeds) == len(list(project.seeds.glob("*.json"))) and all(gold.values()) and all(contrast.values()):
        corpus = _corpus(project, _whole(gold), seeds, {name: _whole(files) for name, files in raters.items()})
        sets = {name: tuple(record for document in held or [] for record in document.records) for name, held in contrast.items()}
        outcome.diagnostics += checker.corpus(structs.replace(corpus, contrast=sets), _shown(project.corpus))
    if sound[PARTS.index((waivers.FILE, Scope.WAIVERS))]:
        _waive(project, rules, outcome)
    return outcome


PARTS = (("entities.jsonl", Scope.TABLE), ("splits.json", Scope.SPLITS), (waivers.FILE, Scope.WAIVERS))


def _no_seed(_: str) -> None:
    return None


def _part(path: Path, scope: Scope, checker: Checker, outcome: Outcome) -> bool:
    """Whether a file of the corpus folder is sound, or not there; its problems go into the outcome."""
    problems = checker.part(scope, read_bytes(path), _shown(path)) if path.exists() else []
    outcome.diagnostics += problems
    return not problems


def _corpus(project: Project, gold: dict[str, Document], seeds: dict[str, Source], raters: dict[str, dict[str, Document]]) -> Corpus:
    entities = {entity.id: entity for entity in projects.entities(project.corpus / "entities.jsonl")}
    splits = projects.splits(project.corpus / "splits.json")
    return Corpus(gold, seeds, entities, splits, raters, projects.described(project.raters / "raters.json"))


def _waive(project: Project, rules: list[Rule], outcome: Outcome) -> None:
    path = project.corpus / waivers.FILE
    held = waivers.read(read_bytes(path)) if path.exists() else []
    codes = {rule.code for rule in rules}
    outcome.diagnostics, outcome.waived = waivers.applied(outcome.diagnostics, held, codes, _shown(path))


def _file(path: Path, shown: str, checker: Checker, seeds: Seeds, outcome: Outcome, name: str | None) -> list[Document] | None:
    checked = checker.file(read_bytes(path), shown, seeds, name)
    outcome.files += 1
    outcome.records += checked.records
    outcome.diagnostics += checked.diagnostics
    return checked.documents


def _sources(project: Project, checker: Checker, outcome: Outcome) -> Iterator[tuple[str, Source]]:
    for path in sorted(project.seeds.glob("*.json")):
        problems = checker.part(Scope.SEED, read_bytes(path), _shown(path))
        outcome.diagnostics += problems
        if not problems:
            yield path.stem, sources.read(project.seeds, path.stem)


def _source(project: Project | None, doc: str) -> Source | None:
    if project is None or not usable(doc) or not (project.seeds / f"{doc}.json").exists():
        return None
    return sources.read(project.seeds, doc)


def _whole(files: dict[str, list[Document] | None]) -> dict[str, Document]:
    return {name: documents[0] for name, documents in files.items() if documents}


def _shown(path: Path) -> str:
    """A path as the user would type it: from the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
