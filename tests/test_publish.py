"""The release: it loads as built, says only what follows from its data, gives nothing away, and is there whole or not at all."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import datasets
import duckdb
import mlcroissant
import msgspec
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
import spacy
import yaml
from datasets import Features, load_dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin

import redline
from conftest import NASTY, ROOT, WITHHELD, record, shared, small, span
from redline import __version__
from redline import project as projects
from redline.cli import main
from redline.cli.shapes import SHAPES
from redline.core import scratch
from redline.core.document import Document, Origin, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.curate import agree, human_check
from redline.formats import jsonl
from redline.measure.agreement import Figure
from redline.measure.score import Bootstrap
from redline.project import Project, commit
from redline.publish import (
    build,
    changes,
    contents,
    counts,
    from_rows,
    manifest,
    models,
    parquet,
    residual,
    restore,
    tables,
    verify,
    withheld,
)
from redline.publish.documents import authors, columns, labels, prose
from redline.publish.documents.facts import Facts
from redline.publish.features import BARE, features, hub
from redline.publish.tables import Item
from releases import TAXONOMY, TEXT, item, of

CONFIGURATIONS = ("documents", "entities", "stance", "threats", "relations", "sentences", "contrast", "raters")


def release(here: Project, out: Path) -> Path:
    """The release of a project, with the scores of its baselines that are of its texts."""
    return build.build(contents.of_project(here, print, baselines=True), out)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the repository."""
    return next(shared(tmp_path_factory, "dist", lambda folder: release(projects.find(ROOT), folder)).iterdir())


