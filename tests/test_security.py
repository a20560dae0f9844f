"""What comes from strangers stays within its folder, ends no command in a traceback, and loses nothing."""

import json
import re
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, ROOT, record, small, span
from redline.cli import main
from redline.core.document import Record, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.names import checked, usable
from redline.core.pieces import LIMIT, cut, joined
from redline.core.predictions import with_spans
from redline.core.segmentation import sentences
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats import docbin_file
from redline.learn import artefact
from redline.model import label
from redline.project import Project, sources
from redline.publish import build, manifest, restore, verify
from redline.publish.documents import written
from releases import TAXONOMY, TEXT, item, of


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of few documents two folders down, which is the working folder: what leads elsewhere is within the test's own folder."""
    folder = tmp_path / "above" / "project"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return small(folder)


HOSTILE = [
    "../../x",
    "../seeds/y",
    "/etc/x",
    "a/b",
    "a\\b",
    "..",
    ".",
    ".hidden",
    "",
    "x" * 101,
    "a\x00b",
    "con",
    "NUL.txt",
    "a.",
    "é",
    "a b",
    "-x",
]


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# Names.


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="cannot name a document"):
        checked(name, "document")
    with pytest.raises(RedlineError, match="cannot name a document"):
        sources.read(tmp_path, name, tmp_path)


@given(st.text(max_size=20))
def test_a_usable_name_is_one_part_of_a_path(name: str) -> None:
    if usable(name):
        assert Path("/folder", name).parts == ("/", "folder", name)
        assert Path("/folder", name).resolve().parent == Path("/folder")


def test_every_name_of_the_corpus_is_usable() -> None:
    for path in (*ROOT.glob("seeds/*.json"), *ROOT.glob("corpus/*/*"), *ROOT.glob("models/*.json"), *ROOT.glob("schemas/*.json")):
        assert usable(path.stem), path


@pytest.mark.parametrize(("doc", "rater"), [("dam-wire", "../../x"), ("../seeds/y", "r9"), ("dam-wire", "a/b"), ("/etc/hosts", "r9")])
def test_a_quotes_file_writes_nowhere_but_into_its_raters_folder(
    doc: str, rater: str, here: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(here.root.parents[1])
    Path("q.json").write_text(json.dumps({"doc": doc, "rater": rater, "layers": ["threat"], "passages": []}))
    assert main(["import", "q.json", "--format", "quotes"]) == 2
    assert "cannot name a" in capsys.readouterr().err
    assert files(here.root.parents[1]) - before <= {"above/project/q.json", "above/project/.redline.lock"}


def test_a_record_whose_document_leads_elsewhere_is_a_problem_and_reads_nothing(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("../../../etc/passwd", "a\\u0000b", "x" * 5000):
        data = (here.gold / "dam-wire.jsonl").read_bytes().replace(b'"doc":"dam-wire"', f'"doc":"{name}"'.encode())
        Path("x.jsonl").write_bytes(data)
        assert main(["validate", "x.jsonl", "--json"]) == 1
        assert "RL015" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["reanchor", "../../x", "seeds/dam-wire.txt"], ["adjudicate", "../../x"]], ids=lambda c: c[0])
