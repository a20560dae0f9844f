"""Chores of a corpus: a document is withdrawn; the files that people write have a schema that agrees with what is read."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from conftest import ROOT
from redline import project as projects
from redline.adjudicate.decisions import Addition, Decision, Decisions
from redline.cli import main
from redline.core.taxonomy import Taxonomy
from redline.curate import status
from redline.formats import quotes
from redline.formats.quotes import Passage, Sheet
from redline.project import Project, sources

DECISIONS = json.loads((ROOT / "schemas" / "decisions.json").read_bytes())
QUOTES = json.loads((ROOT / "schemas" / "quotes.json").read_bytes())


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Decisions, DECISIONS),
        (Decision, DECISIONS["$defs"]["decision"]),
        (Addition, DECISIONS["$defs"]["addition"]),
        (Sheet, QUOTES),
        (Passage, QUOTES["properties"]["passages"]["items"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_schema_has_the_keys_of_the_type_that_reads_the_file(kind: type[msgspec.Struct], schema: dict[str, Any]) -> None:
    fields = msgspec.structs.fields(kind)
    assert set(schema["properties"]) == {field.name for field in fields}
    assert set(schema["required"]) == {field.name for field in fields if field.required}


def test_every_file_of_decisions_and_every_rater_as_quotes_keeps_its_schema(taxonomy: Taxonomy) -> None:
    decisions, sheets = jsonschema_rs.validator_for(DECISIONS), jsonschema_rs.validator_for(QUOTES)
    for path in (ROOT / "corpus" / "decisions").glob("*.json"):
        assert decisions.is_valid(json.loads(path.read_bytes())), path
    for files in projects.load(projects.find(ROOT)).raters.values():
        for document in files.values():
            sheet, _ = quotes.sheet_of(document, taxonomy)
            assert sheets.is_valid(msgspec.to_builtins(sheet, builtin_types=())), document.id


GOOD = {
    "doc": "d",
    "by": "b",
    "date": "2026-01-01",
    "decisions": {"x": {"take": None, "reason": "slip"}},
    "relations": [{"passage": 0, "head": "h", "label": "l", "child": "c"}],
}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("by",), 3),
        (("moods",), []),
        (("decisions", "x", "reason"), None),
        (("decisions", "x", "take"), 3),
        (("decisions", "x", "why"), "w"),
        (("relations", 0, "passage"), "0"),
        (("relations", 0, "head"), None),
        (("keys",), {"a": 1}),
        (("spans",), ["x"]),
        (("layers",), "threat"),
    ],
)
def test_what_the_strict_type_refuses_the_schema_refuses(place: tuple[str | int, ...], value: object) -> None:
    validator = jsonschema_rs.validator_for(DECISIONS)
    assert validator.is_valid(GOOD)
    msgspec.convert(GOOD, Decisions)
    bad = json.loads(json.dumps(GOOD))
    inner = bad
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert not validator.is_valid(bad)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Decisions)


def test_a_withdrawn_document_keeps_its_text_and_labels_and_waits_for_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*dam-wire*") if path.is_file() and path.suffix != ".json"}
    assert main(["withdraw", "dam-wire"]) == 0
    assert ": withdrawn; " in capsys.readouterr().out
    assert sources.read(project.seeds, "dam-wire", project.texts).seed.rights == "withdrawn"
    assert {path: path.read_bytes() for path in before} == before
    assert [step.state for step in status.steps(project, ["dam-wire"])] == ["withdrawn"]
    assert main(["validate"]) == 0
    seed = Path(project.seeds / "dam-wire.json").read_bytes()
    assert main(["withdraw", "dam-wire"]) == 0
    assert Path(project.seeds / "dam-wire.json").read_bytes() == seed


def test_a_document_that_is_not_there_cannot_be_withdrawn(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["withdraw", "dam-wir"]) == 2
    assert capsys.readouterr().err == "redline: there is no document `dam-wir`; use `dam-wire`\n"


@pytest.mark.parametrize("command", [["split"], ["train"], ["docs"]], ids=" ".join)
def test_gold_without_a_seed_is_named(command: list[str], small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for doc in ("dam-wire", "court-report"):
        (small_project.seeds / f"{doc}.json").unlink()
    assert main(command) == 2
    line = "gold without a seed: court-report, dam-wire; needed: seeds/DOC.json and seeds/DOC.txt for each"
    assert capsys.readouterr().err.splitlines()[-1].endswith(line)
