"""Every model keeps one protocol: it learns, is saved without pickle, comes back the same, and refuses a tampered file."""

import json
import pickletools
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redline
from conftest import NASTY, ROOT, record, span
from redline import project as projects
from redline.core import taxonomy as taxonomies
from redline.core.corpus import records
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.predictions import entries
from redline.core.taxonomy import Taxonomy
from redline.core.tokens import words
from redline.learn import artefact, linear, texts, tfidf
from redline.learn.baseline import KINDS, Setup, make
from redline.learn.crf_features import features
from redline.learn.ngrams import Ngrams
from redline.learn.tfidf import together
from redline.model import own, train, training

SMALL = {"width": 16, "depth": 1, "rows": 200, "epochs": 2, "look_every": 1, "batch": 4, "dropout": 0.1}
LINEAR = {"C": [3.0], "words": [1, 2], "characters": [2, 5], "min_df": 1}
MADE = [
    ("majority", "act_type", {}),
    ("cues", "threat_sentence", {}),
    ("gazetteer", "ner", {}),
    ("linear", "threat_sentence", {"C": [1.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}),
    ("linear", "stance_pair", {"C": [1.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}),
    ("crf", "stance_spans", {"penalties": [[0.0, 0.1]], "iterations": 20}),
    ("spacy_ner", "ner", SMALL),
]


@pytest.fixture(scope="module")
def data() -> training.Data:
    corpus = projects.load(projects.find(ROOT))
    held = {name: records(corpus.split(name)) for name in ("train", "validation", "test")}
    return training.Data(held["train"][:40], held["validation"][:15], held["test"][:15])


def fitted(kind: str, task: str, settings: dict[str, Any], data: training.Data, taxonomy: Taxonomy) -> tuple[Any, Setup]:
    setup = Setup(taxonomy.task(task), taxonomy, settings, 1)
    return training.fitted(kind, setup, data), setup


def saved(model: Any, kind: str, setup: Setup, folder: Path) -> None:
    artefact.save(model, kind, kind, setup, artefact.Origin("", "", "", {}), folder)


@pytest.mark.parametrize(("kind", "task", "settings"), MADE, ids=lambda value: value if isinstance(value, str) else "")
def test_a_model_comes_back_the_same_and_twice_the_same(
    kind: str, task: str, settings: dict[str, Any], data: training.Data, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    model, setup = fitted(kind, task, settings, data, taxonomy)
    saved(model, kind, setup, tmp_path / "m")
    loaded, about = artefact.load(tmp_path / "m", taxonomy)
    again, _ = fitted(kind, task, settings, data, taxonomy)
    predictions = [msgspec.json.encode(made.predict(data.test)) for made in (model, loaded, again)]
    assert predictions[0] == predictions[1] == predictions[2]
    assert (about.kind, about.task) == (kind, task)


@pytest.mark.parametrize(("kind", "task", "settings"), MADE, ids=lambda value: value if isinstance(value, str) else "")
def test_no_file_of_a_model_is_a_pickle_and_a_tampered_one_is_refused(
    kind: str, task: str, settings: dict[str, Any], data: training.Data, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    model, setup = fitted(kind, task, settings, data, taxonomy)
    saved(model, kind, setup, tmp_path / "m")
    for path in artefact.files(tmp_path / "m"):
        assert not is_pickle(path), path
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if whole else b"x")
        with pytest.raises(RedlineError, match="differs from the saved file"):
            artefact.load(tmp_path / "m", taxonomy)
        path.write_bytes(whole)


def is_pickle(path: Path) -> bool:
    """Whether the file, or a member of it, is a pickle of protocol 2 or later."""
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    return any(part[:1] == b"\x80" and part[1:2] in b"\x02\x03\x04\x05" and _opcodes(part) for part in parts)


def _opcodes(part: bytes) -> bool:
    try:
        return any(opcode.name == "STOP" for opcode, _, _ in pickletools.genops(part))
    except Exception:
        return False


def pickled(path: Path) -> None:
    import numpy as np

    np.savez(path, numbers=np.array([subprocess.Popen], dtype=object))


def cut_short(path: Path) -> None:
    import numpy as np

    np.savez(path, numbers=np.load(path)["numbers"][:, :-1])


@pytest.mark.parametrize(("change", "says"), [(pickled, "cannot be loaded"), (cut_short, "a column for each n-gram")])
def test_numbers_that_are_a_pickle_or_too_few_are_refused_in_one_line(
    change: Any, says: str, data: training.Data, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    model, setup = fitted(*MADE[3], data, taxonomy)
    saved(model, "linear", setup, tmp_path / "m")
    change(tmp_path / "m" / tfidf.NUMBERS)
    resign(tmp_path / "m")
    with pytest.raises(RedlineError) as error:
        artefact.load(tmp_path / "m", taxonomy)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("most", "judged_on"), [(10, "train"), (9, "validation")])
def test_c_of_a_text_model_comes_from_cross_validation_or_from_validation_with_more_texts(
    most: int, judged_on: str, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(texts, "CROSSED", most)
    asked: list[tuple[set[str], float]] = []

    def judge(gold: Sequence[Record], guessed: Sequence[Record]) -> float:
        assert [one.text for one in gold] == [one.text for one in guessed]
        asked.append(({one.text for one in gold}, max(one.cats["RISK"] for one in guessed)))
        return 1.0 if len(asked) == 2 else 0.5

    many = {}
    for name, numbers in (("train", range(10)), ("validation", range(10, 12))):
        rows = [{"text": f"{('We will strike', 'It rained in')[n % 2]} Orla{n}.", "cats": {"RISK": 1 - n % 2}} for n in numbers]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        many[name] = redline.read(tmp_path / f"{name}.jsonl").accepted
    task = own.tasks(training.Data(many["train"], [], []))[own.CLASSES]
    setup = Setup(task, taxonomy, {"C": [0.001, 100.0, 1.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}, 1)
    model = texts.TextLinear(setup)
    model.fit(many["train"], many["validation"], judge)
    if judged_on == "train":
        for rest, left_out in model._folds(many["train"]):
            assert len(rest) == 8
            assert {one.text for one in rest}.isdisjoint(one.text for one in left_out)
    # Three values of C, each judged once on all texts of the split; the second is the best, and its guesses are the surest.
    assert [words for words, _ in asked] == [{one.text for one in many[judged_on]}] * 3
    assert asked[0][1] < asked[2][1] < asked[1][1]
    assert max(one.cats["RISK"] for one in model.predict(many["train"])) > 0.9


CANDIDATES = [linear.Candidate(3.0)]


def lessons(classes: Sequence[str]) -> list[linear.Lesson]:
    return [linear.Lesson(text, name) for text, name in zip(TEXTS, classes, strict=True)]


TEXTS = ["We will strike Orla, they said.", "The harvest was good; it rained.", "Orla will not strike. A b c", NASTY]


@settings(max_examples=60)
@given(st.lists(st.one_of(st.text(), st.sampled_from([*TEXTS, "", " ", "a", "\r\n", "İı ß", "👨‍👩‍👧 שלום"])), min_size=1, max_size=4))
@pytest.mark.parametrize("classes", [["a", "b", "a", "b"], ["a", "b", "c", "a"]])
def test_probabilities_are_those_of_scikit_learn(classes: list[str], texts: list[str]) -> None:
    weights, pipeline = learned(tuple(classes))
    assert weights.probabilities(texts) == pytest.approx(pipeline.predict_proba(texts), abs=1e-6)


def test_the_most_telling_n_grams_are_kept_and_the_model_is_that_of_scikit_learn_on_them() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    scheme = taxonomies.load(ROOT / "schemas")
    setup = Setup(scheme.task("act_type"), scheme, LINEAR | {"features": 150}, 1)
    classes = ["a", "b", "a", "b"]
    (weights,) = linear.fitted(lessons(classes), setup, CANDIDATES)
    kept = weights.features
    assert len(kept.words) + len(kept.characters) == 150
    (whole,) = linear.fitted(lessons(classes), Setup(scheme.task("act_type"), scheme, LINEAR, 1), CANDIDATES)
    several = zip(
        (kept.words, kept.characters), (whole.features.words, whole.features.characters), (0, len(whole.features.words)), strict=True
    )
    places = [first + every.index(name) for names, every, first in several for name in names]
    strengths = abs(whole.numbers[1, :-1])
    assert min(strengths[places]) >= sorted(strengths)[-150] - 1e-9
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", sublinear_tf=True, vocabulary=kept.words)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, vocabulary=kept.characters)
    pipeline = make_pipeline(make_union(words, characters), LogisticRegression(C=3.0, max_iter=1000, random_state=1))
    theirs = pipeline.fit(TEXTS, classes).predict_proba([*TEXTS, "They will strike."])
    assert weights.probabilities([*TEXTS, "They will strike."]) == pytest.approx(theirs, abs=1e-6)


def test_n_grams_are_counted_text_by_text_and_once_for_all_models() -> None:
    ngrams = Ngrams((1, 2), (2, 3), ["a b", "b", "c"], [" b", "bb", "bb "])
    of_words, of_characters = ngrams.counted(("b a b B", "", "x", "bbb c"))
    # Text 0 has a b once and b three times, text 3 has c once; in text 0 the characters `␣b` come three times, in text 3 `␣b` and `bb␣`
    # come once and `bb` twice.
    assert [each.tolist() for each in (of_words.texts, of_words.starts)] == [[0, 3], [0, 2]]
    assert [each.tolist() for each in (of_words.grams, of_words.times)] == [[0, 1, 2], [1, 3, 1]]
    assert [each.tolist() for each in (of_characters.texts, of_characters.starts)] == [[0, 3], [0, 1]]
    assert [each.tolist() for each in (of_characters.grams, of_characters.times)] == [[3, 3, 4, 5], [3, 1, 2, 1]]


def test_models_that_count_together_give_the_same_probabilities() -> None:
    scheme = taxonomies.load(ROOT / "schemas")
    setups = [Setup(scheme.task("act_type"), scheme, LINEAR | {"features": most}, 1) for most in (150, 60)]
    models = [next(linear.fitted(lessons(["a", "b", "c", "a"]), setup, CANDIDATES)) for setup in setups]
    texts = [*TEXTS, "", "They will strike."]
    alone = [model.probabilities(texts) for model in models]
    ngrams = together(models)
    assert len(ngrams) < 210
    assert [model.probabilities(texts) for model in models] == [pytest.approx(each, abs=1e-12) for each in alone]


@cache
def learned(classes: tuple[str, ...]) -> tuple[Any, Any]:
    """Our weights, and scikit-learn's own pipeline, of the same texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    scheme = taxonomies.load(ROOT / "schemas")
    (weights,) = linear.fitted(lessons(classes), Setup(scheme.task("act_type"), scheme, LINEAR, 1), CANDIDATES)
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, characters), LogisticRegression(C=3.0, max_iter=1000, random_state=1))
    return weights, pipeline.fit(TEXTS, list(classes))


def resign(folder: Path) -> None:
    """Puts the present hashes of a model's files into its artefact.json, as an attacker would."""
    about = json.loads((folder / artefact.NAME).read_text())
    about["files"] = {str(p.relative_to(folder)): artefact.sha256(p.read_bytes()) for p in artefact.files(folder)}
    (folder / artefact.NAME).write_text(json.dumps(about))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda folder: (folder / artefact.NAME).write_text("{"), "is not an artefact"),
        (lambda folder: (folder / artefact.NAME).unlink(), "cannot be read"),
        (lambda folder: (folder / "more.py").write_text("print(1)"), "more.py: differs from the saved file"),
        (lambda folder: next(iter(artefact.files(folder))).unlink(), "differs from the saved file"),
    ],
)
def test_a_damaged_artefact_is_refused(change: Any, says: str, data: training.Data, taxonomy: Taxonomy, tmp_path: Path) -> None:
    model, setup = fitted(*MADE[0], data, taxonomy)
    saved(model, "majority", setup, tmp_path / "m")
    change(tmp_path / "m")
    with pytest.raises(RedlineError, match=says):
        artefact.load(tmp_path / "m", taxonomy)


def test_an_unknown_kind_names_those_there_are(taxonomy: Taxonomy) -> None:
    with pytest.raises(RedlineError, match="unknown kind of model `bert`; there are majority"):
        make("bert", Setup(taxonomy.task("ner"), taxonomy, {}, 1))
    # Models of texts learn from other records, encoders need an extra; other files have their tests.
    assert {kind for kind, _, _ in MADE} == {kind for kind in KINDS if not kind.startswith(("text_", "link_", "encoder"))}


def test_the_gazetteer_takes_the_longest_name_and_whole_words(taxonomy: Taxonomy) -> None:
    text = "New Orla, Orla and Orlaville"
    held = record(text, (span("entities", "FAC", text, "New Orla", "a"), span("entities", "GPE", text, " Orla"[1:], "b")))
    seen = "Orla, New Orla"
    model, _ = _floor("gazetteer", "ner", [held], taxonomy)
    (found,) = model.predict([record(seen)])
    assert [(s.text, s.label) for s in found.spans] == [("Orla", "GPE"), ("New Orla", "FAC")]
    (found,) = model.predict([record("Orlaville")])
    assert found.spans == ()


def test_the_cue_list_fires_on_cues_and_nothing_else(taxonomy: Taxonomy) -> None:
    model, _ = _floor("cues", "threat_sentence", [], taxonomy)
    (labelled,) = model.predict([record("They will regret it. We will shell the port.")])
    assert [entry.label for entry in entries(labelled, taxonomy.task("threat_sentence")) or []] == ["THREAT", "NONE"]


def _floor(kind: str, task: str, held: list[Record], taxonomy: Taxonomy) -> tuple[Any, Setup]:
    setup = Setup(taxonomy.task(task), taxonomy, {}, 1)
    model = make(kind, setup)
    model.fit(held, [], lambda *_: 0.0)
    return model, setup


def test_the_crf_sees_neighbours_shape_and_quotation() -> None:
    text = "“Go,” said Orla-7."
    rows = features(words(text), text, {})
    assert "quoted=True" in rows[1]
    assert "quoted=False" in rows[4]
    assert "-1:w=said" in rows[5]
    assert any(item.startswith("0:s=Xx") for item in rows[5])


def test_training_on_one_class_is_refused_in_one_line(taxonomy: Taxonomy, tmp_path: Path) -> None:
    held = [record("Nothing happened here. Nothing at all.")] * 3
    configuration = train.Configuration("linear", ["threat_sentence"], {"C": [1.0], "words": [1, 1], "characters": [2, 3], "min_df": 1})
    with pytest.raises(RedlineError, match="cannot be trained: the number of classes of threat_sentence in the training records is 1"):
        train.one("linear", taxonomy.task("threat_sentence"), configuration, training.Data(held, held, held), taxonomy, tmp_path)


def test_a_model_interrupted_while_it_is_saved_leaves_the_old_one(data: training.Data, taxonomy: Taxonomy, tmp_path: Path) -> None:
    model, setup = fitted(*MADE[0], data, taxonomy)
    saved(model, "majority", setup, tmp_path / "m")
    code = (
        "import os, sys; from pathlib import Path; from redline.learn import artefact, trivial; from redline.core import taxonomy as t;"
        "from redline.learn.baseline import Setup; x = t.load();"
        "trivial.Majority.save = lambda self, folder: ((folder / 'floor.json').write_text('{'), os._exit(9));"
        "s = Setup(x.task('act_type'), x, {}, 1);"
        "artefact.save(trivial.Majority(s), 'majority', 'majority', s, artefact.Origin('', '', '', {}), Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "m")], check=False)
    assert done.returncode == 9
    artefact.load(tmp_path / "m", taxonomy)


def test_a_model_that_cannot_take_its_place_leaves_the_old_one(
    data: training.Data, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, setup = fitted(*MADE[0], data, taxonomy)
    saved(model, "majority", setup, tmp_path / "m")
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if target == tmp_path / "m" and not target.exists() and ".old." not in path.name:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(RedlineError, match="m: cannot be written \\(no space left on device\\)"):
        saved(model, "majority", setup, tmp_path / "m")
    monkeypatch.undo()
    artefact.load(tmp_path / "m", taxonomy)
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
