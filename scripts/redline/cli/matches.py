"""A match of `redline find` as a line of a concordance, and as a value for JSON."""

from typing import Any

from redline.cli.excerpt import columns, visible
from redline.cli.passages import colours_of
from redline.cli.style import Style
from redline.core.document import Relation
from redline.core.taxonomy import Taxonomy
from redline.curate.concordance import Match

LEAST = 40
"""Columns that a match gets with what is around it, however narrow the terminal is."""


def line(match: Match, taxonomy: Taxonomy, style: Style, *, width: int, names: int) -> str:
    """The place of a match, its words with what is before and after them, and its label; `names` is the width of document ids."""
    span, meta = match.span, match.record.meta
    place = f"{meta.doc:<{names}} {place_of(match):<7}"
    colour = colours_of(taxonomy)[span.layer] if span else "1"
    room = max(width - len(place) - (len(span.label) + 2 if span else 1), LEAST)
    before, text, after = around(match, room)
    label = f"{style.paint(span.label, colour)} " if span else ""
    return f"{style.faint(place)} {label}{before}{style.paint(f'[{text}]', colour, '1')}{after}"


def place_of(match: Match) -> str:
    """Passage and span id, or passage and sentence."""
    passage = match.record.meta.passage
    if match.span:
        return f"{passage}:{match.span.id}"
    return str(passage) if match.sentence is None else f"{passage}.{match.sentence}"


def around(match: Match, room: int) -> tuple[str, str, str]:
    """What is before a match, its words, and what is after, in at most `room` columns with two brackets.

    What is before gets a third of what the words leave, and is set to the right.
    """
    before, after = (_flat(text) for text in match.around)
    text = _flat(match.text)
    if columns(text) > room - 2:
        text = _cut(text, (room - 5) // 2) + "..." + _cut(text, room - 5 - (room - 5) // 2, end=True)
    rest = room - 2 - columns(text)
    left = _cut(before, rest // 3, end=True)
    return " " * (rest // 3 - columns(left)) + left, text, _cut(after, rest - rest // 3).rstrip()


def _flat(text: str) -> str:
    return visible(text.replace("\n", " "))


def _cut(text: str, most: int, *, end: bool = False) -> str:
    """The first characters of `text` that fit in `most` columns, or the last."""
    while columns(text) > most:
        text = text[1:] if end else text[:-1]
    return text


def as_value(match: Match) -> dict[str, Any]:
    """The match for JSON; what it has none of is null."""
    record, span = match.record, match.span
    before, after = match.around
    value = {"doc": record.meta.doc, "passage": record.meta.passage, "sentence": match.sentence}
    value |= {"start": match.bounds[0], "end": match.bounds[1], "text": match.text, "before": before, "after": after}
    value |= {name: getattr(span, name) if span else None for name in ("id", "layer", "label", "attributes")}
    return value | {"relations": [_relation(match, relation) for relation in match.relations]}


def _relation(match: Match, relation: Relation) -> dict[str, Any]:
    child = match.record.by_id.get(relation.child_id)
    return {"label": relation.label, "child_id": relation.child_id, "text": child.text if child else None}
