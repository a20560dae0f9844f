"""Relations between given spans are learned from any file, scored by cross-validation, labelled and scored again."""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from conftest import record, span
from redline.cli import main
from redline.core.document import Record, Relation, Span
from redline.core.errors import RedlineError
from redline.core.task import LINK, Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact, links
from redline.learn.baseline import Setup, annotated, kind_of
from redline.learn.links import LinearLinks, NearestLinks, linked
from redline.model.label import Labeller
from redline.model.own import RELATIONS

SETTINGS = {"C": [10.0], "thresholds": [0.5]}
NAMES = [f"{first}{last}" for first in ("Or", "Bel", "Tar", "Sen") for last in ("la", "mora", "ancay", "na", "brun")]


def tasks(path: Path, names: list[str]) -> Path:
    """Tasks of `rel.manual` as another tool writes them: ends of relations are the last tokens of spans; no ids, no layers."""
    lines = []
    for one, other in zip(names, reversed(names), strict=True):
        text = f"{one} struck {other}."
        places = [(0, len(one), "PLACE"), (len(one) + 1, len(one) + 7, "HIT"), (len(one) + 8, len(text) - 1, "PLACE")]
        spans = [{"start": start, "end": end, "label": label} for start, end, label in places]
        relations = [{"head": 1, "child": 0, "label": "BY"}, {"head": 1, "child": 2, "label": "AT"}]
        lines.append(json.dumps({"text": text, "spans": spans, "relations": relations}))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_relations_of_a_strangers_file_are_learned_labelled_and_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tasks(Path("own.jsonl"), NAMES[:12])
    assert main(["train", "--train", "own.jsonl", "--shape", "link"]) == 0
    rows = json.loads(Path("models-own/scores.json").read_bytes())["scores"]
    values = {(row["model"], row["label"]): row for row in rows if row["metric"] == "relation_f1"}
    assert {(row["split"], row["given"], row["gold"]) for (_, label), row in values.items() if label is None} == {
        ("cross-validation", "gold spans", 24)
    }
    assert values["link_linear", None]["value"] == 1.0
    # Both names are one character away, and both relations as common: BY to the first of each text. P 1, R 1/2.
    assert values["link_nearest", None]["value"] == pytest.approx(2 / 3)
    assert (values["link_nearest", "BY"]["value"], values["link_nearest", "AT"]["value"]) == (1.0, 0.0)
    gold = tasks(Path("more.jsonl"), NAMES[12:])
    bare = [json.loads(line) | {"relations": []} for line in gold.read_text().splitlines()]
    Path("bare.jsonl").write_text("".join(json.dumps(task) + "\n" for task in bare))
    assert main(["label", "bare.jsonl", "out.jsonl", "--models", "models-own"]) == 0
    assert "the annotations of 8 records were kept" in capsys.readouterr().err
    labelled = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(r["head"], r["label"], r["child"]) for r in labelled[0]["relations"]] == [(1, "AT", 2), (1, "BY", 0)]
    for guess, due in (("out.jsonl", 1.0), ("bare.jsonl", 0.0)):
        assert main(["score", "more.jsonl", guess, "--json", "--boot", "20"]) == 0
        scores = json.loads(capsys.readouterr().out)["scores"]
        assert [row["value"] for row in scores if (row["metric"], row["label"]) == ("relation_f1", None) and row["gold"]] == [due]


def test_files_with_relations_teach_them_only_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tasks(Path("own.jsonl"), NAMES[:4])
    assert main(["train", "--train", "own.jsonl", "--model", "link_nearest"]) == 2
    assert main(["train", "--train", "own.jsonl", "--model", "link_nearest", "--task", RELATIONS]) == 0
    asked = "note: the relations of these records are not learned; needed: a second training with --shape link"
    assert asked not in capsys.readouterr().err
    assert main(["train", "--train", "own.jsonl", "--model", "gazetteer"]) == 0
    assert asked in capsys.readouterr().err.splitlines()


def test_relations_are_scored_between_predicted_spans_only_where_a_model_predicts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = ["--train", str(tasks(Path("own.jsonl"), NAMES[:12])), "--test", str(tasks(Path("test.jsonl"), NAMES[12:]))]
    note = (
        "note: models-own: contains no model of these spans, so relations are scored on gold spans only; needed: a training without --shape"
    )

    def given() -> set[str]:
        assert main(["train", *files, "--shape", "link", "--model", "link_nearest"]) == 0
        return {row["given"] for row in json.loads(Path("models-own/scores.json").read_bytes())["scores"]}

    assert given() == {"gold spans"}
    assert note in capsys.readouterr().err.splitlines()
    assert main(["train", *files, "--shape", "spans", "--model", "gazetteer"]) == 0
    assert given() == {"gold spans", "predicted spans"}
    assert note not in capsys.readouterr().err.splitlines()


TEXT = "Orla left. Belmora stayed. Tarna fell. Senna rose."


def names(*words: str) -> tuple[Span, ...]:
    return tuple(Span(word, "entities", "GPE", TEXT.index(word), TEXT.index(word) + len(word), word) for word in words)


def test_candidates_are_in_one_sentence_or_in_neighbours_in_both_orders() -> None:
    held = record(TEXT, names("Orla", "Belmora", "Senna"))
    pairs = [(head.id, child.id) for head, child in links.candidates(held, {("GPE", "GPE")}, held.spans)]
    assert pairs == [("Orla", "Belmora"), ("Belmora", "Orla")]
    assert list(links.candidates(held, {("GPE", "ORG")}, held.spans)) == []


def setup(taxonomy: Taxonomy) -> Setup:
    return Setup(Task(RELATIONS, "Relations", LINK, "", "relation_f1"), taxonomy, SETTINGS, 1)


