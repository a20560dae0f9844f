"""Commands on what raters say: how far they agree, where they differ, and how that is decided."""

import argparse
from typing import Any

from redline.cli.numbers import positive


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_agree(commands)
    _add_adjudicate(commands)


def _add_agree(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("agree", help="agreement between raters")
    sub.add_argument("--raters", nargs="+", metavar="RATER", help="default: all of corpus/raters")
    sub.add_argument("--boot", type=positive, default=1000, help="bootstrap replicates (default: 1000)")
    sub.add_argument("--seed", type=int, default=1, help="of the bootstrap (default: 1)")
    sub.add_argument("--labels", action="store_true", help="also by label and relation")
    sub.add_argument(
        "--kappa", action="store_true", help="also Cohen's kappa of each pair, and Fleiss' of three or more, over sentence classes"
    )
    sub.add_argument("--confusion", action="store_true", help="also which labels two raters gave the same stretch")
    sub.add_argument("--worst", type=positive, nargs="?", const=10, metavar="N", help="also the N (10) documents with the least agreement")
    sub.add_argument("--documents", action="store_true", help="also the agreement in each document, the worst first")
    sub.add_argument("--json", action="store_true", help="as JSON")
    sub.set_defaults(run=_agree)


def _agree(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.curate import agree
    from redline.measure.score import Bootstrap

    here = project.find()
    bootstrap = Bootstrap(options.boot, options.seed)
    rows = agree.rows(here, options.raters, bootstrap)
    rows += agree.kappas(here, options.raters, bootstrap) if options.kappa else []
    documents = agree.by_document(here, options.raters)
    tables = agree.confusions(here, options.raters) if options.confusion else {}
    if options.json:
        plain = [to_builtins(document) for document in documents]
        show.as_json({"scores": [row.plain() for row in rows], "documents": plain, "confusion": show.plain_confusion(tables)})
    else:
        show.agreement(rows, labels=options.labels)
        show.confusion(tables)
        if options.documents or options.worst:
            show.worst(documents if options.documents else documents[: options.worst])
    return 0


def _add_adjudicate(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("adjudicate", help="makes gold of raters' files and the decisions on their differences")
    sub.add_argument("docs", nargs="*", metavar="DOC", help="default: all documents with decisions")
    sub.add_argument("--differences", action="store_true", help="only list what raters say differently, with the rulings")
    sub.add_argument("--open", action="store_true", help="with --differences: only what is not decided yet")
    sub.add_argument("--decide", metavar="ID", help="record a decision on this difference of the one DOC")
    sub.add_argument("--take", help='with --decide: a rater, none, yes, no, or JSON such as \'{"quote": "the Orla", "label": "GPE"}\'')
    sub.add_argument("--reason", help="with --decide: slip, guideline_gap or ambiguity")
    sub.add_argument("--by", help="with --decide: who decides")
    sub.add_argument("--note", default="", help="with --decide: why")
    sub.add_argument("--undo", metavar="ID", help="take the last decision on this difference of the one DOC back")
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 when gold is not what raters and decisions give")
    sub.set_defaults(run=_adjudicate)


def _adjudicate(options: argparse.Namespace) -> int:
    from redline import project
    from redline.curate import adjudicate

    if options.decide or options.undo:
        return _decide(options) if options.decide else _undo(options)
    here = project.find()
    docs = options.docs or adjudicate.docs(here)
    if options.differences:
        for doc in docs:
            for line in adjudicate.work_list(here, doc, undecided=options.open):
                print(line)
        return 0
    if options.check:
        changed = [doc for doc in docs if not adjudicate.holds(here, doc)]
        for doc in changed:
            print(f"{doc}: gold is not what raters and decisions give; run redline adjudicate {doc}")
        return 1 if changed else 0
    adjudicate.write(here, docs)
    print(f"{len(docs)} documents")
    return 0


def _decide(options: argparse.Namespace) -> int:
    import datetime

    from redline import project
    from redline.adjudicate.decisions import Decision
    from redline.core.errors import RedlineError
    from redline.curate import adjudicate

    if len(options.docs) != 1 or not (options.take and options.reason and options.by):
        raise RedlineError("a decision lacks a part; needed: DOC --decide ID --take T --reason R --by WHO")
    made = Decision(_taken(options.take), options.reason, options.note, options.by, datetime.date.today().isoformat())
    adjudicate.decide(project.find(), options.docs[0], options.decide, made)
    return 0


def _undo(options: argparse.Namespace) -> int:
    from redline import project
    from redline.adjudicate.worklist import outcome
    from redline.core.errors import RedlineError
    from redline.curate import adjudicate

    if len(options.docs) != 1:
        raise RedlineError("no document is named to undo a decision on; needed: DOC --undo ID")
    last, now = adjudicate.undo(project.find(), options.docs[0], options.undo)
    print(f"taken back: {outcome(last)}")
    print(f"now: {outcome(now)}")
    return 0


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
        raise RedlineError(f'--take is no JSON ({error}); needed: an object such as {{"quote": ..., "label": ...}}') from None
    return value
