"""A difference is told span by span, between files, folders and git revisions, and in git's own diff."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from conftest import NASTY, record, span
from redline.cli import main
from redline.core.document import Record, Relation, Span
from redline.edit.changes import changes
from redline.project import Project
from test_document import records

TEXT = "Orla asked Belmora to leave."


def told(before: Record | None, after: Record | None) -> list[str]:
    sides = [{("case", 0): held} if held else {} for held in (before, after)]
    return [str(change) for change in changes(*sides)]


def test_each_kind_of_change_is_a_line() -> None:
    orla, belmora = span("entities", "GPE", TEXT, "Orla", "a", entity="orla"), span("entities", "GPE", TEXT, "Belmora", "b")
    before = record(TEXT, (orla, belmora), (Relation("a", "b", "TARGET"),))
    other = msgspec.structs.replace(orla, id="z", attributes={"entity": "orla", "metonym": True})
    after = record(TEXT, (other, span("entities", "ORG", TEXT, "Belmora", "b")))
    assert told(before, after) == [
        "~ GPE “Orla” 0..4 z: metonym absent -> True",
        "- GPE “Belmora” 11..18 b",
        "+ ORG “Belmora” 11..18 b",
        "- GPE “Orla” 0..4 TARGET GPE “Belmora” 11..18",
    ]


def test_what_turns_unknown_into_negative_is_a_change() -> None:
    before = record(TEXT, (span("entities", "GPE", TEXT, "Orla", "a"),))
    meta = msgspec.structs.replace(before.meta, layers={**before.meta.layers, "mood": "done"})
    after = msgspec.structs.replace(before, answer="reject", meta=meta, sentences=((0, 4), (5, len(TEXT))))
    assert told(before, after)[0] == "~ answer accept -> reject"
    assert any(line.startswith("~ layers ") and "mood=done" in line.split(" -> ")[1] for line in told(before, after))
    assert told(before, after)[-1] == f"~ sentences 0..{len(TEXT)} -> 0..4 5..{len(TEXT)}"


def test_a_relation_that_moves_to_another_span_of_the_same_words_is_a_change() -> None:
    text = "Orla asked Orla."
    spans = tuple(Span(name, "entities", "GPE", start, start + 4, "Orla", {}) for name, start in (("a", 0), ("b", 11)))
    other = (*spans, Span("c", "threat", "THREAT", 5, 10, "asked", {}))
    one, two = (record(text, other, (Relation("c", end, "TARGET"),)) for end in ("a", "b"))
    assert told(one, two) == ["- THREAT “asked” 5..10 TARGET GPE “Orla” 0..4", "+ THREAT “asked” 5..10 TARGET GPE “Orla” 11..15"]


def test_other_ids_and_order_are_no_change() -> None:
    one, two = span("entities", "GPE", TEXT, "Orla", "a"), span("entities", "GPE", TEXT, "Belmora", "b")
    renamed = tuple(msgspec.structs.replace(held, id=name) for held, name in ((two, "x"), (one, "y")))
    assert told(record(TEXT, (one, two), (Relation("a", "b", "AT"),)), record(TEXT, renamed, (Relation("y", "x", "AT"),))) == []


def test_a_changed_text_and_a_new_passage_are_told() -> None:
    assert told(record("Old."), record("New.")) == ["! text `Old.` -> `New.`"]
    assert told(None, record(NASTY, (span("entities", "GPE", NASTY, "İstanbul", "a"),))) == [
        f"+ GPE “İstanbul” {NASTY.index('İ')}..{NASTY.index('İ') + 8} a"
    ]


@given(records())
def test_nothing_differs_from_itself_and_a_difference_reads_backwards(value: Record) -> None:
    assert told(value, value) == []
    bare = msgspec.structs.replace(value, spans=(), relations=())
    forth, back = told(bare, value), told(value, bare)
    assert sorted(line.replace("+", "-", 1) for line in forth) == sorted(back)
    assert len([line for line in forth if line.startswith("+")]) == len(value.spans) + len(value.relations)


def git(*arguments: str) -> str:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(["git", *name, *arguments], capture_output=True, text=True, check=True).stdout


def test_revisions_paths_and_gits_own_diff_tell_the_same(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    git("init", "-q")
    git("add", "corpus")
    git("commit", "-qm", "before")
    path = project.gold / "dam-wire.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    task = json.loads(lines[6])
    task["spans"] = [held for held in task["spans"] if held["text"] != "Lomé"]
    path.write_bytes(b"".join([*lines[:6], msgspec.json.encode(task) + b"\n"]))
    assert main(["diff", "HEAD", "corpus/gold"]) == 1
    seen = capsys.readouterr().out
    assert seen.splitlines()[0] == "@ dam-wire, passage 6"
    assert "- GPE “Lomé” 41..45" in seen
    assert seen.endswith("GPE          -1\n")
    git("commit", "-qam", "after")
    assert main(["diff", "HEAD~1", "HEAD"]) == 1
    assert capsys.readouterr().out == seen
    assert main(["diff", "HEAD", "corpus/gold"]) == 0
    Path(".gitattributes").write_text("*.jsonl diff=redline\n")
    git("config", "diff.redline.textconv", f"{sys.executable} -m redline diff --textconv")
    assert "\n-  GPE “Lomé” 41..45" in git("diff", "HEAD~1", "HEAD")


def test_the_entity_table_is_no_part_of_a_revision_either(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    part = project.root / "part"
    part.mkdir()
    for path in (project.gold / "dam-wire.jsonl", project.corpus / "entities.jsonl"):
        (part / path.name).write_bytes(path.read_bytes())
    git("init", "-q")
    git("add", "part")
    git("commit", "-qm", "before")
    assert main(["diff", "HEAD", "part", "--within", "part"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere", "corpus/gold"], "nowhere: is neither a path nor a git revision"),
        (["corpus/gold"], "nothing to compare `corpus/gold` with"),
        (["corpus/gold", "redline.toml"], "redline.toml: has the unknown extension `.toml`"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_line(
    arguments: list[str], says: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_damaged_file_is_still_shown_to_git(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.jsonl").write_bytes(b'{"text": "caf\xe9\n')
    assert main(["diff", "--textconv", "x.jsonl"]) == 0
    assert '{"text": "caf' in capsys.readouterr().out


def test_files_of_any_format_are_compared_by_document_or_by_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = tmp_path / "a.conll"
    columns.write_text("Orla B-GPE\nfell O\n\nBelmora B-GPE\nfell O\n")
    values = [
        {"text": "Belmora fell", "spans": [{"start": 0, "end": 7, "label": "ORG"}], "cats": {"war": 1}},
        {"text": "Orla fell", "spans": [{"start": 0, "end": 4, "label": "GPE"}]},
    ]
    tasks = tmp_path / "b.jsonl"
    tasks.write_text("".join(json.dumps(value) + "\n" for value in values))
    assert main(["diff", str(columns), str(tasks), "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert [change["what"] for change in shown["changes"] if change["label"] != "sentences"] == [
        "classes none -> war=1", "GPE “Belmora” 0..7 s1", "ORG “Belmora” 0..7 p1",
    ]  # fmt: skip
    assert main(["diff", str(columns), str(columns)]) == 0
