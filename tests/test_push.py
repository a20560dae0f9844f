"""A push to a hub on loopback that speaks the commit protocol: what goes is what is there, and a problem leaves no tag."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from conftest import copied, with_floors
from hub import Hub, served
from redline import project
from redline.model import leaderboard
from redline.publish import build, contents, manifest, verify

REPOSITORY = "somebody/redline"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under git with everything committed, and with models that train in a moment."""
    folder = with_floors(copied(tmp_path_factory.mktemp("home"))).root
    for command in (["init", "--quiet"], ["add", "--all"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


@pytest.fixture
def hub() -> Iterator[Hub]:
    with served() as held:
        yield held


def run(command: list[str], home: Path, hub: Hub, out: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": "hf_none", "HF_HOME": str(out / "hf")}
    return subprocess.run([sys.executable, *command], cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=120)


def publish(home: Path, hub: Hub, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["-m", "redline", "publish", "--no-baselines", "--out", str(out / "dist"), "--push", REPOSITORY, *options]
    return run(command, home, hub, out)


@pytest.fixture(scope="module")
def folder(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder of that project."""
    made = contents.of_project(project.find(home), lambda _: None, baselines=False)
    return build.build(made, tmp_path_factory.mktemp("dist"))


PUSH = """
import sys; from pathlib import Path; from redline.core.errors import RedlineError; from redline.publish import push
try: push.push(Path(sys.argv[1]), push.target(Path(sys.argv[1]), sys.argv[2]), lambda line: None)
except RedlineError as error: sys.exit(f"redline: {error}")
"""


def push(folder: Path, hub: Hub, out: Path) -> subprocess.CompletedProcess[str]:
    """Pushes a folder that is built, in a process of its own: the client reads its settings once."""
    return run(["-c", PUSH, str(folder), REPOSITORY], folder, hub, out)


def local(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_built_is_what_the_hub_holds_and_the_tag_names_it(home: Path, hub: Hub, tmp_path: Path) -> None:
    done = publish(home, hub, tmp_path)
    assert (done.returncode, done.stderr) == (0, f"uploading to {REPOSITORY}\nreading back\n")
    held = hub.repositories[f"datasets/{REPOSITORY}"]
    assert held.files("v0.1.0") == local(tmp_path / "dist" / "redline-0.1.0")
    assert done.stdout.endswith(f"{REPOSITORY}: v0.1.0 is commit {held.tags['v0.1.0']}\n")
    assert len(held.commits) == 2


def test_a_dry_run_lists_exactly_what_would_go_and_asks_nobody(home: Path, hub: Hub, tmp_path: Path) -> None:
    done = publish(home, hub, tmp_path, "--dry-run")
    files = local(tmp_path / "dist" / "redline-0.1.0")
    lines = done.stdout.splitlines()[1:]
    assert lines[0] == f"to dataset {REPOSITORY}, tag v0.1.0: {len(files)} files, {sum(map(len, files.values()))} bytes"
    assert [line.split() for line in lines[1:]] == [
        [hashlib.sha256(data).hexdigest(), str(len(data)), name] for name, data in sorted(files.items(), key=lambda row: Path(row[0]))
    ]
    assert hub.requests == []


def test_a_dirty_tree_is_not_pushed(home: Path, hub: Hub, tmp_path: Path) -> None:
    stray = home / "corpus" / "stray.txt"
    stray.write_text("not committed")
    done = publish(home, hub, tmp_path)
    stray.unlink()
    assert done.returncode == 2
    assert "has changes that are not committed (?? corpus/stray.txt); needed: a clean tree" in done.stderr
    assert (hub.requests, (tmp_path / "dist").exists()) == ([], False)


def test_a_tag_is_never_moved(folder: Path, hub: Hub, tmp_path: Path) -> None:
    assert push(folder, hub, tmp_path).returncode == 0
    tags = dict(hub.repositories[f"datasets/{REPOSITORY}"].tags)
    done = push(folder, hub, tmp_path)
    assert done.returncode == 1
    assert "has tag v0.1.0; needed: a new version, since a released one never changes" in done.stderr
    assert hub.repositories[f"datasets/{REPOSITORY}"].tags == tags


@pytest.mark.parametrize(
    ("problem", "complaint"),
    [
        ("stale", "the push failed"),
        ("object", "the push failed"),
        ("torn", "the push failed"),
        ("liar", "`README.md` came back changed"),
        ("gone", "is missing after the push"),
    ],
)
def test_a_problem_leaves_no_tag_and_the_push_can_be_repeated(folder: Path, hub: Hub, tmp_path: Path, problem: str, complaint: str) -> None:
    hub.problems.add(problem)
    done = push(folder, hub, tmp_path)
    assert done.stderr.startswith(f"redline: {REPOSITORY}: ")
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr
    held = hub.repositories[f"datasets/{REPOSITORY}"]
    assert held.tags == {}
    hub.problems.clear()
    assert push(folder, hub, tmp_path).returncode == 0
    assert held.files("v0.1.0") == local(folder)


def test_no_hub_at_all_is_one_line(folder: Path, tmp_path: Path) -> None:
    nowhere = Hub()
    nowhere.url = "http://127.0.0.1:9"
    done = push(folder, nowhere, tmp_path)
    assert done.stderr.count("\n") == 1
    assert "the push failed" in done.stderr


def test_a_later_version_replaces_the_files_of_the_one_before(folder: Path, hub: Hub, tmp_path: Path) -> None:
    assert push(folder, hub, tmp_path).returncode == 0
    held = hub.repositories[f"datasets/{REPOSITORY}"]
    later = Path(shutil.copytree(folder, tmp_path / "redline-0.2.0"))
    (later / "docbin" / "validation-00000.spacy").unlink()
    manifest.sign(later, msgspec.structs.replace(manifest.read(later), version="0.2.0"))
    assert push(later, hub, tmp_path).returncode == 0
    assert held.files("v0.2.0") == local(later)
    assert held.files("v0.1.0") == local(folder)


def test_models_are_released_with_their_cards(home: Path, hub: Hub, tmp_path: Path) -> None:
    done = publish(home, hub, tmp_path, "--models")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "dist" / "redline-models-0.1.0"
    assert hub.repositories[f"models/{REPOSITORY}"].files("v0.1.0") == local(folder)
    assert manifest.read(folder).name == "redline-models"
    card = (folder / "gazetteer" / "ner.md").read_text(encoding="utf-8")
    board = leaderboard.read(project.find(home))
    (scores,) = (entry.scores for entry in board.models if (entry.model, entry.task) == ("gazetteer", "ner"))
    row = next(r for r in scores if (r["label"], r["metric"]) == (None, "exact_f1"))
    assert f"| exact_f1 | {row['value']:.3f} |" in card
    assert "machine-written" in card
    taxonomy = project.find(home).taxonomy()
    assert verify.problems(folder, taxonomy) == []
    (folder / "cues" / "hard_negatives" / "floor.json").write_text("{}x")
    assert "is not what the manifest says" in verify.problems(folder, taxonomy)[0]
    assert not [path for path in folder.rglob("*") if path.suffix in (".py", ".pkl", ".pickle")]


@pytest.mark.parametrize("options", [["--push", "bad name!"], ["--push", "nobody"], ["--dry-run"]])
def test_what_is_no_push_is_one_line_before_anything_is_built(home: Path, tmp_path: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "redline", "publish", "--no-baselines", "--out", str(tmp_path / "dist"), *options]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "needed: owner/name" in done.stderr or "needed: --push REPO" in done.stderr
    assert not (tmp_path / "dist").exists()
