"""The command on referenced texts: which are at hand, and how they are brought."""

import argparse
import sys
from pathlib import Path
from typing import Any

from redline.cli import shapes

SHOWN = 10
"""Lines about documents that no folder has; `--json` has them all."""


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    sub = commands.add_parser("texts", help="lists the referenced documents and their missing texts; downloads or copies the texts")
    sub.add_argument("docs", nargs="*", metavar="DOC", help="only these documents (default: all referenced documents)")
    sub.add_argument(
        "--from",
        dest="folders",
        nargs="+",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="copy missing texts from these folders: git clones (also bare), folders of clones, or files DOC.txt",
    )
    sub.add_argument("--clone", action="store_true", help="clone the repositories with git and copy the missing texts")
    sub.add_argument(
        "--add",
        type=Path,
        default=None,
        metavar="INDEX",
        help="first create seeds from a JSON Lines index of documents or of single sentences",
    )
    shapes.add_option(sub, "texts")
    sub.set_defaults(run=_texts)


def _texts(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import referenced, sentences, texts

    if options.clone and options.folders:
        raise RedlineError("--clone and --from are both present; needed: one of them")
    here = project.find()
    added = []
    if options.add:
        alone = sentences.is_index(options.add)
        added = sentences.add(here, options.add) if alone else referenced.add(here, options.add, options.docs)
    if options.clone:
        outcome = texts.clone(here, options.docs)
    else:
        outcome = texts.bring(here, options.folders, options.docs) if options.folders else texts.Brought([], [], {})
    states = texts.states(here, options.docs)
    counts = sentences.counts(here)
    left = sum(state != texts.AT_HAND for state in states.values())
    if options.json:
        show.as_json(
            {"texts": states, "added": added, "brought": outcome.brought, "left_out": outcome.missing, "sentences": to_builtins(counts)}
        )
    else:
        _print_missing(outcome.missing)
        for name, count in counts.items():
            print(f"{count.at_hand} of {show.number(count.of, 'sentence')} of `{name}` at hand")
        if not (options.clone or options.folders):
            print("".join(f"{state:<13} {doc}\n" for doc, state in states.items()), end="")
        parts = [f"{show.number(len(added), 'seed')} written"] * bool(options.add) + [f"{len(outcome.brought)} brought"] * bool(
            outcome.brought
        )
        print("; ".join([*parts, f"{len(states) - left} of {show.number(len(states), 'referenced document')} at hand"]))
    return 1 if outcome.missing else 0


def _print_missing(missing: dict[str, str]) -> None:
    """Prints why texts are left out, on standard error: a line for each, and how many more there are."""
    for doc, problem in list(missing.items())[:SHOWN]:
        print(f"{doc}: {problem}", file=sys.stderr)
    if len(missing) > SHOWN:
        print(f"and {len(missing) - SHOWN} more (--json lists them all)", file=sys.stderr)
