"""Problems of the layers of a schema folder: unknown names, missing or superfluous values, versions that differ."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from redline.core.layer import Attribute, Layer, Requirement
from redline.core.suggest import nearest

OVERLAPS = ("none", "any")
LINES = ("solid", "double", "hatched", "dotted")
TYPES = ("boolean", "enum", "id", "entity", "entities", "edtf")


def problems(layers: Sequence[Layer]) -> Iterator[tuple[str, str]]:
    """(layer, line) for each problem of the layers, by themselves and together."""
    labels = [(label.name, layer.layer) for layer in layers for label in layer.labels]
    for layer in layers:
        lines = [*_values(layer), *_twice(layer), *_attributes(layer), *_relations(layer, {name for name, _ in labels})]
        lines += [line for requirement in layer.requirements for line in _requirement(layer, requirement)]
        yield from ((layer.layer, line) for line in [*lines, *_cues(layer)])
    for name, count in Counter(name for name, _ in labels).items():
        owners = sorted({layer for label, layer in labels if label == name})
        if count > 1 and len(owners) > 1:
            yield owners[0], f"label `{name}` is in layers {' and '.join(owners)}; needed: one layer a label"
    versions = {layer.layer: layer.version for layer in layers}
    usual = Counter(versions.values()).most_common(1)[0][0] if versions else ""
    for name, version in versions.items():
        if version != usual:
            yield name, f"version is {version}, but other layers have {usual}; needed: one version"


def _values(layer: Layer) -> Iterator[str]:
    if layer.overlap not in OVERLAPS:
        yield _unknown("overlap", layer.overlap, OVERLAPS)
    if layer.line not in LINES:
        yield _unknown("line", layer.line, LINES)
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", layer.version):
        yield f"version is `{layer.version}`; needed: numbers with dots such as 1.2.0"


def _twice(layer: Layer) -> Iterator[str]:
    names = {
        "label": [label.name for label in layer.labels],
        "attribute": [attribute.name for attribute in layer.attributes],
        "relation": [relation.name for relation in layer.relations],
    }
    for kind, group in names.items():
        for name, count in Counter(group).items():
            if count > 1:
                yield f"{kind} `{name}` is there {count} times; needed: once"


def _attributes(layer: Layer) -> Iterator[str]:
    for attribute in layer.attributes:
        if attribute.type not in TYPES:
            yield f"attribute `{attribute.name}`: {_unknown('type', attribute.type, TYPES)}"
        if (attribute.type == "enum") != bool(attribute.values):
            values = f"type {attribute.type} and {len(attribute.values)} values"
            yield f"attribute `{attribute.name}` has {values}; needed: `values` only for an enum"
        yield from _labels(f"attribute `{attribute.name}`", [*attribute.labels, *attribute.required], layer.by_label)
        yield from _required(attribute)


def _required(attribute: Attribute) -> Iterator[str]:
    for label in attribute.required:
        if label not in attribute.labels:
            yield f"attribute `{attribute.name}` is required of `{label}`, which may not have it; needed: `{label}` among its labels"


def _relations(layer: Layer, labels: set[str]) -> Iterator[str]:
    for relation in layer.relations:
        yield from _labels(f"relation `{relation.name}`: head", relation.heads, layer.by_label)
        yield from _labels(f"relation `{relation.name}`: child", relation.children, sorted(labels))
        if relation.most is not None and relation.most < relation.least:
            yield f"relation `{relation.name}` has most {relation.most} and least {relation.least}; needed: most not below least"


def _requirement(layer: Layer, requirement: Requirement) -> Iterator[str]:
    about = f"requirement of {' and '.join(requirement.labels)}"
    yield from _labels(about, requirement.labels, layer.by_label)
    for name in (*requirement.unless, *([requirement.attribute] if requirement.attribute else ())):
        if name not in layer.by_attribute:
            yield f"{about}: {_unknown('attribute', name, layer.by_attribute)}"
    for name in requirement.needs_any:
        if name not in layer.by_relation:
            yield f"{about}: {_unknown('relation', name, layer.by_relation)}"


def _cues(layer: Layer) -> Iterator[str]:
    if layer.cue_label is not None and layer.cue_label not in layer.by_label:
        yield f"cue_label: {_unknown('label', layer.cue_label, layer.by_label)}"
    for cue in layer.cues if not _compiles(layer.cue_pattern) else ():
        if not _compiles(cue.pattern):
            yield f"cue `{cue.name}` has the pattern `{cue.pattern}`; needed: a regular expression"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _labels(about: str, names: Iterable[str], known: Mapping[str, object] | list[str]) -> Iterator[str]:
    yield from (f"{about}: {_unknown('label', name, known)}" for name in dict.fromkeys(names) if name not in known)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"unknown {what} `{name}`; {nearest(name, known)}"
