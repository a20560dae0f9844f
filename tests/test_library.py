"""`import redline`: every name is documented and does what its page says, also from the wheel and outside of the repository."""

import doctest
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import spacy
from datasets import DatasetDict
from hypothesis import given
from hypothesis import strategies as st

import redline
from conftest import NASTY, ROOT, record, small, span
from redline import project as projects
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.publish import parquet
from redline.publish.features import features, hub

PAGE = ROOT / "docs" / "api.md"
FEW = {"airspace-council": "validation", "dam-wire": "test", "embargo-wire": "train", "envoys-ministry": "train"}
WITHHELD = "envoys-ministry"
FUNCTIONS = ("load", "read", "write", "validate", "score", "agree", "train", "label", "to_datasets", "to_docbin")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of four documents, of which one may not go out, and the contrast sets."""
    project = small(tmp_path_factory.mktemp("small"), FEW)
    shutil.copytree(ROOT / "corpus" / "contrast", project.corpus / "contrast")
    seed = project.seeds / f"{WITHHELD}.json"
    seed.write_text(seed.read_text(encoding="utf-8").replace('"rights": "open"', '"rights": "restricted"'), encoding="utf-8")
    return project.root


def test_every_example_of_the_page_runs_as_printed_in_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (projects.NAME, "corpus", "docs", "models", "schemas", "seeds"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    done = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8", optionflags=doctest.REPORT_ONLY_FIRST_FAILURE)
    assert done.failed == 0
    assert done.attempted > 20


GOLD = ROOT / "corpus" / "gold" / "dam-wire.jsonl"
TYPES = {"None": None, "int": 3, "str": "x", "list": [{"text": "x"}], "dict": {"text": "x"}, "bytes": b"x", "empty": []}
RECORDS = ("None", "int", "list", "dict", "bytes")
"""What is neither records nor a path."""
PATHS = (*RECORDS, "empty")
CALLS: dict[str, tuple[Callable[[Any], object], Sequence[str]]] = {
    "load": (redline.load, PATHS),
    "read": (redline.read, PATHS),
    "read layer": (lambda value: redline.read(GOLD, layer=value), ("int", "list", "dict", "bytes", "empty")),
    "write": (lambda value: redline.write(value, "none/x.jsonl"), (*RECORDS, "empty")),
    "write path": (lambda value: redline.write(GOLD, value), PATHS),
    "validate": (redline.validate, RECORDS),
    "validate select": (lambda value: redline.validate(GOLD, select=value), PATHS),
    "score gold": (lambda value: redline.score(value, GOLD), RECORDS),
    "score pred": (lambda value: redline.score(GOLD, value), RECORDS),
    "score seed": (lambda value: redline.score(GOLD, GOLD, seed=value), ("None", "str", "list", "dict", "bytes", "empty")),
    "agree": (redline.agree, PATHS),
    "agree raters": (lambda value: redline.agree(ROOT, raters=value), ("int", "str", "list", "dict", "bytes")),
    "probe": (lambda value: redline.probe(value, bool), PATHS),
    "probe detector": (lambda value: redline.probe(ROOT, value), (*PATHS, "str")),
    "train": (redline.train, (*RECORDS, "empty")),
    "label": (redline.label, PATHS),
    "to_datasets": (redline.to_datasets, PATHS),
    "to_docbin": (redline.to_docbin, RECORDS),
}


@pytest.mark.parametrize(("call", "kind"), [(name, kind) for name, (_, kinds) in CALLS.items() for kind in kinds])
def test_an_argument_of_a_wrong_type_is_a_line(call: str, kind: str) -> None:
    with pytest.raises(redline.RedlineError, match="; needed: ") as raised:
        CALLS[call][0](TYPES[kind])
    assert "\n" not in str(raised.value)


def test_the_first_item_that_is_no_record_and_a_negative_number_are_named() -> None:
    (good, *_) = redline.read(GOLD)
    with pytest.raises(redline.RedlineError, match=r"^records: item 1 is of the type dict; needed: redline.Record"):
        redline.write([good, {"text": "x"}], "x.jsonl")  # type: ignore[list-item]
    with pytest.raises(redline.RedlineError, match="^seed: is -1; needed: 0 or more$"):
        redline.score(GOLD, GOLD, seed=-1)


def test_functions_of_records_also_accept_a_path_and_a_generator(tmp_path: Path) -> None:
    assert redline.write(str(GOLD), tmp_path / "a.jsonl").whole
    assert redline.write((record for record in redline.read(GOLD)), tmp_path / "b.jsonl").whole
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes() == GOLD.read_bytes()
    assert len(redline.to_docbin(GOLD)) == len(redline.to_docbin(list(redline.read(GOLD)))) == 7


def test_every_name_is_documented_and_each_function_has_its_example() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in redline.__all__ if f"`{name}`" not in page and f"redline.{name}" not in page] == []
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert [name for name in FUNCTIONS if f"redline.{name}(" not in re.sub(r"(?m)^(?!>>>|\.\.\.).*", "", sections[name])] == []
    assert all(getattr(redline, name) is not None and name in dir(redline) for name in redline.__all__)


def test_importing_it_loads_nothing_heavy_and_no_name_is_made_up() -> None:
    code = "import redline, sys; print([n for n in ('msgspec', 'numpy', 'spacy', 'argparse', 'redline.core') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="module `redline` has no name `lable`"):
        redline.lable  # type: ignore[attr-defined]  # noqa: B018


def test_a_dataset_has_the_features_and_the_rows_of_the_release(here: Path, taxonomy: Taxonomy, tmp_path: Path) -> None:
    corpus = redline.load(here)
    for name, columns in features(taxonomy).items():
        found = redline.to_datasets(corpus, name)
        assert isinstance(found, DatasetDict)
        for split, rows in found.items():
            assert rows.features.to_dict() == {column: hub(kind) for column, kind in columns.items()}
            with parquet.Writer(tmp_path / name, split, columns) as writer:
                for row in rows:
                    writer.add(row)
            assert list(parquet.read(tmp_path / name, split)) == list(rows)
    sentences = redline.to_datasets(corpus, "sentences")
    assert {split: rows.num_rows for split, rows in sentences.items()} == {
        split: sum(len(one.sentences) for document in corpus.split(split) for one in document.records)
        for split in ("train", "validation", "test")
    }
    with pytest.raises(redline.RedlineError, match="unknown configuration `sentence`; there are documents, entities"):
        redline.to_datasets(corpus, "sentence")


def test_a_release_loads_as_the_project_that_it_was_built_from(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redline.publish import build, contents

    project = projects.find(here)
    corpus = redline.load(here)
    folder = build.build(contents.of_project(project, print, baselines=False), tmp_path)
    released = redline.load(folder)
    assert released.released
    opened = FEW.keys() - {WITHHELD}
    assert released.documents == {doc: corpus.documents[doc] for doc in opened}
    assert released.sources == {doc: corpus.sources[doc] for doc in opened}
    assert released.splits == {doc: FEW[doc] for doc in opened}
    assert released.contrast == corpus.contrast
    assert set(released.raters) == set(corpus.raters)
    shared = {rater: {doc: files[doc] for doc in opened} for rater, files in corpus.raters.items()}
    plain = [figure.plain() for figure in redline.agree(released, replicates=5)]
    assert plain == [figure.plain() for figure in redline.agree(msgspec.structs.replace(corpus, raters=shared), replicates=5)]
    assert redline.to_datasets(released, "threats")["test"].to_list() == redline.to_datasets(corpus, "threats")["test"].to_list()
    with pytest.raises(redline.RedlineError, match=r"contains no redline.toml and no manifest.json; needed: a project or a release"):
        redline.load(tmp_path)


@given(st.text(st.sampled_from(NASTY + "\r\n\t ab."), max_size=60))
def test_a_text_becomes_one_record_whose_sentences_stay_within_lines(text: str) -> None:
    from redline.model.label import record_of

    made = record_of(text, "text", "2.0")
    assert made.text == text
    assert all(text[start:end].strip() == text[start:end] != "" and "\n" not in text[start:end] for start, end in made.sentences)
    covered = "".join(text[start:end] for start, end in made.sentences)
    assert "".join(covered.split()) == "".join(text.split())


def test_a_docbin_has_every_layer_and_warns_of_what_cuts_a_token() -> None:
    text = f"Orla met Belmora. {NASTY}"
    whole = record(text, (span("entities", "GPE", text, "Orla", "e1"), span("threat", "THREAT", text, "met Belmora", "t1")))
    cut = record(text, (span("entities", "GPE", text, "rla", "e1"),), passage=1)
    with pytest.warns(UserWarning, match="to_docbin: 1 items were left out, the first is case, passage 1: GPE `e1`: its edges cut a token"):
        made = redline.to_docbin([whole, cut])
    first, second = made.get_docs(spacy.blank("en").vocab)
    assert [(one.text, one.label_, one.id_) for one in first.spans["threat"]] == [("met Belmora", "THREAT", "t1")]
    assert [one.text for one in first.ents] == ["Orla"]
    assert (first.text, second.user_data, list(second.ents)) == (
        text,
        {"doc": "case", "passage": 1, "layers": ("arguments", "entities", "stance", "threat")},
        [],
    )


def test_problems_of_records_are_those_of_their_file(tmp_path: Path) -> None:
    (good,) = redline.read(ROOT / "docs" / "example.jsonl")
    records = [good, msgspec.structs.replace(good, meta=msgspec.structs.replace(good.meta, passage=1))]
    redline.write(records, tmp_path / "a.jsonl")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours, files = redline.validate(records), redline.validate(tmp_path / "a.jsonl")
    assert [(one.line, one.code, one.start, one.end) for one in ours] == [(one.line, one.code, one.start, one.end) for one in files]
    assert {one.line for one in ours} == {1, 2}
    assert [one.code for one in redline.validate(records, select="RL102")] == ["RL102", "RL102"]


def test_a_reading_is_a_sequence_of_records(tmp_path: Path) -> None:
    reading = redline.read(ROOT / "corpus" / "gold" / "dam-wire.jsonl")
    assert isinstance(reading[0], Record)
    assert len(reading) == len(list(reading)) == len(reading.records)
    assert redline.score(reading, list(reading), replicates=5).row("exact_f1", layer="threat").score.value == 1.0
    with pytest.raises(redline.RedlineError, match="there is no such row of `f2`; the metrics are exact_f1"):
        redline.score(reading, reading, replicates=5).row("f2")


def tasks(place: str) -> list[Record]:
    """Four documents with a span on the place in each."""
    texts = [f"{place} fell on day {number}." for number in range(4)]
    return [record(text, (span("entities", "GPE", text, place, "e1"),), doc=f"d{number}") for number, text in enumerate(texts)]


def test_models_stay_usable_when_their_folder_was_a_scratch_one(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)
    trained = redline.train(tasks("Orla"), task="ner", model="crf")
    assert trained.folder is None
    assert trained.scores[0].split == "cross-validation"
    one = trained.label("Orla fell on day 2.")
    assert [(one.text, one.label) for one in one.spans] == [("Orla", "GPE")]
    assert trained.label([one, one]) == [one, one]
    with pytest.raises(redline.RedlineError, match="contains no trained model; needed: run make train first"):
        redline.label("Quessaba closed the road.", models=here / "models")


def test_label_uses_models_that_were_trained_anew(tmp_path: Path) -> None:
    for place in ("Orla", "Zeta"):
        redline.train(tasks(place), task="ner", model="gazetteer", out=tmp_path)
        found = redline.label("Orla met Zeta.", models=tmp_path)
        assert [one.text for one in found.spans] == [place]
