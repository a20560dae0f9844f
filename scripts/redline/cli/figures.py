"""How figures are printed: agreement, scores, confusions and counts as tables, and as values for JSON."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from redline.core.metric import PRECISION, RECALL

if TYPE_CHECKING:
    from redline.measure.agreement import Document, Figure
    from redline.measure.classes import Bin
    from redline.measure.corpus_counts import CorpusCounts
    from redline.measure.error_groups import Count
    from redline.measure.rows import Row
    from redline.measure.score import Score


def agreement(figures: "list[Figure]", labels: bool) -> None:
    """Prints figures of agreement as a table with the counts behind each, totals only or by label too."""
    print(f"{'layer':<10} {'of':<22} {'metric':<12} {'value [95 % interval]':<22} documents, counts")
    for figure in figures:
        kappa = figure.score.metric.endswith("kappa")
        if labels or kappa or figure.label is None or figure.score.metric == "alpha":
            label = f"({figure.label})" if figure.task and figure.label else figure.label
            of = " ".join(part for part in (figure.task, label) if part) or "all"
            print(f"{figure.layer:<10} {of:<22} {figure.score.metric:<12} {figure.shown:<22} {_behind(figure)}")
    parts = [part for part in figures[0].score.signature.split("|") if part.split(":")[0] in ("boot", "level", "seed", "redline")]
    print("|".join(parts))


def _behind(figure: "Figure") -> str:
    """How many documents and spans or units are behind a figure."""
    counts = ", ".join(f"{name} {count}" for name, count in figure.counts.items())
    return f"{figure.documents:>9}{', ' + counts if counts else ''}"


Confusions = dict[str, dict[str, Counter[tuple[str, str]]]]


def confusion(tables: Confusions) -> None:
    """Prints for each pair of raters and layer a table: a row a label of the first, a column a label of the second."""
    for who, layers in tables.items():
        for layer, counts in layers.items():
            labels = sorted({label for pair in counts for label in pair})
            if labels:
                widths = [max(len(label), 4) for label in labels]
                print(f"\n{layer}, {who}\n{'':<10} " + " ".join(label.rjust(width) for label, width in zip(labels, widths, strict=True)))
            for label in labels:
                row = (str(counts[label, other] or ".").rjust(width) for other, width in zip(labels, widths, strict=True))
                print(f"{label:<10} " + " ".join(row))


def plain_confusion(tables: Confusions) -> list[dict[str, Any]]:
    """The confusion tables as a list of counts."""
    return [
        {"raters": who, "layer": layer, "labels": list(pair), "count": count}
        for who, layers in tables.items()
        for layer, counts in layers.items()
        for pair, count in sorted(counts.items())
    ]


def worst(documents: "list[Document]") -> None:
    """Prints the documents with the least agreement, over all layers and by layer."""
    if documents:
        print("\nexact F1 over all layers, the worst documents first")
    for one in documents:
        layers = ", ".join(f"{layer} {_figure(value)}" for layer, value in one.layers.items())
        print(f"{_figure(one.exact_f1)} {one.document} ({layers})")


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def contents(counts: "dict[str, CorpusCounts]") -> None:
    """Prints the contents of each split, a column for each."""
    first = next(iter(counts.values()))
    rows = {name: [getattr(one, name) for one in counts.values()] for name in ("documents", "passages", "sentences", "words")}
    for task in first.positive:
        rows[task] = [one.positive[task] for one in counts.values()]
        if task in first.cued:
            rows[f"{task}, cue"] = [one.cued[task] for one in counts.values()]
    rows |= {label: [one.labels[label] for one in counts.values()] for label in first.labels}
    found = dict.fromkeys(how for one in counts.values() for how in one.origins)
    rows |= {f"spans {how}": [one.origins.get(how, 0) for one in counts.values()] for how in found}
    print(f"{'':<20}" + "".join(f"{name:>12}" for name in counts))
    for title, values in rows.items():
        print(f"{title:<20}" + "".join(f"{value:>12}" for value in values))


def scores(rows: "list[Row]") -> None:
    """Prints scores as a table, with the difference to a second system, if any, then the signatures of the totals.

    Next to a value: its precision and recall, how many are in gold, how many were guessed, in how many documents.
    """
    beside = {(row.task, row.layer, row.label, row.metric.part_of, row.metric.statistic): row.score.value for row in rows}
    difference = "difference, p" if rows[0].difference else ""
    counts = f"{'gold':>5} {'guess':>5} {'docs':>4}"
    print(f"{'of':<16} {'label':<12} {'metric':<25} {'value [95 % interval]':<22} {'P':>5} {'R':>5} {counts}  {difference}".rstrip())
    for row in (row for row in rows if not row.metric.in_columns and (row.label is None or row.score.value is not None)):
        parts = [beside.get((row.task, row.layer, row.label, row.score.metric, part)) for part in (PRECISION, RECALL)]
        both = " ".join("" if value is None else f"{value:.3f}" for value in parts)
        print(
            f"{row.task or row.layer or '':<16} {row.label or 'all':<12} {row.score.metric:<25} {row.score!s:<22} "
            f"{both:>11} {_counts(row.score)}  {_difference(row)}".rstrip()
        )
    for row in rows:
        if row.label is None and not row.metric.in_columns:
            print(f"{row.score.metric}={row.score}|{row.score.signature}")


def _counts(score: "Score") -> str:
    shown = ["" if count is None else str(count) for count in (score.gold, score.guessed, score.documents)]
    return f"{shown[0]:>5} {shown[1]:>5} {shown[2]:>4}"


def reliability(bins: "dict[tuple[str, str], list[Bin]]") -> None:
    """Prints for each task and class how often units of a score are of the class."""
    for (task, name), held in bins.items():
        print(f"\n{task}, {name}: score, units, mean score, share of {name}")
        for one in held:
            print(f"{one.low:.1f}-{one.high:.1f} {one.count:>6} {one.mean_score:>8.3f} {one.positive_share:>8.3f}")


def errors(counts: "list[Count]") -> None:
    """Prints how many errors of each task are of each group, the commonest first."""
    task = ""
    for one in counts:
        if one.task != task:
            task = one.task
            print(f"\n{task}: errors, of as many in gold, what they are about")
        print(f"{one.count:>6} {'' if one.of is None else one.of:>6}  {one.group}")


def plain_bins(bins: "dict[tuple[str, str], list[Bin]]") -> list[dict[str, Any]]:
    """The reliability bins as a list."""
    return [{"task": task, "label": name, **to_builtins(one)} for (task, name), held in bins.items() for one in held]


def _difference(row: "Row") -> str:
    found = row.difference
    if found is None or found.value is None:
        return ""
    if found.low is None:
        return f"{found.value:+.3f}"
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}] p={found.p:.3f}"
