"""A corpus as a value: documents with their seeds, entity table and splits."""

from collections.abc import Callable, Iterable

from msgspec import UNSET, Struct, UnsetType, structs

from redline.core.document import Bounds, Document, Record
from redline.core.errors import RedlineError

SPLITS = ("train", "validation", "test")
OTHER_NAMES = {"dev": "validation"}
"""Another name of a split, which is read and never written."""

OPEN, WITHDRAWN = "open", "withdrawn"

REFERENCED = "referenced"
"""The origin of a text that the project only refers to."""


class Reference(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the words of a referenced document are, and how it was chosen.

    `sha256` is that of the file at `path` in the commit of the repository. The text is the file, or the `field` of the JSON
    object in its line `line` (1-based); `passages` are the bounds of each passage in it, in code points. `window` is how the
    passages were chosen, `speaker` who no two splits share, `country` whom the speaker speaks for, `id` the name of the text in
    its own collection, `split` the split that the document is meant for.
    """

    repository: str
    commit: str
    path: str
    sha256: str
    passages: list[Bounds]
    window: str
    speaker: str
    country: str
    split: str | None = None
    line: int | None = None
    field: str | None = None
    id: str | None = None


class Seed(Struct, frozen=True, forbid_unknown_fields=True):
    """Provenance and rights of a source text, as in `schemas/seed.json`; of a referenced one where its words are."""

    doc: str
    title: str
    genre: str
    origin: str
    language: str
    date: str | None
    event: str
    rights: str
    license: str | None
    author: str
    sources: list[str]
    sha256: str
    reference: Reference | UnsetType = UNSET

    @property
    def referenced(self) -> bool:
        """Whether the project contains the reference and not the words."""
        return self.origin == REFERENCED


class Entity(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the entity table, as in `schemas/entity.json`."""

    id: str
    label: str
    name: str
    aliases: list[str]
    kb_id: str | None
    actor_code: str | None
    part_of: str | None


class Source(Struct, frozen=True):
    """A seed with its text and the hash of the bytes that contain it."""

    seed: Seed
    text: str
    sha256: str


def contrast_split(name: str) -> str:
    """The split of a contrast set: train where its name ends so (`groups-train`), else test."""
    return "train" if name.endswith("-train") else "test"


def unrated(_: str) -> None:
    """The source of gold without raters."""
    return


class Corpus(Struct, frozen=True):
    """Gold documents, their sources, entities and splits, each by id, the files of each rater, and the contrast sets.

    `edits` gives for a contrast group the kind of edit of each passage after the first.
    `sentences` are sets of classification records of single sentences, `cited` the seed of each sentence.
    `described` names the raters that `raters.json` describes. `made` gives the gold that raters and decisions give of a
    document, a line on why they give none, or None where two raters are not there.
    """

    documents: dict[str, Document]
    sources: dict[str, Source]
    entities: dict[str, Entity]
    splits: dict[str, str]
    raters: dict[str, dict[str, Document]] = {}
    described: tuple[str, ...] = ()
    contrast: dict[str, tuple[Record, ...]] = {}
    edits: dict[str, list[str]] = {}
    sentences: dict[str, tuple[Record, ...]] = {}
    cited: dict[str, Seed] = {}
    made: Callable[[str], Document | str | None] = unrated

    def check_seeds(self) -> None:
        """Raises RedlineError when gold documents have no seed; `redline validate` lists these too (RL603)."""
        if missing := sorted(self.documents.keys() - self.sources.keys()):
            raise RedlineError(f"gold without a seed: {', '.join(missing)}; needed: seeds/DOC.json and seeds/DOC.txt for each")

    def split(self, name: str) -> list[Document]:
        """The documents of one split, by id."""
        return [self.documents[doc] for doc in sorted(self.documents) if self.splits.get(doc) == name]

    def contrasts(self, split: str) -> list[Record]:
        """The records of the contrast sets of one split."""
        return [one for name in sorted(self.contrast) if contrast_split(name) == split for one in self.contrast[name]]

    def written(self) -> "Corpus":
        """The corpus without its referenced documents: the project contains the words of all that are left."""
        apart = {doc for doc, source in self.sources.items() if source.seed.referenced}
        raters = {rater: {doc: document for doc, document in files.items() if doc not in apart} for rater, files in self.raters.items()}
        return structs.replace(
            self,
            documents={doc: document for doc, document in self.documents.items() if doc not in apart},
            sources={doc: source for doc, source in self.sources.items() if doc not in apart},
            raters={rater: files for rater, files in raters.items() if files},
        )

    def referenced(self, doc: str) -> bool:
        """Whether the project only refers to the words of a document."""
        return self.sources[doc].seed.referenced

    def is_open(self, doc: str) -> bool:
        """Whether the text of a document may be passed on."""
        return self.sources[doc].seed.rights == OPEN


def records(documents: Iterable[Document]) -> list[Record]:
    """The records of all documents, in order."""
    return [record for document in documents for record in document.records]
