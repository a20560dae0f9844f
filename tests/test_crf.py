"""A CRF labels many sentences at once from the numbers in its file: as CRFsuite does, and without trusting the file."""

import random
import struct
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pycrfsuite
import pytest

from conftest import NASTY, ROOT
from redline import project as projects
from redline.core.layer import Layer
from redline.core.segmentation import passages, sentences
from redline.core.taxonomy import Taxonomy
from redline.core.tokens import words
from redline.formats import jsonl
from redline.learn import clusters, crf_cues, crf_features, crf_scores
from redline.learn.baseline import Setup
from redline.learn.clusters import Clusters
from redline.learn.crf import Crf
from redline.learn.crf_features import features
from redline.learn.crf_file import HEADER, Parameters, parameters
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


def by_crfsuite(model: bytes, texts: Texts, known: Clusters, layer: Layer) -> list[list[str]]:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    found = [(words(text), text, bounds) for text, bounds in texts]
    inside = [(some[first:last], text) for some, text, bounds in found for first, last in divided(some, bounds)]
    rows = (zip(features(some, text, known), crf_cues.features(some, text, layer), strict=True) for some, text in inside)
    return [tagger.tag([[*row, *more] for row, more in several]) for several in rows]


def clusters_of(folder: Path) -> Clusters:
    path = folder / clusters.NAME
    return clusters.decoded(path.read_bytes()) if path.exists() else {}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_labels_are_those_of_crfsuite(path: Path, texts: Texts, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    model = path.read_bytes()
    known, layer = clusters_of(path.parent), taxonomy.layers[taxonomy.task(path.parent.name).layer]
    due, cues = by_crfsuite(model, texts, known, layer), [layer.cue_bounds(text) for text, _ in texts]
    assert len({label for sentence in due for label in sentence}) > 2
    assert Scores(parameters(model), known).best(crf_scores.sentences(texts), cues) == due
    # One passage after another, and no room to keep a word in.
    monkeypatch.setattr(crf_scores, "KNOWN", 40)
    scores = Scores(parameters(model), known)
    found = [
        labels for one, places in zip(texts[-60:], cues[-60:], strict=True) for labels in scores.best(crf_scores.sentences([one]), [places])
    ]
    assert found == by_crfsuite(model, texts[-60:], known, layer)


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


def test_words_with_the_same_neighbours_are_in_one_cluster() -> None:
    places, verbs = [f"Place{letter}" for letter in ascii_lowercase], [f"verb{letter}" for letter in ascii_lowercase]
    texts = [f"the {place} {verb} a {other} ." for place in places for verb, other in zip(verbs, reversed(places), strict=True)]
    found = clusters.learned(texts, 3)
    assert {found[place.lower()] for place in places} & {found[verb] for verb in verbs} == set()
    assert len({found[verb] for verb in verbs}) == 1
    assert clusters.learned(texts, 3) == found
    assert clusters.decoded(clusters.encoded(found)) == found
    assert "seldom" not in clusters.learned([*texts, "seldom seldom"], 3)
    assert clusters.learned(["Too few words."], 3) == {}


def test_a_token_has_the_clusters_of_its_neighbours_too() -> None:
    found = words("Orla fell")
    plain, rich = features(found, "Orla fell", {}), features(found, "Orla fell", {"orla": 7})
    assert [sorted(set(more) - set(less)) for less, more in zip(plain, rich, strict=True)] == [["0:c=7", "1:c=?"], ["-1:c=7", "0:c=?"]]
    assert crf_features.clustered("", {"orla": 7}) == crf_features.of_word("")


def test_cues_count_at_their_tokens_beside_them_and_in_their_sentence(taxonomy: Taxonomy) -> None:
    text = "They threatened Orla. Orla fell."
    layer, found = taxonomy.layers["threat"], words(text)
    assert crf_cues.features(found[:3], text, layer) == [
        ["cues=1", "0:cue=False", "1:cue=True"],
        ["cues=1", "-1:cue=False", "0:cue=True", "1:cue=False"],
        ["cues=1", "-1:cue=True", "0:cue=False"],
    ]
    assert crf_cues.features(found[4:5], text, layer) == [["cues=0", "0:cue=False"]]
    assert crf_cues.features(found[4:], text, taxonomy.layers["stance"]) == [[]] * 3


def test_the_weights_of_cues_are_added_at_their_tokens_beside_them_and_in_their_sentence() -> None:
    # One label; a token has 1 where a cue is, 10 where one follows, 100 where none is before, 1000 in a sentence with one cue.
    names = {"bias": 0, "0:cue=True": 1, "1:cue=True": 2, "-1:cue=False": 3, "cues=1": 4}
    scores = Scores(Parameters(["O"], names, np.array([[0.0], [1.0], [10.0], [100.0], [1000.0], [0.0]]), np.zeros((1, 1))), {})
    text = crf_scores.sentences([("They threatened Orla. Orla fell.", [(0, 21), (22, 32)])])
    found = scores._of_cues(text, [[(5, 15)]])
    assert np.ravel(found).tolist() == [1010.0, 1101.0, 1000.0, 1100.0, 0.0, 100.0, 100.0]
    plain = Scores(Parameters(["O"], {"bias": 0}, np.zeros((2, 1)), np.zeros((1, 1))), {})
    assert plain._of_cues(text, [[(5, 15)]]) == 0.0


@pytest.mark.parametrize(("task", "clustered"), [("ner", {"ner": 12}), ("threat_spans", {})])
def test_a_crf_labels_as_crfsuite_does_and_comes_back_as_it_was_saved(
    task: str, clustered: dict[str, int], taxonomy: Taxonomy, tmp_path: Path
) -> None:
    names = ("dam-wire", "dam-speech", "embargo-wire", "gas-wire")
    records = [record for name in names for record in jsonl.read_one(ROOT / "corpus" / "gold" / f"{name}.jsonl").records]
    settings = {"penalties": [[0.0, 0.01]], "iterations": 40, "clusters": clustered}
    model = Crf(Setup(taxonomy.task(task), taxonomy, settings, 1, texts=[one.text for one in records]))
    model.fit(records, records[:2], lambda *_: 0.0)
    assert bool(model.clusters) is bool(clustered)
    model.save(tmp_path)
    loaded = Crf(model.setup)
    loaded.load(tmp_path)
    labelled = loaded.predict(records)
    assert (loaded.clusters, labelled) == (model.clusters, model.predict(records))
    layer = model.setup.task.layer
    assert sum(len(record.layer(layer)) for record in labelled) > 5
    texts = [(record.text, list(record.sentences)) for record in records]
    cues = [model.layer.cue_bounds(text) for text, _ in texts]
    due = by_crfsuite(model.model, texts, model.clusters, model.layer)
    assert loaded.scores.best(crf_scores.sentences(texts), cues) == due
