"""Contrast sets: which of them train, and what a group must be."""

import msgspec
import pytest

from conftest import ROOT
from redline import project as projects
from redline.core import taxonomy as taxonomies
from redline.core.corpus import Corpus
from redline.core.document import Meta, Record, Span
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
