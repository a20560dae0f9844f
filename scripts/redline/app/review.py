"""What the rules of `redline validate` find in a passage while it is worked on, with repairs that take one key."""

import re
from typing import Any

import msgspec
from msgspec import Struct

from redline.app import edits
from redline.app.edits import Items
from redline.core.diagnostic import Diagnostic, Severity
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.rules import all_rules
from redline.rules.check import Checker

PARTIAL = "RL306"
"""Whether layers are declared is nothing that a rater can get wrong here: the page declares them."""


class Fault(Struct, frozen=True):
    """A problem of a passage; `span` is an item's id or empty, `fix` what one key does: new bounds, or `remove`."""

    code: str
    severity: str
    message: str
    hint: str
    span: str
    start: int | None
    end: int | None
    fix: dict[str, Any] | None


class Review(Struct, frozen=True):
    """What the rules find in a passage with its drafts, and the passage as the rater's file contains it."""

    faults: list[Fault]
    done: Record


class Reviewer:
    """The rules of a record and the layers that they let be done."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._checker = Checker([rule for rule in all_rules() if rule.code != PARTIAL], taxonomy)

    def review(self, record: Record, items: Items) -> Review:
        """The review of a blank record with these items.

        Done are the layers that the rater called done, that have no error, and whose relations end at spans of layers that are
        done too. The record contains their spans and relations, and names the oldest scheme that they were rated after.
        """
        spans, relations = edits.spans(items), edits.relations(items)
        called = edits.layers(items)
        whole = _with(record, spans, relations, called | {span.layer for span in spans})
        found = list(self._checker.record(whole, "", record.meta.passage))
        wrong = {diagnostic.span for diagnostic in found if diagnostic.severity is Severity.ERROR}
        layers = self._closed(called - {span.layer for span in spans if span.id in wrong})
        kept = {span.id: span for span in spans if span.layer in layers}
        between = tuple(r for r in relations if r.head_id in kept and r.child_id in kept)
        return Review([_fault(diagnostic) for diagnostic in found], _scheme(_with(record, tuple(kept.values()), between, layers), items))

    def _closed(self, layers: set[str]) -> set[str]:
        """The layers that have all that they need among them."""
        closed = {name for name in layers if self.needs(name) <= layers}
        return closed if closed == layers else self._closed(closed)

    def needs(self, layer: str) -> set[str]:
        """The layers that contain the children of a layer's relations."""
        children = {label for relation in self.taxonomy.layers[layer].relations for label in relation.children}
        return {self.taxonomy.layer_of_label[label] for label in children}


def _scheme(record: Record, items: Items) -> Record:
    """The record with the oldest scheme after which one of its layers was rated."""
    versions = [str(items[f"{edits.LAYER}:{name}"]).split(".")[:2] for name in record.meta.layers]
    oldest = min(versions, key=lambda parts: [int(part) for part in parts], default=record.meta.scheme.split("."))
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, scheme=".".join(oldest)))


def _with(record: Record, spans: Any, relations: Any, layers: set[str]) -> Record:
    meta = msgspec.structs.replace(record.meta, layers=dict.fromkeys(sorted(layers), "done"))
    return msgspec.structs.replace(record, spans=spans, relations=relations, meta=meta)


_bounds = re.compile(r"use (\d+)\.\.(\d+)")


def _fault(found: Diagnostic) -> Fault:
    fix: dict[str, Any] | None = None
    if found.span and (match := _bounds.fullmatch(found.hint)):
        fix = {"start": int(match[1]), "end": int(match[2])}
    elif found.span and found.hint.startswith("remove it"):
        fix = {"remove": True}
    return Fault(found.code, found.severity.value, found.message, found.hint, found.span, found.start, found.end, fix)
