"""What a classification task classifies: the sentences of a record, or the pairs of participants in a sentence."""

from collections.abc import Iterator

from msgspec import Struct

from redline.core.document import Bounds, Record, Span
from redline.core.layer import Layer
from redline.core.task import CUES, Task
from redline.core.taxonomy import Taxonomy


class Example(Struct, frozen=True):
    """A sentence, or two spans of it, with the class that the record's spans give it."""

    bounds: Bounds
    gold: str
    pair: tuple[Span, Span] | None = None


class Guess(Struct, frozen=True):
    """The class given to a unit, and a score in 0..1 for each class but the task's `none`."""

    label: str
    scores: dict[str, float]


def examples(record: Record, task: Task, taxonomy: Taxonomy) -> list[Example]:
    """The units of a record in text order."""
    if task.unit == "sentence":
        return _sentences(record, task, taxonomy.layers[task.layer])
    return list(_pairs(record, task, taxonomy))


def sentence_classes(record: Record, task: Task, layer: Layer) -> list[str]:
    """The class of each sentence that is a unit: the first of the task's classes with a span in it, else its `none`."""
    return [unit.gold for unit in _sentences(record, task, layer)]


def _sentences(record: Record, task: Task, layer: Layer) -> list[Example]:
    units = [Example(bounds, gold) for bounds, gold in zip(record.sentences, _classes(record, task), strict=True)]
    if task.among != CUES:
        return units
    cues = layer.cue_bounds(record.text)
    return [unit for unit in units if any(unit.bounds[0] <= start < unit.bounds[1] for start, _ in cues)]


def _classes(record: Record, task: Task) -> list[str]:
    found = [task.none] * len(record.sentences)
    rank = {name: index for index, name in enumerate([*task.classes, task.none])}
    for span in record.layer(task.layer):
        name, sentence = task.class_of(span.label), record.sentence_of(span.start, span.end)
        if name is not None and sentence is not None and rank[name] < rank[found[sentence]]:
            found[sentence] = name
    return found


def _pairs(record: Record, task: Task, taxonomy: Taxonomy) -> Iterator[Example]:
    """Each ordered pair of two spans of a sentence that may fill the task's two roles."""
    assert task.pair is not None
    layer = taxonomy.layers[task.layer]
    first, second = (frozenset(layer.by_relation[name].children) for name in task.pair)
    gold = _stated(record, task, layer)
    for bounds in record.sentences:
        inside = [span for span in record.spans if span.within(bounds)]
        for one in (span for span in inside if span.label in first):
            for other in (span for span in inside if span.label in second and span.bounds != one.bounds):
                yield Example(bounds, gold.get((one.id, other.id), task.none), (one, other))


def _stated(record: Record, task: Task, layer: Layer) -> dict[tuple[str, str], str]:
    """(first id, second id) -> class, for the pairs that a span of the layer joins.

    Where several spans join one pair in classes that differ, it has the first of the task's classes among them, as a
    sentence has.
    """
    assert task.pair is not None
    rank = {name: index for index, name in enumerate(task.classes)}
    classes: dict[tuple[str, str], str] = {}
    for span in record.layer(layer.layer):
        ends: dict[str, list[str]] = {name: [] for name in task.pair}
        for relation in record.relations:
            if relation.head_id == span.id and relation.label in ends:
                ends[relation.label].append(relation.child_id)
        name = task.class_of(span.label)
        for pair in ((one, other) for one in ends[task.pair[0]] for other in ends[task.pair[1]]):
            if name is not None and (pair not in classes or rank[name] < rank[classes[pair]]):
                classes[pair] = name
    return classes
