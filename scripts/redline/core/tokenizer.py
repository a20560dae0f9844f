"""The tokens of spaCy's blank English without spaCy, which takes a second to import where a paragraph takes a millisecond.

`english.json` has spaCy's own rules, as `bench/tokens.py` takes them from it; a test compares the tokens of both.
Source: spaCy's `Tokenizer` (MIT), https://spacy.io/usage/linguistic-features#how-tokenizer-works
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

RULES = Path(__file__).with_name("english.json")
KNOWN = 30_000
"""The number of words for which tokens are kept."""
_run = re.compile(r"\s+|\S+")


class Token(Struct, frozen=True, gc=False):
    """One token `[start, end)`; `ws` is True when a space follows it."""

    text: str
    start: int
    end: int
    ws: bool


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """What begins a word, ends it, is inside it or is an address, as regular expressions; and the tokens of words that are exceptions.

    `phrases` are the exceptions that are also found where they are part of a word: the tokens that they would otherwise be.
    """

    spacy: str
    notice: str
    prefix: str
    suffix: str
    infix: str
    url: str
    exceptions: dict[str, tuple[str, ...]]
    phrases: list[tuple[str, ...]]


class Tokenizer:
    """Cuts a text into tokens by rules."""

    def __init__(self, rules: Rules) -> None:
        self._exceptions = rules.exceptions
        self._prefix, self._suffix = re.compile(rules.prefix), re.compile(rules.suffix)
        self._infix, self._url = re.compile(rules.infix), re.compile(rules.url)
        self._phrases: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in rules.phrases:
            self._phrases[phrase[0]].append(phrase)
        self._cut = lru_cache(KNOWN)(self._parts)

    def __call__(self, text: str) -> list[Token]:
        """The tokens of a text; white space beyond single spaces makes separate tokens."""
        pieces = text.split(" ")
        tokens = self._of_words(pieces) if pieces == text.split() else self._of_runs(text)
        phrases = list(self._found(tokens))
        return self._merged(tokens, phrases, text) if phrases else tokens

    def _of_words(self, pieces: list[str]) -> list[Token]:
        """The tokens of words with one space between each two."""
        tokens: list[Token] = []
        start = 0
        for word in pieces:
            parts = self._cut(word)
            for part in parts[:-1]:
                tokens.append(Token(part, start, start + len(part), False))
                start += len(part)
            end = start + len(parts[-1])
            tokens.append(Token(parts[-1], start, end, True))
            start = end + 1
        last = tokens[-1]
        tokens[-1] = Token(last.text, last.start, last.end, False)
        return tokens

    def _of_runs(self, text: str) -> list[Token]:
        """The tokens of words and of any white space."""
        tokens: list[Token] = []
        for run in _run.finditer(text):
            word, start = run.group(), run.start()
            if start and word[0] == " ":
                last = tokens[-1]
                tokens[-1] = Token(last.text, last.start, last.end, True)
                word, start = word[1:], start + 1
            if word:
                tokens += _placed(self._cut(word), start, ws=False)
        return tokens

    def _parts(self, word: str) -> tuple[str, ...]:
        """The tokens of a word, or of a run of white space."""
        if self._whole(word):
            return self._exceptions.get(word, (word,))
        before, rest, after = self._affixes(word)
        return (*before, *self._middle(rest), *reversed(after))

    def _whole(self, word: str) -> bool:
        """Whether nothing is cut off: an exception, or letters alone, which no rule of English cuts."""
        return word in self._exceptions or (word.isascii() and word.isalpha())

    def _affixes(self, word: str) -> tuple[list[str], str, list[str]]:
        """What is cut off at the front, what is left, and what is cut off at the end, from outside to inside."""
        before: list[str] = []
        after: list[str] = []
        size = -1
        while word and len(word) != size and not self._whole(word):
            size = len(word)
            first = _length(self._prefix, word)
            last = 0 if first and word[first:] in self._exceptions else _length(self._suffix, word[first:])
            if last and word[:-last] in self._exceptions:
                first = 0
            before += [word[:first]] if first else []
            after += [word[size - last :]] if last else []
            word = word[first : size - last]
        return before, word, after

    def _middle(self, word: str) -> tuple[str, ...]:
        if not word:
            return ()
        if self._whole(word):
            return self._exceptions.get(word, (word,))
        return (word,) if self._url.match(word) else tuple(self._between(word))

    def _between(self, word: str) -> Iterator[str]:
        """The parts of a word without affixes, and what is between them."""
        start = 0
        for infix in self._infix.finditer(word):
            if infix.start():
                yield from filter(None, (word[start : infix.start()], infix.group()))
                start = infix.end()
        yield from filter(None, (word[start:],))

    def _found(self, tokens: list[Token]) -> Iterator[tuple[int, int]]:
        """The first and past the last token of each phrase."""
        first = self._phrases
        for index in [index for index, token in enumerate(tokens) if token.text in first]:
            for phrase in first[tokens[index].text]:
                if tuple(other.text for other in tokens[index : index + len(phrase)]) == phrase:
                    yield index, index + len(phrase)

    def _merged(self, tokens: list[Token], phrases: list[tuple[int, int]], text: str) -> list[Token]:
        """The tokens with those of exceptions in place of phrases: the longest first, of equals the first."""
        ends: dict[int, int] = {}
        taken: set[int] = set()
        for start, end in sorted(phrases, key=lambda phrase: (phrase[0] - phrase[1], phrase[0])):
            if start not in taken and end - 1 not in taken:
                ends[start] = end
            taken |= set(range(start, end))
        merged: list[Token] = []
        index = 0
        while index < len(tokens):
            end = ends.get(index, index + 1)
            first, last = tokens[index], tokens[end - 1]
            parts = self._exceptions.get(text[first.start : last.end]) if index in ends else None
            merged += _placed(parts, first.start, ws=last.ws) if parts else tokens[index:end]
            index = end
        return merged


def _placed(parts: tuple[str, ...], start: int, *, ws: bool) -> Iterator[Token]:
    """The parts of a word as tokens, one after the other; `ws` is of the last."""
    for number, part in enumerate(parts, 1):
        yield Token(part, start, start + len(part), ws and number == len(parts))
        start += len(part)


def _length(affix: re.Pattern[str], word: str) -> int:
    match = affix.search(word)
    return match.end() - match.start() if match else 0


@cache
def english() -> Tokenizer:
    """The tokeniser of English."""
    return Tokenizer(msgspec.json.decode(RULES.read_bytes(), type=Rules))
