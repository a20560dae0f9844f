"""The section on the corpus: how much there is of what, by split, label and genre."""

from collections import Counter

from msgspec import Struct

from redline.core.corpus import SPLITS, Corpus
from redline.core.taxonomy import Taxonomy
from redline.drawing.styles import ordered
from redline.measure.corpus_counts import CorpusCounts, corpus_counts
from redline.report import plots
from redline.report.parts import Cell, Column, Plot, Table


class CorpusSection(Struct, frozen=True):
    """The counts of gold, how its spans came about, figures by layer and genre, and all counts by split."""

    counts: dict[str, int]
    origins: dict[str, int]
    plots: list[Plot]
    table: Table


def section(corpus: Corpus, taxonomy: Taxonomy) -> CorpusSection:
    """The section of a corpus."""
    splits = {name: corpus_counts(corpus.split(name), taxonomy) for name in SPLITS}
    whole = corpus_counts(list(corpus.documents.values()), taxonomy)
    counts = {name: getattr(whole, name) for name in ("documents", "passages", "sentences", "words")}
    counts["spans"] = sum(whole.labels.values())
    figures = [_labels(layer.title, list(layer.by_label), splits) for layer in ordered(taxonomy)]
    return CorpusSection(counts, whole.origins, [*figures, _genres(corpus)], _table(splits, whole))


def _labels(title: str, labels: list[str], splits: dict[str, CorpusCounts]) -> Plot:
    rows = {label: {name: counts.labels[label] for name, counts in splits.items()} for label in labels}
    caption = f"{title}: spans by label and split"
    return Plot(caption, plots.bars(caption, rows))


def _genres(corpus: Corpus) -> Plot:
    genres: dict[str, Counter[str]] = {}
    for doc, split in corpus.splits.items():
        if doc in corpus.sources:
            genres.setdefault(corpus.sources[doc].seed.genre, Counter())[split] += 1
    rows = {genre: {name: counts[name] for name in SPLITS} for genre, counts in sorted(genres.items())}
    caption = "Documents by genre and split"
    return Plot(caption, plots.bars(caption, rows))


def _table(splits: dict[str, CorpusCounts], whole: CorpusCounts) -> Table:
    columns = [*splits.values(), whole]
    rows = [[Cell(name), *_numbers([getattr(one, name) for one in columns])] for name in ("documents", "passages", "sentences", "words")]
    for task in whole.positive:
        rows.append([Cell(task), *_numbers([one.positive[task] for one in columns])])
        if task in whole.cued:
            rows.append([Cell(f"{task}, cue"), *_numbers([one.cued[task] for one in columns])])
    rows += [[Cell(label), *_numbers([one.labels[label] for one in columns])] for label in whole.labels]
    heads = [Column("", number=False), *(Column(name, number=True) for name in (*splits, "all"))]
    return Table("All counts by split", heads, rows)


def _numbers(values: list[int]) -> list[Cell]:
    return [Cell(f"{value:,}") for value in values]
