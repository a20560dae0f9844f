"""`redline duplicates`: near-duplicates among the documents of large files, and ids of several documents."""

import argparse
from pathlib import Path
from typing import Any

from redline.cli import shapes


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser(
        "duplicates", help="lists near-duplicate documents and repeated document ids of large files; exits with 1 if there are any"
    )
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders of records, which are compared together")
    shapes.add_option(sub, "duplicates")
    sub.set_defaults(run=_duplicates)


def _duplicates(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.curate import duplicates
    from redline.formats.reading import Options

    found = duplicates.find(options.paths, Options(project.labels(), foreign=False, texts=project.words()))
    if options.json:
        show.as_json(to_builtins(found))
    else:
        for pair in found.pairs:
            print(f"{pair.other} shares {pair.resemblance:.1%} of all five-word runs with {pair.one}")
        for name in found.repeated:
            print(f"{name} is the id of several documents")
        counts = f"{len(found.pairs)} near-duplicates of an earlier one ({found.compared} pairs compared)"
        print(f"{show.number(found.documents, 'document')}, {counts}, {show.number(len(found.repeated), 'repeated id')}")
    return 1 if found.pairs or found.repeated else 0
