"""Krippendorff's alpha for unitizing: do raters cut the same stretches out of the text and give them the same labels?

Every character counts, and so do the gaps that nobody marked. Source: Krippendorff, Mathet, Bouvry and Widlöcher 2016, "On the
reliability of unitizing textual continua: further developments", Quality & Quantity 50, equations 1 to 5.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from redline.core.document import Record, Span
from redline.measure.coefficients import over

Floats = NDArray[np.float64]
Segment = tuple[int, int, int]
"""Start, end, and 0 for a gap or the number of a label."""


def segments(spans: Sequence[Span], length: int, places: Mapping[str, int]) -> list[Segment]:
    """A text of `length` characters cut at spans; where they overlap, the shorter one counts. `places` numbers the labels."""
    inner = sorted(spans, key=lambda span: (span.end - span.start, span.start, span.label))
    found: list[Segment] = []
    for span in inner:
        found += [(start, end, places[span.label]) for start, end in _free(span, found)]
    return _with_gaps(sorted(found), length)


def _free(span: Span, taken: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """The stretches of a span that no segment covers."""
    start = span.start
    for first, last, _ in sorted(one for one in taken if one[0] < span.end and span.start < one[1]):
        if start < first:
            yield start, first
        start = max(start, last)
    if start < span.end:
        yield start, span.end


def _with_gaps(found: Sequence[Segment], length: int) -> list[Segment]:
    whole: list[Segment] = []
    place = 0
    for start, end, label in found:
        whole += [(place, start, 0)] if place < start else []
        whole.append((start, end, label))
        place = end
    return [*whole, (place, length, 0)] if place < length else whole


Sums = list[list[float]]
"""What adds up over texts: see `statistics`."""


def statistics(raters: Sequence[Sequence[Segment]], labels: int) -> Sums:
    """What adds up over texts, of one text by its raters: shape (labels + 1, labels + 2).

    The first columns are the observed coincidences by length (each ordered pair of raters, divided by one less than the
    number of raters), the last one is what a segment cannot be paired with: itself, so the squared lengths of units, and
    of gaps, which have no structure, the plain length.
    """
    found = [[0.0] * (labels + 2) for _ in range(labels + 1)]
    share = 1 / (len(raters) - 1)
    for index, one in enumerate(raters):
        for start, end, label in one:
            found[label][-1] += (end - start) ** 2 if label else end - start
        for other in raters[index + 1 :]:
            for left, right, length in _shared(one, other):
                found[left][right] += length * share
                found[right][left] += length * share
    return found


def _shared(one: Sequence[Segment], other: Sequence[Segment]) -> Iterator[tuple[int, int, int]]:
    """(label of one, label of the other, length) of the stretches that two cuttings of one text make together."""
    at, left, right = 0, 0, 0
    while left < len(one) and right < len(other):
        end = min(one[left][1], other[right][1])
        yield one[left][2], other[right][2], end - at
        at = end
        left += one[left][1] == end
        right += other[right][1] == end


def alpha(sums: Floats) -> Floats:
    """Alpha of summed statistics (..., labels + 1, labels + 2): 1 - observed / expected disagreement; NaN when nothing or
    everything is one label."""
    observed, own = sums[..., :-1], sums[..., -1]
    lengths = observed.sum(axis=-1)
    total = lengths.sum(axis=-1)
    pairable = total**2 - own.sum(axis=-1)
    expected = over(total * (total**2 - (lengths**2).sum(axis=-1)), pairable)
    return 1 - over(total - np.trace(observed, axis1=-2, axis2=-1), expected)


def of_document(document: Sequence[Sequence[Record]], layer: str, places: Mapping[str, int]) -> Floats:
    """The statistics of a document, given by its passages as each rater sees them; `places` numbers the labels from 1."""
    total = np.zeros((len(places) + 1, len(places) + 2))
    for records in document:
        length = len(records[0].text)
        held = [[span for span in record.by_layer.get(layer, ()) if span.label in places] for record in records]
        if any(held):
            total += statistics([segments(spans, length, places) for spans in held], len(places))
        else:
            total[0, [0, -1]] += len(records) * length
    return total