def test_a_document_named_on_the_command_line_stays_in_the_project(
    command: list[str], here: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(here.root.parents[1])
    assert main(command) == 2
    assert capsys.readouterr().err.startswith("redline: ")
    assert files(here.root.parents[1]) - before <= {"above/project/.redline.lock"}


# Releases.


def test_a_release_whose_document_leads_elsewhere_restores_nothing(tmp_path: Path) -> None:
    folder = build.build(of([item(doc="../../x", rights="unknown")]), tmp_path / "deep" / "dist")
    texts = tmp_path / "deep" / "er" / "texts"
    texts.mkdir(parents=True)
    (tmp_path / "deep" / "x.txt").write_bytes(TEXT.encode())
    before = files(tmp_path)
    with pytest.raises(RedlineError, match="cannot name a document"):
        restore.restore(folder, texts, tmp_path / "deep" / "er" / "out", TAXONOMY)
    assert files(tmp_path) == before


def test_a_release_that_does_not_verify_restores_nothing(tmp_path: Path) -> None:
    folder = build.build(of([item(rights="unknown")]), tmp_path / "dist")
    (tmp_path / "d.txt").write_bytes(TEXT.encode())
    (folder / "labels.json").write_bytes(b"{}")
    with pytest.raises(
        RedlineError, match=r"labels\.json: does not match the manifest .*; needed: a release without problems \(redline verify\)"
    ):
        restore.restore(folder, tmp_path, tmp_path / "out", TAXONOMY)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", written.REQUIRED)
def test_a_release_signed_again_without_a_file_is_told(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build.build(of([item()]), tmp_path)
    (folder / name).unlink()
    manifest.sign(folder, manifest.read(folder))
    assert main(["verify", str(folder)]) == 1
    assert f"does not list the required file {name}" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"distribution": 1}', b'{"distribution": [{"sha256": "x"}]}', b"[" * 100_000])
def test_damaged_croissant_signed_again_is_a_line(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build.build(of([item()]), tmp_path)
    (folder / "croissant.json").write_bytes(data)
    manifest.sign(folder, manifest.read(folder))
    assert main(["verify", str(folder)]) == 1
    assert "croissant.json: " in capsys.readouterr().out


def test_a_null_in_a_row_of_a_release_is_a_line(tmp_path: Path) -> None:
    import pyarrow.parquet

    from redline.publish import parquet
    from redline.publish.features import features

    folder = build.build(of([item()]), tmp_path)
    rows = list(parquet.read(folder / "data/documents", "train"))
    rows[0]["passages"][0]["text"] = None
    table = pyarrow.Table.from_pylist(rows, schema=parquet.schema(features(TAXONOMY)["documents"]))
    pyarrow.parquet.write_table(table, folder / "data/documents/train-00000.parquet")
    manifest.sign(folder, manifest.read(folder))
    assert any("documents, train: row 1 has a missing value" in line for line in verify.problems(folder, TAXONOMY))


def test_a_link_or_a_strange_split_in_a_release_is_told(tmp_path: Path) -> None:
    folder = build.build(of([item()]), tmp_path)
    (folder / "more.txt").symlink_to("/etc/hosts")
    held = manifest.read(folder)
    parts = held.parts | {"documents": held.parts["documents"] | {"../../x": manifest.Part(1, "x", 1)}}
    manifest.sign(folder, msgspec.structs.replace(held, parts=parts))
    assert any("more.txt: is a link" in line for line in verify.problems(folder, TAXONOMY))
    (folder / "more.txt").unlink()
    manifest.sign(folder, manifest.read(folder))
    assert any("has the unknown split `../../x`" in line for line in verify.problems(folder, TAXONOMY))


@pytest.mark.parametrize(
    "name", ["notes.txt", "data/threats/train-x.parquet", "data/more/train-00000.parquet", "jsonl/more/train.jsonl", "docbin/x"]
)
def test_a_file_that_no_release_has_is_told_though_it_is_signed(name: str, tmp_path: Path) -> None:
    folder = build.build(of([item()]), tmp_path)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"words")
    manifest.sign(folder, manifest.read(folder))
    assert verify.problems(folder, TAXONOMY) == [f"{folder / name}: is not a file of a release"]


@pytest.mark.parametrize(
    ("old", "new"), [(b'"rows": 1', b'"rows": 1e999'), (b'"rows": 1', b'"rows": ' + b"9" * 400), (b'"bytes": ', b'"bytes": -')]
)
def test_a_manifest_with_impossible_numbers_is_a_line(old: bytes, new: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build.build(of([item()]), tmp_path)
    path = folder / manifest.NAME
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert main(["verify", str(folder)]) in (1, 2)
    out, err = capsys.readouterr()
    assert "manifest" in out + err
    assert main(["restore", str(folder), "--texts", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("column", ["relations", "attributes"])
def test_a_null_list_in_a_signed_row_of_a_rater_is_a_line(column: str, tmp_path: Path) -> None:
    import pyarrow.parquet

    from redline.publish import parquet
    from redline.publish.features import features

    folder = build.build(of([item(raters=True)]), tmp_path)
    rows = list(parquet.read(folder / "data/raters", "train"))
    rows[0][column] = None
    table = pyarrow.Table.from_pylist(rows, schema=parquet.schema(features(TAXONOMY)["raters"]))
    pyarrow.parquet.write_table(table, folder / "data/raters/train-00000.parquet")
    digest = parquet.Digest()
    for row in parquet.read(folder / "data/raters", "train"):
        digest.add(row)
    held = manifest.read(folder)
    held.parts["raters"]["train"] = manifest.Part(digest.rows, digest.hexadecimal(), parquet.arrow_bytes(folder / "data/raters", "train"))
    manifest.sign(folder, msgspec.structs.replace(held, digest=manifest.whole(held.parts)))
    assert any("a row cannot be counted (TypeError" in line for line in verify.problems(folder, TAXONOMY))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", ["data/documents/train-00000.parquet", "docbin/train-00000.spacy", "jsonl/train.jsonl"])
def test_a_truncated_file_signed_again_is_a_line(name: str, share: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build.build(of([item()]), tmp_path)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * share)])
    manifest.sign(folder, manifest.read(folder))
    assert main(["verify", str(folder)]) == 1
    assert "redline-1.0.0" in capsys.readouterr().out


def test_a_docbin_of_a_release_that_unpacks_to_too_much_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build.build(of([item()]), tmp_path)
    monkeypatch.setattr(docbin_file, "LARGEST", 1 << 22)
    (folder / "docbin/train-00000.spacy").write_bytes(zlib.compress(bytes(1 << 24)))
    manifest.sign(folder, manifest.read(folder))
    (line,) = verify.problems(folder, TAXONOMY)
    assert "docbin/train-00000.spacy: unpacks to more than 4194304 bytes; needed: " in line


# Models.


@pytest.mark.parametrize(("key", "value"), [("model", "../../x"), ("task", "../x")])
def test_a_model_whose_name_leads_elsewhere_is_refused(key: str, value: str, here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--model", "gazetteer", "--out", "mine"]) == 0
    capsys.readouterr()
    path = here.root / "mine" / "gazetteer" / "ner" / artefact.NAME
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {key: value}))
    assert main(["label", "seeds/dam-wire.txt", "out.jsonl", "--models", "mine"]) == 2
    assert f"cannot name a {key}" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()


# Long texts, and models that fail.


def long_record(text: str, spans: tuple[Span, ...] = (), relations: tuple[Relation, ...] = ()) -> Record:
    return canonical(msgspec.structs.replace(record(text, spans, relations), sentences=sentences(text)))


@given(
    words=st.lists(
        st.sampled_from(["Orla.", "e\u0301", "👨‍👩‍👧", "שלום", "“Go!”", "𝔊", "x" * 30, "\u3000", "fell"]), min_size=1, max_size=60
    ),
    places=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=12),
    limit=st.integers(5, 60),
)
def test_a_record_that_was_cut_is_whole_again(words: list[str], places: list[tuple[int, int]], limit: int) -> None:
    text = " ".join(words)
    bounds = [(start, min(len(text), start + size)) for start, size in places if start < len(text)]
    spans = tuple(Span(f"s{n}", "threat", "THREAT", start, end, text[start:end]) for n, (start, end) in enumerate(bounds))
    relations = tuple(Relation("s0", one.id, "TARGET") for one in spans[1:])
    whole = long_record(text, spans, relations)
    pieces = cut(whole, limit)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text[one.start : one.end] == one.text for piece in pieces for one in piece.spans)
    again = joined(whole, pieces)
    assert (again.text, again.spans, again.relations) == (whole.text, whole.spans, whole.relations)
    longest = max([limit, *(end - start for start, end in covered(spans))])
    assert all(len(piece.text) <= longest + limit for piece in pieces)


