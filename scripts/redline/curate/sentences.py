"""Single sentences of referenced texts: their references out of an index, their words out of folders."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from redline.core.corpus import Reference
from redline.core.document import Bounds
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.licence import is_spdx
from redline.curate import excerpts
from redline.curate.ingest import refuse_withdrawn
from redline.curate.referenced import LICENCES, rows, url
from redline.project import Project, cited, sources
from redline.project.cited import Cited, Words
from redline.project.lock import exclusive


class Row(Struct, frozen=True):
    """A line of an index of sentences; other keys are not used."""

    id: str
    repository: str
    commit: str
    path: str
    source_sha256: str
    passage: Bounds
    sentence: Bounds
    sha256: str
    chosen_by: str
    date: str | None
    speaker: str
    speaker_of: str
    split: str
    licence: str | None = None


class Count(Struct, frozen=True):
    """How many sentences of a set are at hand, and how many it has."""

    at_hand: int
    of: int


def counts(project: Project) -> dict[str, Count]:
    """Set -> its count."""
    known = cited.sources(project.seeds, project.texts)
    sets = cited.read_all(project.seeds)
    return {name: Count(sum(bool(known[row.id].text) for row in own), len(own)) for name, own in sets.items()}


@exclusive
def add(project: Project, index: Path) -> list[str]:
    """Writes where the sentences of an index are, as the set with the name of the file; gives their ids.

    A line without a licence has that of the documents of its repository. Raises RedlineError when a line is unusable, no
    licence is known, a sentence was withdrawn, or the set is there with other content.
    """
    read = rows(index, Row)
    known = {one.reference.repository: one.license for one in sources.seeds(project.seeds).values() if isinstance(one.reference, Reference)}
    made = [_cited(row, LICENCES.get(row.licence, row.licence) if row.licence else known.get(url(row.repository))) for row in read]
    if cited.read_all(project.seeds).get(index.stem, made) != made:
        raise RedlineError(f"{index}: a different set `{index.stem}` exists; needed: another name")
    refuse_withdrawn(project, [one.seed for one in made])
    cited.write(made, project.seeds, index.stem)
    return [one.id for one in made]


def _cited(row: Row, licence: str | None) -> Cited:
    if licence is None or not is_spdx(licence):
        raise RedlineError(f"{row.id}: the licence `{licence}` is unknown; needed: an SPDX expression, or a document of its repository")
    return Cited(
        row.id, url(row.repository), row.commit, row.path, row.source_sha256, row.passage, row.sentence, row.sha256, row.chosen_by,
        row.date, row.speaker, row.speaker_of, row.split, licence,
    )  # fmt: skip


@exclusive
def bring(project: Project, folders: Sequence[Path]) -> None:
    """Stores the words of sentences that folders have: as SET.jsonl with id and text, or as clones; each hash is checked."""
    for name, own in cited.read_all(project.seeds).items():
        stored = cited.words(project.texts / cited.FOLDER / f"{name}.jsonl")
        given = {key: row for folder in folders for key, row in cited.words(folder / f"{name}.jsonl").items()}
        found = [next(_fitting(row, [stored.get(row.id), given.get(row.id)], folders), None) for row in own]
        if any(found):
            cited.write([one for one in found if one], project.texts, name)


def _fitting(row: Cited, candidates: Sequence[Words | None], folders: Sequence[Path]) -> Iterator[Words]:
    """The words of a sentence, of each place that has them."""
    for one in candidates:
        if one and sha256(one.text.encode("utf-8")) == row.sha256:
            yield Words(one.id, one.text, one.before, one.after)
    assert isinstance(row.seed.reference, Reference)
    for data in (data for folder in folders for data in excerpts.files(folder, row.seed.reference)):
        for passage in excerpts.first_passages(data, row.seed.reference) if sha256(data) == row.file_sha256 else ():
            start, end = row.sentence
            if sha256(passage[start:end].encode("utf-8")) == row.sha256:
                yield Words(row.id, passage[start:end], passage[:start].strip(), passage[end:].strip())


def is_index(path: Path) -> bool:
    """Whether the lines of an index are of sentences."""
    return all(isinstance(row, dict) and "sentence" in row for row in rows(path, object)[:1])
