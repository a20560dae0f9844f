"""The table of results has a row for each model and what it learned from, with time and size; times are kept beside the leaderboards."""

import re

import pytest

from redline.cli import main
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.learn import crf
from redline.learn.artefact import Artefact, Origin, Outcome
from redline.measure.score import Score
from redline.model import homes, speed, train
from redline.model.leaderboard import Board, Entry
from redline.model.speed import ALL, OPEN, Speed
from redline.project import Project
from redline.report import table

NO_ORIGIN = Origin("", "", "", {})


def row(split: str, metric: str, value: float, low: float | None = None, high: float | None = None, gold: int = 9) -> dict[str, object]:
    counts = {"gold": gold, "guessed": 8, "documents": 12}
    return {
        "task": "threat_sentence",
        "split": split,
        "metric": metric,
        "value": value,
        "low": low,
        "high": high,
        "signature": "",
        **counts,
    }


def entry(*rows: dict[str, object], size: int = 250_000) -> Entry:
    return Entry("threat_sentence", "linear", "linear", {}, 1, NO_ORIGIN, 0.5, size, list(rows))


def test_a_row_has_task_model_data_split_metric_score_interval_count_time_and_size(taxonomy: Taxonomy) -> None:
    board = Board({"train": "9 documents (80 sentences)"}, [entry(row("test", "positive_f1", 0.5), row("test", "false_alarms", 0.1))])
    real = Board(
        {"train": "20 documents (300 sentences)"},
        [entry(row("test", "positive_f1", 0.4), row("statements", "positive_f1", 0.6, 0.5, 0.7), size=1_500_000)],
        [entry(row("dense speeches", "positive_f1", 0.0, gold=0), row("statements", "average_precision", 0.3))],
    )
    times = [Speed(OPEN, "threat_sentence", "linear", 0.126)]
    lines = list(table.lines(board, real, times, taxonomy))
    assert [line for line in lines if line.startswith("| `")] == [
        "| `threat_sentence` | linear | open texts | test | positive_f1 | 0.500 | 9 | 12 | 0.13 | 0.25 |",
        "| `threat_sentence` | linear | open texts | statements | average_precision | 0.300 | 9 | 12 | 0.13 | 0.25 |",
        "| `threat_sentence` | linear | open and real texts | statements | positive_f1 | 0.600 [0.500, 0.700] | 9 | 12 |  | 1.50 |",
    ]
    text = "\n".join(lines)
    assert "- `open texts`: 9 documents (80 sentences)" in text
    assert "- `open and real texts`: 20 documents (300 sentences)" in text
    assert "open and real texts" not in "\n".join(table.lines(board, None, times, taxonomy))


def made(model: str, sentences_per_second: float) -> Artefact:
    outcome = Outcome(0.5, [], 2.345, sentences_per_second)
    return Artefact(model, "linear", "threat_sentence", {}, 1, "2.0", "0.1.0", {}, NO_ORIGIN, outcome)


def test_a_time_stays_until_the_same_model_is_measured_again(small_project: Project) -> None:
    (small_project.models / speed.JSON).unlink(missing_ok=True)
    assert speed.read(small_project) == []
    speed.write(small_project, OPEN, [made("linear", 500.0), made("cues", 1000.0)])
    speed.write(small_project, ALL, [made("linear", 250.0)])
    speed.write(small_project, OPEN, [made("linear", 2000.0)])
    assert [(one.learned, one.model, one.milliseconds) for one in speed.read(small_project)] == [
        (ALL, "linear", 4.0), (OPEN, "cues", 1.0), (OPEN, "linear", 0.5),
    ]  # fmt: skip
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", one.date) and "processors" in one.machine for one in speed.read(small_project))
    assert "speed" not in train.configurations(small_project)
    (small_project.models / speed.JSON).write_text("{}")
    with pytest.raises(RedlineError, match="speed.json: cannot be read"):
        speed.read(small_project)


def test_training_writes_times_only_on_request(
    small_project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small_project.root)
    path = small_project.models / speed.JSON
    before, known = path.read_bytes(), speed.read(small_project)
    train_cues = ["train", "--model", "cues", "--task", "threat_sentence"]
    assert main(train_cues) == 0
    assert path.read_bytes() == before
    assert main([*train_cues, "--speed"]) == 0
    (one,) = (one for one in speed.read(small_project) if one not in known)
    assert one.machine
    assert (one.learned, one.task, one.model) == (OPEN, "threat_sentence", "cues")
    assert main(train_cues) == 0
    assert [each for each in speed.read(small_project) if each not in known] == [one]
    capsys.readouterr()
    assert main([*train_cues, "--speed", "--out", "elsewhere"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_features_that_another_model_made_of_a_text_are_not_taken_for_speed() -> None:
    crf._sentences((("Orla fell.", ((0, 10),)),))
    assert crf._sentences.cache_info().currsize
    with train._forgotten():
        assert crf._sentences.cache_info().currsize == 0


def test_a_model_is_listed_with_the_first_split_of_ten_documents() -> None:
    def score(documents: int) -> Score:
        return Score("exact_f1", 0.5, None, None, "", documents=documents)

    order = ("dense", "statements", "test")
    assert homes.listed_split({"test": score(9), "statements": score(10), "dense": score(1)}, order) == "statements"
    assert homes.listed_split({"test": score(9), "dense": score(1)}, order) == "dense"
    assert homes.listed_split({"other": score(3)}, order) == "other"
    assert homes.listed_split({}, order) is None
