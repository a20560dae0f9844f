"""A project on disk: where its parts are, and the corpus in them."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core import error_groups as groups_of_errors
from redline.core import taxonomy
from redline.core.bare import Texts, nowhere
from redline.core.corpus import OTHER_NAMES, Corpus, Entity
from redline.core.decoding import decoded, of_file
from redline.core.document import Record
from redline.core.error_groups import ErrorGroup
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.listing import folders, matching
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import cited, sources, texts

NAME = "redline.toml"
WITHDRAWN = "withdrawn.json"
PRACTICE = "practice"
"""The id of the passages for practice (corpus/practice.json) on the annotator's page; no document has it."""


class Project(Struct, frozen=True):
    """The folders of a project."""

    root: Path
    seeds: Path
    corpus: Path
    schemas: Path
    models: Path
    docs: Path

    @property
    def gold(self) -> Path:
        """The folder of adjudicated documents."""
        return self.corpus / "gold"

    @property
    def raters(self) -> Path:
        """The folder with one folder a rater."""
        return self.corpus / "raters"

    @property
    def texts(self) -> Path:
        """The folder of referenced texts that are at hand; ignored by git."""
        return self.root / "texts"

    def words(self) -> Texts:
        """What gives the texts of referenced documents."""
        return texts.at_hand(self.seeds, self.texts)

    def taxonomy(self) -> Taxonomy:
        """The labels of this project."""
        return taxonomy.load(self.schemas)


def find(start: Path | None = None) -> Project:
    """The project that contains `start` (default: the working folder): the nearest folder above it with a redline.toml.

    Raises RedlineError when there is none, or it cannot be used.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / NAME).is_file():
            return _read(folder)
    raise RedlineError(f"{here}: there is no {NAME} here or above; needed: a Redline project (run it inside the repository)")


def find_or_none() -> Project | None:
    """The project that contains the working folder, or None outside of one."""
    here = Path.cwd()
    return find(here) if any((folder / NAME).is_file() for folder in (here, *here.parents)) else None


def labels() -> Taxonomy:
    """The labels of the project that contains the working folder, or Redline's own outside of one."""
    here = find_or_none()
    return here.taxonomy() if here else taxonomy.load()


def error_groups() -> list[ErrorGroup]:
    """The groups of errors of the project that contains the working folder, or Redline's own outside of one."""
    here = find_or_none()
    return groups_of_errors.read(here.schemas if here else taxonomy.schemas_folder())


def words() -> Texts:
    """What gives the texts of referenced documents of the project that contains the working folder; outside of one all are missing."""
    here = find_or_none()
    return here.words() if here else nowhere


def _read(root: Path) -> Project:
    try:
        paths = tomllib.loads(read_bytes(root / NAME).decode("utf-8"))["paths"]
        return Project(root, *(root / paths[name] for name in ("seeds", "corpus", "schemas", "models", "docs")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise RedlineError(f"{root / NAME}: is unusable ({error}); needed: [paths] with seeds, corpus, schemas, models, docs") from None


def load(project: Project) -> Corpus:
    """The whole corpus of a project, without the referenced documents with missing texts.

    Raises RedlineError at the first file that cannot be used; `redline validate` lists them all.
    """
    words = project.words()
    raters = {folder.name: texts.documents(folder, words) for folder in folders(project.raters)}
    return Corpus(
        texts.documents(project.gold, words),
        sources.read_all(project.seeds, project.texts),
        {entity.id: entity for entity in entities(project.corpus / "entities.jsonl")},
        splits(project.corpus / "splits.json"),
        raters,
        described(project.raters / "raters.json"),
        contrast(project),
        edits(project),
        sentences(project, words),
        {row.id: row.seed for rows in cited.read_all(project.seeds).values() for row in rows},
    )


def contrast(project: Project) -> dict[str, tuple[Record, ...]]:
    """The contrast sets by name."""
    return {path.stem: tuple(jsonl.read_records(path)) for path in matching(project.corpus / "contrast", ".jsonl")}


def sentences(project: Project, words: Texts) -> dict[str, tuple[Record, ...]]:
    """The sets of single sentences by name, without the sentences of missing texts."""
    return {path.stem: tuple(jsonl.read_records(path, words)) for path in matching(project.corpus / "sentences", ".jsonl")}


def edits(project: Project) -> dict[str, list[str]]:
    """Contrast group -> the kind of edit of each passage after the first."""
    kinds: dict[str, list[str]] = json_of(project.corpus / "contrast" / "edits.json", dict[str, list[str]], {})
    return kinds


def entities(path: Path) -> Iterator[Entity]:
    """The rows of an entity table; none where the file is missing."""
    if not path.exists():
        return
    for number, line in jsonl.lines(path):
        yield decoded(line, Entity, f"{path}:{number}", "is not an entity", "a line as in schemas/entity.json")


def splits(path: Path) -> dict[str, str]:
    """Document -> split, by its usual name; empty where the file is missing."""
    if not path.exists():
        return {}
    assigned = of_file(path, dict[str, str], "is not a table of splits", "an object of document and split")
    return {doc: OTHER_NAMES.get(split, split) for doc, split in assigned.items()}


def described(path: Path) -> tuple[str, ...]:
    """The raters that raters.json describes, in its order; none where the file is missing."""
    return tuple(descriptions(path))


def descriptions(path: Path) -> dict[str, dict[str, str]]:
    """Rater -> its description in raters.json; empty where the file is missing."""
    if not path.exists():
        return {}
    return of_file(path, dict[str, dict[str, str]], "is not a table of raters", "an object of rater and description")


def withdrawn(project: Project) -> dict[str, str]:
    """Document -> SHA-256 of its text, of the withdrawn documents with a deleted seed; empty where the file is missing."""
    table: dict[str, str] = json_of(project.corpus / WITHDRAWN, dict[str, str], {})
    return table


def json_of(path: Path, kind: type[Any], otherwise: Any) -> Any:
    """The value of a JSON file, or `otherwise` where the file is missing.

    Raises RedlineError when it has another shape.
    """
    if not path.exists():
        return otherwise
    return of_file(path, kind, "cannot be read", str(kind))


def write_rows(path: Path, rows: Iterable[Struct]) -> None:
    """Writes a list as JSON, one row a line."""
    lines = b",\n ".join(msgspec.json.encode(row) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, b"[" + lines + b"]\n")


def write_splits(assigned: dict[str, str], path: Path) -> None:
    """Writes a split, one document a line, by id."""
    write_atomically(path, json.dumps(dict(sorted(assigned.items())), indent=1, ensure_ascii=False).encode() + b"\n")
