"""Near-duplicates of large files: sketches find the candidates, and the words themselves decide."""

import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from conftest import record
from redline.cli import main
from redline.cli.shapes import SHAPES
from redline.core.document import Document
from redline.curate import sketches
from redline.formats import jsonl


def text(seed: int, words: int = 104) -> list[str]:
    """Words of which no two texts share a run of five."""
    chance = random.Random(seed)
    return [f"w{chance.randrange(100_000)}" for _ in range(words)]


def write(path: Path, texts: dict[str, list[str]]) -> str:
    jsonl.write([Document(name, (record(" ".join(words), doc=name),)) for name, words in texts.items()], path)
    return str(path)


def test_each_document_is_printed_with_the_earlier_one_that_it_resembles_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rensa")
    whole, other = text(1), text(2)
    # 104 words are 100 runs. Without its last 20 words a text has 80 of them, without its last 10 words 90.
    first = write(tmp_path / "a.jsonl", {"whole": whole, "other": other, "short": whole[:84]})
    second = write(tmp_path / "b.jsonl", {"middle": whole[:94], "again": other})
    assert main(["duplicates", first, second]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "short shares 80.0% of all five-word runs with whole",
        "middle shares 90.0% of all five-word runs with whole",
        "again shares 100.0% of all five-word runs with other",
    ]
    assert lines[3].startswith("5 documents, 3 near-duplicates of an earlier one (")
    assert main(["duplicates", first, second, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found) == set(SHAPES["duplicates"])
    assert found["pairs"][0] == {"one": "whole", "other": "short", "resemblance": 0.8, "containment": 1.0}


def test_texts_that_share_less_than_seven_tenths_are_no_near_duplicates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rensa")
    whole = text(1)
    assert main(["duplicates", write(tmp_path / "a.jsonl", {"whole": whole, "part": whole[:73], "empty": [], "too": []})]) == 0
    assert capsys.readouterr().out.startswith("4 documents, 0 near-duplicates")


def test_a_copy_of_a_file_is_a_near_duplicate_although_its_name_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rensa")
    one, copy = (write(tmp_path / name, {"d": text(1)}) for name in ("one.jsonl", "copy.jsonl"))
    assert main(["duplicates", one, copy]) == 1
    assert capsys.readouterr().out.startswith(
        "d shares 100.0% of all five-word runs with d\nd is the id of several documents\n2 documents, 1 near-duplicates"
    )


def test_an_id_that_comes_back_in_another_file_or_after_another_document_is_listed_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rensa")
    one, two = write(tmp_path / "a.jsonl", {"a": text(1), "b": text(2)}), write(tmp_path / "b.jsonl", {"b": text(3), "c": text(4)})
    assert main(["duplicates", one, two]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "b is the id of several documents",
        "4 documents, 0 near-duplicates of an earlier one (0 pairs compared), 1 repeated id",
    ]
    apart = [Document(name, (record(" ".join(text(seed)), doc=name),)) for seed, name in enumerate("xyxx")]
    jsonl.write(apart, tmp_path / "c.jsonl")
    assert main(["duplicates", str(tmp_path / "c.jsonl"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["documents"], found["pairs"], found["repeated"]) == (3, [], ["x"])


def test_the_candidates_of_equal_texts_grow_with_their_number_and_not_with_its_square() -> None:
    made = np.tile(np.arange(sketches.WIDTH, dtype=np.uint32), (100, 1))
    pairs = sketches.candidates(made).tolist()
    assert pairs == sorted([*([0, row] for row in range(1, 100)), *([row - 1, row] for row in range(2, 100))])


def test_rows_with_one_equal_band_are_candidates_and_rows_without_words_are_not() -> None:
    made = np.arange(4 * sketches.WIDTH, dtype=np.uint32).reshape(4, sketches.WIDTH)
    made[3, 8:12] = made[1, 8:12]
    made[2, 0:3] = made[1, 0:3]
    assert sketches.candidates(made).tolist() == [[1, 3]]
    made[[0, 2]] = sketches.NOTHING
    assert sketches.candidates(made).tolist() == [[1, 3]]
    assert sketches.candidates(made[:0]).tolist() == []


def test_of_two_hundred_pairs_that_share_four_fifths_none_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rensa")
    texts = {f"d{seed}": text(seed) for seed in range(200)}
    texts |= {f"e{seed}": text(seed)[:84] for seed in range(200)}
    assert main(["duplicates", write(tmp_path / "a.jsonl", texts), "--json"]) == 1
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert [(pair["one"], pair["other"]) for pair in pairs] == [(f"d{seed}", f"e{seed}") for seed in range(200)]


def test_standard_input_and_a_missing_library_are_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["duplicates", "-"]) == 2
    assert capsys.readouterr().err == "redline: standard input can be read only once; needed: a file or a folder\n"
    monkeypatch.setitem(sys.modules, "rensa", None)
    assert main(["duplicates", write(tmp_path / "a.jsonl", {"a": text(1)})]) == 2
    assert capsys.readouterr().err == "redline: `rensa` is not installed; needed: pip install 'redline[scale]'\n"
