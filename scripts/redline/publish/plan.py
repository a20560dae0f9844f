"""What a project releases: its gold, its raters, its papers, and the scores of baselines trained on what goes out."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline import project
from redline.core.corpus import SPLITS, Corpus, Seed
from redline.core.document import Document, Record, group
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.model import leaderboard, train
from redline.project import Project
from redline.publish import changes, parquet, residual, tables
from redline.publish.features import DOCUMENTS
from redline.publish.release import Baselines, Plan, licensed
from redline.publish.tables import Item

SCORES = "released.json"
LABELS = "labels.json"
WITHDRAWN = "withdrawn.json"


class Named(Struct, frozen=True):
    """A version with its date, as CITATION.cff has them."""

    version: str
    date: str


def of_project(here: Project, progress: Callable[[str], None], *, baselines: bool) -> Plan:
    """The plan of a project.

    Raises RedlineError when a text has no licence or split, a version is no version, or a label has no number yet.
    """
    corpus, taxonomy, named = project.load(here), here.taxonomy(), cited(here.root / "CITATION.cff")
    seeds = [source.seed for source in corpus.sources.values()]
    _ready(corpus, seeds)
    frozen = labels(here)
    gone = project.json_of(here.corpus / WITHDRAWN, dict[str, str], {})
    hashes = frozenset([*gone.values(), *(seed.sha256 for seed in seeds if seed.rights == tables.WITHDRAWN)])
    history = changes.history(here.corpus / changes.NAME)
    state = changes.state(named.version, named.date, [item.document for item in items(corpus)], taxonomy)
    papers = {
        "CHANGELOG.md": changes.page(read_bytes(here.root / "CHANGELOG.md").decode("utf-8"), state, history).encode("utf-8"),
        "CITATION.cff": read_bytes(here.root / "CITATION.cff"),
        "entities.jsonl": read_bytes(here.corpus / "entities.jsonl"),
    }
    return Plan(
        named.version, named.date, taxonomy, lambda: items(corpus), frozen, contrast(here), hashes, papers,
        residual.counts(here, corpus), _scored(here, taxonomy, progress) if baselines else None,
    )  # fmt: skip


def record(here: Project) -> None:
    """Adds the release to the history, against which the next one is counted."""
    named = cited(here.root / "CITATION.cff")
    documents = [item.document for item in items(project.load(here))]
    changes.record(changes.state(named.version, named.date, documents, here.taxonomy()), here.corpus / changes.NAME)


def cited(path: Path) -> Named:
    """The version and date of a CITATION.cff.

    Raises RedlineError when it has none.
    """
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise RedlineError(f"a release needs `{error.name}`; install redline[release]") from None
    try:
        value = yaml.safe_load(read_bytes(path).decode("utf-8"))
        named = Named(str(value["version"]), str(value["date-released"]))
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise RedlineError(f"{path}: names no version ({type(error).__name__}); needed: version and date-released") from None
    changes.parts(named.version)
    return named


def _ready(corpus: Corpus, seeds: Sequence[Seed]) -> None:
    for doc in licensed(seeds):
        raise RedlineError(f"{doc}: is open and has no licence; needed: an SPDX expression in its seed")
    for doc in sorted(corpus.documents):
        if corpus.splits.get(doc) not in SPLITS:
            raise RedlineError(f"{doc}: is in no split; needed: run redline split")


def items(corpus: Corpus) -> Iterator[Item]:
    """The documents in order of split and id, withdrawn ones as removed entries in train."""
    for split in SPLITS:
        for doc, source in sorted(corpus.sources.items()):
            if corpus.splits.get(doc, "train") == split and (doc in corpus.documents or source.seed.rights == tables.WITHDRAWN):
                raters = {rater: files[doc] for rater, files in sorted(corpus.raters.items()) if doc in files}
                gold = corpus.documents.get(doc) or Document(doc, ())
                yield Item(gold, source.seed, source.text, split, raters)


def contrast(here: Project) -> dict[str, tuple[Record, ...]]:
    """The contrast sets by name."""
    return {path.stem: tuple(jsonl.read_records(path)) for path in sorted((here.corpus / "contrast").glob("*.jsonl"))}


def labels(here: Project) -> dict[str, list[str]]:
    """Layer -> labels in the order in which they were added, which is their number.

    Raises RedlineError when a label of the scheme is not there yet.
    """
    frozen: dict[str, list[str]] = project.json_of(here.corpus / LABELS, dict[str, list[str]], {})
    for name, layer in here.taxonomy().layers.items():
        for label in layer.by_label:
            if label not in frozen.get(name, []):
                raise RedlineError(f"{here.corpus / LABELS}: lacks `{label}` of {name}; needed: append it at the end of its list")
    return frozen


class Released(Struct, frozen=True):
    """Scores of the baselines on a release, with a hash of all that they rest on."""

    key: str
    trained_on: dict[str, int]
    scores: list[dict[str, Any]]


def _scored(here: Project, taxonomy: Taxonomy, progress: Callable[[str], None]) -> Baselines:
    """Scores the baselines on a release folder: from `models/released.json` where they rest on the same, else anew."""

    def scored(folder: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
        held = {split: list(_open(folder, split, taxonomy)) for split in SPLITS}
        key = hashlib.sha256(leaderboard.code(here).encode())
        for split in SPLITS:
            key.update(jsonl.dump(group(held[split])))
        path = here.models / SCORES
        known: Released | None = project.json_of(path, Released, None)
        if known is None or known.key != key.hexdigest():
            known = Released(key.hexdigest(), _trained_on(held), _trained(here, taxonomy, train.Data(**held), progress))
            write_atomically(path, msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")
        return known.scores, known.trained_on

    return scored


def _open(folder: Path, split: str, taxonomy: Taxonomy) -> Iterator[Record]:
    """The records of a split whose words are in the release."""
    for row in parquet.read(folder / "data" / DOCUMENTS, split):
        if row["text"] is not None:
            yield from tables.document(row, taxonomy).records


def _trained_on(held: dict[str, list[Record]]) -> dict[str, int]:
    return {split: len({record.meta.doc for record in records}) for split, records in held.items()}


def _trained(here: Project, taxonomy: Taxonomy, data: train.Data, progress: Callable[[str], None]) -> list[dict[str, Any]]:
    configured = train.configurations(here)
    pairs = train.wanted(configured, taxonomy, model=None, task=None, shape=None)
    with tempfile.TemporaryDirectory() as folder:
        results = train.run(pairs, configured, data, taxonomy, Path(folder), progress)
    rows = [row for result in results for row in result.plain() if row["label"] is None]
    return [row for row in rows if not row["metric"].endswith(("precision", "recall", "_macro_f1"))]
