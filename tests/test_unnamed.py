"""Texts of files that name no documents: each is a document of its own, also one that occurs again."""

import json
from pathlib import Path

import pytest

from conftest import ROOT, record
from redline import formats
from redline.cli import main
from redline.core.document import Document
from redline.core.taxonomy import load
from redline.formats.reading import Options
from redline.formats.unnamed import Names

OPTIONS = Options(load(ROOT / "schemas"))
TEXTS = ["(Applause.)", "Anna spoke.", "(Applause.)", "(Applause.)"]
# The first twelve digits of `printf '(Applause.)' | sha256sum`, and of the other text.
FIRST, OTHER = "t-3d4aa5bf06bf", "t-2fe76247caaa"
NAMES = [FIRST, OTHER, f"{FIRST}-2", f"{FIRST}-3"]
DOCCANO = '{{"text": {}, "entities": []}}'


def lines(path: Path, shape: str = '{{"text": {}}}') -> Path:
    path.write_text("".join(shape.format(json.dumps(text)) + "\n" for text in TEXTS), encoding="utf-8")
    return path


def label_studio(path: Path) -> Path:
    path.write_text(json.dumps([{"data": {"text": text}, "annotations": [{"result": []}]} for text in TEXTS]), encoding="utf-8")
    return path


def docbin(path: Path) -> Path:
    spacy = pytest.importorskip("spacy")
    made = spacy.tokens.DocBin()
    for text in TEXTS:
        made.add(spacy.blank("en")(text))
    made.to_disk(path)
    return path


@pytest.fixture(params=["prodigy", "doccano", "label-studio", "docbin"])
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of texts that names no documents."""
    match request.param:
        case "prodigy":
            return lines(tmp_path / "a.jsonl")
        case "doccano":
            return lines(tmp_path / "a.jsonl", DOCCANO)
        case "label-studio":
            return label_studio(tmp_path / "a.json")
        case _:
            return docbin(tmp_path / "a.spacy")


def test_a_text_that_occurs_again_is_another_document(plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The second reading gives the same names: they depend on the file alone.
    for _ in range(2):
        assert [(one.meta.doc, one.meta.passage) for one in formats.read(plain, OPTIONS).records] == [(name, 0) for name in NAMES]
    records = tmp_path / "records.jsonl"
    assert main(["import", str(plain), "--out", str(records)]) == 0
    assert main(["validate", str(records)]) == 0
    assert main(["export", str(plain), "--format", "brat", "--out", str(tmp_path / "b")]) == 0
    assert sorted(path.stem for path in (tmp_path / "b").glob("*.ann")) == sorted(NAMES)
    assert capsys.readouterr().err != ""


def test_for_training_and_scores_it_is_the_next_passage(plain: Path) -> None:
    # So a split keeps equal texts together, and a sample of documents draws them together.
    read = formats.read(plain, Options(OPTIONS.taxonomy, together=True)).records
    assert [(one.meta.doc, one.meta.passage) for one in read] == [(FIRST, 0), (OTHER, 0), (FIRST, 1), (FIRST, 2)]


def test_files_that_are_read_as_one_have_names_in_common(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for name in ("a", "b"):
        (tmp_path / "f").mkdir(exist_ok=True)
        lines(tmp_path / "f" / f"{name}.jsonl")
    wanted = [*NAMES, f"{FIRST}-4", f"{OTHER}-2", f"{FIRST}-5", f"{FIRST}-6"]
    for paths in ([tmp_path / "f"], [tmp_path / "f/a.jsonl", tmp_path / "f/b.jsonl"]):
        assert main(["import", *map(str, paths), "--out", "-"]) == 0
        found = [json.loads(line)["meta"]["doc"] for line in capfdbinary.readouterr().out.splitlines()]
        assert found == wanted


def test_a_record_that_was_named_before_counts_and_one_with_another_name_does_not() -> None:
    names = Names()
    for doc in (FIRST, "speech"):
        names.note(record("(Applause.)", doc=doc))
    assert names.place("(Applause.)") == (f"{FIRST}-2", 0)


def test_named_documents_keep_their_names(tmp_path: Path) -> None:
    both = [record("(Applause.)", doc="d"), record("(Applause.)", doc="d", passage=1)]
    formats.write([Document("d", tuple(both))], tmp_path / "a.jsonl", "prodigy", OPTIONS)
    assert [(one.meta.doc, one.meta.passage) for one in formats.read(tmp_path / "a.jsonl", OPTIONS).records] == [("d", 0), ("d", 1)]
