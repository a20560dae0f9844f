"""Coefficients of agreement corrected for chance: Krippendorff's alpha, Cohen's and Fleiss' kappa.

Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; Cohen 1960; Fleiss 1971.
"""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Unit = Sequence[Hashable]


def alpha_sums(units: Sequence[Unit], values: Sequence[Hashable]) -> Floats:
    """What adds up over units: the pairs that agree, and how often each value was given.

    A unit is the values that raters gave it (None is missing); those with fewer than two values count for nothing. Each
    ordered pair of values of a unit counts 1 / (its number of values - 1).
    """
    place = {value: index for index, value in enumerate(values, 1)}
    sums = np.zeros(len(values) + 1)
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        number = counts.total()
        if number > 1:
            sums[0] += sum(count * (count - 1) for count in counts.values()) / (number - 1)
            for value, count in counts.items():
                sums[place[value]] += count
    return sums


def over(part: Floats, whole: Floats) -> Floats:
    """One number by another, NaN where the other is 0 or undefined."""
    quotient: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole != 0)
    return quotient


def alpha_of_sums(sums: Floats) -> Floats:
    """Nominal alpha of summed `alpha_sums` (..., values + 1): 1 - observed / expected disagreement; NaN when only one value occurs."""
    count = sums[..., 1:].sum(axis=-1)
    expected = count**2 - (sums[..., 1:] ** 2).sum(axis=-1)
    return 1 - over((count - 1) * (count - sums[..., 0]), expected)


def cohen(matrix: Floats) -> Floats:
    """Cohen's kappa of confusion matrices (..., values of one rater, of the other); NaN when chance alone would agree wholly."""
    count = matrix.sum(axis=(-2, -1))
    observed = over(np.trace(matrix, axis1=-2, axis2=-1), count)
    expected = over((matrix.sum(axis=-2) * matrix.sum(axis=-1)).sum(axis=-1), count**2)
    return over(observed - expected, 1 - expected)


def fleiss_sums(counts: Floats) -> Floats:
    """What adds up over units (units, values): their agreement, their number, and how often each value was given."""
    number = counts.sum(axis=1)
    alike = ((counts**2).sum(axis=1) - number) / (number * (number - 1))
    return np.concatenate([[alike.sum(), len(counts)], counts.sum(axis=0)])


def fleiss_of_sums(sums: Floats) -> Floats:
    """Fleiss' kappa of summed `fleiss_sums` (..., values + 2); NaN without units, or when chance alone would agree wholly."""
    counts = sums[..., 2:]
    observed = over(sums[..., 0], sums[..., 1])
    expected = over((counts**2).sum(axis=-1), counts.sum(axis=-1) ** 2)
    return over(observed - expected, 1 - expected)
