"""Commands that use trained models: label, and the list of models."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.cli import shapes, sharded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redline.core.document import Record
    from redline.core.taxonomy import Taxonomy
    from redline.model.label import Labeller

FIRST = ("dense speeches", "statements", "test")
"""The list of models has the score on one split of these, in this order."""


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_label(commands)
    _add_models(commands)


def _add_label(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("label", help="labels texts or records with the trained models of the project or of Redline")
    sub.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="IN",
        help="texts, records, Prodigy tasks or folders; then the output file of Prodigy tasks; - for standard input and output; "
        "without an output file the labels are printed, with the thresholds of the models (also in redline models --json)",
    )
    sub.add_argument(
        "--model", help="model name, used for all its tasks; default: for each task the best model on validation, a trivial one last"
    )
    sub.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="folder of models, such as models of make train; default: the models that redline models lists",
    )
    sub.add_argument("--download", action="store_true", help="first download the encoder of --model from Hugging Face")
    sub.add_argument("--keep", action="store_true", help="keep annotated layers of the input and predict only the others")
    sub.add_argument("--fast", action="store_true", help="mark only threat sentences, several times as fast")
    sharded.add_options(sub)
    shapes.add_option(sub, "label")
    sub.set_defaults(run=_label)


def _download(options: argparse.Namespace) -> None:
    """Downloads the encoders of the models that are used."""
    from redline import project
    from redline.core.errors import RedlineError
    from redline.learn import encoder
    from redline.model import homes

    folders = [options.models] if options.models else homes.homes(project.find_or_none())
    names = homes.encoders(folders, options.model)
    if not names:
        raise RedlineError("--download is for a model with an encoder; needed: --model encoder")
    for name in names:
        encoder.download(name)


def _label(options: argparse.Namespace) -> int:
    from itertools import chain

    from redline import project
    from redline.cli import progress, show
    from redline.core.files import refuse_same
    from redline.model import homes, label

    sharded.refuse_alone(options, "workers")
    if options.download:
        _download(options)
    if options.shards:
        return sharded.label(options)
    *inputs, output = options.paths if len(options.paths) > 1 else (*options.paths, None)
    if output:
        refuse_same(output, *inputs)
        _refuse_text(output, inputs)
    labeller = label.Labeller(project.labels(), options.models or homes.homes(project.find_or_none()), options.model, fast=options.fast)
    _note_left_out(inputs)
    records = chain.from_iterable(label.read(path, labeller.taxonomy) for path in inputs)
    if output is None:
        return _shown(labeller, records, keep=options.keep, plain=options.json)
    with progress.Words() as words:
        written = label.write(labeller, records, output, keep=options.keep, progress=words)
    for loss in written.losses:
        print(f"left out: {loss}", file=sys.stderr)
    if count := written.replaced or written.annotated:
        what = "replaced by predictions (--keep keeps them)" if written.replaced else "kept"
        names = ", ".join(map(str, inputs))
        print(f"{names}: the annotations of {show.number(count, 'record')} were {what}", file=sys.stderr)
    if options.json:
        left_out = [str(loss) for loss in written.losses]
        show.as_json({"path": str(output), "records": written.records, "annotated": written.annotated, "left_out": left_out})
    else:
        show.written(output, show.number(written.records, "record"))
    return 1 if any(loss.what == label.LABELS for loss in written.losses) else 0


def _note_left_out(inputs: list[Path]) -> None:
    """Prints a note with the files of each folder that are not read."""
    from redline import formats
    from redline.cli import show

    for path in inputs:
        if found := formats.left_out(path):
            endings = ", ".join(f"{count} {ending}" for ending, count in sorted(found.items()))
            print(f"note: {path}: {show.number(found.total(), 'file')} left out ({endings})", file=sys.stderr)


def _refuse_text(output: Path, inputs: list[Path]) -> None:
    """Raises RedlineError when an output may be a text that was meant as one more input (`redline label *.txt`), or will be one."""
    from redline.core.errors import RedlineError
    from redline.core.files import STANDARD

    if output == STANDARD or (output.exists() and not output.is_file()):
        return
    if output.suffix != ".jsonl":
        raise RedlineError(f"{output}: is the output, and does not end in .jsonl; needed: the inputs, then a .jsonl file, or -")
    if folder := next((path for path in inputs if path.is_dir() and output.resolve().is_relative_to(path.resolve())), None):
        raise RedlineError(f"{output}: is the output, and is in the input {folder}; needed: a file in another folder")
    if len(inputs) > 1 and output.exists():
        raise RedlineError(f"{output}: is the output, and exists; needed: several inputs, then the name of a new file")


def _shown(labeller: "Labeller", records: "Iterable[Record]", *, keep: bool, plain: bool) -> int:
    """Labels and prints: passages with their spans, and the classes of sentences; with `plain` the records as JSON."""
    from msgspec import to_builtins

    from redline.cli import show

    labelled = _labelled(labeller, records, keep=keep)
    if plain:
        parts = list(labelled)
        show.as_json({"records": [to_builtins(record) for part, _ in parts for record in part]})
        return max(code for _, code in parts)
    worst, thresholds = 0, labeller.thresholds()
    for part, code in labelled:
        _printed(labeller.taxonomy, part, thresholds)
        worst = max(worst, code)
    return worst


def _labelled(labeller: "Labeller", records: "Iterable[Record]", *, keep: bool) -> "Iterator[tuple[list[Record], int]]":
    """Labelled records part by part, with 1 as the exit code where a model failed on one."""
    from redline.core.errors import RedlineError
    from redline.model import label

    empty = True
    for part in label.batches(records, label.size_of):
        labelled, failures = label.attempted(labeller, part, keep=keep)
        for loss in failures:
            print(f"left out: {loss}", file=sys.stderr)
        yield labelled, 1 if failures else 0
        empty = False
    if empty:
        raise RedlineError("the input contains no record; needed: one or more")


def _printed(taxonomy: "Taxonomy", records: "list[Record]", thresholds: dict[str, float]) -> None:
    """Prints records with their spans, the relations of these, and the classes of their sentences."""
    from redline.cli import classes, passages, style

    look, width = style.Style(sys.stdout), style.width()
    for record in records:
        print("\n".join(passages.lines(record, taxonomy, look, width=width, listed=False)))
        below = [*passages.related(record, taxonomy, look), *classes.lines(record, taxonomy, look, thresholds)]
        print("".join(f"{line}\n" for line in below))


def _add_models(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("models", help="lists the trained models: task, size, training data, scores")
    sub.add_argument("--models", type=Path, metavar="DIR", help="only the models of this folder, such as models-own")
    sub.add_argument(
        "--ship",
        action="store_true",
        help="copy the best small models of the referenced texts into the package",
    )
    shapes.add_option(sub, "models")
    sub.set_defaults(run=_models)


def _models(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.learn import artefact
    from redline.measure.rows import Row
    from redline.model import homes

    here = project.find_or_none()
    if options.ship:
        homes.ship(project.find(), project.labels())
    listed = []
    for one in homes.trained([options.models] if options.models else homes.homes(here)):
        scores = one.made.outcome.scores if one.made.outcome else []
        heads = {row.split or "": row.score for row in map(Row.from_plain, reversed(scores)) if row.total}
        listed.append((one, heads))
    if options.models and not listed:
        raise RedlineError(f"{options.models}: contains no trained model; needed: the folder of redline train --train FILE --out FOLDER")
    if options.json:
        show.as_json(
            {
                "models": [
                    {
                        "task": one.made.task, "model": one.made.model, "kind": one.made.kind, "folder": str(one.folder), "bytes": one.size,
                        "shipped": one.shipped, "trained_on": one.made.origin.trained_on,
                        "threshold": artefact.threshold(one.folder, one.made),
                        "scores": [{"split": split, "metric": score.metric, "value": score.value} for split, score in heads.items()],
                    }
                    for one, heads in listed
                ]
            }
        )  # fmt: skip
        return 0
    print(f"{'task':<20} {'model':<10} {'kB':>6} {'learned from':<20} score")
    for one, heads in listed:
        split = homes.listed_split(heads, FIRST)
        score = f"{split}: {heads[split].metric} {heads[split]}" if split is not None else "no scores, because training was interrupted"
        where = f"{'shipped' if one.shipped else one.folder.parts[-3]} {one.made.origin.trained_on[:8]}"
        print(f"{one.made.task:<20} {one.made.model:<10} {one.size // 1000:>6} {where:<20} {score}")
    return 0