def covered(spans: Sequence[Span]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for one in sorted(spans, key=lambda one: one.start):
        if found and one.start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.end))
        else:
            found.append(one.bounds)
    return found


def test_a_cut_is_between_sentences_where_it_can_be() -> None:
    whole = long_record("Orla fell. Belmora stayed. Nobody said why.")
    assert [piece.text for piece in cut(whole, 30)] == ["Orla fell. Belmora stayed. ", "Nobody said why."]
    assert [piece.text for piece in cut(long_record("aaa bbb ccc ddd"), 8)] == ["aaa bbb ", "ccc ddd"]


class Finder:
    """Labels every `Orla` of the texts that it is given, and fails on a text with `boom` and on one beyond the limit."""

    def predict(self, records: Sequence[Record]) -> list[Record]:
        return [with_spans(one, "entities", self._spans(one.text)) for one in records]

    def _spans(self, text: str) -> list[Span]:
        if "boom" in text or len(text) > LIMIT:
            raise MemoryError("[E088] too long")
        return [Span("x", "entities", "GPE", *found.span(), "Orla") for found in re.finditer("Orla", text)]


@pytest.fixture
def labeller(taxonomy: Taxonomy) -> label.Labeller:
    made = label.Labeller.__new__(label.Labeller)
    made.taxonomy, made.fast = taxonomy, False
    task: Task = next(task for task in taxonomy.tasks.values() if task.shape == "spans" and task.layer == "entities")
    made.models = [(task, Finder())]  # type: ignore[list-item]
    made.tasks, made.layers, made.linked, made.classes = frozenset({task.name}), frozenset({task.layer}), frozenset(), False
    return made


