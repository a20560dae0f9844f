"""Which group an error belongs to: from the missed span of gold, from the gold spans at a false guess, or from words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from redline.core.document import Record, Span
from redline.core.error_groups import ErrorGroup
from redline.core.examples import Example, examples
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure import evaluate
from redline.measure.errors import BOUNDS, RIGHT, Outcome, outcomes

SHOWN = 3
"""Sentences that are kept as examples of a group."""


class Count(Struct, frozen=True):
    """How many errors of a task are of a group, of how many gold spans or sentences of it (None where gold has no such number),
    and some of the sentences."""

    task: str
    group: str
    count: int
    of: int | None
    examples: list[str]


def of_span(outcome: Outcome, record: Record, groups: Sequence[ErrorGroup]) -> str:
    """The group of a span that is wrong."""
    gold, guess = outcome.gold, outcome.guess
    if outcome.kind == BOUNDS:
        return BOUNDS
    if guess is None and gold is not None:
        return missed(gold, groups)
    assert guess is not None
    if gold is not None:
        return _named(_false([gold], "", {guess.label}, guess.layer, groups), f"{gold.label} taken for {guess.label}")
    bounds = record.around(guess)
    there = [span for span in record.layer(guess.layer) if span.overlaps(guess) or span.within(bounds)]
    found = _false(there, record.text[slice(*bounds)], {guess.label}, guess.layer, groups)
    return _named(found, f"{guess.label} where gold has nothing")


def of_class(unit: Example, guess: str, record: Record, task: Task, groups: Sequence[ErrorGroup]) -> str:
    """The group of a sentence or pair with a wrong class."""
    if unit.gold != task.none and guess != task.none:
        return f"{unit.gold} taken for {guess}"
    there = [] if unit.pair else [span for span in record.layer(task.layer) if span.within(unit.bounds)]
    if guess == task.none:
        right = [span for span in there if task.class_of(span.label) == unit.gold]
        return next((missed(span, groups) for span in right), f"{unit.gold} missed")
    words = "" if unit.pair else record.text[slice(*unit.bounds)]
    labels = set(task.classes[guess])
    if there:
        return _named(_false(there, "", labels, task.layer, groups), f"{there[0].label} taken for {guess}")
    return _named(_false([], words, labels, task.layer, groups), f"{guess} where gold has nothing")


def missed(span: Span, groups: Sequence[ErrorGroup]) -> str:
    """The group of a gold span if it is missed."""
    fitting = (one for one in groups if one.side == "missed" and one.layer == span.layer and one.about({span.label}) and one.fits(span))
    return _named(next(fitting, None), f"{span.label} missed")


def _false(there: Sequence[Span], words: str, labels: set[str], layer: str, groups: Sequence[ErrorGroup]) -> ErrorGroup | None:
    """The first group of false guesses that fits a gold span there or, if none fits, the words."""
    of_layer = [one for one in groups if one.side == "false" and one.layer == layer and one.about(labels)]
    by_value = (one for one in of_layer for span in there if one.fits(span))
    by_words = (one for one in of_layer if words and one.found_in(words))
    return next(by_value, None) or next(by_words, None)


def _named(group: ErrorGroup | None, otherwise: str) -> str:
    return group.name if group else otherwise


def counts(task: Task, gold: Iterable[Record], labelled: Iterable[Record], taxonomy: Taxonomy, groups: Sequence[ErrorGroup]) -> list[Count]:
    """The errors of a task by group, the commonest first; of equals by name."""
    return counts_of_pairs(task, zip(gold, labelled, strict=True), taxonomy, groups)


def counts_of_pairs(task: Task, pairs: Iterable[tuple[Record, Record]], taxonomy: Taxonomy, groups: Sequence[ErrorGroup]) -> list[Count]:
    """The same of records with their guesses, which are read one by one."""
    number: Counter[str] = Counter()
    known: Counter[str] = Counter()
    texts: dict[str, list[str]] = {}
    for record, guess in pairs:
        if record.annotated(task.layer):
            for group, sentence in _errors(task, record, guess, taxonomy, groups):
                number[group] += 1
                texts.setdefault(group, []).extend([sentence] if number[group] <= SHOWN else [])
            known.update(_known(task, record, taxonomy, groups))
    several = [Count(task.name, name, count, known.get(name), texts[name]) for name, count in number.items()]
    return sorted(several, key=lambda one: (-one.count, one.group))


def _errors(task: Task, record: Record, labelled: Record, taxonomy: Taxonomy, groups: Sequence[ErrorGroup]) -> Iterator[tuple[str, str]]:
    """The group and the sentence of each error in a record."""
    if task.shape == "spans":
        for outcome in outcomes(record.layer(task.layer), labelled.layer(task.layer)):
            if outcome.kind != RIGHT:
                span = outcome.gold or outcome.guess
                assert span is not None
                yield of_span(outcome, record, groups), record.text[slice(*record.around(span))]
        return
    for unit, guess in evaluate.judged_units(task, record, labelled, taxonomy):
        if unit.gold != guess.label:
            yield of_class(unit, guess.label, record, task, groups), record.text[slice(*unit.bounds)]


def _known(task: Task, record: Record, taxonomy: Taxonomy, groups: Sequence[ErrorGroup]) -> Iterator[str]:
    """The group that each gold span, or sentence of a class, would belong to if it were missed."""
    if task.shape == "spans":
        yield from (missed(span, groups) for span in record.layer(task.layer))
        return
    for unit in examples(record, task, taxonomy):
        if unit.gold != task.none:
            yield of_class(unit, task.none, record, task, groups)
