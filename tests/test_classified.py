"""Classes of texts survive every round trip and are scored as scikit-learn scores them."""

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sklearn.metrics import accuracy_score, average_precision_score, f1_score, precision_score, recall_score

from redline import formats
from redline.cli import main
from redline.core.classified import Classified, classified
from redline.core.taxonomy import Taxonomy
from redline.curate import convert
from redline.formats import prodigy
from redline.formats.reading import Options
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.model import score

BOOT = Bootstrap(20, 1)
NAMES = ("economy", "sport", "war")


def written(path: Path, *values: dict[str, Any]) -> Path:
    """A file of Prodigy tasks."""
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return path


def rows(gold: Path, guess: Path, taxonomy: Taxonomy, versus: Path | None = None) -> list[Row]:
    return score.scored(gold, guess, versus, None, taxonomy, BOOT).rows


def values(found: list[Row]) -> dict[tuple[str | None, str], float | None]:
    return {(row.label, row.score.metric): row.score.value for row in found}


def choice(text: str, chosen: list[str]) -> dict[str, Any]:
    return {"text": text, "options": [{"id": name, "text": name.title()} for name in NAMES], "accept": chosen, "answer": "accept"}


@pytest.mark.parametrize("seed", range(5))
def test_several_classes_a_text_score_as_in_scikit_learn(seed: int, tmp_path: Path, taxonomy: Taxonomy) -> None:
    draw = random.Random(seed)
    gold = [[name for name in NAMES if draw.random() < 0.4] for _ in range(60)]
    guess = [{name: round(draw.random(), 1) for name in NAMES} for _ in range(60)]
    ours = values(rows(
        written(tmp_path / "gold.jsonl", *(choice(f"Text {n}", chosen) for n, chosen in enumerate(gold))),
        written(tmp_path / "guess.jsonl", *({"text": f"Text {n}", "cats": cats} for n, cats in reversed(list(enumerate(guess))))),
        taxonomy,
    ))  # fmt: skip
    truth = [[int(name in chosen) for name in NAMES] for chosen in gold]
    scores = [[cats[name] for name in NAMES] for cats in guess]
    said = [[int(value >= 0.5) for value in each] for each in scores]
    for metric, peer in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        assert [ours[name, metric] for name in NAMES] == pytest.approx(peer(truth, said, average=None), abs=1e-15)
    assert ours[None, "macro_f1"] == pytest.approx(f1_score(truth, said, average="macro"), abs=1e-15)
    assert ours[None, "micro_f1"] == pytest.approx(f1_score(truth, said, average="micro"), abs=1e-15)
    ranked = average_precision_score(truth, scores, average=None)
    assert [ours[name, "average_precision"] for name in NAMES] == pytest.approx(ranked, abs=1e-12)


