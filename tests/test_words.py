"""Words as the annotator's page selects them: a span made of whole words breaks no rule on edges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core.edges import cuts_word, in_compound, trimmed
from redline.core.offsets import grapheme_bounds
from redline.core.words import words

from conftest import NASTY  # isort: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Putin’s post-drone order", ["Putin", "post-drone", "order"]),
        ("they don't pay 1,000 at 05:00.", ["they", "don't", "pay", "1,000", "at", "05:00"]),
        ("a\u0301 🇺🇦🇷🇺 👨‍👩‍👧!", ["a\u0301", "🇺🇦", "🇷🇺", "👨‍👩‍👧"]),
        ("שלום עולם — ok", ["שלום", "עולם", "ok"]),
        ("s's — '", ["s"]),
        ("", []),
    ],
)
def test_a_word_is_what_a_reader_would_mark(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words(text)] == expected


# Marks stand on letters here: one on a blank is a character that begins with a blank, and no word can avoid cutting it.
pieces = [*"aSs9_ -’'.,:\r\n“", "e\u0301", "👨‍👩‍👧", "🇺🇦", "ש", "न\u094d", "न\u094d\u200d", "𝔊", "漢"]
texts = st.lists(st.sampled_from(pieces), max_size=14).map("".join)


@settings(deadline=None, max_examples=300)
@given(texts | st.just(NASTY))
def test_words_are_in_order_and_cut_nothing(text: str) -> None:
    found, bounds, reached = words(text), set(grapheme_bounds(text)), 0
    for start, end in found:
        assert reached <= start < end
        assert {start, end} <= bounds
        assert not cuts_word(text, start)
        assert not cuts_word(text, end)
        assert not in_compound(text, start, end) or "_" in text[start - 1 : end + 1]
        assert trimmed(text, start, end)[0] == start
        reached = end
