"""Rules on the characters of a text."""

import re
import unicodedata
from collections.abc import Iterator

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule


@rule("RL206", Severity.WARNING)
def not_nfc(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text is in Unicode's composed form (NFC), so that equal words have equal code points.

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


@rule("RL207", Severity.WARNING)
def hidden_character(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text holds no character that nobody sees: zero-width spaces, soft hyphens, direction controls, stray joiners.

    Wrong: `Or<U+200B>la`
    Right: `Orla`
    """
    if record.text.isascii():
        return
    for match in _hidden.finditer(record.text):
        if match.group() not in _JOINERS or not _joins(record.text, match.start()):
            yield Problem(f"U+{ord(match.group()):04X} is invisible", match.span(), "ingest the text without it")


_JOINERS = "\u200c\u200d"
_hidden = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0]"
)


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands between two characters that it can join: emoji, or letters of a script that joins."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(before and after) and min(before, after) > "\u05ff"


@rule("RL208")
def broken_character(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text holds no replacement, private-use, unassigned or control character.

    Wrong: `caf<U+FFFD>`
    Right: `café`
    """
    if record.text.isascii() and record.text.isprintable():
        return
    for match in _suspect.finditer(record.text):
        if unicodedata.category(match.group()) in ("Cc", "Co", "Cn") or match.group() == "\ufffd":
            yield Problem(f"U+{ord(match.group()):04X} is no character of a text", match.span(), "restore the character that was meant")


# Everything outside the ranges where nearly all text lies; the category decides.
_suspect = re.compile(
    "[^\t -~\u00a0-\u036f\u0400-\u0523\u05d0-\u05ea\u0621-\u064a\u0905-\u0939\u2010-\u2027"
    "\u2030-\u205e\u20a0-\u20b9\u3041-\u3096\u4e00-\u9fa5]"
)


@rule("RL209")
def mojibake(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A text was decoded once, with the right encoding.

    Wrong: `cafÃ©`, `donâ€™t`
    Right: `café`, `don’t`
    """
    if record.text.isascii():
        return
    for match in _garbled.finditer(record.text):
        meant = _decoded(match.group())
        if meant:
            yield Problem(f"`{match.group()}` is UTF-8 read as Windows-1252", match.span(), f"restore `{meant}`")


# A lead byte of UTF-8 as Windows-1252 shows it, and one to three continuation bytes.
_tail = (
    "[\u00a0-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_garbled = re.compile(f"[\u00c2-\u00df]{_tail}|[\u00e0-\u00ef]{_tail}{{2}}|[\u00f0-\u00f4]{_tail}{{3}}")


def _decoded(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


@rule("RL210", Severity.WARNING)
def mixed_scripts(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A word is written in one script: letters that only look Latin hide it from every search.

    Wrong: `Оrla` with a Cyrillic `О`
    Right: `Orla`
    """
    if record.text.isascii() or not _other_script.search(record.text):
        return
    for match in _word.finditer(record.text):
        if _other_script.search(match.group()) and _latin.search(match.group()):
            yield Problem(f"`{match.group()}` mixes scripts", match.span(), "write it in one script")


_other_script = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_latin = re.compile("[A-Za-z\u00c0-\u024f]")
_word = re.compile(r"[^\W\d_]+")
