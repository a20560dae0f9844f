"""The labels, attributes, relations, cues and tasks, as read from `schemas/`. No label is named anywhere else."""

import difflib
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from redline.core.diagnostic import RedlineError
from redline.core.document import Bounds, Record, Span
from redline.core.files import read_bytes

T = TypeVar("T")


class Example(Struct, frozen=True):
    """A sentence with the span in square brackets, and why it is or isn't one."""

    text: str
    why: str


class Value(Struct, frozen=True):
    """One value of an attribute, with its code in other schemes."""

    name: str
    definition: str
    codes: dict[str, str] = {}


class Attribute(Struct, frozen=True, dict=True):
    """What a span says beside its label; `labels` may carry it, `required` must."""

    name: str
    type: str
    definition: str
    labels: list[str]
    required: list[str] = []
    values: list[Value] = []

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its values."""
        return frozenset(value.name for value in self.values)


class RelationType(Struct, frozen=True):
    """An arrow from a head label to a child label; a head has `least` to `most` of them (None: no limit)."""

    name: str
    definition: str
    heads: list[str]
    children: list[str]
    least: int = 0
    most: int | None = None


class Label(Struct, frozen=True):
    """A label: what it means, shown on examples, and its code in other schemes.

    `act` marks speech acts; `names_any` a label whose spans may name an entity of any label.
    """

    name: str
    title: str
    definition: str
    examples: list[Example]
    counterexamples: list[Example]
    codes: dict[str, str | None] = {}
    act: bool = False
    names_any: bool = False


class Requirement(Struct, frozen=True):
    """What a span of certain labels needs beside it, when `attribute` equals `equals` and `unless` does not hold."""

    labels: list[str]
    why: str
    needs_any: list[str]
    attribute: str | None = None
    equals: bool | str | None = None
    unless: dict[str, list[str]] = {}
    or_words: list[str] = []


class Cue(Struct, frozen=True):
    """A word or stem that must be decided wherever it stands.

    `pattern` is matched on whole words of the text in lower case; `stem` stands in everything that it matches.
    """

    name: str
    stem: str
    pattern: str


class Layer(Struct, frozen=True, dict=True):
    """One layer of annotation.

    `overlap` is `none`, or `any` where its spans may overlap each other. A `helper` layer only serves the relations of
    the others and is annotated together with them. `colour` is what it is drawn in.
    """

    layer: str
    title: str
    version: str
    definition: str
    overlap: str
    labels: list[Label]
    attributes: list[Attribute]
    relations: list[RelationType]
    rulings: list[str]
    colour: str = "#000000"
    helper: bool = False
    requirements: list[Requirement] = []
    cues: list[Cue] = []
    cue_label: str | None = None
    questions: list[str] = []

    @cached_property
    def by_label(self) -> dict[str, Label]:
        """The labels by name."""
        return {label.name: label for label in self.labels}

    @cached_property
    def by_attribute(self) -> dict[str, Attribute]:
        """The attributes by name."""
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def by_relation(self) -> dict[str, RelationType]:
        """The relations by name."""
        return {relation.name: relation for relation in self.relations}

    @cached_property
    def acts(self) -> frozenset[str]:
        """The labels that are acts."""
        return frozenset(label.name for label in self.labels if label.act)

    @cached_property
    def _cue(self) -> re.Pattern[str] | None:
        # On lower-case text and without a boundary in front, the engine can skip by first letters.
        return re.compile(rf"(?:{'|'.join(cue.pattern for cue in self.cues)})\b") if self.cues else None

    def cue_bounds(self, text: str) -> list[Bounds]:
        """Where cues stand in `text`, as whole words, upper or lower case."""
        if self._cue is None:
            return []
        lower = text.lower()
        if not any(cue.stem in lower for cue in self.cues):
            return []
        # A few letters, such as the Turkish dotted capital I, change their length: then each is lowered by itself.
        lower = lower if len(lower) == len(text) else "".join(c.lower()[0] for c in text)
        found: list[Bounds] = []
        match = self._cue.search(lower)
        while match:
            start, end = match.span()
            whole = start == 0 or not (lower[start - 1].isalnum() or lower[start - 1] == "_")
            if whole:
                found.append((start, end))
            match = self._cue.search(lower, end if whole else start + 1)
        return found


class Task(Struct, frozen=True):
    """Something to learn: its shape, layer, unit, classes (each a set of labels), no-class and headline metric.

    `pair` names the two relations whose children make the unit of a pair task.
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

    def class_of(self, label: str) -> str | None:
        """The class that a span label belongs to, or None."""
        for name, labels in self.classes.items():
            if label in labels:
                return name
        return None


