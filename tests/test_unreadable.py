"""Files of a project that are no UTF-8, no JSON or something else: each command says so in one line."""

import msgspec
import pytest

from redline.cli import main
from redline.core.decoding import lower
from redline.project import Project

NO_TEXT = b'{"kind": "\xff"}'
"""JSON of bytes that are no UTF-8."""

FILES = {
    "a layer": ("schemas/threat.json", NO_TEXT, ["validate"], "is not a usable schema"),
    "the tasks": ("schemas/tasks.json", NO_TEXT, ["validate"], "is not a usable schema"),
    "an upgrade": ("schemas/upgrades/2.0.json", NO_TEXT, ["upgrade"], "is not an upgrade of the scheme"),
    "a configuration": ("models/crf.json", NO_TEXT, ["train", "--model", "crf"], "is not a model configuration"),
    "values": ("values.json", NO_TEXT, ["upgrade", "--values", "values.json", "--rater", "r1"], "contains no values"),
    "waivers": ("corpus/waivers.jsonl", b'\n{"code": "RL609"', ["validate", "--select", "RL1"], "is not a waiver"),
    "deep waivers": ("corpus/waivers.jsonl", b"\n" + b'{"a":' * 100_000, ["validate", "--select", "RL1"], "is not a waiver"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_project_that_cannot_be_decoded_is_one_line(
    name: str, adjudicated: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, data, command, problem = FILES[name]
    path = adjudicated.root / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    monkeypatch.setattr("redline.core.taxonomy.schemas_folder", lambda: adjudicated.schemas)
    monkeypatch.setattr("redline.edit.upgrade.schemas_folder", lambda: adjudicated.schemas)
    assert main(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    place = f"{file}:2" if file.endswith(".jsonl") else file
    assert f"{place}: {problem} (" in line
    assert "; needed: " in line


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("JSON is malformed: invalid character (byte 0)", "JSON is malformed: invalid character (byte 0)"),
        ("Object missing required field `text`", "object missing required field `text`"),
        ("A field is missing", "a field is missing"),
        ("", ""),
    ],
)
def test_messages_of_libraries_begin_small_except_abbreviations(message: str, wanted: str) -> None:
    assert lower(message) == wanted


def test_a_text_that_is_no_record_names_json_as_it_is_spelt(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (adjudicated.root / "quay.txt").write_text("The quay was shelled.\n")
    assert main(["upgrade", "quay.txt"]) == 2
    assert "quay.txt:1: is not a record (JSON is malformed: invalid character (byte 0));" in capsys.readouterr().err


def test_kept_predictions_that_cannot_be_decoded_are_made_again(adjudicated: Project) -> None:
    from redline.model import predicted

    path = adjudicated.root / "kept.json"
    kept = predicted.Kept("d", [[]])
    path.write_bytes(msgspec.json.encode(kept))
    assert predicted._read(path) == kept
    path.write_bytes(b'{"digest": "\xff"}')
    assert predicted._read(path) is None
