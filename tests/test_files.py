"""Files are written whole or not at all, through links and into pipes; commands on one project wait for each other; nothing is lost."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NASTY, ROOT
from redline.cli import main
from redline.core import scratch
from redline.core.errors import RedlineError
from redline.core.files import atomic, atomic_folder, read_bytes, write_atomically
from redline.model import train
from redline.project import Project, lock
from redline.project.lock import locked, locked_folder

RECORDS = ROOT / "docs" / "example.jsonl"
TEXT = [
    "--doc", "port-note", "--licence", "CC-BY-4.0", "--title", "A note", "--genre", "wire", "--origin", "fiction", "--event", "port",
    "--author", "A. Writer",
]  # fmt: skip


def redline(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "redline", *arguments], input=stdin, capture_output=True, check=False, cwd=cwd)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What a path leads to stays what it is.


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "far" / "real.txt"
    write_atomically(target, b"old")
    (tmp_path / "link").symlink_to(target)
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"new"
    assert names(target.parent) == ["real.txt"]


def test_a_link_to_nothing_makes_its_target_and_a_circle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "target").read_bytes() == b"new"
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(RedlineError, match="circle: cannot be written"):
        write_atomically(tmp_path / "circle", b"new")


def test_a_link_to_a_model_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "old").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "far")
    with atomic_folder(tmp_path / "link") as folder:
        (folder / "new").write_bytes(b"new")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "far") == ["new"]


def test_a_pipe_and_a_device_are_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(pipe.read_bytes)
        write_atomically(pipe, NASTY.encode())
        assert reader.result() == NASTY.encode()
    assert pipe.is_fifo()
    write_atomically(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()
    assert names(tmp_path) == ["pipe"]


@pytest.mark.parametrize("out", ["-", "/dev/stdout", "/dev/fd/1"])
@pytest.mark.parametrize("place", ["pipe", "file"])
def test_standard_output_gets_the_records_and_nothing_else(out: str, place: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "redline", "export", str(RECORDS), "--format", "jsonl", "--out", out]
    target = tmp_path / "log"
    target.write_bytes(b"before\n")
    with target.open("ab") as log:
        done = subprocess.run(command, stdout=subprocess.PIPE if place == "pipe" else log, stderr=subprocess.PIPE, check=True)
    written = done.stdout if place == "pipe" else target.read_bytes().removeprefix(b"before\n")
    assert written == RECORDS.read_bytes()
    assert b"1 document" in done.stderr
    assert names(tmp_path) == ["log"]


def test_a_file_that_a_process_has_open_is_appended_to(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        write_atomically(Path(f"/dev/fd/{log.fileno()}"), b"data")
    assert (tmp_path / "log").read_bytes() == b"before\ndata"


def test_standard_input_is_a_file_to_every_reader(project: Project) -> None:
    gold = project.gold / "dam-wire.jsonl"
    data = gold.read_bytes()
    assert redline("validate", "-", stdin=data, cwd=project.root).returncode == 0
    assert redline("diff", "-", str(gold), stdin=data, cwd=project.root).stdout == redline("diff", str(gold), str(gold)).stdout
    assert b"exact_f1                  1.000" in redline("score", str(gold), "-", "--layer", "threat", stdin=data).stdout
    assert redline("import", "-", "--format", "jsonl", "--out", "-", stdin=data).stdout == data
    quotes = redline("export", str(project.raters / "r1" / "dam-wire.jsonl"), "--format", "quotes", "--out", "-").stdout
    back = redline("import", "-", "--format", "quotes", "--out", "-", stdin=quotes, cwd=project.root)
    assert back.stdout == (project.raters / "r1" / "dam-wire.jsonl").read_bytes()
    assert not (project.root / "-").exists()


@pytest.mark.parametrize(
    ("data", "texts"),
    [(b"Kazan fell.\n\nNobody said why.\n", ["Kazan fell.", "Nobody said why."]), (b'{"text": "Kazan fell."}\n', ["Kazan fell."])],
    ids=["text", "records"],
)
def test_what_comes_on_standard_input_is_labelled(
    data: bytes, texts: list[str], project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", "--model", "gazetteer", "--out", "mine"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))  # type: ignore[arg-type]
    assert main(["label", "-", "-", "--models", "mine"]) == 0
    out, error = capsys.readouterr()
    assert [json.loads(line)["text"] for line in out.splitlines()] == texts
    assert error.startswith("-: ")


def test_standard_input_is_not_repaired_in_place() -> None:
    done = redline("validate", "--fix", "-", stdin=RECORDS.read_bytes())
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"needed: a file" in done.stderr


@pytest.mark.parametrize("name", ["x.jsonl", "link.jsonl", "./x.jsonl"])
def test_no_command_writes_onto_its_input(name: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    data = RECORDS.read_bytes()
    Path("x.jsonl").write_bytes(data)
    Path("link.jsonl").symlink_to("x.jsonl")
    Path("x.txt").write_text("The port closed.\n")
    for command in (
        ["label", "x.jsonl", name],
        ["export", "x.jsonl", "--format", "prodigy", "--out", name],
        ["import", "x.jsonl", "--format", "prodigy", "--out", name],
        ["ingest", "x.jsonl", "--out", name, *TEXT],
    ):
        assert main(command) == 2, command
        assert f"{Path(name)}: is also the input" in capsys.readouterr().err
    assert Path("x.jsonl").read_bytes() == data
    assert not (project.seeds / "port-note.json").exists()


# What raters said is kept.


@pytest.mark.parametrize("link", ["corpus", "corpus/raters", "corpus/raters/r1"])
def test_a_raters_file_behind_a_link_is_not_repaired(link: str, adjudicated: Project) -> None:
    (adjudicated.root / link).rename(adjudicated.root / "elsewhere")
    (adjudicated.root / link).symlink_to(adjudicated.root / "elsewhere")
    for folder, changes in (("corpus/raters/r1", False), ("corpus/gold", True)):
        path = adjudicated.root / folder / "dam-wire.jsonl"
        data = b"\xef\xbb\xbf" + path.read_bytes()
        path.write_bytes(data)
        main(["validate", "--fix", f"{folder}/dam-wire.jsonl"])
        assert (path.read_bytes() != data) == changes


@pytest.mark.parametrize(
    "command",
    [
        ["validate", "--fix"],
        ["validate", "--fix", "corpus/gold"],
        ["upgrade", "corpus/gold/dam-wire.jsonl"],
        ["upgrade"],
        ["models", "--ship"],
    ],
    ids=" ".join,
)
def test_what_changes_a_project_locks_it(command: list[str], adjudicated: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[Path] = []
    monkeypatch.setattr(lock, "_sign", locked.append)
    main(command)
    assert adjudicated.root / lock.NAME in locked


def test_a_raters_file_is_replaced_only_on_request_and_kept_beside(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.raters / "r1" / "dam-wire.jsonl"
    before = path.read_bytes()
    Path("q.json").write_text(json.dumps({"doc": "dam-wire", "rater": "r1", "layers": ["threat"], "passages": []}))
    command = ["import", "q.json", "--format", "quotes"]
    assert main(command) == 2
    assert "is a rater's file with different content; needed: --replace" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert main([*command, "--replace"]) == 0
    emptied = path.read_bytes()
    assert emptied != before
    assert main(command) == 0
    Path("old.jsonl").write_bytes(before)
    assert main(["import", "old.jsonl", "--format", "jsonl", "--out", str(path)]) == 2
    assert main(["import", "old.jsonl", "--format", "jsonl", "--out", str(path), "--replace"]) == 0
    assert path.read_bytes() == before
    assert path.with_name("dam-wire.jsonl.1").read_bytes() == before
    assert path.with_name("dam-wire.jsonl.2").read_bytes() == emptied


# Commands at once.


def at_once(commands: list[list[str]], folder: Path) -> list[tuple[int, str]]:
    """Exit code and standard error of commands that run at the same time."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "redline", *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    return [(process.wait(), error) for process in running for error in [process.communicate()[1]]]


