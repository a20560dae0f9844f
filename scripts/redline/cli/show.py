"""How results are printed: for people, as JSON, or as annotations of a GitHub workflow."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from msgspec import to_builtins

from redline.cli import excerpt, sarif
from redline.core.diagnostic import Diagnostic
from redline.core.files import is_standard_output
from redline.core.metric import PRECISION, RECALL
from redline.rules.registry import Rule

if TYPE_CHECKING:
    from redline.curate.fix import Fixed
    from redline.curate.reanchor import Outcome as Reanchored
    from redline.curate.status import Step
    from redline.edit.changes import Change
    from redline.measure.agreement import Document, Figure
    from redline.measure.classes import Bin
    from redline.measure.corpus_counts import CorpusCounts
    from redline.measure.rows import Row
    from redline.measure.score import Score


def written(path: Path, line: str = "") -> None:
    """Says what was written where; on standard error when the file itself went to standard output."""
    shown = f"{path}: {line}" if line else str(path)
    print(shown, file=sys.stderr if is_standard_output(path) else sys.stdout)


def diagnostics(found: list[Diagnostic], summary: dict[str, Any], output: str) -> None:
    """Prints diagnostics and their summary."""
    if output == "sarif":
        as_json(sarif.log(found))
        return
    if output == "json":
        as_json({"diagnostics": [_plain(item) for item in found], "summary": summary})
        return
    for item in found:
        print(_github(item) if output == "github" else excerpt.render(item))
    waived = f", {summary['waived']} problems waived" if summary["waived"] else ""
    looked = f"{summary['files']} files, {summary['records']} records{waived}"
    for line in summary["not_checked"]:
        print(f"not checked: {line}")
    if not found and not summary["not_checked"]:
        print(f"{looked}: clean")
        return
    print(f"{looked}: {summary['problems']} problems")
    for code, count in summary["codes"].items():
        print(f"  {count:5} {code}")


def fixes(done: "list[Fixed]", stream: TextIO) -> None:
    """Prints what repairs changed: a diff of spans by file."""
    for fixed in done:
        if fixed.left:
            print(f"{fixed.path}: left as it is: {fixed.left}", file=stream)
        elif fixed.written:
            print(f"{fixed.path}: repaired{'' if fixed.changes else ' (bytes and order alone)'}", file=stream)
            for change in fixed.changes:
                print("\n".join(f"  {line}  [passage {change.passage}]" for line in str(change).split("\n")), file=stream)


def changes(found: "list[Change]", *, json: bool) -> None:
    """Prints the differences between two states by passage, then how many there are by label and kind."""
    counts: dict[str, dict[str, int]] = {}
    for change in found:
        kinds = counts.setdefault(change.label, {})
        kinds[change.sign] = kinds.get(change.sign, 0) + 1
    if json:
        as_json(
            {
                "changes": [{name: getattr(c, name) for name in ("doc", "passage", "sign", "label", "what")} for c in found],
                "summary": counts,
            }
        )
        return
    before = None
    for change in found:
        if (change.doc, change.passage) != before:
            before = (change.doc, change.passage)
            print(f"@ {change.doc}, passage {change.passage}")
        print(change)
    for label, kinds in sorted(counts.items()):
        print(f"{label:<12} {' '.join(f'{sign}{count}' for sign, count in sorted(kinds.items()))}")


def records(path: Path) -> None:
    """Prints a file of records a line a span; a file that is none of ours as it is."""
    from redline.core.errors import RedlineError
    from redline.core.files import read_bytes
    from redline.edit.changes import lines
    from redline.formats import jsonl

    try:
        shown = [line for record in jsonl.read_records(path) for line in lines(record)]
    except RedlineError:
        # git shows what a textconv prints: a damaged file must still be seen.
        shown = read_bytes(path).decode("utf-8", "replace").split("\n")
    print("\n".join(shown))


def anchoring(outcome: "Reanchored") -> None:
    """Prints what became of the spans of a document whose text changed."""
    for path, anchored in outcome.files.items():
        placed = sum(len(record.spans) for record in anchored.document.records)
        print(f"{path}: {placed} spans placed, {len(anchored.changed)} of them with changed words; {len(anchored.lost)} lost")
        for moved in anchored.changed:
            print(f"  changed: {moved.after.label} `{moved.before}` -> `{moved.after.text}` [passage {moved.passage}]; marked unsure")
        for lost in anchored.lost:
            print(f"  lost: {lost.span.label} `{lost.span.text}` {lost.span.id} [passage {lost.passage}]: {lost.why}")
    for row in outcome.renamed:
        print(f"entities.jsonl: `{row.entity}` is named `{row.before}`; the text now has `{row.after}`: correct the name there too")
    print("written" if outcome.written else "nothing was written; mend the text, or go on without the lost spans by --leave-out")


def rule(item: Rule) -> str:
    """A rule as `redline explain` tells it."""
    head = f"{item.code} {item.name} ({item.severity.value}; {item.family}; looks at {item.scope.value})"
    return f"{head}\n{item.summary}\n  wrong: {item.wrong}\n  right: {item.right}"


def plain_rule(item: Rule) -> dict[str, Any]:
    """A rule for JSON."""
    about = {"code": item.code, "name": item.name, "severity": item.severity.value, "family": item.family, "scope": item.scope.value}
    return about | {"summary": item.summary, "wrong": item.wrong, "right": item.right}


def as_json(value: Any) -> None:
    """Prints a value as indented JSON, unescaped."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def as_json_list(name: str, values: Iterable[Any]) -> int:
    """Prints an object with one list, each value as it comes; gives their number."""
    count = 0
    for value in values:
        print(f'{{"{name}": [' if count == 0 else ",", json.dumps(value, ensure_ascii=False), sep="\n", end="")
        count += 1
    print("\n]}" if count else f'{{"{name}": []}}')
    return count


