"""A model knows what its numbers are from; what was computed on other data or code says so, and is not released."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from redline import project as projects
from redline.cli import main
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.baseline import KINDS
from redline.model import leaderboard, predicted, provenance, train
from redline.project import Project
from redline.report import leaderboard as pages

from conftest import with_floors  # isort: skip


def test_a_model_contains_what_it_is_of_and_its_own_scores(trained: Project) -> None:
    made = artefact.read(trained.models / "gazetteer" / "ner")
    assert (made.model, made.kind, made.task, made.seed) == ("gazetteer", "gazetteer", "ner", 1)
    assert made.outcome is not None
    assert {row["metric"] for row in made.outcome.scores} >= {"exact_f1", "overlap_f1"}
    data, taxonomy = train.data_of(projects.load(trained)), trained.taxonomy()
    parts = data.of(taxonomy.task("ner"))
    assert made.origin == provenance.origin("gazetteer", taxonomy.task("ner"), taxonomy, [parts.train, parts.validation], parts.test)


def test_a_moved_split_is_other_data(taxonomy: Taxonomy, small_project: Project) -> None:
    data, task = train.data_of(projects.load(small_project)), taxonomy.task("ner")
    whole = provenance.records_digest(task, data.train, data.validation)
    assert whole == provenance.records_digest(task, list(data.train), data.validation)
    assert whole != provenance.records_digest(task, data.train[:-1], [data.train[-1], *data.validation])
    assert whole != provenance.records_digest(task, data.train[:-1], data.validation)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ('"""Says more."""\n# and a comment\ndef f(x):\n    """Docs."""\n    return x + 1', True),
        ("def f(x):\n\n    return (x + 1)", True),
        ("def f(x):\n    return x + 2", False),
        ("def f(x, y=0):\n    return x + 1", False),
    ],
)
def test_comments_and_docstrings_decide_no_number(other: str, same: bool) -> None:
    first = provenance.digest_of(ast.parse('"""A module."""\ndef f(x):\n    return x + 1'))
    assert (provenance.digest_of(ast.parse(other)) == first) is same


def test_the_words_of_an_error_decide_no_number() -> None:
    bare = [provenance.digest_of(ast.parse(text)) for text in ('raise ValueError("one")', 'raise ValueError("two")')]
    assert bare[0] == bare[1]


def test_the_code_of_a_model_is_all_that_it_imports() -> None:
    modules = provenance.deciding_modules("crf")
    assert {"redline.learn.crf", "redline.core.bio", "redline.core.examples", "redline.core.layer", "redline.measure.score"} <= set(modules)
    assert "redline.learn.linear" not in modules
    assert all(name.split(".")[1] in provenance.DECIDING for name in modules)
    assert "redline.model.training" in modules
    for kind, about in KINDS.items():
        assert about.module in provenance.deciding_modules(kind)


CHANGES: list[tuple[str, Any]] = [
    ("other data", lambda entry: entry["origin"].update(trained_on="0")),
    ("other data", lambda entry: entry["origin"].update(scored_on="0")),
    ("other code", lambda entry: entry["origin"].update(code="0")),
    ("other libraries", lambda entry: entry["origin"].update(libraries={"numpy": "0"})),
    ("other settings", lambda entry: entry.update(seed=2)),
]


@pytest.mark.parametrize(("reason", "change"), CHANGES)
def test_a_stale_leaderboard_says_so_and_turns_nothing_red(
    reason: str, change: Any, trained: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = trained.models / leaderboard.JSON
    assert leaderboard.stale(trained) == ""
    board = json.loads(path.read_bytes())
    change(board["models"][0])
    path.write_text(json.dumps(board))
    assert main(["docs"]) == 0
    assert main(["docs", "--check"]) == 0
    assert capsys.readouterr().out == f"note: {path} was computed on {reason}: run make train\n"


def test_training_twice_writes_the_same_leaderboard(trained: Project) -> None:
    before = (trained.models / leaderboard.JSON).read_bytes()
    with_floors(trained)
    assert (trained.models / leaderboard.JSON).read_bytes() == before


def test_training_one_model_keeps_the_entries_of_the_others(trained: Project) -> None:
    before = leaderboard.read(trained).models
    shutil.rmtree(trained.models / "majority")
    assert main(["train", "--model", "gazetteer"]) == 0
    assert leaderboard.read(trained).models == before


def test_train_keeps_what_its_models_make_of_validation_and_test_until_something_changes(
    trained: Project, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", "--model", "cues", "--task", "threat_sentence"]) == 0
    folder, data = trained.models / "cues" / "threat_sentence", train.data_of(projects.load(trained))
    model, _ = artefact.load(folder, taxonomy)
    due = [model.predict(part) for part in (data.validation, data.test)]
    loads: list[Path] = []
    monkeypatch.setattr(artefact, "load", lambda at, _: loads.append(at) or (model, None))
    assert predicted.labelled(trained, folder, taxonomy, [data.validation, data.test]) == due
    assert loads == []
    assert predicted.labelled(trained, folder, taxonomy, [data.validation, data.test[1:]]) == [due[0], due[1][1:]]
    assert loads == [folder]
    about = json.loads((folder / artefact.NAME).read_bytes())
    (folder / artefact.NAME).write_text(json.dumps(about | {"files": {"floor.json": "0"}}))
    predicted.labelled(trained, folder, taxonomy, [data.validation, data.test[1:]])
    assert loads == [folder, folder]
    (trained.models / "predicted" / "cues-threat_sentence.json").write_bytes(b"{")
    assert predicted.labelled(trained, folder, taxonomy, [data.validation, data.test]) == due


def test_a_model_of_other_records_is_not_released(trained: Project, capsys: pytest.CaptureFixture[str]) -> None:
    documents = (("train", "dam-wire"), ("validation", "weather-bulletin"), ("test", "court-report"))
    own = [f"--{split}=corpus/gold/{doc}.jsonl" for split, doc in documents]
    assert main(["train", "--model", "gazetteer", *own, "--out", "models"]) == 0
    capsys.readouterr()
    assert main(["publish", "--models"]) == 2
    folder = trained.models / "gazetteer" / "ner"
    assert capsys.readouterr().err == f"redline: {folder}: was trained or scored on texts outside of the release; needed: run make train\n"
    assert not Path("dist").exists() or not any(Path("dist").iterdir())


def test_a_card_shows_the_scores_of_its_own_model(trained: Project) -> None:
    (trained.models / leaderboard.JSON).unlink()
    assert main(["publish", "--models"]) == 0
    made = artefact.read(trained.models / "gazetteer" / "ner")
    assert made.outcome is not None
    value = next(row["value"] for row in made.outcome.scores if (row["metric"], row["label"]) == ("exact_f1", None))
    card = next(Path("dist").rglob("gazetteer/ner.md")).read_text(encoding="utf-8")
    assert f"| exact_f1 | {value:.3f}" in card


def test_a_model_of_a_deleted_configuration_is_a_line(trained: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (trained.models / "cues.json").unlink()
    assert main(["publish", "--models"]) == 0
    assert "no configuration in models/ has cues for hard_negatives; the model is left out" in capsys.readouterr().err
    assert not list(Path("dist").rglob("cues"))


def test_a_model_that_was_not_scored_is_not_released(trained: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = trained.models / "gazetteer" / "ner" / artefact.NAME
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"outcome": None}))
    assert main(["publish", "--models"]) == 2
    assert "has no scores, because training was interrupted" in capsys.readouterr().err


def test_models_learn_from_open_texts_alone(project: Project) -> None:
    corpus = projects.load(project)
    closed = {doc for doc, source in corpus.sources.items() if source.seed.rights != "open"}
    data = train.data_of(corpus)
    assert closed
    assert not closed & {record.meta.doc for record in (*data.train, *data.validation, *data.test)}


def entry(model: str, kind: str, validation: float, test: float) -> leaderboard.Entry:
    score = {"metric": "exact_f1", "value": test, "low": None, "high": None, "signature": "s", "gold": 9, "guessed": 7, "documents": 5}
    row = {"task": "ner", "model": model, "split": "test", "layer": "entities", "label": None, **score}
    return leaderboard.Entry("ner", model, kind, {}, 1, artefact.Origin("", "", "", {}), validation, 10, [row])


def test_the_leaderboard_has_one_row_a_task_with_the_model_that_is_best_on_validation(taxonomy: Taxonomy) -> None:
    entries = [
        entry("a", "crf", 0.4, 0.9),
        entry("b", "linear", 0.5, 0.3),
        entry("c", "gazetteer", 0.6, 0.95),
        entry("d", "cues", 0.1, 0.2),
    ]
    board = leaderboard.Board({"train": "4 documents", "validation": "2 documents", "test": "5 documents"}, entries)
    lines = [line for line in pages.best(board, taxonomy) if line.startswith("| Named")]
    assert lines == ["| Named entities (`ner`) | exact_f1 | b | 0.300 | 9 | 7 | 5 | c 0.950 |"]
    every = "\n".join(pages.everything(board, taxonomy))
    assert [name for name in "abcd" if f"\n| {name} | exact_f1 |" in every] == ["a", "b", "c", "d"]
    assert "signature" not in "".join(lines)
