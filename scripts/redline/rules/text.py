"""Rules on the characters of a text. Properties are those of the `regex` library's Unicode, with any version of Python."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule


@rule("RL206", Severity.WARNING)
def not_nfc(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text is in Unicode normal form NFC, so that equal words have equal code points.

    Wrong: `Nandu` with a combining acute accent after the `u`
    Right: `Nandú`, the accented letter as one code point
    """
    text = record.text
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return
    for match in _marked.finditer(text):
        if not unicodedata.is_normalized("NFC", match.group()):
            yield Problem(f"`{match.group()}` is not in composed form", match.span(), "ingest the text in NFC")


_marked = re.compile(r"\S+")


# What shows nothing: format characters, default-ignorable ones such as fillers, and separators that end a line or paragraph.
_invisible = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]")
_whole_emoji = regex.compile(r"\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]*+\u200d(?=\p{Extended_Pictographic})", regex.VERSION1)
_flag_of_region = regex.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
# Letters of scripts in which letters join, or form clusters, by a joiner between them (Arabic, Syriac, Indic, Mongolian ...).
_joined_letters = regex.compile(
    r"(?<=[\p{InSC=Virama}\p{Joining_Type=D}\p{Joining_Type=R}\p{M}\p{Lo}])[\u200c\u200d](?=[\p{Joining_Type=D}\p{Joining_Type=R}\p{Lo}\p{M}])"
)
# Prepended signs of Arabic and Syriac are format characters that show.
_shown = regex.compile(r"[\p{Prepended_Concatenation_Mark}\ufe0e\ufe0f\U000e0100-\U000e01ef]")


@rule("RL207", Severity.WARNING)
def hidden_character(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text has no invisible character: zero-width spaces, soft hyphens, direction controls, tags, line separators, stray joiners.

    Wrong: `Or<U+200B>la`
    Right: `Orla`
    """
    if record.text.isascii():
        return
    places = [match.start() for match in _invisible.finditer(record.text)]
    drawn = _drawn(record.text) if places else set()
    for place in places:
        if place not in drawn and not _shown.match(record.text, place) and not _joined_letters.match(record.text, place):
            message = f"U+{ord(record.text[place]):04X} is invisible"
            yield Problem(message, (place, place + 1), "remove the character and ingest the text again")


def _drawn(text: str) -> set[int]:
    """The places of the invisible characters of flags and emoji."""
    flags = (place for flag in _flag_of_region.finditer(text) for place in range(flag.start() + 1, flag.end()))
    return {*flags, *(emoji.end() - 1 for emoji in _whole_emoji.finditer(text))}


@rule("RL208")
def broken_character(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text has no replacement, private-use, unassigned or control character.

    Wrong: `caf<U+FFFD>`
    Right: `café`
    """
    if record.text.isascii() and record.text.isprintable():
        return
    for match in _broken.finditer(record.text):
        yield Problem(f"U+{ord(match.group()):04X} is not a valid character of a text", match.span(), "restore the right character")


_broken = regex.compile(r"[\p{Cc}\p{Co}\p{Cn}\ufffd--\t]", regex.VERSION1)


@rule("RL209")
def mojibake(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text was not decoded with the wrong encoding (mojibake).

    Wrong: `cafÃ©`, `donâ€™t`
    Right: `café`, `don’t`
    """
    if record.text.isascii():
        return
    for match in _marked.finditer(record.text):
        meant = _meant(match.group())
        if meant != match.group():
            yield Problem(f"`{match.group()}` was decoded with the wrong encoding", match.span(), f"restore `{meant}`")


@lru_cache(maxsize=4096)  # a page checks a passage again with each save
def _meant(word: str) -> str:
    from ftfy import fix_encoding

    return fix_encoding(word)


@rule("RL210", Severity.WARNING)
def mixed_scripts(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A word is written in one script. A search does not find a word with Cyrillic or Greek letters that look Latin.

    Wrong: `Оrla` with a Cyrillic `О`
    Right: `Orla`
    """
    if record.text.isascii() or not _other_script.search(record.text):
        return
    for match in _word.finditer(record.text):
        if _other_script.search(match.group()) and _latin.search(match.group()):
            yield Problem(f"`{match.group()}` mixes scripts", match.span(), "write it in one script")


_other_script = regex.compile(r"[\p{Script=Greek}\p{Script=Cyrillic}]")
_latin = regex.compile(r"\p{Script=Latin}")
_word = regex.compile(r"[\p{L}\p{M}]+")
