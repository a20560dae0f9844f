"""How alike texts are: runs of words that they share.

Source: Broder 1997, resemblance of documents as the Jaccard index of their shingles.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations

RUN = 5
ALIKE = 0.10
_word = re.compile(r"\w+")


def runs(text: str, length: int = RUN) -> set[int]:
    """The hashes of all runs of `length` words, case folded, punctuation apart; a shorter text is one run."""
    words = _word.findall(text.casefold())
    if len(words) < length:
        return {hash(tuple(words))} if words else set()
    return {hash(run) for run in zip(*(words[start:] for start in range(length)), strict=False)}


def alike(texts: Mapping[str, str], at_least: float = ALIKE) -> list[tuple[str, str, float]]:
    """The pairs of texts whose runs have a Jaccard index of `at_least` or more, with it, in order of their names."""
    held = {name: runs(text) for name, text in texts.items()}
    owners: dict[int, list[str]] = defaultdict(list)
    for name in sorted(held):
        for run in held[name]:
            owners[run].append(name)
    shared = Counter(pair for names in owners.values() if len(names) > 1 for pair in combinations(names, 2))
    found = []
    for (one, other), count in sorted(shared.items()):
        index = count / (len(held[one]) + len(held[other]) - count)
        if index >= at_least:
            found.append((one, other, index))
    return found
