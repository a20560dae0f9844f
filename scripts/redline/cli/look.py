"""Commands that look at the corpus: what is next, a document, a concordance, and how a label came about."""

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from redline.cli import queue, shapes, times

if TYPE_CHECKING:
    from redline.core.document import Document, Record
    from redline.core.taxonomy import Taxonomy
    from redline.curate.concordance import Query
    from redline.project import Project


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the commands of this module."""
    _add_status(commands)
    _add_show(commands)
    _add_find(commands)
    _add_why(commands)


def _add_status(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("status", help="lists the next step of each document and its command; exits with 1 if a step is left")
    sub.add_argument("docs", nargs="*", default=[], metavar="DOC", help="documents; default: all incomplete documents")
    sub.add_argument("--all", action="store_true", help="also list complete documents")
    queue.add_options(sub)
    times.add_options(sub)
    shapes.add_option(sub, "status")
    sub.set_defaults(run=_status)


def _status(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.corpus import WITHDRAWN
    from redline.curate import status

    here = project.find()
    rows = queue.rows(here, options) if options.queue else None
    if rows is not None and not options.json:
        queue.print_rows(rows)
        return 1 if rows else 0
    spent = times.rows(here, options) if options.times else None
    if spent is not None and not options.json:
        times.print_rows(spent)
        return 0
    steps = status.steps(here, options.docs)
    stale = [] if options.docs else _stale(here, options.about)
    waiting = [step for step in steps if step.state not in (status.COMPLETE, WITHDRAWN)]
    if options.json:
        show.as_json({"documents": to_builtins(steps), "stale": stale, "summary": status.summary(steps), "queue": rows, "times": spent})
    else:
        show.steps(steps if options.all or options.docs else waiting)
        print("\n".join([*stale, show.counted(status.summary(steps))]))
    return 1 if waiting or stale else 0


def _stale(here: "Project", about: dict[str, str]) -> list[str]:
    """The generated pages that are stale; one line where that cannot be known."""
    from redline.cli import reference
    from redline.core.errors import RedlineError
    from redline.report import docs

    try:
        return docs.stale(here, reference.pages(here, about))
    except RedlineError as error:
        return [f"the generated pages cannot be compared: {error}"]


def _add_show(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("show", help="prints a document with its spans, attributes and relations")
    sub.add_argument("doc", metavar="DOC", help="the id of a document")
    sub.add_argument("passages", metavar="PASSAGE", nargs="*", default=[], type=int, help="passage numbers, counted from 0; default: all")
    sub.add_argument("--rater", help="use the file of this rater instead of gold")
    sub.add_argument("--layer", action="append", help="only this layer; may be repeated")
    sub.add_argument("--brief", action="store_true", help="omit the list of spans below each passage")
    shapes.add_option(sub, "show")
    sub.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import passages, show, style
    from redline.core.document import restricted
    from redline.project import lookup

    here = project.find()
    taxonomy = here.taxonomy()
    document = lookup.document(here, options.doc, options.rater)
    layers = [lookup.one_of(layer, taxonomy.layers, "layer") for layer in options.layer or taxonomy.layers]
    records = [restricted(record, layers) for record in _chosen(document, options.passages)]
    if options.json:
        show.as_json({"doc": document.id, "records": to_builtins(records)})
        return 0
    look, width = style.Style(sys.stdout), style.width()
    print(look.bold(document.id) + f": {_headline(here, document, options.rater)}")
    for record in records:
        print()
        for line in passages.lines(record, taxonomy, look, width=width, listed=not options.brief):
            print(line)
    return 0


def _chosen(document: "Document", numbers: list[int]) -> "list[Record]":
    """The passages with these numbers, or all."""
    from redline.core.errors import RedlineError

    records = {record.meta.passage: record for record in document.records}
    for number in numbers:
        if number not in records:
            raise RedlineError(f"{document.id}: there is no passage {number}; there are 0 to {max(records)}")
    return [records[number] for number in numbers] or list(document.records)


def _headline(here: "Project", document: "Document", rater: str | None) -> str:
    """What the document is, in a line: title, genre, date, split, and who made the labels."""
    from redline import project
    from redline.project import lookup, sources

    parts = []
    if (here.seeds / f"{document.id}.json").exists():
        seed = sources.seed(here.seeds, document.id)
        parts = [seed.title, seed.genre, seed.date or "no date"]
    split = project.splits(here.corpus / "splits.json").get(document.id)
    parts.append(f"split {split}" if split else "in no split")
    whose = "gold" if lookup.path_of(here, document.id, None).exists() else "no labels yet"
    return "; ".join([*parts, f"rater {rater}" if rater else whose])


def _add_find(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser(
        "find", help="lists all matches of a word, cue, label, attribute or relation in context; exits with 1 without a match"
    )
    sub.add_argument(
        "words",
        nargs="?",
        metavar="WORDS",
        help="whole words, case is ignored; with other options: only spans and cue sentences with these words",
    )
    sub.add_argument("--regex", action="store_true", help="WORDS is a regular expression")
    sub.add_argument("--layer", help="spans of this layer")
    sub.add_argument("--label", help="spans with this label")
    sub.add_argument("--attribute", action="append", default=[], metavar="NAME=VALUE", help="spans with this value; may be repeated")
    sub.add_argument("--relation", help="spans with this relation to another span")
    sub.add_argument("--actor", metavar="KEY", help="spans with this entity key, and spans with a relation to such a span")
    sub.add_argument("--cue", nargs="?", const="", metavar="CUE", help="cue words of threats: all cues, or this cue")
    sub.add_argument("--genre", help="only documents of this genre")
    sub.add_argument("--split", help="only documents of this split")
    sub.add_argument("--rater", help="use the file of this rater instead of gold")
    shapes.add_option(sub, "find")
    sub.set_defaults(run=_find)


def _find(options: argparse.Namespace) -> int:
    from itertools import chain

    from redline import project
    from redline.cli import matches, show, style
    from redline.core.errors import RedlineError
    from redline.curate import concordance
    from redline.project import lookup

    here = project.find()
    taxonomy = here.taxonomy()
    query = _query(here, options, taxonomy)
    if not (query.of_spans or query.cue or query.words):
        raise RedlineError("the search is empty; needed: words, --cue, --layer, --label, --attribute, --relation or --actor")
    documents = concordance.documents(here, options.rater, options.genre, options.split)
    found = concordance.matches(chain.from_iterable(document.records for document in documents), query, taxonomy)
    if options.json:
        return 0 if show.as_json_list("matches", map(matches.as_value, found)) else 1
    look, width = style.Style(sys.stdout), style.width()
    names = max(map(len, lookup.ids(here)), default=0)
    counts: Counter[str] = Counter()
    for match in found:
        counts[match.record.meta.doc] += 1
        print(matches.line(match, taxonomy, look, width=width, names=names))
    print(f"{show.number(sum(counts.values()), 'match', 'matches')} in {show.number(len(counts), 'document')}")
    return 0 if counts else 1


def _query(here: "Project", options: argparse.Namespace, taxonomy: "Taxonomy") -> "Query":
    """What the options ask for.

    Raises RedlineError when the scheme has no such layer, label, attribute, value, relation or cue.
    """
    from redline.curate import concordance
    from redline.project import lookup

    relations = [name for layer in taxonomy.layers.values() for name in layer.by_relation]
    return concordance.Query(
        words=concordance.words(options.words, expression=options.regex) if options.words else None,
        layer=lookup.one_of(options.layer, taxonomy.layers, "layer") if options.layer else None,
        label=lookup.one_of(options.label, taxonomy.layer_of_label, "label") if options.label else None,
        attributes=concordance.attributes(options.attribute, taxonomy),
        relation=lookup.one_of(options.relation, relations, "relation") if options.relation else None,
        actor=_actor(here, options),
        cue=concordance.cue(options.cue, taxonomy) if options.cue is not None else None,
    )


def _actor(here: "Project", options: argparse.Namespace) -> str | None:
    """The entity key that is asked for: one of the table, or any key for a rater."""
    from redline import project
    from redline.project import lookup

    if options.actor is None or options.rater:
        return str(options.actor) if options.actor else None
    table = [entity.id for entity in project.entities(here.corpus / "entities.jsonl")]
    return lookup.one_of(options.actor, table, "entity", "corpus/entities.jsonl lists them")


def _add_why(commands: "argparse._SubParsersAction[Any]") -> None:
    sub = commands.add_parser("why", help="explains a gold span: the raters' labels, the decision with its reason, the rulings")
    sub.add_argument("doc", metavar="DOC", help="the id of a document")
    sub.add_argument("span", metavar="SPAN", help="PASSAGE:ID as in `redline show`, or words of the span")
    shapes.add_option(sub, "why")
    sub.set_defaults(run=_why)


def _why(options: argparse.Namespace) -> int:
    from redline import project
    from redline.cli import reasons, show, style
    from redline.curate import provenance

    here = project.find()
    found = provenance.provenance(here, options.doc, options.span)
    if options.json:
        show.as_json(provenance.as_value(found))
    else:
        print("\n".join(reasons.lines(found, here.taxonomy(), style.Style(sys.stdout))))
    return 0
