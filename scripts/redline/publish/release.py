"""Builds a release folder: everything in a folder beside it, which takes its name when it is whole."""

import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline import __version__
from redline.core.corpus import SPLITS, Seed
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.formats import prodigy
from redline.publish import docbin, facts, manifest, parquet, tables
from redline.publish.documents import card, papers
from redline.publish.features import features
from redline.publish.manifest import File, Manifest, Part
from redline.publish.tables import Item


class Baselines(Struct, frozen=True):
    """Scores of baselines in the shape of every `--json` score, and how many documents of each split they are from."""

    scores: list[dict[str, Any]]
    documents: dict[str, int]


class Plan(Struct, frozen=True):
    """What goes into a release.

    `items` gives the documents anew at each call, streamed and in order of split and id; `withdrawn` are the hashes of texts
    that may never come back; `papers` are files that go along as they are, by name; `baselines` are the
    scores of models that were trained on the texts of the release.
    """

    version: str
    date: str
    taxonomy: Taxonomy
    items: Callable[[], Iterator[Item]]
    labels: Mapping[str, Sequence[str]]
    contrast: Mapping[str, tuple[Record, ...]] = {}
    withdrawn: frozenset[str] = frozenset()
    papers: Mapping[str, bytes] = {}
    residual: dict[str, int] = {}
    baselines: Baselines | None = None


def build(plan: Plan, out: Path) -> Path:
    """Builds `out/redline-<version>`, or finds it there with the same content; gives its path.

    Raises RedlineError when a version is there with other content, a withdrawn text would come back, or the folder cannot
    be written; nothing stands under the final name then.
    """
    return made(out / f"{manifest.DATA}-{plan.version}", lambda folder: _fill(plan, folder))


def made(final: Path, fill: Callable[[Path], None]) -> Path:
    """A release folder that `fill` fills: under its final name whole, or not at all.

    Raises RedlineError as `build` does.
    """
    try:
        with _staging(final.parent, final.name) as folder:
            fill(folder)
            return _settle(folder, final)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RedlineError(f"{final}: cannot be written ({reason}); needed: a writable folder with room") from None


