"""Commands that keep the corpus in order."""

import argparse
from typing import Any


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_withdraw(commands)


def _add_withdraw(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("withdraw", help="takes a document out of all coming releases, which keep its name and hash")
    sub.add_argument("doc", metavar="DOC", help="the id of a document")
    sub.add_argument("--json", action="store_true", help="as JSON")
    sub.set_defaults(run=_withdraw)


def _withdraw(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.curate import withdraw

    here = project.find()
    changed = withdraw.withdraw(here, options.doc)
    if options.json:
        show.as_json({"doc": options.doc, "rights": withdraw.WITHDRAWN, "changed": changed})
    elif changed:
        print(f"{options.doc}: is withdrawn; its text and labels are still in seeds/ and corpus/, and in the history of the repository")
    else:
        print(f"{options.doc}: was withdrawn already")
    return 0
