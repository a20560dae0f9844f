"""What a release holds, counted from its own files: the figures of its card."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import SPLITS
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.curate import splits
from redline.measure import agreement
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.publish import parquet, tables
from redline.publish.features import DOCUMENTS, RATERS

BOOT = Bootstrap(replicates=1000, seed=1)
MOST = 2_000
"""Documents up to which agreement and leaks are computed: they need all of them at once."""


class Facts(Struct):
    """Counts by split, and by split again of genres, origins, rights and labels; figures of agreement; the closest texts.

    `compared` says whether texts of different splits were compared at all, which larger releases leave out.
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
    found: Counter[str] = msgspec.field(default_factory=Counter)
    events: dict[str, set[str]] = msgspec.field(default_factory=lambda: defaultdict(set))
    raters: list[str] = []
    agreement: list[Row] = []
    closest: list[tuple[str, str, float]] = []
    torn: list[str] = []
    compared: bool = False

    def total(self, held: Counter[str]) -> int:
        """The sum over splits."""
        return sum(held.values())


def facts(folder: Path, taxonomy: Taxonomy) -> Facts:
    """The facts of a release folder."""
    found = Facts()
    for split in SPLITS:
        for row in parquet.read(folder / "data" / DOCUMENTS, split):
            _count(found, split, row)
    found.torn = sorted(event for event, held in found.events.items() if len(held) > 1)
    if found.total(found.documents) <= MOST:
        documents = {one.document.id: one for one in _documents(folder, taxonomy)}
        given = _raters(folder, documents, taxonomy)
        found.raters = sorted(given)
        found.agreement = list(_agreement(given, taxonomy)) if len(given) > 1 else []
        texts = {doc: one.document for doc, one in documents.items() if one.open}
        found.compared = True
        found.closest = splits.closest(texts, {doc: one.split for doc, one in documents.items()}, 1)
    return found


def _count(found: Facts, split: str, row: dict[str, Any]) -> None:
    found.documents[split] += 1
    found.rights[row["rights"]] += 1
    found.genres[row["genre"]][split] += 1
    found.origins[row["origin"]][split] += 1
    found.licences[row["origin"]][row["license"] or "unknown"] += 1
    found.events[row["event"]].add(split)
    for passage in row["passages"]:
        found.passages[split] += 1
        found.sentences[split] += len(passage["sentences"])
        found.spans[split] += len(passage["spans"])
        for span in passage["spans"]:
            found.labels[span["label"]][split] += 1
            if span["origin"]:
                found.found[span["origin"]["how"]] += 1


class _Read(Struct, frozen=True):
    """A document as read back: its split, whether its words are there (else blanks), and who rated it."""

    document: Document
    split: str
    open: bool
    raters: list[str]


def _documents(folder: Path, taxonomy: Taxonomy) -> Iterator[_Read]:
    for split in SPLITS:
        for row in parquet.read(folder / "data" / DOCUMENTS, split):
            yield _Read(tables.document(row, taxonomy), split, row["text"] is not None, row["raters"])


def _raters(folder: Path, documents: dict[str, _Read], taxonomy: Taxonomy) -> agreement.Raters:
    """Rater -> document -> what it said, also where that is nothing."""
    given: agreement.Raters = {}
    for one in documents.values():
        for rater in one.raters:
            given.setdefault(rater, {})[one.document.id] = tables.rated([], one.document, taxonomy)
    for split in SPLITS:
        rows = parquet.read(folder / "data" / RATERS, split)
        for (rater, doc), held in groupby(rows, key=lambda row: (row["rater"], row["doc"])):
            given.setdefault(rater, {})[doc] = tables.rated(list(held), documents[doc].document, taxonomy)
    return given


def _agreement(given: agreement.Raters, taxonomy: Taxonomy) -> Iterator[Row]:
    for kind in (agreement.span_agreement, agreement.unitizing_agreement, agreement.relation_agreement):
        for layer, label, score in kind(given, taxonomy, BOOT):
            yield Row(score=score, layer=layer, label=label)
    for task in (task for task in taxonomy.tasks.values() if task.unit == "sentence" and not task.among):
        yield Row(score=agreement.sentence_agreement(given, task, taxonomy, BOOT), layer=task.layer, task=task.name)