@contextmanager
def _staging(out: Path, name: str) -> Iterator[Path]:
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f".{name}.*.part"):
        if not _runs(left.name.removeprefix(f".{name}.").split(".")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{name}.{os.getpid()}.", suffix=".part", dir=out))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runs(process: str) -> bool:
    """Whether a process is still there, so that what it builds is not touched."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _settle(folder: Path, final: Path) -> Path:
    """Gives the folder its name once it is on disk, unless a release with that name is there."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    folder.chmod(0o755)
    if not final.exists():
        try:
            return folder.rename(final)
        except OSError:
            # Another build may have come first; anything else is no release and is told.
            if not final.exists():
                raise
    before, now = manifest.read(final), manifest.read(folder)
    if before.digest != now.digest or before.files != now.files:
        what = "content" if before.digest != now.digest else "files"
        raise RedlineError(f"{final}: is there with other {what}; needed: another version in CITATION.cff, or remove it")
    return final


def _fill(plan: Plan, folder: Path) -> None:
    parts = _data(plan, folder)
    for name, data in plan.papers.items():
        (folder / name).write_bytes(data)
    (folder / "labels.json").write_bytes(papers.labels(plan.taxonomy, plan.labels))
    (folder / "LICENSES.md").write_text(papers.licences([item.seed for item in plan.items()]), encoding="utf-8")
    baselines = plan.baselines or Baselines([], {})
    about = Manifest(
        manifest.DATA, plan.version, plan.date, manifest.whole(parts), plan.taxonomy.scheme, plan.taxonomy.version, schemas(plan.taxonomy),
        tools(), parts, files(folder), baselines.scores, baselines.documents, plan.residual,
    )  # fmt: skip
    held = card.Card(folder, about, facts.facts(folder, plan.taxonomy), plan.taxonomy)
    for name, data in written(held).items():
        (folder / name).write_bytes(data)
    signed(folder, about)


def signed(folder: Path, about: Manifest) -> None:
    """Writes the manifest of a folder, and the sums over everything."""
    about = msgspec.structs.replace(about, files=files(folder))
    (folder / manifest.NAME).write_bytes(manifest.encode(about))
    (folder / manifest.SUMS).write_bytes(manifest.sums(folder))


def written(held: card.Card) -> dict[str, bytes]:
    """The papers that follow from a release's data: by name what they must hold."""
    return {
        "README.md": card.render(held).encode("utf-8"),
        "datasheet.md": papers.datasheet(held).encode("utf-8"),
        "croissant.json": papers.croissant(held),
        ".zenodo.json": papers.zenodo(held),
    }


def without(about: Manifest) -> Manifest:
    """A manifest as it was when the papers were written: without them among its files."""
    return msgspec.structs.replace(about, files={name: file for name, file in about.files.items() if name not in WRITTEN})


WRITTEN = ("README.md", "datasheet.md", "croissant.json", ".zenodo.json")


def schemas(taxonomy: Taxonomy) -> str:
    """A hash of all label and task definitions."""
    return sha256(msgspec.json.encode([*taxonomy.layers.values(), *taxonomy.tasks.values()], order="deterministic"))


def tools() -> dict[str, str]:
    """The versions of what writes a release."""
    return {"redline": __version__, **{name: importlib.metadata.version(name) for name in ("pyarrow", "spacy")}}


def files(folder: Path) -> dict[str, File]:
    """Every file of a folder by its path, but the manifest and the sums."""
    return {path.relative_to(folder).as_posix(): manifest.file(path) for path in manifest.paths(folder)}


def _data(plan: Plan, folder: Path) -> dict[str, dict[str, Part]]:
    """Writes Parquet, JSON Lines and DocBins in one pass; gives the rows and digests of each configuration and split that has rows."""
    held = features(plan.taxonomy)
    with ExitStack() as stack:
        writers = {
            (name, split): stack.enter_context(parquet.Writer(folder / "data" / name, split, columns))
            for name, columns in held.items()
            for split in SPLITS
        }
        lines = stack.enter_context(_Lines(folder / "jsonl"))
        bins = stack.enter_context(docbin.Bins(folder / "docbin"))
        for item in plan.items():
            _admit(item, plan)
            for name, row in tables.rows(item, plan.taxonomy):
                writers[name, item.split].add(row)
            if item.open:
                lines.add(item)
                bins.add(item)
        for name, records in sorted(plan.contrast.items()):
            for configuration, row in tables.contrast_rows(name, records):
                writers[configuration, "test"].add(row)
    parts: dict[str, dict[str, Part]] = {}
    for (name, split), writer in writers.items():
        if writer.digest.rows:
            parts.setdefault(name, {})[split] = Part(writer.digest.rows, writer.digest.hexadecimal())
    return parts


def _admit(item: Item, plan: Plan) -> None:
    """Lets a document in unless its text was withdrawn."""
    if item.seed.rights != tables.WITHDRAWN and item.seed.sha256 in plan.withdrawn:
        raise RedlineError(f"{item.document.id}: its text was withdrawn ({item.seed.sha256[:12]}); needed: leave it out for good")


class _Lines:
    """Prodigy tasks by split, streamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._files: dict[str, Any] = {}

    def __enter__(self) -> "_Lines":
        self._folder.mkdir()
        self._files = {split: self._stack.enter_context((self._folder / f"{split}.jsonl").open("wb")) for split in SPLITS}
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, item: Item) -> None:
        """Adds a document's tasks."""
        self._files[item.split].write(prodigy.dump([item.document])[0])


def licensed(seeds: Sequence[Seed]) -> list[str]:
    """The open documents without a licence, which must not go out."""
    return [seed.doc for seed in seeds if seed.rights == tables.OPEN and not seed.license]
