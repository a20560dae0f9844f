"""The queue of `redline status --queue`: what waits for whom, the oldest text or what models are least sure of first."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redline.curate.queue import Waiting
    from redline.project import Project

OLDEST, UNSURE = "oldest", "unsure"


def add_options(sub: argparse.ArgumentParser) -> None:
    """Adds the options of the queue to a command."""
    sub.add_argument("--queue", action="store_true", help="list what waits for whom, by document and layer; exit 1 when something does")
    sub.add_argument(
        "--order", choices=(OLDEST, UNSURE), default=OLDEST, help="the oldest text first (default), or what models are least sure of"
    )
    sub.add_argument("--genre", help="only documents of this genre in the queue")
    sub.add_argument("--layer", help="only this layer in the queue")
    sub.add_argument("--rater", metavar="NAME", help="only what this rater has begun, and what needs a rater who is not NAME")


def rows(here: "Project", options: argparse.Namespace) -> list[dict[str, Any]]:
    """What waits, in the wanted order; `unsure` is how unsure models are of the layer in the document, or None.

    Raises RedlineError when that order is wanted without a model, or there is no such layer.
    """
    from msgspec import to_builtins

    from redline.curate import queue
    from redline.project import lookup

    if options.layer:
        lookup.one_of(options.layer, here.taxonomy().layers, "layer")
    waits = [one for one in queue.waiting(here, options.docs) if _wanted(one, options)]
    unsure = _unsure(here, waits) if options.order == UNSURE else {}
    found = [to_builtins(one) | {"unsure": unsure.get(one.doc, {}).get(one.layer)} for one in waits]
    return sorted(found, key=lambda row: -(row["unsure"] or 0))


def _wanted(one: "Waiting", options: argparse.Namespace) -> bool:
    from redline.curate.queue import NEEDED

    mine = options.rater is None or one.whom == options.rater or (one.whom in NEEDED and options.rater not in one.begun)
    return mine and options.genre in (None, one.genre) and options.layer in (None, one.layer)


def _unsure(here: "Project", waits: "list[Waiting]") -> dict[str, dict[str, float]]:
    from redline.core.errors import RedlineError
    from redline.model import unsure
    from redline.project import sources

    scheme, docs = here.taxonomy().scheme, dict.fromkeys(one.doc for one in waits)
    values = unsure.by_layer(here, (sources.blank(sources.read(here.seeds, doc, here.texts), scheme) for doc in docs))
    if docs and not values:
        raise RedlineError("no model of sentence classes is at hand; needed: redline train, or --order oldest")
    return values


def print_rows(found: list[dict[str, Any]]) -> None:
    """Prints the rows, one a line, and how many passages wait."""
    from redline.cli import show
    from redline.cli.style import Style

    look = Style(sys.stdout)
    names = ("doc", "date", "genre", "layer")
    widths = [max((len(row[name] or "undated") for row in found), default=0) for name in names]
    for row in found:
        parts = [f"{row[name] or 'undated':<{width}}" for name, width in zip(names, widths, strict=True)]
        unsure = "" if row["unsure"] is None else f"; unsure {row['unsure']:.2f}"
        print(f"{'  '.join(parts)}  {show.number(row['passages'], 'passage'):<12} for {look.bold(row['whom'])}{unsure}")
    layers = len({(row["doc"], row["layer"]) for row in found})
    print(f"{show.number(layers, 'layer')} of {show.number(len({row['doc'] for row in found}), 'document')} waiting")
