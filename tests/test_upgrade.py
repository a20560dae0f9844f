"""Records of scheme 1.1 become records of scheme 2.0 by rule, and the corpus with them."""

import json
from pathlib import Path

import msgspec
import pytest

from conftest import record, span
from redline.cli import main
from redline.core.document import Document, Record, Relation, encode
from redline.core.taxonomy import Taxonomy
from redline.curate import adjudicate
from redline.edit import upgrade
from redline.formats import jsonl
from redline.project import Project

TEXT = "The 58th Army gave Belmora until Friday to leave. We will shell the depots otherwise."


def old(*spans, relations=()) -> Record:
    made = record(TEXT, spans, relations)
    return msgspec.structs.replace(made, meta=msgspec.structs.replace(made.meta, scheme="1.1"))


def new(made: Record, taxonomy: Taxonomy) -> Record:
    return upgrade.upgraded(Document("case", (made,)), upgrade.upgrades(), taxonomy).records[0]


ARMY = span("entities", "MIL", TEXT, "58th Army", "e1", entity="58th-army")
DEMAND = span("threat", "ULTIMATUM", TEXT, "gave Belmora until Friday to leave", "t1", act="a1", form="reported", force="unspecified")
THREAT = span("threat", "THREAT", TEXT, "We will shell the depots otherwise", "t2", act="a1", form="quoted", force="conventional_attack")
LEAVE = span("arguments", "CONTENT", TEXT, "leave", "c1", entity="belmora")
DEPOTS = span("arguments", "CONTENT", TEXT, "the depots", "c2", entity="belmora")
HARM = span("arguments", "CONTENT", TEXT, "shell the depots", "c3", entity="arvenia")


def test_a_named_force_becomes_an_organisation_that_is_military(taxonomy: Taxonomy):
    (army,) = new(old(ARMY), taxonomy).spans
    assert (army.label, army.attributes) == ("ORG", {"entity": "58th-army", "military": True})


def test_the_half_of_a_split_ultimatum_without_the_harm_becomes_a_demand(taxonomy: Taxonomy):
    made = new(old(DEMAND, THREAT, LEAVE, relations=(Relation("t1", "c1", "CONDITION"),)), taxonomy)
    assert [(one.id, one.label, one.attributes) for one in made.spans] == [
        ("t1", "DEMAND", {"act": "a1", "form": "reported"}),
        ("t2", "THREAT", THREAT.attributes),
    ]
    assert made.relations == ()


def test_two_spans_with_one_id_stay_two(taxonomy: Taxonomy):
    made = new(old(ARMY, msgspec.structs.replace(THREAT, id="e1")), taxonomy)
    assert [(one.id, one.label) for one in made.spans] == [("e1", "ORG"), ("e1", "THREAT")]


@pytest.mark.parametrize(
    ("spans", "relations"),
    [
        ((DEMAND, msgspec.structs.replace(THREAT, attributes={**THREAT.attributes, "act": "a2"})), ()),
        ((DEMAND, THREAT, HARM), (Relation("t1", "c3", "CONSEQUENCE"),)),
        ((DEMAND,), ()),
    ],
    ids=["of another act", "with the harm", "alone"],
)
def test_other_ultimatums_stay(taxonomy: Taxonomy, spans, relations):
    assert next(one for one in new(old(*spans, relations=relations), taxonomy).spans if one.id == "t1").label == "ULTIMATUM"


def test_retired_relations_go_with_the_helper_spans_that_served_them_alone(taxonomy: Taxonomy):
    relations = (Relation("t2", "c2", "AFFECTED"), Relation("t2", "c3", "CONSEQUENCE"))
    made = new(old(THREAT, DEPOTS, HARM, relations=relations), taxonomy)
    assert made.relations == (Relation("t2", "c3", "CONSEQUENCE"),)
    assert [(one.id, one.attributes) for one in made.spans if one.layer == "arguments"] == [("c3", {})]


def test_a_helper_span_that_nothing_led_to_before_stays_a_mistake(taxonomy: Taxonomy):
    assert [one.id for one in new(old(DEPOTS), taxonomy).spans] == ["c2"]


def test_upgrading_twice_is_upgrading_once(taxonomy: Taxonomy):
    once = new(old(ARMY, DEMAND, THREAT, LEAVE, relations=(Relation("t1", "c1", "CONDITION"),)), taxonomy)
    assert new(once, taxonomy) == once


def test_the_command_upgrades_files_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], taxonomy: Taxonomy):
    path = tmp_path / "old.jsonl"
    path.write_bytes(encode(old(ARMY)) + b"\n")
    assert main(["upgrade", str(path)]) == 0
    assert capsys.readouterr().out == "scheme 2.0: 1 file changed\n"
    assert jsonl.read_one(path).records[0] == new(old(ARMY), taxonomy)
    assert main(["upgrade", str(path)]) == 0
    assert capsys.readouterr().out == "scheme 2.0: 0 files changed\n"


def test_gold_follows_from_upgraded_raters_and_decisions(project: Project):
    assert all(adjudicate.holds(project, path.stem) for path in sorted(project.gold.glob("*.jsonl"))[:6])


def test_values_that_were_rated_afterwards_join_the_spans_of_a_rater(project: Project, capsys: pytest.CaptureFixture[str]):
    spans = jsonl.read_one(project.raters / "r1" / "dam-wire.jsonl").records[0].spans
    place, kept = f"0 {spans[0].id}", spans[0].attributes
    values = project.root / "values.json"
    values.write_text(json.dumps({"dam-wire": {place: {"target_actor": ["belmora"], **dict.fromkeys(kept, "other")}}}))
    assert main(["upgrade", "--values", str(values), "--rater", "r1"]) == 0
    after = jsonl.read_one(project.raters / "r1" / "dam-wire.jsonl").records[0].spans[0]
    assert after.attributes == {**kept, "target_actor": ("belmora",)}
    capsys.readouterr()
    assert main(["upgrade", "--values", str(values), "--rater", "r1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rater": "r1", "spans": 1}
    before = (project.raters / "r1" / "dam-wire.jsonl").read_bytes()
    values.write_text(json.dumps({"dam-wire": {"0 zz": {}}}))
    assert main(["upgrade", "--values", str(values), "--rater", "r1"]) == 2
    assert "there is no span `0 zz`" in capsys.readouterr().err
    assert (project.raters / "r1" / "dam-wire.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("rater", "doc", "line"),
    [
        ("r1", "../../gold/dam-wire", "cannot name a document"),
        ("../gold", "dam-wire", "cannot name a rater"),
        ("r1", "copy", "r1/copy.jsonl: contains document dam-wire; needed: copy"),
    ],
)
def test_values_reach_no_file_but_those_of_the_rater(
    rater: str, doc: str, line: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
):
    rated = adjudicated.raters / "r1" / "dam-wire.jsonl"
    (adjudicated.raters / "r1" / "copy.jsonl").write_bytes(rated.read_bytes())
    before = {path: path.read_bytes() for path in adjudicated.corpus.rglob("*.jsonl")}
    (adjudicated.root / "values.json").write_text(json.dumps({doc: {}}))
    assert main(["upgrade", "--values", "values.json", "--rater", rater]) == 2
    assert line in capsys.readouterr().err
    assert {path: path.read_bytes() for path in adjudicated.corpus.rglob("*.jsonl")} == before
