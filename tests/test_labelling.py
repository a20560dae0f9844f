"""Models that come with Redline: which are looked at first, what is shipped, and `label` of one text without a project."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

import redline
from conftest import ROOT, record, span
from redline import project as projects
from redline.cli import classes, main, passages, progress
from redline.cli.style import Style
from redline.core import pieces
from redline.core.document import Record, Relation
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.predictions import blank, with_classes, with_spans
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.model import homes, label, leaderboard, referenced, train, training
from redline.project import Project

SETTINGS: dict[str, Any] = {"C": [10.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}
THREAT, QUIET = "We will strike Orla now.", "The harvest was good in Orla."


def graded(doc: str) -> list[Record]:
    spans = (span("threat", "THREAT", THREAT, THREAT[:7], form="reported"),)
    rows = [(THREAT, spans), (QUIET, ()), (THREAT, spans), (QUIET, ())]
    return [record(text, marks, doc=f"{doc}{index}") for index, (text, marks) in enumerate(rows)]


DATA = training.Data(graded("a"), graded("b"), graded("c"))


def fill(home: Path, taxonomy: Taxonomy, *kinds: str) -> Path:
    for kind in kinds:
        train.one(kind, taxonomy.task("threat_sentence"), train.Configuration(kind, [], SETTINGS), DATA, taxonomy, home)
    return home


@pytest.fixture
def shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> Path:
    """The models that come with Redline: one, of threat sentences."""
    home = fill(tmp_path_factory.mktemp("shipped"), taxonomy, "linear")
    monkeypatch.setattr(homes, "SHIPPED", home)
    return home


def test_one_text_is_labelled_and_shown_without_a_project(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(f"{QUIET} {THREAT}\n\n{QUIET}\n", encoding="utf-8")
    assert main(["label", "article.txt"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if "THREAT" in line] == [line for line in shown.splitlines() if line.startswith("  0.1")]
    assert THREAT in shown
    (threshold,) = label.Labeller(projects.labels(), shipped).thresholds().values()
    assert f"(threshold {threshold:.2f})" in shown
    assert main(["label", "article.txt", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)["records"]
    assert [entry["label"] for entry in records[0]["meta"]["predictions"]["threat_sentence"]] == ["NONE", "THREAT"]
    (entry,) = redline.label(THREAT).meta.predictions["threat_sentence"]  # type: ignore[index]
    assert entry["label"] == "THREAT"
    assert entry["scores"]["THREAT"] > 0.8
    command = [sys.executable, "-m", "redline", "label", "-", "--models", str(shipped)]
    done = subprocess.run(command, input=THREAT, capture_output=True, text=True, check=False)
    assert THREAT in done.stdout


@pytest.mark.parametrize("text", ["", " \n\n \n"])
def test_an_empty_text_is_refused_in_one_line(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert main(["label", str(tmp_path / "a.txt")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_models_of_the_project_come_first_and_those_of_redline_in_its_own_project(shipped: Path, small_project: Project) -> None:
    here = small_project
    (here.models / leaderboard.REFERENCED).unlink(missing_ok=True)
    assert homes.homes(None) == [shipped]
    assert homes.homes(here) == [referenced.home(here), here.models, shipped]
    (here.models / leaderboard.REFERENCED).write_text("{}")
    assert homes.homes(here) == [referenced.home(here), shipped, here.models]


def test_the_first_folder_that_has_a_model_of_a_task_gives_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    one, other = fill(tmp_path / "one", taxonomy, "cues"), fill(tmp_path / "other", taxonomy, "linear", "majority")
    kinds = [[type(model).__name__ for _, model in label.Labeller(taxonomy, several).models] for several in ([one, other], [other, one])]
    assert kinds == [["Cues"], ["Linear"]]
    assert [type(model).__name__ for _, model in label.Labeller(taxonomy, [one, other], "majority").models] == ["Majority"]
    with pytest.raises(RedlineError, match="contains no trained model"):
        label.Labeller(taxonomy, [tmp_path / "none"])


def test_the_best_light_model_of_each_task_is_shipped_without_times(small_project: Project, taxonomy: Taxonomy, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="no model of a kind that is shipped"):
        homes.ship(small_project, taxonomy, tmp_path / "weights")
    fill(referenced.home(small_project), taxonomy, "cues", "linear")
    made = homes.ship(small_project, taxonomy, tmp_path / "weights")
    assert [(one.made.model, one.made.task) for one in made] == [("linear", "threat_sentence")]
    about = artefact.read(tmp_path / "weights" / "linear" / "threat_sentence")
    assert about.outcome
    assert (about.outcome.train_seconds, about.outcome.sentences_per_second) == (None, None)
    assert label.Labeller(taxonomy, tmp_path / "weights").models


def test_models_are_listed_with_what_they_learned_from_and_their_scores(
    shipped: Path, small_project: Project, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(small_project.models, taxonomy, "cues")
    assert main(["models", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    assert {(one["model"], one["shipped"]) for one in listed} == {("cues", False), ("linear", True)}
    of_linear = json.loads((shipped / "linear" / "threat_sentence" / "features.json").read_bytes())["threshold"]
    assert {one["model"]: one["threshold"] for one in listed} == {"cues": None, "linear": of_linear}
    assert {one["trained_on"] for one in listed} == {artefact.read(shipped / "linear" / "threat_sentence").origin.trained_on}
    assert {"split": "test", "metric": "positive_f1", "value": 1.0} in next(one["scores"] for one in listed if one["shipped"])
    assert main(["models"]) == 0
    assert "shipped" in capsys.readouterr().out


def test_what_comes_with_redline_is_of_its_scheme_and_small(taxonomy: Taxonomy) -> None:
    for one in homes.trained([homes.SHIPPED]):
        if one.made.kind != "encoder":  # which nothing can load without the extra
            artefact.load(one.folder, taxonomy)
            assert one.made.kind in homes.LIGHT
        assert one.size < 2_000_000, one.folder


@pytest.fixture(scope="module")
def gold() -> list[Record]:
    """Records of the corpus, nothing marked."""
    corpus = projects.load(projects.find(ROOT))
    return [blank(record) for document in corpus.documents.values() for record in document.records][:120]


def test_labels_do_not_depend_on_what_else_is_labelled(gold: list[Record], taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    labeller = label.Labeller(taxonomy, homes.SHIPPED)
    together = labeller.label(gold)
    assert sum(len(one.spans) for one in together) > 100
    monkeypatch.setattr(label, "BATCH", 500)
    assert labeller.label(gold) == together
    assert [labeller.label([one])[0] for one in gold[:20]] == together[:20]


def test_long_records_are_read_few_at_a_time_and_every_word_of_them_is_counted(
    shipped: Path, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five words each, of a batch of 50 characters: two records are in a batch, and the next one begins another."""
    monkeypatch.setattr(label, "BATCH", 50)
    read: list[int] = []
    counts: list[tuple[int, int]] = []

    def source() -> Iterator[Record]:
        for number in range(5):
            read.append(number)
            yield record(THREAT, doc=f"d{number}")

    labeller = label.Labeller(taxonomy, shipped)
    label.write(labeller, source(), tmp_path / "out.jsonl", progress=lambda words: counts.append((words, len(read))))
    assert counts == [(10, 3), (10, 5), (5, 5)]