def plain(text: str, passage: int = 0) -> Record:
    made = msgspec.structs.replace(record(text, passage=passage), sentences=sentences(text))
    return msgspec.structs.replace(made, meta=msgspec.structs.replace(made.meta, layers={}))


def test_a_line_of_five_megabytes_is_labelled_whole(labeller: label.Labeller, tmp_path: Path) -> None:
    sentence = f"{NASTY} Orla fell on Monday. "
    text = (sentence * (5_000_000 // len(sentence.encode()) + 1)).strip()
    assert 5_000_000 <= len(text.encode()) < 5_001_000
    begun = time.perf_counter()
    (made,) = labeller.label([plain(text)])
    assert time.perf_counter() - begun < 60
    assert made.text == text
    assert len(made.spans) == text.count("Orla")
    assert all(text[one.start : one.end] == "Orla" for one in made.spans)
    assert len({one.id for one in made.spans}) == len(made.spans)


def test_a_text_beyond_the_limit_is_refused_by_name(taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label, "LONGEST", 10)
    (tmp_path / "x.txt").write_text("Orla fell.\nOrla stayed.\n", encoding="utf-8")
    read = label.read(tmp_path / "x.txt", taxonomy)
    assert next(read).text == "Orla fell."
    with pytest.raises(RedlineError, match=r"x.txt: passage 1 of x has 12 characters in one line; needed: at most 10, such as "):
        next(read)


def test_a_model_that_fails_names_its_record_and_the_others_go_on(labeller: label.Labeller, tmp_path: Path) -> None:
    records = [plain("Orla fell."), plain("boom", 1), plain("Orla stayed.", 2)]
    written = label.write(labeller, iter(records), tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert written.records == 3
    assert [str(loss) for loss in written.losses] == ["case, passage 1: all labels: a model failed (MemoryError: [E088] too long)"]
    assert [[one["text"] for one in line["spans"]] for line in lines] == [["Orla"], [], ["Orla"]]
    assert [line["meta"]["layers"] for line in lines] == [{"entities": "predicted"}, {}, {"entities": "predicted"}]


def test_an_error_outside_of_the_models_is_not_reported_as_one_of_theirs(
    labeller: label.Labeller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label, "joined", lambda *_: [][1])
    with pytest.raises(IndexError):
        label.write(labeller, iter([plain("Orla fell.")]), tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_spans_of_pairs_are_named_as_in_the_whole_record(taxonomy: Taxonomy) -> None:
    whole = long_record("Orla fell. Orla rose. Orla fell.")
    pieces: list[Any] = []
    for piece in cut(whole, 12):
        found = span("entities", "GPE", piece.text, "Orla", "entities-1")
        meta = msgspec.structs.replace(piece.meta, predictions={"t": [{"pair": ["entities-1", "entities-1"], "label": "X"}]})
        pieces.append(msgspec.structs.replace(piece, spans=(found,), meta=meta))
    made = joined(whole, pieces)
    assert [one.id for one in made.spans] == ["entities-1", "entities-2", "entities-3"]
    assert [entry["pair"] for entry in made.meta.predictions["t"]] == [[f"entities-{n}"] * 2 for n in (1, 2, 3)]  # type: ignore[index]
