"""What a release contains, counted from its own files: the figures of its card."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import SPLITS, WITHDRAWN
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.curate import splits
from redline.measure.agreement import Figure
from redline.measure.figures import figures
from redline.measure.score import Bootstrap
from redline.project.cited import ALONE
from redline.publish import parquet, reading
from redline.publish.features import DOCUMENTS, REFERENCED_RATERS, REFERENCED_SENTENCES, REFERENCED_SPANS

BOOT = Bootstrap(replicates=1000, seed=1)
MOST = 2_000
"""Documents up to which agreement and leaks are computed: they need all of them at once."""


class Referenced(Struct):
    """Counts of real texts of which a release contains no words: documents, their sentences, and single sentences.

    `spans` counts by layer; `ratings` are passages that a rater labelled. `licences` counts (repository, licence) -> documents and
    single sentences. `speakers` are those whom the release names.
    """

    documents: int = 0
    sentences: int = 0
    single: int = 0
    ratings: int = 0
    spans: Counter[str] = msgspec.field(default_factory=Counter)
    speakers: set[str] = msgspec.field(default_factory=set)
    licences: dict[tuple[str, str], tuple[int, int]] = msgspec.field(default_factory=dict)


class Counts(Struct):
    """Counts by split, and by split again of genres, origins and labels; figures of agreement; the closest texts.

    Withdrawn documents count only in `rights`. `authors` counts the documents by author; `per_layer` counts the layers of
    passages by the number of their raters. `how` counts gold spans by how they came about; `split_events` are events in more
    than one split. `compared` is True when texts of different splits were compared; larger releases leave this out.
    `agreement` is of the documents of the release, `referenced_agreement` of the referenced ones, which `referenced` counts.
    """

    documents: Counter[str] = msgspec.field(default_factory=Counter)
    passages: Counter[str] = msgspec.field(default_factory=Counter)
    sentences: Counter[str] = msgspec.field(default_factory=Counter)
    spans: Counter[str] = msgspec.field(default_factory=Counter)
    genres: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    licences: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    rights: Counter[str] = msgspec.field(default_factory=Counter)
    labels: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    authors: Counter[str] = msgspec.field(default_factory=Counter)
    per_layer: Counter[int] = msgspec.field(default_factory=Counter)
    how: Counter[str] = msgspec.field(default_factory=Counter)
    events: dict[str, set[str]] = msgspec.field(default_factory=lambda: defaultdict(set))
    raters: list[str] = []
    agreement: list[Figure] = []
    referenced_agreement: list[Figure] = []
    referenced: Referenced = msgspec.field(default_factory=Referenced)
    closest: list[tuple[str, str, float]] = []
    split_events: list[str] = []
    compared: bool = False

    def total(self, by_split: Counter[str]) -> int:
        """The sum over splits."""
        return sum(by_split.values())


def counts(folder: Path, taxonomy: Taxonomy) -> Counts:
    """The counts of a release folder."""
    totals = Counts()
    for split in SPLITS:
        for row in parquet.read(folder / "data" / DOCUMENTS, split):
            _count(totals, split, row)
    _count_referenced(totals, folder)
    totals.split_events = sorted(event for event, its_splits in totals.events.items() if len(its_splits) > 1)
    if totals.total(totals.documents) <= MOST:
        documents = {one.document.id: one for one in reading.documents(folder, taxonomy)}
        raters = reading.raters(folder, documents, taxonomy)
        apart = reading.referenced_raters(folder, taxonomy.scheme, taxonomy)
        totals.raters = sorted({*raters, *apart})
        totals.agreement, totals.referenced_agreement = _agreement(raters, taxonomy), _agreement(apart, taxonomy)
        texts = {doc: one.document for doc, one in documents.items() if one.open}
        totals.compared = True
        totals.closest = splits.closest(texts, {doc: one.split for doc, one in documents.items()}, 1)
    return totals


def _count(totals: Counts, split: str, row: dict[str, Any]) -> None:
    totals.rights[row["rights"]] += 1
    if row["rights"] == WITHDRAWN:
        return
    totals.documents[split] += 1
    totals.authors[row["author"]] += 1
    totals.genres[row["genre"]][split] += 1
    totals.licences[row["origin"]][row["license"] or "unknown"] += 1
    totals.events[row["event"]].add(split)
    for passage in row["passages"]:
        totals.passages[split] += 1
        totals.sentences[split] += len(passage["sentences"])
        totals.spans[split] += len(passage["spans"])
        for layer in passage["layers"]:
            totals.per_layer[sum(layer in one["layers"] for one in passage["raters"])] += 1
        for span in passage["spans"]:
            totals.labels[span["label"]][split] += 1
            if span["origin"]:
                totals.how[span["origin"]["how"]] += 1


def _count_referenced(totals: Counts, folder: Path) -> None:
    """Counts the rows of referenced documents."""
    found, seen, layers = totals.referenced, set[str](), dict[tuple[str, int], list[str]]()
    for row in _rows(folder, REFERENCED_SENTENCES):
        alone = row["window"] == ALONE
        found.single += alone
        found.sentences += not alone
        found.speakers.add(row["speaker"])
        if row["doc"] not in seen:
            seen.add(row["doc"])
            found.documents += not alone
            documents, single = found.licences.get((row["repository"], row["license"]), (0, 0))
            found.licences[row["repository"], row["license"]] = (documents + (not alone), single + alone)
        if not alone:
            layers[row["doc"], row["passage"]] = row["layers"]
    found.spans.update(row["layer"] for row in _rows(folder, REFERENCED_SPANS))
    rated: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in _rows(folder, REFERENCED_RATERS):
        found.ratings += 1
        rated[row["doc"], row["passage"]].update(row["layers"])
    for place, done in layers.items():
        totals.per_layer.update(rated[place][layer] for layer in done)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a configuration, of all splits."""
    for split in SPLITS:
        yield from parquet.read(folder / "data" / name, split)


def _agreement(raters: dict[str, dict[str, Document]], taxonomy: Taxonomy) -> list[Figure]:
    if len(raters) < 2:
        return []
    return [one for one in figures(raters, taxonomy, BOOT) if one.task is None or not taxonomy.tasks[one.task].among]