def test_a_long_record_shows_its_words_while_it_is_labelled(
    shipped: Path, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label, "BATCH", pieces.LIMIT)
    one = label.record_of("We will strike Orla now. " * 1_000, "long", "2.0")
    counts: list[int] = []
    label.write(label.Labeller(taxonomy, shipped), [one], tmp_path / "out.jsonl", progress=counts.append)
    # 25,000 characters are three pieces, of which the third has the rest.
    assert counts == [2_000, 2_000, 1_000]


def test_label_shows_its_words_on_a_terminal_alone_and_erases_them(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    (tmp_path / "a.txt").write_text(f"{THREAT}\n")
    command = ["label", str(tmp_path / "a.txt"), str(tmp_path / "out.jsonl")]
    assert main(command) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(command) == 0
    assert re.fullmatch(r"\r\x1b\[K5 words, [0-9]+ words per second\r\x1b\[K", capsys.readouterr().err)


def test_a_text_is_printed_part_by_part(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is before a damaged line is printed, and the same as of an input without it."""
    text = f"{THREAT}\n{QUIET}\n" * 30
    (tmp_path / "a.txt").write_text(text)
    assert main(["label", str(tmp_path / "a.txt")]) == 0
    whole = capsys.readouterr().out
    monkeypatch.setattr(label, "BATCH", 50)
    assert main(["label", str(tmp_path / "a.txt")]) == 0
    assert capsys.readouterr().out == whole
    (tmp_path / "a.txt").write_bytes(text.encode() + b"caf\xe9")
    assert main(["label", str(tmp_path / "a.txt")]) == 2
    shown = capsys.readouterr()
    assert whole.startswith(shown.out)
    assert shown.out.count(THREAT) >= 28
    assert shown.err.count("\n") == 1


def test_fast_gives_the_classes_of_threat_sentences_alone_and_the_same_ones(gold: list[Record], taxonomy: Taxonomy, tmp_path: Path) -> None:
    whole, fast = label.Labeller(taxonomy, homes.SHIPPED), label.Labeller(taxonomy, homes.SHIPPED, fast=True)
    assert [task.name for task, _ in fast.models] == ["threat_sentence", "hard_negatives"]
    label.write(whole, gold, tmp_path / "whole.jsonl")
    label.write(fast, gold, tmp_path / "fast.jsonl")
    lines = [[json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()] for name in ("whole", "fast")]
    for one, other in zip(*lines, strict=True):
        predictions = one["meta"]["predictions"]
        assert other["meta"]["predictions"] == {name: predictions[name] for name in ("threat_sentence", "hard_negatives")}
        assert (other["spans"], other["meta"]["layers"], "tokens" in other) == ([], {}, False)
        assert [other["text"], other["sentences"]] == [one["text"], one["sentences"]]
    assert [record.text for record in label.read(tmp_path / "fast.jsonl", taxonomy)] == [record.text for record in gold]


def test_fast_is_an_option_and_says_what_it_needs(
    shipped: Path, taxonomy: Taxonomy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(f"{THREAT}\n")
    assert main(["label", str(tmp_path / "a.txt"), str(tmp_path / "a.jsonl"), "--fast"]) == 0
    assert "tokens" not in json.loads((tmp_path / "a.jsonl").read_text())
    train.one("majority", taxonomy.task("act_type"), train.Configuration("majority", [], {}), DATA, taxonomy, tmp_path / "slow")
    capsys.readouterr()
    assert main(["label", str(tmp_path / "a.txt"), "--fast", "--models", str(tmp_path / "slow")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("last", ["b.txt", "c.jsonl", "new.parquet", "new"])
def test_an_output_that_may_be_one_more_input_is_refused_and_left_alone(
    last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "c.jsonl"):
        Path(name).write_text('{"text": "We will answer."}\n')
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(["label", "a.txt", "c.jsonl", last] if last != "c.jsonl" else ["label", "a.txt", "b.txt", last]) == 2
    assert capsys.readouterr().err.startswith(f"redline: {last}: is the output, and ")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_sentence_that_is_no_threat_is_not_printed_as_one_by_another_task(taxonomy: Taxonomy) -> None:
    made = record("We will answer. We warn you. They left.")
    for name, labels in (("threat_sentence", ("NONE", "NONE", "THREAT")), ("act_type", ("THREAT", "WARNING", "THREAT"))):
        task = taxonomy.task(name)
        guesses = [Guess(label, {label: number / 10}) for number, label in enumerate(labels, 1)]
        made = with_classes(made, task, examples(made, task, taxonomy), guesses)
    assert printed(made, taxonomy, {}) == ["0.2 threat_sentence THREAT 0.30", "0.2 act_type THREAT 0.30", "0.1 act_type WARNING 0.20"]


def printed(made: Record, taxonomy: Taxonomy, thresholds: dict[str, float]) -> list[str]:
    """The lines of classes without the words of the text."""
    lines = classes.lines(made, taxonomy, Style(StringIO()), thresholds)
    return [" ".join(re.split('[“"]', line)[0].split()) for line in lines]


def test_a_class_is_printed_with_what_its_model_compared_with_its_threshold(taxonomy: Taxonomy) -> None:
    made = record("We will answer.")
    for name, guess in (
        ("threat_sentence", Guess("THREAT", {"THREAT": 0.11})),
        ("act_type", Guess("THREAT", {"THREAT": 0.08, "WARNING": 0.021, "DEMAND": 0.0, "ULTIMATUM": 0.0})),
        ("criticism_sentence", Guess("AGAINST", {"AGAINST": 1.0})),
    ):
        task = taxonomy.task(name)
        made = with_classes(made, task, examples(made, task, taxonomy), [guess])
    assert printed(made, taxonomy, {"threat_sentence": 0.104, "act_type": 0.07}) == [
        "0.0 threat_sentence THREAT 0.11 (threshold 0.10)",
        "0.0 act_type THREAT 0.08 (all classes 0.10, threshold 0.07)",
        "0.0 criticism_sentence AGAINST 1.00",
    ]


def test_relations_are_printed_below_their_head(taxonomy: Taxonomy) -> None:
    text = "We warn Orla, we wait."
    marks = (span("threat", "WARNING", text, "warn", "t1"), span("entities", "GPE", text, "Orla", "e1"))
    made = record(text, marks, (Relation("t1", "e1", "TARGET"),))
    assert [line.split() for line in passages.related(made, taxonomy, Style(StringIO()))] == [
        ["0:t1", "WARNING", "“warn”"],
        ["TARGET", "→", "0:e1", "GPE", "“Orla”"],
    ]
    assert list(passages.related(record(text, marks), taxonomy, Style(StringIO()))) == []


def test_the_classes_of_a_text_are_printed_with_their_probabilities(taxonomy: Taxonomy) -> None:
    made = msgspec.structs.replace(record("We will answer."), cats={"CALM": 0.2, "MENACE": 0.8})
    assert printed(made, taxonomy, {}) == ["MENACE 0.80, CALM 0.20 (threshold 0.50)"]


def test_the_texts_of_a_folder_are_labelled_in_the_order_of_their_names(shipped: Path, tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt"):
        (tmp_path / "texts" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "texts" / name).write_text("We will answer.\n")
    assert main(["label", str(tmp_path / "texts"), str(tmp_path / "out.jsonl"), "--models", str(shipped)]) == 0
    tasks = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [task["meta"]["doc"] for task in tasks] == ["a", "b", "c"]


def test_files_of_a_folder_that_are_not_read_are_a_note(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "readme.md", "LICENSE", ".hidden.txt", "entities.jsonl"):
        (folder / name).write_text(f"{THREAT}\n")
    command = ["label", str(folder), str(tmp_path / "out.jsonl"), "--models", str(shipped)]
    assert main(command) == 0
    assert capsys.readouterr().err == f"note: {folder}: 2 files left out (1 .md, 1 LICENSE)\n"
    (folder / "x.jsonl").write_text(json.dumps({"text": QUIET}) + "\n")
    assert main(command) == 0
    assert capsys.readouterr().err == f"note: {folder}: 4 files left out (1 .md, 2 .txt, 1 LICENSE)\n"
    assert [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [QUIET]
    for name in ("a.txt", "sub/b.txt", "readme.md", "LICENSE"):
        (folder / name).unlink()
    assert main(command) == 0
    assert capsys.readouterr().err == ""


def test_a_folder_of_texts_that_is_not_what_it_seems_is_a_line(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "texts"
    for name in ("x/a.txt", "y/a.txt", ".git/b.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("We will burn the port.\n", encoding="utf-8")
    out = folder / "out.jsonl"
    assert main(["label", str(folder), str(out)]) == 2
    assert capsys.readouterr().err == f"redline: {out}: is the output, and is in the input {folder}; needed: a file in another folder\n"
    assert main(["label", str(folder), str(tmp_path / "out.jsonl")]) == 2
    same = f"redline: {folder / 'y' / 'a.txt'}: has the name of {folder / 'x' / 'a.txt'}; needed: texts with different names\n"
    assert capsys.readouterr().err == same
    (folder / "y" / "a.txt").rename(folder / "y" / "c.txt")
    assert main(["label", str(folder), str(tmp_path / "out.jsonl")]) == 0
    assert [json.loads(line)["meta"]["doc"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == ["a", "c"]
    (folder / "x" / "a.ann").write_text("T1\tORG 0 2\tWe\n")
    capsys.readouterr()
    assert main(["import", str(folder), "--out", str(tmp_path / "in.jsonl")]) == 2
    brat = f"redline: {folder}: contains annotations of brat in a folder below ({folder / 'x' / 'a.ann'}); needed: that folder\n"
    assert capsys.readouterr().err == brat


def test_an_unknown_model_and_a_missing_folder_are_a_line(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("We will answer.\n")
    assert main(["label", str(tmp_path / "a.txt"), "--models", str(shipped), "--model", "foo"]) == 2
    assert capsys.readouterr().err == f"redline: {shipped}: contains no trained model foo; needed: one of linear\n"
    assert main(["label", str(tmp_path / "gone"), "--models", str(shipped)]) == 2
    needed = "cannot be read (no such file or directory); needed: a file or a folder"
    assert capsys.readouterr().err == f"redline: {tmp_path / 'gone'}: {needed}\n"


def test_models_lists_those_of_one_folder(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--models", str(shipped)]) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [["threat_sentence", "linear"]]
    assert main(["models", "--models", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"redline: {tmp_path}: contains no trained model; needed: ")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(RedlineError, match="^text: is of the type int; needed: str$"):
        redline.label(5)  # type: ignore[arg-type]


OWN: dict[str, Any] = {
    "text": THREAT, "id": 17, "source": "X", "_input_hash": 5, "label": "spam", "options": [{"id": "a"}], "meta": {"source": "Y", "row": 3},
}  # fmt: skip


def labelled(labeller: label.Labeller, folder: Path, task: dict[str, Any], *, keep: bool = False) -> dict[str, Any]:
    """A task of Prodigy as `redline label` writes it."""
    (folder / "in.jsonl").write_text(json.dumps(task) + "\n")
    label.write(labeller, label.read(folder / "in.jsonl", labeller.taxonomy), folder / "out.jsonl", keep=keep)
    return dict(json.loads((folder / "out.jsonl").read_text()))


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("task", [OWN, OWN | {"text": f"{THREAT} " * 500}, {"text": QUIET, "cats": {"A": 1, "B": 0.25}}])
def test_what_no_model_predicts_stays(
    shipped: Path, taxonomy: Taxonomy, tmp_path: Path, task: dict[str, Any], keep: bool, fast: bool
) -> None:
    made = labelled(label.Labeller(taxonomy, shipped, fast=fast), tmp_path, task, keep=keep)
    assert {name: made[name] for name in task if name != "meta"} == {name: value for name, value in task.items() if name != "meta"}
    assert task.get("meta", {}).items() <= made["meta"].items()
    assert len(made["meta"]["predictions"]["threat_sentence"]) == len(made["sentences"])
    assert ("tokens" in made) is not fast


TWO: dict[str, Any] = {
    "text": THREAT,
    "spans": [
        {"start": 0, "end": 14, "label": "THREAT", "id": "t", "color": "red"},
        {"start": 15, "end": 19, "label": "GPE", "id": "g", "color": "blue"},
        {"start": 20, "end": 23, "label": "DATE", "id": "d"},
    ],
    "relations": [{"head_id": "t", "child_id": "g", "label": "TARGET"}, {"head_id": "g", "child_id": "d", "label": "ON", "color": "grey"}],
    "meta": {"predictions": {"threat_sentence": [{"label": "NONE", "scores": {}}], "other": [{"label": "X", "scores": {}}]}},
}  # fmt: skip
"""A threat toward a place, and a relation between the place and a day."""


@pytest.mark.parametrize(("keep", "spans", "relations"), [(False, "gd", ["ON"]), (True, "tgd", ["TARGET", "ON"])])
def test_only_the_layers_and_classes_that_models_predict_are_replaced(
    shipped: Path, taxonomy: Taxonomy, tmp_path: Path, keep: bool, spans: str, relations: list[str]
) -> None:
    made = labelled(label.Labeller(taxonomy, shipped), tmp_path, TWO, keep=keep)
    assert [one["id"] for one in made["spans"]] == list(spans)
    assert next(one["color"] for one in made["spans"] if one["id"] == "g") == "blue"
    assert sorted(one["label"] for one in made["relations"]) == sorted(relations)
    assert next(one["color"] for one in made["relations"] if one["label"] == "ON") == "grey"
    assert made["meta"]["predictions"]["other"] == [{"label": "X", "scores": {}}]
    assert made["meta"]["predictions"]["threat_sentence"][0]["label"] == "THREAT"


def test_a_predicted_class_of_a_text_replaces_the_chosen_one(taxonomy: Taxonomy, tmp_path: Path) -> None:
    task = Task("classes", "Classes of texts", "classify", "", "positive_f1", "text", {"spam": ["spam"]})
    rows = [record(text, doc=f"d{number}") for number, text in enumerate((THREAT, QUIET))]
    data = [msgspec.structs.replace(row, cats={"spam": value}) for row, value in zip(rows, (1.0, 0.0), strict=True)]
    train.one("text_majority", task, train.Configuration("text_majority", [], {}), training.Data(data, data, data), taxonomy, tmp_path)
    made = labelled(label.Labeller(taxonomy, tmp_path), tmp_path, OWN)
    assert made["cats"] == {"spam": 0.5}
    assert made.keys() & {"label", "id", "options"} == {"id", "options"}
    assert labelled(label.Labeller(taxonomy, tmp_path), tmp_path, OWN, keep=True)["label"] == "spam"


def test_predictions_of_a_long_record_stay_and_new_spans_get_free_ids(taxonomy: Taxonomy) -> None:
    text = f"{QUIET} " * 500
    old = {"other": [{"label": "X", "scores": {}}]}
    kept = span("threat", "THREAT", text, "harvest", "entities-1")
    whole = record(text, (kept,))
    whole = msgspec.structs.replace(whole, meta=msgspec.structs.replace(whole.meta, predictions=old))
    parts = [with_spans(part, "entities", [span("entities", "GPE", part.text, "Orla")]) for part in pieces.cut(whole)]
    made = pieces.joined(whole, parts)
    assert len(parts) == 2
    assert [(one.layer, one.id) for one in made.spans] == [("threat", "entities-1"), ("entities", "entities-2"), ("entities", "entities-3")]
    assert made.meta.predictions == old
    assert all(text[one.start : one.end] == one.text for one in made.spans)