def lesson() -> list[Record]:
    held = record(TEXT, names("Orla", "Belmora"), (Relation("Orla", "Belmora", "NEAR"),))
    return [held, record(TEXT, names("Belmora", "Tarna"), (Relation("Belmora", "Tarna", "NEAR"),), doc="b")]


def test_a_model_sees_no_relation_of_what_it_predicts_and_comes_back_the_same(taxonomy: Taxonomy, tmp_path: Path) -> None:
    model = LinearLinks(setup(taxonomy))
    model.fit(lesson(), lesson(), lambda *_: 0.0)
    false = record(TEXT, names("Tarna", "Senna"), (Relation("Senna", "Tarna", "OTHER"),))
    (first,), (second,) = model.predict([false]), model.predict([record(TEXT, names("Tarna", "Senna"))])
    assert first.relations == second.relations == (Relation("Tarna", "Senna", "NEAR"),)
    artefact.save(model, "links", "link_linear", model.setup, artefact.Origin("", "", "", {}), tmp_path / "m")
    loaded, _ = artefact.load(tmp_path / "m", taxonomy)
    assert loaded.predict([false]) == [first]
    np.save(tmp_path / "m" / links.NUMBERS, np.load(tmp_path / "m" / links.NUMBERS)[:, :-1])
    with pytest.raises(RedlineError, match="a column for each feature"):
        LinearLinks(model.setup).load(tmp_path / "m")


def roles(taxonomy: Taxonomy) -> Setup:
    return Setup(taxonomy.task("threat_roles"), taxonomy, SETTINGS, 1)


def act(text: str, condition: str, consequence: str, doc: str) -> Record:
    """A threat in a text with its two contents, and beside them a stance with its own relation."""
    spans = (
        span("threat", "THREAT", text, text[:-1], "t"), span("arguments", "CONTENT", text, condition, "if"),
        span("arguments", "CONTENT", text, consequence, "then"), span("stance", "AGAINST", text, text.split()[0], "s"),
    )  # fmt: skip
    return record(text, spans, (Relation("t", "if", "CONDITION"), Relation("t", "then", "CONSEQUENCE"), Relation("s", "if", "TARGET")), doc)


ACTS = [
    act("If one shell lands here, your depots will burn.", "one shell lands here", "your depots will burn", "a"),
    act("Your ports will burn if one ship sails.", "one ship sails", "Your ports will burn", "b"),
    act("If one man crosses, your camps will fall.", "one man crosses", "your camps will fall", "c"),
]


def test_the_words_of_a_content_tell_its_role_and_relations_of_other_layers_stay(taxonomy: Taxonomy) -> None:
    model = LinearLinks(roles(taxonomy))
    model.fit(ACTS[:2], ACTS[:2], lambda *_: 0.0)
    assert model.known.pairs == [("THREAT", "CONTENT")]
    (found,) = model.predict([linked(ACTS[2], [Relation("t", "then", "CONDITION")], "threat")])
    assert set(found.relations) == set(ACTS[2].relations)


def test_the_trivial_baseline_of_a_layer_relates_spans_of_that_layer_alone(taxonomy: Taxonomy) -> None:
    model = NearestLinks(roles(taxonomy))
    model.fit(ACTS, [], lambda *_: 0.0)
    assert model.known == {"THREAT": {"CONTENT": "CONSEQUENCE"}}
    assert kind_of("link_nearest").trivial
    assert not kind_of("link_linear").trivial


def test_relations_of_a_layer_that_is_not_annotated_are_not_learned(taxonomy: Taxonomy) -> None:
    meta = structs.replace(ACTS[0].meta, layers={"stance": "done"})
    assert annotated([ACTS[0], structs.replace(ACTS[1], meta=meta)], roles(taxonomy).task) == [ACTS[0]]


def test_kept_relations_of_one_layer_stay_and_those_of_another_are_predicted(taxonomy: Taxonomy, tmp_path: Path) -> None:
    for name in ("threat_roles", "stance_roles"):
        model = NearestLinks(structs.replace(roles(taxonomy), task=taxonomy.task(name)))
        model.fit(ACTS, [], lambda *_: 0.0)
        artefact.save(model, "near", "link_nearest", model.setup, artefact.Origin("", "", "", {}), tmp_path / "near" / name)
    kept = linked(ACTS[0], [], "stance")
    (labelled,) = Labeller(taxonomy, tmp_path).label([kept], keep=True)
    assert {relation for relation in labelled.relations if relation.head_id == "t"} == set(kept.relations)
    assert [relation.label for relation in labelled.relations if relation.head_id == "s"] == ["TARGET"]


def test_records_without_a_relation_teach_nothing_in_one_line(taxonomy: Taxonomy) -> None:
    with pytest.raises(ValueError, match="the number of classes of pairs of spans in the training records is 0; needed: two or more"):
        LinearLinks(setup(taxonomy)).fit([record(TEXT, names("Orla"))], [], lambda *_: 0.0)


def test_the_nearest_span_gets_the_commonest_relation_of_its_label(taxonomy: Taxonomy) -> None:
    model = NearestLinks(setup(taxonomy))
    model.fit(lesson(), [], lambda *_: 0.0)
    (labelled,) = model.predict([record(TEXT, names("Orla", "Belmora", "Tarna"))])
    # From Orla to Belmora 6 characters, from Belmora to Tarna 9.
    assert {(r.head_id, r.child_id, r.label) for r in labelled.relations} == {
        ("Orla", "Belmora", "NEAR"), ("Belmora", "Orla", "NEAR"), ("Tarna", "Belmora", "NEAR"),
    }  # fmt: skip
