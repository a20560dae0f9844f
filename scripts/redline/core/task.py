"""A task: something to learn, as `schemas/tasks.json` describes it."""

from msgspec import Struct

CUES = "cues"


class Task(Struct, frozen=True):
    """Something to learn: its shape, layer, unit, classes (each a set of labels), no-class and headline metric.

    `pair` names the two relations whose children make the unit of a pair task. `among` is CUES where only sentences that hold
    a cue of the layer are units.
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
    among: str = ""

    def class_of(self, label: str) -> str | None:
        """The class that a span label belongs to, or None."""
        for name, labels in self.classes.items():
            if label in labels:
                return name
        return None
