"""Spans that are not at their words: each way of miscounting is found and repaired, what several ways explain is left to a person."""

import json
import re
from pathlib import Path

import msgspec
import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import ROOT, record, span
from redline import formats
from redline.cli import main
from redline.core.document import Bounds, Document, Record
from redline.core.errors import RedlineError
from redline.core.taxonomy import load
from redline.formats.places import Stated, repaired
from redline.formats.reading import Options

OPTIONS = Options(load(ROOT / "schemas"))
TEXT = "👨‍👩‍👧 Orla fell.\nIn Belmora é they 𝔊 wept;\nOrla’s king left."
"""The family has 5 code points, 8 UTF-16 units and 18 bytes, and is one cluster."""
KING, WEPT = (TEXT.index("king"), TEXT.index("king") + 4), (TEXT.index("wept"), TEXT.index("wept") + 4)


def number(text: str, place: int, unit: str, line_end: str | None) -> int:
    """The number of a place when a tool counts that unit, with line ends of that kind."""
    before = text[:place] if line_end is None else re.sub("\r?\n", line_end, text[:place])
    sizes = {"codepoint": len(before), "utf16": len(before.encode("utf-16-le")) // 2, "utf8": len(before.encode())}
    return sizes[unit] if unit in sizes else len(regex.findall(r"\X", before))


def stated(text: str, bounds: list[Bounds], unit: str = "codepoint", line_end: str | None = None, shift: int = 0) -> list[Stated]:
    ends = [tuple(number(text, place, unit, line_end) + shift for place in one) for one in bounds]
    return [Stated(f"span {index}", *places, text[slice(*one)]) for index, (places, one) in enumerate(zip(ends, bounds, strict=True))]


@pytest.mark.parametrize(
    ("how", "why", "old"),
    [
        ({"unit": "utf16"}, "counted as utf16", (54, 58)),
        ({"unit": "utf8"}, "counted as utf8", (69, 73)),
        ({"unit": "grapheme"}, "counted as grapheme", (46, 50)),
        ({"line_end": "\r\n"}, "counted as codepoint, each line end as two", (52, 56)),
        ({"unit": "utf16", "line_end": "\r\n"}, "counted as utf16, each line end as two", (56, 60)),
        ({"shift": 1}, "counted as codepoint, 1 too high", (51, 55)),
        ({"unit": "utf8", "shift": 3}, "counted as utf8, 3 too high", (72, 76)),
    ],
)
def test_each_way_of_counting_is_found(how: dict[str, str], why: str, old: Bounds) -> None:
    spans = stated(TEXT, [WEPT, KING], **how)
    assert (spans[1].start, spans[1].end) == old
    places, moves = repaired(TEXT, spans, "x.json:3")
    assert places == [WEPT, KING]
    assert str(moves[1]) == f"x.json:3: span 1 {old[0]}..{old[1]} -> 50..54: {why}"


def test_line_ends_of_windows_that_were_counted_as_one_are_found() -> None:
    text = TEXT.replace("\n", "\r\n")
    (king,) = [(text.index("king"), text.index("king") + 4)]
    places, (move,) = repaired(text, stated(text, [king], line_end="\n"), "x")
    assert (places, move.why) == ([king], "counted as codepoint, each line end as one")


def test_words_that_two_ways_of_counting_lead_to_are_left_to_a_person() -> None:
    text = "😀 go go on"
    (move,) = repaired(text, [Stated("span", 3, 5, "go")], "x")[1]
    assert move.new is None
    assert move.why == "several ways of counting lead to words like these; the nearest are at 2..4"


def test_a_span_among_others_that_fit_is_taken_to_words_that_occur_once_and_to_no_others() -> None:
    fits = Stated("fits", *KING, "king")
    for words, expected in (("Belmora", (20, 27)), ("Orla", None), ("Port", None)):
        places, moves = repaired(TEXT, [fits, Stated("other", 2, 7, words)], "x")
        assert places == [KING, expected]
        assert [move.what for move in moves] == ["other"]


WORDS = ["go", "Orla", "👨‍👩‍👧", "e\u0301", "𝔊", "שלום", "a", "\u00a0", "🇺🇦"]


@st.composite
def miscounted(draw: st.DrawFn) -> tuple[str, list[Bounds], list[Stated]]:
    """A text, places in it, and how a tool that counts otherwise writes these."""
    pieces = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=8))
    ends = [draw(st.sampled_from([" ", " ", "", "\n", "\r\n"])) for _ in pieces]
    text = "".join(piece + end for piece, end in zip(pieces, ends, strict=True)).strip()
    edges = [match.start() for match in regex.finditer(r"\X", text)] + [len(text)]
    assume(len(edges) > 2)
    bounds = [tuple(sorted(draw(st.permutations(edges))[:2])) for _ in range(draw(st.integers(1, 4)))]
    unit = draw(st.sampled_from(["codepoint", "utf16", "utf8", "grapheme"]))
    return text, bounds, stated(text, bounds, unit, draw(st.sampled_from([None, "\n", "\r\n"])), draw(st.integers(-4, 4)))


@given(miscounted())
def test_a_miscounted_span_gets_its_place_again_or_is_refused_and_is_never_silently_wrong(
    case: tuple[str, list[Bounds], list[Stated]],
) -> None:
    text, bounds, spans = case
    places, moves = repaired(text, spans, "x")
    if not moves:
        # Nothing is amiss in a file whose spans all have their words.
        assert [text[slice(*place)] for place in places] == [span.words for span in spans]
    elif None not in places:
        assert places == bounds


