"""Texts come in once, with their provenance, and never change under their id."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from redline.cli import main
from redline.core.files import sha256
from redline.project import Project

TEXT = ["--doc", "port-note", "--licence", "CC-BY-4.0", "--title", "A note", "--genre", "wire", "--origin", "fiction", "--event", "port"]
OPTIONS = [*TEXT, "--author", "A. Writer"]


def seeds(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "seeds").iterdir())}


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_bytes("The port closed 🌊.\n\nNobody said why. “Wait,” he said.\n".encode())
    return path


def test_a_text_becomes_a_seed_and_passages(project: object, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(text), *OPTIONS, "--out", "empty.jsonl"]) == 0
    assert capsys.readouterr().out == "port-note: 2 passages, 3 sentences\n"
    assert (tmp_path / "seeds" / "port-note.txt").read_bytes() == text.read_bytes()
    assert main(["validate", "empty.jsonl"]) == 0


def test_the_same_text_again_changes_nothing(project: object, text: Path, tmp_path: Path) -> None:
    assert main(["ingest", str(text), *OPTIONS]) == 0
    before = seeds(tmp_path)
    assert main(["ingest", str(text), *OPTIONS]) == 0
    assert seeds(tmp_path) == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty; needed: a text"),
        (b" \n\n ", "is empty; needed: a text"),
        (b"caf\xe9", "is not UTF-8 at byte 3 (0xe9)"),
        (b"\xef\xbb\xbfHello", "begins with a byte order mark"),
        (b"One.\nTwo.\r\n", ":2: contains a carriage return"),
        (b"One\x00", "contains a NUL"),
    ],
)
def test_an_unusable_text_is_refused(project: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, says: str) -> None:
    path, before = tmp_path / "bad.txt", seeds(tmp_path)
    path.write_bytes(data)
    assert main(["ingest", str(path), *OPTIONS]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert seeds(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--doc", "Port Note"], "doc: "),
        (["--genre", "sonnet"], "genre: "),
        (["--date", "May 3"], "date: "),
        (["--date", "2026-13-01"], "date: "),
        (["--date", "2026-12-32"], "date: "),
        (["--date", "2026-02-30"], "date: "),
        (["--date", "2026-11-31"], "date: "),
        (["--origin", "account"], "sources: "),
        (["--licence", "CC BY 4"], "`CC BY 4` is not an SPDX licence expression"),
    ],
)
def test_provenance_of_another_shape_is_refused(
    project: object, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: list[str], says: str
) -> None:
    before = seeds(tmp_path)
    assert main(["ingest", str(text), *OPTIONS, *change]) == 2
    assert says in capsys.readouterr().err
    assert seeds(tmp_path) == before


def test_the_id_of_the_passages_for_practice_is_no_document(
    project: Project, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = seeds(tmp_path)
    assert main(["ingest", str(text), *OPTIONS, "--doc", "practice"]) == 2
    assert capsys.readouterr().err == "redline: `practice` is the id of the passages for practice; needed: another id for the document\n"
    assert seeds(tmp_path) == before


def test_a_changed_text_under_the_same_id_is_refused(
    project: object, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", str(text), *OPTIONS]) == 0
    before = seeds(tmp_path)
    text.write_text("Another text.\n")
    assert main(["ingest", str(text), *OPTIONS]) == 2
    assert "another text has this id" in capsys.readouterr().err
    assert seeds(tmp_path) == before


def test_a_raters_file_with_mistakes_writes_nothing(project: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "q.json"
    spans = [{"id": "a", "label": "GPE", "quote": "Atlantis"}]
    sheet = {"doc": "dam-wire", "rater": "r9", "layers": ["entities"], "passages": [{"passage": 0, "spans": spans}]}
    path.write_text(json.dumps(sheet))
    assert main(["import", str(path), "--format", "quotes"]) == 2
    assert "`Atlantis` is not in the passage as whole words" in capsys.readouterr().err
    assert not (tmp_path / "corpus" / "raters" / "r9").exists()


def test_quotes_come_back_as_the_rater_wrote_them(project: object, tmp_path: Path) -> None:
    source = "corpus/raters/r2/island-post.jsonl"
    assert main(["export", source, "--format", "quotes", "--out", "q.json", "--strict"]) == 0
    assert main(["import", "q.json", "--format", "quotes", "--out", "again.jsonl"]) == 0
    assert (tmp_path / "again.jsonl").read_bytes() == (ROOT / source).read_bytes()


def test_an_import_lists_every_mistake_that_a_rule_or_a_type_finds_and_writes_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    act = "threatened to cut the 90 megawatts that his country sells to Quessaba unless the checks ended by Sunday"
    spans = [
        {"id": "t1", "label": "THREAT", "quote": act, "act": "a1", "form": "shouted"},
        {"id": "e1", "label": "PERSON", "quote": "Lopi", "in": "Lopi threatened", "entity": "justino-lopi"},
        {"id": "e2", "label": "GPE", "quote": "Burontá", "in": "Burontá’s minister", "entity": "buronta"},
        {"id": "s1", "label": "FAVOR", "quote": "thirsty", "holder": "entity", "explicit": True},
    ]
    relations = [["t1", "SPEAKER", "e1"], ["t1", "SPEAKER", "e2"]]
    passages: list[dict[str, Any]] = [{"passage": 2, "spans": spans, "relations": relations}]
    value = {"doc": "dam-wire", "rater": "r9", "layers": ["entities", "threat"], "passages": passages}
    path = project.root / "mistakes.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert main(["import", str(path), "--format", "quotes", "--out", "out.jsonl"]) == 2
    printed = capsys.readouterr().err
    for code in ("RL303 missing-attribute", "RL304 attribute-value", "RL306", "RL405", "RL408"):
        assert code in printed
    assert not (project.root / "out.jsonl").exists()
    spans[0]["label"] = 7
    path.write_text(json.dumps(value), encoding="utf-8")
    assert main(["import", str(path), "--format", "quotes", "--out", "out.jsonl"]) == 2
    assert "unknown label `7`" in capsys.readouterr().err


def test_a_text_comes_in_under_one_id(project: object, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(text), *OPTIONS]) == 0
    before = seeds(tmp_path)
    assert main(["ingest", str(text), *OPTIONS, "--doc", "port-again"]) == 2
    assert "port-again: seed `port-note` has the same text" in capsys.readouterr().err
    assert seeds(tmp_path) == before


def test_a_withdrawn_text_is_refused_under_every_id(
    project: Project, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = seeds(tmp_path)
    (project.corpus / "withdrawn.json").write_text(json.dumps({"port-old": sha256(text.read_bytes())}))
    assert main(["ingest", str(text), *OPTIONS]) == 2
    assert capsys.readouterr().err == "redline: port-note: its text was withdrawn as `port-old` (withdrawn.json); needed: another text\n"
    assert seeds(tmp_path) == before


def test_who_wrote_a_text_is_never_assumed(project: object, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["ingest", str(text), *TEXT])
    assert "--author" in capsys.readouterr().err
