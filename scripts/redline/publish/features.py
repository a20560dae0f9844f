"""The columns of each configuration, and how Hugging Face, its YAML and Croissant spell their types.

Types are those of `formats/arrow`. Labels are strings everywhere: an index into a list of names would change its meaning when a label
is added.
"""

from typing import Any

from redline.core.layer import Layer
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats.arrow import Type

DOCUMENTS, RELATIONS, SENTENCES, CONTRAST, RATERS = "documents", "relations", "sentences", "contrast", "raters"
REFERENCED_SPANS, REFERENCED_SENTENCES, REFERENCED_RATERS = BARE = "referenced_spans", "referenced_sentences", "referenced_raters"
"""Configurations of referenced documents, in which `text` is null, or missing."""

_NAMED: dict[str, Type] = {"name": "string", "value": "string"}
_ORIGIN: dict[str, Type] = {"how": "string", "raters": ["string"]}
_BOUNDS: dict[str, Type] = {"start": "int32", "end": "int32"}
_SPAN: dict[str, Type] = {
    "id": "string", "layer": "string", "label": "string", **_BOUNDS, "text": "string", "span_hash": "string", "attributes": [_NAMED],
    "origin": _ORIGIN,
}  # fmt: skip
_RELATION: dict[str, Type] = {"head_id": "string", "child_id": "string", "label": "string"}
_PASSAGE: dict[str, Type] = {
    "passage": "int32", "offset": "int32", "length": "int32", "text": "string", "layers": ["string"], "sentences": [_BOUNDS],
    "spans": [_SPAN], "relations": [_RELATION],
}  # fmt: skip
_RATED: dict[str, Type] = {"rater": "string", "layers": ["string"]}
_SEED: dict[str, Type] = dict.fromkeys(
    ("doc", "title", "genre", "origin", "language", "date", "event", "rights", "license", "author", "scheme", "text", "sha256"),
    "string",
)
_PLACE: dict[str, Type] = {"doc": "string", "passage": "int32"}
_BARE: dict[str, Type] = {**_PLACE, "offset": "int32", "length": "int32", "passage_sha256": "string"}
_SOURCE: dict[str, Type] = {
    "repository": "string", "commit": "string", "path": "string", "line": "int32", "field": "string", "window": "string",
    "speaker": "string", "country": "string", "file_sha256": "string", "file_start": "int32", "file_end": "int32", "sha256": "string",
    "genre": "string", "date": "string", "license": "string",
}  # fmt: skip


def features(taxonomy: Taxonomy) -> dict[str, dict[str, Type]]:
    """Configuration -> column -> type, the default configuration first."""
    found: dict[str, dict[str, Type]] = {
        DOCUMENTS: {**_SEED, "sources": ["string"], "raters": ["string"], "passages": [{**_PASSAGE, "raters": [_RATED]}]}
    }
    for layer in flat_layers(taxonomy):
        found[configuration(layer)] = _flat(layer)
    ends = {f"{end}_{name}": kind for end in ("head", "child") for name, kind in _end().items()}
    found[RELATIONS] = {**_PLACE, "layer": "string", "label": "string", **ends}
    classes: dict[str, Type] = {task.name: "string" for task in sentence_tasks(taxonomy)}
    found[SENTENCES] = {**_PLACE, "sentence": "int32", **_BOUNDS, "text": "string", **classes}
    found[CONTRAST] = {"set": "string", "group": "string", "edit": "string", **_PASSAGE}
    arrow = {"label": "string", "child_id": "string"}
    found[RATERS] = {"rater": "string", **_PLACE, "layers": ["string"], **_SPAN, "relations": [arrow]}
    for name in ("origin", "span_hash"):
        del found[RATERS][name]
    found[REFERENCED_SPANS] = {
        **_BARE, "id": "string", "layer": "string", "label": "string", **_BOUNDS, "text": "string", "attributes": [_NAMED],
        "relations": [arrow], "origin": "string", "raters": ["string"],
    }  # fmt: skip
    found[REFERENCED_SENTENCES] = {**_BARE, "sentence": "int32", **_BOUNDS, "text": "string", "layers": ["string"], **classes, **_SOURCE}
    rated: dict[str, Type] = {name: _SPAN[name] for name in ("id", "layer", "label", "start", "end", "attributes")}
    found[REFERENCED_RATERS] = {
        "rater": "string", **_BARE, "layers": ["string"], "sentences": [_BOUNDS], "spans": [rated], "relations": [_RELATION],
    }  # fmt: skip
    return found


def configuration(layer: Layer) -> str:
    """The configuration that contains the spans of a layer."""
    return {"threat": "threats"}.get(layer.layer, layer.layer)


def flat_layers(taxonomy: Taxonomy) -> list[Layer]:
    """The layers that have a configuration: all except the helpers."""
    return [layer for layer in taxonomy.layers.values() if not layer.helper]


def sentence_tasks(taxonomy: Taxonomy) -> list[Task]:
    """The tasks that give each sentence a class."""
    return [task for task in taxonomy.tasks.values() if task.unit == "sentence" and not task.among]


_KINDS: dict[str, Type] = {"boolean": "bool", "entities": ["string"]}
"""The types of columns of attributes that are not strings."""


def _flat(layer: Layer) -> dict[str, Type]:
    attributes: dict[str, Type] = {a.name: _KINDS.get(a.type, "string") for a in layer.attributes}
    sentence: dict[str, Type] = {"sentence_start": "int32", "sentence_end": "int32", "sentence": "string"}
    head: dict[str, Type] = {**_PLACE, "id": "string", "label": "string", **_BOUNDS, "text": "string", "span_hash": "string"}
    return {**head, **sentence, **attributes, "origin": "string", "raters": ["string"]}


def _end() -> dict[str, Type]:
    return {"id": "string", "label": "string", **_BOUNDS, "text": "string"}


def hub(kind: Type) -> dict[str, Any]:
    """A type as Hugging Face writes it in Parquet metadata."""
    if isinstance(kind, str):
        return {"dtype": kind, "_type": "Value"}
    if isinstance(kind, list):
        return {"feature": hub(kind[0]), "_type": "List"}
    return {name: hub(part) for name, part in kind.items()}


def yaml(columns: dict[str, Type]) -> list[dict[str, Any]]:
    """Columns as Hugging Face writes them in the YAML of a card."""
    return [{"name": name, **_yaml(kind)} for name, kind in columns.items()]


def _yaml(kind: Type) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"dtype": kind}
    if isinstance(kind, dict):
        return {"struct": yaml(kind)}
    return {"list": kind[0] if isinstance(kind[0], str) else yaml(kind[0])}
