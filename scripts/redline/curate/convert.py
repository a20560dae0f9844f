"""Between files of other formats and records: every slice is verified, every loss is told."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from msgspec import Struct

from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import STANDARD, refuse_same
from redline.core.taxonomy import Taxonomy
from redline.formats import conll, jsonl, prodigy, quotes
from redline.formats.loss import Loss


class Format(Struct, frozen=True):
    """A format: its reader, its writer (documents, path, layer, taxonomy), and what it cannot hold."""

    read: Callable[[Path, str, Taxonomy], Iterable[Document]]
    write: Callable[[list[Document], Path, str, Taxonomy], list[Loss]]
    loses: frozenset[str]
    about: str


def _write_jsonl(documents: list[Document], path: Path, _: str, __: Taxonomy) -> list[Loss]:
    jsonl.write(documents, path)
    return []


def _write_quotes(documents: list[Document], path: Path, _: str, taxonomy: Taxonomy) -> list[Loss]:
    if len(documents) != 1:
        raise RedlineError(f"{path}: a quotes file holds one document, these are {len(documents)}; needed: export them one by one")
    return quotes.write(documents[0], path, taxonomy)


def _read_quotes(path: Path, _: str, __: Taxonomy) -> Iterable[Document]:
    raise RedlineError(f"{path}: a quotes file needs its seed; needed: redline import PATH --format quotes")


FORMATS = {
    "jsonl": Format(lambda path, _, __: jsonl.read(path), _write_jsonl, jsonl.LOSES, "canonical records"),
    "prodigy": Format(
        lambda path, _, taxonomy: prodigy.read(path, taxonomy),
        lambda documents, path, _, __: prodigy.write(documents, path),
        prodigy.LOSES,
        "Prodigy tasks with tokens, for spans.manual and rel.manual",
    ),
    "conll": Format(
        lambda path, layer, taxonomy: conll.read(path, layer, taxonomy.scheme),
        lambda documents, path, layer, _: conll.write(documents, path, layer),
        conll.LOSES,
        "CoNLL columns, one layer",
    ),
    "quotes": Format(_read_quotes, _write_quotes, quotes.LOSES, "a rater's file that names words"),
}


def format_of(name: str) -> Format:
    """The format of that name.

    Raises RedlineError that names what there is.
    """
    if name not in FORMATS:
        raise RedlineError(f"unknown format `{name}`; there are {', '.join(FORMATS)}")
    return FORMATS[name]


def read_any(path: Path, layer: str, taxonomy: Taxonomy) -> list[Document]:
    """The documents of a file by its ending (records or tasks for .jsonl and `-`, CoNLL for .conll, .bio and .tsv), or of a folder."""
    if path.is_dir():
        return [document for part in sorted(path.glob("*.jsonl")) for document in read_any(part, layer, taxonomy)]
    name = {".jsonl": "prodigy", ".conll": "conll", ".bio": "conll", ".tsv": "conll"}.get(".jsonl" if path == STANDARD else path.suffix)
    if name is None:
        raise RedlineError(f"{path}: has an unknown ending `{path.suffix}`; needed: .jsonl, .conll, .bio or .tsv")
    return list(FORMATS[name].read(path, layer, taxonomy))


def convert(paths: Iterable[Path], source: Format, target: Format, out: Path, layer: str, taxonomy: Taxonomy) -> tuple[int, list[Loss]]:
    """Reads files, writes them as one; gives the number of documents and what was left out.

    Raises RedlineError when a file cannot be used; nothing is written then.
    """
    paths = list(paths)
    refuse_same(out, *paths)
    documents = list(chain.from_iterable(source.read(path, layer, taxonomy) for path in paths))
    if not documents:
        raise RedlineError("there is nothing to convert; needed: a file with records")
    return len(documents), target.write(documents, out, layer, taxonomy)
