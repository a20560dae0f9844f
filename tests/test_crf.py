"""A CRF labels many sentences at once from the numbers in its file: as CRFsuite does, and without trusting the file."""

import random
import struct
from pathlib import Path

import numpy as np
import pycrfsuite
import pytest

from conftest import NASTY, ROOT
from redline import project as projects
from redline.core.segmentation import passages, sentences
from redline.core.tokens import words
from redline.learn import crf_scores
from redline.learn.crf_features import features
from redline.learn.crf_file import HEADER, parameters
from redline.learn.crf_scores import Scores, divided
from redline.learn.viterbi import best
from redline.model import homes

SHIPPED = sorted((homes.SHIPPED / "crf").glob("*/model.crfsuite"))
Texts = list[tuple[str, list[tuple[int, int]]]]


@pytest.fixture(scope="module")
def texts() -> Texts:
    """The passages of gold, and some that nobody wrote."""
    corpus = projects.load(projects.find(ROOT))
    made = ["", " ", "| || a|b |", "“Go,” he said, “or” ” we “ will.", NASTY, "a " * 700]
    found = [(record.text, list(record.sentences)) for document in corpus.documents.values() for record in document.records]
    return found + [(text[start:end], list(sentences(text[start:end]))) for text in made for start, end in passages(text)]


def by_crfsuite(model: bytes, texts: Texts) -> list[list[str]]:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    found = [(words(text), text, bounds) for text, bounds in texts]
    return [tagger.tag(features(some[first:last], text)) for some, text, bounds in found for first, last in divided(some, bounds)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_labels_are_those_of_crfsuite(path: Path, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    model = path.read_bytes()
    due = by_crfsuite(model, texts)
    assert len({label for sentence in due for label in sentence}) > 2
    assert Scores(parameters(model)).best(crf_scores.sentences(texts)) == due
    # One passage after another, and no room to keep a word in.
    monkeypatch.setattr(crf_scores, "KNOWN", 40)
    scores = Scores(parameters(model))
    assert [labels for one in texts[-60:] for labels in scores.best(crf_scores.sentences([one]))] == by_crfsuite(model, texts[-60:])


def test_the_weights_are_those_of_the_file() -> None:
    # The tagger reads the bytes where they are.
    model, tagger = SHIPPED[0].read_bytes(), pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    theirs, ours = tagger.info(), parameters(model)
    place = {label: number for number, label in enumerate(ours.labels)}
    assert (ours.labels, set(ours.attributes)) == (tagger.labels(), set(theirs.attributes))
    for (name, label), weight in theirs.state_features.items():
        # CRFsuite prints six decimals.
        assert ours.states[ours.attributes[name], place[label]] == pytest.approx(weight, abs=1e-6)
    for (before, label), weight in theirs.transitions.items():
        assert ours.transitions[place[before], place[label]] == pytest.approx(weight, abs=1e-6)
    assert np.count_nonzero(ours.states) == len(theirs.state_features)


def test_the_best_labels_are_those_of_the_best_path() -> None:
    # A sentence of one token and one of three. Of the paths of the second, 0 0 0 has 2 + 1 + 0 and 1 1 1 has 0 + 0 + 1 for its
    # tokens and 1 + 1 for its steps, 3 each; every other path has 1. Of equals the first wins.
    states = np.array([[0.0, 5.0], [2.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    transitions = np.array([[0.0, -3.0], [0.0, 1.0]])
    assert best(states, np.array([1, 3]), transitions).tolist() == [1, 0, 0, 0]
    assert best(states, np.array([1, 3]), transitions + np.diag([0, 0.1])).tolist() == [1, 1, 1, 1]
    assert best(states[[1, 2, 3, 0]], np.array([3, 1]), transitions).tolist() == [0, 0, 0, 1]


def test_a_file_that_is_cut_or_changed_is_refused_or_read_but_never_trusted() -> None:
    whole = min((path.read_bytes() for path in SHIPPED), key=len)
    draw = random.Random(1)
    bad = [whole[: draw.randrange(len(whole))] for _ in range(30)]
    for _ in range(60):
        place = draw.choice([draw.randrange(HEADER.size), draw.randrange(len(whole))])
        bad.append(whole[:place] + struct.pack("<I", draw.choice([0, 7, 2**31, 2**32 - 1])) + whole[place + 4 :])
    refused = 0
    for data in (b"", b"lCRF", *bad):
        try:
            parameters(data)
        except (ValueError, struct.error):
            refused += 1
    assert refused > 40


def test_a_file_with_more_weights_than_memory_is_refused() -> None:
    # Many names that all have one place: a small file, and a table of 8 x 20,000 x 20,000 bytes.
    count, names = 20_000, HEADER.size
    table = (
        struct.pack("<4s5I", b"CQDB", 0, 0, 0, count, 24)
        + struct.pack(f"<{count}I", *[24 + 4 * count] * count)
        + struct.pack("<2I2s", 0, 2, b"a")
    )
    data = HEADER.pack(b"lCRF", 0, b"FOMC", 100, 0, 0, 0, 0, names, names, 0, 0) + table
    with pytest.raises(ValueError, match="more than"):
        parameters(data)
