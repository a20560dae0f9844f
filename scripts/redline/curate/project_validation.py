"""Validates a whole project: seeds, gold, raters' files, contrast sets, tables and the corpus, with its waivers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import structs

from redline import project as projects
from redline.core import questions
from redline.core.answers import Filled, Place, places
from redline.core.bare import TextMissingError, has_words
from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Severity
from redline.core.document import Document, Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.core.listing import folders, matching
from redline.curate import questions as answered
from redline.curate.remade import remade
from redline.curate.validate import Outcome, Progress, check_file, no_seed, silent
from redline.project import Project, cited, sources
from redline.rules import waivers
from redline.rules.check import Checker, Seeds
from redline.rules.registry import UNREAD, Rule, Scope

PARTS = (("entities.jsonl", Scope.TABLE), ("splits.json", Scope.SPLITS), (waivers.FILE, Scope.WAIVERS))


def validate_project(project: Project, rules: list[Rule], progress: Progress = silent) -> Outcome:
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
        read = ((p.stem, check_file(p, _shown(p), chosen, known, outcome, p.stem)) for p in matching(path, ".jsonl"))
        return {name: documents for name, documents in read if documents}

    at_hand = {doc: source for doc, source in seeds.items() if source.text}
    gold = _single(folder(project.gold, checker, at_hand.get))
    alone = {doc: source for doc, source in at_hand.items() if source.seed.referenced or doc not in gold}  # the others have gold
    raters = {path.name: _single(folder(path, strict, alone.get)) for path in folders(project.raters)}
    progress("checking contrast sets, tables and the corpus as a whole")
    contrast = _contrast(project, checker, outcome)
    _withdrawn(project, seeds | _sentences(project, checker, outcome, failed), checker, outcome)
    _answers(project, partial(_places, gold, seeds), checker, outcome)
    for name, scope in PARTS:
        _part(project.corpus / name, scope, checker, outcome, failed)
    corpus = structs.replace(_corpus(project, gold, seeds, raters, failed), contrast=contrast, edits=projects.edits(project))
    corpus = structs.replace(corpus, made=partial(remade, project, corpus, taxonomy))
    diagnostics, outcome.skipped = checker.corpus(corpus, _shown(project.corpus), failed | set(UNREAD if outcome.unread else ()))
    outcome.diagnostics += diagnostics
    if "RL701" not in failed:
        _waive(project, checker, rules, outcome, set(gold))
    return outcome


def _seeds(project: Project, checker: Checker, outcome: Outcome, failed: set[str]) -> dict[str, Source]:
    """The seeds that can be read, by id; a referenced one with a missing text has an empty text."""
    read: dict[str, Source] = {}
    for path in matching(project.seeds, ".json"):
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


def _withdrawn(project: Project, known: dict[str, Source], checker: Checker, outcome: Outcome) -> None:
    """Checks the table of withdrawn texts, if it exists, with the seeds and the cited sentences."""
    path = project.corpus / projects.WITHDRAWN
    if path.exists():
        diagnostics, _ = checker.part(Scope.WITHDRAWN, (read_bytes(path), known), _shown(path))
        outcome.diagnostics += diagnostics


def _part(path: Path, scope: Scope, checker: Checker, outcome: Outcome, failed: set[str]) -> None:
    """Checks one file that is not a file of records, if it exists; adds what was found and what failed."""
    if path.exists():
        diagnostics, codes = checker.part(scope, read_bytes(path), _shown(path))
        outcome.diagnostics += diagnostics
        failed |= codes


def _sentences(project: Project, checker: Checker, outcome: Outcome, failed: set[str]) -> dict[str, Source]:
    """Checks the tables of cited sentences, and their records where the tables can be read; the sentences by id."""
    for path in matching(project.seeds / cited.FOLDER, ".jsonl"):
        _part(path, Scope.CITED, checker, outcome, failed)
    known = cited.sources(project.seeds, project.texts) if "RL216" not in failed else {}
    at_hand = {name: source for name, source in known.items() if source.text}
    for path in matching(project.corpus / cited.FOLDER, ".jsonl"):
        check_file(path, _shown(path), checker, at_hand.get, outcome, None)
    return known


def _answers(project: Project, known: Callable[[str], frozenset[Place] | None], checker: Checker, outcome: Outcome) -> None:
    """Checks the answers of raters to the questions; `known` gives the sentences of a document."""
    asked = questions.read(project.schemas, checker.taxonomy)
    if asked is None:
        return
    for path in sorted(answered.folder(project).glob("*/*.json")):
        diagnostics, _ = checker.part(Scope.ANSWERS, Filled(read_bytes(path), asked, known(path.stem)), _shown(path))
        outcome.diagnostics += diagnostics


def _places(gold: dict[str, Document], seeds: dict[str, Source], doc: str) -> frozenset[Place] | None:
    """The sentences of a document; none without a document, None if its words are not at hand."""
    if doc not in gold and doc not in seeds:
        return frozenset()
    document = gold[doc] if doc in gold else sources.blank(seeds[doc], "")
    return frozenset(places(document)) if document.records and has_words(document) else None


def _contrast(project: Project, checker: Checker, outcome: Outcome) -> dict[str, tuple[Record, ...]]:
    files = matching(project.corpus / "contrast", ".jsonl")
    sets = {path.stem: check_file(path, _shown(path), checker, no_seed, outcome, None) for path in files}
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
    entries = waivers.read(read_bytes(path), _shown(path)) if path.exists() else []
    by_code = {rule.code: rule for rule in rules if rule.code not in outcome.skipped}

    def judged(waiver: waivers.Waiver) -> bool:
        if waiver.code not in by_code:
            return False
        if by_code[waiver.code].words and not {waiver.document, *waiver.about.split()}.isdisjoint(outcome.wordless):
            return False
        return not outcome.unread or (by_code[waiver.code].scope is Scope.RECORD and waiver.document in gold)

    lines = frozenset(number for number, waiver in entries if judged(waiver))
    stale, _ = checker.part(Scope.OUTCOME, waivers.Waiving(entries, outcome.diagnostics, lines), _shown(path))
    left = waivers.unwaived(outcome.diagnostics, entries)
    outcome.waived = len(outcome.diagnostics) - len(left)
    outcome.diagnostics = left + stale


def _single(files: dict[str, list[Document]]) -> dict[str, Document]:
    return {name: documents[0] for name, documents in files.items()}


def _shown(path: Path) -> str:
    """A path as the user would type it: from the working folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
