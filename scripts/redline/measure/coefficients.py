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


def alpha_of_sums(sums: Floats) -> float:
    """Nominal alpha of summed `alpha_sums`: 1 - observed / expected disagreement; NaN when only one value occurs."""
    count = sums[1:].sum()
    expected = count**2 - (sums[1:] ** 2).sum()
    if count <= 1 or expected == 0:
        return float("nan")
    return float(1 - (count - 1) * (count - sums[0]) / expected)


def cohen(matrix: Floats) -> float:
    """Cohen's kappa of a confusion matrix (values of one rater, of the other); NaN when chance alone would agree wholly."""
    count = matrix.sum()
    if count == 0:
        return float("nan")
    observed = np.trace(matrix) / count
    expected = float((matrix.sum(axis=0) * matrix.sum(axis=1)).sum() / count**2)
    return float("nan") if expected == 1 else float((observed - expected) / (1 - expected))


def fleiss_sums(counts: Floats) -> Floats:
    """What adds up over units (units, values): their agreement, their number, and how often each value was given."""
    number = counts.sum(axis=1)
    alike = ((counts**2).sum(axis=1) - number) / (number * (number - 1))
    return np.concatenate([[alike.sum(), len(counts)], counts.sum(axis=0)])


def fleiss_of_sums(sums: Floats) -> float:
    """Fleiss' kappa of summed `fleiss_sums`; NaN without units, or when chance alone would agree wholly."""
    if sums[1] == 0:
        return float("nan")
    observed, expected = float(sums[0] / sums[1]), float(((sums[2:] / sums[2:].sum()) ** 2).sum())
    return float("nan") if expected == 1 else (observed - expected) / (1 - expected)
