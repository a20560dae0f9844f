"""Checks a release folder against its own manifest, and its data against themselves. A reader trusts no file."""

import importlib.util
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from redline import __version__
from redline.core.corpus import OPEN, SPLITS, WITHDRAWN
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.formats.arrow import Type, library
from redline.learn import artefact
from redline.publish import copies, counts, from_rows, leaks, manifest, parquet, tables
from redline.publish.documents import written
from redline.publish.documents.facts import Facts
from redline.publish.features import CONTRAST, DOCUMENTS, features
from redline.publish.manifest import Manifest

SHARD = re.compile(
    r"data/(?P<name>[^/]+)/(?P<split>[a-z]+)-[0-9]{5}\.parquet|(jsonl/(?P<tasks>[a-z]+)\.jsonl)|(docbin/(?P<docs>[a-z]+)-[0-9]{5}\.spacy)"
)
"""The paths of files with data: all that is read, and checked."""
MOST = 20
"""Problems of one kind that are printed."""


def problems(folder: Path, taxonomy: Taxonomy) -> list[str]:
    """A line for everything that is not as it should be; empty for a sound release.

    Raises RedlineError when there is no manifest to check against.
    """
    held = manifest.read(folder)
    found = list(_files(folder, held))
    if found:
        return found[:MOST]
    try:
        if held.name == manifest.MODELS:
            return list(_models(folder, taxonomy))
        found += list(_data(folder, held, taxonomy))[:MOST]
        found += [] if found else list(leaks.problems(folder, held, taxonomy))[:MOST]
        found += [] if found else list(islice(copies.problems(folder, held), MOST))
        found += [] if found else [*_documents(folder, held, taxonomy), *_croissant(folder, held)]
    except RedlineError as error:
        found.append(str(error))
    except from_rows.DAMAGE as error:
        found.append(f"{folder / 'data'}: a row cannot be counted ({type(error).__name__}: {error})")
    return found


def _files(folder: Path, held: Manifest) -> Iterator[str]:
    """Files that are missing, changed, or nobody's."""
    here = {path.relative_to(folder).as_posix() for path in manifest.paths(folder)}
    yield from _strange(folder, held)
    for name in sorted(here - set(held.files)):
        yield f"{folder / name}: is not in the manifest"
    yield from (problem for name, file in sorted(held.files.items()) for problem in _file(folder, name, file, here))
    if not (folder / manifest.SUMS).is_file():
        yield f"{folder / manifest.SUMS}: is missing"
    elif (folder / manifest.SUMS).read_bytes() != manifest.sums(folder):
        yield f"{folder / manifest.SUMS}: does not contain the sums of these files"


def _strange(folder: Path, held: Manifest) -> Iterator[str]:
    """Files that must be there and are not in the manifest, and links."""
    own = written.REQUIRED if held.name == manifest.DATA else ("README.md",)
    for name in sorted({*own, *held.required} - set(held.files)):
        yield f"{folder / manifest.NAME}: does not list the required file {name}"
    if held.name == manifest.DATA and held.tools.get("redline") == __version__:
        yield from (f"{folder / name}: is not a file of a release" for name in sorted(held.files) if not _known(name, held))
    for path in sorted(path for path in folder.rglob("*") if path.is_symlink()):
        yield f"{path}: is a link; a release contains files"


def _known(name: str, held: Manifest) -> bool:
    """Whether a file is one that every release has, or has data of a split that the manifest counts."""
    if name in written.REQUIRED:
        return True
    shard = SHARD.fullmatch(name)
    if shard is None:
        return False
    split = shard["split"] or shard["tasks"] or shard["docs"]
    return split in (held.parts.get(shard["name"], {}) if shard["name"] else SPLITS)


def _file(folder: Path, name: str, file: manifest.File, here: set[str]) -> Iterator[str]:
    if ".." in Path(name).parts or Path(name).is_absolute():
        yield f"{folder / manifest.NAME}: lists `{name}`, which is outside of the release"
    elif name not in here:
        yield f"{folder / name}: is missing"
    elif manifest.file(folder / name) != file:
        yield f"{folder / name}: does not match the manifest (sha256, size)"
    if name.endswith(".py"):
        yield f"{folder / name}: is code; a release contains no code"


def _models(folder: Path, taxonomy: Taxonomy) -> Iterator[str]:
    """Models that cannot be loaded."""
    for path in sorted(folder.glob(f"*/*/{artefact.NAME}")):
        try:
            artefact.load(path.parent, taxonomy)
        except RedlineError as error:
            yield str(error)


def _data(folder: Path, held: Manifest, taxonomy: Taxonomy) -> Iterator[str]:
    """Types, digests and words of all rows."""
    columns = features(taxonomy)
    for name in sorted(held.parts.keys() - columns.keys()):
        yield f"{folder}: configuration `{name}` is unknown to redline {__version__}"
    for name, splits in held.parts.items():
        for split in sorted(splits.keys() - set(SPLITS)):
            yield f"{folder / manifest.NAME}: has the unknown split `{split}`; there are {', '.join(SPLITS)}"
        for split, part in splits.items() if name in columns and splits.keys() <= set(SPLITS) else ():
            rows = _rows(folder / "data" / name, split, name, columns[name], part, held.tools.get("pyarrow"))
            yield from (f"{folder}: {name}, {split}: {problem}" for problem in rows)
    if manifest.whole(held.parts) != held.digest:
        yield f"{folder / manifest.NAME}: the digest does not match the parts"


