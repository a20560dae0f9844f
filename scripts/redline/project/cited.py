"""Single sentences of referenced texts: `seeds/sentences/SET.jsonl` has where they are, `texts/sentences/SET.jsonl` their words."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from redline.core.bare import marked
from redline.core.corpus import OPEN, REFERENCED, Reference, Seed, Source
from redline.core.decoding import decoded
from redline.core.document import ACCEPT, Bounds, Meta, Record
from redline.core.files import sha256, write_atomically
from redline.core.listing import matching
from redline.core.names import checked
from redline.formats import jsonl

Kind = TypeVar("Kind")

FOLDER = "sentences"
ALONE = "sentence"
"""The window of a reference with one passage, which has the sentence."""


class Cited(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a sentence is: the bounds of its passage in a file, and its own in the passage with single spaces.

    `file_sha256` is the hash of the file, `sha256` that of the sentence; `chosen_by` is how it was found.
    """

    id: str
    repository: str
    commit: str
    path: str
    file_sha256: str
    passage: Bounds
    sentence: Bounds
    sha256: str
    chosen_by: str
    date: str | None
    speaker: str
    country: str
    split: str
    license: str

    @property
    def seed(self) -> Seed:
        """The seed of the sentence as a separate text."""
        reference = Reference(
            self.repository, self.commit, self.path, self.file_sha256, [self.passage], ALONE, self.speaker, self.country, self.split
        )
        event = f"speaker-{self.speaker.lower()}"
        return Seed(
            self.id, f"Sentence {self.id}", "speech", REFERENCED, "en", self.date, event, OPEN, self.license, self.speaker, [], self.sha256,
            reference,
        )  # fmt: skip


class Words(Struct, frozen=True):
    """A sentence and what is before and after it in its passage; other keys of a line are not used."""

    id: str
    text: str
    before: str = ""
    after: str = ""


def read_all(seeds: Path) -> dict[str, list[Cited]]:
    """Set -> its sentences in the order of the file.

    Raises RedlineError at the first line that is none.
    """
    return {path.stem: list(_rows(path, Cited)) for path in matching(seeds / FOLDER, ".jsonl")}


def words(path: Path) -> dict[str, Words]:
    """Sentence -> its words, as a file has them; none where the file is missing."""
    return {row.id: row for row in _rows(path, Words)} if path.is_file() else {}


def sources(seeds: Path, texts: Path) -> dict[str, Source]:
    """Sentence -> its seed with its text, which is empty where it is not at hand."""
    read: dict[str, Source] = {}
    for name, rows in read_all(seeds).items():
        own = words(texts / FOLDER / f"{name}.jsonl")
        for row in rows:
            text = own[row.id].text if row.id in own and sha256(own[row.id].text.encode("utf-8")) == row.sha256 else ""
            read[row.id] = Source(row.seed, text, row.sha256)
    return read


def blank(seeds: Path, texts: Path, name: str, scheme: str) -> list[Record]:
    """A record without annotation for each sentence of a set, except those with missing texts; written, it is bare."""
    known = sources(seeds, texts)
    pairs = [(row.id, known[row.id].text) for row in read_all(seeds).get(name, []) if known[row.id].text]
    return [marked(Record(text, ACCEPT, ((0, len(text)),), (), (), Meta(doc, 0, 0, scheme))) for doc, text in pairs]


def write(rows: Iterable[Cited] | Iterable[Words], folder: Path, name: str) -> None:
    """Writes the sentences of a set, a line each, below the folder of seeds or of texts."""
    data = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    write_atomically(folder / FOLDER / f"{checked(name, 'set')}.jsonl", data)


def _rows(path: Path, kind: type[Kind]) -> Iterator[Kind]:
    for number, line in jsonl.lines(path):
        yield decoded(line, kind, f"{path}:{number}", "is not a sentence", "a line as in schemas/sentence.json")
