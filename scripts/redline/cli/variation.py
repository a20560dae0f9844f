"""`redline variation`: words with two readings in one layer, and words that are labelled here and not there."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from redline.cli import shapes

if TYPE_CHECKING:
    from redline.cli.style import Style
    from redline.core.taxonomy import Taxonomy
    from redline.curate.concordance import Match
    from redline.curate.variation import Expression


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command."""
    sub = commands.add_parser("variation", help="lists words that a layer labels in several ways, with each rare reading in its context")
    sub.add_argument("--layer", help="only this layer; default: all but the layer of helper spans")
    sub.add_argument(
        "--attribute", action="append", default=[], metavar="NAME", help="a reading is the label and this attribute; may be repeated"
    )
    sub.add_argument("--unlabelled", action="store_true", help="list the places where words without a label are labelled elsewhere")
    sub.add_argument("--genre", help="only documents of this genre")
    sub.add_argument("--split", help="only documents of this split")
    sub.add_argument("--rater", help="use the file of this rater instead of gold")
    shapes.add_option(sub, "variation")
    sub.set_defaults(run=_variation)


def _variation(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import show, style
    from redline.curate import concordance, variation

    here = project.find()
    taxonomy = here.taxonomy()
    attributes = _attributes(options.attribute, taxonomy)
    documents = list(concordance.documents(here, options.rater, options.genre, options.split))
    found = {
        layer: variation.expressions(documents, layer, attributes, unlabelled=options.unlabelled)
        for layer in _layers(options.layer, taxonomy)
    }
    if options.json:
        show.as_json({"layers": {layer: _value(chosen, unlabelled=options.unlabelled) for layer, chosen in found.items()}})
        return 0
    look = style.Style(sys.stdout)
    for layer, chosen in found.items():
        counts = variation.counts(chosen)
        print(
            look.bold(layer) + ": {expressions} expressions, {repeated} labelled twice or more, {varying} in several ways".format(**counts)
        )
        for line in _lines(chosen, taxonomy, look, unlabelled=options.unlabelled):
            print(line)
    return 0


def _layers(name: str | None, taxonomy: "Taxonomy") -> list[str]:
    from redline.project import lookup

    if name:
        return [lookup.one_of(name, taxonomy.layers, "layer")]
    return [layer.layer for layer in taxonomy.layers.values() if not layer.helper]


def _attributes(names: list[str], taxonomy: "Taxonomy") -> list[str]:
    from redline.project import lookup

    known = sorted({attribute.name for layer in taxonomy.layers.values() for attribute in layer.attributes})
    return [lookup.one_of(name, known, "attribute") for name in names]


def _chosen(one: "Expression", *, unlabelled: bool) -> bool:
    return bool(one.unlabelled) if unlabelled else len(one.readings) > 1


def _lines(found: "list[Expression]", taxonomy: "Taxonomy", look: "Style", *, unlabelled: bool) -> Iterator[str]:
    """A line with the counts of each chosen expression, and below it its unlabelled places or rare readings in their context."""
    from redline.cli import matches, style

    width = style.width()
    for one in sorted(found, key=_share) if unlabelled else found:
        if _chosen(one, unlabelled=unlabelled):
            places = one.unlabelled if unlabelled else list(_rare(one))
            names = max(len(match.record.meta.doc) for match in places)
            yield "\n" + look.bold(one.words) + ": " + ", ".join(_counts(one))
            yield from (matches.line(match, taxonomy, look, width=width, names=names) for match in places)


def _share(one: "Expression") -> tuple[float, str]:
    """The share of an expression's places that is unlabelled: where it is small, a label was probably forgotten."""
    return len(one.unlabelled) / (one.labelled + len(one.unlabelled)), one.words


def _counts(one: "Expression") -> list[str]:
    readings = [f"{reading} {len(found)}" for reading, found in sorted(one.readings.items(), key=lambda pair: -len(pair[1]))]
    return readings + [f"not labelled {len(one.unlabelled)}"] * bool(one.unlabelled)


def _rare(one: "Expression") -> "Iterator[Match]":
    return (match for _, found in one.rare for match in found)


def _value(found: "list[Expression]", *, unlabelled: bool) -> dict[str, Any]:
    from redline.cli import matches
    from redline.curate import variation

    listed = [
        {
            "words": one.words,
            "readings": {reading: list(map(matches.as_value, places)) for reading, places in one.readings.items()},
            "unlabelled": list(map(matches.as_value, one.unlabelled)),
        }
        for one in found
        if _chosen(one, unlabelled=unlabelled)
    ]
    return {"counts": variation.counts(found), "expressions": listed}
