"""The classifier on top of a frozen encoder; a stand-in gives the vectors, since no encoder is part of the set-up."""

import builtins
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import record, span
from redline.cli import main
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.predictions import entries
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact, encoder
from redline.learn.baseline import KINDS, Setup
from redline.model import homes, referenced, train, training
from redline.model.label import Labeller
from redline.project import Project

SETTINGS: dict[str, Any] = {
    "encoder": "near",
    "scale": 2.0,
    "C": [10.0],
    "words": [1, 1],
    "characters": [2, 2],
    "min_df": 2,
    "features": 30,
}
THREATS = ["We will strike", "They shall burn", "I shall act", "You will pay"]
QUIET = ["It rained", "The harvest is good", "Nobody came", "Bread is cheap"]


class Near:
    """An encoder for which texts with a modal verb are alike."""

    turn = 1.0

    def encode(self, texts: list[str], **_: Any) -> Any:
        return np.array([[self.turn, 0.0] if {"will", "shall", "must"} & set(text.split()) else [0.0, self.turn] for text in texts])


@pytest.fixture(autouse=True)
def _near(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder.KEPT.clear()
    monkeypatch.setattr(encoder, "_loaded", lambda name: Near())


def lesson(doc: str, end: str = "") -> list[Record]:
    return [
        record(
            f"{text} {doc}{end}.",
            (span("threat", "THREAT", f"{text} {doc}{end}.", text, form="reported"),) if text in THREATS else (),
            doc=f"{doc}{index}",
        )
        for index, text in enumerate((*THREATS, *QUIET))
    ]


def made(taxonomy: Taxonomy, home: Path) -> Path:
    data = training.Data(lesson("a"), lesson("b"), lesson("c"))
    train.one("encoder", taxonomy.task("threat_sentence"), train.Configuration("encoder", [], SETTINGS), data, taxonomy, home)
    return home / "encoder" / "threat_sentence"


def test_a_text_is_classified_by_its_vector_where_no_word_of_it_was_learned(taxonomy: Taxonomy, tmp_path: Path) -> None:
    model, about = artefact.load(made(taxonomy, tmp_path), taxonomy)
    task = taxonomy.task("threat_sentence")
    labels = [entry.label for text in ("Zzz must qqq", "Zzz xxx qqq") for entry in entries(model.predict([record(text)])[0], task) or []]
    assert labels == ["THREAT", "NONE"]
    assert set(about.files) == {"encoder.json", "features.json", "numbers.npz"}
    assert set(about.origin.libraries) >= {"sentence-transformers", "torch"}


def test_the_vectors_of_training_are_kept_for_the_next_task_and_the_speed_is_that_of_new_texts(
    taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(encoder, "_loaded", lambda name: counting(asked))
    made(taxonomy, tmp_path)
    first = Counter(asked)
    made(taxonomy, tmp_path)
    again = Counter(asked) - first
    # The texts of train and validation are encoded once, those of test once more for the speed of the second model.
    assert {first[one.text] for part in ("a", "b") for one in lesson(part)} == {1}
    assert set(again) == {one.text for one in lesson("c")}
    assert set(again.values()) == {1}


def counting(asked: list[str]) -> Near:
    """The encoder, which adds the texts that it is given to `asked`."""

    class Counting(Near):
        def encode(self, texts: list[str], **options: Any) -> Any:
            asked.extend(texts)
            return super().encode(texts, **options)

    return Counting()


def test_a_text_without_an_example_of_the_task_has_no_class(taxonomy: Taxonomy, tmp_path: Path) -> None:
    data = training.Data(*(lesson(doc, ", they warn") for doc in "abc"))
    train.one("encoder", taxonomy.task("hard_negatives"), train.Configuration("encoder", [], SETTINGS), data, taxonomy, tmp_path)
    model, _ = artefact.load(tmp_path / "encoder" / "hard_negatives", taxonomy)
    (labelled,) = model.predict([record("Zzz qqq.")])
    assert not entries(labelled, taxonomy.task("hard_negatives"))


def test_another_encoder_under_the_same_name_is_refused(taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(taxonomy, tmp_path)
    encoder.KEPT.clear()
    monkeypatch.setattr(Near, "turn", -1.0)
    with pytest.raises(RedlineError, match="does not give the same vectors as in training"):
        artefact.load(folder, taxonomy)


def test_weights_with_another_hash_than_that_of_the_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    encoder.check(str(tmp_path), abc)
    encoder.check("on no disk", None)
    with pytest.raises(RedlineError, match=f"have the SHA-256 {abc}; needed: 00, or another value"):
        encoder.check(str(tmp_path), "00")


def test_training_checks_the_weights_first(taxonomy: Taxonomy, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    settings = SETTINGS | {"encoder": str(tmp_path), "sha256": "00"}
    with pytest.raises(RedlineError, match="needed: 00"):
        encoder.Encoder(Setup(taxonomy.task("threat_sentence"), taxonomy, settings, 1)).fit([], [], lambda *_: 0.0)


def test_an_encoder_is_downloaded_on_request_only(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names: list[str] = []
    monkeypatch.setattr(encoder, "download", names.append)
    monkeypatch.setattr(encoder, "check", lambda *_: pytest.fail("trained"))
    monkeypatch.chdir(project.root)
    assert main(["train", "--download", "--model", "cues"]) == 2
    assert "--download is for a model with an encoder; needed: --model encoder" in capsys.readouterr().err
    assert names == []
    assert main(["train", "--download", "--model", "encoder", "--task", "no"]) == 2
    assert names == ["sentence-transformers/all-mpnet-base-v2"]


def test_the_classifier_of_an_encoder_is_shipped_and_used_by_its_name_alone(
    small_project: Project, taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = referenced.home(small_project)
    made(taxonomy, home)
    linear = train.Configuration("linear", [], {name: SETTINGS[name] for name in ("C", "words", "characters", "min_df")})
    train.one("linear", taxonomy.task("threat_sentence"), linear, training.Data(lesson("a"), lesson("b"), lesson("c")), taxonomy, home)
    shipped = homes.ship(small_project, taxonomy, tmp_path / "weights")
    assert [one.made.model for one in shipped] == ["encoder", "linear"]
    used = [[type(model).__name__ for _, model in Labeller(taxonomy, tmp_path / "weights", name).models] for name in (None, "encoder")]
    assert used == [["Linear"], ["Encoder"]]
    names: list[str] = []
    monkeypatch.setattr(encoder, "download", names.append)
    (tmp_path / "a.txt").write_text("We will strike.")
    labelled = ["label", str(tmp_path / "a.txt"), "--models", str(tmp_path / "weights"), "--download"]
    assert main([*labelled, "--model", "encoder"]) == 0
    assert names == ["near"]
    assert main([*labelled, "--model", "linear"]) == 2
    assert names == ["near"]


def test_a_failed_download_ends_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RedlineError, match=r"encoder `///` cannot be downloaded \(.*\); needed: a name of the hub, or a folder"):
        encoder.download("///")


def test_a_text_is_encoded_once_and_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(encoder, "_loaded", lambda name: counting(asked))
    monkeypatch.setattr(encoder, "MOST", 3)
    assert encoder.encoded("e", ["a", "will", "a"]).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert encoder.encoded("e", ["will", "b"]).tolist() == [[1, 0], [0, 1]]
    assert encoder.encoded("e", ["c", "will", "shall", "b"]).tolist() == [[0, 1], [1, 0], [1, 0], [0, 1]]
    assert asked == ["a", "will", "b", "c", "shall"]


def test_it_is_trained_by_its_name_alone(taxonomy: Taxonomy) -> None:
    configured = {
        "encoder": train.Configuration("encoder", ["threat_sentence"], SETTINGS),
        "cues": train.Configuration("cues", ["threat_sentence"], {}),
    }
    names = {
        model: [name for name, _ in train.wanted(configured, taxonomy, model=model, task=None, shape=None)] for model in (None, "encoder")
    }
    assert names == {None: ["cues"], "encoder": ["encoder"]}
    assert [name for name, kind in KINDS.items() if kind.optional] == ["encoder"]


def test_label_uses_it_where_it_is_named(taxonomy: Taxonomy, tmp_path: Path) -> None:
    made(taxonomy, tmp_path)
    task = taxonomy.task("threat_sentence")
    train.one("cues", task, train.Configuration("cues", [], {}), training.Data(lesson("a"), lesson("b"), lesson("c")), taxonomy, tmp_path)
    kinds = {name: [type(model).__name__ for _, model in Labeller(taxonomy, tmp_path, name).models] for name in (None, "encoder")}
    assert kinds == {None: ["Cues"], "encoder": ["Encoder"]}


def test_without_its_extra_the_command_that_installs_it_is_printed(monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> None:
    monkeypatch.undo()
    real = builtins.__import__

    def imported(name: str, *rest: Any) -> Any:
        if name == "sentence_transformers":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", imported)
    model = encoder.Encoder(Setup(taxonomy.task("threat_sentence"), taxonomy, SETTINGS, 1))
    with pytest.raises(RedlineError, match=r"pip install 'redline\[encoder\]'"):
        model._vectors(["a"])
