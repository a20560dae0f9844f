"""A Prodigy task as a record: keys that Redline uses become spans, relations and classes, all others are kept in `extra`."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec
from msgspec import UNSET

from redline.core.document import ACCEPT, AttributeValue, Extra, Meta, Origin, Record, Relation, Span, canonical
from redline.core.segmentation import sentences
from redline.core.tokens import listed_tokens, tokens
from redline.formats import classes
from redline.formats.item import Item, confirmed
from redline.formats.loss import Loss
from redline.formats.places import Move, Stated, differing, repaired
from redline.formats.reading import Options
from redline.formats.shapes import fit
from redline.formats.shapes.prodigy import Task
from redline.formats.usable import usable

ANSWERED = frozenset({"_session_id", "_annotator_id"})
"""The keys by which Prodigy names who answered a task."""
TASK = frozenset({"text", "answer", "sentences", "spans", "relations", "meta", "target"})
META = frozenset({"doc", "passage", "offset", "scheme", "layers", "rater", "predictions"})
SPAN = frozenset({"id", "layer", "label", "start", "end", "text", "attributes", "origin", "token_start", "token_end"})
ENDS = ("head_span", "child_span")
RELATION = frozenset({"head_id", "child_id", "label", "head", "child", "head_span", "child_span"})


def parse(line: bytes) -> dict[str, Any]:
    """The task of a line.

    It is read by srsly, as Prodigy does, and once more strictly: srsly keeps the last of doubled keys, reads 1e999 as
    infinity, and rounds numbers. Raises ValueError for a line that is not a task with a text.
    """
    import srsly

    try:
        srsly.json_loads(line)
        value = json.loads(line.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ValueError("has no `text`")
    try:
        msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):
        raise ValueError("contains a lone surrogate or a number of more than 64 bits") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key `{next(name for name in names if names.count(name) > 1)}` occurs twice")
    return value


def _refused(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"`{digits}` is too large")
    return value


def item(value: dict[str, Any], options: Options, doc: str, passage: int, place: str) -> Item:
    """The record of a task, whether it is plain (it states no layers), and the relations that have no spans as their ends.

    Raises KeyError, TypeError or ValueError for a value that is not a task.
    """
    fit(value, Task)
    text = value["text"]
    value, moves = _repaired(value, place) if options.repair else (value, [])
    spans, by_name = _spans(value.get("spans") or [], text, options)
    relations, bare = _relations(value.get("relations") or [], tuple(by_name.values()), value)
    stated = value.get("meta")
    meta: dict[str, Any] = stated if isinstance(stated, dict) else {}
    cats = classes.cats(value)
    known = TASK | classes.kept(value, cats) | (_usual_tokens(value) if options.foreign else {"tokens"})
    extra = Extra(
        _others(value, known),
        _others(meta, META),
        {span.id: rest for span, entry in spans if (rest := _others(entry, SPAN))},
        {name_of(msgspec.to_builtins(r)): rest for r, entry in relations if (rest := _others(entry, RELATION))},
        bare,
    )
    record = Record(
        text, str(value.get("answer", ACCEPT)), _bounds(value, text), tuple(span for span, _ in spans), tuple(r for r, _ in relations),
        _meta(meta, doc, passage, options), cats, value.get("target", UNSET), UNSET if extra == Extra() else extra,
    )  # fmt: skip
    left_out = [Loss(doc, passage, f"relation {_label(entry)}", "its tokens are not spans", place) for entry in bare]
    if stated is not None and not isinstance(stated, dict):
        left_out.append(Loss(doc, passage, f"meta {stated}", "it is not an object", place))
    # Through the strict decoder, so that no record exists which could not be read again.
    again = usable(msgspec.convert(msgspec.to_builtins(canonical(record)), Record))
    if again.answer == ACCEPT and any(value.get(key) for key in ANSWERED):
        again = confirmed(again)
    return Item(again, not meta.get("layers"), tuple(left_out), moves=tuple(moves), single=classes.single(value, cats))


def _repaired(value: dict[str, Any], place: str) -> tuple[dict[str, Any], list[Move]]:
    """The task with its spans, and the ends of relations, at their words; and what was moved or not found."""
    text, entries = value["text"], value.get("spans") or []
    stated = [
        Stated(f"{one['label']} `{one.get('id', number)}`", one["start"], one["end"], one.get("text")) for number, one in enumerate(entries)
    ]
    bounds, moves = repaired(text, stated, place)
    if not moves:
        return value, moves
    pairs = [(one, at) for one, at in zip(entries, bounds, strict=True) if at]
    new = {(one["start"], one["end"]): {"start": at[0], "end": at[1]} for one, at in pairs}
    spans = [one | new[one["start"], one["end"]] | {"text": text[slice(*at)]} for one, at in pairs]
    lost = {one.get("id") for one, at in zip(entries, bounds, strict=True) if not at} - {None}
    relations = [
        one | {end: at | new.get((at["start"], at["end"]), {}) for end in ENDS if (at := one.get(end))}
        for one in value.get("relations") or []
        if lost.isdisjoint((one.get("head_id"), one.get("child_id")))
    ]
    return value | {"spans": spans, "relations": relations}, moves


def _others(value: dict[str, Any], known: Iterable[str]) -> dict[str, Any]:
    return {name: entry for name, entry in value.items() if name not in known}


def _meta(meta: dict[str, Any], doc: str, passage: int, options: Options) -> Meta:
    return Meta(
        doc, passage, meta.get("offset", 0), str(meta.get("scheme", options.taxonomy.scheme)), meta.get("layers") or {},
        meta.get("rater", UNSET), meta.get("predictions", UNSET), meta.get("sha256", UNSET),
    )  # fmt: skip


def _bounds(value: dict[str, Any], text: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in value.get("sentences") or sentences(text))


def _spans(entries: list[dict[str, Any]], text: str, options: Options) -> tuple[list[tuple[Span, dict[str, Any]]], dict[str, Span]]:
    """The spans with their entries, and by the names that relations call them; one without an id gets the next free `p1`, `p2`."""
    taken = {str(entry["id"]) for entry in entries if entry.get("id") is not None}
    spans = []
    for index, entry in enumerate(entries, 1):
        name = str(entry["id"]) if entry.get("id") is not None else f"p{index}"
        while entry.get("id") is None and name in taken:
            name += "x"
        spans.append((_span(entry, name, text, options), entry))
    by_name = {span.id: span for span, _ in spans}
    if len(by_name) < len(spans):
        raise ValueError(f"two spans have the id `{next(span.id for span, _ in spans if by_name[span.id] is not span)}`")
    return spans, by_name


def _span(entry: dict[str, Any], name: str, text: str, options: Options) -> Span:
    start, end, label = entry["start"], entry["end"], entry["label"]
    if not 0 <= start < end <= len(text):
        raise ValueError(f"span {start}..{end} is empty or not inside the text of {len(text)}")
    stored = entry.get("text", text[start:end])
    if stored != text[start:end]:
        raise ValueError(differing(start, end, text, stored))
    origin = msgspec.convert(entry["origin"], Origin) if "origin" in entry else UNSET
    attributes = msgspec.convert(entry.get("attributes") or {}, dict[str, AttributeValue])
    return Span(name, entry.get("layer") or options.layer_of(label), label, start, end, stored, attributes, origin)


def _relations(
    entries: list[dict[str, Any]], spans: tuple[Span, ...], value: dict[str, Any]
) -> tuple[list[tuple[Relation, dict[str, Any]]], list[dict[str, Any]]]:
    """The relations between spans with their entries, and the entries with an end that is a bare token."""
    relations, bare = [], []
    for entry in entries:
        head, child = (_end(entry, side, spans, value) for side in ("head", "child"))
        if head is None or child is None:
            bare.append(entry)
        else:
            relations.append((Relation(head, child, entry["label"]), entry))
    return relations, bare


def _end(entry: dict[str, Any], side: str, spans: tuple[Span, ...], value: dict[str, Any]) -> str | None:
    """The id of the span at one end: as stated, or that of `head_span`, or the longest that ends on the token; None for a bare token."""
    if entry.get(f"{side}_id") is not None:
        return str(entry[f"{side}_id"])
    stated = entry.get(f"{side}_span")
    if stated:
        at = [s for s in spans if s.bounds == (stated["start"], stated["end"]) and s.label == (stated.get("label") or s.label)]
        return at[0].id if at else None
    stored = listed_tokens(value)
    among = tokens(value["text"]) if stored is None else stored
    if not (isinstance(entry[side], int) and 0 <= entry[side] < len(among)):
        raise ValueError(f"relation {_label(entry)} has token `{entry[side]}` as its {side}; there are {len(among)}")
    end = among[entry[side]].end
    return min((s for s in spans if s.end == end), key=lambda s: s.start, default=_NOBODY).id or None


_NOBODY = Span("", "", "", 0, 0, "")


def _usual_tokens(value: dict[str, Any]) -> frozenset[str]:
    """The key of the tokens where they are those that an export makes again."""
    usual = [
        {"text": token.text, "start": token.start, "end": token.end, "id": index, "ws": token.ws}
        for index, token in enumerate(tokens(value["text"]))
    ] if value.get("tokens") is not None else None  # fmt: skip
    return frozenset({"tokens"}) if value.get("tokens") == usual else frozenset()


def name_of(relation: dict[str, Any]) -> str:
    """What a relation is called in `extra`."""
    return f"{relation['head_id']} {relation['label']} {relation['child_id']}"


def _label(entry: dict[str, Any]) -> str:
    return f"{entry.get('head')} {entry.get('label')} {entry.get('child')}"
