"""A repository on the hub: whether it is there, who sees it, and what it contains."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.core.extras import needed
from redline.publish import manifest
from redline.publish.manifest import File

KEPT = {".gitattributes"}
"""Files of the hub's own, which a push neither sends nor deletes."""


class Target(Struct, frozen=True):
    """Where a release goes: the repository (owner/name), its kind (dataset or model), and the tag it gets."""

    repository: str
    kind: str
    tag: str


class Repository(Struct, frozen=True):
    """A repository as the hub describes it.

    `head` is the last commit, `hashes` the path of each file with its SHA-256 where the hub stores it as an object, else with its
    hash in git.
    """

    private: bool
    tags: frozenset[str]
    head: str | None
    hashes: dict[str, str]


def library() -> tuple[Any, tuple[type[Exception], ...]]:
    """The hub's interface, and what it raises.

    Raises RedlineError where it is not installed.
    """
    with needed("release"):
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HFValidationError
        from huggingface_hub.utils.tqdm import disable_progress_bars
    disable_progress_bars()
    # Its errors of HTTP and of files that are not found are OSErrors; httpx2 raises its own where a connection fails.
    import httpx2

    return HfApi(), (OSError, HFValidationError, httpx2.HTTPError, ValueError, RuntimeError)


def read(api: Any, where: Target) -> Repository | None:
    """The repository as it is now; None when this user sees none of this name."""
    from huggingface_hub.errors import RepositoryNotFoundError

    place: dict[str, Any] = {"repo_id": where.repository, "repo_type": where.kind}
    try:
        private = bool(api.repo_info(**place).private)
    except RepositoryNotFoundError:
        return None
    refs = api.list_repo_refs(**place)
    head = next((branch.target_commit for branch in refs.branches if branch.name == "main"), None)
    entries = api.list_repo_tree(**place, recursive=True) if head else ()
    hashes = {file.path: file.lfs.sha256 if file.lfs else file.blob_id for file in entries if hasattr(file, "blob_id")}
    return Repository(private, frozenset(tag.name for tag in refs.tags), head, hashes)


def local(folder: Path) -> dict[str, Path]:
    """Every file of a release folder by the path that it gets."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def changes(folder: Path, now: Repository | None) -> Iterator[tuple[str, str, File | None]]:
    """What a push would do to each file: (`add`, `replace`, `keep` or `delete`, path, the file here), in order of the path."""
    files, hashes = local(folder), now.hashes if now else {}
    for name in sorted({*files, *hashes} - KEPT):
        if name not in files:
            yield "delete", name, None
        elif name not in hashes:
            yield "add", name, manifest.file(files[name])
        else:
            file = manifest.file(files[name])
            yield "keep" if hashes[name] in (file.sha256, _in_git(files[name])) else "replace", name, file


def _in_git(path: Path) -> str:
    """The hash under which git stores the content of a file."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
