"""Models of relations in a run of training: their scores end to end in bare text, with those given gold spans."""

from pathlib import Path

import msgspec

from redline.core.predictions import blank
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.measure import evaluate
from redline.model import training
from redline.model.pair_task import best_of_layers, holds
from redline.model.training import Data

GOLD, PREDICTED = "gold spans", "predicted spans"
"""What a model of relations gets in addition to the text."""


def scored(made: Artefact, data: Data, taxonomy: Taxonomy, out: Path) -> Artefact:
    """A model of relations with its scores on test between the spans that the best model of each layer below `out` finds.

    A relation is right only where both its spans are.
    """
    assert made.outcome is not None
    folder, best = out / made.model / made.task, best_of_layers(taxonomy, out)
    found = [blank(record) for record in data.test]
    for path in best.values():
        found = artefact.load(path, taxonomy)[0].predict(found)
    labelled = artefact.load(folder, taxonomy)[0].predict(found)
    of = {"model": made.model, "split": training.TEST, "given": PREDICTED, "holds": holds([folder, *best.values()])}
    rows = evaluate.task_rows(made.of(taxonomy), [evaluate.beside(data.test, labelled)], taxonomy, training.BOOTSTRAP)
    scores = [*made.outcome.scores, *(msgspec.structs.replace(row, **of).plain() for row in rows)]
    return artefact.finish(folder, msgspec.structs.replace(made.outcome, scores=scores))
