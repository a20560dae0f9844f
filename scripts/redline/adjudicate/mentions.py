"""Mentions: the spans of several raters joined by place.

Spans of one layer that raters placed at the same or at overlapping words are one *mention*. Its key is made of its words;
mentions that only a later rater marked are counted last, so that another rater does not change the keys there are.
"""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from redline.core.document import Record, Span
from redline.core.rated import rated

UNSURE = "unsure"


class Mention(Struct, dict=True):
    """What raters marked at one place: a span per rater who marked it. `key` is unique in its record."""

    key: str
    readings: dict[str, Span]

    @property
    def layer(self) -> str:
        """The layer of its spans."""
        return next(iter(self.readings.values())).layer

    @cached_property
    def attributes(self) -> list[str]:
        """The attributes that any rater gave, without `unsure`, which is for adjudication alone."""
        return sorted({name for span in self.readings.values() for name in span.attributes} - {UNSURE})

    def doubts(self) -> dict[str, bool]:
        """Whether each rater who marked it is unsure of it."""
        return {rater: span.attributes.get(UNSURE) is True for rater, span in self.readings.items()}


def mentions(readings: Mapping[str, Record]) -> list[Mention]:
    """The mentions of one passage: spans of a layer with equal places and labels first, then those that overlap most.

    Spans of a layer that a rater did not do count for nothing.
    """
    found: list[Mention] = []
    done = {layer: rated(readings, layer) for layer in {span.layer for record in readings.values() for span in record.spans}}
    for rater, record in readings.items():
        rest = [span for span in record.spans if rater in done[span.layer]]
        for loose in (False, True):
            rest = [span for span in rest if not _join(found, rater, span, loose)]
        found += [Mention("", {rater: span}) for span in rest]
    raters = list(readings)
    counts: dict[str, int] = {}
    for mention in sorted(found, key=lambda mention: (raters.index(next(iter(mention.readings))), _place_in_text(mention))):
        span = next(iter(mention.readings.values()))
        stem = f"{span.layer}:{span.text}"
        counts[stem] = counts.get(stem, 0) + 1
        mention.key = stem if counts[stem] == 1 else f"{stem}#{counts[stem]}"
    return sorted(found, key=_place_in_text)


def _place_in_text(mention: Mention) -> tuple[int, int, str, str]:
    return min(order(span) for span in mention.readings.values())


def _join(found: list[Mention], rater: str, span: Span, loose: bool) -> bool:
    """Adds the span to the mention that it fits best, if there is one without a reading of this rater."""
    open_ = [m for m in found if rater not in m.readings and next(iter(m.readings.values())).layer == span.layer]
    fits = [m for m in open_ if any(_fit(span, other, loose) for other in m.readings.values())]
    if not fits:
        return False
    max(fits, key=lambda m: max(_shared(span, other) for other in m.readings.values())).readings[rater] = span
    return True


def _fit(one: Span, other: Span, loose: bool) -> bool:
    return one.overlaps(other) if loose else (one.bounds, one.label) == (other.bounds, other.label)


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def order(span: Span) -> tuple[int, int, str, str]:
    """The sort key of spans: by place, the longer first, then layer and label."""
    return span.start, -span.end, span.layer, span.label
