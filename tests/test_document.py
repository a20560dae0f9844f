"""Records are values with one canonical form; spans know how they lie to each other."""

import itertools
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, record, span
from redline.cli.excerpt import excerpt
from redline.core.document import Document, Meta, Record, Relation, Span, canonical, decode, encode, group


@pytest.mark.parametrize(
    ("left", "right", "overlap"), [((0, 5), (3, 8), True), ((0, 5), (5, 8), False), ((0, 9), (3, 8), True), ((3, 8), (0, 5), True)]
)
def test_spans_overlap_when_they_share_a_character(left: tuple[int, int], right: tuple[int, int], overlap: bool) -> None:
    one, other = (Span("a", "l", "L", *bounds, "") for bounds in (left, right))
    assert one.overlaps(other) is overlap


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Records on nasty texts, with spans anywhere."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)) + NASTY
    spans = []
    for index in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        value = draw(st.one_of(st.booleans(), st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
        spans.append(Span(f"s{index}", "entities", "GPE", start, end, text[start:end], {"entity": value}))
    relations = tuple(Relation(one.id, other.id, "TARGET") for one, other in itertools.pairwise(spans))
    return Record(text, "accept", ((0, len(text)),), tuple(spans), relations, Meta("doc", 0, 0, "2.0", {"entities": "done"}))


@given(records())
def test_writing_what_was_read_gives_the_same_bytes(value: Record) -> None:
    line = encode(value)
    assert encode(decode(line)) == line
    assert decode(line) == canonical(value)


@given(records())
def test_any_json_reader_finds_each_span_where_it_says(value: Record) -> None:
    task = json.loads(encode(value))
    for entry in task["spans"]:
        assert task["text"][entry["start"] : entry["end"]] == entry["text"]


def test_spans_are_sorted_by_start_then_the_longer_first() -> None:
    text = "Port of Orla"
    spans = (
        span("entities", "GPE", text, "Orla", "b"),
        span("entities", "FAC", text, text, "a"),
        span("threat", "THREAT", text, "Port", "c"),
    )
    assert [s.id for s in canonical(record(text, spans)).spans] == ["a", "c", "b"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"text": "\\ud800"}',
        b'{"text":"a","answer":"accept","sentences":[[0]],"spans":[],"relations":[],"meta":{}}',
        b"\xff",
    ],
)
def test_a_line_of_another_shape_is_refused(line: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(line)


def test_records_are_grouped_by_document_in_order() -> None:
    held = [record("a", doc="x"), record("b", doc="x", passage=1), record("c", doc="y")]
    assert list(group(held)) == [Document("x", tuple(held[:2])), Document("y", (held[2],))]


def test_an_excerpt_underlines_the_place_in_terminal_columns() -> None:
    shown, carets = excerpt("日本 and e\u0301t", 7, 10)
    assert shown == "日本 and e\u0301t"
    # Two wide characters take four columns; the mark takes none.
    assert carets == " " * 9 + "^^"


def test_an_excerpt_shows_hidden_characters_as_escapes() -> None:
    shown, _ = excerpt("a\u202eb\x07", 1, 2)
    assert shown == "a\\u202eb\\x07"
