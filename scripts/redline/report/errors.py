"""The errors on validation by sentence: what is gold is drawn over the words, what was guessed under them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from redline.core.document import Bounds, Record
from redline.core.error_groups import ErrorGroup
from redline.core.task import LINK, Task
from redline.core.taxonomy import Taxonomy
from redline.measure import error_groups, evaluate
from redline.measure.errors import KINDS, RIGHT, Outcome, outcomes
from redline.report.parts import Cell, Column, Table
from redline.report.results import Results

CLASS = "wrong class"
GROUPS = (Column("group"), Column("errors", number=True), Column("in gold", number=True))
ERRORS = (CLASS, *(kind for kind in KINDS if kind != RIGHT))


class Error(Struct, frozen=True):
    """One error: its kind and group, the label of gold and the guessed one (empty if missing), and the words that they are of."""

    kind: str
    group: str
    gold: str
    guess: str
    words: str

    @property
    def labels(self) -> list[str]:
        """The labels of both sides, each once."""
        return list(dict.fromkeys(filter(None, (self.gold, self.guess))))


class Piece(Struct, frozen=True):
    """A stretch of a sentence, and whether a span of gold and a guessed one cover it."""

    text: str
    gold: bool = False
    guess: bool = False


class TaskErrors(Struct, frozen=True):
    """The errors of one task in a sentence; `pieces` are the sentence cut at the spans, empty for classes."""

    task: Task
    model: str
    pieces: list[Piece]
    errors: list[Error]


class Sentence(Struct, frozen=True):
    """A sentence, or several that one span touches, with what is wrong in it by task."""

    doc: str
    passage: int
    text: str
    tasks: list[TaskErrors]


def section(results: Results, groups: Sequence[ErrorGroup]) -> dict[str, list[Sentence]]:
    """The sentences with an error of the best model of any task, by document."""
    documents: dict[str, list[Sentence]] = {}
    for index, record in enumerate(results.gold.validation):
        for sentence in _sentences(index, record, results, groups):
            documents.setdefault(record.meta.doc, []).append(sentence)
    return documents


def tables(results: Results, groups: Sequence[ErrorGroup]) -> list[Table]:
    """The errors of the best model of each task by group, the commonest first."""
    found, taxonomy = [], results.taxonomy
    for task, ranked in ((task, ranked) for task, ranked in results.by_task() if task.shape != LINK):
        counts = error_groups.counts(task, results.gold.validation, ranked[0].validation, taxonomy, groups)
        if counts:
            title = f"{task.title}: {sum(one.count for one in counts)} errors of {ranked[0].model}"
            found.append(Table(title, GROUPS, [_counted(one) for one in counts]))
    return found


def _counted(one: error_groups.Count) -> list[Cell]:
    return [Cell(one.group), Cell(str(one.count)), Cell("" if one.of is None else str(one.of))]


def _sentences(index: int, record: Record, results: Results, groups: Sequence[ErrorGroup]) -> Iterator[Sentence]:
    by_place: dict[int, tuple[Bounds, list[TaskErrors]]] = {}
    for task, ranked in results.by_task():
        best = ranked[0]
        if record.annotated(task.layer) and task.shape != LINK:
            for bounds, part in errors_of(task, best.model, record, best.validation[index], results.taxonomy, groups):
                before, parts = by_place.get(bounds[0], (bounds, []))
                by_place[bounds[0]] = (max(before, bounds), [*parts, part])
    for bounds, parts in (by_place[start] for start in sorted(by_place)):
        yield Sentence(record.meta.doc, record.meta.passage, record.text[slice(*bounds)], parts)


def errors_of(
    task: Task, model: str, record: Record, labelled: Record, taxonomy: Taxonomy, groups: Sequence[ErrorGroup] = ()
) -> Iterator[tuple[Bounds, TaskErrors]]:
    """The errors of a model in a record, with the bounds of the sentences that they are in."""
    if task.shape != "spans":
        yield from _class_errors(task, model, record, labelled, taxonomy, groups)
        return
    for bounds, several in _by_sentence(record, outcomes(record.layer(task.layer), labelled.layer(task.layer))):
        errors = [_error(outcome, error_groups.of_span(outcome, record, groups)) for outcome in several if outcome.kind != RIGHT]
        if errors:
            yield bounds, TaskErrors(task, model, list(_pieces(record, bounds, several)), errors)


def _by_sentence(record: Record, several: Sequence[Outcome]) -> Iterator[tuple[Bounds, list[Outcome]]]:
    groups: dict[int, tuple[Bounds, list[Outcome]]] = {}
    for outcome in several:
        bounds = record.around(*(span for span in (outcome.gold, outcome.guess) if span))
        before, together = groups.get(bounds[0], (bounds, []))
        groups[bounds[0]] = (max(before, bounds), [*together, outcome])
    yield from groups.values()


def _error(outcome: Outcome, group: str) -> Error:
    gold, guess = outcome.gold, outcome.guess
    words = " → ".join(dict.fromkeys(span.text for span in (gold, guess) if span))
    return Error(outcome.kind, group, gold.label if gold else "", guess.label if guess else "", words)


def _pieces(record: Record, bounds: Bounds, several: Sequence[Outcome]) -> Iterator[Piece]:
    """The sentence, cut where a span begins or ends."""
    gold = [outcome.gold.bounds for outcome in several if outcome.gold]
    guess = [outcome.guess.bounds for outcome in several if outcome.guess]
    edges = {*bounds, *(edge for side in (*gold, *guess) for edge in side if bounds[0] < edge < bounds[1])}
    for start, end in pairwise(sorted(edges)):
        yield Piece(record.text[start:end], _covered(start, end, gold), _covered(start, end, guess))


def _covered(start: int, end: int, sides: Sequence[Bounds]) -> bool:
    return any(first <= start and end <= last for first, last in sides)


def _class_errors(
    task: Task, model: str, record: Record, labelled: Record, taxonomy: Taxonomy, groups: Sequence[ErrorGroup]
) -> Iterator[tuple[Bounds, TaskErrors]]:
    by_sentence: dict[Bounds, list[Error]] = {}
    for unit, guess in evaluate.judged_units(task, record, labelled, taxonomy):
        if unit.gold != guess.label:
            words = " toward ".join(span.text for span in unit.pair or ())
            group = error_groups.of_class(unit, guess.label, record, task, groups)
            by_sentence.setdefault(unit.bounds, []).append(Error(CLASS, group, unit.gold, guess.label, words))
    for bounds, errors in by_sentence.items():
        yield bounds, TaskErrors(task, model, [], errors)


def total(documents: dict[str, list[Sentence]]) -> int:
    """How many errors there are in all sentences."""
    return sum(len(part.errors) for sentences in documents.values() for sentence in sentences for part in sentence.tasks)