def test_a_repair_that_is_refused_names_every_span_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = label_studio(tmp_path, stated(TEXT, [WEPT, KING], "utf16")), tmp_path / "out.jsonl"
    assert main(["import", str(path), "--out", str(out)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"would repair: {path}: task 0: GPE `0` 41..45 -> 37..41: counted as utf16",
        f"would repair: {path}: task 0: GPE `1` 54..58 -> 50..54: counted as utf16",
        f"redline: {path}: task 0: 2 spans are not at their words; needed: --repair, or --unit",
    ]
    assert not out.exists()
    assert main(["import", str(path), "--out", str(out), "--repair"]) == 0
    assert capsys.readouterr().err.startswith(f"repaired: {path}: task 0: GPE `0` 41..45 -> 37..41: counted as utf16\n")
    assert [one.bounds for one in formats.read(out, OPTIONS).records[0].spans] == [WEPT, KING]


def test_one_span_that_cannot_be_repaired_refuses_the_file_after_all_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = label_studio(tmp_path, [*stated(TEXT, [KING], "utf16"), Stated("", 3, 7, "Port")]), tmp_path / "out.jsonl"
    assert main(["import", str(path), "--out", str(out), "--repair"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"would repair: {path}: task 0: GPE `0` 54..58 -> 50..54: its words occur once",
        f"cannot repair: {path}: task 0: GPE `1` 3..7: the text has no `Port`",
        f"redline: {path}: 1 spans cannot be moved to their words; needed: the offsets of these words, or --unit",
    ]
    assert not out.exists()


def test_repairs_are_in_the_json_of_an_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = label_studio(tmp_path, stated(TEXT, [KING], shift=3))
    assert main(["import", str(path), "--out", str(tmp_path / "out.jsonl"), "--repair", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repaired"] == [
        f"{path}: task 0: GPE `0` 53..57 -> 50..54: counted as codepoint, 3 too high"
    ]


def label_studio(folder: Path, spans: list[Stated]) -> Path:
    def result(name: int, one: Stated) -> dict[str, object]:
        value = {"start": one.start, "end": one.end, "text": one.words, "labels": ["GPE"]}
        return {"id": str(name), "from_name": "l", "to_name": "text", "type": "labels", "value": value}

    task = {"data": {"text": TEXT}, "annotations": [{"result": [result(name, one) for name, one in enumerate(spans)]}]}
    (folder / "tasks.json").write_text(json.dumps([task]))
    return folder / "tasks.json"


def shifted(moved: Record) -> Record:
    """The record with offsets in UTF-16 units."""
    spans = [
        msgspec.structs.replace(one, start=number(moved.text, one.start, "utf16", None), end=number(moved.text, one.end, "utf16", None))
        for one in moved.spans
    ]
    return msgspec.structs.replace(moved, spans=tuple(spans))


ORIGINAL = record(TEXT, (span("entities", "GPE", TEXT, "Belmora", "e1"), span("threat", "THREAT", TEXT, "king left", "t1")), doc="d")


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_records_with_offsets_of_another_unit_are_repaired(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"d.{name}"
    formats.write([Document("d", (shifted(ORIGINAL),))], path, name, OPTIONS)
    reading = formats.read(path, msgspec.structs.replace(OPTIONS, repair=True))
    assert (reading.records, len(reading.moves)) == ((ORIGINAL,), 2)


def test_tasks_of_prodigy_are_repaired_with_the_ends_of_their_relations(tmp_path: Path) -> None:
    spans = [{"start": one.start, "end": one.end, "label": "GPE", "text": one.words} for one in stated(TEXT, [WEPT, KING], "utf16")]
    head, child = ({key: one[key] for key in ("start", "end")} for one in spans)
    relation = {"label": "AT", "head": 1, "child": 2, "head_span": head, "child_span": child}
    (tmp_path / "p.jsonl").write_text(json.dumps({"text": TEXT, "spans": spans, "relations": [relation]}))
    (one,) = formats.read(tmp_path / "p.jsonl", msgspec.structs.replace(OPTIONS, repair=True)).records
    assert [each.bounds for each in one.spans] == [WEPT, KING]
    assert [(each.head_id, each.child_id) for each in one.relations] == [("p1", "p2")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_folder_of_brat_with_a_byte_order_mark_that_was_counted_is_repaired(line_end: str, tmp_path: Path) -> None:
    text = TEXT.replace("\n", line_end)
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    bounds = [(text.index(words), text.index(words) + len(words)) for words in ("Belmora", "king")]
    lines = [f"T{name}\tGPE {one.start} {one.end}\t{one.words}\n" for name, one in enumerate(stated(text, bounds, shift=1), 1)]
    (tmp_path / "a.ann").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(RedlineError, match="begins with a byte order mark"):
        formats.read(tmp_path, OPTIONS)
    reading = formats.read(tmp_path, msgspec.structs.replace(OPTIONS, repair=True))
    assert [(one.text, [each.text for each in one.spans]) for one in reading.records if one.spans] == [
        ("In Belmora é they 𝔊 wept;", ["Belmora"]),
        ("Orla’s king left.", ["king"]),
    ]
    assert [move.why for move in reading.moves] == ["counted as codepoint, 1 too high"] * 2
