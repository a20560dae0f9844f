"""Commands that count, score and report."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.cli import shapes
from redline.cli.numbers import natural, positive

if TYPE_CHECKING:
    from redline.measure.corpus_counts import CorpusCounts
    from redline.project import Project


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_stats(commands)
    _add_score(commands)
    _add_report(commands)


def _add_stats(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("stats", help="counts documents, sentences, words and spans: of gold by split, or of files")
    sub.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders to count together; default: gold, by split")
    shapes.add_option(sub, "stats")
    sub.set_defaults(run=_stats)


def _stats(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import figures, show

    counts = _counts_of_files(options.paths) if options.paths else _counts_of_gold(project.find())
    if options.json:
        show.as_json({name: to_builtins(held) for name, held in counts.items()})
    else:
        figures.contents(counts)
    return 0


def _counts_of_files(paths: list[Path]) -> "dict[str, CorpusCounts]":
    """The counts of files of any format, record by record."""
    from redline import project
    from redline.core.document import group
    from redline.curate import convert
    from redline.formats.reading import Options
    from redline.measure.corpus_counts import corpus_counts

    reader = Options(project.labels(), foreign=False, texts=project.words())
    records = (record for path in paths for record in convert.records(path, reader))
    return {"all": corpus_counts(group(records), reader.taxonomy)}


def _counts_of_gold(here: "Project") -> "dict[str, CorpusCounts]":
    """The counts of each split of the corpus, and of all documents."""
    from redline import project
    from redline.core.corpus import SPLITS
    from redline.measure.corpus_counts import corpus_counts

    corpus, taxonomy = project.load(here), here.taxonomy()
    counts = {name: corpus_counts(corpus.split(name), taxonomy) for name in SPLITS}
    return counts | {"all": corpus_counts(corpus.documents.values(), taxonomy)}


def _add_score(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("score", help="scores predictions against gold: spans, relations, attributes, classes")
    sub.add_argument("gold", type=Path, metavar="GOLD", help="records, Prodigy tasks, or CoNLL with --layer; a file or a folder")
    sub.add_argument("guess", type=Path, metavar="PRED", help="predictions to score, a file or a folder; a missing passage counts as empty")
    sub.add_argument(
        "--vs", type=Path, metavar="PRED2", help="predictions of a second system; prints the difference with its interval and p"
    )
    sub.add_argument("--layer", help="only this layer; default: all annotated layers of gold")
    sub.add_argument("--reliability", action="store_true", help="also print a calibration table (ten bins)")
    sub.add_argument(
        "--errors", action="store_true", help="also print what the errors are about, in groups with counts, the commonest first"
    )
    sub.add_argument("--boot", type=positive, default=1000, help="bootstrap replicates (default: 1000)")
    sub.add_argument("--seed", type=natural, default=1, help="random seed of the bootstrap (default: 1)")
    shapes.add_option(sub, "score")
    sub.set_defaults(run=_score)


def _score(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import figures, show
    from redline.measure.score import Bootstrap
    from redline.model import score, score_errors

    bootstrap, labels = Bootstrap(options.boot, options.seed), project.labels()
    found = score.scored(options.gold, options.guess, options.vs, options.layer, labels, bootstrap)
    for reading in found.readings:
        print(reading.line(), file=sys.stderr)
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    if options.reliability and not found.bins:
        print(f"note: {options.guess}: contains no scores of classes, so there is no calibration table", file=sys.stderr)
    pair = (found.readings[0], found.readings[1])
    wrong = score_errors.of_readings(*pair, options.layer, labels, project.error_groups()) if options.errors else []
    if options.json:
        plain = {"reliability": figures.plain_bins(found.bins), "notes": found.notes, "errors": to_builtins(wrong)}
        show.as_json({"scores": [row.plain() for row in found.rows], **plain})
        return 0
    figures.scores(found.rows)
    if options.reliability:
        figures.reliability(found.bins)
    figures.errors(wrong)
    return 0


def _add_report(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("report", help="writes an HTML page: a report on corpus, agreement, models and errors, or a threat detector")
    sub.add_argument("--out", type=Path, metavar="FILE", help="default: dist/report.html; with --detector: dist/detector.html")
    sub.add_argument(
        "--detector",
        action="store_true",
        help="write the detector page instead: it marks threats and criticism in a pasted text with the models of Redline",
    )
    sub.add_argument(
        "--orders",
        type=natural,
        metavar="N",
        help="compute the learning curve with N random subsets per point, 0 for none (default: draw the saved curve of --orders 3)",
    )
    sub.add_argument("--boot", type=positive, default=1000, help="bootstrap replicates (default: 1000)")
    sub.add_argument("--seed", type=natural, default=1, help="random seed of the bootstrap (default: 1)")
    shapes.add_option(sub, "report")
    sub.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import progress, show
    from redline.core.extras import needed
    from redline.measure.score import Bootstrap

    with needed("report"):
        from redline.report import detector, page
    started = time.perf_counter()
    out = options.out or Path("dist/detector.html" if options.detector else "dist/report.html")
    if options.detector:
        written = detector.write(project.labels(), out)
    else:
        with progress.Steps() as steps:
            written = page.write(project.find(), out, Bootstrap(options.boot, options.seed), options.orders, steps)
    seconds = time.perf_counter() - started
    if options.json:
        show.as_json({"path": str(out), "bytes": written.bytes, "seconds": round(seconds, 1), "summary": written.summary})
    else:
        show.written(out, f"{written.bytes:,} bytes in {seconds:.1f} s")
    return 0
