"""The manifest of a release: its files with their hashes, its rows with their digests, and what wrote it."""

import hashlib
import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from redline import __version__
from redline.core.errors import RedlineError
from redline.core.files import atomic_folder, read_bytes, sha256
from redline.core.taxonomy import Taxonomy
from redline.curate.human_results import Agreement

NAME, SUMS = "manifest.json", "SHA256SUMS"
DATA, MODELS = "redline", "redline-models"
"""The names that manifests carry."""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of one split of one configuration, the digest over them, and their bytes in memory as Arrow has them."""

    rows: int
    digest: str
    arrow_bytes: int


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """A file's hash and size in bytes."""

    sha256: str
    bytes: int


Commit = Annotated[str, Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """The description of a release.

    `digest` covers all rows in canonical JSON; unlike file hashes, it does not change with the version of pyarrow. `commit` is
    that of the project, None where its files were not those of a commit. `tools` has the versions of the libraries that wrote
    it. `schemas` is a hash of the label definitions that the card renders. `required` has the paths of the files that must be
    there for any data. `left_out` counts the spans that are missing from `jsonl` and `docbin` because they cut a token.
    `baselines` has scores in the shape of every `--json` score. `residual` has the counts of a blind rating after all was done.
    `people` is the agreement of people with gold on single sentences, by label.
    """

    name: str
    version: str
    date: str
    commit: Commit | None
    digest: str
    scheme: str
    guidelines: str
    schemas: str
    tools: dict[str, str]
    parts: dict[str, dict[str, Part]]
    files: dict[str, File]
    required: list[str]
    left_out: dict[str, int] = {}
    baselines: list[dict[str, Any]] = []
    trained_on: dict[str, int] = {}
    residual: dict[str, int] = {}
    people: list[Agreement] = []


def read(folder: Path) -> Manifest:
    """The manifest of a release folder.

    Raises RedlineError when there is none, or it has another shape.
    """
    path = folder / NAME
    try:
        return msgspec.json.decode(read_bytes(path), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is not a manifest ({error}); needed: a manifest from redline publish") from None


@contextmanager
def folder(final: Path) -> Iterator[Path]:
    """A folder to fill, which becomes the release folder `final` when the block ends well; of a killed block the next one clears it.

    Raises RedlineError when a release of that name with other content is there, or the folder cannot be written.
    """
    with atomic_folder(final, _agree) as made:
        yield made


def _agree(before: Path, after: Path) -> None:
    """Raises RedlineError when two folders of one version differ in more than the commit that they were built from."""
    old, new = read(before), read(after)
    if old.digest != new.digest or old.files != new.files:
        what = "content" if old.digest != new.digest else "files"
        raise RedlineError(f"{before}: already exists with different {what}; needed: a new version in CITATION.cff, or remove the folder")


def encode(manifest: Manifest) -> bytes:
    """The bytes of a manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"


def whole(parts: dict[str, dict[str, Part]]) -> str:
    """The digest of a release from those of its parts."""
    total = hashlib.sha256()
    for name in sorted(parts):
        for split in sorted(parts[name]):
            total.update(f"{name} {split} {parts[name][split].rows} {parts[name][split].digest}\n".encode())
    return total.hexdigest()


def paths(folder: Path) -> Iterator[Path]:
    """Every file of a release but the manifest and the sums, in order of its name."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (NAME, SUMS))


def file(path: Path) -> File:
    """A file's hash and size, read in pieces."""
    with path.open("rb") as stream:
        return File(hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size)


def sums(folder: Path) -> bytes:
    """The lines of SHA256SUMS, which `sha256sum -c` checks: every file but itself."""
    held = sorted([*paths(folder), folder / NAME])
    return "".join(f"{file(path).sha256}  {path.relative_to(folder).as_posix()}\n" for path in held).encode()


def sign(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest of a folder, and the sums over everything."""
    manifest = msgspec.structs.replace(manifest, files=files(folder))
    (folder / NAME).write_bytes(encode(manifest))
    (folder / SUMS).write_bytes(sums(folder))


def files(folder: Path) -> dict[str, File]:
    """Every file of a folder by its path, but the manifest and the sums."""
    return {path.relative_to(folder).as_posix(): file(path) for path in paths(folder)}


def schemas(taxonomy: Taxonomy) -> str:
    """A hash of all label and task definitions."""
    return sha256(msgspec.json.encode([*taxonomy.layers.values(), *taxonomy.tasks.values()], order="deterministic"))


def tools() -> dict[str, str]:
    """The versions of what writes a release."""
    return {"redline": __version__, **{name: importlib.metadata.version(name) for name in ("pyarrow", "spacy")}}
