"""Sends a checked release folder to a hub: private until every file was read back, then public, then tagged."""

import hashlib
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redline.core.errors import RedlineError
from redline.project import commit as commits
from redline.publish import manifest, repository
from redline.publish.repository import KEPT, Repository, Target


def target(folder: Path, name: str) -> Target:
    """The target of a release folder."""
    held = manifest.read(folder)
    return Target(name, "model" if held.name == manifest.MODELS else "dataset", f"v{held.version}")


def named(name: str) -> None:
    """Checks the form of a repository's name.

    Raises RedlineError when it is not owner/name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", name, re.ASCII):
        raise RedlineError(f"`{name}` is not the name of a repository; needed: owner/name")


def clean(root: Path) -> None:
    """Checks that a project is equal to its last commit.

    Raises RedlineError when a file differs from it, or there is none.
    """
    if reason := commits.state(root).reason:
        raise RedlineError(f"{root}: {reason}; needed: no uncommitted changes, because a push records the commit")


def listing(folder: Path, where: Target) -> list[str]:
    """What a push would do to the repository, and to each file of either side with its hash and size.

    Raises RedlineError when the hub does not answer.
    """
    api, errors = repository.library()
    with _reported(where, "nothing was sent", errors, "the comparison"):
        now = repository.read(api, where)
    rows = list(repository.changes(folder, now))
    counts = Counter(change for change, *_ in rows)
    lines = [f"{change:<8} {file.sha256 if file else '-':<64} {file.bytes if file else '-':>10}  {name}" for change, name, file in rows]
    numbers = ", ".join(f"{counts[change]} to {change}" for change in ("add", "replace", "keep", "delete"))
    return [f"{where.kind} {where.repository}, tag {where.tag}: {_shown(now)}", *lines, numbers]


def _shown(now: Repository | None) -> str:
    """Who sees a repository during a push, in words."""
    if now is None:
        return "does not exist; a push creates it as private, and makes it public after every file was checked"
    if now.private:
        return "is private; a push makes it public after every file was checked"
    return "is public; the files of a push are visible before the check, and get a tag after the check"


def push(folder: Path, where: Target, progress: Callable[[str], None]) -> str:
    """Uploads a folder as one commit, compares every file that the hub then has, makes the repository public, and tags it.

    Returns the commit. A new repository is private until all files are compared. A failed push leaves no tag and can be repeated.
    Raises RedlineError when the tag is there, the hub refuses, another user pushed in between, or a file comes back changed.
    """
    api, errors = repository.library()
    place: dict[str, Any] = {"repo_id": where.repository, "repo_type": where.kind}
    with _reported(where, "nothing was uploaded", errors):
        now = _opened(api, where)
    if not now.private:
        progress(f"{where.repository} {_shown(now)}")
    with _reported(where, f"the repository is {'private' if now.private else 'public'} and has no tag {where.tag}", errors):
        progress(f"uploading to {where.repository}")
        done = api.upload_folder(
            **place, folder_path=folder, commit_message=f"Release {where.tag}", parent_commit=now.head, delete_patterns=["*"]
        )
        progress("reading back")
        _read_back(api, folder, where, done.oid)
        if now.private:
            api.update_repo_settings(**place, private=False)
    with _reported(where, f"the repository is public and has no tag {where.tag}", errors):
        api.create_tag(**place, tag=where.tag, revision=done.oid)
    return str(done.oid)


@contextmanager
def _reported(where: Target, state: str, errors: tuple[type[Exception], ...], action: str = "the push") -> Iterator[None]:
    """Makes one line of an error of the hub: with its reason and the present state of the repository."""
    try:
        yield
    except errors as error:
        # An answer of the hub has its reason in words; the text of the error begins with the address.
        line = " ".join(str(getattr(error, "server_message", None) or error).split())[:200]
        raise RedlineError(f"{where.repository}: {action} failed ({line}); {state}; needed: try again") from None


def _opened(api: Any, where: Target) -> Repository:
    """The repository as it is before the upload; a missing one is created as private.

    Raises RedlineError when it has the tag.
    """
    now = repository.read(api, where)
    if now is None:
        api.create_repo(where.repository, repo_type=where.kind, private=True)
        now = repository.read(api, where)
    if now is None:
        raise ValueError("the hub does not show the repository that it created")
    if where.tag in now.tags:
        raise RedlineError(f"{where.repository}: has tag {where.tag}; needed: a new version, because a released version never changes")
    return now


def _read_back(api: Any, folder: Path, where: Target, commit: str) -> None:
    """Downloads every file of a commit and compares its hash.

    Raises ValueError for a file that is missing, changed or unexpected.
    """
    files = repository.local(folder)
    there = set(api.list_repo_files(where.repository, repo_type=where.kind, revision=commit)) - KEPT
    for name in sorted(there ^ set(files)):
        raise ValueError(f"`{name}` is {'missing' if name in files else 'unexpected'} after the upload")
    for name, path in files.items():
        with tempfile.TemporaryDirectory() as scratch:
            download = api.hf_hub_download(where.repository, name, repo_type=where.kind, revision=commit, local_dir=scratch)
            with Path(download).open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != manifest.file(path).sha256:
            raise ValueError(f"`{name}` differs after the upload")
