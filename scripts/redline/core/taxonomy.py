"""All layers and tasks, as read from `schemas/`. No label is named anywhere else."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from redline.core import scheme
from redline.core.decoding import decoded
from redline.core.document import AttributeValue, Span
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.core.layer import Attribute, Label, Layer
from redline.core.task import Task, problems

KEYED = ("entity", "entities")
"""The types of attributes with keys of entities as values."""

T = TypeVar("T")


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
    def child_layers(self) -> dict[tuple[str, str], frozenset[str]]:
        """(layer, relation) -> the layers that its children may be of."""
        return {
            (layer.layer, relation.name): frozenset(self.layer_of_label[label] for label in relation.children)
            for layer in self.layers.values()
            for relation in layer.relations
        }

    @cached_property
    def served(self) -> dict[str, list[str]]:
        """Each helper layer, and the layers with relations that lead to its spans."""
        return {name: sorted({layer for (layer, _), children in self.child_layers.items() if name in children}) for name in self.helpers}

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
        """The definition of the span's label, or None where the scheme has no such label."""
        layer = self.layers.get(span.layer)
        return layer.by_label.get(span.label) if layer else None

    @cached_property
    def naming(self) -> frozenset[tuple[str, str]]:
        """The (layer, label) pairs of spans that name an entity and must have its key."""
        pairs = ((layer, a) for layer in self.layers.values() for a in layer.attributes if a.type == "entity" and not a.nullable)
        return frozenset((layer.layer, label) for layer, attribute in pairs for label in attribute.required)

    @cached_property
    def keyed(self) -> frozenset[str]:
        """The attributes with keys of entities as values."""
        return frozenset(a.name for layer in self.layers.values() for a in layer.attributes if a.type in KEYED)

    def keys_of(self, span: Span) -> Iterator[tuple[str, str]]:
        """(attribute, key) for each key of an entity in the span's attributes."""
        for name in span.attributes.keys() & self.keyed:
            yield from ((name, key) for key in keys_in(span.attributes[name]))

    def rekeyed(self, span: Span, keys: Mapping[str, str]) -> Span:
        """The span with other keys of entities, where `keys` maps the present one."""
        attributes = {name: mapped(value, keys) if name in self.keyed else value for name, value in span.attributes.items()}
        return span if attributes == span.attributes else msgspec.structs.replace(span, attributes=attributes)

    def task(self, name: str) -> Task:
        """The task of that name.

        Raises RedlineError that names the tasks there are.
        """
        if name not in self.tasks:
            raise RedlineError(f"unknown task `{name}`; there are {', '.join(self.tasks)}")
        return self.tasks[name]


def keys_in(value: AttributeValue) -> tuple[str, ...]:
    """The keys of entities that an attribute's value is or lists."""
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def mapped(value: AttributeValue, keys: Mapping[str, str]) -> AttributeValue:
    """A value with its strings replaced as `keys` maps them; what it does not map stays, and two that become one are one."""
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(keys.get(one, one) for one in value))
    return keys.get(value, value) if isinstance(value, str) else value


def schemas_folder() -> Path:
    """The folder with the schemas: next to the source tree, or the copy inside an installed package."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "schemas"
    return packed if packed.is_dir() else package.parents[1] / "schemas"


def load(folder: Path | None = None) -> Taxonomy:
    """The taxonomy of a schema folder (default: Redline's own); each file with a `layer` key is a layer.

    Raises RedlineError when a file is missing or has another shape, with a line for each problem of the layers.
    """
    folder = folder or schemas_folder()
    layers, paths = _layers(folder)
    if lines := [f"{paths[name]}: {line}" for name, line in scheme.problems(list(layers.values()))]:
        raise RedlineError("\n".join(lines))
    return Taxonomy(layers, _tasks(folder / "tasks.json", layers))


def _layers(folder: Path) -> tuple[dict[str, Layer], dict[str, Path]]:
    """The layers of a folder by name, and the file of each."""
    layers: dict[str, Layer] = {}
    paths: dict[str, Path] = {}
    for path in sorted(folder.glob("*.json")):
        data = read_bytes(path)
        if isinstance(content := _decoded(path, data, object), dict) and "layer" in content:
            layer = _decoded(path, data, Layer)
            if layer.layer in layers:
                raise RedlineError(f"{path}: layer `{layer.layer}` is in {paths[layer.layer]} too; needed: one file per layer")
            layers[layer.layer], paths[layer.layer] = layer, path
    if not layers:
        raise RedlineError(f"{folder}: contains no layer; needed: schema files such as threat.json")
    return layers, paths


def _tasks(path: Path, layers: dict[str, Layer]) -> dict[str, Task]:
    """The tasks of a file by name.

    Raises RedlineError for a name in a task that there is not, or that does not fit.
    """
    tasks: dict[str, Task] = {}
    for task in _decoded(path, read_bytes(path), list[Task]):
        if task.name in tasks:
            raise RedlineError(f"{path}: task `{task.name}` occurs twice; needed: each task once")
        for problem in problems(task, layers):
            raise RedlineError(f"{path}: task `{task.name}`: {problem}")
        tasks[task.name] = task
    return tasks


def _decoded(path: Path, data: bytes, kind: type[T]) -> T:
    return decoded(data, kind, path, "is not a usable schema", "a file such as threat.json or tasks.json")
