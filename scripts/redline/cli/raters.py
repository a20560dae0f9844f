"""The command on the labels of raters: how far they agree."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from redline.cli import shapes
from redline.cli.numbers import natural, positive

if TYPE_CHECKING:
    from redline.curate.question_agreement import Agreement, Difference
    from redline.project import Project


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_agree(commands)


def _add_agree(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("agree", help="computes agreement between raters")
    sub.add_argument("--raters", nargs="+", metavar="RATER", help="rater names (default: all of corpus/raters)")
    sub.add_argument("--boot", type=positive, default=1000, help="bootstrap replicates (default: 1000)")
    sub.add_argument("--seed", type=natural, default=1, help="random seed of the bootstrap (default: 1)")
    sub.add_argument("--labels", action="store_true", help="also print figures by label and relation")
    sub.add_argument(
        "--kappa",
        action="store_true",
        help="also print kappa for sentence classes: Cohen's kappa per pair of raters, Fleiss' kappa for three or more",
    )
    sub.add_argument("--confusion", action="store_true", help="also print confusion tables: the labels of two raters for the same words")
    sub.add_argument(
        "--worst", type=positive, nargs="?", const=10, metavar="N", help="also list the N documents with the lowest agreement (default: 10)"
    )
    sub.add_argument("--documents", action="store_true", help="also print the agreement in each document, lowest first")
    sub.add_argument(
        "--without-suggestions",
        action="store_true",
        help="leave out the layers of passages in which a rater took a span that a model suggested",
    )
    sub.add_argument(
        "--questions", action="store_true", help="only print the agreement on each question about a sentence, and on the label it leads to"
    )
    sub.add_argument("--differences", action="store_true", help="with --questions: also list the sentences with different answers")
    shapes.add_option(sub, "agree")
    sub.set_defaults(run=_agree)


def _agree(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import figures, show
    from redline.curate import agree
    from redline.measure.score import Bootstrap

    here = project.find()
    if options.questions or options.differences:
        return _questions(options, here)
    bootstrap = Bootstrap(options.boot, options.seed)
    suggested = not options.without_suggestions
    rows = agree.rows(here, options.raters, bootstrap, suggested=suggested)
    rows += agree.kappas(here, options.raters, bootstrap, suggested=suggested) if options.kappa else []
    documents = agree.by_document(here, options.raters, suggested=suggested)
    tables = agree.confusions(here, options.raters, suggested=suggested) if options.confusion else {}
    if options.json:
        plain = [to_builtins(document) for document in documents]
        show.as_json({"scores": [row.plain() for row in rows], "documents": plain, "confusion": figures.plain_confusion(tables)})
    else:
        figures.agreement(rows, labels=options.labels)
        figures.confusion(tables)
        if options.documents or options.worst:
            figures.worst(documents if options.documents else documents[: options.worst])
    return 0


SPANS = ("labels", "kappa", "confusion", "worst", "documents", "without_suggestions")
"""The options about spans."""


def _questions(options: argparse.Namespace, here: "Project") -> int:
    from msgspec import to_builtins

    from redline.cli import show
    from redline.core import questions
    from redline.core.errors import RedlineError
    from redline.curate import question_agreement

    if not options.questions or any(getattr(options, name) for name in SPANS):
        raise RedlineError(
            "agreement on spans and on questions are apart; needed: --questions, with --raters, --differences or --json alone"
        )
    asked = questions.read(here.schemas, here.taxonomy())
    if asked is None:
        raise RedlineError(f"{here.schemas / questions.NAME}: does not exist; needed: where the answers to each question lead")
    raters = question_agreement.rated(here, asked, options.raters)
    rows, differences = question_agreement.agreement(raters, asked), list(question_agreement.differences(raters))
    if apart := question_agreement.other_versions(raters):
        sentences = show.number(apart, "sentence")
        print(f"left out: {sentences} that two raters answered with different versions of the guidelines", file=sys.stderr)
    if options.json:
        show.as_json({"questions": to_builtins(rows), "differences": to_builtins(differences)})
    else:
        _print_questions(rows, differences if options.differences else [])
    return 0


def _print_questions(rows: "list[Agreement]", differences: "list[Difference]") -> None:
    print(f"{'raters':<22} {'question':<9} {'sentences':>9} {'equal':>6} {'kappa':>10}")
    for row in rows:
        equal = "" if row.equal is None else f"{row.equal:.2f}"
        kappa = "undefined" if row.kappa is None else f"{row.kappa:.3f}"
        print(f"{', '.join(row.raters):<22} {row.question or 'label':<9} {row.sentences:>9} {equal:>6} {kappa:>10}")
    for one in differences:
        about = f"question {one.question}" if one.question else "label"
        answers = (f"{rater} {_word(answer)}" for rater, answer in zip(one.raters, one.answers, strict=True))
        print(f"{one.doc}: passage {one.passage}, sentence {one.sentence}: {about}: {', '.join(answers)}")


def _word(answer: bool | str | None) -> str:
    """An answer or a label in a word."""
    return ("yes" if answer else "no") if isinstance(answer, bool) else answer or "nothing"
