"""What a classifier of texts sees of a text and the target that its classes are towards, as one string of words."""

import re

from redline.learn.ngrams import WORD

WINDOW = 3
"""Words on each side of a mention of the target."""
SHORT = 3
"""A word with more letters is a mention alone; an article is not."""
ABOUT, BEFORE, AFTER = "xxabout", "xxbefore", "xxafter"
_tokens = re.compile(WORD).findall


def seen(text: str, target: str) -> str:
    """The text; with a target that is not empty also the words of the target, and those before and after its mentions, each with a mark.

    A mention is the whole target or, where the text does not have it, one of its words.
    """
    words, named = _tokens(text.lower()), _tokens(target.lower())
    if not named:
        return text
    marked = [ABOUT + word for word in named]
    for start, end in _mentions(words, named):
        marked += [BEFORE + word for word in words[max(0, start - WINDOW) : start]]
        marked += [AFTER + word for word in words[end : end + WINDOW]]
    return " ".join([text, *marked])


def _mentions(words: list[str], target: list[str]) -> list[tuple[int, int]]:
    """The places of a target among words, each with its end."""
    size = len(target)
    whole = [(start, start + size) for start in range(len(words) - size + 1) if words[start : start + size] == target]
    return whole or [(start, start + 1) for start, word in enumerate(words) if word in target and len(word) > SHORT]