def test_ten_commands_at_once_lose_nothing(project: Project) -> None:
    from redline.curate import adjudicate

    doc = "dam-wire"
    path = project.corpus / "decisions" / f"{doc}.json"
    decided = json.loads(path.read_bytes())["decisions"]
    open_names = [difference.id for difference in adjudicate.differences(project, doc) if difference.id in decided][:4]
    assert len(open_names) == 4
    kept = {name: one for name, one in decided.items() if name not in open_names}
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"decisions": kept}))
    before = json.loads((project.corpus / "splits.json").read_bytes())
    (project.corpus / "splits.json").write_text(json.dumps({name: split for name, split in before.items() if name != doc}))
    for number in range(2):
        Path(f"t{number}.txt").write_text(f"The port of Sel {number} closed on Monday.\n")
        sheet = {"doc": doc, "rater": f"n{number}", "layers": ["threat"], "passages": []}
        Path(f"q{number}.json").write_text(json.dumps(sheet))
    provenance = ["--licence", "CC-BY-4.0", "--title", "T", "--genre", "wire", "--origin", "fiction", "--event", "port", "--author", "us"]
    commands = [["adjudicate", doc, "--decide", name, *decision(decided[name])] for name in open_names]
    commands += [["split"], ["split"]]
    commands += [["ingest", f"t{number}.txt", "--doc", f"port-{number}", *provenance] for number in range(2)]
    commands += [["import", f"q{number}.json", "--format", "quotes"] for number in range(2)]
    for code, error in at_once(commands, project.root):
        assert code == 0, error
        assert all(line.startswith("redline: waiting for ") for line in error.splitlines()), error
    now = json.loads(path.read_bytes())["decisions"]
    assert set(now) == set(decided)
    assert set(json.loads((project.corpus / "splits.json").read_bytes())) == set(before)
    assert all((project.seeds / f"port-{number}.{ending}").exists() for number in range(2) for ending in ("txt", "json"))
    assert all((project.raters / f"n{number}" / f"{doc}.jsonl").exists() for number in range(2))
    assert list(project.root.rglob(f"*{scratch.SUFFIX}")) == []


