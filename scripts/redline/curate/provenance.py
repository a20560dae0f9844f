"""How a label of gold came about: the reading of each rater, the differences, the decisions and reasons, and the definitions."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from redline.adjudicate import merge
from redline.adjudicate.decisions import Decision, Decisions
from redline.adjudicate.differences import Difference, Passage, passages
from redline.core.document import Record, Span
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import adjudicate
from redline.project import Project, lookup
from redline.project import decisions as files

Decided = TypeVar("Decided", Decision, Decision | None)


class Provenance(Struct, frozen=True):
    """A span of gold with what it rests on.

    `readings` are the spans of the raters, None where a rater marked none; `differences` those that concern the span, each with
    its decision, or None while it is open; `overrides` what was decided against all raters; `added` the entry of a span that no
    rater marked; `rulings` the definition of its label and the rulings that name it.
    """

    record: Record
    span: Span
    part: Passage
    readings: dict[str, Span | None]
    differences: list[tuple[Difference, Decision | None]]
    overrides: dict[str, Decision]
    added: dict[str, Any] | None
    rulings: list[str]


def provenance(project: Project, doc: str, name: str) -> Provenance:
    """What the span `name` of a gold document rests on.

    Raises RedlineError when there is no such span, nobody rated the document, or gold differs from the merge of raters and decisions.
    """
    record, span = lookup.span(lookup.document(project, doc), name)
    decisions = files.read(project, doc)
    part = next(part for part in passages(adjudicate.readings(project, doc), project.taxonomy()) if part.number == record.meta.passage)
    key = _key(doc, part, span, decisions)
    mention = next((mention for mention in part.mentions if mention.key == key), None)
    differences = [one for one in part.differences if mention is not None and mention in one.mentions]
    return Provenance(
        record,
        span,
        part,
        {rater: mention.readings.get(rater) if mention else None for rater in part.readings},
        [(one, _signed(decisions.decisions.get(one.id), decisions)) for one in differences],
        _overrides(part, key, decisions),
        None if mention else next(entry for entry in decisions.spans if entry["passage"] == part.number and entry["id"] == key),
        list(rulings(span, project.taxonomy())),
    )


def rulings(span: Span, taxonomy: Taxonomy) -> Iterator[str]:
    """The definition of the span's label and the rulings of its layer that name it."""
    label = taxonomy.label(span)
    if label:
        yield f"{label.name}: {label.definition}"
        layer = taxonomy.layers[span.layer]
        yield from (ruling for ruling in layer.rulings if label.name in ruling.replace("`", " ").replace(",", " ").split())


def _key(doc: str, part: Passage, span: Span, decisions: Decisions) -> str:
    """The key of the mention or addition that a gold span is made of."""
    wanted = (span.bounds, span.layer, span.label)
    for key, one in merge.settled(part, decisions).items():
        if (one.bounds, one.layer, one.label) == wanted:
            return key
    raise RedlineError(f"{doc}: {part.number}:{span.id} differs from the merge of raters and decisions; run redline adjudicate {doc} first")


def _overrides(part: Passage, key: str, decisions: Decisions) -> dict[str, Decision]:
    """What was decided against all raters on a mention: its span, an attribute, or a relation at either end."""
    names = {name: about for name, about in part.names.items() if about.startswith(f"{key} ") or about.endswith(f" {key}")}
    return {name: _signed(one, decisions) for name, one in decisions.overrides.items() if name in names}


def _signed(decision: Decided, decisions: Decisions) -> Decided:
    """The decision with who made it and when, which the document's decisions state where it does not."""
    if decision is None:
        return None
    return msgspec.structs.replace(decision, by=decision.by or decisions.by, date=decision.date or decisions.date)


def as_value(found: Provenance) -> dict[str, Any]:
    """The provenance for JSON."""
    return {
        "doc": found.record.meta.doc,
        "passage": found.part.number,
        "span": msgspec.to_builtins(found.span),
        "readings": msgspec.to_builtins(found.readings),
        "differences": [_difference(one, decision) for one, decision in found.differences],
        "overrides": msgspec.to_builtins(found.overrides),
        "added": found.added,
        "rulings": found.rulings,
    }


def _difference(one: Difference, decision: Decision | None) -> dict[str, Any]:
    about = {"id": one.id, "kind": one.kind, "about": one.about, "readings": msgspec.to_builtins(one.readings)}
    return about | {"decision": msgspec.to_builtins(decision)}