class Taxonomy(Struct, frozen=True, dict=True):
    """All layers and tasks."""

    layers: dict[str, Layer]
    tasks: dict[str, Task]

    @cached_property
    def layer_of_label(self) -> dict[str, str]:
        """The layer that each label belongs to; a label is in one layer only."""
        return {label.name: layer.layer for layer in self.layers.values() for label in layer.labels}

    @cached_property
    def helpers(self) -> list[str]:
        """The helper layers."""
        return [layer.layer for layer in self.layers.values() if layer.helper]

    @cached_property
    def version(self) -> str:
        """The version of the guidelines: that of the layers, which move together."""
        return next(iter(self.layers.values())).version

    @cached_property
    def scheme(self) -> str:
        """The version of the scheme: major and minor part; a third part only adds rulings."""
        return ".".join(self.version.split(".")[:2])

    @cached_property
    def _attributes(self) -> dict[tuple[str, str], dict[str, Attribute]]:
        return {
            (layer.layer, label.name): {a.name: a for a in layer.attributes if label.name in a.labels}
            for layer in self.layers.values()
            for label in layer.labels
        }

    def attributes_of(self, span: Span) -> dict[str, Attribute]:
        """The attributes that the span's label may carry."""
        return self._attributes.get((span.layer, span.label), {})

    def label(self, span: Span) -> Label | None:
        """What the span's label means, or None where the scheme has no such label."""
        layer = self.layers.get(span.layer)
        return layer.by_label.get(span.label) if layer else None

    @cached_property
    def naming(self) -> frozenset[tuple[str, str]]:
        """The (layer, label) pairs whose spans name an entity and must say which."""
        pairs = ((layer, a) for layer in self.layers.values() for a in layer.attributes if a.type == "entity")
        return frozenset((layer.layer, label) for layer, attribute in pairs for label in attribute.required)

    def task(self, name: str) -> Task:
        """The task of that name.

        Raises RedlineError that names the tasks there are.
        """
        if name not in self.tasks:
            raise RedlineError(f"unknown task `{name}`; there are {', '.join(self.tasks)}")
        return self.tasks[name]

    def undecided_cues(self, record: Record, layer: Layer) -> list[Bounds]:
        """The cues that no span of the layer touches and whose sentence holds no act."""
        return [cue for cue in layer.cue_bounds(record.text) if not _decided(record, layer, cue)]


def _decided(record: Record, layer: Layer, cue: Bounds) -> bool:
    sentence = record.sentence_of(*cue)
    bounds = record.sentences[sentence] if sentence is not None else (0, len(record.text))
    for span in record.layer(layer.layer):
        if span.start < cue[1] and cue[0] < span.end:
            return True
        if span.label in layer.acts and span.within(bounds):
            return True
    return False


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint that names the most similar of `names`, or lists them all."""
    known = list(names)
    close = difflib.get_close_matches(name.upper(), [item.upper() for item in known], 1, 0.6)
    if close:
        match = next(item for item in known if item.upper() == close[0])
        return f"use `{match}`"
    return f"use one of {', '.join(known)}" if known else "remove it"


def schemas_folder() -> Path:
    """The folder with the schemas: beside the source tree, or the copy inside an installed package."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "schemas"
    return packed if packed.is_dir() else package.parents[1] / "schemas"


def load(folder: Path | None = None) -> Taxonomy:
    """The taxonomy of a schema folder (default: Redline's own); each file with a `layer` key is a layer.

    Raises RedlineError when a file is missing or has another shape.
    """
    folder = folder or schemas_folder()
    layers: dict[str, Layer] = {}
    for path in sorted(folder.glob("*.json")):
        data = read_bytes(path)
        if isinstance(content := _decoded(path, data, object), dict) and "layer" in content:
            layer = _decoded(path, data, Layer)
            layers[layer.layer] = layer
    if not layers:
        raise RedlineError(f"{folder}: holds no layer; needed: schema files such as threat.json")
    tasks = _decoded(folder / "tasks.json", read_bytes(folder / "tasks.json"), list[Task])
    return Taxonomy(layers, {task.name: task for task in tasks})


def _decoded(path: Path, data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise RedlineError(f"{path}: is not a usable schema ({error})") from None