def _rows(folder: Path, split: str, name: str, columns: dict[str, Type], part: manifest.Part, pyarrow: str | None) -> Iterator[str]:
    """What is wrong with the shards of a split."""
    wanted = parquet.schema(columns)
    for path in parquet.shards(folder, split):
        found = parquet.schema_of(path)
        if not found.equals(wanted) or found.metadata.get(b"huggingface") != wanted.metadata[b"huggingface"]:
            yield f"{path.name} has other columns or types than redline {__version__} writes"
            return
    digest = parquet.Digest()
    for row in parquet.read(folder, split):
        digest.add(row)
        try:
            yield from list(_words(name, row))
        except (TypeError, KeyError, IndexError, AttributeError) as error:
            # Any column of a Parquet file may be null or short.
            yield f"row {digest.rows} has a missing value ({error})"
    if digest.rows != part.rows:
        yield f"there are {digest.rows} rows, and the manifest counts {part.rows}"
    elif digest.hexadecimal() != part.digest:
        yield "the rows differ from those of the manifest (the digest is another)"
    elif pyarrow == library().__version__ and parquet.arrow_bytes(folder, split) != part.arrow_bytes:
        yield "the size in memory differs from the manifest"


def _words(name: str, row: dict[str, Any]) -> Iterator[str]:
    """A line for each place where the stored words are not those of the text."""
    if name == DOCUMENTS:
        yield from _document(row)
    elif row.get("sentence_start") is not None and row["sentence"] is not None:
        start = row["sentence_start"]
        if row["sentence"][row["start"] - start : row["end"] - start] != row["text"]:
            yield f"{row['doc']} {row['passage']}: span {row['id']} does not match its words"
    elif name == CONTRAST:
        yield from _passage(row["group"], row, row["text"])


def _document(row: dict[str, Any]) -> Iterator[str]:
    text = row["text"]
    if text is not None and sha256(text.encode("utf-8")) != row["sha256"]:
        yield f"{row['doc']}: the text does not match its hash"
    if row["rights"] == WITHDRAWN and any(value for name, value in row.items() if name not in tables.REMOVED):
        yield f"{row['doc']}: is withdrawn and has more than its id and hash"
    if row["rights"] != OPEN and any(_held(row)):
        yield f"{row['doc']}: is {row['rights']} and has words"
    for passage in row["passages"] if text is not None else ():
        if text[passage["offset"] : passage["offset"] + passage["length"]] != passage["text"]:
            yield f"{row['doc']} {passage['passage']}: is not at its offset"
        yield from _passage(row["doc"], passage, passage["text"])


def _held(row: dict[str, Any]) -> Iterator[bool]:
    """Whether each place for words contains any."""
    yield row["text"] is not None or row["title"] is not None
    for passage in row["passages"]:
        yield passage["text"] is not None
        yield from (span["text"] is not None for span in passage["spans"])


def _passage(doc: str, passage: dict[str, Any], text: str) -> Iterator[str]:
    ids = {span["id"] for span in passage["spans"]}
    for span in passage["spans"]:
        if text[span["start"] : span["end"]] != span["text"]:
            yield f"{doc} {passage['passage']}: span {span['id']} does not match its words"
    for arrow in passage["relations"]:
        if not {arrow["head_id"], arrow["child_id"]} <= ids:
            yield f"{doc} {passage['passage']}: a relation has an end that is not a span"


def unwritten(held: Manifest, taxonomy: Taxonomy) -> str:
    """Why the documents cannot be written again and compared, or an empty string."""
    if held.name == manifest.MODELS:
        return ""
    if held.tools.get("redline") != __version__:
        return f"the documents were not compared: redline {held.tools.get('redline')} wrote them, this is redline {__version__}"
    if held.schemas != manifest.schemas(taxonomy):
        return "the documents were not compared: they have different label definitions from this version of redline"
    return ""


def _documents(folder: Path, held: Manifest, taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each document with figures that differ from the data; none when another redline or scheme wrote the documents."""
    if unwritten(held, taxonomy):
        return
    about = written.without(held)
    for name, data in written.render(Facts(folder, about, counts.counts(folder, taxonomy), taxonomy)).items():
        if (folder / name).read_bytes() != data:
            yield f"{folder / name}: does not match the data"


def _croissant(folder: Path, held: Manifest) -> Iterator[str]:
    """Problems of Croissant metadata: hashes that are not those of the files, and what mlcroissant (if installed) refuses."""
    path = folder / "croissant.json"
    try:
        stated = {one["@id"]: one["sha256"] for one in json.loads(path.read_bytes())["distribution"] if "sha256" in one}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield f"{path}: is not Croissant metadata ({type(error).__name__}: {error})"
        return
    for name in sorted({name for name in held.files if name.endswith(".parquet")} | stated.keys()):
        if name not in held.files or stated.get(name) != held.files[name].sha256:
            yield f"{path}: the hash of {name} does not match the file"
    if importlib.util.find_spec("mlcroissant") is None:
        return
    import mlcroissant

    try:
        lines = sorted(mlcroissant.Dataset(jsonld=str(path)).metadata.ctx.issues.errors)
    except MemoryError:
        raise
    except Exception as error:
        # Damaged JSON makes mlcroissant and rdflib raise what neither documents. Each of these is a problem of the release.
        lines = [f"is not Croissant metadata ({type(error).__name__}: {next(iter(str(error).splitlines()), '')[:200]})"]
    yield from (f"{path}: {line}" for line in lines)
