"""Records as the trained models of a project label them, kept below `models/`: loading a model and labelling take seconds."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import sha256, write_atomically
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.model import provenance
from redline.project import Project


class Kept(Struct, frozen=True):
    """The labelled records, and a digest of what they depend on."""

    digest: str
    parts: list[list[Record]]


def labelled(here: Project, folder: Path, taxonomy: Taxonomy, parts: Sequence[Sequence[Record]]) -> list[list[Record]]:
    """Each part as the model of a folder labels it; what is kept where model, records, code and libraries are the same.

    Raises RedlineError when the model cannot be loaded.
    """
    path = here.models / "predicted" / f"{folder.parent.name}-{folder.name}.json"
    digest = _digest(folder, taxonomy, parts)
    kept = _read(path)
    if kept and kept.digest == digest:
        return kept.parts
    model, _ = artefact.load(folder, taxonomy)
    made = [model.predict(part) for part in parts]
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, msgspec.json.encode(Kept(digest, made)))
    return made


def _read(path: Path) -> Kept | None:
    """What is kept in a file; None if it is missing or cannot be read."""
    with suppress(RedlineError):
        return of_file(path, Kept, "is unusable", "labelled records")
    return None


def _digest(folder: Path, taxonomy: Taxonomy, parts: Sequence[Sequence[Record]]) -> str:
    made = artefact.read(folder)
    origin = provenance.origin(made.kind, made.of(taxonomy), taxonomy, [], [])
    depends = [made.files, made.kind, made.scheme, made.settings, made.seed, taxonomy.scheme, origin.code, origin.libraries, parts]
    return sha256(msgspec.json.encode(depends, order="deterministic"))
