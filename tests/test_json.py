"""What programs read: every command that reports prints one JSON object of the documented shape."""

import json
import re
import shlex
from pathlib import Path

import pytest

from redline.cli import main, parser
from redline.cli.shapes import SHAPES
from redline.core.diagnostic import Diagnostic, Severity
from redline.project import Project

from conftest import small, with_floors  # isort: skip

SILENT = {"annotate", "completion"}
"""Commands that report nothing: one serves a page, one prints a script."""
SLOW = {"report", "publish", "verify", "restore", "probe", "sentences", "duplicates"}
"""Commands whose JSON is read in the tests of these commands, where what they need is built."""
SESSIONS = {
    "status": "status",
    "texts": "texts",
    "show": "show dam-wire 2",
    "find": "find --label ULTIMATUM",
    "variation": "variation --layer threat",
    "why": "why dam-speech 3:s1",
    "stats": "stats",
    "diff": "diff corpus/gold/dam-wire.jsonl corpus/gold/dam-wire.jsonl",
    "validate": "validate corpus/gold/dam-wire.jsonl",
    "explain": "explain RL104",
    "ingest": "ingest t.txt --doc t --licence CC-BY-4.0 --title T --genre wire --origin fiction --event e --author A",
    "import": "import t.conll --layer entities --out t.jsonl",
    "entities": "entities propose --dry-run",
    "export": "export corpus/gold/dam-wire.jsonl corpus/gold/chess-column.jsonl --format conll --layer entities --out two.conll",
    "reanchor": "reanchor dam-wire seeds/dam-wire.txt",
    "split": "split",
    "withdraw": "withdraw weather-bulletin",
    "upgrade": "upgrade",
    "agree": "agree --boot 50 --confusion",
    "adjudicate": "adjudicate dam-wire --differences",
    "correct": "correct dam-speech 0:s1 --remove --reason slip --by anna",
    "train": "train --task threat_sentence --model majority",
    "label": "label t.txt seeds/dam-wire.txt labelled.jsonl --model cues",
    "models": "models",
    "score": "score corpus/gold/dam-wire.jsonl corpus/gold/dam-wire.jsonl --boot 50",
    "docs": "docs --check",
    "human-check": "human-check --result",
}


DOCUMENTS = {
    "dam-speech": "test",
    "dam-wire": "test",
    "chess-column": "validation",
    "weather-bulletin": "validation",
    "island-post": "train",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Some documents with trivial models, a text, and a CoNLL file."""
    project = with_floors(small(tmp_path_factory.mktemp("json"), DOCUMENTS))
    (project.root / "t.txt").write_text("Arvenia threatened war on Tuesday, and nobody in Cordane answered.\n", encoding="utf-8")
    (project.root / "t.conll").write_text("Arvenia B-GPE\nfell O\n\n", encoding="utf-8")
    return project


def test_every_command_that_reports_prints_the_documented_keys(
    here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    for command, session in SESSIONS.items():
        code = main([*shlex.split(session), "--json"])
        shown = capsys.readouterr()
        assert code in (0, 1), (command, shown.err)
        assert set(json.loads(shown.out)) == set(SHAPES[command]), command


def test_every_command_that_has_json_has_a_documented_shape() -> None:
    commands = next(action.choices for action in parser()._actions if action.dest == "command")
    assert commands
    with_json = {name for name, sub in commands.items() if "--json" in sub._option_string_actions}
    assert with_json == set(SHAPES)
    assert set(SHAPES) == set(SESSIONS) | SLOW
    assert not with_json & SILENT


def test_several_inputs_are_labelled_into_one_file(
    here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    counts = []
    for number, inputs in enumerate(("t.txt", "seeds/dam-wire.txt", "t.txt seeds/dam-wire.txt")):
        assert main(["label", *inputs.split(), f"{number}.jsonl", "--model", "cues", "--json"]) == 0
        counts.append(json.loads(capsys.readouterr().out)["records"])
    assert counts[2] == counts[0] + counts[1] > counts[0] == 1


def test_quotes_files_are_imported_from_a_folder(
    here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    Path("quotes").mkdir()
    for doc in ("dam-wire", "chess-column"):
        empty = {"doc": doc, "rater": "r9", "layers": ["entities"], "passages": []}
        Path("quotes", f"{doc}.json").write_text(json.dumps(empty), encoding="utf-8")
    assert main(["import", "quotes", "--format", "quotes"]) == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == ["chess-column.jsonl", "dam-wire.jsonl"]
    assert sorted(path.stem for path in Path("corpus/raters/r9").glob("*.jsonl")) == ["chess-column", "dam-wire"]
    assert main(["import", "quotes", "--format", "quotes", "--out", "one.jsonl"]) == 2
    assert capsys.readouterr().err == "redline: 2 quotes files cannot be written to one.jsonl; needed: one file, or no --out\n"


CODES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    "command", ["validate damaged.jsonl", "diff before.jsonl damaged.jsonl", "status dam-wire", "show dam-wire 1", "find water"]
)
def test_colours_help_on_a_terminal_and_change_no_word(
    command: str, here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    first = (here.gold / "dam-wire.jsonl").read_text(encoding="utf-8").split("\n")[0]
    Path("before.jsonl").write_text(first + "\n", encoding="utf-8")
    Path("damaged.jsonl").write_text(
        first.replace('"start":0,"end":12', '"start":0,"end":11').replace('"Porto Malafo"', '"Porto Malaf"') + "\n", encoding="utf-8"
    )
    main(shlex.split(command))
    plain = capsys.readouterr().out
    assert not CODES.search(plain)
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(shlex.split(command))
    coloured = capsys.readouterr().out
    assert CODES.search(coloured)
    assert CODES.sub("", coloured) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    main(shlex.split(command))
    assert capsys.readouterr().out == plain


def test_an_error_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from redline.cli import excerpt
    from redline.cli.style import Style

    monkeypatch.setenv("FORCE_COLOR", "1")
    one = Diagnostic("RL104", "span-cuts-word", Severity.ERROR, "a.jsonl", 1, None, None, "m", "")
    assert "\x1b[31;1merror RL104\x1b[0m" in excerpt.render(one, Style(io.StringIO()))
