"""Models of relations in a run of training: their scores end to end in bare text, with those given gold spans."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from redline.core.predictions import blank
from redline.core.task import LINK, Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.measure import evaluate
from redline.model import training
from redline.model.pair_task import best_of_layers, holds
from redline.model.training import Data

GOLD, PREDICTED = "gold spans", "predicted spans"
"""What a model of relations gets in addition to the text."""


def layers_of(data: Data) -> set[str]:
    """The layers of the spans of test."""
    return {span.layer for record in data.test for span in record.spans}


def unscored(pairs: Sequence[tuple[str, Task]], data: Data, taxonomy: Taxonomy, out: Path) -> Iterator[str]:
    """A line where models of relations have no scores between predicted spans, since no model of spans is below `out` or trained."""
    trained = {task.layer for _, task in pairs if task.shape == "spans"}
    if not data.test or trained & layers_of(data) or all(task.shape != LINK for _, task in pairs):
        return
    if not best_of_layers(taxonomy, out).keys() & layers_of(data):
        yield f"{out}: contains no model of these spans, so relations are scored on gold spans only; needed: a training without --shape"


def scored(made: Artefact, data: Data, taxonomy: Taxonomy, out: Path) -> Artefact:
    """A model of relations with its scores on test between the spans that the best model of each layer below `out` finds.

    A relation is right only where both its spans are. There are no such scores if no model finds spans of test.
    """
    assert made.outcome is not None
    folder, best = out / made.model / made.task, best_of_layers(taxonomy, out)
    if not best.keys() & layers_of(data):
        return made
    found = [blank(record) for record in data.test]
    for path in best.values():
        found = artefact.load(path, taxonomy)[0].predict(found)
    labelled = artefact.load(folder, taxonomy)[0].predict(found)
    of = {"model": made.model, "split": training.TEST, "given": PREDICTED, "holds": holds([folder, *best.values()])}
    rows = evaluate.task_rows(made.of(taxonomy), [evaluate.beside(data.test, labelled)], taxonomy, training.BOOTSTRAP)
    scores = [*made.outcome.scores, *(msgspec.structs.replace(row, **of).plain() for row in rows)]
    return artefact.finish(folder, msgspec.structs.replace(made.outcome, scores=scores))
