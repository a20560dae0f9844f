"""Commands that correct gold: what no rater marked, and what is wrong; each correction is recorded with a reason."""

import argparse
from typing import TYPE_CHECKING, Any

from redline.cli import shapes
from redline.cli.numbers import positive

if TYPE_CHECKING:
    from redline.core.document import AttributeValue
    from redline.curate.correction import Corrected, Signature, Wanted

WORDS = {"yes": True, "true": True, "no": False, "false": False, "null": None}
TEXTS = {
    "span": "SPAN", "decide": "--decide", "take": "--take", "undo": "--undo", "add": "--add", "quote": "--quote", "label": "--label",
    "within": "--in",
}  # fmt: skip
"""Arguments that are never empty."""


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    sub = commands.add_parser("correct", help="corrects one gold label, with a reason")
    sub.add_argument("doc", metavar="DOC", help="the id of a document")
    sub.add_argument("span", nargs="?", metavar="SPAN", help="PASSAGE:ID as in `redline show`, or words of the span")
    sub.add_argument("--quote", metavar="WORDS", help="the correct words of the span")
    sub.add_argument("--remove", action="store_true", help="remove the span")
    sub.add_argument("--without", action="append", default=[], metavar="NAME", help="remove this attribute")
    unrelated = "remove this relation to the span with these words"
    sub.add_argument("--no-relation", action="append", nargs=2, default=[], metavar=("LABEL", "WORDS"), help=unrelated)
    add_reading(sub)
    add_signature(sub)
    sub.add_argument("--undo", metavar="ID", help="undo the last correction with this id")
    shapes.add_option(sub, "correct")
    sub.set_defaults(run=_correct)


def add_reading(sub: argparse.ArgumentParser) -> None:
    """Adds the options that describe what a span should be."""
    sub.add_argument("--label", help="the label of the span")
    sub.add_argument("--nth", type=positive, metavar="N", help="which occurrence of the words, counted from 1")
    sub.add_argument("--in", dest="within", metavar="WORDS", help="a longer text that contains the words once")
    value = "set an attribute; a value is a word, yes, no, null, or a list such as [a,b]"
    sub.add_argument("--attribute", action="append", default=[], metavar="NAME=VALUE", help=value)
    related = "add a relation to the span with these words; the scheme determines the direction"
    sub.add_argument("--relation", action="append", nargs=2, default=[], metavar=("LABEL", "WORDS"), help=related)


def add_signature(sub: argparse.ArgumentParser) -> None:
    """Adds the options for the reason, the author and a note."""
    sub.add_argument("--reason", help="slip, guideline_gap or ambiguity")
    sub.add_argument("--by", help="name of the author of the decision")
    sub.add_argument("--note", default="", help="an explanation")


def signed(options: argparse.Namespace) -> "Signature":
    """Why, by whom and when."""
    import datetime

    from redline.core.errors import RedlineError
    from redline.curate.correction import Signature

    if not (options.reason and options.by):
        raise RedlineError("an option of the correction is missing; needed: --reason R --by WHO")
    return Signature(options.reason, options.note, options.by, datetime.date.today().isoformat())


def wanted(options: argparse.Namespace, quote: str | None) -> "Wanted":
    """What a span should be, from the options."""
    from redline.curate.correction import Wanted

    attributes = dict(_attribute(text) for text in options.attribute)
    links = [[(label, words) for label, words in getattr(options, name, [])] for name in ("relation", "no_relation")]
    without = getattr(options, "without", [])
    return Wanted(quote, options.label, options.nth, options.within, attributes, without, *links)


def refuse_empty(options: argparse.Namespace) -> None:
    """Raises RedlineError for an argument without a character, which would count as one that is not there."""
    from redline.core.errors import RedlineError

    for name, shown in TEXTS.items():
        if getattr(options, name, None) == "":
            raise RedlineError(f"{shown} is empty; needed: a value")


def _attribute(text: str) -> "tuple[str, AttributeValue]":
    from redline.core.errors import RedlineError

    name, equals, value = text.partition("=")
    if not equals:
        raise RedlineError(f"--attribute is `{text}`; needed: NAME=VALUE")
    if value.startswith("[") and value.endswith("]"):
        return name, tuple(one.strip() for one in value[1:-1].split(",") if one.strip())
    return name, WORDS.get(value, value)


def print_corrected(doc: str, corrected: "Corrected", *, json: bool = False) -> None:
    """Prints what a correction changes in gold, the ids that take it back, and what keeps gold from being made."""
    from redline.adjudicate.worklist import outcome
    from redline.cli import show

    if json:
        show.as_json(
            {
                "doc": doc,
                "changes": show.plain_changes(corrected.changes),
                "ids": corrected.ids,
                "undecided": corrected.undecided,
                "renamed": dict(corrected.renamed),
            }
        )
        return
    for change in corrected.changes:
        print(f"{doc}: {change} [passage {change.passage}]")
    if corrected.undone:
        last, now = corrected.undone
        print(f"  undone: {outcome(last) if last else 'a removal'}")
        print(f"  now: {outcome(now) if now else 'nothing is recorded'}")
    for name in () if corrected.undone else corrected.ids:
        print(f"  recorded as {name}")
    for line in corrected.undecided:
        print(f"  gold is not written: {line}")
    if corrected.renamed:
        print(f"  other spans have new ids: {', '.join(f'{old} is {new}' for old, new in corrected.renamed)}")


def _correct(options: argparse.Namespace) -> int:
    from redline import project
    from redline.core.errors import RedlineError
    from redline.curate import correct

    refuse_empty(options)
    here = project.find()
    if options.undo is not None and options.span is not None:
        raise RedlineError("SPAN does nothing with --undo; needed: one of them")
    if options.undo is not None:
        corrected = correct.undo(here, options.doc, options.undo)
    elif options.span is None:
        raise RedlineError("SPAN is missing; needed: DOC SPAN, or DOC --undo ID")
    else:
        reading = wanted(options, options.quote)
        corrected = correct.correct(here, options.doc, options.span, reading, signed(options), remove=options.remove)
    print_corrected(options.doc, corrected, json=options.json)
    return 0
