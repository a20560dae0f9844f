"""A task: something to learn, as `schemas/tasks.json` describes it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from redline.core.layer import Layer
from redline.core.metric import CLASSES, METRICS, ONE_CLASS, RELATIONS, SPANS, TRIPLES, TWO_OF_PAIRS

CUES = "cues"
TEXT = "text"
"""The unit of a task of classes that a file brings along: the whole text of a record."""
LINK = "link"
"""The shape of tasks of relations: which spans are related to those of the layer. That which a file brings along has no layer: any."""
UNITS = {"spans": ("span",), "classify": ("sentence", "pair"), "triples": ("sentence",), LINK: ("span",)}
"""Shape -> the units that it may have."""


class Task(Struct, frozen=True, forbid_unknown_fields=True):
    """Something to learn: its shape, layer, unit, classes (each a set of labels), no-class and headline metric.

    `pair` names two relations: their children make the unit of a pair task. `actors` names two attributes: their keys make a
    triple with the class of a span. `among` is CUES where only sentences that contain a cue of the layer are units.
    A `fast` one is done by `redline label --fast`, which leaves out the others.
    """

    name: str
    title: str
    shape: str
    layer: str
    metric: str
    unit: str = "span"
    classes: dict[str, list[str]] = {}
    none: str = ""
    pair: tuple[str, str] | None = None
    actors: tuple[str, str] | None = None
    among: str = ""
    fast: bool = False

    def class_of(self, label: str) -> str | None:
        """The class that a span label belongs to, or None."""
        for name, labels in self.classes.items():
            if label in labels:
                return name
        return None

    @property
    def measured(self) -> tuple[str, ...]:
        """What the metrics that fit the task are of."""
        if self.shape == "spans":
            return (SPANS,)
        if self.shape in (LINK, "triples"):
            return (RELATIONS,) if self.shape == LINK else (TRIPLES,)
        if len(self.classes) == 1:
            return (ONE_CLASS,)
        return (CLASSES, TWO_OF_PAIRS) if self.unit == "pair" and len(self.classes) == 2 else (CLASSES,)


def problems(task: Task, layers: Mapping[str, Layer]) -> Iterator[str]:
    """A line for each name in a task that there is not, and for what does not fit its shape."""
    if task.shape not in UNITS:
        yield _unknown("shape", task.shape, UNITS)
        return
    if task.layer not in layers:
        yield _unknown("layer", task.layer, layers)
        return
    if task.unit not in UNITS[task.shape]:
        yield _unknown(f"unit of shape `{task.shape}`", task.unit, UNITS[task.shape])
    of_shape = {"spans": _span_problems, LINK: _span_problems, "classify": _class_problems, "triples": _triple_problems}[task.shape]
    yield from of_shape(task, layers[task.layer])
    if task.among not in ("", CUES):
        yield _unknown("value of `among`", task.among, (CUES,))
    yield from _metric_problems(task)


def _span_problems(task: Task, _: Layer) -> Iterator[str]:
    if task.classes or task.none or task.pair or task.actors:
        yield "has classes, `none`, `pair` or `actors`; needed: shape `classify` or `triples` for these"


def _class_problems(task: Task, layer: Layer) -> Iterator[str]:
    if task.actors:
        yield "has `actors`; needed: shape `triples` for these"
    if not task.classes or not task.none:
        yield "has no classes or no `none`; needed: both, for shape `classify`"
    if task.none in task.classes:
        yield f"`none` is `{task.none}`, which is a class too; needed: another name"
    yield from _label_problems(task, layer)
    if (task.unit == "pair") != (task.pair is not None):
        yield "needed: `pair` with two relations, for unit `pair` and only there"
    for relation in task.pair or ():
        if relation not in layer.by_relation:
            yield _unknown(f"relation of layer {layer.layer}", relation, layer.by_relation)


def _label_problems(task: Task, layer: Layer) -> Iterator[str]:
    for label in (label for labels in task.classes.values() for label in labels):
        if label not in layer.by_label:
            yield _unknown(f"label of layer {layer.layer}", label, layer.by_label)


def _triple_problems(task: Task, layer: Layer) -> Iterator[str]:
    if not task.classes or task.none or task.pair or not task.actors:
        yield "has no classes or `actors`, or has `none` or `pair`; needed: classes and two attributes in `actors`, for shape `triples`"
    yield from _label_problems(task, layer)
    for name in task.actors or ():
        if name not in layer.by_attribute:
            yield _unknown(f"attribute of layer {layer.layer}", name, layer.by_attribute)


def _metric_problems(task: Task) -> Iterator[str]:
    fitting = [metric.name for metric in METRICS.values() if metric.headline and metric.shape in task.measured]
    if task.metric not in METRICS:
        yield _unknown("metric", task.metric, fitting)
    elif task.metric not in fitting:
        yield f"metric `{task.metric}` does not fit it; needed: one of {', '.join(fitting)}"


def _unknown(what: str, name: str, known: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    return f"unknown {what} `{name}`; there are {', '.join(known)}"
