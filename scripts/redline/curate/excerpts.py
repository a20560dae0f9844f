"""The text of a referenced document out of the file that its reference names."""

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, run

from redline.core.corpus import Reference
from redline.core.files import sha256


def in_file(data: bytes, reference: Reference, wanted: str) -> str:
    """The passages of a reference out of the bytes of its file, each with a line feed after it; `wanted` is their hash.

    Raises ValueError when the file or the passages are others than those that were annotated.
    """
    if sha256(data) != reference.sha256:
        raise ValueError("is another version of the file (sha256 differs)")
    for whole in _decoded(data, reference):
        text = "".join(f"{' '.join(whole[start:end].split())}\n" for start, end in reference.passages)
        if sha256(text.encode("utf-8")) == wanted:
            return text
    raise ValueError("has other words at the places of the passages (sha256 differs)")


def first_passages(data: bytes, reference: Reference) -> Iterator[str]:
    """The first passage of a reference in each text in which its bounds may have been counted."""
    start, end = reference.passages[0]
    yield from (" ".join(whole[start:end].split()) for whole in _decoded(data, reference))


def _decoded(data: bytes, reference: Reference) -> Iterator[str]:
    """The texts in which bounds may have been counted: as it is, or without a byte order mark or carriage returns."""
    text = data.decode("utf-8")
    if reference.line is not None:
        text = _field(text, reference.line, str(reference.field))
    for one in (text, text.removeprefix("\ufeff")):
        yield one
        yield one.replace("\r\n", "\n").replace("\r", "\n")


def _field(text: str, line: int, field: str) -> str:
    rows = text.split("\n")[line - 1 : line]
    value = json.loads(rows[0]) if rows else None
    content = value.get(field) if isinstance(value, dict) else None
    if not isinstance(content, str):
        raise ValueError(f"has no `{field}` in line {line}")
    return content


def files(folder: Path, reference: Reference) -> Iterator[bytes]:
    """The bytes that a folder has under a reference: as a clone, bare or not, or as a folder of clones."""
    owner, name = reference.repository.removesuffix("/").removesuffix(".git").split("/")[-2:]
    for base in (folder, *(folder / one for one in (name, f"{name}.git", f"{owner}/{name}", f"{owner}/{name}.git"))):
        path = base / reference.path
        if path.is_file():
            yield path.read_bytes()
        if any((base / one).exists() for one in (".git", "HEAD")):
            blob = ["git", "-C", str(base), "cat-file", "blob", f"{reference.commit}:{reference.path}"]
            done = run(blob, stdin=DEVNULL, capture_output=True, check=False)
            if done.returncode == 0:
                yield done.stdout