def _plain(item: Diagnostic) -> dict[str, Any]:
    names = ("code", "name", "severity", "path", "line", "start", "end", "message", "hint")
    return {name: getattr(item, name) for name in names}


def _github(item: Diagnostic) -> str:
    kind = {"error": "error", "warning": "warning", "note": "notice"}[item.severity.value]
    message = f"{item.message}; {item.hint}" if item.hint else item.message
    for character, escape in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(character, escape)
    return f"::{kind} file={item.path},line={item.line or 1},title={item.code} {item.name}::{message}"


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


def steps(found: "list[Step]") -> None:
    """Prints what is next for documents, those in one state together, with the command for it."""
    from redline.curate.status import STATES as ORDER

    width = max((len(step.doc) for step in found), default=0)
    for state in dict.fromkeys(sorted((step.state for step in found), key=ORDER.index)):
        print(state)
        for step in (step for step in found if step.state == state):
            print(f"  {step.doc:<{width}}  {step.what}" + (f"; run {step.command}" if step.command else ""))


def counted(summary: dict[str, int]) -> str:
    """The number of documents, and how many are in each state."""
    parts = ", ".join(f"{count} {state}" for state, count in summary.items())
    return number(sum(summary.values()), "document") + (f": {parts}" if parts else "")


def number(count: int, one: str, several: str = "") -> str:
    """A count with its noun in the right number."""
    return f"{count} {one if count == 1 else several or one + 's'}"


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
    """Prints what each split holds, a column a split."""
    rows = {name: [getattr(held, name) for held in counts.values()] for name in ("documents", "passages", "sentences", "words")}
    rows["threat sentences"] = [held.positive for held in counts.values()]
    rows["of them with a cue"] = [held.cued for held in counts.values()]
    rows |= {label: [held.labels[label] for held in counts.values()] for label in next(iter(counts.values())).labels}
    found = dict.fromkeys(how for held in counts.values() for how in held.origins)
    rows |= {f"spans {how}": [held.origins.get(how, 0) for held in counts.values()] for how in found}
    print(f"{'':<20}" + "".join(f"{name:>8}" for name in counts))
    for title, values in rows.items():
        print(f"{title:<20}" + "".join(f"{value:>8}" for value in values))


def scores(rows: "list[Row]") -> None:
    """Prints scores as a table, with the difference to a second system where there is one, then the signatures of the totals.

    Beside a value: its precision and recall, how many are in gold, how many were guessed, in how many documents.
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
