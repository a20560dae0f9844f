"""A push to a hub on loopback that speaks the commit protocol: private until it was read back, and a problem leaves no tag."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from huggingface_hub import constants

from conftest import small, with_floors
from hub import Hub, Repository, served
from redline import project
from redline.cli import main
from redline.core.errors import RedlineError
from redline.model import leaderboard
from redline.project import commit
from redline.publish import build, manifest, push, verify
from releases import item, of

REPOSITORY = "somebody/redline"
KEY = f"datasets/{REPOSITORY}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three documents under git with everything committed, and with models that train in a moment."""
    folder = with_floors(small(tmp_path_factory.mktemp("home"))).root
    for command in (["init", "--quiet"], ["add", "--all"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of one document."""
    return build.build(of([item()]), tmp_path_factory.mktemp("dist"))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with served() as held:
        point(monkeypatch, held.url)
        yield held


def point(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Makes the client, which reads its environment once, talk to a server."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setenv("HF_TOKEN", "hf_none")


def sent(folder: Path) -> list[str]:
    """Pushes a folder that is built; gives the lines about its progress."""
    lines: list[str] = []
    push.push(folder, push.target(folder, REPOSITORY), lines.append)
    return lines


def publish(home: Path, out: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.chdir(home)
    return main(["publish", "--no-baselines", "--out", str(out / "dist"), *options])


def local(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_built_is_what_the_hub_holds_and_the_tag_names_it(
    home: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(home, tmp_path, monkeypatch, "--push", REPOSITORY) == 0
    held = hub.repositories[KEY]
    out, err = capsys.readouterr()
    assert err.splitlines()[1:] == [f"uploading to {REPOSITORY}", "reading back"]
    assert re.fullmatch(r"note: the corpus has \d+ warnings without a waiver \(redline validate\)", err.splitlines()[0])
    assert out.endswith(f"{REPOSITORY}: v0.1.0 is commit {held.tags['v0.1.0']}\n")
    built = tmp_path / "dist" / "redline-0.1.0"
    assert held.files("v0.1.0") == local(built)
    assert len(held.commits) == 2
    commits = {manifest.read(built).commit, commit.state(home).commit}
    assert len(commits) == 1
    assert None not in commits


def test_a_repository_is_private_until_every_file_was_read_back(folder: Path, hub: Hub) -> None:
    sent(folder)
    assert not hub.repositories[KEY].private
    orders = ["POST /api/repos/create", f"POST /api/{KEY}/commit/main", f"PUT /api/{KEY}/settings"]
    created, committed, shown = (hub.requests.index(order) for order in orders)
    tagged = next(number for number, request in enumerate(hub.requests) if request.startswith(f"POST /api/{KEY}/tag/"))
    read = [number for number, request in enumerate(hub.requests) if request.startswith(f"GET /{KEY}/resolve/")]
    assert created < committed < min(read)
    assert max(read) < shown < tagged
    assert len(read) == sum(map(bool, local(folder).values()))


def test_a_dry_run_lists_what_would_be_added_replaced_kept_and_deleted(folder: Path, hub: Hub, tmp_path: Path) -> None:
    target = push.target(folder, REPOSITORY)
    first = push.listing(folder, target)
    files = local(folder)
    state = "does not exist; a push creates it as private, and makes it public after every file was checked"
    assert first[0] == f"dataset {REPOSITORY}, tag v1.0.0: {state}"
    assert [line.split() for line in first[1:-1]] == [
        ["add", hashlib.sha256(data).hexdigest(), str(len(data)), name] for name, data in sorted(files.items())
    ]
    assert first[-1] == f"{len(files)} to add, 0 to replace, 0 to keep, 0 to delete"
    assert hub.repositories == {}
    there = hub.repositories[KEY] = Repository()
    card, words = files["README.md"], files["docbin/train-00000.spacy"]
    there.commit(
        {"README.md": card, "LICENSES.md": b"none", "docbin/train-00000.spacy": words, "else.txt": b"x", ".gitattributes": b""}, "by hand"
    )
    lines = push.listing(folder, target)
    assert (
        lines[0]
        == f"dataset {REPOSITORY}, tag v1.0.0: is public; the files of a push are visible before the check, and get a tag after the check"
    )
    changes = {line.split()[-1]: line.split()[0] for line in lines[1:-1]}
    assert changes == {
        **dict.fromkeys(files, "add"),
        "README.md": "keep", "LICENSES.md": "replace", "docbin/train-00000.spacy": "keep", "else.txt": "delete",
    }  # fmt: skip
    assert lines[-1] == f"{len(files) - 3} to add, 1 to replace, 2 to keep, 1 to delete"
    assert len(there.commits) == 2
    sent(folder)
    assert there.files("v1.0.0") == {**files, ".gitattributes": b""}


def test_a_dry_run_of_the_command_sends_nothing(
    home: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(home, tmp_path, monkeypatch, "--push", REPOSITORY, "--dry-run") == 0
    assert capsys.readouterr().out.endswith(
        f"{len(local(tmp_path / 'dist' / 'redline-0.1.0'))} to add, 0 to replace, 0 to keep, 0 to delete\n"
    )
    assert {request.split()[0] for request in hub.requests} == {"GET"}


def test_a_dirty_tree_is_not_pushed(
    home: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stray = home / "corpus" / "stray.txt"
    stray.write_text("not committed")
    code = publish(home, tmp_path, monkeypatch, "--push", REPOSITORY)
    stray.unlink()
    assert code == 2
    assert "has uncommitted changes (?? corpus/stray.txt); needed: no uncommitted changes" in capsys.readouterr().err
    assert (hub.requests, (tmp_path / "dist").exists()) == ([], False)


def test_a_tag_is_never_moved(folder: Path, hub: Hub) -> None:
    sent(folder)
    tags = dict(hub.repositories[KEY].tags)
    with pytest.raises(RedlineError, match=r"has tag v1\.0\.0; needed: a new version, because a released version never changes"):
        sent(folder)
    assert hub.repositories[KEY].tags == tags


PRIVATE, PUBLIC = (
    "the repository is private and has no tag v1.0.0; needed: try again",
    "the repository is public and has no tag v1.0.0; needed: try again",
)


@pytest.mark.parametrize(
    ("problem", "complaint", "state"),
    [
        ("stale", "A commit has happened since", PRIVATE),
        ("object", "", PRIVATE),
        ("torn", "", PRIVATE),
        ("liar", "`README.md` differs after the upload", PRIVATE),
        ("gone", "is missing after the upload", PRIVATE),
        ("settings", "", PRIVATE),
        ("tag", "", PUBLIC),
    ],
)
def test_a_failed_push_names_the_state_and_can_be_repeated(folder: Path, hub: Hub, problem: str, complaint: str, state: str) -> None:
    hub.problems.add(problem)
    with pytest.raises(RedlineError, match="the push failed") as raised:
        sent(folder)
    assert str(raised.value).endswith(state)
    assert complaint in str(raised.value)
    held = hub.repositories[KEY]
    assert (held.tags, held.private) == ({}, state == PRIVATE)
    hub.problems.clear()
    sent(folder)
    assert (held.files("v1.0.0"), held.private) == (local(folder), False)


def test_no_hub_at_all_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(RedlineError, match="the push failed .*; nothing was uploaded; needed: try again"):
        sent(folder)


def test_a_later_version_replaces_the_files_of_the_one_before_in_sight_of_all(folder: Path, hub: Hub, tmp_path: Path) -> None:
    sent(folder)
    held = hub.repositories[KEY]
    later = Path(shutil.copytree(folder, tmp_path / "redline-1.1.0"))
    (later / "docbin" / "train-00000.spacy").unlink()
    manifest.sign(later, msgspec.structs.replace(manifest.read(later), version="1.1.0"))
    assert sent(later)[0] == f"{REPOSITORY} is public; the files of a push are visible before the check, and get a tag after the check"
    assert held.files("v1.1.0") == local(later)
    assert held.files("v1.0.0") == local(folder)


def test_models_are_released_with_their_cards(home: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert publish(home, tmp_path, monkeypatch, "--push", REPOSITORY, "--models") == 0
    folder = tmp_path / "dist" / "redline-models-0.1.0"
    assert hub.repositories[f"models/{REPOSITORY}"].files("v0.1.0") == local(folder)
    held = manifest.read(folder)
    assert (held.name, held.commit) == ("redline-models", commit.state(home).commit)
    assert {"README.md", "gazetteer/ner.md", "gazetteer/ner/artefact.json"} <= set(held.required)
    card = (folder / "gazetteer" / "ner.md").read_text(encoding="utf-8")
    board = leaderboard.read(project.find(home))
    (scores,) = (entry.scores for entry in board.models if (entry.model, entry.task) == ("gazetteer", "ner"))
    row = next(r for r in scores if (r["label"], r["metric"]) == (None, "exact_f1"))
    assert f"| exact_f1 | {row['value']:.3f} |" in card
    assert "A language model wrote all " in card
    taxonomy = project.find(home).taxonomy()
    assert verify.problems(folder, taxonomy) == []
    (folder / "cues" / "hard_negatives" / "floor.json").write_text("{}x")
    assert "does not match the manifest" in verify.problems(folder, taxonomy)[0]
    assert not [path for path in folder.rglob("*") if path.suffix in (".py", ".pkl", ".pickle")]


@pytest.mark.parametrize("options", [["--push", "bad name!"], ["--push", "nobody"], ["--dry-run"]])
def test_what_is_no_push_is_one_line_before_anything_is_built(
    home: Path, tmp_path: Path, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(home, tmp_path, monkeypatch, *options) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "needed: owner/name" in err or "needed: --push REPO" in err
    assert not (tmp_path / "dist").exists()
