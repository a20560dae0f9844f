"""Features of a CRF from the cues of a layer: the tokens that they cover, and the number of cues in a sentence."""

from collections.abc import Sequence

from redline.core.document import Bounds
from redline.core.layer import Layer
from redline.core.tokenizer import Token
from redline.learn.crf_features import Features

STEPS = (-1, 0, 1)
"""The distances of the neighbours that give their cues as features."""
MOST = 2
"""The greatest number of cues; a sentence with more counts as one with this number."""


def covered(found: Sequence[Token], cues: Sequence[Bounds]) -> list[bool]:
    """Whether a cue covers the beginning of each token."""
    return [any(start <= token.start < end for start, end in cues) for token in found] if cues else [False] * len(found)


def number(found: Sequence[Token], cues: Sequence[Bounds]) -> int:
    """How many cues begin in a sentence, given its tokens; MOST at most."""
    return min(sum(found[0].start <= start < found[-1].end for start, _ in cues), MOST)


def features(found: Sequence[Token], text: str, layer: Layer) -> list[Features]:
    """The features of each token of a sentence; none if the layer has no cues."""
    if not layer.cues:
        return [[] for _ in found]
    cues = layer.cue_bounds(text)
    marks, count = covered(found, cues), counted(number(found, cues))
    near = [[(step, marks[index + step]) for step in STEPS if 0 <= index + step < len(found)] for index in range(len(found))]
    return [[count, *(beside(step, mark) for step, mark in several)] for several in near]


def beside(step: int, mark: bool) -> str:
    """The feature of a token for its neighbour at a distance: whether a cue covers it."""
    return f"{step}:cue={mark}"


def counted(count: int) -> str:
    """The feature of a token for the number of cues in its sentence."""
    return f"cues={count}"
