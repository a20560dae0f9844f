"""The ways in which tags mark stretches of tokens, and each of them as IOB2.

IOB2 (BIO) begins each stretch with B-, IOB1 only one that follows another of its label; IOBES and BILOU also mark the last token (E-,
L-) and a stretch of one token (S-, U-); BMES has M- for the inner tokens and S- or W-. Source: Ratinov and Roth 2009, section 3.1.
"""

import re
from collections.abc import Iterable, Sequence

IOB1, IOB2, IOBES, BILOU, BMES = "IOB1", "IOB2", "IOBES", "BILOU", "BMES"
TAG = re.compile(r"O|[BIESLUMW]-\S.*")
_inner, _last = "IM", "EL"


def scheme(sentences: Iterable[Sequence[str]]) -> str:
    """The scheme of the tags of a file; IOB2 where nothing decides.

    It is IOB1 when an I- begins a stretch and each B- follows one of its label. A file with other B- is IOB2, and such I- are wrong.
    """
    kinds, opens, needless = set(), False, False
    for tags in sentences:
        before = ""
        for tag in tags:
            kind, _, label = tag.partition("-")
            kinds.add(kind)
            opens |= kind == "I" and label != before
            needless |= kind == "B" and label != before
            before = label
    if kinds & {"L", "U"}:
        return BILOU
    if kinds & {"M", "W"}:
        return BMES
    if kinds & {"E", "S"}:
        return IOBES
    return IOB1 if opens and not needless else IOB2


def as_iob2(tags: Sequence[str], name: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The tags of a sentence in IOB2, and the places and reasons of those that the scheme does not allow.

    What continues nothing begins a stretch, as conlleval has it.
    """
    result, problems, marked, before = [], [], name not in (IOB1, IOB2), ""
    for index, tag in enumerate([*tags, "O"]):
        kind, _, label = tag.partition("-")
        goes_on = kind in _inner + _last and before == label
        if marked and before and not goes_on:
            problems.append((index - 1, f"its {before} has no end tag; read with its end here"))
        if kind in _inner + _last and not goes_on and name != IOB1:
            problems.append((index, f"continues no {label}; read as B-{label}"))
        result.append(f"{'I' if goes_on else 'B'}-{label}" if label else "O")
        before = label if kind in "B" + _inner else ""
    return result[:-1], problems
