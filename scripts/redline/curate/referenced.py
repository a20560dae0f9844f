"""Seeds of referenced documents, made of an index: a file of JSON lines, one for each document."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from redline.core.corpus import OPEN, REFERENCED, Reference, Seed
from redline.core.decoding import decoded
from redline.core.document import Bounds
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.core.licence import is_spdx
from redline.curate.ingest import refuse_bad_shape, refuse_withdrawn
from redline.project import Project, lookup, sources
from redline.project.lock import exclusive

LICENCES = {"public domain (work of the US government)": "LicenseRef-public-domain-US-government"}
"""What SPDX has no identifier for."""
EACH_ITS_EVENT = "whole"
"""The window of short statements, each of which is a separate event; the speeches of a speaker are one event."""
Kind = TypeVar("Kind")
HOST = "https://github.com/"


class Row(Struct, frozen=True):
    """A line of an index; other keys are not used."""

    doc: str
    repository: str
    commit: str
    path: str
    source_sha256: str
    passages: list[Bounds]
    sha256: str
    date: str | None
    speaker: str
    speaker_of: str
    genre: str
    window: str
    licence: str
    split: str | None = None
    line: int | None = None
    field: str | None = None
    source_id: str | None = None


@exclusive
def add(project: Project, index: Path, docs: Sequence[str] = ()) -> list[str]:
    """Writes the seed of each document of an index (of `docs`, or all) that has none; gives those that were written.

    Raises RedlineError when a line is unusable, a document is not in the index, a text was withdrawn, or a document
    already has another seed; nothing is written then.
    """
    known = {row.doc: row for row in rows(index, Row)}
    chosen = [known[lookup.one_of(doc, known, "document", f"{index} lists them")] for doc in docs] if docs else list(known.values())
    there, made = sources.seeds(project.seeds), []
    for row in chosen:
        seed = _seed(row)
        refuse_bad_shape(project, seed)
        if there.get(seed.doc, seed) != seed:
            raise RedlineError(f"{seed.doc}: already has another seed; needed: a new document")
        if seed.doc not in there:
            made.append(seed)
    refuse_withdrawn(project, made)
    for seed in made:
        sources.write_seed(seed, project.seeds)
    return [seed.doc for seed in made]


def rows(index: Path, kind: type[Kind]) -> list[Kind]:
    """The lines of an index.

    Raises RedlineError at the first that is unusable.
    """
    read = []
    for number, line in enumerate(read_bytes(index).split(b"\n"), 1):
        if line.strip():
            read.append(decoded(line, kind, f"{index}:{number}", "is not a line of an index", "the location of a text and its hashes"))
    return read


def url(repository: str) -> str:
    """What git clones; a bare owner and name are of GitHub."""
    return repository if "://" in repository else HOST + repository


def _seed(row: Row) -> Seed:
    reference = Reference(
        url(row.repository), row.commit, row.path, row.source_sha256, row.passages, row.window, row.speaker, row.speaker_of,
        row.split, row.line, row.field, row.source_id,
    )  # fmt: skip
    event = row.doc if row.window == EACH_ITS_EVENT else f"speaker-{row.speaker.lower()}"
    title = f"{row.genre.replace('-', ' ').capitalize()} of {row.date or 'unknown date'}, {row.speaker} ({row.speaker_of})"
    licence = LICENCES.get(row.licence, row.licence)
    if not is_spdx(licence):
        raise RedlineError(f"{row.doc}: `{licence}` is not an SPDX licence expression; needed: one such as CC0-1.0")
    return Seed(row.doc, title, row.genre, REFERENCED, "en", row.date, event, OPEN, licence, row.speaker, [], row.sha256, reference)