@pytest.fixture(scope="session")
def few(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a project of SOME documents."""
    return next(shared(tmp_path_factory, "few", lambda folder: release(projects.find(trained_once), folder)).iterdir())


def loaded(folder: Path, name: str, cache: Path) -> Any:
    """A configuration as Hugging Face loads it offline; its cache key ignores what files hold, so the cache is a fresh one."""
    with contextlib.redirect_stderr(io.StringIO()):
        return load_dataset(str(folder), name, cache_dir=str(cache))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds configurations of the release of the repository alone, so that each is read once."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_each_configuration_loads_offline_with_the_features_that_were_built(built: Path, cache: Path, name: str) -> None:
    found = loaded(built, name, cache)
    wanted = Features.from_dict({column: hub(kind) for column, kind in features(TAXONOMY)[name].items()})
    held = manifest.read(built).parts[name]
    assert {split: rows.num_rows for split, rows in found.items()} == {split: part.rows for split, part in held.items()}
    for split, rows in found.items():
        assert rows.features == wanted
        assert list(rows) == list(parquet.read(built / "data" / name, split))


def test_the_first_configuration_is_the_default(built: Path, tmp_path: Path) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        found = load_dataset(str(built), cache_dir=str(tmp_path))
    assert "passages" in found["train"].features


def test_readme_and_parquet_name_the_same_features(built: Path) -> None:
    """A README's labels beat the metadata of Parquet in silence, so the two are compared."""
    head = yaml.safe_load((built / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    for info in head["dataset_info"]:
        stated = Features._from_yaml_list(info["features"])
        for path in (built / "data" / info["config_name"]).glob("*.parquet"):
            told = json.loads(pyarrow.parquet.read_schema(path).metadata[b"huggingface"])["info"]["features"]
            assert stated == Features.from_dict(told)
        assert info["version"] == head["version"] == manifest.read(built).version
    assert {config["config_name"] for config in head["configs"]} == {*CONFIGURATIONS, *BARE}


def test_every_span_holds_its_words_after_loading(built: Path, cache: Path) -> None:
    count = 0
    for rows in loaded(built, "documents", cache).values():
        for row in rows:
            for passage in row["passages"] if row["text"] is not None else ():
                text = row["text"][passage["offset"] : passage["offset"] + passage["length"]]
                assert text == passage["text"]
                for held in passage["spans"]:
                    assert text[held["start"] : held["end"]] == held["text"]
                    count += 1
    assert count > 1000
    for name in ("entities", "stance", "threats"):
        for rows in loaded(built, name, cache).values():
            for row in rows:
                start = row["sentence_start"]
                assert row["sentence"] is None or row["sentence"][row["start"] - start : row["end"] - start] == row["text"]


def test_pandas_polars_and_duckdb_read_the_same_rows(built: Path) -> None:
    for name in CONFIGURATIONS:
        files = str(built / "data" / name / "*.parquet")
        rows = sum(part.rows for part in manifest.read(built).parts[name].values())
        assert len(pandas.read_parquet(built / "data" / name)) == rows
        assert polars.read_parquet(files).height == rows
        assert duckdb.sql(f"select count(*) from '{files}'").fetchall() == [(rows,)]
    labels = duckdb.sql(f"select label, count(*) from '{built}/data/threats/*.parquet' group by label").fetchall()
    told = {
        row["label"]: row["count"] for row in polars.read_parquet(str(built / "data/threats/*.parquet"))["label"].value_counts().to_dicts()
    }
    assert dict(labels) == told


def test_the_examples_of_the_card_run(built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(built.parent)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (built / "README.md").read_text(encoding="utf-8"), re.S)
    assert [block.split()[1] for block in blocks] == ["datasets", "pandas", "spacy"]
    printed, names = io.StringIO(), dict[str, Any]()
    for block in blocks:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(block, "README.md", "exec"), names)
    parts = manifest.read(built).parts
    assert len(names["spans"]) == parts["threats"]["test"].rows
    assert len(names["sentences"]) == sum(part.rows for part in parts["sentences"].values())
    classes = names["sentences"]["act_type"].value_counts()
    assert all(f"{label} " in printed.getvalue() and str(number) in printed.getvalue() for label, number in classes.items())
    assert {doc.user_data["doc"] for doc in names["docs"]} == {row["doc"] for row in parquet.read(built / "data/documents", "test")}
    assert printed.getvalue().endswith("]\n")


def docs_of(folder: Path, split: str) -> list[Any]:
    return list(DocBin().from_disk(folder / "docbin" / f"{split}-00000.spacy").get_docs(spacy.blank("en").vocab))


def test_docbins_have_the_spans_with_their_ids_and_each_passage_its_place(built: Path) -> None:
    docs = docs_of(built, "test")
    rows = [(row["doc"], passage) for row in parquet.read(built / "data/documents", "test") for passage in row["passages"]]
    assert [doc.text for doc in docs] == [row["text"] for _, row in rows]
    for doc, (name, row) in zip(docs, rows, strict=True):
        assert doc.user_data == {"doc": name, "passage": row["passage"], "layers": tuple(row["layers"])}
        spans = {(s["id"], s["layer"], s["label"], s["start"], s["end"]) for s in row["spans"]}
        assert {(s.id_, layer, s.label_, s.start_char, s.end_char) for layer, held in doc.spans.items() for s in held} == spans
        assert [sentence.start_char for sentence in doc.sents] == [sentence["start"] for sentence in row["sentences"]]
    assert sum(len(doc.ents) for doc in docs) > 100


def test_a_layer_that_was_not_done_has_no_span_group_and_an_empty_one_has(tmp_path: Path) -> None:
    one = item()
    layers = {"entities": "done", "stance": "done"}
    records = tuple(
        msgspec.structs.replace(held, spans=held.layer("entities"), relations=(), meta=msgspec.structs.replace(held.meta, layers=layers))
        for held in one.document.records
    )
    folder = build.build(of([msgspec.structs.replace(one, document=Document("d", records))]), tmp_path)
    for doc in docs_of(folder, "train"):
        assert {layer: len(spans) for layer, spans in doc.spans.items()} == {"entities": 1, "stance": 0}
        assert doc.user_data["layers"] == ("entities", "stance")


def test_spans_that_cut_a_token_are_counted_in_the_manifest_and_the_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Post-drone talks failed. Belmora refused."
    record_ = record(
        text, (span("entities", "WEAPON", text, "drone", "e1", entity="drone"), span("entities", "GPE", text, "elmora", "e2")), doc="d"
    )
    made = item(text=text)
    one = msgspec.structs.replace(made, document=Document("d", (record_,)))
    folder = build.build(of([one]), tmp_path)
    # "Post-drone" is three tokens, of which "drone" is one; "elmora" begins inside a token.
    assert manifest.read(folder).left_out == {"jsonl": 1, "docbin": 1}
    assert "1 in `jsonl/` and 1 in `docbin/`." in (folder / "README.md").read_text(encoding="utf-8")
    assert [span["id"] for span in json.loads((folder / "jsonl" / "train.jsonl").read_bytes())["spans"]] == ["e1"]
    assert main(["verify", str(folder)]) == 0
    assert "note: jsonl/ does not contain 1 span that cut a token; data/ contains them\n" in capsys.readouterr().err
    manifest.sign(folder, msgspec.structs.replace(manifest.read(folder), left_out={}))
    assert f"{folder / 'jsonl'}: 1 spans are missing, and the manifest counts 0" in verify.problems(folder, TAXONOMY)


def test_a_split_without_rows_has_no_file_and_no_name(tmp_path: Path) -> None:
    folder = build.build(of([item()]), tmp_path)
    assert sorted(path.name for path in (folder / "jsonl").iterdir()) == ["train.jsonl"]
    assert sorted(path.name for path in (folder / "docbin").iterdir()) == ["train-00000.spacy"]
    assert list(loaded(folder, "documents", tmp_path / "cache")) == ["train"]


def test_the_sizes_of_the_card_are_those_that_hugging_face_counts(built: Path, cache: Path) -> None:
    head = yaml.safe_load((built / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    for info in head["dataset_info"]:
        if info["config_name"] in ("stance", "raters"):
            found = loaded(built, info["config_name"], cache)["train"].info
            sizes = {split["name"]: split["num_bytes"] for split in info["splits"]}
            assert sizes == {name: split.num_bytes for name, split in found.splits.items()}
            assert (info["dataset_size"], info["download_size"]) == (found.dataset_size, found.download_size)


def test_the_release_of_the_repository_is_sound(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(built), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == set(SHAPES["verify"])
    assert (shown["path"], shown["digest"], shown["problems"]) == (str(built), manifest.read(built).digest, [])
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=built, check=False).returncode == 0
    assert not list(built.rglob("*.py"))


def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def everything(folder: Path) -> Iterator[tuple[Path, str]]:
    """All text of a release: of plain files, of every cell, of every token."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            for row in pyarrow.parquet.read_table(path).to_pylist():
                yield from ((path, text) for text in strings(row))
        elif path.suffix == ".spacy":
            yield from ((path, doc.text) for doc in DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))
        elif path.is_file():
            yield path, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(built: Path) -> dict[str, Path]:
    """Each text of the release of the repository once, and a file that has it."""
    return {text: path for path, text in everything(built)}


def test_no_six_words_of_a_withheld_text_are_in_the_release(built: Path, told: dict[str, Path]) -> None:
    source = projects.load(projects.find(ROOT)).sources[WITHHELD]
    assert source.seed.rights == "unknown"
    withheld = runs(source.text)
    assert [(path, text[:80]) for text, path in told.items() if withheld & runs(text)] == []
    row = next(row for row in parquet.read(built / "data/documents", "train") if row["doc"] == source.seed.doc)
    assert (row["text"], row["title"]) == (None, None)
    assert sum(len(passage["spans"]) for passage in row["passages"]) > 50
    assert all(held["text"] is None and len(held["span_hash"]) == 64 for passage in row["passages"] for held in passage["spans"])


def test_no_name_of_a_withheld_text_is_in_the_release(told: dict[str, Path]) -> None:
    """Whoever tries to rebuild the text finds no name, no entity key and no date that an open text does not have."""
    corpus = projects.load(projects.find(ROOT))
    doc = WITHHELD
    here = projects.find(ROOT)
    # Referenced documents are public: their keys, and what their seeds say of them.
    bare = [path for path in here.corpus.glob("**/*.jsonl") if jsonl.is_bare(path.read_bytes())]
    public = "\n".join(path.read_text(encoding="utf-8") for path in (*bare, *here.seeds.glob("u*-*.json"), *here.seeds.glob("*/*.jsonl")))
    rows = [row for row in corpus.entities.values() if f'"{row.id}"' in public]
    public += "\n".join(name for row in rows for name in (row.id, row.name, *row.aliases))
    own = "\n".join([public, *(source.text for source in corpus.sources.values() if source.seed.rights == "open")]).casefold()
    files = (corpus.documents[doc], *(documents[doc] for documents in corpus.raters.values() if doc in documents))
    spans = [span for document in files for record in document.records for span in record.layer("entities")]
    names = {span.text.casefold() for span in spans if len(span.text) > 4 and span.text.casefold() not in own}
    assert len(names) > 10
    keys = {str(span.attributes["entity"]) for span in spans if "entity" in span.attributes}
    open_keys = {
        str(span.attributes.get("entity"))
        for documents in (corpus.documents, *corpus.raters.values()) for name, document in documents.items() if name != doc
        for record in document.records for span in record.spans
    }  # fmt: skip
    secret = {*names, *(key for key in keys - open_keys if len(key) > 4 and f'"{key}"' not in public)} - {"kazan"}
    given_away = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(secret)))})(?!\w)")
    # The document's own id, which is public, has one of the names.
    assert [(path, found) for text, path in told.items() if (found := given_away.findall(text.casefold().replace(doc, "")))] == []


def test_equal_keys_stay_equal_and_only_the_text_opens_them() -> None:
    one = withheld.sealed("the text", "vladimir-putin")
    assert withheld.sealed("the text", "vladimir-putin") == one
    assert "putin" not in bytes.fromhex(one.removeprefix(withheld.MARK)).decode("latin-1")
    assert withheld.sealed("another text", "vladimir-putin") != one
    assert len(withheld.sealed("the text", "x")) == len(one)
    with pytest.raises(ValueError, match="sealed with another text"):
        withheld.opened("another text", one)


@given(st.data())
def test_a_sealed_value_with_one_changed_byte_opens_with_no_text(data: st.DataObject) -> None:
    sealed = bytearray.fromhex(withheld.sealed("the text", "belmora").removeprefix(withheld.MARK))
    place, change = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(1, 255))
    sealed[place] ^= change
    with pytest.raises(ValueError, match="sealed with another text"):
        withheld.opened("the text", withheld.MARK + sealed.hex())


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sealed_value_comes_back(value: str, text: str) -> None:
    assert withheld.opened(text, withheld.sealed(text, value)) == value


@pytest.mark.parametrize(
    ("name", "column"),
    [("entities", "entity"), ("relations", "head_text"), ("sentences", "text"), ("raters", "text")],
)
def test_verify_finds_words_of_a_withheld_text_in_every_configuration(few: Path, tmp_path: Path, name: str, column: str) -> None:
    folder = damaged(few, tmp_path)
    doc = WITHHELD

    def leak(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["doc"] == doc)[column] = "word"

    rewritten(folder, name, "train", leak)
    redigested(folder, name, "train")
    assert f"{name}: {doc} is unknown and has words" in verify.problems(folder, TAXONOMY)


def test_verify_finds_a_withheld_text_in_other_files(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    gold = (ROOT / "corpus" / "gold" / "kazan-drone-strikes.jsonl").read_bytes()
    path = folder / "jsonl" / "train.jsonl"
    count = len(path.read_bytes().splitlines())
    path.write_bytes(path.read_bytes() + gold)
    resealed(folder)
    assert verify.problems(folder, TAXONOMY)[0] == f"{path}:{count + 1}: is not a passage of an open document"


def redigested(folder: Path, name: str, split: str) -> None:
    """Gives a changed split the digest of its rows: what a forger would do."""
    held = manifest.read(folder)
    digest = parquet.Digest()
    for row in parquet.read(folder / "data" / name, split):
        digest.add(row)
    held.parts[name][split] = manifest.Part(digest.rows, digest.hexadecimal(), parquet.arrow_bytes(folder / "data" / name, split))
    manifest.sign(folder, msgspec.structs.replace(held, digest=manifest.whole(held.parts)))


@pytest.mark.parametrize("name", ["README.md", "croissant.json", "entities.jsonl"])
def test_a_file_that_every_release_has_is_missed(few: Path, tmp_path: Path, name: str) -> None:
    folder = damaged(few, tmp_path)
    (folder / name).unlink()
    resealed(folder)
    assert verify.problems(folder, TAXONOMY) == [f"{folder / manifest.NAME}: does not list the required file {name}"]


def test_a_file_that_the_manifest_requires_is_missed(tmp_path: Path) -> None:
    folder = build.build(of([item()]), tmp_path)
    held = manifest.read(folder)
    assert {"README.md", "manifest.json", "entities.jsonl"} - set(held.required) == {"manifest.json"}
    manifest.sign(folder, msgspec.structs.replace(held, required=[*held.required, "audit.jsonl"]))
    assert verify.problems(folder, TAXONOMY) == [f"{folder / manifest.NAME}: does not list the required file audit.jsonl"]


def test_the_manifest_names_a_commit_only_where_every_file_is_of_it(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "redline.toml").write_text("")
    assert commit.state(tmp_path) == commit.State(None, "is not in a git repository")
    git("init", "--quiet")
    assert commit.state(tmp_path) == commit.State(None, "is not in a git repository")
    git("add", "redline.toml")
    git("commit", "--quiet", "-m", "all")
    assert commit.state(tmp_path) == commit.State(git("rev-parse", "HEAD"))
    (tmp_path / "stray.txt").write_text("")
    assert commit.state(tmp_path) == commit.State(None, "has uncommitted changes (?? stray.txt)")


def test_a_build_of_a_later_commit_with_the_same_content_takes_the_place_of_the_first(tmp_path: Path) -> None:
    first = build.build(of([item()]), tmp_path)
    assert manifest.read(first).commit is None
    later = build.build(of([item()], commit="1" * 40), tmp_path)
    assert (later, manifest.read(later).commit) == (first, "1" * 40)
    assert verify.problems(later, TAXONOMY) == []
    assert [path.name for path in tmp_path.iterdir()] == ["redline-1.0.0"]


OUTSIDE = """
import redline
assert "site" in redline.__file__
texts = [f"We saw {place} again." for place in ("Orla", "Zeta", "Brun")]
spans = [redline.Span("e1", "entities", "GPE", 7, 11, text[7:11]) for text in texts]
metas = [redline.Meta(f"d{n}", 0, 0, "2.0", {"entities": "done"}) for n in range(3)]
records = [redline.Record(*parts, (), meta) for parts, meta in
           zip([(text, "accept", ((0, 18),), (span,)) for text, span in zip(texts, spans)], metas)]
assert redline.write(records, "own.jsonl").whole
assert list(redline.read("own.jsonl")) == records
assert redline.score("own.jsonl", records).row("exact_f1").score.value == 1.0
assert redline.validate(records, select="RL1") == []
names = redline.train("own.jsonl", model="gazetteer", task="ner", out="models")
assert names.label("Orla fell.").spans[0].label == redline.label("Orla fell.", models="models").spans[0].label == "GPE"
labelled = redline.label("We will strike Orla unless it opens its gates. It rained.")
print([entry["label"] for entry in labelled.meta.predictions["threat_sentence"]])
"""


def test_the_source_distribution_has_no_corpus_and_builds_the_wheel(tmp_path: Path) -> None:
    def build_one(kind: str, folder: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    build_one("sdist", ROOT)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path, filter="data")
    assert not {name.split("/")[1] for name in names if "/" in name} & {"seeds", "corpus", "tests"}
    build_one("wheel", next(path for path in tmp_path.glob("redline-*") if path.is_dir()))
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert "redline/schemas/threat.json" in wheel.namelist()
        assert "redline/py.typed" in wheel.namelist()
        wheel.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", OUTSIDE], cwd=tmp_path / "empty", env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("['THREAT', 'NONE']\n", "")


def test_a_withheld_text_comes_back_whole(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", str(few), "--texts", str(ROOT / "seeds"), "--out", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == set(SHAPES["restore"])
    whole = (ROOT / "corpus" / "gold" / f"{WITHHELD}.jsonl").read_bytes()
    spans = sum(len(json.loads(line)["spans"]) for line in whole.splitlines())
    assert (shown["restored"], shown["withheld"], shown["spans"], shown["missing"]) == ([WITHHELD], 1, spans, [])
    assert (tmp_path / f"{WITHHELD}.jsonl").read_bytes() == whole


def test_a_wrong_or_missing_text_is_told_and_nothing_is_written(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, out = tmp_path / "texts", tmp_path / "out"
    texts.mkdir()
    assert main(["restore", str(few), "--texts", str(texts), "--out", str(out)]) == 1
    assert "kazan-drone-strikes is not restored" in capsys.readouterr().out
    text = (ROOT / "seeds" / "kazan-drone-strikes.txt").read_text(encoding="utf-8")
    (texts / "kazan-drone-strikes.txt").write_text(text.replace("the", "teh", 1), encoding="utf-8")
    assert main(["restore", str(few), "--texts", str(texts), "--out", str(out)]) == 2
    assert "differs from the annotated text" in capsys.readouterr().err
    assert not out.exists()


def test_a_span_that_is_not_where_it_was_annotated_is_refused(tmp_path: Path) -> None:
    made = item(rights="unknown")
    first = made.document.records[0]
    spans = tuple(msgspec.structs.replace(one, text="another") for one in first.spans)
    document = Document("d", (msgspec.structs.replace(first, spans=spans), *made.document.records[1:]))
    folder = build.build(of([msgspec.structs.replace(made, document=document)]), tmp_path)
    (tmp_path / "d.txt").write_bytes(TEXT.encode())
    with pytest.raises(RedlineError, match="span .* of passage 0 does not match its words"):
        restore.restore(folder, tmp_path, tmp_path / "out", TAXONOMY)
    assert not (tmp_path / "out").exists()


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents with overlapping spans, attributes of each kind, and origins."""
    records = []
    for number in range(draw(st.integers(1, 3))):
        text = " ".join(draw(st.lists(st.sampled_from(["Orla", "e\u0301", "👨‍👩‍👧", "שלום", "“go”", "𝔊"]), min_size=1, max_size=8)))
        places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 6))
        spans = []
        for index, (start, size) in enumerate(draw(st.lists(places, max_size=4))):
            end = min(len(text), start + size)
            known: dict[str, Any] = {
                "act": st.sampled_from([None, "a1"]),
                "conditional": st.booleans(),
                "form": st.sampled_from(["true", "x"]),
            }
            chosen = {name: draw(kind) for name, kind in known.items() if draw(st.booleans())}
            spans.append(Span(f"s{index}", "threat", "THREAT", start, end, text[start:end], chosen, Origin("added", ())))
        arrows = tuple(Relation("s0", one.id, "TARGET") for one in spans[1:])
        records.append(canonical(record(text, tuple(spans), arrows, "doc", number)))
    return Document("doc", tuple(records))


@settings(max_examples=40, deadline=None)
@given(documents())
def test_rows_give_back_the_document(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    whole = "\n".join(held.text for held in document.records)
    records, offset = [], 0
    for held in document.records:
        records.append(msgspec.structs.replace(held, meta=msgspec.structs.replace(held.meta, offset=offset)))
        offset += len(held.text) + 1
    given_ = msgspec.structs.replace(item("doc"), document=Document("doc", tuple(records)), text=whole)
    columns = features(TAXONOMY)["documents"]
    folder = tmp_path_factory.mktemp("rows")
    with parquet.Writer(folder, "train", columns) as writer:
        for name, row in tables.rows(given_, TAXONOMY):
            if name == "documents":
                writer.add(row)
    (row,) = parquet.read(folder, "train")
    assert from_rows.document(row, TAXONOMY) == given_.document


def test_raters_come_back_as_they_were(built: Path) -> None:
    corpus = projects.load(projects.find(ROOT))
    rows = [row for split in ("train", "validation", "test") for row in parquet.read(built / "data/raters", split)]
    documents = {row["doc"]: row for split in ("train", "validation", "test") for row in parquet.read(built / "data/documents", split)}
    for rater, files in corpus.raters.items():
        for doc, document in files.items():
            if corpus.sources[doc].seed.rights == "open" and doc in documents:
                own = [row for row in rows if (row["rater"], row["doc"]) == (rater, doc)]
                layers = from_rows.layers_of_raters(documents[doc])[rater]
                held = from_rows.rated(own, corpus.documents[doc], layers, TAXONOMY)
                assert [one.meta.layers for one in held.records] == [one.meta.layers for one in document.records]
                assert [one.spans for one in held.records] == [one.spans for one in document.records]
                assert [set(one.relations) for one in held.records] == [set(one.relations) for one in document.records]


def test_a_withdrawn_text_leaves_a_tombstone(tmp_path: Path) -> None:
    gone = frozenset([sha256(f"{TEXT}!".encode())])
    folder = build.build(of([item("a"), item("b", "withdrawn", TEXT + "!")], withdrawn=gone), tmp_path)
    rows = {row["doc"]: row for row in parquet.read(folder / "data/documents", "train")}
    kept = {"doc": "b", "rights": "withdrawn", "sha256": sha256(f"{TEXT}!".encode())}
    assert {name: value for name, value in rows["b"].items() if value} == kept
    assert {name for name, value in rows["b"].items() if value == []} == {"sources", "raters", "passages"}
    licences = (folder / "LICENSES.md").read_text(encoding="utf-8")
    assert "| a | fiction | open | CC-BY-4.0 | somebody |\n| b |  | withdrawn |  |  |\n" in licences
    assert restore.restore(folder, tmp_path, tmp_path / "out", TAXONOMY).withheld == 0
    assert {row["doc"] for row in parquet.read(folder / "data/entities", "train")} == {"a"}
    assert "Withdrawn: 1." in (folder / "README.md").read_text(encoding="utf-8")
    assert verify.problems(folder, TAXONOMY) == []


def test_verify_finds_more_than_the_hash_of_a_withdrawn_text(tmp_path: Path) -> None:
    folder = build.build(of([item("a"), item("b", "withdrawn", TEXT + "!")]), tmp_path)

    def signed(rows: list[dict[str, Any]]) -> None:
        rows[1]["author"] = "somebody"

    rewritten(folder, "documents", "train", signed)
    redigested(folder, "documents", "train")
    assert "documents, train: b: is withdrawn and has more than its id and hash" in "\n".join(verify.problems(folder, TAXONOMY))


def test_every_document_counts_a_withdrawn_one_in_the_same_way(small_project: Project) -> None:
    assert main(["withdraw", "dam-wire"]) == 0
    folder = build.build(contents.of_project(small_project, lambda _: None, baselines=False), small_project.root / "out")
    gold = [jsonl.read_one(small_project.gold / f"{doc}.jsonl") for doc in ("court-report", "weather-bulletin")]
    spans = sum(len(one.spans) for document in gold for one in document.records)
    assert f"the first release, 2 documents and single sentences, {spans} spans." in (folder / "CHANGELOG.md").read_text()
    card_, sheet = ((folder / name).read_text(encoding="utf-8") for name in ("README.md", "datasheet.md"))
    assert "A language model wrote all 2 documents for this project." in card_
    assert "| documents | 1 | 1 | 0 | 2 |" in card_
    assert re.search(rf"\| spans \| \d+ \| \d+ \| 0 \| {spans} \|", card_)
    assert re.search(rf"^2 documents, .* {spans} gold spans; English", sheet, re.MULTILINE)
    assert verify.problems(folder, TAXONOMY) == []


def facts(tmp_path: Path, written_by: list[str], kinds: list[str], **residual_: int) -> Facts:
    """The facts of a release with these authors of documents, kinds of raters, and numbers of decisions."""
    raters = {f"r{number}": {"kind": kind} for number, kind in enumerate(kinds)}
    (tmp_path / "raters.json").write_text(json.dumps(raters))
    about = manifest.Manifest("redline", "1.0.0", "2026-01-01", None, "", "2.0", "2.0.0", "", {}, {}, {}, [], residual=residual_)
    return Facts(tmp_path, about, counts.Counts(authors=Counter(written_by), raters=[*raters]), TAXONOMY)


@pytest.mark.parametrize(
    ("written_by", "kinds", "decided", "said"),
    [
        (
            ["language model"] * 2, ["language model"] * 2, (3, 0),
            ("Texts and labels are", "A language model wrote all 2 documents for this project.", "Language models assigned all labels."),
        ),
        (
            ["language model", "Ann", "unknown"], ["language model"] * 2, (3, 1),
            ("", "A language model wrote 1 of the 3 documents for this project; people or organisations wrote 1;"
             " the author of 1 is unknown.",
             "The raters are language models. People made 1 of the 3 decisions on differences, and a language model made the others."
             " Each has a reason."),
        ),
        (
            ["Ann"], ["person", "language model"], (2, 2),
            ("", "A language model wrote 0 of the 1 documents for this project; people or organisations wrote 1.",
             "1 of the 2 raters are language models. People decided each difference and gave a reason."),
        ),
        (
            ["Ann", "language model"], ["language model"], (1, 0),
            ("Labels are", "A language model wrote 1 of the 2 documents for this project; people or organisations wrote 1.",
             "Language models assigned all labels."),
        ),
    ],
)  # fmt: skip
def test_the_card_says_who_wrote_and_labelled(
    tmp_path: Path, written_by: list[str], kinds: list[str], decided: tuple[int, int], said: tuple[str, str, str]
) -> None:
    one = facts(tmp_path, written_by, kinds, decisions=decided[0], decisions_by_people=decided[1])
    assert (authors.texts(one), authors.labels(one)) == said[1:]
    assert (authors.machine_texts(one), authors.machine_labels(one)) == ("Texts" in said[0], "abels" in said[0])
    section = prose.weaknesses(one)
    assert ("A language model wrote them." in section, "One model rated and decided" in section) == ("Texts" in said[0], "abels" in said[0])


def test_decisions_by_people_are_counted(small_project: Project) -> None:
    corpus = projects.load(small_project)
    path = small_project.corpus / "decisions" / "dam-wire.json"
    value = json.loads(path.read_bytes())
    number = sum(
        len(json.loads(one.read_bytes()).get(name, ()))
        for one in path.parent.glob("*.json")
        for name in ("decisions", "overrides", "spans", "relations")
    )
    first = next(iter(value["decisions"].values()))
    path.write_text(json.dumps(value | {"decisions": value["decisions"] | {next(iter(value["decisions"])): first | {"by": "Ann"}}}))
    found = residual.counts(small_project, corpus)
    assert (found["decisions"], found["decisions_by_people"]) == (number, 1)
    assert main(["withdraw", "dam-wire"]) == 0
    assert residual.counts(small_project, projects.load(small_project))["decisions_by_people"] == 0


def test_the_documents_describe_the_referenced_texts(built: Path) -> None:
    seeds = [json.loads(path.read_bytes()) for path in (ROOT / "seeds").glob("*.json")]
    seeds = [seed for seed in seeds if seed["origin"] == "referenced" and (ROOT / "corpus" / "gold" / f"{seed['doc']}.jsonl").exists()]
    single = [json.loads(line) for path in (ROOT / "seeds" / "sentences").glob("*.jsonl") for line in path.read_bytes().splitlines()]
    speakers = {seed["reference"]["speaker"] for seed in seeds} | {row["speaker"] for row in single}
    parts = manifest.read(built).parts
    rows = sum(part.rows for name in BARE for part in parts[name].values())
    spans = sum(part.rows for part in parts["referenced_spans"].values())
    sheet = (built / "datasheet.md").read_text(encoding="utf-8")
    assert f"in {rows} rows: {len(seeds)} speeches, statements and press releases with 4997 sentences and {spans} gold spans (" in sheet
    assert f"), {len(single)} single sentences, and {sum(part.rows for part in parts['referenced_raters'].values())} passages" in sheet
    named = f"by {len(speakers)} real speakers (persons, states and bodies), whom the column `speaker` names."
    croissant = json.loads((built / "croissant.json").read_bytes())
    assert named in sheet
    assert named in croissant["rai:personalSensitiveInformation"][0]
    assert "referenced texts are from 3 public repositories" in croissant["rai:dataCollection"]
    assert croissant["rai:annotationsPerItem"] == "2"
    licences = (built / "LICENSES.md").read_text(encoding="utf-8")
    places = Counter((seed["reference"]["repository"], seed["license"]) for seed in seeds)
    alone = Counter((row["repository"], row["license"]) for row in single)
    for (repository, licence), number in places.items():
        assert f"| {repository} | {licence} | {number} | {alone[repository, licence]} |" in licences
    assert {licence for _, licence in places} == {"CC0-1.0", "OGL-UK-3.0", "LicenseRef-public-domain-US-government"}


def test_annotations_per_item_are_a_range_where_they_vary(tmp_path: Path) -> None:
    folder = build.build(of([item("a", raters=True), item("b", text=TEXT + "!")]), tmp_path)
    assert json.loads((folder / "croissant.json").read_bytes())["rai:annotationsPerItem"] == "0 to 2"


def test_the_citation_of_a_release_is_that_of_data(built: Path) -> None:
    own, of_project = (yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8")) for folder in (built, ROOT))
    assert (own["type"], own["license"], own["message"]) == ("dataset", "CC-BY-4.0", "If you use this dataset, please cite it as below.")
    assert {name: own[name] for name in ("title", "version", "keywords")} == {n: of_project[n] for n in ("title", "version", "keywords")}
    assert own["date-released"] == str(of_project["date-released"])
    assert "software" not in own["abstract"]
    texts = [own["abstract"], *(json.loads((built / name).read_bytes())["description"] for name in ("croissant.json", ".zenodo.json"))]
    assert all(text.startswith("Documents of conflict news and political speech in English") for text in texts)


def test_the_size_of_the_card_is_that_of_all_configurations(built: Path, few: Path) -> None:
    for folder, size in ((built, "10K<n<100K"), (few, "n<1K")):
        head = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
        assert head["size_categories"] == [size]


def test_a_release_date_before_its_labels_is_a_note(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path, line = small_project.root / "CITATION.cff", "date-released: 2026-11-27"
    assert main(["publish", "--no-baselines"]) == 0
    assert "release date" not in capsys.readouterr().err
    path.write_text(path.read_text().replace(line, "date-released: 2026-11-21"))
    assert main(["publish", "--no-baselines", "--out", "early"]) == 0
    assert "note: the release date 2026-11-21 in CITATION.cff is before 2026-11-27, the date of rater r6\n" in capsys.readouterr().err
    described = json.loads((small_project.raters / "raters.json").read_bytes())
    (small_project.raters / "raters.json").write_text(json.dumps({name: row | {"date": "2026-11-20"} for name, row in described.items()}))
    assert main(["publish", "--no-baselines", "--out", "earlier"]) == 0
    assert "is before 2026-11-25, the date of a decision on " in capsys.readouterr().err


def test_a_withdrawn_text_never_comes_back(tmp_path: Path) -> None:
    gone = frozenset([sha256(TEXT.encode())])
    with pytest.raises(RedlineError, match="renamed: its text was withdrawn .*needed: a release without this document"):
        build.build(of([item("renamed")], withdrawn=gone), tmp_path)
    assert list(tmp_path.iterdir()) == []


def added_again(here: Project) -> None:
    seed = json.loads((here.seeds / "dam-wire.json").read_text())
    (here.corpus / "withdrawn.json").write_text(json.dumps({"old": seed["sha256"]}))


def lost_span(here: Project) -> None:
    path = here.gold / "dam-wire.jsonl"
    first, *rest = path.read_bytes().splitlines()
    value = json.loads(first)
    value["spans"] = [one for one in value["spans"] if one["label"] != "DATE"]
    assert len(value["spans"]) < len(json.loads(first)["spans"])
    path.write_bytes(b"".join(line + b"\n" for line in (json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), *rest)))


def unknown_entity(here: Project) -> None:
    lines = (here.corpus / "entities.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (here.corpus / "entities.jsonl").write_text("".join(line for line in lines if '"id":"buronta"' not in line), encoding="utf-8")


def undescribed_rater(here: Project) -> None:
    path = here.raters / "raters.json"
    path.write_text(json.dumps({name: row for name, row in json.loads(path.read_text()).items() if name != "r1"}))


@pytest.mark.parametrize(
    ("split", "says"),
    [
        ("test", "A language model wrote all {total} documents for this project. Most states in these texts are invented."),
        ("train", "A language model wrote {others} of the {total} documents for this project; people or organisations wrote 1."),
    ],
)
def test_the_card_of_a_model_says_who_wrote_what_it_learned_from(split: str, says: str, trained: Project, tmp_path: Path) -> None:
    splits = json.loads((trained.corpus / "splits.json").read_text(encoding="utf-8"))
    seed = trained.seeds / f"{next(doc for doc, name in splits.items() if name == split and doc != WITHHELD)}.json"
    seed.write_text(re.sub('"author": *"[^"]*"', '"author": "A. Person"', seed.read_text(encoding="utf-8")), encoding="utf-8")
    folder = models.build(trained, contents.Named("1.0.0", "2026-01-01"), tmp_path / "dist", lambda _: None)
    total = sum(name != "test" and doc != WITHHELD for doc, name in splits.items())
    for card in (folder / "gazetteer" / "ner.md", folder / "README.md"):
        assert f" {says.format(total=total, others=total - 1)}" in card.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [[], ["--models"]], ids=["data", "models"])
@pytest.mark.parametrize(
    ("change", "code"), [(added_again, "RL217"), (lost_span, "RL617"), (unknown_entity, "RL501"), (undescribed_rater, "RL612")]
)
def test_a_corpus_with_an_error_is_not_published(
    small_project: Project, capsys: pytest.CaptureFixture[str], change: Any, code: str, kind: list[str]
) -> None:
    change(small_project)
    assert main(["validate", "--json"]) == 1
    found = [one for one in json.loads(capsys.readouterr().out)["diagnostics"] if one["severity"] == "error"]
    assert code in {one["code"] for one in found}
    assert main(["publish", "--no-baselines", *kind]) == 2
    line = capsys.readouterr().err
    place = found[0]["path"] + (f":{found[0]['line']}" if found[0]["line"] else "")
    number = f"{len(found)} errors, the first" if len(found) > 1 else "1 error,"
    assert line == (
        f"redline: {small_project.root}: the corpus has {number} in {place}: {found[0]['code']} {found[0]['message']}; "
        "needed: redline validate without errors\n"
    )
    assert not (small_project.root / "dist").exists()


def test_warnings_without_a_waiver_are_a_note_of_publish(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--json"]) == 1
    count = len(json.loads(capsys.readouterr().out)["diagnostics"])
    assert main(["publish", "--no-baselines"]) == 0
    assert f"note: the corpus has {count} warnings without a waiver (redline validate)\n" in capsys.readouterr().err


def test_a_version_never_changes(tmp_path: Path) -> None:
    folder = build.build(of([item()]), tmp_path)
    before = (folder / "manifest.json").read_bytes()
    assert build.build(of([item()]), tmp_path) == folder
    with pytest.raises(RedlineError, match="already exists with different content; needed: a new version"):
        build.build(of([item(), item("e")]), tmp_path)
    assert (folder / "manifest.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_an_interrupted_build_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    def broken() -> Iterator[Item]:
        yield item()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(of([], items=broken), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_leaves_a_part_that_the_next_one_clears(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from releases import item, of; from redline.publish import build\n"
        "def items():\n    yield item()\n    os.kill(os.getpid(), 9)\n"
        "build.build(of([], items=items), Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -9
    assert [path.name.endswith(scratch.SUFFIX) for path in tmp_path.iterdir()] == [True]
    build.build(of([item()]), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["redline-1.0.0"]


def test_a_full_disk_is_one_line_and_no_release(trained_once: Path, tmp_path: Path) -> None:
    """On a file system of 64 kB, in a name space of its own where the machine allows that."""
    script = (
        f"mount -t tmpfs -o size=64k none {tmp_path} && cd {trained_once} && "
        f"{sys.executable} -m redline publish --no-baselines --out {tmp_path}/dist; echo $?; ls -A {tmp_path}/dist"
    )
    done = subprocess.run(["unshare", "--mount", "--map-root-user", "sh", "-c", script], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        # Without a mount of its own: a limit on the size of files does the same to every write.
        script = "ulimit -f 8;" + script.split("&&", 1)[1]
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2"]
    assert re.fullmatch(r"redline: .*(no space left on device|file too large).*needed: a writable folder with room\n", done.stderr)


def test_an_unwritable_folder_is_one_line(
    trained_once: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(trained_once)
    (tmp_path / "file").write_text("")
    assert main(["publish", "--no-baselines", "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def damaged(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / built.name))


def resealed(folder: Path) -> None:
    """Gives a folder sums and a manifest that fit its files: what a forger would do."""
    held = manifest.read(folder)
    manifest.sign(folder, held)


def test_verify_sees_a_file_that_is_changed_missing_or_too_many(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    path = folder / "data/threats/test-00000.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(bytes(data))
    (folder / "labels.json").unlink()
    (folder / "loader.py").write_text("print('hello')")
    found = "\n".join(verify.problems(folder, TAXONOMY))
    for complaint in ("test-00000.parquet: does not match the manifest", "labels.json: is missing", "loader.py: is not in the manifest"):
        assert complaint in found


def test_verify_sees_a_stale_figure_of_the_card(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    card_ = folder / "README.md"
    rows = manifest.read(folder).parts["documents"]["train"].rows
    text = card_.read_text(encoding="utf-8")
    assert f"| documents | {rows} |" in text
    card_.write_text(text.replace(f"| documents | {rows} |", f"| documents | {rows + 1} |"), encoding="utf-8")
    resealed(folder)
    assert verify.problems(folder, TAXONOMY) == [f"{card_}: does not match the data"]


def rewritten(folder: Path, name: str, split: str, change: Any) -> None:
    path = folder / "data" / name / f"{split}-00000.parquet"
    rows = list(parquet.read(folder / "data" / name, split))
    change(rows)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=parquet.schema(features(TAXONOMY)[name])), path)
    resealed(folder)


def moved(rows: list[dict[str, Any]]) -> None:
    rows[0]["start"] += 1


def withheld_word(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["text"] is None)
    row["passages"][0]["spans"][0]["text"] = "word"


def other_text(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["text"] is not None)
    row["text"] = row["text"] + "!"


def other_label(rows: list[dict[str, Any]]) -> None:
    rows[0]["label"] = "DEMAND" if rows[0]["label"] != "DEMAND" else "THREAT"


def torn(rows: list[dict[str, Any]]) -> None:
    passage = next(passage for row in rows for passage in row["passages"] if passage["relations"] and row["text"])
    passage["relations"][0]["child_id"] = "nobody"


@pytest.mark.parametrize(
    ("name", "split", "change", "complaint"),
    [
        ("threats", "test", moved, "does not match its words"),
        ("documents", "train", withheld_word, "is unknown and has words"),
        ("documents", "train", other_text, "the text does not match its hash"),
        ("documents", "train", torn, "a relation has an end that is not a span"),
        ("sentences", "validation", lambda rows: rows.pop(), "there are 9 rows, and the manifest counts 10"),
        ("threats", "test", other_label, "test: the rows differ from those of the manifest (the digest is another)"),
    ],
)
def test_verify_trusts_no_row(few: Path, tmp_path: Path, name: str, split: str, change: Any, complaint: str) -> None:
    folder = damaged(few, tmp_path)
    rewritten(folder, name, split, change)
    assert complaint in "\n".join(verify.problems(folder, TAXONOMY))


def without_passages(rows: list[dict[str, Any]]) -> None:
    rows[0]["passages"] = None


def without_language(rows: list[dict[str, Any]]) -> None:
    rows[0]["language"] = None


@pytest.mark.parametrize(
    ("change", "error"),
    [(without_passages, "TypeError: 'NoneType' object is not iterable"), (without_language, "ValidationError: Expected")],
)
def test_a_damaged_row_of_a_release_is_one_line_to_who_loads_it(few: Path, tmp_path: Path, change: Any, error: str) -> None:
    folder = damaged(few, tmp_path)
    rewritten(folder, "documents", "test", change)
    with pytest.raises(RedlineError, match=f"has an unreadable row .{error}.*; needed: a release that redline verify accepts"):
        redline.load(folder)


def test_a_release_without_a_column_is_one_line_to_who_loads_it(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    path = folder / "data/documents/test-00000.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).drop_columns(["passages"]), path)
    with pytest.raises(RedlineError, match="has an unreadable row .KeyError: 'passages'"):
        redline.load(folder)


def test_verify_compares_licences_and_the_splits_of_copies_with_the_data(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    path = folder / "LICENSES.md"
    text = path.read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {WITHHELD} .*$", text, re.MULTILINE)
    path.write_text(text.replace(row, row.replace("unknown | unknown", "open | CC-BY-4.0")), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    resealed(folder)
    assert verify.problems(folder, TAXONOMY) == [f"{path}: does not match the data"]
    path.write_text(text, encoding="utf-8")
    one, other = (folder / "docbin" / f"{split}-00000.spacy" for split in ("test", "train"))
    one.rename(folder / "held")
    other.rename(one)
    (folder / "held").rename(other)
    resealed(folder)
    assert f"{one}:1: is a passage of court-report, which is in train" in verify.problems(folder, TAXONOMY)


def test_verify_says_that_the_sums_are_missing(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    (folder / "SHA256SUMS").unlink()
    assert verify.problems(folder, TAXONOMY) == [f"{folder / 'SHA256SUMS'}: is missing"]


def test_verify_sees_other_types(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    path = folder / "data/sentences/validation-00000.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).replace_schema_metadata({}), path)
    resealed(folder)
    assert "has other columns or types than redline" in "\n".join(verify.problems(folder, TAXONOMY))


@pytest.mark.parametrize("name", ["manifest.json", "data/threats/test-00000.parquet"])
@pytest.mark.parametrize("data", [b"", b"{", b"PAR1" * 20, "é".encode("latin-1"), b"[]"])
def test_a_damaged_file_is_a_line_and_no_traceback(
    few: Path, tmp_path: Path, name: str, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = damaged(few, tmp_path)
    (folder / name).write_bytes(data)
    if name != "manifest.json":
        resealed(folder)
    assert main(["verify", str(folder)]) in (1, 2)
    out, err = capsys.readouterr()
    assert out + err
    assert "Traceback" not in out + err


def test_croissant_reads_every_row_of_every_configuration(few: Path, built: Path) -> None:
    short, whole = manifest.read(few).parts, manifest.read(built).parts
    for folder, configurations in ((few, short), (built, {name: whole[name] for name in whole.keys() - short.keys()})):
        dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
        for name, parts in configurations.items():
            splits = [row[f"{name}/split"].decode() for row in dataset.records(name)]
            assert Counter(splits) == {split: part.rows for split, part in parts.items()}, name


@pytest.mark.parametrize("data", [b"{", b"{}", b"[]", b'{"distribution": [1]}'])
def test_damaged_croissant_is_a_line_and_no_traceback(few: Path, tmp_path: Path, data: bytes) -> None:
    folder = damaged(few, tmp_path)
    (folder / "croissant.json").write_bytes(data)
    resealed(folder)
    assert any("croissant.json: " in line for line in verify.problems(folder, TAXONOMY))


def test_croissant_is_valid_and_its_hashes_are_those_of_the_files(few: Path, tmp_path: Path) -> None:
    found = mlcroissant.Dataset(jsonld=str(few / "croissant.json"))
    assert list(found.metadata.ctx.issues.errors) == []
    folder = damaged(few, tmp_path)
    path = folder / "croissant.json"
    value = json.loads(path.read_bytes())
    name = value["distribution"][0]["name"]
    value["distribution"][0]["sha256"] = "0" * 64
    path.write_bytes(json.dumps(value).encode())
    held = manifest.read(folder)
    assert f"the hash of {name} does not match the file" in "\n".join(verify._croissant(folder, held))


def test_the_card_says_what_it_must(built: Path) -> None:
    text = (built / "README.md").read_text(encoding="utf-8")
    for needed in (
        "**Texts and labels are machine-written.**",
        "Forbidden uses",
        "code points",
        "Residual error",
        "## Known weaknesses",
        "## Comparison with other resources",
        "## Removal, errors, contact",
        "of 50 sentences without seeing a label.",
        "**Real text is referenced, not included.** `referenced_spans` and `referenced_sentences`",
        "190 real speeches, statements and press releases (4997 sentences) and of 1585 single sentences",
        "| `r1` | language model | 1.1.0 | 2026-11-22 |",
        re.findall(r"```bibtex\n.*?```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)[0],
        prose.CANARY,
        "CC-BY-4.0",
    ):
        assert needed in text
    names = []
    for row in manifest.read(built).baselines:
        given = f", {row['given']}" if row["given"] else ""
        names.append(f"| {row['task']} | {row['model']} | {row['metric']}{given} |")
        mean = row["seeds"]["mean"] if row.get("seeds") else row["value"]
        assert f"{names[-1]} {mean:.3f}" in text
    assert len(names) == len(set(names))
    counts = {label: 0 for layer in TAXONOMY.layers.values() for label in layer.by_label}
    for document in projects.load(projects.find(ROOT)).written().documents.values():
        for held in document.records:
            for one in held.spans:
                counts[one.label] += 1
    for label, count in counts.items():
        assert re.search(rf"\| `{label}` \| .* \| {count} \|", text)


def test_the_card_compares_entities_with_people_as_the_page_of_the_corpus_does(built: Path) -> None:
    page = (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"all (\d+) statements.*\n(?:.*\n)*?\| all \| (\d+) \| ([\d.]+) \| ([\d.]+) \|", page)
    (rest,) = re.findall(r"Without these three, human spans touch ([\d.]+) of (\d+) spans", page)
    text = " ".join((built / "README.md").read_text(encoding="utf-8").split())
    assert f"On these {row[0]} statements, {row[2]} of the {row[1]} entity spans in gold" in text
    assert f"by people, and {row[3]} share one with a span of a type that fits" in text
    assert f"shares a character with {rest[0]} of {rest[1]} spans" in text
    seeds = [json.loads(path.read_bytes()) for path in (ROOT / "seeds").glob("*.json")]
    whole = {seed["doc"] for seed in seeds if (seed.get("reference") or {}).get("window") == "whole"}
    gold = [one for doc in whole for one in next(jsonl.read_places(ROOT / "corpus" / "gold" / f"{doc}.jsonl")).records]
    assert (len(whole), sum(len(one.layer("entities")) for one in gold)) == (int(row[0]), int(row[1]))


def test_the_card_describes_each_column_of_each_configuration_once(built: Path) -> None:
    described = [(name, column) for one in columns.columns(TAXONOMY) for name in one.configurations for column in one.names]
    assert Counter(described) == Counter((name, column) for name, own in features(TAXONOMY).items() for column in own)
    text = (built / "README.md").read_text(encoding="utf-8")
    assert "| `sentence` | `sentences`, `referenced_sentences` | the number of the sentence in the passage, from 0 |" in text
    assert "| `raters` | `documents` | the raters who labelled the document |" in text
    types = features(TAXONOMY)
    assert {types[name]["sentence"] for name in ("sentences", "referenced_sentences")} == {"int32"}


def test_the_card_has_the_agreement_of_people_with_gold_as_soon_as_somebody_answered(few: Path, small_project: Project) -> None:
    before = (few / "README.md").read_text()
    assert "People have checked 0 of 50 sentences without seeing a label." in before
    assert "People and gold" not in before
    record = projects.load(small_project).documents["dam-wire"].records[0]
    start, end = record.sentences[0]
    answer = human_check.Answer(None, False)
    question = human_check.Question("dam-wire", 0, 0, sha256(record.text[start:end].encode()), "sure", answer)
    human_check.begin(small_project, "anna", [question])
    release = contents.of_project(small_project, lambda _: None, baselines=False)
    made = build.build(release, small_project.root / "out")
    shown = (made / "README.md").read_text()
    assert "People have checked 1 of 50 sentences without seeing a label." in shown
    assert "| any act | 1 | 0 | 0 | 0 | undefined | undefined |" in shown
    assert "anna" not in shown
    assert verify.problems(made, TAXONOMY) == []


def test_labels_have_numbers_that_never_change(built: Path, small_project: Project) -> None:
    told = json.loads((built / "labels.json").read_bytes())
    frozen = json.loads((ROOT / "corpus" / "labels.json").read_bytes())
    assert {layer: [row["label"] for row in rows] for layer, rows in told.items()} == frozen
    assert all(row["id"] == number for rows in told.values() for number, row in enumerate(rows))
    (small_project.corpus / "labels.json").write_text(json.dumps({**frozen, "stance": ["FAVOR"]}))
    with pytest.raises(RedlineError, match="`AGAINST` of stance is missing; needed: `AGAINST` at the end"):
        contents.label_ids(small_project)


def test_a_retired_label_keeps_its_number() -> None:
    told = json.loads(labels.render(TAXONOMY, {"stance": ["NEUTRAL", "FAVOR", "AGAINST"]}))
    assert [(row["id"], row["label"], row["retired"]) for row in told["stance"]] == [
        (0, "NEUTRAL", True), (1, "FAVOR", False), (2, "AGAINST", False),
    ]  # fmt: skip


def state(version: str, documents: dict[str, str], scheme: str = "1.1", split: str = "train", **labels: int) -> changes.State:
    content = repr((documents, labels, split))
    return changes.State(version, "2026-01-01", scheme, documents, labels, dict.fromkeys(documents, split), content)


FIRST = state("1.0.0", {"a": "1"}, GPE=3)


@pytest.mark.parametrize(
    ("now", "complaint"),
    [
        (state("1.0.0", {"a": "2"}, GPE=3), "version 1.0.0 was released with different content"),
        (state("0.9.0", {"a": "1"}, GPE=3), "is not greater than 1.0.0"),
        (
            state("1.0.1", {"a": "1", "b": "1"}, GPE=3),
            "is a patch step, but documents or labels were added or removed; needed: a minor step",
        ),
        (state("1.1.0", {"a": "1"}, "2.0", GPE=3), "needed: a major step"),
        (state("1.0.0", {"a": "1"}, split="test", GPE=3), "version 1.0.0 was released with different content"),
        (state("1.1.0", {"a": "1"}, split="test", GPE=3), "a document moved to another split; needed: a major step"),
    ],
)
def test_a_version_must_fit_the_change(now: changes.State, complaint: str) -> None:
    with pytest.raises(RedlineError, match=complaint):
        changes.checked(now, [FIRST])


def test_the_changelog_counts_label_by_label() -> None:
    text = "# Changelog\n\n## 1.1.0\n\n- more\n\n## 1.0.0\n"
    page = changes.page(text, state("1.1.0", {"a": "2", "b": "1"}, GPE=5, ORG=0), [FIRST])
    assert "Counted, against 1.0.0: 1 documents added, 0 removed, 1 with different gold." in page
    assert "| GPE | 3 | 5 | +2 |" in page
    assert "ORG" not in page
    assert page.index("| GPE |") < page.index("- more")
    moved = changes.page("# Changelog\n\n## 2.0.0\n", state("2.0.0", {"a": "1"}, split="test", GPE=3), [FIRST])
    assert "`a` moved from train to test." in moved
    assert "No label has a different count." in moved
    with pytest.raises(RedlineError, match="has no section on 1.1.0"):
        changes.page("# Changelog\n", state("1.1.0", {"a": "1", "b": "1"}, GPE=3), [FIRST])


@pytest.mark.parametrize("version", ["1.0", "1.0.0.0", "v1.0.0", "1.0.x", "01.0.0", "", "1.-1.0"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(RedlineError, match="is not a version; needed: major.minor.patch"):
        changes.parts(version)


def test_a_recorded_release_stands_in_the_history(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--no-baselines", "--record"]) == 0
    (one,) = changes.history(small_project.corpus / "releases.json")
    assert (one.version, len(one.documents)) == (__version__, len(list(small_project.gold.iterdir())))
    capsys.readouterr()
    assert main(["publish", "--no-baselines", "--record", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(SHAPES["publish"])
    assert len(changes.history(small_project.corpus / "releases.json")) == 1


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project of few documents whose release is recorded; only to be copied."""

    def fill(folder: Path) -> None:
        with contextlib.chdir(small(folder).root):
            assert main(["publish", "--no-baselines", "--record"]) == 0

    return shared(tmp_path_factory, "recorded", fill)


def other_split(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"court-report": "train"', '"court-report": "test"'), encoding="utf-8")


def other_genre(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"genre": "wire"', '"genre": "post"'), encoding="utf-8")


def other_name(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"name":"Burontá"', '"name":"Buronta"'), encoding="utf-8")


CHANGES = [
    ("corpus/splits.json", other_split),
    ("corpus/raters/r2", shutil.rmtree),
    ("seeds/dam-wire.json", other_genre),
    ("corpus/entities.jsonl", other_name),
]


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=["split", "rater", "seed", "entity"])
def test_a_released_version_is_never_built_with_other_content(
    name: str, change: Any, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    change(tmp_path / name)
    assert main(["publish", "--no-baselines", "--out", "second"]) == 2
    assert f"version {__version__} was released with different content; needed: a new version in CITATION.cff" in capsys.readouterr().err
    assert not Path("second").exists()


def test_a_contrast_set_has_a_configuration_of_its_own(tmp_path: Path) -> None:
    pair = tuple(
        record(text, (span("threat", "THREAT", text, "will strike"),), doc="p1") for text in ("We will strike.", "They will strike.")
    )
    folder = build.build(of([item()], contrast={"negation": pair}, edits={"p1": ["agent"]}), tmp_path)
    found = loaded(folder, "contrast", tmp_path / "cache")["test"]
    assert [(row["set"], row["group"], row["edit"], row["text"]) for row in found] == [
        ("negation", "p1", edit, one.text) for edit, one in zip((None, "agent"), pair, strict=True)
    ]
    assert verify.problems(folder, TAXONOMY) == []


def test_rows_go_to_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 3)
    monkeypatch.setattr(parquet, "SHARD", 6)
    folder = build.build(of([item(f"d{number:02}") for number in range(20)]), tmp_path)
    assert len(parquet.shards(folder / "data/documents", "train")) == 4
    assert [row["doc"] for row in parquet.read(folder / "data/documents", "train")] == [f"d{number:02}" for number in range(20)]
    assert loaded(folder, "documents", tmp_path / "cache")["train"].num_rows == 20
    assert verify.problems(folder, TAXONOMY) == []


def test_agreement_of_the_card_is_that_of_the_raters(few: Path, trained_once: Path) -> None:
    def shown(figures: Sequence[Figure]) -> dict[Any, str]:
        return {(row.layer, row.label, row.task, row.score.metric): str(row.score) for row in figures}

    released = shown(counts.counts(few, TAXONOMY).agreement)
    rated = shown(agree.rows(projects.find(trained_once), None, Bootstrap(1000, 1)))
    assert len(released) > 10
    assert released == {key: rated[key] for key in released}


def audited_spans() -> int:
    """How many spans gold has in the documents that were rated once more."""
    gold = [(ROOT / "corpus" / "gold" / path.name).read_bytes() for path in ROOT.glob("corpus/audit/*.jsonl")]
    return sum(len(json.loads(line)["spans"]) for data in gold for line in data.splitlines())


def test_the_residual_error_has_an_exact_bound(built: Path) -> None:
    # With no error in n spans the upper end of the 95 % interval is 1 - 0.025^(1/n).
    assert manifest.read(built).residual["gold_spans"] == audited_spans()
    assert residual.upper({"wrong": 0, "missing": 0, "gold_spans": 84}) == pytest.approx(1 - 0.025 ** (1 / 84))


def test_a_digest_is_that_of_the_rows_whatever_pyarrow_makes_of_them(tmp_path: Path) -> None:
    """`make test-oldest` runs this with the oldest pyarrow that is supported."""
    rows = [{"number": 7, "text": NASTY, "names": ["Orla", "ﬁ"]}, {"number": None, "text": "", "names": []}]
    with parquet.Writer(tmp_path, "train", {"text": "string", "number": "int32", "names": ["string"]}) as writer:
        for row in rows:
            writer.add(row)
    lines = f'{{"names":["Orla","ﬁ"],"number":7,"text":"{NASTY}"}}\n{{"names":[],"number":null,"text":""}}\n'
    again = parquet.Digest()
    for row in parquet.read(tmp_path, "train"):
        again.add(row)
    assert writer.digest.hexadecimal() == again.hexadecimal() == sha256(lines.encode())


def test_an_audit_of_documents_that_are_gone_gives_no_figure(project: Project) -> None:
    corpus = projects.load(project)
    assert residual.counts(project, corpus)["gold_spans"] == audited_spans()
    corpus.documents.clear()
    (project.corpus / "audit" / "verdicts.json").write_text('{"wrong": [], "missing": []}')
    assert residual.counts(project, corpus) == {"people_checked": 0, "people_planned": 50, "suggested_spans": 0}


def test_a_seal_tells_nothing_without_the_text() -> None:
    one = tables.span_hash(TEXT, (0, 4), "Orla")
    assert one == tables.span_hash(TEXT, (0, 4), "Orla")
    assert (
        len(
            {
                one,
                tables.span_hash(TEXT, (1, 5), "Orla"),
                tables.span_hash(TEXT, (0, 4), "Oslo"),
                tables.span_hash(TEXT + " ", (0, 4), "Orla"),
            }
        )
        == 4
    )


def test_types_that_the_hub_cannot_hold_are_not_used() -> None:
    """No empty struct, no list of features by the old name, no number that a column rounds."""
    text = json.dumps({name: {c: hub(kind) for c, kind in columns.items()} for name, columns in features(TAXONOMY).items()})
    assert "Sequence" not in text
    assert "{}" not in text
    assert "float" not in text


def test_a_text_without_a_licence_or_a_split_is_refused(small_project: Project) -> None:
    splits = json.loads((small_project.corpus / "splits.json").read_text())
    (small_project.corpus / "splits.json").write_text(json.dumps({doc: split for doc, split in splits.items() if doc != "dam-wire"}))
    with pytest.raises(RedlineError, match="dam-wire: is in no split"):
        contents.of_project(small_project, lambda _: None, baselines=False)


def test_a_project_without_gold_has_no_release(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for path in [*small_project.gold.glob("*.jsonl"), *(small_project.corpus / "decisions").glob("*.json")]:
        path.unlink()
    (small_project.corpus / "splits.json").write_text("{}\n")
    assert main(["publish", "--no-baselines"]) == 2
    assert "gold: contains no document to publish; needed: gold (redline adjudicate)" in capsys.readouterr().err


def test_gold_without_a_seed_is_in_no_release(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (small_project.seeds / "dam-wire.json").unlink()
    assert main(["publish", "--no-baselines"]) == 2
    assert "RL603 document `dam-wire` has no seed; needed: " in capsys.readouterr().err


def test_the_records_of_the_release_are_prodigy_tasks(built: Path, taxonomy: Taxonomy) -> None:
    rows = [json.loads(line) for line in (built / "jsonl" / "test.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == sum(len(row["passages"]) for row in parquet.read(built / "data/documents", "test"))
    for row in rows:
        for held in row["spans"]:
            assert row["text"][held["start"] : held["end"]] == held["text"]
            assert row["tokens"][held["token_start"]]["start"] == held["start"]
            assert row["tokens"][held["token_end"]]["end"] == held["end"]


def test_of_two_builds_at_once_both_find_the_same_release(tmp_path: Path) -> None:
    def slow() -> Iterator[Item]:
        yield item()
        if not (tmp_path / "redline-1.0.0").exists():
            build.build(of([item()]), tmp_path)

    assert build.build(of([], items=slow), tmp_path) == tmp_path / "redline-1.0.0"
    assert [path.name for path in tmp_path.iterdir()] == ["redline-1.0.0"]


def test_verify_holds_the_manifest_to_itself(few: Path, tmp_path: Path) -> None:
    folder = damaged(few, tmp_path)
    manifest.sign(folder, msgspec.structs.replace(manifest.read(folder), digest="0" * 64))
    assert "the digest does not match the parts" in "\n".join(verify.problems(folder, TAXONOMY))


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname"])
def test_verify_never_looks_outside_of_the_release(few: Path, tmp_path: Path, name: str) -> None:
    folder = damaged(few, tmp_path)
    (tmp_path / "outside.txt").write_text("")
    held = manifest.read(folder)
    files = {**held.files, name: manifest.file(tmp_path / "outside.txt")}
    (folder / "manifest.json").write_bytes(manifest.encode(msgspec.structs.replace(held, files=files)))
    assert f"lists `{name}`, which is outside of the release" in "\n".join(verify.problems(folder, TAXONOMY))


def test_the_card_has_the_scores_of_the_release_and_no_others(few: Path, trained: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert "| ner | gazetteer | exact_f1 |" in (few / "README.md").read_text(encoding="utf-8")
    path = trained.models / "leaderboard.json"
    board = json.loads(path.read_bytes())
    for entry in board["models"]:
        entry["origin"]["trained_on"] = "0" if entry["task"] == "ner" else entry["origin"]["trained_on"]
    path.write_text(json.dumps(board))
    assert main(["publish"]) == 0
    assert "1 of 8 baselines have scores on other texts, so the card omits them: run make train" in capsys.readouterr().err
    text = (trained.root / "dist" / few.name / "README.md").read_text(encoding="utf-8")
    assert "| ner | gazetteer |" not in text
    assert "| threat_sentence | majority |" in text


def test_nothing_is_restored_from_what_is_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", str(tmp_path / "nowhere"), "--texts", str(tmp_path)]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("manifest.json: cannot be read") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_card_claims_no_comparison_that_was_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 1)
    folder = build.build(of([item("a"), item("b", split="validation", text="Others said Belmora so.\nNobody did in Belmora.")]), tmp_path)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "The release is too large to compare texts across splits" in text
    assert "No five-word run" not in text


def test_raters_of_a_withdrawn_text_are_not_counted(tmp_path: Path) -> None:
    other = item("c", text="Others said Belmora so.\nNobody did in Belmora.", raters=True)
    folder = build.build(of([other, item("b", "withdrawn", raters=True)]), tmp_path)
    assert {row.score.signature.split("docs:")[1].split("|")[0] for row in counts.counts(folder, TAXONOMY).agreement} == {"1"}


def test_documents_of_another_redline_are_told_to_be_unchecked(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = damaged(few, tmp_path)
    held = manifest.read(folder)
    manifest.sign(folder, msgspec.structs.replace(held, tools={**held.tools, "redline": "9.9.9"}))
    assert main(["verify", str(folder)]) == 0
    assert "note: the documents were not compared: redline 9.9.9 wrote them" in capsys.readouterr().err
    assert main(["verify", str(few)]) == 0
    out, err = capsys.readouterr()
    assert (out.split(": ")[0], err) == (str(few), "")