def decision(one: dict[str, object]) -> list[str]:
    take = one["take"]
    words = json.dumps(take) if isinstance(take, dict) else {None: "none", True: "yes", False: "no"}.get(take, take)  # type: ignore[call-overload]
    return ["--take", str(words), "--reason", str(one["reason"]), "--by", "somebody"]


@pytest.mark.parametrize(("patience", "told"), [(0.05, True), (60, False)])
def test_who_waits_long_is_told_for_whom(
    patience: float, told: bool, project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", patience)
    monkeypatch.setattr(sys, "argv", ["redline", "adjudicate", "dam-wire"])
    order: list[str] = []

    def other() -> None:
        with locked(project):
            order.append("other")

    with locked(project), locked(project):
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
    assert capsys.readouterr().err == (f"redline: waiting for redline adjudicate (process {os.getpid()})\n" if told else "")


def test_a_training_waits_for_another_one_of_the_same_folder(small_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    loaded, data_of = threading.Event(), train.data_of
    monkeypatch.setattr(train, "data_of", lambda corpus: [data_of(corpus), loaded.set()][0])
    monkeypatch.setattr(train, "run", lambda *_: order.append("second") or [])
    with locked_folder(small_project.models):
        thread = threading.Thread(target=main, args=(["train", "--model", "gazetteer"],))
        thread.start()
        assert loaded.wait(60)
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


# Killed commands.


@pytest.mark.slow
def test_two_hundred_kills_tear_nothing_and_leave_nothing(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"0" * 2_000_000)
    with atomic_folder(tmp_path / "folder") as folder:
        for name in ("one", "two"):
            (folder / name).write_bytes(b"0" * 5000)
    done = subprocess.run([sys.executable, "-c", KILLER, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "killed\n" * 200
    scratch.sweep(tmp_path)
    assert names(tmp_path) == ["file", "folder"]


KILLER = """
import os, random, signal, sys, time
from itertools import count
from pathlib import Path
from redline.core import scratch
from redline.core.files import atomic, atomic_folder
here, rng = Path(sys.argv[1]), random.Random(1)

def write():
    for number in count(os.getpid()):
        data = str(number % 10).encode() * 2_000_000
        with atomic(here / "file") as file:
            file.write(data[:1_000_000]); file.write(data[1_000_000:])
        with atomic_folder(here / "folder") as folder:
            (folder / "one").write_bytes(data[:5000]); (folder / "two").write_bytes(data[:5000])

for _ in range(200):
    child = os.fork()
    if not child:
        write()
    time.sleep(rng.uniform(0.001, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    scratch.sweep(here)
    data = (here / "file").read_bytes()
    assert data == data[:1] * 2_000_000
    parts = [(here / "folder" / name).read_bytes() for name in ("one", "two")]
    assert parts[0] == parts[1] == parts[0][:1] * 5000
    print("killed", flush=True)
"""


def test_what_a_killed_command_left_is_cleared_by_the_next_one_in_the_folder(tmp_path: Path) -> None:
    left, folder = tmp_path / f".a.01234567{scratch.SUFFIX}", tmp_path / f".b.01234567{scratch.SUFFIX}"
    left.write_bytes(b"half")
    (folder / "deep").mkdir(parents=True)
    write_atomically(tmp_path / "c", b"whole")
    assert names(tmp_path) == ["c"]


def test_what_another_process_is_writing_stays(tmp_path: Path) -> None:
    with atomic(tmp_path / "a") as file, atomic_folder(tmp_path / "b"):
        file.write(b"half")
        code = "from pathlib import Path; from redline.core.files import write_atomically; write_atomically(Path('c'), b'c')"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert names(tmp_path) == ["a", "b", "c"]


def test_an_old_folder_that_nothing_replaced_comes_back(tmp_path: Path) -> None:
    old = tmp_path / f".ner.01234567.old{scratch.SUFFIX}"
    old.mkdir()
    (old / "model").write_bytes(b"old")
    scratch.sweep(tmp_path)
    assert (tmp_path / "ner" / "model").read_bytes() == b"old"


def test_a_failed_block_leaves_the_old_file_and_folder(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    with atomic_folder(tmp_path / "b") as folder:
        (folder / "x").write_bytes(b"old")

    def fail() -> None:
        with atomic(tmp_path / "a") as file, atomic_folder(tmp_path / "b") as folder:
            file.write(b"new")
            (folder / "x").write_bytes(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b" / "x").read_bytes()) == (b"old", b"old")
    assert names(tmp_path) == ["a", "b"]


def test_ten_threads_write_one_folder_and_one_of_them_stays(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with atomic_folder(tmp_path / "model") as folder:
            for name in ("one", "two"):
                (folder / name).write_text(str(number))

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(40)))
    assert names(tmp_path) == ["model"]
    assert (tmp_path / "model" / "one").read_text() == (tmp_path / "model" / "two").read_text()


@given(data=st.binary(max_size=200), name=st.sampled_from(["a", "ä" * 80, "👨‍👩‍👧" * 8, "x" * 250]))
def test_what_was_written_is_read(data: bytes, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("files") / name
    write_atomically(path, data)
    assert read_bytes(path) == data
    assert names(path.parent) == [name]
