"""Commands that keep the corpus in order."""

import argparse
import sys
from pathlib import Path
from typing import Any

from redline.cli import shapes


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_split(commands)
    _add_withdraw(commands)
    _add_entities(commands)
    _add_upgrade(commands)


def _add_split(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("split", help="assigns new documents to train, validation or test, by event, labels and genres")
    shapes.add_option(sub, "split")
    sub.set_defaults(run=_split)


def _split(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.curate import splits
    from redline.project import sources

    here = project.find()
    corpus, assigned = splits.renew(here)
    events = {doc: seed.event for doc, seed in sources.seeds(here.seeds).items()}
    docs = {name: [doc for doc, split in assigned.items() if split == name] for name in splits.SHARES}
    counts = {name: {"documents": len(several), "events": len({events[doc] for doc in several})} for name, several in docs.items()}
    leaks = splits.closest(corpus.documents, assigned)
    if options.json:
        pairs = [{"documents": [one, other], "splits": [assigned[one], assigned[other]], "share": share} for one, other, share in leaks]
        show.as_json({"splits": counts, "closest": pairs})
        return 0
    for name, count in counts.items():
        print(f"{name:<10} {count['documents']:>4} documents of {count['events']} events")
    if not leaks:
        print("no sequence of five words is in two splits")
    for one, other, share in leaks:
        pair = f"{one} ({assigned[one]}), {other} ({assigned[other]})"
        print(f"closest across splits: {pair}: {share:.1%} of the five-word sequences of the shorter document are shared")
    return 0


def _add_withdraw(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("withdraw", help="removes a document from all future releases; its id and the hash of its text stay public")
    sub.add_argument("doc", metavar="DOC", help="the id of a document")
    shapes.add_option(sub, "withdraw")
    sub.set_defaults(run=_withdraw)


def _withdraw(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core.corpus import WITHDRAWN
    from redline.curate import withdraw

    here = project.find()
    changed = withdraw.withdraw(here, options.doc)
    if options.json:
        show.as_json({"doc": options.doc, "rights": WITHDRAWN, "changed": changed})
    elif changed:
        print(f"{options.doc}: withdrawn; its text and labels are still in seeds/ and corpus/, and in the history of the repository")
    else:
        print(f"{options.doc}: was already withdrawn")
    return 0


ACTIONS = {"propose": 0, "rename": 2, "merge": 2}
"""Action -> how many keys it takes."""


def _add_entities(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("entities", help="adds rows to the entity table, renames a key everywhere, or merges two")
    about = "propose: add a row for each key without a row; rename OLD NEW; merge KEPT OTHER"
    sub.add_argument("action", choices=tuple(ACTIONS), help=about)
    sub.add_argument("keys", nargs="*", metavar="KEY", help="the keys to rename or merge")
    sub.add_argument("--dry-run", action="store_true", help="print the changes and write nothing")
    shapes.add_option(sub, "entities")
    sub.set_defaults(run=_entities)


def _entities(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import entities

    if len(options.keys) != ACTIONS[options.action]:
        raise RedlineError(f"{options.action} has {len(options.keys)} keys; needed: {ACTIONS[options.action]}")
    here = project.find()
    if options.action == "propose":
        rows, unnamed = entities.propose(here, dry_run=options.dry_run)
        if options.json:
            show.as_json({"rows": to_builtins(rows), "unnamed": unnamed})
        for row in () if options.json else rows:
            others = f" ({', '.join(row.aliases)})" if row.aliases else ""
            print(f"{row.id}: {row.label} {row.name}{others}")
        for key in () if options.json else unnamed:
            print(f"{key}: only spans without an entity label have this key; add its row by hand, or rename the key")
        return 0
    first, second = options.keys
    change = entities.rename if options.action == "rename" else entities.merge
    counts = change(here, first, second, dry_run=options.dry_run)
    if counts.continued:
        print(f"note: both keys were in use and only one has a row: an interrupted rename to {second} is continued", file=sys.stderr)
    if options.json:
        show.as_json({"action": options.action, "keys": options.keys, **to_builtins(counts)})
        return 0
    spans = ", ".join(f"{show.number(count, 'span')} of {folder}" for folder, count in counts.spans.items() if count) or "no spans"
    was, now = (first, second) if options.action == "rename" else (second, first)
    print(f"{was} is {now}: {spans}, {show.number(counts.decisions, 'file')} of decisions, {show.number(counts.rows, 'row')}")
    return 0


def _add_upgrade(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("upgrade", help="converts records of an older scheme to the current scheme: the corpus, or these files")
    sub.add_argument("files", nargs="*", metavar="FILE", help="record files, rewritten in place (default: the whole corpus)")
    sub.add_argument("--values", metavar="FILE", help="JSON file with later ratings of attributes, for the spans of --rater")
    sub.add_argument("--rater", metavar="R", help="with --values: the rater whose spans get the values")
    shapes.add_option(sub, "upgrade")
    sub.set_defaults(run=_upgrade)


def _upgrade(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.core import taxonomy
    from redline.core.errors import RedlineError
    from redline.curate import upgrade

    if options.values or options.rater:
        if not (options.values and options.rater) or options.files:
            raise RedlineError("--values and --rater belong together; needed: --values FILE --rater R, without other files")
        spans = upgrade.complete(project.find(), options.rater, Path(options.values))
        if options.json:
            show.as_json({"rater": options.rater, "spans": spans})
        else:
            print(f"{options.rater}: {show.number(spans, 'span')} got the values of {options.values}")
        return 0
    paths = [Path(name) for name in options.files]
    changed = upgrade.files(project.find_or_none(), paths, taxonomy.load()) if paths else upgrade.corpus(project.find())
    if options.json:
        show.as_json({"scheme": taxonomy.load().scheme, "changed": [str(path) for path in changed]})
    else:
        print(f"scheme {taxonomy.load().scheme}: {show.number(len(changed), 'file')} changed")
    return 0
