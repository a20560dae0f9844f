"""Commands that read other formats and write them."""

import argparse
import sys
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.cli import shapes

if TYPE_CHECKING:
    from redline.curate.convert import Input
    from redline.formats.places import Move
    from redline.formats.reading import Options
    from redline.formats.summary import Summary


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_import(commands)
    _add_export(commands)


def _add_import(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("import", help="converts files of other formats to records")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    sub.add_argument(
        "--format", metavar="F", help="input format, such as prodigy, conll or quotes; default: detected from file name and content"
    )
    sub.add_argument("--rater", default=None, help="rater name; must match the one in the quotes file")
    sub.add_argument("--layer", help="layer of a CoNLL file, and of labels outside of schemas/ (default: entities)")
    _add_unit(sub)
    sub.add_argument("--repair", action="store_true", help="move spans that are not at their words to these words, and print each")
    sub.add_argument("--out", type=Path, default=None, help="output file; default for quotes: corpus/raters/<rater>/<doc>.jsonl")
    sub.add_argument("--replace", action="store_true", help="replace a rater's file; the old file is kept as FILE.1, FILE.2, ...")
    shapes.add_option(sub, "import")
    sub.set_defaults(run=_import)


UNITS = ("codepoint", "utf16", "utf8", "grapheme")
"""As in `core/offsets`, which takes longer to load."""


def _add_unit(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--unit", choices=UNITS, help="unit of offsets, for doccano and label-studio (default: the unit of the tool)")


def _import(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import ingest
    from redline.curate.convert import refuse_output
    from redline.formats.reading import Options

    if options.format == "quotes":
        return _import_quotes(options)
    if options.out is None:
        raise RedlineError(f"{options.paths[0]}: the output file is missing; needed: --out FILE")
    refuse_output(options.out, options.paths)
    how = Options(project.labels(), options.layer, unit=options.unit, texts=project.words(), repair=True)
    inputs = _read(options, how)
    _tell([each.summary for each in inputs])
    count = ingest.write_records(project.find_or_none(), inputs, options.out, replace=options.replace)
    if options.json:
        lines = {
            name: [str(one) for each in inputs for one in among(each.summary)]
            for name, among in (("left_out", attrgetter("left_out")), ("repaired", attrgetter("moves")))
        }
        show.as_json({"written": [{"path": str(options.out), "documents": count}], **lines})
    else:
        show.written(options.out, show.number(count, "document"))
    return 0


def _read(options: argparse.Namespace, how: "Options") -> "list[Input]":
    """The content of the files, and a line on standard error for each span that is not at its words.

    Raises RedlineError where one cannot be moved, or none is to be.
    """
    from redline.core.errors import RedlineError
    from redline.curate.convert import read
    from redline.formats.places import MisplacedError

    try:
        inputs = read(options.paths, how, options.format)
    except MisplacedError as error:
        _tell_moves(error.moves, "would repair")
        raise
    moves = [move for each in inputs for move in each.summary.moves]
    _tell_moves(moves, "repaired" if options.repair else "would repair")
    if moves and not options.repair:
        raise RedlineError(f"{moves[0].place}: {len(moves)} spans are not at their words; needed: --repair, or --unit")
    return inputs


def _tell_moves(moves: "Sequence[Move]", what: str) -> None:
    for move in moves:
        print(f"{what if move.new else 'cannot repair'}: {move}", file=sys.stderr)


def _import_quotes(options: argparse.Namespace) -> int:
    """Writes the records of each quotes file; of a folder, of the files of JSON in it."""
    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import ingest
    from redline.curate.convert import refuse_output

    files = [file for path in options.paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    if options.out and len(files) > 1:
        raise RedlineError(f"{len(files)} quotes files cannot be written to {options.out}; needed: one file, or no --out")
    if options.out:
        refuse_output(options.out, options.paths)
    here = project.find()
    written = [ingest.import_quotes(here, file, options.out, options.rater, replace=options.replace) for file in files]
    if options.json:
        show.as_json({"written": [{"path": str(path), "documents": 1} for path in written], "left_out": [], "repaired": []})
    else:
        for path in written:
            show.written(path)
    return 0


def _tell(summaries: "list[Summary]") -> None:
    """Prints to standard error what files contained, and each thing of them that was left out or read otherwise."""
    for summary in summaries:
        for loss in summary.left_out:
            print(f"left out: {loss}", file=sys.stderr)
        for note in summary.notes:
            print(f"note: {note}", file=sys.stderr)
        print(summary.line(), file=sys.stderr)


def _add_export(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("export", help="converts records to another format and lists the losses")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders in any format that `score` reads")
    sub.add_argument(
        "--format",
        required=True,
        metavar="F",
        help="prodigy, label-studio, doccano, brat, conll, conll-offsets, parquet, docbin, quotes or jsonl",
    )
    sub.add_argument("--out", type=Path, required=True)
    sub.add_argument("--layer", help="the layer of a CoNLL file (default: entities)")
    _add_unit(sub)
    sub.add_argument("--strict", action="store_true", help="exit with 1 if anything is lost")
    shapes.add_option(sub, "export")
    sub.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.core.files import is_standard_output
    from redline.curate import convert
    from redline.formats.reading import Options

    if options.json and is_standard_output(options.out):
        raise RedlineError("the records and the report would both go to standard output; needed: --out FILE, or no --json")
    how = Options(project.labels(), options.layer, unit=options.unit, texts=project.words())
    converted = convert.convert(options.paths, options.out, options.format, how)
    report = converted.report
    if options.json:
        show.as_json({"documents": converted.documents, **to_builtins(report)})
    else:
        _tell(converted.summaries)
        for loss in report.left_out:
            print(f"left out: {loss}", file=sys.stderr)
        lost = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count) or "nothing"
        show.written(
            options.out, f"{show.number(converted.documents, 'document')}; left out: {len(report.left_out)}; lost in this format: {lost}"
        )
    return 1 if options.strict and not report.whole else 0
