"""The error gallery: sentences with what is gold drawn over them and what was guessed under them."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from msgspec import Struct

from redline.core.document import Bounds, Record, Span
from redline.core.examples import examples
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.measure import evaluate
from redline.measure.errors import KINDS, RIGHT, outcomes

CLASS = "wrong class"
ALL_KINDS = (CLASS, *KINDS)


class Card(Struct, frozen=True):
    """One outcome in its sentence: the text between `bounds` with at most one gold and one guessed stretch."""

    layer: str
    task: str
    kind: str
    labels: tuple[str, ...]
    record: Record
    bounds: Bounds
    gold: tuple[str, Bounds] | None
    guess: tuple[str, Bounds] | None


def cards(task: Task, records: Sequence[Record], labelled: Sequence[Record], taxonomy: Taxonomy) -> Iterator[Card]:
    """What a model made of records: for spans every outcome, for classes the wrong ones."""
    for record, other in zip(records, labelled, strict=True):
        if record.annotated(task.layer):
            yield from _span_cards(task, record, other) if task.shape == "spans" else _class_cards(task, record, other, taxonomy)


def _span_cards(task: Task, record: Record, labelled: Record) -> Iterator[Card]:
    for outcome in outcomes(record.layer(task.layer), labelled.layer(task.layer)):
        spans = [span for span in (outcome.gold, outcome.guess) if span]
        labels = tuple(dict.fromkeys(span.label for span in spans))
        sides = (_side(outcome.gold), _side(outcome.guess))
        yield Card(task.layer, task.name, outcome.kind, labels, record, _around(record, spans), *sides)


def _class_cards(task: Task, record: Record, labelled: Record, taxonomy: Taxonomy) -> Iterator[Card]:
    judged = evaluate.judged_record(task, record, labelled, taxonomy)
    for unit, (gold, guess) in zip(examples(record, task, taxonomy), judged, strict=False):
        if gold != guess.label:
            ends = [span.bounds for span in unit.pair] if unit.pair else [unit.bounds, unit.bounds]
            yield Card(task.layer, task.name, CLASS, (gold, guess.label), record, unit.bounds, (gold, ends[0]), (guess.label, ends[1]))


def _side(span: Span | None) -> tuple[str, Bounds] | None:
    return (span.label, span.bounds) if span else None


def _around(record: Record, spans: Sequence[Span]) -> Bounds:
    """The sentences that spans touch."""
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    held = [bounds for bounds in record.sentences if bounds[0] < end and start < bounds[1]]
    return (held[0][0], held[-1][1]) if held else (0, len(record.text))


def html(found: Sequence[Card], best: dict[str, str]) -> Iterator[str]:
    """The gallery with its filters; without scripts everything is shown."""
    yield '<form class="filters" aria-label="filters of the gallery">'
    yield from _choice("layer", [(name, name) for name in dict.fromkeys(card.layer for card in found)])
    yield from _choice("task", [(name, f"{name} ({best[name]})") for name in dict.fromkeys(card.task for card in found)])
    yield from _choice("label", [(name, name) for name in sorted({label for card in found for label in card.labels})])
    kinds = {card.kind for card in found}
    yield from _choice("kind", [(name, name) for name in ALL_KINDS if name in kinds], "errors", "every error")
    yield f'<output id="count" for="layer task label kind">{len(found)}</output> of {len(found)} shown</form>'
    yield '<ol class="cards">'
    for card in found:
        yield from _card(card)
    yield "</ol>"


def _choice(name: str, values: Sequence[tuple[str, str]], first: str = "", shown: str = "all") -> Iterator[str]:
    yield f'<label>{name} <select id="{name}"><option value="{first}">{shown}</option>'
    if first:
        yield '<option value="">all outcomes</option>'
    yield "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in values) + "</select></label>"


def _card(card: Card) -> Iterator[str]:
    place = f"{card.record.meta.doc} {card.record.meta.passage}"
    data = f'data-layer="{card.layer}" data-task="{card.task}" data-kind="{card.kind}" data-label="{escape(" ".join(card.labels))}"'
    yield f"<li {data}{' class=right' if card.kind == RIGHT else ''}><p>{_drawn(card)}</p>"
    sides = [f'<b class="{name}">{name} {escape(side[0])}</b>' for name, side in (("gold", card.gold), ("guess", card.guess)) if side]
    yield f"<footer>{' '.join(sides)} <i>{card.kind}</i> <span>{escape(card.task)}, {escape(place)}</span></footer></li>"


def _drawn(card: Card) -> str:
    """The sentence, cut where a side begins or ends, each piece with the sides that hold it as its classes."""
    text = card.record.text
    sides = [(name, side[1]) for name, side in (("gold", card.gold), ("guess", card.guess)) if side]
    edges = sorted({*card.bounds, *(edge for _, bounds in sides for edge in bounds if card.bounds[0] <= edge <= card.bounds[1])})
    pieces = []
    for start, end in pairwise(edges):
        names = " ".join(name for name, bounds in sides if bounds[0] <= start and end <= bounds[1])
        words = escape(text[start:end])
        pieces.append(f'<mark class="{names}">{words}</mark>' if names else words)
    return "".join(pieces)
