"""Formats that are written and read record by record: what is written is the same, and memory does not grow with the records."""

import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, record, span
from redline import formats
from redline.cli import main
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.segmentation import passages
from redline.core.taxonomy import load
from redline.curate import convert
from redline.formats import brat, parquet
from redline.formats.reading import Options

TAXONOMY = load(ROOT / "schemas")
OPTIONS = Options(TAXONOMY, "entities")
WRITTEN = ("jsonl", "prodigy", "doccano", "label-studio", "conll", "conll-offsets", "parquet")
READ = ("jsonl", "prodigy", "doccano", "label-studio", "conll", "conll-offsets", "parquet")
"""The formats whose writers, and whose readers, have one record in memory, or one group of them."""
TEXT = f"Orla fell. {'x' * 5_000} "


HELD = 80 * 5_000
"""Bytes of the texts of 80 documents."""


def documents(number: int) -> Iterator[Document]:
    """Documents of one passage of 5,000 characters, unlike any other, with a span."""
    for index in range(number):
        text = f"{TEXT}{index}"
        yield Document(f"d{index}", (record(text, (span("entities", "GPE", text, "Orla", "e1"),), doc=f"d{index}"),))


def peak(number: int, name: str, folder: Path) -> int:
    """Bytes at the most while documents are written and read."""
    path = folder / f"{name}-{number}"
    tracemalloc.start()
    formats.write(documents(number), path, name, OPTIONS)
    if name in READ:
        assert sum(1 for _ in formats.items(path, OPTIONS, name)) == number * (2 if name == "conll" else 1)  # CoNLL has sentences
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


@pytest.mark.parametrize("name", WRITTEN)
def test_memory_does_not_grow_with_the_records(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 5)
    few, many = (peak(number, name, tmp_path) for number in (20, 100))
    assert many - few < HELD / 2, (few, many)


def test_memory_does_not_grow_with_the_sentences_of_one_document(tmp_path: Path) -> None:
    peaks = []
    for number in (20, 100):
        path = tmp_path / f"{number}.conll"
        path.write_text(f"Orla\tB-GPE\n{'x' * 5_000}\tO\n\n" * number)
        tracemalloc.start()
        assert sum(1 for _ in formats.items(path, OPTIONS, "conll")) == number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < HELD / 2, peaks


