"""The command that lists differences between raters, records what is decided on them, and makes gold."""

import argparse
from typing import Any

from redline.cli import shapes
from redline.cli.correct import add_reading, add_signature, print_corrected, refuse_empty, signed, wanted

ACTS = {
    "--differences": ("--counts", "--open"),
    "--counts": ("--differences",),
    "--decide": ("--take", "--reason", "--by", "--note"),
    "--undo": (),
    "--add": ("--passage", "--label", "--nth", "--in", "--attribute", "--relation", "--reason", "--by", "--note"),
    "--check": (),
}
"""What is done instead of writing gold, and the options that it reads."""


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    sub = commands.add_parser("adjudicate", help="merges raters' files and decisions into gold")
    sub.add_argument("docs", nargs="*", metavar="DOC", help="default: all documents with decisions")
    sub.add_argument(
        "--differences", action="store_true", help="only list the differences between raters, with the definitions and rulings that apply"
    )
    sub.add_argument("--counts", action="store_true", help="only count all and undecided differences, by document, layer and kind")
    sub.add_argument("--open", action="store_true", help="with --differences: only undecided differences")
    shapes.add_option(sub, "adjudicate")
    sub.add_argument("--decide", metavar="ID", help="record a decision on this difference")
    sub.add_argument("--take", help='with --decide: a rater, none, yes, no, or JSON such as \'{"quote": "the Orla", "label": "GPE"}\'')
    sub.add_argument("--undo", metavar="ID", help="undo the last decision or correction with this id")
    sub.add_argument("--add", metavar="WORDS", help="label words of DOC that no rater marked; use it with the options below")
    sub.add_argument("--passage", type=int, metavar="N", help="with --add: the passage with the words")
    add_reading(sub)
    add_signature(sub)
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 when gold is out of date")
    sub.set_defaults(run=_adjudicate)


def _adjudicate(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show
    from redline.curate import adjudicate
    from redline.project import decisions

    refuse_empty(options)
    _refuse_useless(options)
    if options.add is not None:
        return _add(options)
    if options.decide is not None:
        return _decide(options)
    if options.undo is not None:
        return _undo(options)
    here = project.find()
    docs = options.docs or decisions.docs(here)
    if options.differences or options.counts:
        return _list(options, here, docs)
    changed = [doc for doc in docs if not adjudicate.holds(here, doc)] if options.check else adjudicate.write(here, docs)
    if options.json:
        show.as_json({"documents": docs, "changed": changed})
    elif options.check:
        for doc in changed:
            print(f"{doc}: gold differs from the merge of raters and decisions; run redline adjudicate {doc}")
    else:
        print(show.number(len(docs), "document"))
    return 1 if options.check and changed else 0


def _refuse_useless(options: argparse.Namespace) -> None:
    """Raises RedlineError for options that would do nothing."""
    from redline.core.errors import RedlineError

    names = {"--in": "within"}
    values = {flag: getattr(options, names.get(flag, flag[2:])) for flag in (*ACTS, *(one for several in ACTS.values() for one in several))}
    given = [flag for flag, value in values.items() if value not in (None, False, "", []) or type(value) is int]  # passage 0
    act = next((flag for flag in given if flag in ACTS), None)
    for flag in given:
        if flag != act and flag not in ACTS.get(act or "", ()):
            needed = "one of them" if flag in ACTS else " or ".join(other for other in ACTS if flag in ACTS[other])
            raise RedlineError(f"{flag} does nothing {f'with {act}' if act else 'alone'}; needed: {needed}")


def _list(options: argparse.Namespace, here: Any, docs: list[str]) -> int:
    from redline.cli import show
    from redline.curate import adjudicate

    rows = [row for doc in docs for row in adjudicate.rows(here, doc)]
    shown = [row for row in rows if not (options.open and row[2])]
    if options.json:
        listed = {"differences": [adjudicate.as_value(row) for row in shown]} if options.differences else {}
        show.as_json({**listed, "counts": adjudicate.counts(rows)})
    elif options.differences:
        for line in adjudicate.work_list(here, shown):
            print(line)
    if options.counts and not options.json:
        for what, table in adjudicate.counts(rows).items():
            print(f"{what:<30} differences  open")
            for name, count in table.items():
                print(f"  {name:<28} {count['differences']:>11} {count['open']:>5}")
    return 0


def _add(options: argparse.Namespace) -> int:
    from redline import project
    from redline.core.errors import RedlineError
    from redline.curate import correct

    if len(options.docs) != 1 or not (options.add and options.label):
        raise RedlineError("an option of --add is missing; needed: DOC --add WORDS --label L --reason R --by WHO")
    (doc,) = options.docs
    corrected = correct.add(project.find(), doc, wanted(options, options.add), signed(options), options.passage)
    print_corrected(doc, corrected, json=options.json)
    return 0


def _decide(options: argparse.Namespace) -> int:
    import datetime

    from msgspec import to_builtins

    from redline import project
    from redline.adjudicate.decisions import Decision
    from redline.cli import show
    from redline.core.errors import RedlineError
    from redline.curate import decide

    if not (options.take and options.reason and options.by):
        raise RedlineError("an option of --decide is missing; needed: --decide ID --take T --reason R --by WHO")
    made = Decision(_taken(options.take), options.reason, options.note, options.by, datetime.date.today().isoformat())
    doc = _doc(options, options.decide)
    decide.decide(project.find(), doc, options.decide, made)
    if options.json:
        show.as_json({"doc": doc, "id": options.decide, "decision": to_builtins(made)})
    return 0


def _undo(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.adjudicate.worklist import outcome
    from redline.cli import show
    from redline.curate import decide

    doc = _doc(options, options.undo)
    last, now = decide.undo(project.find(), doc, options.undo)
    if options.json:
        show.as_json({"doc": doc, "id": options.undo, "undone": to_builtins(last), "decision": to_builtins(now)})
    else:
        print(f"undone: {outcome(last)}")
        print(f"now: {outcome(now)}")
    return 0


def _doc(options: argparse.Namespace, name: str) -> str:
    """The one document that is named, or else the document of the difference."""
    from redline.adjudicate.decisions import doc_of
    from redline.core.errors import RedlineError

    if len(options.docs) > 1:
        raise RedlineError(f"{len(options.docs)} documents on the command line; needed: only the document of `{name}`, or none")
    return options.docs[0] if options.docs else doc_of(name)


def _taken(text: str) -> "str | bool | dict[str, Any] | None":
    """What `--take` means: yes, no, none, a JSON object, or a rater."""
    import msgspec

    from redline.core.errors import RedlineError

    words: dict[str, bool | None] = {"none": None, "yes": True, "no": False}
    if not text.startswith("{"):
        return words.get(text, text)
    try:
        value: dict[str, Any] = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise RedlineError(f'--take is not JSON ({error}); needed: an object such as {{"quote": ..., "label": ...}}') from None
    return value
