"""The features that a CRF gets of the tokens of a sentence: the form and cluster of each and of its neighbours, and open quotations.

Source: features after Ratinov and Roth 2009.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from redline.core.tokenizer import Token
from redline.learn.clusters import Clusters

Features = list[str]
STEPS = (-2, -1, 1, 2)
"""The distances of the neighbours that give their form as features."""
NEAR = 3
"""How many features of a form count for neighbours: the word, its shape, its case; of the next ones also the last three letters."""
BIAS = "bias"
AFTER, BEFORE = "0+1:", "-1+0:"
KNOWN = 4096
"""The number of words for which features are kept."""


def features(found: Sequence[Token], text: str, clusters: Clusters) -> list[Features]:
    """The features of each token of a sentence of a text."""
    words = [clustered(token.text, clusters) for token in found]
    several = zip(words, quoted(found, text), strict=True)
    return [[BIAS, *word[0], quotation(open_), *_around(found, words, index)] for index, (word, open_) in enumerate(several)]


def _around(found: Sequence[Token], words: Sequence[tuple[Features, ...]], index: int) -> Iterator[str]:
    """The features of a token that come from its neighbours."""
    for column, step in enumerate(STEPS, 1):
        place = index + step
        yield from (words[place] if 0 <= place < len(found) else of_word(""))[column]
    if index + 1 < len(found):
        yield AFTER + pair(found[index].text, found[index + 1].text)
    if index:
        yield BEFORE + pair(found[index - 1].text, found[index].text)


def clustered(word: str, clusters: Clusters) -> tuple[Features, ...]:
    """The same as `of_word` with the cluster of the word, if there are clusters; `?` for a word without one."""
    if not word or not clusters:
        return of_word(word)
    cluster = clusters.get(word.lower(), "?")
    return tuple([*group, f"{step}:c={cluster}"] for group, step in zip(of_word(word), (0, *STEPS), strict=True))


@lru_cache(KNOWN)
def of_word(word: str) -> tuple[Features, ...]:
    """What a word is for its own token, and for the token that has it at each of STEPS; without a word there is the edge of a sentence."""
    if not word:
        return tuple([f"{step}:edge"] for step in (0, *STEPS))
    form = _form(word)
    ending = {step: [f"e3={word.lower()[-3:]}"] for step in (-1, 1)}
    return [f"0:{item}" for item in form], *([f"{step}:{item}" for item in (*form[:NEAR], *ending.get(step, ()))] for step in STEPS)


def pair(first: str, second: str) -> str:
    """Two neighbouring words as one."""
    return f"{first.lower()}|{second.lower()}"


def quotation(open_: bool) -> str:
    """The feature for whether a quotation is open."""
    return f"quoted={open_}"


def _form(word: str) -> Features:
    lower = word.lower()
    shape = "".join("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    short = "".join(c for i, c in enumerate(shape) if i == 0 or shape[i - 1] != c)
    short_affixes = [*(f"p={lower[:n]}" for n in (2, 3)), *(f"e={lower[-n:]}" for n in (2, 3, 4))]
    long_affixes = [f"p4={lower[:4]}", f"p5={lower[:5]}", f"e1={lower[-1:]}", f"e5={lower[-5:]}"]
    return [f"w={lower}", f"s={short}", f"t={word.istitle()}", *short_affixes, *long_affixes]


def quoted(found: Sequence[Token], text: str) -> list[bool]:
    """Whether each token is inside quotation marks that opened in its passage."""
    if not found:
        return []
    if "“" not in text:
        return [False] * len(found)
    open_, result = text.count("“", 0, found[0].start) > text.count("”", 0, found[0].start), []
    for token in found:
        open_ = (open_ or token.text == "“") and token.text != "”"
        result.append(open_)
    return result
