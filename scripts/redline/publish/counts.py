"""What a release contains, counted from its own files: the figures of its card."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import SPLITS
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.curate import splits
from redline.measure.agreement import Figure
from redline.measure.figures import figures
from redline.measure.score import Bootstrap
from redline.publish import parquet, reading
from redline.publish.features import DOCUMENTS

BOOT = Bootstrap(replicates=1000, seed=1)
MOST = 2_000
"""Documents up to which agreement and leaks are computed: they need all of them at once."""


class Counts(Struct):
    """Counts by split, and by split again of genres, origins, rights and labels; figures of agreement; the closest texts.

    `how` counts gold spans by how they came about; `split_events` are events in more than one split. `compared` says whether
    texts of different splits were compared at all, which larger releases leave out. `agreement` is of the documents of the release,
    `referenced_agreement` of the referenced ones.
    """

    documents: Counter[str] = msgspec.field(default_factory=Counter)
    passages: Counter[str] = msgspec.field(default_factory=Counter)
    sentences: Counter[str] = msgspec.field(default_factory=Counter)
    spans: Counter[str] = msgspec.field(default_factory=Counter)
    genres: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    origins: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    licences: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    rights: Counter[str] = msgspec.field(default_factory=Counter)
    labels: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    how: Counter[str] = msgspec.field(default_factory=Counter)
    events: dict[str, set[str]] = msgspec.field(default_factory=lambda: defaultdict(set))
    raters: list[str] = []
    agreement: list[Figure] = []
    referenced_agreement: list[Figure] = []
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
    totals.documents[split] += 1
    totals.rights[row["rights"]] += 1
    totals.genres[row["genre"]][split] += 1
    totals.origins[row["origin"]][split] += 1
    totals.licences[row["origin"]][row["license"] or "unknown"] += 1
    totals.events[row["event"]].add(split)
    for passage in row["passages"]:
        totals.passages[split] += 1
        totals.sentences[split] += len(passage["sentences"])
        totals.spans[split] += len(passage["spans"])
        for span in passage["spans"]:
            totals.labels[span["label"]][split] += 1
            if span["origin"]:
                totals.how[span["origin"]["how"]] += 1


def _agreement(raters: dict[str, dict[str, Document]], taxonomy: Taxonomy) -> list[Figure]:
    if len(raters) < 2:
        return []
    return [one for one in figures(raters, taxonomy, BOOT) if one.task is None or not taxonomy.tasks[one.task].among]
