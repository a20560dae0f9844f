"""The command on what raters say: how far they agree."""

import argparse
from typing import Any

from redline.cli import shapes
from redline.cli.numbers import positive


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_agree(commands)


def _add_agree(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("agree", help="computes agreement between raters")
    sub.add_argument("--raters", nargs="+", metavar="RATER", help="rater names (rater names (default: all of corpus/raters))")
    sub.add_argument("--boot", type=positive, default=1000, help="bootstrap replicates (default: 1000)")
    sub.add_argument("--seed", type=int, default=1, help="random seed of the bootstrap (default: 1)")
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
    shapes.add_option(sub, "agree")
    sub.set_defaults(run=_agree)


def _agree(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import figures, show
    from redline.curate import agree
    from redline.measure.score import Bootstrap

    here = project.find()
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
