"""Models of pairs in a run of training: what they learn from, and their scores among participants of three kinds.

The scores are given gold participants, given gold entities with predicted helper spans, and end to end in bare text.
"""

from pathlib import Path

import msgspec

from redline.core.predictions import blank
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.learn.baseline import HOLDS, Setup, kind_of
from redline.measure import evaluate
from redline.model import choice, participants, training
from redline.model.training import Data

GOLD, ENTITIES, PREDICTED = "gold participants", "gold entities", "predicted participants"
FEWEST = 3
"""Documents that are needed to predict the spans of each one by models of others."""


def learned(data: Data, taxonomy: Taxonomy, out: Path) -> Data:
    """The data with predicted helper spans in place of gold ones in train and validation, by the best models below `out`."""
    kinds, models = {}, {}
    enough = len({record.meta.doc for record in data.train}) >= FEWEST
    for layer, folder in best_of_layers(taxonomy, out).items():
        if layer in taxonomy.helpers and enough:
            models[layer], made = artefact.load(folder, taxonomy)
            kinds[layer] = (made.kind, Setup(taxonomy.task(made.task), taxonomy, made.settings, made.seed))
    train = participants.learned(data.train, kinds, taxonomy.helpers) if kinds else participants.predicted(data.train, {}, taxonomy.helpers)
    guesses = participants.predicted(data.validation, models, taxonomy.helpers)
    validation = [participants.with_relations(*both, taxonomy.helpers) for both in zip(data.validation, guesses, strict=True)]
    return Data(train, validation, data.test)


def scored(made: Artefact, data: Data, taxonomy: Taxonomy, out: Path) -> Artefact:
    """A model of pairs with its scores on test given gold entities, and end to end, with those given gold participants."""
    assert made.outcome is not None
    folder, best = out / made.model / made.task, best_of_layers(taxonomy, out)
    models = {layer: artefact.load(path, taxonomy)[0] for layer, path in best.items()}
    helpers = {layer: model for layer, model in models.items() if layer in taxonomy.helpers}
    rows = [row | {"given": GOLD} for row in made.outcome.scores]
    for given, found in (
        (ENTITIES, participants.predicted(data.test, helpers, taxonomy.helpers)),
        (PREDICTED, participants.predicted([blank(record) for record in data.test], models, list(models))),
    ):
        used = [path for layer, path in best.items() if given == PREDICTED or layer in helpers]
        labelled = artefact.load(folder, taxonomy)[0].predict(found)
        of = {"model": made.model, "split": "test", "given": given, "holds": holds([folder, *used])}
        scores = evaluate.task_rows(taxonomy.task(made.task), [evaluate.beside(data.test, labelled)], taxonomy, training.BOOTSTRAP)
        rows += [msgspec.structs.replace(row, **of).plain() for row in scores]
    return artefact.finish(folder, msgspec.structs.replace(made.outcome, scores=rows))


def best_of_layers(taxonomy: Taxonomy, out: Path) -> dict[str, Path]:
    """The folder of the best trained model of each layer of spans."""
    folders = {
        task.layer: [path for path in artefact.folders(out) if path.name == task.name]
        for task in taxonomy.tasks.values()
        if task.shape == "spans"
    }
    return {layer: choice.best(paths) for layer, paths in folders.items() if paths}


def holds(folders: list[Path]) -> str:
    """The weakest statement of the models of some folders."""
    return max((kind_of(artefact.read(folder).kind).holds for folder in folders), key=HOLDS.index)
