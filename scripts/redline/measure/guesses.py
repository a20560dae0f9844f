"""What a labelled record says of the examples of a classification task: as stated in its `meta.predictions`, or by its spans."""

from collections.abc import Hashable, Sequence
from typing import Annotated

import msgspec
from msgspec import Struct

from redline.core.document import Record, Span
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.classes import Judged


class Said(Struct, frozen=True):
    """One entry of `meta.predictions`; `pair` holds the ids of two spans."""

    label: str
    scores: dict[str, Annotated[float, msgspec.Meta(ge=0, le=1)]] = {}
    pair: tuple[str, str] | None = None


def says(record: Record, task: Task) -> bool:
    """Whether a record says anything of a task: by predictions, or by a layer that was labelled (for pairs: with relations)."""
    if isinstance(record.meta.predictions, dict) and task.name in record.meta.predictions:
        return True
    return task.layer in record.meta.layers and (task.pair is None or any(r.label in task.pair for r in record.relations))


def judged(task: Task, gold: Record, guess: Record, taxonomy: Taxonomy) -> list[Judged]:
    """(gold class, guess) of each unit of gold, then of each pair that only the guess has.

    Raises RedlineError when the predictions have another shape, or are of other sentences.
    """
    stated = guess.meta.predictions.get(task.name) if isinstance(guess.meta.predictions, dict) else None
    if task.unit == "sentence":
        return _of_sentences(task, gold, guess, stated, taxonomy)
    given = _stated_pairs(task, guess, stated) if stated is not None else _spanned_pairs(task, guess, taxonomy)
    truth = examples(gold, task, taxonomy)
    known = [(unit.gold, given.get(_key(unit.pair), Guess(task.none, {}))) for unit in truth]
    extra = set(given) - {_key(unit.pair) for unit in truth}
    return known + [(task.none, given[key]) for key in sorted(extra, key=str) if given[key].label != task.none]


def _of_sentences(task: Task, gold: Record, guess: Record, stated: list[object] | None, taxonomy: Taxonomy) -> list[Judged]:
    truth = examples(gold, task, taxonomy)
    if stated is None:
        found = examples(msgspec.structs.replace(guess, sentences=gold.sentences), task, taxonomy)
        return [(one.gold, Guess(other.gold, {})) for one, other in zip(truth, found, strict=True)]
    said = _said(task, guess, stated)
    if guess.sentences != gold.sentences or len(said) != len(truth):
        raise RedlineError(f"{_place(guess)}: predictions of {task.name} are not of gold's sentences; needed: one for each of {len(truth)}")
    return [(unit.gold, Guess(entry.label, dict(entry.scores))) for unit, entry in zip(truth, said, strict=True)]


def _stated_pairs(task: Task, guess: Record, stated: list[object]) -> dict[Hashable, Guess]:
    found: dict[Hashable, Guess] = {}
    for entry in _said(task, guess, stated):
        ends = [guess.by_id.get(name) for name in entry.pair or ()]
        if len(ends) != 2 or None in ends:
            raise RedlineError(f"{_place(guess)}: a prediction of {task.name} has no `pair` of two spans; needed: their ids")
        found[_key(tuple(ends))] = Guess(entry.label, dict(entry.scores))  # type: ignore[arg-type]
    return found


def _spanned_pairs(task: Task, guess: Record, taxonomy: Taxonomy) -> dict[Hashable, Guess]:
    return {_key(unit.pair): Guess(unit.gold, {}) for unit in examples(guess, task, taxonomy) if unit.gold != task.none}


def _said(task: Task, guess: Record, stated: list[object]) -> Sequence[Said]:
    try:
        return msgspec.convert(stated, list[Said])
    except msgspec.ValidationError as error:
        raise RedlineError(f"{_place(guess)}: predictions of {task.name} cannot be read ({error}); needed: label and scores") from None


def _key(pair: tuple[Span, Span] | None) -> Hashable:
    assert pair is not None
    return tuple((span.label, span.bounds) for span in pair)


def _place(record: Record) -> str:
    return f"passage {record.meta.passage} of {record.meta.doc}"
