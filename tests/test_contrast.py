"""Contrast sets: which of them train, and what a group must be."""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

import redline
from conftest import ROOT, small
from redline import project as projects
from redline.cli import main
from redline.cli.shapes import SHAPES
from redline.core import taxonomy as taxonomies
from redline.core.corpus import Corpus
from redline.core.document import Meta, Record, Span
from redline.core.errors import RedlineError
from redline.measure import contrasts
from redline.model import train
from redline.project import Project
from redline.rules.contrast import contrast_edit, contrast_leak

LABELS = taxonomies.load(ROOT / "schemas")
FIRST = "We will close the river to your barges unless the dam is opened by Friday."
OTHERS = ("They will close the river to our barges, a minister fears.", "We closed the river to your barges on Friday.")


def passage(text: str, number: int, *, threat: bool) -> Record:
    spans = (Span("s1", "threat", "THREAT", 0, 7, text[:7], {}),) if threat else ()
    meta = Meta("g1", number, number * 1000, "2.0", {"threat": "done"})
    return Record(text, "accept", ((0, len(text)),), spans, (), meta)


def group(*texts: str, acts: int = 1) -> tuple[Record, ...]:
    return tuple(passage(text, number, threat=number < acts) for number, text in enumerate(texts))


def problems(records: tuple[Record, ...], edits: list[str] | None = None) -> list[str]:
    corpus = Corpus({}, {}, {}, {}, contrast={"groups": records}, edits={} if edits is None else {"g1": edits})
    return [problem.message for problem in contrast_edit(corpus, LABELS)]


def test_a_group_shares_words_and_its_acts_differ() -> None:
    assert problems(group(FIRST, *OTHERS), ["agent", "tense"]) == []


@pytest.mark.parametrize(
    ("records", "edits", "message"),
    [
        (group(FIRST), None, "group `g1` has 1 passage"),
        (group(FIRST, *OTHERS), ["agent"], "group `g1` has 3 passages and 1 edits in edits.json"),
        (group(FIRST, OTHERS[0], "Snow fell on Tamrin."), None, "group `g1` has a passage 2 that shares 0% of its words with the first"),
        (group(FIRST, *OTHERS, acts=3), None, "group `g1` has the same acts in all passages"),
        (group(FIRST, *OTHERS, acts=0), None, "group `g1` has the same acts in all passages"),
    ],
)
def test_what_is_no_contrast_group_is_a_line(records: tuple[Record, ...], edits: list[str] | None, message: str) -> None:
    assert problems(records, edits) == [message]


def test_no_test_group_has_the_words_of_a_training_group() -> None:
    train_only = Corpus({}, {}, {}, {}, contrast={"groups-train": group(FIRST, *OTHERS)})
    assert list(contrast_leak(train_only, LABELS)) == []
    both = msgspec.structs.replace(train_only, contrast=train_only.contrast | {"groups": group(FIRST)})
    assert [problem.place.file for problem in contrast_leak(both, LABELS)] == ["contrast/groups.jsonl"]


def test_groups_of_train_are_learned_from_and_others_never(project: Project) -> None:
    folder = project.corpus / "contrast"
    for path in folder.glob("*.jsonl"):
        path.unlink()
    for name, records in (
        ("groups-train", group(FIRST, *OTHERS)),
        ("groups", group(*(text.replace("river", "strait") for text in OTHERS))),
    ):
        (folder / f"{name}.jsonl").write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    data = train.data_of(projects.load(project))
    texts = [{record.text for record in part if record.meta.doc == "g1"} for part in (data.train, data.validation, data.test)]
    assert texts == [{FIRST, *OTHERS}, set(), set()]


