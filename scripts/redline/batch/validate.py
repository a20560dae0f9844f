"""Validates files and whole projects: reads, runs the rules, and sums up."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.batch import project as projects
from redline.batch.project import Project
from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Diagnostic, RedlineError
from redline.core.document import Document
from redline.core.files import read_bytes
from redline.core.taxonomy import Taxonomy
from redline.formats import sources
from redline.rules.book import Rule, Scope
from redline.rules.check import Checker, Seeds


class Outcome(Struct):
    """What a run found, and how much it looked at."""

    diagnostics: list[Diagnostic]
    files: int = 0
    records: int = 0

    def summary(self) -> dict[str, Any]:
        """Counts of files, records and diagnostics by code."""
        codes = Counter(f"{d.code} {d.name}" for d in self.diagnostics)
        return {
            "files": self.files,
            "records": self.records,
            "faults": len(self.diagnostics),
            "codes": dict(sorted(codes.items())),
        }


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
        elif path.exists():
            found.append(path)
        else:
            raise RedlineError(f"{path}: does not exist; needed: a file or folder")
    return found


def validate_paths(arguments: list[Path], rules: list[Rule], taxonomy: Taxonomy, project: Project | None) -> Outcome:
    """Checks record files one by one; those of the project's corpus must hold the document that their name says."""
    checker = Checker(rules, taxonomy)
    outcome = Outcome([])
    for path in paths(arguments):
        inside = project is not None and path.resolve().is_relative_to(project.corpus) and "contrast" not in path.parts
        _file(path, str(path), checker, lambda doc: _source(project, doc), outcome, path.stem if inside else None)
    return outcome


def validate_project(project: Project, rules: list[Rule]) -> Outcome:
    """Checks seeds, gold, raters' files, the entity table and the corpus as a whole."""
    checker = Checker(rules, project.taxonomy())
    outcome = Outcome([])
    seeds = dict(_sources(project, checker, outcome))
    spoiled = bool(outcome.diagnostics)

    def folder(path: Path) -> dict[str, list[Document] | None]:
        return {p.stem: _file(p, _shown(p), checker, seeds.get, outcome, p.stem) for p in sorted(path.glob("*.jsonl"))}

    gold = folder(project.gold)
    raters = {path.name: folder(path) for path in sorted(project.raters.glob("*/"))}
    table = project.corpus / "entities.jsonl"
    faults = checker.part(Scope.TABLE, read_bytes(table), _shown(table)) if table.exists() else []
    outcome.diagnostics += faults
    if spoiled or faults or not all(gold.values()):
        return outcome
    entities = {entity.id: entity for entity in projects.entities(table)}
    splits = projects.splits(project.corpus / "splits.json")
    corpus = Corpus(_whole(gold), seeds, entities, splits, {name: _whole(files) for name, files in raters.items()})
    outcome.diagnostics += checker.corpus(corpus, _shown(project.corpus))
    return outcome


def _file(path: Path, shown: str, checker: Checker, seeds: Seeds, outcome: Outcome, name: str | None) -> list[Document] | None:
    checked = checker.file(read_bytes(path), shown, seeds, name)
    outcome.files += 1
    outcome.records += checked.records
    outcome.diagnostics += checked.diagnostics
    return checked.documents


def _sources(project: Project, checker: Checker, outcome: Outcome) -> Iterator[tuple[str, Source]]:
    for path in sorted(project.seeds.glob("*.json")):
        faults = checker.part(Scope.SEED, read_bytes(path), _shown(path))
        outcome.diagnostics += faults
        if not faults:
            yield path.stem, sources.read(project.seeds, path.stem)


def _source(project: Project | None, doc: str) -> Source | None:
    if project is None or not (project.seeds / f"{doc}.json").exists():
        return None
    return sources.read(project.seeds, doc)


def _whole(files: dict[str, list[Document] | None]) -> dict[str, Document]:
    return {name: documents[0] for name, documents in files.items() if documents}


def _shown(path: Path) -> str:
    """A path as the user would type it: from the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
