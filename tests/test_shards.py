"""Folders of shards: the same bytes from every engine, nothing lost, nothing done twice."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redline import project as projects
from redline.cli import main
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.learn.trivial import Cues
from redline.model import engines, label, shard, shard_folder, shards
from redline.model.engines import Together
from redline.model.shard import Settings
from redline.project.lock import locked_folder

from test_labelling import fill  # isort: skip

TEXTS = ("We will strike Orla now.", "The harvest was good in Orla.", "We will shell Brun, he said.")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of threat sentences that needs no training to speak of."""
    return fill(tmp_path_factory.mktemp("models"), projects.labels(), "cues")


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(None, (home,))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Four shards: 3 tasks, 3 tasks packed, 1 task in a folder, and none."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(lines(*TEXTS))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines(*TEXTS)))
    (folder / "sub" / "c.jsonl").write_bytes(lines(TEXTS[0]))
    (folder / "sub" / "empty.jsonl").write_bytes(b"")
    return folder


def lines(*texts: str) -> bytes:
    return b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)


@contextmanager
def backwards() -> Iterator[Together]:
    """An engine without other processes, which takes the jobs from the last to the first."""

    def together(work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        yield from ((job, work(job)) for job in reversed(jobs))

    yield together


def contents(folder: Path) -> dict[str, bytes]:
    """The files of an output, without the lock."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".redline.lock"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_fast_shards_have_no_tokens(source: Path, home: Path, tmp_path: Path) -> None:
    for fast in (False, True):
        shards.label(source, tmp_path / f"{fast}", Settings(None, (home,), fast=fast), backwards())
        (first, *_) = (tmp_path / f"{fast}" / "a.jsonl").read_text().splitlines()
        assert ("tokens" in json.loads(first)) is not fast


def test_the_bytes_are_the_same_from_every_engine_and_those_of_single_files(
    source: Path, settings: Settings, home: Path, tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    (source / "sub" / "c.jsonl").write_bytes(lines(TEXTS[0]) + b"no task\n")
    outputs = []
    for name, engine in {"backwards": backwards(), "local": engines.local(2), "dask": engines.dask(1)}.items():
        shards.label(source, tmp_path / name, settings, engine)
        outputs.append(contents(tmp_path / name))
    assert outputs[0] == outputs[1] == outputs[2]
    assert main(["label", str(source / "a.jsonl"), str(tmp_path / "a.jsonl"), "--models", str(home)]) == 0
    assert outputs[0]["a.jsonl"] == gzip.decompress(outputs[0]["b.jsonl.gz"]) == (tmp_path / "a.jsonl").read_bytes()
    assert outputs[0]["sub/empty.jsonl"] == b""
    assert [json.loads(line)["text"] for line in outputs[0]["a.jsonl"].splitlines()] == list(TEXTS)


def test_a_shard_is_done_again_only_where_its_input_or_output_is_another(source: Path, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shards.label(source, out, settings, backwards())
    before, places = contents(out), {path: path.stat().st_ino for path in out.rglob("*.jsonl*")}
    (out / "a.jsonl").write_bytes(b"damaged\n")
    (source / "sub" / "c.jsonl").write_bytes(lines(*TEXTS[:2]))
    os.link(out / shard_folder.MANIFEST, tmp_path / "old.json")
    shards.label(source, out, settings, backwards(), resume=True)
    after = contents(out)
    # The manifest is replaced and never written over, so that a kill leaves the old one or the new one.
    assert (tmp_path / "old.json").read_bytes() == before[shard_folder.MANIFEST] != after[shard_folder.MANIFEST]
    assert after["a.jsonl"] == before["a.jsonl"]
    assert len(after["sub/c.jsonl"].splitlines()) == 2
    assert {path.name for path, place in places.items() if path.stat().st_ino == place} == {"b.jsonl.gz", "empty.jsonl"}


def test_a_shard_that_is_gone_is_no_longer_in_the_manifest(source: Path, settings: Settings, tmp_path: Path) -> None:
    shards.label(source, tmp_path / "out", settings, backwards())
    (source / "sub" / "c.jsonl").unlink()
    done = shards.label(source, tmp_path / "out", settings, backwards(), resume=True)
    assert list(done.shards) == ["a.jsonl", "b.jsonl.gz", "sub/empty.jsonl"]
    assert json.loads((tmp_path / "out" / shard_folder.MANIFEST).read_bytes())["shards"].keys() == done.shards.keys()


def test_what_cannot_be_labelled_goes_to_the_quarantine_with_its_place_and_stays_there(
    source: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = Cues.predict

    def failing(self: Cues, records: Sequence[Any]) -> Any:
        if any("poison" in record.text for record in records):
            raise IndexError("beyond the end")
        return predict(self, records)

    monkeypatch.setattr(Cues, "predict", failing)
    good = lines(*TEXTS).splitlines(keepends=True)
    (source / "a.jsonl").write_bytes(good[0] + lines("This is poison.") + good[1] + b"\xff{\n" + good[2] + b'{"text": 3}\n')
    for resume in (False, True):
        done = shards.label(source, tmp_path / "out", settings, backwards(), resume=resume)
        assert (done.shards["a.jsonl"].records, done.shards["a.jsonl"].quarantined, done.total("quarantined")) == (3, 3, 3)
        rows = [json.loads(line) for line in (tmp_path / "out" / "quarantine.jsonl").read_text().splitlines()]
        assert [(row["shard"], row["line"], row["content"]) for row in rows] == [
            ("a.jsonl", 2, '{"text": "This is poison."}'),
            ("a.jsonl", 4, "\\xff{"),
            ("a.jsonl", 6, '{"text": 3}'),
        ]
        assert rows[0]["error"] == "a model failed (IndexError: beyond the end)"
        (tmp_path / "out" / ".quarantine" / "a.jsonl.part").write_bytes(b"damaged\n")
    (source / "a.jsonl").write_bytes(lines(*TEXTS))
    shards.label(source, tmp_path / "out", settings, backwards(), resume=True)
    assert not (tmp_path / "out" / "quarantine.jsonl").exists()


def test_a_text_beyond_the_limit_goes_to_the_quarantine(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label, "LONGEST", 10)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(lines("Orla fell.", "Orla stayed."))
    done = shard.label(shard.Job("a.jsonl", tmp_path / "in", tmp_path / "out", settings))
    (row,) = [json.loads(line) for line in (tmp_path / "out" / ".quarantine" / "a.jsonl.part").read_text().splitlines()]
    assert (done.records, done.quarantined) == (1, 1)
    assert (row["line"], row["error"].split(";")[0]) == (2, "has 12 characters in one line")


def test_a_shard_that_is_cut_short_has_no_output_and_the_others_have_theirs(
    source: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "b.jsonl.gz").write_bytes(gzip.compress(lines(*TEXTS))[:-9])
    command = ["label", str(source), str(tmp_path / "out"), "--shards", "--workers", "1", "--models", str(home), "--json"]
    assert main(command) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["records"] == 4
    assert shown.err.startswith("left out: b.jsonl.gz: ")
    assert "needed: a complete gzip file" in shown.err
    assert sorted(contents(tmp_path / "out")) == ["a.jsonl", "manifest.json", "sub/c.jsonl", "sub/empty.jsonl"]
    (source / "b.jsonl.gz").write_bytes(gzip.compress(lines(*TEXTS)))
    assert main([*command, "--resume"]) == 0
    assert len(gzip.decompress((tmp_path / "out" / "b.jsonl.gz").read_bytes()).splitlines()) == 3


def test_a_shard_that_is_damaged_after_a_run_loses_its_output_and_its_quarantine(source: Path, settings: Settings, tmp_path: Path) -> None:
    (source / "b.jsonl.gz").write_bytes(gzip.compress(lines(*TEXTS) + b"no task\n"))
    for data, resume, left in (
        ((source / "b.jsonl.gz").read_bytes(), False, ["b.jsonl.gz", "quarantine.jsonl"]),
        ((source / "b.jsonl.gz").read_bytes()[:-9], True, []),
    ):
        (source / "b.jsonl.gz").write_bytes(data)
        done = shards.label(source, tmp_path / "out", settings, backwards(), resume=resume)
        kept = contents(tmp_path / "out").keys() - {"a.jsonl", "manifest.json", "sub/c.jsonl", "sub/empty.jsonl"}
        assert sorted(name for name in kept if ".quarantine" not in name) == left
    assert not any(".quarantine" in name for name in kept)
    assert list(done.failed) == ["b.jsonl.gz"]


def test_a_column_of_texts_in_parquet_is_a_shard(source: Path, settings: Settings, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    parquet.write_table(pyarrow.table({"text": [*TEXTS, None], "id": [1, 2, 3, 4]}), source / "d.parquet")
    parquet.write_table(pyarrow.table({"id": [1]}), source / "e.parquet")
    done = shards.label(source, tmp_path / "out", settings, backwards())
    assert (tmp_path / "out" / "d.parquet.jsonl").read_bytes() == (tmp_path / "out" / "a.jsonl").read_bytes()
    assert (done.shards["d.parquet"].records, done.shards["d.parquet"].quarantined) == (3, 1)
    assert done.failed["e.parquet"].endswith("needed: Parquet with a column `text`")


def test_the_manifest_lists_what_is_done_while_the_run_goes_on(
    source: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that little is done again after a kill; a real run writes it once a second."""
    monkeypatch.setattr(shard_folder, "EVERY", 0.0)
    listed: list[int] = []

    def look(_: int) -> None:
        listed.append(len(json.loads((tmp_path / "out" / shard_folder.MANIFEST).read_bytes())["shards"]))

    shards.label(source, tmp_path / "out", settings, backwards(), progress=look)
    assert listed == [0, 1, 2, 3]


def test_a_killed_client_leaves_no_worker_and_goes_on_where_it_was(home: Path, settings: Settings, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for number, count in enumerate((1, 200, 200, 200)):
        (source / f"{number}.jsonl").write_bytes(lines(*(f"{text} {place}" for text in TEXTS for place in range(count))))
    command = [sys.executable, "-m", "redline", "label", str(source), str(out), "--shards", "--workers", "1", "--models", str(home)]
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (out / "0.jsonl").exists():
        assert client.poll() is None
        time.sleep(0.01)
    workers = Path(f"/proc/{client.pid}/task/{client.pid}/children").read_text().split()
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    assert not (out / "3.jsonl").exists()
    for _ in range(500):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            break
        time.sleep(0.01)
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    shards.label(source, out, settings, backwards(), resume=True)
    shards.label(source, tmp_path / "whole", settings, backwards())
    assert contents(out) == contents(tmp_path / "whole")


def test_a_full_disk_is_one_line_and_what_is_done_stays(
    source: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shards.label(source, out, Settings(None, (home,)), backwards())
    whole = contents(out)
    (out / "a.jsonl").unlink()
    (out / "a.jsonl").symlink_to("/dev/full")
    command = ["label", str(source), str(out), "--shards", "--workers", "1", "--models", str(home), "--resume"]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error == f"redline: {out}/a.jsonl: cannot be written (no space left on device); needed: a writable folder with room\n"
    (out / "a.jsonl").unlink()
    shards.label(source, out, Settings(None, (home,)), backwards(), resume=True)
    assert contents(out) == whole


FULL = {
    "a small file system": (["unshare", "-rm", "sh", "-c"], "mount -t tmpfs -o size=32k none {out}", "no space left on device"),
    "a limit of the size of files": (["sh", "-c"], "ulimit -f 16", "file too large"),
}


@pytest.mark.parametrize("disk", FULL)
def test_a_disk_that_fills_up_leaves_whole_files_alone_and_resume_goes_on(
    disk: str, home: Path, settings: Settings, tmp_path: Path
) -> None:
    """The first shard fits, the second fills the disk while it is written, and the third is never begun.

    The manifest may be what finds the disk full, where the second shard takes long.
    """
    source, out, kept = (tmp_path / name for name in ("in", "out", "kept"))
    for folder in (source, out, kept):
        folder.mkdir()
    for name, count in {"a.jsonl": 1, "b.jsonl.gz": 700, "c.jsonl": 1}.items():
        data = lines(*(f"{text} {place}" for text in TEXTS for place in range(count)))
        (source / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    shell, limit, why = FULL[disk]
    if subprocess.run([*shell, limit.format(out=out)], capture_output=True, check=False).returncode:
        pytest.skip("whoever runs this test may not mount a file system")
    command = (
        f"{sys.executable} -m redline label {source} {out} --shards --workers 1 --models {home}; code=$?; cp -a {out}/. {kept}; exit $code"
    )
    done = subprocess.run([*shell, f"{limit.format(out=out)}; {command}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    names = "|".join(("b.jsonl.gz", shard_folder.MANIFEST))
    assert re.fullmatch(rf"redline: {out}/({names}): cannot be written \({why}\); needed: a writable folder with room\n", done.stderr)
    assert sorted(contents(kept)) == ["a.jsonl", "manifest.json"]
    assert list(json.loads((kept / shard_folder.MANIFEST).read_bytes())["shards"]) == ["a.jsonl"]
    place = (kept / "a.jsonl").stat().st_ino
    shards.label(source, kept, settings, backwards(), resume=True)
    shards.label(source, tmp_path / "whole", settings, backwards())
    assert contents(kept) == contents(tmp_path / "whole")
    assert (kept / "a.jsonl").stat().st_ino == place


def test_a_folder_of_other_models_or_of_something_else_is_left_as_it_is(
    source: Path, home: Path, settings: Settings, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    shards.label(source, out, settings, backwards())
    before = contents(out)
    more = Settings(None, (fill(tmp_path / "models", taxonomy, "majority"),))
    for wrong, resume, message in (
        (settings, False, "is not empty; needed: --resume, or an empty folder"),
        (more, True, "was labelled with other models, options or version"),
        (Settings(None, (home,), keep=True), True, "was labelled with other models, options or version"),
        (Settings(None, (home,), fast=True), True, "was labelled with other models, options or version"),
    ):
        with pytest.raises(RedlineError, match=message):
            shards.label(source, out, wrong, backwards(), resume=resume)
    assert contents(out) == before
    other.mkdir()
    (other / "letter.txt").write_text("Dear Orla")
    with pytest.raises(RedlineError, match=r"contains no manifest\.json"):
        shards.label(source, other, settings, backwards(), resume=True)
    assert contents(other) == {"letter.txt": b"Dear Orla"}


def test_a_run_waits_for_another_in_the_same_folder_and_then_sees_what_it_wrote(
    source: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with ThreadPoolExecutor(1) as pool:
        with locked_folder(out):
            second = pool.submit(shards.label, source, out, settings, backwards())
            while "redline: waiting for " not in capsys.readouterr().err:
                assert not second.done()
                time.sleep(0.01)
            (out / "a.jsonl").write_bytes(b"of the first run\n")
        with pytest.raises(RedlineError, match="is not empty; needed: --resume, or an empty folder"):
            second.result()
    assert contents(out) == {"a.jsonl": b"of the first run\n"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "out", "--resume"], "--resume is an option for a folder of shards; needed: --shards"),
        (["in", "out", "--shards", "--scheduler", "tcp://a:1"], "--scheduler is an option for a Dask cluster; needed: --engine dask"),
        (["in", "in/out", "--shards"], "in/out: is not separate from in; needed: another folder for the output"),
        (["in/a.jsonl", "out", "--shards"], "in/a.jsonl: is not a folder; needed: a folder of shards"),
        (["nothing", "out", "--shards"], "nothing: contains no .jsonl or .jsonl.gz or .parquet file; needed: shards"),
        (["in", "out", "out", "--shards"], "3 paths on the command line; needed: a folder of shards and an output folder"),
        (["twice", "out", "--shards"], "twice: two files would be written to x.parquet.jsonl; needed: other names"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    arguments: list[str], message: str, source: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    Path("nothing").mkdir()
    Path("twice").mkdir()
    Path("twice/x.parquet").touch()
    Path("twice/x.parquet.jsonl").touch()
    assert main(["label", *arguments, "--models", str(home)]) == 2
    assert capsys.readouterr().err.replace(f"{source.parent.resolve()}/", "") == f"redline: {message}\n"
    assert not Path("out").exists()
