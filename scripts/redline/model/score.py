"""Record files against gold: passages are joined, and the official scorer does the rest."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from redline.core.corpus import records
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.predictions import blank
from redline.core.taxonomy import Taxonomy
from redline.curate import convert
from redline.measure.evaluate import Scored, evaluate
from redline.measure.score import Bootstrap


class Side(Struct, frozen=True):
    """A system: its file, its passages beside those of gold by document, and what is odd about them."""

    path: Path
    pairs: list[list[tuple[Record, Record]]]
    notes: list[str]


def scored(gold: Path, guess: Path, versus: Path | None, layer: str | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Scored:
    """Every figure of the layers that gold has annotated, totals first within a layer and way of matching.

    Passages are joined by document and number or, where the files share none, by their text. A passage that the guesses
    lack counts as one without spans; one that gold lacks counts for nothing. Raises RedlineError when the texts of a
    passage differ, the files share no passage, or no layer is annotated.
    """
    if layer is not None and layer not in taxonomy.layers:
        raise RedlineError(f"unknown layer `{layer}`; there are {', '.join(taxonomy.layers)}")
    reading = layer or next(iter(taxonomy.layers))
    truth = records(convert.read_any(gold, reading, taxonomy))
    if not truth:
        raise RedlineError(f"{gold}: holds no record; needed: gold to score against")
    sides = [_side(truth, gold, path, reading, taxonomy) for path in (guess, versus) if path]
    layers = [name for name in taxonomy.layers if layer in (None, name) and any(record.annotated(name) for record in truth)]
    if not layers:
        raise RedlineError(f"{gold}: has no layer annotated{f' as {layer}' if layer else ''}; needed: records with meta.layers")
    found = evaluate([side.pairs for side in sides], layers, taxonomy, bootstrap)
    notes = [note for side in sides for note in (*side.notes, *_strangers(gold, side, layers, taxonomy))]
    return Scored(found.rows, found.bins, [*notes, *found.notes])


def _side(truth: list[Record], gold: Path, guess: Path, layer: str, taxonomy: Taxonomy) -> Side:
    """The passages of gold beside those of the guesses, by document."""
    read = records(convert.read_any(guess, layer, taxonomy))
    keys, found = _keys(truth, read)
    if len(found) < len(read):
        raise RedlineError(f"{guess}: has {len(read)} records for {len(found)} passages; needed: one a passage")
    documents: dict[str, list[tuple[Record, Record]]] = {}
    missing = 0
    for record, key in zip(truth, keys, strict=True):
        other = found.pop(key, None)
        missing += other is None
        if other is not None and other.text != record.text:
            place = f"passage {record.meta.passage} of {record.meta.doc}"
            raise RedlineError(f"{guess}: {place} has another text than in {gold}; needed: the same texts")
        documents.setdefault(record.meta.doc, []).append((record, other or blank(record)))
    if missing == len(truth):
        raise RedlineError(f"{guess}: shares no passage with {gold}, neither by document nor by text; needed: guesses for its texts")
    notes = [f"{guess}: lacks {missing} of {len(truth)} passages of {gold}; they count as passages without spans"] if missing else []
    notes += [f"{guess}: has {len(found)} passages that {gold} lacks; they count for nothing"] if found else []
    return Side(guess, list(documents.values()), notes)


Key = tuple[str, int]


def _keys(truth: list[Record], read: list[Record]) -> tuple[list[Key], dict[Key, Record]]:
    """What joins the passages: document and number, or where none are shared the text and which of its like it is."""
    keys = [(record.meta.doc, record.meta.passage) for record in truth]
    found = {(record.meta.doc, record.meta.passage): record for record in read}
    if found.keys() & set(keys):
        return keys, found
    return _by_text(truth), dict(zip(_by_text(read), read, strict=True))


def _by_text(held: list[Record]) -> list[Key]:
    seen: dict[str, int] = {}
    keys = []
    for record in held:
        seen[record.text] = seen.get(record.text, 0) + 1
        keys.append((record.text, seen[record.text]))
    return keys


def _strangers(gold: Path, side: Side, layers: Sequence[str], taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each layer with labels that are neither in gold nor in the scheme: they can only be wrong."""
    for layer in layers:
        known, given = (
            {span.label for document in side.pairs for pair in document for span in pair[index].layer(layer)} for index in (0, 1)
        )
        strange = sorted(given - known - set(taxonomy.layers[layer].by_label))
        if strange:
            listed = ", ".join(f"`{label}`" for label in strange)
            yield f"{side.path}: {listed} of {layer} stands neither in {gold} nor in the scheme; each such span counts as wrong"
