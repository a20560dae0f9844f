"""The walk of CONTRIBUTING: one document from its text to a release, by the commands on the page."""

import json
import re
import shlex
from pathlib import Path

import pytest

import redline
from conftest import ROOT, small
from redline.cli import main
from redline.core.corpus import Entity

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The code blocks of the page in a language."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_a_document_goes_from_its_text_to_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small(tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("harbour.txt").write_text(blocks("text")[0], encoding="utf-8")
    Path("r1.json").write_text(blocks("json")[0], encoding="utf-8")
    Path("r2.json").write_text(blocks("json")[0].replace('"r1"', '"r2"').replace("ULTIMATUM", "THREAT"), encoding="utf-8")
    commands = [shlex.split(line) for block in blocks("sh") for line in block.splitlines()]
    assert f"{len(commands)} commands" in PAGE.replace("Thirteen", "13")
    for command in commands:
        # Four documents cannot have each label in each split.
        options = ["--ignore", "RL607"] if command[1] == "validate" else []
        code = main([*command[1:], *options])
        assert code == (1 if command[1] == "status" else 0), (command, capsys.readouterr())
    assert "clean" in capsys.readouterr().out
    gold = redline.read("corpus/gold/harbour.jsonl")
    assert [one.label for one in gold[0].layer("threat")] == ["ULTIMATUM"]
    split = json.loads(Path("corpus/splits.json").read_text())["harbour"]
    released = redline.load(next(Path("dist").glob("redline-*")))
    assert released.splits["harbour"] == split
    assert released.documents["harbour"].records == gold.records
    assert released.entities["querm-harbour"] == Entity("querm-harbour", "FAC", "Querm harbour", [], None, None, None)
