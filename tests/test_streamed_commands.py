"""`stats`, `diff` and `score` read large files record by record: the output is that of loading them."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from conftest import ROOT, record, span
from redline import project as projects
from redline.cli import main
from redline.core.document import Document, Record
from redline.core.stored import Stored
from redline.core.taxonomy import load
from redline.curate import diff
from redline.edit.changes import Change, Key, changes
from redline.formats import items, jsonl, read
from redline.formats.reading import Options, Reading, stored
from redline.measure import chunks, evaluate
from redline.measure.score import Bootstrap
from redline.model import join

TAXONOMY = load(ROOT / "schemas")
FEW, MANY = 500, 2_000
LENGTH = 8_000
PEAK = """
import sys, pathlib
from redline.cli import main
main(sys.argv[1:])
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def passages(number: int) -> list[Record]:
    """Passages of documents of two, each with a span and a text of its own."""
    made = []
    for index in range(number):
        text = f"Orla fell {index}."
        made.append(record(text, (span("entities", "GPE", text, "Orla", "e1"),), doc=f"d{index // 2}"))
        made[-1] = msgspec.structs.replace(made[-1], meta=msgspec.structs.replace(made[-1].meta, passage=index % 2))
    return made


def write(path: Path, records: list[Record]) -> Path:
    jsonl.write([Document(one.meta.doc, (one,)) for one in records], path)
    return path


def loaded(before: list[Record], after: list[Record]) -> list[Change]:
    """The differences between two states in memory, passages of the same text joined where only one state has them."""
    one, other = ({(each.meta.doc, each.meta.passage): each for each in state} for state in (before, after))
    free: dict[str, list[Key]] = {}
    for key, each in reversed(one.items()):
        if key not in other:
            free.setdefault(each.text, []).append(key)
    moved = {free[each.text].pop() if key not in one and free.get(each.text) else key: each for key, each in other.items()}
    return list(changes(one, moved))


def edited(records: list[Record], chance: random.Random) -> list[Record]:
    """Some passages without spans, some gone, some under another document, in another order."""
    made = []
    for each in records:
        kind = chance.randrange(5)
        if kind == 0:
            each = msgspec.structs.replace(each, spans=(), answer="reject")
        if kind == 1:
            each = msgspec.structs.replace(each, meta=msgspec.structs.replace(each.meta, doc=f"other-{each.meta.doc}"))
        if kind:
            made.append(each)
        if kind == 0 and chance.random() < 0.5:
            made.append(each)
    chance.shuffle(made)
    return made


