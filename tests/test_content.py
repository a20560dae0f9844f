"""Files of records in blocks: the same problems as in one piece, and no more in memory than a block and a document."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from redline import rules
from redline.core.document import Document, encode
from redline.core.taxonomy import Taxonomy
from redline.rules import content
from redline.rules.check import Checker
from redline.rules.content import Content

from conftest import CASES, record  # isort: skip

FILES = sorted((CASES / "rules").glob("*.jsonl"))
GOOD = encode(record("Go.")) + b"\n"
ODD = {
    "nothing": (b"", "RL002"),
    "blanks": (b" \n\n\t\n", "RL002 RL005 RL005 RL005"),
    "a mark": (b"\xef\xbb\xbf" + GOOD + GOOD, "RL003 RL013"),
    "a mark alone": (b"\xef\xbb\xbf", "RL003 RL006"),
    "a mark in the second line": (GOOD + b"\xef\xbb\xbf" + GOOD, "RL010"),
    "other bytes in the third line": (GOOD + GOOD + b'{"text": "caf\xe9"}\n' + GOOD, "RL001"),
    "a character that is cut off at the end": (GOOD + GOOD[:-2] + b"\xe2\x82", "RL001 RL006"),
    "carriage returns from the second line on": (GOOD + GOOD.replace(b"\n", b"\r\n") * 2, "RL004 RL013 RL013"),
    "blank lines between": (GOOD + b"\n" + GOOD + b" \n" + GOOD, "RL005 RL013 RL005 RL013"),
    "no end": (GOOD + GOOD[:-1], "RL006 RL013"),
    "blanks without an end": (GOOD + b"  ", "RL006"),
    "tasks": (b'{"text": "Go."}\n{"text": "No."}\n', "RL017"),
    "a task after a record": (GOOD + b'{"text": "Go."}\n', "RL010"),
    "a record after a task": (b'{"text": "Go."}\n' + GOOD, "RL010"),
}


@pytest.fixture(scope="module")
def checker(taxonomy: Taxonomy) -> Checker:
    return Checker(rules.all_rules(), taxonomy)


def in_blocks(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Content:
    """Content of which each line is a block of its own."""
    monkeypatch.setattr(content, "BLOCK", 1)
    return Content(lambda: content.blocks_of(io.BytesIO(data)))


@pytest.mark.parametrize(
    "data", [*(path.read_bytes() for path in FILES), *(data for data, _ in ODD.values())], ids=[*(path.name for path in FILES), *ODD]
)
def test_a_file_in_blocks_has_the_problems_that_it_has_in_one_piece(data: bytes, checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = checker.file(data, "x", lambda _: None)
    parts = checker.content(in_blocks(data, monkeypatch), "x", lambda _: None)
    assert parts.diagnostics == whole.diagnostics
    assert (parts.records, parts.whole) == (whole.records, whole.documents is not None)


@pytest.mark.parametrize(("data", "codes"), ODD.values(), ids=ODD)
def test_the_problems_of_odd_bytes_are_these(data: bytes, codes: str, checker: Checker) -> None:
    found = checker.file(data, "x", lambda _: None).diagnostics
    # A line that is of no right shape has a problem for each key.
    assert " ".join(code for code, _ in dict.fromkeys((one.code, one.line) for one in found)) == codes


def test_places_count_from_the_beginning_of_the_file_and_not_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    form = in_blocks(b"a\nbc\xff\r\n\n  \nd", monkeypatch).form
    assert form.foreign == (0xFF, 4, 2)
    assert (form.returns, form.first_return, form.blank, form.lines, form.cut_off, form.empty) == (1, 2, [3, 4], 5, True, False)


def test_a_document_is_checked_and_let_go_before_the_next_but_one_is_read(checker: Checker) -> None:
    read: list[int] = []
    lines = [encode(record("Go.", doc=f"d{number}")) + b"\n" for number in range(5)]

    def blocks(read: list[int]) -> Iterator[bytes]:
        for number, line in enumerate(lines):
            read.append(number)
            yield line

    kept: list[tuple[str, int]] = []

    def keep(document: Document) -> None:
        kept.append((document.id, len(read) - len(lines)))

    checked = checker.content(Content(partial(blocks, read)), "x", lambda _: None, keep=keep)
    # The first five reads are the pass over the bytes; a document is known to be complete when the next one begins.
    assert kept == [("d0", 2), ("d1", 3), ("d2", 4), ("d3", 5), ("d4", 5)]
    assert (checked.records, checked.documents) == (5, None)


def test_a_large_file_is_read_in_blocks_and_a_small_one_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(GOOD * 3)
    once = content.of_file(path)
    monkeypatch.setattr(content, "BLOCK", 1)
    often = content.of_file(path)
    assert list(once.lines()) == list(often.lines()) == [(number, GOOD[:-1]) for number in (1, 2, 3)]
    path.unlink()
    assert len(list(once.lines())) == 3
    with pytest.raises(Exception, match="cannot be read"):
        list(often.lines())
