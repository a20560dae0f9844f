"""Training where referenced texts are at hand: they are learned from, and scored apart; the open leaderboard does not see them."""

import json
from pathlib import Path

import msgspec
import pytest

from conftest import DOCUMENTS, only_floors, small, with_floors
from redline import project as projects
from redline.cli import main
from redline.core.bare import digest
from redline.core.corpus import SPLITS
from redline.core.document import encode
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.learn.artefact import Origin
from redline.model import leaderboard, referenced, train
from redline.model.leaderboard import Board, Entry
from redline.project import Project, cited
from redline.report import real_text
from referenced import REPOSITORY, refer

REAL = "dam-wire"
TEXTS = {"s1": ("They will strike Orla.", "train", "THREAT"), "s2": ("It rained.", "test", ""), "s3": ("Stop it.", "validation", "DEMAND")}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of four documents of which one of test is referenced, with three single sentences, all at hand."""
    made = only_floors(small(tmp_path, DOCUMENTS | {"chess-column": "test"}))
    monkeypatch.chdir(tmp_path)
    refer(made, REAL)
    rows, records = [], []
    for name, (text, split, label) in TEXTS.items():
        file = sha256(text.encode())
        rows.append(
            cited.Cited(
                name,
                REPOSITORY,
                "0" * 40,
                "a.txt",
                file,
                (0, len(text)),
                (0, len(text)),
                digest(text),
                "random",
                "2019",
                name,
                "ARV",
                split,
                "CC0-1.0",
            )
        )
        records.append(label)
    cited.write(rows, made.seeds, "single")
    cited.write([cited.Words(name, text) for name, (text, _, _) in TEXTS.items()], made.texts, "single")
    blank = cited.blank(made.seeds, made.texts, "single", made.taxonomy().scheme)
    cats = [{name: float(name == label) for name in ("THREAT", "DEMAND")} for label in records]
    path = made.corpus / "sentences" / "single.jsonl"
    path.parent.mkdir()
    whole = [msgspec.structs.replace(one, cats=values) for one, values in zip(blank, cats, strict=True)]
    path.write_bytes(b"".join(encode(one) + b"\n" for one in whole))
    return made


def documents(records: list) -> set[str]:  # type: ignore[type-arg]
    return {one.meta.doc for one in records}


def test_referenced_documents_are_scored_apart_and_single_sentences_teach_models_of_sentences(here: Project, taxonomy: Taxonomy) -> None:
    corpus = projects.load(here)
    written, data = train.data_of(corpus), referenced.data_of(corpus)
    assert REAL not in {doc for name in SPLITS for doc in documents(getattr(written, name))}
    assert (written.alone, written.apart) == ({}, {})
    assert [documents(getattr(data, name)) for name in SPLITS] == [documents(getattr(written, name)) for name in SPLITS]
    assert {name: documents(records) for name, records in data.apart.items() if records} == {"statements": {REAL}}
    assert (data.groups[REAL], data.groups["s1"]) == (f"speaker-{REAL}", "speaker-s1")
    of_sentences, of_spans = data.of(taxonomy.task("threat_sentence")), data.of(taxonomy.task("threat_spans"))
    assert documents(of_sentences.train) - documents(written.train) == {"s1"}
    assert documents(of_sentences.validation) - documents(written.validation) == {"s3"}
    assert documents(of_spans.train) == documents(written.train)
    assert {name: documents(records) for name, records in of_sentences.apart.items()} == {"statements": {REAL}, "sentences": {"s2"}}
    assert {name: documents(records) for name, records in of_spans.apart.items()} == {"statements": {REAL}}
    (lesson,) = (one for one in of_sentences.train if one.meta.doc == "s1")
    assert [(one.label, one.bounds) for one in lesson.spans] == [("THREAT", (0, len(lesson.text)))]


def test_without_a_text_nothing_is_learned_from_it(here: Project) -> None:
    assert referenced.complete(here)
    (here.texts / "sentences" / "single.jsonl").unlink()
    assert not referenced.complete(here)
    (here.texts / f"{REAL}.txt").unlink()
    with pytest.raises(RedlineError, match="the project has no referenced text with gold"):
        referenced.data_of(projects.load(here))


def test_the_leaderboard_of_real_text_is_kept_where_the_texts_are_not_at_hand(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with_floors(here)
    assert main(["train", "--referenced"]) == 0
    board = leaderboard.read(here, leaderboard.REFERENCED)
    rows = [row for one in board.models if one.task == "threat_sentence" for row in one.scores if row["metric"] == "positive_f1"]
    assert {(row["model"], row["split"]) for row in rows} == {
        (model, split) for model in ("cues", "majority") for split in ("test", "statements", "sentences")
    }
    others = {row["split"] for one in board.others for row in one.scores}
    assert others == {"statements", "sentences"}
    assert {one.task for one in board.models} >= {"ner", "threat_sentence", "act_type"}
    assert "stance_pair" not in {one.task for one in board.models}
    assert leaderboard.stale(here) == ""
    page = (here.models / "LEADERBOARD.md").read_text()
    assert "## Real text" in page
    assert main(["docs", "--check"]) == 0
    (here.texts / f"{REAL}.txt").unlink()
    assert main(["docs", "--check"]) == 0
    with_floors(here)
    assert main(["docs", "--check"]) == 0
    assert (here.models / "LEADERBOARD.md").read_text() == page
    capsys.readouterr()
    assert main(["train", "--referenced"]) == 2
    assert "the project has no referenced text with gold" in capsys.readouterr().err


def test_the_worth_of_a_find_is_that_of_its_recall_and_its_false_alarms(taxonomy: Taxonomy) -> None:
    def row(split: str, metric: str, value: float, gold: int, guessed: int) -> dict[str, object]:
        counts = {"gold": gold, "guessed": guessed, "documents": 12}
        return {
            "task": "threat_sentence",
            "split": split,
            "metric": metric,
            "value": value,
            "low": None,
            "high": None,
            "signature": "",
        } | counts

    scores = [
        row("dense speeches", "average_precision", 0.4, 20, 100),
        row("dense speeches", "positive_recall", 0.5, 20, 15),
        row("natural speeches", "false_alarms", 0.02, 300, 6),
        row("statements", "false_alarms", 0.04, 100, 4),
    ]
    entry = Entry("threat_sentence", "linear", "linear", {}, 1, Origin("", "", "", {}), 0.5, 10, scores)
    board = Board({"train": "a", "validation": "b"}, [entry])
    page = "\n".join(real_text.lines(board, taxonomy))
    assert "calls 25 of 1,000 other\nsentences of natural speeches and statements positive (10 of 400)" in page
    # 0.01 * 0.5 right ones to 0.99 * 10 / 400 wrong ones: 0.005 / 0.02975.
    assert "17% of its finds would be right" in page
    assert "| Threat sentences (`threat_sentence`) | dense speeches | average_precision | linear | 0.400 | 20 | 100 | 12 |  |  |  |" in page


def test_the_two_kinds_of_lesson_exclude_each_other(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--referenced", "--train", "a.jsonl"]) == 2
    assert "needed: one of them" in capsys.readouterr().err
    assert json.loads((here.corpus / "splits.json").read_text())[REAL] == "test"