@pytest.mark.parametrize("seed", range(5))
def test_a_diff_of_files_that_are_read_side_by_side_is_that_of_loaded_ones(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    before = passages(40)
    after = edited(before, chance)
    paths = [write(tmp_path / name, records) for name, records in (("a.jsonl", before), ("b.jsonl", after))]
    found = diff.compare(str(paths[0]), str(paths[1]), tmp_path, TAXONOMY)
    assert found == loaded(before, after)
    assert {change.sign for change in found} >= {"-", "~"}


def test_a_passage_that_occurs_twice_in_either_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once, twice = write(tmp_path / "once.jsonl", passages(4)), write(tmp_path / "twice.jsonl", [*passages(4), passages(1)[0]])
    for pair in ((once, twice), (twice, once)):
        assert main(["diff", *map(str, pair)]) == 2
        message = f"redline: {twice}: passage 0 of d0 occurs twice; needed: each passage once\n"
        assert capsys.readouterr().err == message


def test_stats_of_the_files_of_gold_are_those_of_the_project(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["stats", "--json"]) == 0
    project = msgspec.json.decode(capsys.readouterr().out)
    assert main(["stats", "corpus/gold", "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out) == {"all": project["all"]}


def test_stats_of_plain_tasks_count_what_a_later_task_makes_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = '{"text": "It fell."}\n{"text": "Orla fell.", "spans": [{"start": 0, "end": 4, "label": "GPE"}]}\n'
    (tmp_path / "t.jsonl").write_text(lines)
    assert main(["stats", str(tmp_path / "t.jsonl"), "--json"]) == 0
    counts = msgspec.json.decode(capsys.readouterr().out)["all"]
    assert [counts[name] for name in ("passages", "sentences", "words")] == [2, 2, 4]
    assert counts["labels"]["GPE"] == 1


def large(path: Path, number: int) -> Path:
    """A file of passages of 8,000 characters, each a document."""
    text = f"Orla fell. {'x' * LENGTH}"
    lines = (
        jsonl.encode(record(f"{text}{index}", (span("entities", "GPE", text, "Orla", "e1"),), doc=f"d{index}")) for index in range(number)
    )
    jsonl.write_lines(lines, path)
    return path


def peak(*command: str) -> int:
    """Bytes in memory at the most of a command in a process of its own."""
    done = subprocess.run([sys.executable, "-c", PEAK, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) * 1024


@pytest.mark.parametrize("command", ["stats", "diff", "score"])
def test_memory_does_not_grow_with_the_words(command: str, tmp_path: Path) -> None:
    few, many = (large(tmp_path / f"{number}.jsonl", number) for number in (FEW, MANY))
    options = ["--boot", "10"] if command == "score" else []
    small, big = (peak(command, *[str(path)] * (1 + (command != "stats")), *options) for path in (few, many))
    assert big - small < (MANY - FEW) * LENGTH / 2, (small, big)


def in_chunks(size: int, pairs: Sequence[Any], layers: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> chunks.Scored:
    """The scores of systems with a number of documents in memory at a time."""
    monkeypatch.setattr(chunks, "SIZE", size)
    return chunks.evaluate(pairs, layers, TAXONOMY, Bootstrap(20, 1))


def test_scores_that_are_counted_in_chunks_are_those_of_all_records_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(TAXONOMY, texts=projects.words())
    folders = [ROOT / "corpus" / name for name in ("gold", "raters/r1", "raters/r2")]
    sides = [stored(folder, items(folder, options), options, in_memory=0) for folder in folders]
    pairs = [join.side(sides[0], each).pairs for each in sides[1:]]
    layers = sorted(TAXONOMY.layers)
    whole = in_chunks(MANY, [list(each) for each in pairs], layers, monkeypatch)
    for size in (1, 3, 20):
        assert in_chunks(size, pairs, layers, monkeypatch) == whole
    assert {row.task for row in whole.rows} > {"threat_sentence", "stance_triples"}


def test_passages_of_a_document_that_are_apart_and_labels_outside_the_scheme_count(monkeypatch: pytest.MonkeyPatch) -> None:
    gold = sorted(passages(12), key=lambda each: each.meta.passage)
    spans = [(msgspec.structs.replace(each.spans[0], label=f"NEW{index % 3}"),) for index, each in enumerate(gold[:6])]
    guesses = [msgspec.structs.replace(each, spans=new) for each, new in zip(gold, spans, strict=False)] + gold[6:]
    pairs = join.side(Reading(Path("gold"), gold), Reading(Path("guess"), guesses[::-1])).pairs
    assert [list(document) for document in pairs] == evaluate.beside(gold, guesses)
    found = in_chunks(2, [pairs], ["entities"], monkeypatch)
    assert found == in_chunks(MANY, [list(pairs)], ["entities"], monkeypatch)
    assert {row.label for row in found.rows} > {"NEW0", "NEW1", "NEW2"}


def test_of_equal_texts_under_other_names_the_first_is_joined_with_the_first() -> None:
    gold = [msgspec.structs.replace(each, text="Orla fell.") for each in passages(4)]
    others = [msgspec.structs.replace(each, meta=msgspec.structs.replace(each.meta, doc=f"other-{each.meta.doc}")) for each in gold]
    pairs = join.side(Reading(Path("gold"), gold), Reading(Path("guess"), others)).pairs
    assert [[guess for _, guess in document] for document in pairs] == [others[:2], others[2:]]


def test_stored_records_are_those_that_were_read() -> None:
    gold = ROOT / "corpus/gold/dam-wire.jsonl"
    records = read(gold, Options(TAXONOMY)).records
    for in_memory in (0, 5_000, 10_000_000):
        kept = Stored(records, in_memory)
        assert list(kept) == list(records)
        assert [kept[-1], kept[0]] == [records[-1], records[0]]
        with pytest.raises(IndexError):
            kept[len(records)]


def test_plain_tasks_have_the_layers_of_all_tasks_when_they_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "It fell."}\n{"text": "Orla fell.", "spans": [{"start": 0, "end": 4, "label": "GPE"}]}\n')
    options = Options(TAXONOMY)
    kept = stored(path, items(path, options), options, in_memory=0)
    assert tuple(kept.records) == read(path, options).records
    assert kept.layers == ("entities",)


def test_the_order_of_the_predictions_changes_no_byte_of_the_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = passages(40)
    after = [msgspec.structs.replace(each, spans=()) if index % 3 else each for index, each in enumerate(before)]
    gold = write(tmp_path / "gold.jsonl", before)
    outputs = []
    for seed in range(3):
        random.Random(seed).shuffle(after)
        assert main(["score", str(gold), str(write(tmp_path / "guess.jsonl", after)), "--json", "--errors"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[1:] == outputs[:1] * 2
    exact = next(row for row in msgspec.json.decode(outputs[0])["scores"] if (row["metric"], row["layer"]) == ("exact_recall", "entities"))
    assert exact["value"] == 14 / 40


def test_a_number_that_cannot_be_stored_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "gold.jsonl", passages(1))
    path.write_bytes(path.read_bytes().replace(b'"offset":0', b'"offset":' + b"9" * 30))
    assert main(["score", str(path), str(path)]) == 2
    message = "redline: passage 0 of d0: contains a number of more than 64 bits; needed: smaller numbers\n"
    assert capsys.readouterr().err == message


def test_a_scratch_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6)); from redline.cli import main; main(sys.argv[1:])"
    )
    path = str(large(tmp_path / "gold.jsonl", 300))
    command = [sys.executable, "-c", limited, "score", path, path]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False)
    why = "a scratch file cannot be written (file too large); needed: free space, or another folder as TMPDIR"
    assert done.stderr == f"redline: {tmp_path}: {why}\n"


@given(st.lists(st.integers(1, 3), max_size=4), st.data())
def test_a_table_without_its_zeros_is_the_table(sizes: list[int], data: st.DataObject) -> None:
    values = st.sampled_from([0.0, 0.0, 1.0, 2.0, 1 / 3])
    parts = [data.draw(arrays(float, (size, 2, 4), elements=values)) for size in sizes]
    sparse = chunks.Sparse()
    for part in parts:
        sparse.add(part)
    assert np.array_equal(sparse.dense(), np.concatenate(parts) if parts else np.zeros(0))


def test_score_notes_a_copy_of_gold_and_no_other_file_of_its_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, copy, other = (tmp_path / name for name in ("gold.jsonl", "copy.jsonl", "other.jsonl"))
    for path in (write(gold, passages(4)), copy, other):
        path.write_bytes(gold.read_bytes())
    other.write_bytes(gold.read_bytes().replace(b'"GPE"', b'"ORG"', 1))
    notes = []
    for path in (gold, copy, other):
        assert main(["score", str(gold), str(path), "--boot", "10"]) == 0
        notes.append("is the same as" in capsys.readouterr().err)
    assert notes == [True, True, False]