def probing(folder: Path) -> Project:
    """A project with one group of three passages, in a folder."""
    project = small(folder)
    (project.corpus / "contrast").mkdir()
    (project.corpus / "contrast/groups.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in group(FIRST, *OTHERS)))
    (project.corpus / "contrast/edits.json").write_text('{"g1": ["agent", "tense"]}')
    return project


def test_a_detector_is_probed_by_kind_of_edit(tmp_path: Path) -> None:
    corpus = redline.load(probing(tmp_path).root)
    passages = redline.probe(corpus, lambda texts: ["will" in text for text in texts])
    assert [(one.edit, one.gold, one.guess) for one in passages] == [
        ("original", "THREAT", "THREAT"), ("agent", "NONE", "THREAT"), ("tense", "NONE", "NONE"),
    ]  # fmt: skip
    rows = [(row.edit, row.passages, row.right, row.groups, row.whole) for row in contrasts.table(passages)]
    assert rows == [("all", 3, 2, 1, 0), ("original", 1, 1, 1, 0), ("agent", 1, 0, 1, 0), ("tense", 1, 1, 1, 0)]
    assert contrasts.table(redline.probe(corpus, lambda _: ["THREAT", "NONE", False]))[0].whole == 1


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([True], "the detector gave 1 answers for 3 texts; needed: one for each"),
        (["THREAT", "war", "NONE"], "the detector gave the class `war`; needed: THREAT, NONE, true or false, or a probability from 0 to 1"),
        (["THREAT", "0.9", "NONE"], "the detector gave the class `0.9`; needed: THREAT"),
        ([0.1, float("nan"), 0.2], "the detector gave the answer `nan`; needed: THREAT"),
        ([0.1, 1.1, 0.2], "the detector gave the answer `1.1`; needed: THREAT"),
        ([0, 2, -1], "the detector gave the answer `2`; needed: THREAT"),
        ([None, 0, 1], "the detector gave the answer `None`; needed: THREAT"),
        (np.zeros((3, 2)), r"the detector gave the answer `\[0. 0.\]`; needed: THREAT"),
        (None, "the detector gave a value of the type NoneType; needed: a list with one answer for each text"),
        ("yes", "the detector gave a value of the type str; needed: a list"),
    ],
)
def test_answers_that_cannot_be_used_are_refused(answers: list[object], message: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match=message) as raised:
        redline.probe(probing(tmp_path).root, lambda _: answers)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    "answers", [[0.5, 0.49, 0.0], np.array([0.5, 0.49, 0.0], np.float32), [True, False, False], np.array([1, 0, 0]) > 0, [1, 0, 0]]
)
def test_a_probability_is_the_first_class_from_one_half_on(answers: Sequence[object], tmp_path: Path) -> None:
    passages = redline.probe(probing(tmp_path).root, lambda _: answers)
    assert [one.guess for one in passages] == ["THREAT", "NONE", "NONE"]


def test_predictions_of_others_are_probed_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(probing(tmp_path).root)
    assert main(["probe", "--texts", "texts.jsonl"]) == 0
    texts = [json.loads(line)["text"] for line in Path("texts.jsonl").read_text(encoding="utf-8").splitlines()]
    Path("scores.jsonl").write_text("".join(json.dumps({"text": text, "score": 0.9}) + "\n" for text in texts))
    for name in ("texts.jsonl", "scores.jsonl"):
        assert main(["probe", name]) == 2
        problem = f"redline: {name}: has no answer about any text; needed: spans, or a `cats` with THREAT from 0 to 1\n"
        assert capsys.readouterr().err.endswith(problem)
    assert texts == [FIRST, *OTHERS]
    classes = [{"text": text, "cats": {"THREAT": float("your" in text)}} for text in reversed(texts)]
    Path("classes.jsonl").write_text("".join(json.dumps(value) + "\n" for value in classes))
    spans = [{"text": text, "spans": [{"start": 0, "end": 7, "label": "THREAT"}] if "your" in text else []} for text in texts]
    Path("spans.jsonl").write_text("".join(json.dumps(value) + "\n" for value in spans))
    capsys.readouterr()
    outputs = []
    for name in ("classes.jsonl", "spans.jsonl"):
        assert main(["probe", name]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    needed = "needed: a `cats` of each text with THREAT from 0 to 1\n"
    for changed, problem in (
        ([{**classes[0], "cats": {"threat": 0.9}}, *classes[1:]], "has the class `threat`"),
        ([{"text": classes[0]["text"]}, *classes[1:]], "has no `cats` of 1 of 3 texts"),
    ):
        Path("classes.jsonl").write_text("".join(json.dumps(value) + "\n" for value in changed))
        assert main(["probe", "classes.jsonl"]) == 2
        assert capsys.readouterr().err == f"redline: classes.jsonl: {problem}; {needed}"
    assert outputs[0].splitlines()[0] == "Threat sentences: 0 of 1 groups whole, 2 of 3 passages right"
    assert outputs[0].splitlines()[-1] == f"g1 tense: THREAT for NONE: {OTHERS[1]}"
    assert main(["probe", "spans.jsonl", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(SHAPES["probe"])
    Path("spans.jsonl").write_text(json.dumps(spans[0]) + "\n")
    assert main(["probe", "spans.jsonl"]) == 2
    assert "spans.jsonl: omits 2 of 3 texts" in capsys.readouterr().err
