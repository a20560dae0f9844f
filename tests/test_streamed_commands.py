"""`stats` and `diff` read large files record by record, `score` keeps equal values once: the output is that of loading them."""

import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from conftest import ROOT, record, span
from redline.cli import main
from redline.core.document import Document, Record, Span
from redline.core.taxonomy import load
from redline.curate import diff
from redline.edit.changes import Change, Key, changes
from redline.formats import items, jsonl, read
from redline.formats.item import Item
from redline.formats.reading import Options
from redline.formats.shared import Pool

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


@pytest.mark.parametrize("command", ["stats", "diff"])
def test_memory_does_not_grow_with_the_words(command: str, tmp_path: Path) -> None:
    few, many = (large(tmp_path / f"{number}.jsonl", number) for number in (FEW, MANY))
    small, big = (peak(command, *[str(path)] * (1 + (command == "diff"))) for path in (few, many))
    assert big - small < (MANY - FEW) * LENGTH / 4, (small, big)


def test_records_with_shared_values_are_equal_and_their_equal_values_are_one_object() -> None:
    options, gold = Options(TAXONOMY), ROOT / "corpus/gold/dam-wire.jsonl"
    pool = Pool()
    one, other = ([item.record for item in pool.shared(items(gold, options))] for _ in range(2))
    assert one == other == list(read(gold, options).records)
    for first, second in zip(one, other, strict=True):
        assert first.meta.layers is second.meta.layers
        for each, again in zip(first.spans, second.spans, strict=True):
            assert all(getattr(each, name) is getattr(again, name) for name in ("id", "label", "text", "attributes", "origin"))


def test_shared_values_keep_their_types_and_the_order_of_attributes() -> None:
    values = [{"a": True, "b": 1}, {"b": 1, "a": True}, {"a": 1, "b": 1}]
    spans = [msgspec.structs.replace(span("entities", "GPE", "Orla", "Orla", "e1"), attributes=each) for each in values]
    shared = Pool().shared(Item(record("Orla", (each,))) for each in spans)
    assert [repr(item.record.spans[0].attributes) for item in shared] == [repr(each) for each in values]


def test_score_has_equal_values_of_its_files_in_memory_once(tmp_path: Path) -> None:
    text = "Orla fell. " * 40
    spans = tuple(Span(f"e{n}", "entities", "GPE", 11 * n, 11 * n + 4, "Orla", {"entity": "orla"}) for n in range(40))
    sizes = []
    for number in (100, 400):
        path = write(tmp_path / f"{number}.jsonl", [record(text, spans, doc=f"d{index}") for index in range(number)])
        sizes.append(peak("score", str(path), str(path), "--boot", "10", "--layer", "entities"))
    # Of 300 records with 40 spans on each of two sides. With values of its own, a span takes about 1,000 bytes.
    assert sizes[1] - sizes[0] < 300 * 2 * 40 * 700, sizes


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
