"""The official scorer: the spans and relations of record files against gold, passage by passage."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.batch import convert
from redline.core.corpus import records
from redline.core.diagnostic import RedlineError
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.measure.counts import MATCHES, UNTYPED, Pairs, Table, labels_of, relation_table, span_table
from redline.measure.score import Bootstrap, Difference, Floats, Score, compared, f1, macro, micro, scored

Statistic = Callable[[Floats], Floats]


class Row(Struct, frozen=True):
    """One figure: of a layer, a label or relation of it (None: all), with the difference to a second system if there is one."""

    layer: str
    label: str | None
    score: Score
    difference: Difference | None = None


def rows(gold: Path, guess: Path, versus: Path | None, layer: str | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> list[Row]:
    """Every figure of the layers that gold has annotated, totals first within a layer and way of matching.

    A passage that the guesses lack counts as one without spans; one that gold lacks counts for nothing. Raises
    RedlineError when the texts of a passage differ or no layer is annotated.
    """
    if layer is not None and layer not in taxonomy.layers:
        raise RedlineError(f"unknown layer `{layer}`; there are {', '.join(taxonomy.layers)}")
    reading = layer or next(iter(taxonomy.layers))
    truth = records(convert.read_any(gold, reading, taxonomy))
    one = _paired(truth, gold, guess, reading, taxonomy)
    other = _paired(truth, gold, versus, reading, taxonomy) if versus else None
    layers = [name for name in taxonomy.layers if layer in (None, name) and any(record.annotated(name) for record in truth)]
    if not layers:
        raise RedlineError(f"{gold}: has no layer annotated{f' as {layer}' if layer else ''}; needed: records with meta.layers")
    return [row for name in layers for row in _layer(name, one, other, taxonomy, bootstrap)]


def _paired(truth: list[Record], gold: Path, guess: Path, layer: str, taxonomy: Taxonomy) -> list[list[tuple[Record, Record]]]:
    """The passages of gold beside those of the guesses, by document."""
    found = {_key(record): record for record in records(convert.read_any(guess, layer, taxonomy))}
    documents: dict[str, list[tuple[Record, Record]]] = {}
    for record in truth:
        other = found.get(_key(record)) or msgspec.structs.replace(record, spans=(), relations=())
        if other.text != record.text:
            place = f"passage {record.meta.passage} of {record.meta.doc}"
            raise RedlineError(f"{guess}: {place} has another text than in {gold}; needed: the same texts")
        documents.setdefault(record.meta.doc, []).append((record, other))
    return list(documents.values())


def _key(record: Record) -> tuple[str, int]:
    return record.meta.doc, record.meta.passage


def _layer(layer: str, one: Pairs, other: Pairs | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Row]:
    labels = labels_of(taxonomy, layer)
    held = [pair for pairs in (one, other or []) for document in pairs for pair in document]
    labels += sorted({span.label for pair in held for record in pair for span in record.layer(layer)} - set(labels))
    for match in (*MATCHES, UNTYPED):
        tables = [span_table(pairs, layer, labels, match) for pairs in (one, other) if pairs is not None]
        yield from _figures(tables, layer, [] if match == UNTYPED else labels, match, bootstrap)
    relations = [relation.name for relation in taxonomy.layers[layer].relations]
    if relations:
        tables = [relation_table(pairs, layer, relations) for pairs in (one, other) if pairs is not None]
        yield from _figures(tables, layer, relations, "relation", bootstrap)


def _figures(tables: list[Table], layer: str, labels: list[str], match: str, bootstrap: Bootstrap) -> Iterator[Row]:
    recipe = {"layer": layer, "match": match}
    yield _row(tables, layer, None, f"{match}_f1", micro, recipe | {"avg": "micro"}, bootstrap)
    if labels:
        yield _row(tables, layer, None, f"{match}_macro_f1", macro, recipe | {"avg": "macro"}, bootstrap)
    for index, label in enumerate(labels):
        columns = [table[:, index] for table in tables]
        yield _row(columns, layer, label, f"{match}_f1", f1, recipe | {"label": label}, bootstrap)


def _row(
    tables: list[Table], layer: str, label: str | None, metric: str, statistic: Statistic, recipe: dict[str, str], bootstrap: Bootstrap
) -> Row:
    score = scored(tables[0], metric, statistic, recipe, bootstrap)
    difference = compared(tables[0], tables[1], metric, statistic, recipe, bootstrap) if len(tables) > 1 else None
    return Row(layer, label, score, difference)
