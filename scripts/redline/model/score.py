"""Record files against gold: passages are joined, and the official scorer does the rest."""

import filecmp
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from redline import formats
from redline import project as projects
from redline.core.document import ACCEPT
from redline.core.errors import RedlineError
from redline.core.files import STANDARD
from redline.core.taxonomy import Taxonomy
from redline.formats.reading import Options, Reading, as_gold, stored
from redline.measure.chunks import Scored, evaluate
from redline.measure.counts import Pairs
from redline.measure.rows import Row
from redline.measure.score import Bootstrap
from redline.measure.text_classes import text_classes
from redline.model.join import Side, side


class Result(Scored, frozen=True, kw_only=True):
    """What scoring found, and the readings of the files."""

    readings: list[Reading]

    def row(self, metric: str, *, layer: str | None = None, task: str | None = None, label: str | None = None) -> Row:
        """The row of a metric: of all labels, or of one; the first one where layer or task leave several.

        Raises RedlineError when there is none.
        """
        for row in self.rows:
            if (row.score.metric, row.label) == (metric, label) and layer in (None, row.layer) and task in (None, row.task):
                return row
        known = ", ".join(dict.fromkeys(row.score.metric for row in self.rows))
        raise RedlineError(f"there is no such row of `{metric}`; the metrics are {known}")


def scored(gold: Path, guess: Path, versus: Path | None, layer: str | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Result:
    """Every figure of the layers that gold has annotated, totals first within a layer and way of matching, then of its classes.

    Gold is what was accepted in its file, and classes that were rejected; other rejected and ignored tasks are left out. Its layers
    that a model predicted count as annotated, with a note. A passage that the guesses omit counts as one without spans and
    predictions; one that gold omits does not count. Raises
    RedlineError when the texts of a passage differ, the files share no passage, or nothing is annotated.
    """
    reader = Options(taxonomy, layer, foreign=False, texts=projects.words(), together=True)
    truth, *systems = (stored(path, formats.items(path, reader), reader) for path in (gold, guess, versus) if path)
    return scored_readings(truth, systems, layer, taxonomy, bootstrap)


def scored_readings(truth: Reading, systems: Sequence[Reading], layer: str | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Result:
    """The same of what was read; with two systems each row has the difference of the first to the second."""
    gold = truth.path
    truth, trusted = as_gold(truth)
    if layer is not None and layer not in taxonomy.layers:
        raise RedlineError(f"unknown layer `{layer}`; there are {', '.join(taxonomy.layers)}")
    if not truth.summary.answers[ACCEPT] and not truth.summary.texts:
        raise RedlineError(f"{gold}: contains no accepted record; needed: gold to score against")
    sides = [side(truth, system) for system in systems]
    layers = [name for name in taxonomy.layers if layer in (None, name) and name in truth.layers]
    others = {name for system in systems for name in system.summary.asked} if truth.summary.single else set()
    classes, bins = text_classes([side.texts for side in sides], bootstrap, others=others) if layer is None else ([], {})
    if not layers and not classes:
        raise RedlineError(f"{gold}: has no layer annotated{f' as {layer}' if layer else ''}; needed: spans, classes, or --layer")
    found = evaluate([side.pairs for side in sides], layers, taxonomy, bootstrap)
    notes = [note for side in sides for note in (*side.notes, *_strangers(gold, side, layers, taxonomy))]
    notes += [note for system in systems if classes and not others for note in _other_classes(truth, system)]
    notes += [f"{one.path}: is the same as {gold}, so gold is compared with itself" for one in systems if _equal(gold, one.path)]
    return Result([*found.rows, *classes], found.bins | bins, [*trusted, *notes, *found.notes], readings=[truth, *systems])


def _equal(gold: Path, path: Path) -> bool:
    """Whether two paths are one file or folder, or files with the same bytes."""
    if STANDARD in (gold, path) or not (gold.is_file() and path.is_file()):
        return gold.resolve() == path.resolve()
    return filecmp.cmp(gold, path, shallow=False)


def _other_classes(gold: Reading, system: Reading) -> Iterator[str]:
    """A line when a system has classes that no text of gold was asked about."""
    asked, guessed = (set(reading.summary.asked) for reading in (gold, system))
    if guessed - asked:
        listed = ", ".join(f"`{name}`" for name in sorted(guessed - asked))
        yield f"{system.path}: gold has no answer for its classes {listed}; they are ignored"


def _strangers(gold: Path, side: Side, layers: Sequence[str], taxonomy: Taxonomy) -> Iterator[str]:
    """A line for each layer with labels that are neither in gold nor in the scheme: they can only be wrong."""
    known, guessed = _labels(side.pairs)
    for layer in layers:
        strange = sorted(guessed.get(layer, set()) - known.get(layer, set()) - set(taxonomy.layers[layer].by_label))
        if strange:
            listed = ", ".join(f"`{label}`" for label in strange)
            yield f"{side.path}: {listed} of {layer} is neither in {gold} nor in the scheme; each such span counts as wrong"


def _labels(pairs: Pairs) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The labels of gold and of the guesses by layer."""
    labels: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    for pair in chain.from_iterable(pairs):
        for record, of_side in zip(pair, labels, strict=True):
            for span in record.spans:
                of_side.setdefault(span.layer, set()).add(span.label)
    return labels
