"""What a rater changes: one edit sets one item of one passage, or takes it away. The state of a document is all its items."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, MutableMapping
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.document import Record, Relation, Span

SPAN, RELATION, LAYER, COMMENT, SUGGESTION = "span", "relation", "layer", "comment", "suggestion"
Items = dict[str, Any]
State = list[Items]
"""By passage: item -> its value. Items are `span:ID`, `relation:HEAD LABEL CHILD`, `layer:NAME` (value: the guideline version
after which it was done), `comment:` and `comment:ID` (value: a text on the passage, on a span) and `suggestion:WHAT` (value: the
id of the span that it became, "" where the rater dismissed it)."""

TYPES: dict[str, Any] = {SPAN: Span, RELATION: Relation, LAYER: str, COMMENT: str, SUGGESTION: str}
"""Kind of an item -> the type of its value."""
LONGEST = 10_000
"""Characters of a comment."""
DAY = 86_400
"""Seconds."""
_version = re.compile(r"\d+(\.\d+)*", re.ASCII)


class Edit(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One change: `key` is unique (tab and counter); `before` and `after` are values of the item, None where it is not there.

    `seconds` is how long the rater worked on the passage since the last edit of it; 0 without a measurement.
    """

    key: str
    passage: int
    item: str
    before: Any
    after: Any
    seconds: float = 0


class EditError(ValueError):
    """An edit that the page never sends; the message states what was needed."""


def apply(state: State | MutableMapping[int, Items], edits: Iterable[Edit]) -> None:
    """Sets the items of `state` to the values of the edits."""
    for edit in edits:
        if edit.after is None:
            state[edit.passage].pop(edit.item, None)
        else:
            state[edit.passage][edit.item] = edit.after


def known(made: Collection[Edit], layers: Collection[str]) -> list[Edit]:
    """The edits without the values of other layers than these, and without relations of such spans: they take these items away."""
    state = state_of([made])
    gone = {
        (passage, value["id"])
        for passage, items in state.items()
        for item, value in items.items()
        if item.startswith(f"{SPAN}:") and layer_of(item, value) not in layers
    }
    return [msgspec.structs.replace(edit, after=None) if _foreign(edit, layers, gone) else edit for edit in made]


def _foreign(edit: Edit, layers: Collection[str], gone: set[tuple[int, str]]) -> bool:
    if edit.after is not None and edit.item.startswith(f"{RELATION}:"):
        return not gone.isdisjoint({(edit.passage, edit.after["head_id"]), (edit.passage, edit.after["child_id"])})
    return layer_of(edit.item, edit.after) not in (None, *layers)


def unknown_layers(made: Iterable[Edit], layers: Collection[str]) -> set[str]:
    """The layers not among these that have items after the edits."""
    found = (layer_of(item, value) for items in state_of([made]).values() for item, value in items.items())
    return {layer for layer in found if layer is not None and layer not in layers}


def layer_of(item: str, value: Any) -> str | None:
    """The layer of a span or of a layer's state; None for other items and for what is taken away."""
    kind, _, name = item.partition(":")
    if value is None or kind not in (SPAN, LAYER):
        return None
    return str(value["layer"]) if kind == SPAN else name


def check(edit: Edit, records: tuple[Record, ...], layers: Collection[str]) -> None:
    """Raises EditError when an edit cannot be of these records and layers: its words, bounds, ids and type must fit."""
    if not 0 <= edit.passage < len(records):
        raise EditError(f"passage {edit.passage} does not exist; there are {len(records)}")
    if not 0 <= edit.seconds <= DAY:
        raise EditError(f"an edit took {edit.seconds} seconds; needed: 0 to {DAY:,}")
    if edit.after is not None:
        _check_value(edit, records[edit.passage].text)
        layer = layer_of(edit.item, edit.after)
        if layer not in (None, *layers):
            raise EditError(f"layer `{layer}` is not in the scheme; needed: one of {', '.join(layers)}")


def typed(edit: Edit) -> Span | Relation | str | None:
    """The value after an edit; None where the item goes, or its kind is unknown.

    Raises EditError when the value has another type than the kind of its item, or a layer was not done after a version.
    """
    kind, _, name = edit.item.partition(":")
    if edit.after is None or kind not in TYPES:
        return None
    try:
        value: Span | Relation | str = msgspec.convert(edit.after, TYPES[kind])
    except msgspec.ValidationError as error:
        raise EditError(f"item `{edit.item}` has a wrong value ({error})") from None
    if kind == LAYER and not is_version(edit.after):
        raise EditError(f"layer `{name}` was done after version `{value}` of the guidelines; needed: numbers such as 2.0.2")
    return value


def is_version(text: str) -> bool:
    """Whether a text is a version of guidelines or of the scheme: numbers with points between them."""
    return bool(_version.fullmatch(text))


def _check_value(edit: Edit, text: str) -> None:
    kind, _, name = edit.item.partition(":")
    value = typed(edit)
    if value is None:
        raise EditError(f"unknown item `{edit.item}`; there are {', '.join(TYPES)}")
    if isinstance(value, Span):
        _check_span(value, name, text)
    elif isinstance(value, Relation):
        _check_relation(value, name)
    elif kind == COMMENT:
        _check_comment(value)


def _check_span(span: Span, name: str, text: str) -> None:
    if span.id != name or not name:
        raise EditError(f"item `{SPAN}:{name}` contains span `{span.id}`; needed: one id")
    if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.text:
        raise EditError(f"span `{span.id}` is not the words at {span.start}..{span.end}; needed: code points of the passage")


def _check_relation(relation: Relation, name: str) -> None:
    if name != f"{relation.head_id} {relation.label} {relation.child_id}":
        raise EditError(f"item `{RELATION}:{name}` has a different relation as its value; needed: the same ids and label")


def _check_comment(text: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise EditError(f"a comment has {len(text)} characters; needed: 1 to {LONGEST:,}, not only spaces")


def state_of(batches: Iterable[Iterable[Edit]]) -> dict[int, Items]:
    """By passage the items after all these edits."""
    state: dict[int, Items] = defaultdict(dict)
    for edits in batches:
        apply(state, edits)
    return state


def items_of(record: Record, version: str = "") -> Items:
    """The items that a record contains; its done layers follow the guidelines `version`."""
    spans = {f"{SPAN}:{span.id}": msgspec.to_builtins(span) for span in record.spans}
    relations = {f"{RELATION}:{r.head_id} {r.label} {r.child_id}": msgspec.to_builtins(r) for r in record.relations}
    return {**spans, **relations, **{f"{LAYER}:{name}": version for name, state in record.meta.layers.items() if state == "done"}}


def spans(items: Items) -> tuple[Span, ...]:
    """The spans among the items."""
    return tuple(msgspec.convert(value, Span) for item, value in items.items() if item.startswith(f"{SPAN}:"))


def relations(items: Items) -> tuple[Relation, ...]:
    """The relations among the items, those without an end included."""
    return tuple(msgspec.convert(value, Relation) for item, value in items.items() if item.startswith(f"{RELATION}:"))


def layers(items: Items) -> set[str]:
    """The layers that the rater called done."""
    return {item.partition(":")[2] for item in items if item.startswith(f"{LAYER}:")}
