"""The best labels of many sentences at once.

Source: Viterbi's algorithm as CRFsuite has it; of paths with equal scores the one with the first label wins, as there.
"""

import numpy as np
from numpy.typing import NDArray

from redline.learn.crf_file import Floats

Integers = NDArray[np.intp]


def best(states: Floats, lengths: Integers, transitions: Floats) -> Integers:
    """(tokens,): the label of each token, as a number.

    `states` (tokens, labels) are the scores of the tokens, one sentence after the other; `lengths` (sentences,) count the
    tokens of each, one or more; `transitions` (labels, labels) are the scores of a label after another.
    """
    places, edges = _by_step(lengths)
    scores = _forward(states[places].T.copy(), edges, transitions)
    labels = scores.argmax(axis=0)
    for begin, here, end in reversed(list(zip(edges, edges[1:], edges[2:], strict=False))):
        known = labels[here:end]
        before = slice(begin, begin + end - here)
        labels[before] = (scores[:, before] + transitions[:, known]).argmax(axis=0)
    found: Integers = np.empty_like(labels)
    found[places] = labels
    return found


def _by_step(lengths: Integers) -> tuple[Integers, list[int]]:
    """The tokens in another order: the first ones of all sentences, then the second ones, and so on, longer sentences first.

    Gives (tokens,) the place of each token in the usual order, and where each step begins and the last one ends.
    """
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    sizes = len(lengths) - np.cumsum(np.bincount(lengths))[:-1]
    places = np.concatenate([starts[:size] + step for step, size in enumerate(sizes)])
    return places, [0, *(int(edge) for edge in np.cumsum(sizes))]


def _forward(scores: Floats, edges: list[int], transitions: Floats) -> Floats:
    """(labels, tokens): the score of the best path to each label of each token; `scores`, those of the tokens alone, is filled."""
    for begin, here, end in zip(edges, edges[1:], edges[2:], strict=False):
        before = scores[:, None, begin : begin + end - here]
        # (label before, label, token): the tokens are last, so that numpy adds long rows.
        scores[:, here:end] += (before + transitions[:, :, None]).max(axis=0)
    return scores
