"""Contrast groups as a test of a detector: which passages it classifies as gold does, by kind of edit, and which groups whole."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from redline.core.document import Record
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure.evaluate import judged_record

ORIGINAL = "original"


class Probed(Struct, frozen=True):
    """A passage of a group: its kind of edit, its class in gold, and the guess."""

    group: str
    edit: str
    text: str
    gold: str
    guess: str

    @property
    def right(self) -> bool:
        """Whether the guess is the class in gold."""
        return self.gold == self.guess


class Row(Struct, frozen=True):
    """How many passages of a kind of edit are right, and in how many groups with such an edit every passage is."""

    edit: str
    passages: int
    right: int
    groups: int
    whole: int


def probed(
    records: Iterable[Record], labelled: Iterable[Record], edits: Mapping[str, Sequence[str]], task: Task, taxonomy: Taxonomy
) -> list[Probed]:
    """The passages of contrast groups with the classes that a detector gives them, in the order of the records.

    A passage has the first class of the task that one of its sentences has.
    """
    rank = [*task.classes, task.none]
    kinds: dict[str, list[str]] = {}
    passages = []
    for gold, guessed in zip(records, labelled, strict=True):
        group = gold.meta.doc
        left = kinds.setdefault(group, [ORIGINAL, *edits.get(group, ())])
        judged = judged_record(task, gold, guessed, taxonomy)
        classes = [min((pair[0] for pair in judged), key=rank.index, default=task.none)]
        classes.append(min((pair[1].label for pair in judged), key=rank.index, default=task.none))
        passages.append(Probed(group, left.pop(0) if left else "", gold.text, *classes))
    return passages


def table(passages: Sequence[Probed]) -> list[Row]:
    """A row for all passages, for the originals, and for each kind of edit, the most frequent first."""
    whole: dict[str, bool] = {}
    kinds: dict[str, list[Probed]] = {"": list(passages)}
    for one in passages:
        whole[one.group] = whole.get(one.group, True) and one.right
        kinds.setdefault(one.edit, []).append(one)
    order = sorted(kinds, key=lambda kind: (kind != "", kind != ORIGINAL, -len(kinds[kind]), kind))
    return [_row(kind, kinds[kind], whole) for kind in order]


def _row(kind: str, passages: Sequence[Probed], whole: Mapping[str, bool]) -> Row:
    groups = {one.group for one in passages}
    return Row(kind or "all", len(passages), sum(one.right for one in passages), len(groups), sum(whole[group] for group in groups))
