"""What the errors of a file of predictions are about: groups with counts, by task."""

from collections.abc import Sequence
from itertools import chain

from redline.core.error_groups import ErrorGroup
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats.reading import Reading
from redline.measure.counts import Pairs
from redline.measure.error_groups import Count, counts_of_pairs
from redline.measure.evaluate import says
from redline.model.join import side


def of_readings(gold: Reading, guess: Reading, layer: str | None, taxonomy: Taxonomy, groups: Sequence[ErrorGroup]) -> list[Count]:
    """The errors of each task with its layer annotated in gold and with answers in the predictions, by group."""
    pairs = side(gold, guess).pairs
    tasks = [one for one in taxonomy.tasks.values() if one.layer in gold.layers and layer in (None, one.layer) and _asked(one, pairs)]
    return [one for task in tasks for one in counts_of_pairs(task, chain.from_iterable(pairs), taxonomy, groups)]


def _asked(task: Task, pairs: Pairs) -> bool:
    """Whether the predictions have answers for a task that has errors one by one."""
    if task.shape == "spans":
        return True
    return task.shape == "classify" and any(says(labelled, task) for document in pairs for _, labelled in document)