def test_two_highest_classes_are_no_guess_whatever_their_names(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = written(tmp_path / "gold.jsonl", choice("A", ["war"]), choice("B", ["economy"]))
    guess = written(tmp_path / "guess.jsonl", *({"text": text, "cats": {"war": 0.4, "economy": 0.4}} for text in "AB"))
    assert values(rows(gold, guess, taxonomy))[None, "micro_f1"] == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_of_exclusive_classes_the_highest_is_the_guess_as_in_scikit_learn(seed: int, tmp_path: Path, taxonomy: Taxonomy) -> None:
    draw = random.Random(seed)
    gold = [draw.choice(NAMES) for _ in range(60)]
    guess = [{name: round(draw.random() / 3, 4) for name in NAMES} for _ in range(60)]
    found = rows(
        written(tmp_path / "gold.jsonl", *(choice(f"Text {n}", [chosen]) for n, chosen in enumerate(gold))),
        written(tmp_path / "guess.jsonl", *({"text": f"Text {n}", "cats": cats} for n, cats in enumerate(guess))),
        taxonomy,
    )
    ours, said = values(found), [max(cats, key=lambda name: cats[name]) for cats in guess]
    assert [ours[name, "f1"] for name in NAMES] == pytest.approx(f1_score(gold, said, average=None, labels=NAMES), abs=1e-15)
    assert ours[None, "macro_f1"] == pytest.approx(f1_score(gold, said, average="macro"), abs=1e-15)
    assert "|unit:text|class:highest|" in f"|{found[0].score.signature}"


@pytest.mark.parametrize(
    ("gold_names", "guess_names"),
    [(NAMES, NAMES), (NAMES, (*NAMES, "art")), ((*NAMES, "art"), NAMES), (("war",), ("war", "sport")), (("war", "sport"), ("sport",))],
)
@pytest.mark.parametrize("suffix", ["", "records"])
def test_single_labels_score_as_in_scikit_learn(
    gold_names: tuple[str, ...], guess_names: tuple[str, ...], suffix: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    draw = random.Random(1)
    gold, guess = [draw.choice(gold_names) for _ in range(60)], [draw.choice(guess_names) for _ in range(60)]
    truth = written(tmp_path / "gold.jsonl", *({"text": f"Text {n}", "label": name} for n, name in enumerate(gold)))
    said = written(tmp_path / "guess.jsonl", *({"text": f"Text {n}", "label": name} for n, name in reversed(list(enumerate(guess)))))
    if suffix:
        assert main(["import", str(said), "--out", str(tmp_path / "records.jsonl")]) == 0
        said = tmp_path / "records.jsonl"
    ours, names = values(rows(truth, said, taxonomy)), sorted({*gold, *guess})
    for metric, peer in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        due = peer(gold, guess, average=None, labels=names, zero_division=0)
        assert [ours[name, metric] or 0.0 for name in names] == pytest.approx(due, abs=1e-15)
    assert ours[None, "macro_f1"] == pytest.approx(f1_score(gold, guess, average="macro"), abs=1e-15)
    assert ours[None, "micro_f1"] == pytest.approx(accuracy_score(gold, guess), abs=1e-15)


def test_a_single_label_is_no_other_class_of_its_file(tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "a.jsonl", {"text": "A", "label": "war"}, {"text": "B", "label": "art"})
    records, back = tmp_path / "records.jsonl", tmp_path / "back.jsonl"
    assert main(["import", str(path), "--out", str(records)]) == 0
    assert "classes of 2 texts: art 1 of 2, war 1 of 2" in capsys.readouterr().err
    assert main(["export", str(records), "--format", "prodigy", "--out", str(back)]) == 0
    for each in (path, records, back):
        assert [text.cats for text in formats.read(each, Options(taxonomy)).classes] == [{"art": 0.0, "war": 1.0}, {"art": 1.0, "war": 0.0}]
    assert [one.cats for one in convert.records(path, Options(taxonomy))] == [{"art": 0.0, "war": 1.0}, {"art": 1.0, "war": 0.0}]


def test_accepted_and_rejected_labels_score_as_one_class(tmp_path: Path, taxonomy: Taxonomy) -> None:
    # Gold: A and B are of the class, C and D are not, E was ignored. Guessed: A and C. P 1/2, R 1/2, F1 1/2.
    # The ranking is A C B D, so that average precision is (1 + 2/3) / 2.
    answers = {"A": "accept", "B": "accept", "C": "reject", "D": "reject", "E": "ignore"}
    gold = written(tmp_path / "gold.jsonl", *({"text": text, "label": "war", "answer": answer} for text, answer in answers.items()))
    scores = {"A": 0.9, "B": 0.4, "C": 0.8, "D": 0.1, "E": 0.9}
    guess = written(tmp_path / "guess.jsonl", *({"text": text, "cats": {"war": value}} for text, value in scores.items()))
    found = values(rows(gold, guess, taxonomy))
    assert found == {
        (None, "positive_f1"): 0.5, (None, "positive_precision"): 0.5, (None, "positive_recall"): 0.5,
        (None, "average_precision"): pytest.approx(5 / 6),
    }  # fmt: skip
    assert values(rows(gold, gold, taxonomy))[None, "positive_f1"] == 1.0


def test_a_text_is_judged_on_the_classes_it_was_asked_about(tmp_path: Path, taxonomy: Taxonomy) -> None:
    # One question a line, in another order than the guesses, which answer all questions about a text at once.
    gold = written(
        tmp_path / "gold.jsonl",
        {"text": "A", "label": "war", "answer": "accept"},
        {"text": "A", "label": "sport", "answer": "reject"},
        {"text": "A", "label": "economy", "answer": "accept"},
        {"text": "B", "label": "sport", "answer": "accept"},
    )
    all_three = {"war": 1, "sport": 1, "economy": 1}
    guess = written(tmp_path / "guess.jsonl", {"text": "B", "cats": all_three}, {"text": "A", "cats": all_three})
    result = score.scored(gold, guess, None, None, taxonomy, BOOT)
    counts = {row.label: (row.score.gold, row.score.guessed) for row in result.rows if row.score.metric == "f1"}
    assert counts == {"economy": (1, 1), "war": (1, 1), "sport": (1, 2)}
    assert result.notes == []
    lines = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    guess.write_text("".join([lines[1], lines[2], lines[0], lines[3]]), encoding="utf-8")
    assert values(rows(gold, guess, taxonomy))[None, "macro_f1"] == 1.0


def test_a_text_has_classes_towards_each_target(tmp_path: Path, taxonomy: Taxonomy) -> None:
    both = [{"text": "A", "target": target, "label": "for", "answer": answer} for target, answer in (("x", "accept"), ("y", "reject"))]
    gold, guess = written(tmp_path / "gold.jsonl", *both), written(tmp_path / "guess.jsonl", *reversed(both))
    assert values(rows(gold, guess, taxonomy))[None, "positive_f1"] == 1.0


def test_missing_texts_and_other_classes_are_notes(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = written(tmp_path / "gold.jsonl", choice("A", ["war"]), choice("B", ["war"]))
    guess = written(tmp_path / "guess.jsonl", {"text": "A", "cats": {"war": 1.0, "art": 1.0}})
    result = score.scored(gold, guess, None, None, taxonomy, BOOT)
    assert values(result.rows)["war", "recall"] == 0.5
    assert result.notes == [
        f"{guess}: does not contain 1 of 2 passages of {gold}; they count as empty",
        f"{guess}: gold has no answer for its classes `art`; they are ignored",
    ]


def test_classes_of_texts_have_a_calibration_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"A": (1, 0.32), "B": (0, 0.38), "C": (1, 0.9), "D": (0, 0.0)}
    gold = written(tmp_path / "gold.jsonl", *({"text": text, "cats": {"war": due}} for text, (due, _) in values.items()))
    guess = written(tmp_path / "guess.jsonl", *({"text": text, "cats": {"war": value}} for text, (_, value) in values.items()))
    assert main(["score", str(gold), str(guess), "--reliability"]) == 0
    table = ["classes, war: score, units, mean score, share of war", "0.0-0.1      1    0.000    0.000"]
    table += ["0.3-0.4      2    0.350    0.500", "0.9-1.0      1    0.900    1.000"]
    assert capsys.readouterr().out.splitlines()[-4:] == table
    note = f"note: {gold}: contains no scores of classes, so there is no calibration table"
    for options, noted in (([], False), (["--reliability"], True)):
        assert main(["score", str(gold), str(gold), *options]) == 0
        assert (note in capsys.readouterr().err.splitlines()) is noted


def test_two_systems_are_compared_class_by_class(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = written(tmp_path / "gold.jsonl", *(choice(f"Text {n}", ["war"] if n % 2 else ["sport"]) for n in range(24)))
    none = written(tmp_path / "none.jsonl", *({"text": f"Text {n}", "cats": {"war": 0.2, "sport": 0.3}} for n in range(24)))
    found = {(row.label, row.score.metric): row for row in rows(gold, gold, taxonomy, none)}
    war = found["war", "f1"]
    assert war.difference is not None
    assert (war.score.value, war.difference.value, war.difference.p) == (1.0, 1.0, pytest.approx(1 / 21))
    assert war.score.documents == 12


TASKS = [
    choice("A", ["war", "sport"]),
    {"text": "B", "cats": {"war": 0.5, "sport": 0.49}, "answer": "accept"},
    {"text": "C", "label": "war", "answer": "reject", "target": "Orla"},
    {"text": "D", "label": "war", "answer": "accept", "_task_hash": 3},
    {"text": "E", "options": [{"id": 1, "text": "one"}], "accept": [], "answer": "accept"},
    {"text": "F", "label": "war", "answer": "ignore"},
]


def test_classes_survive_an_import_and_an_export(tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    path, records, back = written(tmp_path / "a.jsonl", *TASKS), tmp_path / "records.jsonl", tmp_path / "back.jsonl"
    assert main(["import", str(path), "--out", str(records)]) == 0
    line = "6 records: 4 accepted, 1 rejected, 1 ignored; classes of 5 texts: 1 0 of 1, economy 0 of 1, sport 1 of 2, war 3 of 4"
    assert line in capsys.readouterr().err
    assert main(["export", str(records), "--format", "prodigy", "--out", str(back)]) == 0
    found = [json.loads(line) for line in back.read_text(encoding="utf-8").splitlines()]
    assert all(task.items() <= again.items() for task, again in zip(TASKS, found, strict=True))
    classes = [formats.read(each, Options(taxonomy)).classes for each in (path, records, back)]
    assert classes[0] == classes[1] == classes[2]
    assert [text.labels for text in classes[0]] == [("sport", "war"), ("war",), (), ("war",), ()]


def test_an_ignored_record_has_no_classes(taxonomy: Taxonomy) -> None:
    accepted = prodigy.record_of({"text": "A", "cats": {"war": 1.0}}, Options(taxonomy))
    assert classified(accepted) == Classified("A", {"war": 1.0}, doc="task")
    assert classified(msgspec.structs.replace(accepted, answer="ignore")) is None


def test_score_prints_the_classes_of_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = written(tmp_path / "gold.jsonl", choice("A", ["war"]), choice("B", ["sport"]))
    assert main(["score", str(gold), str(gold), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert [(s["task"], s["label"], s["metric"], s["value"]) for s in scores[:2]] == [
        ("classes", None, "macro_f1", 1.0), ("classes", None, "micro_f1", 1.0),
    ]  # fmt: skip
    assert main(["score", str(gold), str(gold)]) == 0
    assert "macro_f1=1.000|unit:text|class:highest|avg:macro|docs:2|" in capsys.readouterr().out