def test_memory_does_not_grow_with_the_lines_of_a_text(tmp_path: Path) -> None:
    peaks = []
    for number in (20, 100):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"{'x' * 5_000}\n" * number)
        tracemalloc.start()
        assert sum(1 for _ in formats.items(path, OPTIONS)) == number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < HELD / 2, peaks


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_passages_of_a_text_that_is_read_line_by_line_are_those_of_the_whole(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "whole.txt"
    path.write_bytes(text.encode())
    places = passages(text)
    if not places:
        with pytest.raises(RedlineError, match="is empty; needed: a text, or records"):
            list(formats.items(path, OPTIONS))
        return
    records = [item.record for item in formats.items(path, OPTIONS)]
    assert [(one.meta.passage, one.meta.offset, one.text) for one in records] == [
        (number, start, text[start:end]) for number, (start, end) in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Orla fell.\n\nAgain.\ncaf\xe9", "a.txt: is not UTF-8 at byte 22 (0xe9); needed: UTF-8"),
        (b"\xef\xbb\xbfOrla fell.\n", "a.txt: begins with a byte order mark; needed: UTF-8 without BOM"),
    ],
)
def test_a_text_that_is_damaged_at_any_place_is_a_line(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(RedlineError) as refused:
        list(formats.items(tmp_path / "a.txt", OPTIONS))
    assert says in str(refused.value)


@pytest.mark.parametrize("name", ["jsonl", "prodigy", "doccano", "label-studio"])
@pytest.mark.parametrize("given", [True, False])
def test_json_that_begins_with_a_byte_order_mark_is_a_line(name: str, given: bool, tmp_path: Path) -> None:
    path = tmp_path / ("a.json" if name == "label-studio" else "a.jsonl")
    formats.write(documents(1), path, name, OPTIONS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    with pytest.raises(RedlineError) as refused:
        list(formats.items(path, OPTIONS, name if given else None))
    assert str(refused.value) == f"{path}: begins with a byte order mark; needed: UTF-8 without BOM"


def test_a_list_of_label_studio_that_is_written_task_by_task_is_the_json_of_all(tmp_path: Path) -> None:
    formats.write(documents(3), tmp_path / "t.json", "label-studio", OPTIONS)
    data = (tmp_path / "t.json").read_bytes()
    assert data == msgspec.json.format(data, indent=1) + b"\n"
    assert len(json.loads(data)) == 3


def test_layers_that_a_later_record_shows_are_done_in_the_first_one_too(tmp_path: Path) -> None:
    tasks = [{"text": "It fell."}, {"text": "Orla fell.", "spans": [{"start": 0, "end": 4, "label": "GPE"}]}]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
    assert main(["import", str(tmp_path / "t.jsonl"), "--out", str(tmp_path / "r.jsonl")]) == 0
    assert [one.meta.layers for one in formats.read(tmp_path / "r.jsonl", OPTIONS)] == [{"entities": "done"}] * 2


def test_a_file_that_breaks_at_its_end_leaves_the_old_output(tmp_path: Path) -> None:
    source, out = tmp_path / "t.jsonl", tmp_path / "out.jsonl"
    formats.write(documents(2), source, "prodigy", OPTIONS)
    source.write_bytes(source.read_bytes() + b"{\n")
    out.write_text("old")
    with pytest.raises(RedlineError, match="t.jsonl:3: is not JSON"):
        convert.convert([source], out, "jsonl", Options(TAXONOMY))
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "t.jsonl"]


def test_no_input_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    one, other = folder / "a.jsonl", folder / "b.jsonl"
    for path in (one, other):
        formats.write(documents(1), path, "jsonl", OPTIONS)
    before = other.read_bytes()
    for command in (["export", "--format", "doccano"], ["import", "--format", "jsonl"]):
        assert main([command[0], str(folder), *command[1:], "--out", str(other)]) == 2
        assert "b.jsonl: is also the input; needed: another output" in capsys.readouterr().err
        assert main([command[0], str(one), *command[1:], "--out", str(tmp_path / "x.jsonl.gz")]) == 2
        assert "x.jsonl.gz: compressed files are only read; needed: a name without .gz" in capsys.readouterr().err
    assert other.read_bytes() == before


def test_a_document_whose_passages_are_apart_is_not_written_over_by_brat(tmp_path: Path) -> None:
    first, second = documents(2)
    with pytest.raises(RedlineError, match="the passages of d0 are not together; needed: each document once"):
        formats.write([first, second, first], tmp_path / "b", "brat", OPTIONS)
    assert not (tmp_path / "b").exists()
    assert brat.OURS not in {path.name for path in tmp_path.iterdir()}


@pytest.fixture
def pipe() -> Iterator[Path]:
    """A pipe with two lines of columns, as `<(command)` of a shell makes it."""
    end, begin = os.pipe()
    os.write(begin, b"Orla\tI-GPE\nfell\tO\n")
    os.close(begin)
    yield Path(f"/dev/fd/{end}")
    os.close(end)


def test_a_pipe_is_imported_with_all_its_records(pipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert convert.convert([pipe], out, "jsonl", OPTIONS, "conll").documents == 1
    assert json.loads(out.read_bytes())["text"] == "Orla fell"


def test_a_pipe_without_a_format_is_refused(pipe: Path, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="is a pipe, whose format is unknown; needed: a file, or - for records"):
        convert.convert([pipe], tmp_path / "out.jsonl", "jsonl", OPTIONS)


def test_columns_from_a_pipe_are_read_although_they_are_needed_twice(pipe: Path) -> None:
    (item,) = formats.items(pipe, OPTIONS, "conll")
    assert (item.form, item.record.text, item.record.spans[0].text) == ("CoNLL columns with IOB1 tags", "Orla fell", "Orla")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Orla\tO\n\nfell\tO\n\xff\tO\n", "c.conll: is not UTF-8 at byte 15 (0xff); needed: UTF-8"),
        (b"\xef\xbb\xbfOrla\tO\n", "c.conll: begins with a byte order mark; needed: UTF-8 without BOM"),
        (b"Orla\tO\n\nfell\tO\nbur", "c.conll:4: has 1 columns; needed: first a token, last its tag, and 2 columns"),
    ],
)
def test_columns_that_are_damaged_at_any_place_are_a_line(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "c.conll").write_bytes(content)
    with pytest.raises(RedlineError) as refused:
        list(formats.items(tmp_path / "c.conll", OPTIONS, "conll"))
    assert says in str(refused.value)
