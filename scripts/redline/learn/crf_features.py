"""The features that a CRF gets of the tokens of a sentence: the form of each and that of its neighbours, and whether a quotation is open.

Source: features after Ratinov and Roth 2009.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from redline.core.tokenizer import Token

Features = list[str]
STEPS = (-2, -1, 1, 2)
"""Where the neighbours are whose form counts."""
NEAR = 3
"""How many features of a form count for neighbours: the word, its shape, its case."""
BIAS = "bias"
AFTER, BEFORE = "0+1:", "-1+0:"
KNOWN = 4096
"""Words whose features are kept."""


def features(found: Sequence[Token], text: str) -> list[Features]:
    """The features of each token of a sentence of a text."""
    several = zip(found, quoted(found, text), strict=True)
    return [[BIAS, *of_word(token.text)[0], quotation(open_), *_around(found, index)] for index, (token, open_) in enumerate(several)]


def _around(found: Sequence[Token], index: int) -> Iterator[str]:
    """The features of a token that come from its neighbours."""
    for column, step in enumerate(STEPS, 1):
        place = index + step
        yield from of_word(found[place].text if 0 <= place < len(found) else "")[column]
    if index + 1 < len(found):
        yield AFTER + pair(found[index].text, found[index + 1].text)
    if index:
        yield BEFORE + pair(found[index - 1].text, found[index].text)


@lru_cache(KNOWN)
def of_word(word: str) -> tuple[Features, ...]:
    """What a word is for its own token, and for the token that has it at each of STEPS; without a word there is the edge of a sentence."""
    if not word:
        return tuple([f"{step}:edge"] for step in (0, *STEPS))
    form = _form(word)
    return [f"0:{item}" for item in form], *([f"{step}:{item}" for item in form[:NEAR]] for step in STEPS)


def pair(first: str, second: str) -> str:
    """Two neighbouring words as one."""
    return f"{first.lower()}|{second.lower()}"


def quotation(open_: bool) -> str:
    """The feature that says whether a quotation is open."""
    return f"quoted={open_}"


def _form(word: str) -> Features:
    lower = word.lower()
    shape = "".join("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    short = "".join(c for i, c in enumerate(shape) if i == 0 or shape[i - 1] != c)
    return [f"w={lower}", f"s={short}", f"t={word.istitle()}", *(f"p={lower[:n]}" for n in (2, 3)), *(f"e={lower[-n:]}" for n in (2, 3, 4))]


def quoted(found: Sequence[Token], text: str) -> list[bool]:
    """Whether each token stands inside quotation marks that opened in its passage."""
    if not found:
        return []
    if "“" not in text:
        return [False] * len(found)
    open_, result = text.count("“", 0, found[0].start) > text.count("”", 0, found[0].start), []
    for token in found:
        open_ = (open_ or token.text == "“") and token.text != "”"
        result.append(open_)
    return result
