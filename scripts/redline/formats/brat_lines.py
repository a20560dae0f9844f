"""The lines of an `.ann` file of brat: spans, relations, attributes, and Redline's notes.

Source: https://brat.nlplab.org/standoff.html
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.files import read_text
from redline.core.layer import Attribute
from redline.core.taxonomy import Taxonomy
from redline.formats.places import LINE_ENDS, Move, Stated, repaired
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.brat import Note

NOTE = "AnnotatorNotes"
KEPT = ("id", "layer", "attributes", "origin")
"""What the note of a span has."""


class Annotations(Struct):
    """What an `.ann` has: spans, relations by the names of their spans, attributes and notes by span, and the lines that are neither."""

    spans: dict[str, dict[str, Any]] = {}
    relations: list[dict[str, Any]] = []
    shown: dict[str, dict[str, str]] = {}
    notes: dict[str, dict[str, Any]] = {}
    left_out: list[str] = []
    moves: list[Move] = []


def visible(layer: str, taxonomy: Taxonomy) -> Mapping[str, Attribute]:
    """The attributes of a layer that brat can show: those with a list of values, and booleans."""
    attributes = taxonomy.layers[layer].attributes if layer in taxonomy.layers else []
    return {one.name: one for one in attributes if one.values or one.type == "boolean"}


def parsed(file: Path, text: str, options: Options) -> Annotations:
    """The annotations of a file on a text, spans with their layers and attributes.

    Raises RedlineError with the line that cannot be used.
    """
    found, covered = Annotations(), None if options.repair else text
    for number, line in enumerate(read_text(file).split("\n"), 1):
        try:
            parts = line.rstrip("\r").split("\t")
            if line.strip() and not READERS.get(line[0], _other)(found, parts, covered):
                found.left_out.append(line)
        except (ValueError, msgspec.DecodeError, RecursionError) as error:
            raise RedlineError(f"{file}:{number}: {reason(error)}; needed: a line of brat's standoff format") from None
    loose = [(target, name) for target, shown in found.shown.items() for name in shown if target not in found.spans]
    loose += [(target, NOTE) for target in found.notes if target not in found.spans]
    found.left_out += [f"{name} of {target}" for target, name in loose]
    if options.repair:
        _repair(found, text, str(file))
    for name, span in found.spans.items():
        span |= {key: value for key, value in found.notes.get(name, {}).items() if key in KEPT}
        span["layer"] = span.get("layer") or options.layer_of(span["label"])
        span["attributes"] = dict(_chosen(span, found.shown.get(name, {}), options.taxonomy))
    return found


def _repair(found: Annotations, text: str, place: str) -> None:
    """Takes spans to their words, and lists what was moved or not found; the latter are gone."""
    stated = [Stated(f"{one['label']} {name}", one["start"], one["end"], one["text"], lined=True) for name, one in found.spans.items()]
    bounds, found.moves = repaired(text, stated, place)
    pairs = [(name, at) for name, at in zip(found.spans, bounds, strict=True) if at]
    found.spans = {name: found.spans[name] | {"start": at[0], "end": at[1]} for name, at in pairs}


_PLACE = re.compile(r"(\S+) (\d{1,9}) (\d{1,9})")
_RELATION = re.compile(r"(\S+) (\S+) (\S+)")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (\S+))?(?: .*)?")
_TARGET = re.compile(r"(\S+) (\S+)")


def _fields(parts: list[str], pattern: re.Pattern[str], what: str) -> tuple[Any, ...]:
    """The words of the second part of a line.

    Raises ValueError where it is not `what`.
    """
    text = parts[1] if len(parts) > 1 else ""
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(f"`{text}` is not {what}")
    return found.groups()


def _span(found: Annotations, parts: list[str], text: str | None) -> bool:
    name, *words = parts[0], *parts[2:]
    if len(parts) > 1 and ";" in parts[1]:
        return False
    label, *places = _fields(parts, _PLACE, "a label with two offsets")
    start, end = map(int, places)
    if text is not None and words and (covered := text[start:end].translate(LINE_ENDS)) != words[0]:
        raise ValueError(f"covers `{covered}` and stores `{words[0]}`")
    if name in found.spans:
        raise ValueError(f"{name} occurs twice")
    found.spans[name] = {"id": name, "label": label, "start": start, "end": end, "text": words[0] if words else None}
    return True


def _relation(found: Annotations, parts: list[str], _: str | None) -> bool:
    label, head, child = _fields(parts, _RELATION, "a label with two spans")
    found.relations.append({"label": label, "head": head.partition(":")[2], "child": child.partition(":")[2]})
    return True


def _attribute(found: Annotations, parts: list[str], _: str | None) -> bool:
    name, target, value = _fields(parts, _ATTRIBUTE, "an attribute with a span")
    shown = found.shown.setdefault(target, {})
    shown.setdefault(name, value or "")
    return shown[name] == (value or "")


def _noted(found: Annotations, parts: list[str], _: str | None) -> bool:
    kind, target = _fields(parts, _TARGET, "a kind of note with a span")
    ours = kind == NOTE and parts[2:3] != [] and parts[2].startswith("{")
    if ours:
        found.notes[target] = msgspec.json.decode(parts[2], type=dict[str, Any])
        fit(found.notes[target], Note, "its note")
    return ours


def _other(_: Annotations, __: list[str], ___: str | None) -> bool:
    return False


READERS = {"T": _span, "R": _relation, "A": _attribute, "M": _attribute, "#": _noted}
"""What reads a line, by the first letter of its id; it is false where the line is something else."""


def _chosen(span: dict[str, Any], shown: Mapping[str, str], taxonomy: Taxonomy) -> Iterator[tuple[str, Any]]:
    """The attributes of a span: those that brat shows as it has them, the others as the note has them."""
    known = visible(span["layer"], taxonomy)
    for name, value in (span.get("attributes") or {}).items():
        boolean = name in known and known[name].type == "boolean"
        if name not in shown and boolean and isinstance(value, bool):
            yield name, False
        elif name not in shown and not (name in known and isinstance(value, str) and value in known[name].names):
            yield name, value
    for name, chosen in shown.items():
        yield name, chosen or True
