"""Offsets in every unit lead to the same characters, and half a character is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY
from redline.core.edges import trimmed, word_bounds
from redline.core.offsets import UNITS, Offsets, grapheme_bounds, has_clusters
from redline.core.segmentation import passages, sentences

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("👨\u200d👩e\u0301\r\n🇺🇦שא "))) | st.just(NASTY)


@pytest.mark.parametrize(
    ("unit", "place"),
    [("codepoint", 6), ("utf16", 9), ("utf8", 19), ("grapheme", 2)],
)
def test_the_letter_after_a_family_and_a_space(unit: str, place: int) -> None:
    # 👨‍👩‍👧 is 5 code points: 8 UTF-16 units, 18 bytes, 1 cluster; then a space.
    text = "👨‍👩‍👧 x"
    assert Offsets(text, unit).to_codepoints(place) == 6
    assert Offsets(text, unit).from_codepoints(6) == place


@pytest.mark.parametrize(("unit", "inside"), [("utf16", 1), ("utf8", 2)])
def test_half_a_character_is_refused(unit: str, inside: int) -> None:
    with pytest.raises(ValueError, match="not between two characters"):
        Offsets("🇺🇦", unit).to_codepoints(inside)


def test_half_a_cluster_is_refused() -> None:
    with pytest.raises(ValueError, match="inside a grapheme cluster"):
        Offsets("e\u0301", "grapheme").from_codepoints(1)
    with pytest.raises(ValueError, match="inside a grapheme cluster"):
        Offsets("\r\n", "grapheme").from_codepoints(1)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("place", [-1, 4])
def test_a_place_outside_is_refused(unit: str, place: int) -> None:
    with pytest.raises(ValueError, match="offset"):
        Offsets("abc", unit).to_codepoints(place)


@given(TEXTS, st.sampled_from(UNITS))
def test_there_and_back_is_the_same_place(text: str, unit: str) -> None:
    offsets = Offsets(text, unit)
    for place in grapheme_bounds(text):
        assert offsets.to_codepoints(offsets.from_codepoints(place)) == place


@given(TEXTS)
def test_a_text_without_clusters_has_one_for_each_code_point(text: str) -> None:
    assert has_clusters(text) or len(grapheme_bounds(text)) == len(text) + 1


@given(TEXTS)
def test_utf16_and_utf8_agree_with_the_codecs(text: str) -> None:
    for place in range(len(text) + 1):
        assert Offsets(text, "utf16").from_codepoints(place) == len(text[:place].encode("utf-16-le")) // 2
        assert Offsets(text, "utf8").from_codepoints(place) == len(text[:place].encode())


@given(TEXTS)
def test_sentences_cover_all_but_white_space(text: str) -> None:
    for start, end in passages(text):
        part = text[start:end]
        reached = 0
        for first, last in sentences(part):
            assert not part[reached:first].strip()
            assert part[first:last] == part[first:last].strip() != ""
            reached = last
        assert not part[reached:].strip()


@given(TEXTS)
def test_passages_hold_every_visible_character(text: str) -> None:
    assert "".join(text[slice(*bounds)] for bounds in passages(text)).split() == text.split() or "\n" in text
    assert sum(len(text[slice(*bounds)].split()) for bounds in passages(text)) == sum(len(line.split()) for line in text.split("\n"))


@given(TEXTS)
def test_a_passage_is_a_line_without_white_space_at_its_ends(text: str) -> None:
    assert [text[slice(*bounds)] for bounds in passages(text)] == [line.strip() for line in text.split("\n") if line.strip()]


def test_a_rank_before_a_name_ends_no_sentence() -> None:
    text = "Gen. Igor Kirillov said: “They will answer.” The room was silent."
    assert [text[slice(*bounds)] for bounds in sentences(text)] == ["Gen. Igor Kirillov said: “They will answer.”", "The room was silent."]


def test_word_bounds_grow_over_letters_and_marks_alone() -> None:
    text = "in Ñandu\u0301’s port"
    assert word_bounds(text, 4, 6) == (3, 9)
    assert trimmed("  ab ", 0, 5) == (2, 4)
