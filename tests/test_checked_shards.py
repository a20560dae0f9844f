"""Folders of shards are checked: the lines of `redline validate`, the same from every engine, nothing checked twice."""

import gzip
import json
from pathlib import Path

import pytest

from redline.cli import main
from redline.core.document import encode
from redline.core.errors import RedlineError
from redline.model import checked_shards, engines, shard_check, shard_folder
from redline.model.shard_check import Settings
from redline.publish.record_rows import documents

from conftest import record, span  # isort: skip
from test_shards import backwards, contents  # isort: skip

TEXT = "Orla will strike Brun."
GOOD = record(TEXT, (span("entities", "GPE", TEXT, "Orla"),), doc="a")
CUT = record(TEXT, (span("entities", "GPE", TEXT, "Orl"),), doc="b")
SETTINGS = Settings(None, ("RL005", "RL104"), documents)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean shard, a packed one with a span that cuts a word, and one whose second line is blank and last line no record."""
    monkeypatch.chdir(tmp_path)
    folder = Path("in")
    (folder / "sub").mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(encode(GOOD) + b"\n")
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(encode(GOOD) + b"\n" + encode(CUT) + b"\n"))
    (folder / "sub" / "c.jsonl").write_bytes(encode(CUT) + b"\n\n{}\n")
    return folder


def test_problems_are_the_lines_of_validate_in_the_order_of_the_shards(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source / "b.jsonl.gz").unlink()
    assert main(["validate", str(source), "--select", "RL005,RL104"]) == 1
    single = capsys.readouterr().out.splitlines()
    assert main(["validate", "--shards", str(source), "--workers", "1", "--select", "RL005,RL104"]) == 1
    sharded = capsys.readouterr().out.splitlines()
    assert [line.split(":", 3)[:3] for line in sharded if ": warning" in line] == [
        ["in/sub/c.jsonl", "1", " warning RL104 span-cuts-word"],
        ["in/sub/c.jsonl", "2", " warning RL005 blank-line"],
    ]
    assert [line for line in sharded if "not checked" not in line] == [line for line in single if "not checked" not in line]
    assert sharded[-3] == "2 files, 2 records: 2 problems"
    assert sorted(path.name for path in Path().iterdir()) == ["in"]


@pytest.mark.parametrize(
    ("names", "files"),
    [((), ""), (("sub/d.txt",), "1 file (sub/d.txt)"), (("notes.csv", "sub/d.txt", "_SUCCESS"), "3 files (_SUCCESS, ...)")],
)
@pytest.mark.parametrize("command", ["validate", "label"])
def test_files_that_are_no_shards_are_a_note(
    command: str, names: tuple[str, ...], files: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in/sub").mkdir(parents=True)
    Path("in/a.jsonl").write_bytes(encode(GOOD) + b"\n")
    for name in names:
        Path("in", name).touch()
    assert main([command, "in", "out", "--shards", "--workers", "1"]) < 2
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: in:")]
    assert notes == ([f"note: in: {files} not read; shards end in .jsonl or .jsonl.gz or .parquet"] if names else [])


def test_json_counts_over_all_shards_and_shards_that_cannot_be_read_fail_the_run(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = (source / "b.jsonl.gz").read_bytes()
    (source / "b.jsonl.gz").write_bytes(packed[:-9])
    command = ["validate", str(source), "out", "--shards", "--workers", "1", "--json", "--select", "RL104"]
    assert main(command) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["path"], one["line"], one["code"], one["start"], one["end"]) for one in found["diagnostics"]] == [
        ("in/sub/c.jsonl", 1, "RL104", 0, 3)
    ]
    unread = found["summary"].pop("not_checked")
    assert found["summary"] == {"files": 3, "records": 2, "problems": 1, "waived": 0, "codes": {"RL104 span-cuts-word": 1}}
    assert unread[0].startswith("b.jsonl.gz: ")
    assert unread[0].endswith("needed: a whole gzip file")
    assert unread[1] == "sub/c.jsonl is not fully readable: rules on its documents and their seeds ran without it"
    (source / "b.jsonl.gz").write_bytes(packed)
    assert main([*command, "--resume"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["records"] == 4
    (source / "sub" / "c.jsonl").unlink()
    (source / "b.jsonl.gz").unlink()
    assert main([*command, "--resume"]) == 0


def test_a_shard_that_cannot_be_read_is_a_failure_and_has_no_old_problems(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source / "sub" / "c.jsonl").unlink()
    command = ["validate", str(source), "out", "--shards", "--workers", "1", "--select", "RL104"]
    assert main(command) == 1
    problems = Path("out/b.jsonl.gz.problems.jsonl")
    assert problems.exists()
    (source / "b.jsonl.gz").write_bytes((source / "b.jsonl.gz").read_bytes()[:-9])
    capsys.readouterr()
    # No rule finds anything in what is left: the shard alone makes the run fail.
    assert main([*command, "--resume"]) == 1
    assert "1 record: 0 problems" in capsys.readouterr().out
    assert not problems.exists()


def test_every_engine_writes_the_same_bytes(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    for name, engine in {"backwards": backwards(), "local": engines.local(2), "dask": engines.dask(1)}.items():
        checked_shards.check(source, tmp_path / name, SETTINGS, engine)
    assert contents(tmp_path / "backwards") == contents(tmp_path / "local") == contents(tmp_path / "dask")
    assert sorted(contents(tmp_path / "dask")) == ["b.jsonl.gz.problems.jsonl", "manifest.json", "sub/c.jsonl.problems.jsonl"]


def test_a_shard_is_checked_again_only_where_it_or_its_problems_are_others(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    checked_shards.check(source, out, SETTINGS, backwards())
    before, places = contents(out), {path.name: path.stat().st_ino for path in out.rglob("*.problems.jsonl")}
    (out / "b.jsonl.gz.problems.jsonl").write_bytes(b"damaged\n")
    checked_shards.check(source, out, SETTINGS, backwards(), resume=True)
    assert contents(out) == before
    assert [path.name for path in out.rglob("*.problems.jsonl") if path.stat().st_ino == places[path.name]] == ["c.jsonl.problems.jsonl"]
    (source / "sub" / "c.jsonl").write_bytes(encode(GOOD) + b"\n")
    done = checked_shards.check(source, out, SETTINGS, backwards(), resume=True)
    assert (done.total("problems"), done.total("records")) == (1, 4)
    assert not (out / "sub" / "c.jsonl.problems.jsonl").exists()


def test_other_rules_are_another_run(source: Path, tmp_path: Path) -> None:
    checked_shards.check(source, tmp_path / "out", SETTINGS, backwards())
    with pytest.raises(RedlineError, match="was made with other rules, labels or version; needed: the same, or an empty folder"):
        checked_shards.check(source, tmp_path / "out", Settings(None, ("RL104",), documents), backwards(), resume=True)


def test_parquet_shards_of_a_release_are_checked_like_their_records(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from redline.publish.parquet import library

    span_row = {"id": "x1", "layer": "entities", "label": "GPE", "start": 0, "end": 3, "attributes": [], "origin": None}
    passage = {
        "passage": 0, "offset": 0, "length": len(TEXT), "layers": ["entities"], "spans": [span_row], "relations": [],
        "sentences": [{"start": 0, "end": len(TEXT)}],
    }  # fmt: skip
    rows = [{"doc": doc, "scheme": "2.0", "text": text, "passages": [passage]} for doc, text in (("a", TEXT), ("b", None))]
    pa = library()
    (tmp_path / "in").mkdir()
    pa.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "in" / "a.parquet")
    pa.parquet.write_table(pa.table({"text": [TEXT]}), tmp_path / "in" / "b.parquet")
    done = checked_shards.check(tmp_path / "in", tmp_path / "out", SETTINGS, backwards())
    (problem,) = shard_check.read(tmp_path / "out" / "a.parquet.problems.jsonl")
    assert (problem.path, problem.line, problem.code, problem.doc) == ("a.parquet", 1, "RL104", "a")
    assert (done.shards["a.parquet"].records, done.shards["a.parquet"].wordless) == (1, 1)
    assert done.failed["b.parquet"].endswith("needed: its default configuration")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "--engine", "dask"], "--engine is an option for a folder of shards; needed: --shards"),
        (["in", "--shards", "--resume"], "--resume and --scheduler need a folder that stays; needed: a second folder, for the problems"),
        (
            ["in", "--shards", "--fix"],
            "--shards checks one folder and repairs nothing; needed: a folder of shards, a folder for problems or none",
        ),
        (["in", "in/out", "--shards"], "in/out: is not separate from in; needed: another folder for the output"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_one_line(
    arguments: list[str], message: str, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *arguments]) == 2
    assert capsys.readouterr().err.replace(f"{tmp_path.resolve()}/", "") == f"redline: {message}\n"
    assert not (source / "out").exists()
    assert shard_folder.MANIFEST not in {path.name for path in Path().iterdir()}
