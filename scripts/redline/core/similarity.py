"""The similarity of texts: runs of words that they share.

Source: Broder 1997: resemblance is the Jaccard index of the shingles of two texts, containment the share of one text's
shingles that are in the other.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations

from msgspec import Struct

RUN = 5
RESEMBLANCE = 0.10
CONTAINMENT = 0.20
_word = re.compile(r"\w+")


class Likeness(Struct, frozen=True):
    """Two texts by name, and their similarity: both figures in 0..1, `containment` that of the shorter text."""

    one: str
    other: str
    resemblance: float
    containment: float


def words(text: str) -> list[str]:
    """The words that are compared: letters, digits and underscores, case folded."""
    return _word.findall(text.casefold())


def runs(text: str, length: int = RUN) -> set[int]:
    """The hashes of all runs of `length` words; a shorter text is one run."""
    sequence = words(text)
    if len(sequence) < length:
        return {hash(tuple(sequence))} if sequence else set()
    return {hash(run) for run in zip(*(sequence[start:] for start in range(length)), strict=False)}


def shared(texts: Mapping[str, str]) -> list[Likeness]:
    """Every pair of texts that share a run, in order of their names."""
    shingles = {name: runs(text) for name, text in sorted(texts.items())}
    owners: dict[int, list[str]] = defaultdict(list)
    for name, own in shingles.items():
        for run in own:
            owners[run].append(name)
    counts = Counter(pair for names in owners.values() if len(names) > 1 for pair in combinations(names, 2))
    result = []
    for (one, other), count in sorted(counts.items()):
        sizes = len(shingles[one]), len(shingles[other])
        result.append(Likeness(one, other, count / (sum(sizes) - count), count / min(sizes)))
    return result


def alike(texts: Mapping[str, str]) -> list[Likeness]:
    """The pairs that resemble each other, or of which one contains much of the other: near-duplicates."""
    return [pair for pair in shared(texts) if pair.resemblance >= RESEMBLANCE or pair.containment >= CONTAINMENT]
