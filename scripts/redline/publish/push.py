"""Sends a checked release folder to a hub, reads every file back, and only then tags it."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.project import commit as commits
from redline.publish import manifest


class Target(Struct, frozen=True):
    """Where a release goes: the repository (owner/name), its kind (dataset or model), and the tag it gets."""

    repository: str
    kind: str
    tag: str


def target(folder: Path, repository: str) -> Target:
    """The target of a release folder."""
    held = manifest.read(folder)
    return Target(repository, "model" if held.name == manifest.MODELS else "dataset", f"v{held.version}")


def named(repository: str) -> None:
    """Holds a repository's name to its form.

    Raises RedlineError when it is not owner/name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", repository, re.ASCII):
        raise RedlineError(f"`{repository}` is no repository; needed: owner/name")


def listing(folder: Path, where: Target) -> Iterator[str]:
    """Exactly what would go: every file with its size and hash."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    yield f"to {where.kind} {where.repository}, tag {where.tag}: {len(files)} files, {sum(path.stat().st_size for path in files)} bytes"
    for path in files:
        found = manifest.file(path)
        yield f"{found.sha256}  {found.bytes:>10}  {path.relative_to(folder).as_posix()}"


def clean(root: Path) -> None:
    """Holds a project to its last commit.

    Raises RedlineError when a file differs from it, or there is none.
    """
    if reason := commits.state(root).reason:
        raise RedlineError(f"{root}: {reason}; needed: a clean tree, since a push names its commit")


def push(folder: Path, where: Target, say: Callable[[str], None]) -> str:
    """Uploads a folder as one commit, verifies what the hub then holds, and tags it; gives the commit.

    A failed push leaves no tag and can be repeated. Raises RedlineError when the tag is there, the hub refuses, somebody
    else pushed in between, or a file comes back changed.
    """
    api, errors = _library()
    try:
        api.create_repo(where.repository, repo_type=where.kind, exist_ok=True)
        refs = api.list_repo_refs(where.repository, repo_type=where.kind)
        if where.tag in [tag.name for tag in refs.tags]:
            raise RedlineError(f"{where.repository}: has tag {where.tag}; needed: a new version, since a released one never changes")
        parent = next((branch.target_commit for branch in refs.branches if branch.name == "main"), None)
        say(f"uploading to {where.repository}")
        done = api.upload_folder(
            repo_id=where.repository, folder_path=folder, repo_type=where.kind, commit_message=f"Release {where.tag}",
            parent_commit=parent, delete_patterns=["*"],
        )  # fmt: skip
        say("reading back")
        _read_back(api, folder, where, done.oid)
        api.create_tag(where.repository, tag=where.tag, revision=done.oid, repo_type=where.kind)
    except errors as error:
        line = " ".join(str(error).split())[:200]
        raise RedlineError(f"{where.repository}: the push failed ({line}); nothing was tagged; needed: push again") from None
    return str(done.oid)


def _library() -> tuple[Any, tuple[type[Exception], ...]]:
    """The hub's interface, and what it raises."""
    with needed("release"):
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HFValidationError
        from huggingface_hub.utils.tqdm import disable_progress_bars
    disable_progress_bars()
    # Its errors of HTTP and of files that are not found are OSErrors; httpx2 raises its own where a connection fails.
    import httpx2

    return HfApi(), (OSError, HFValidationError, httpx2.HTTPError, ValueError, RuntimeError)


def _read_back(api: Any, folder: Path, where: Target, commit: str) -> None:
    """Downloads every file of a commit and compares its hash.

    Raises RedlineError for a file that is missing, changed or too many.
    """
    local = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    there = set(api.list_repo_files(where.repository, repo_type=where.kind, revision=commit)) - {".gitattributes"}
    for name in sorted(there ^ set(local)):
        what = "missing" if name in local else "too many"
        raise RedlineError(f"{where.repository}: `{name}` is {what} after the push; nothing was tagged; needed: push again")
    for name, path in sorted(local.items()):
        with tempfile.TemporaryDirectory() as scratch:
            found = api.hf_hub_download(where.repository, name, repo_type=where.kind, revision=commit, local_dir=scratch)
            with Path(found).open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != manifest.file(path).sha256:
            raise RedlineError(f"{where.repository}: `{name}` came back changed; nothing was tagged; needed: push again")
