"""Roles by five-fold cross-validation over the open texts of train: the linear model and the nearest span.

    python bench/links.py [--end-to-end | --triples] [--real]

Events stay together; settings are chosen on validation; test is not looked at. With `--real`, the models learn from the open texts
of train and are scored on the real speeches with roles (corpus/roles); their texts must be there. The spans are gold or, with
`--end-to-end`, those that a CRF finds which did not learn from the scored texts either. `plain` is the linear model without the
words of the child. The difference is to the nearest span, with a 95 % interval by a paired bootstrap over documents. `--triples`
prints instead how well the keys of the related spans identify who is for or against whom, also with gold relations.
"""

import sys
from collections.abc import Sequence

import msgspec

from redline.learn import processor

processor.pin()
from folds import folds  # noqa: E402

from redline import project as projects  # noqa: E402
from redline.core import corpus as corpora  # noqa: E402
from redline.core.document import Record  # noqa: E402
from redline.core.predictions import blank  # noqa: E402
from redline.core.task import LINK, Task  # noqa: E402
from redline.core.taxonomy import Taxonomy  # noqa: E402
from redline.learn import links  # noqa: E402
from redline.learn.baseline import Setup  # noqa: E402
from redline.measure import evaluate  # noqa: E402
from redline.model import train, training  # noqa: E402
from redline.model.training import BOOTSTRAP, Data  # noqa: E402

MODELS = {"nearest": "link_nearest", "plain": "link_linear", "linear": "link_linear"}
CRF = {"penalties": [[0.02, 0.02]], "iterations": 120}
WORDS = links._inside


def found(part: Data, taxonomy: Taxonomy) -> list[Record]:
    """The test records of a fold with the spans of every layer as CRFs find them that learned from its train."""
    records = [blank(record) for record in part.test]
    for task in (task for task in taxonomy.tasks.values() if task.shape == "spans"):
        records = training.fitted("crf", Setup(task, taxonomy, CRF, 1), part).predict(records)
    return records


def labelled(task: Task, taxonomy: Taxonomy, parts: Sequence[tuple[Data, list[Record]]], name: str) -> list[Record]:
    """The records of all folds as a model relates their spans."""
    settings = train.configurations(projects.find())[MODELS[name]].settings
    links._inside = WORDS if name == "linear" else lambda _: []  # type: ignore[assignment]
    made = []
    for part, records in parts:
        made += training.fitted(MODELS[name], Setup(task, taxonomy, settings, 1), part.of(task)).predict(records)
    return made


def with_actors(record: Record, task: Task, taxonomy: Taxonomy) -> Record:
    """The record; its spans of the layer have the keys of the related spans as their actors."""
    spans = []
    for span in record.spans:
        values = dict(span.attributes)
        for attribute in (taxonomy.layers[task.layer].by_attribute[name] for name in task.actors or () if span.layer == task.layer):
            related = [one.child_id for one in record.relations if (one.head_id, one.label) == (span.id, attribute.relation)]
            keys = [str(key) for name in related if (key := record.by_id[name].attributes.get("entity"))]
            values[attribute.name] = tuple(keys) if attribute.type == "entities" else next(iter(keys), None)
        spans.append(msgspec.structs.replace(span, attributes=values))
    return msgspec.structs.replace(record, spans=tuple(spans))


def triples(gold: list[Record], made: dict[str, list[Record]], layer: str, taxonomy: Taxonomy) -> None:
    """Prints the F1 of the triples of a layer that follow from relations."""
    for task in (task for task in taxonomy.tasks.values() if (task.shape, task.layer) == ("triples", layer)):
        for name, records in {"gold": gold, **made}.items():
            guess = [with_actors(record, task, taxonomy) for record in records]
            row = evaluate.task_rows(task, [evaluate.beside(gold, guess)], taxonomy, BOOTSTRAP)[0]
            print(f"{task.name}, relations of {name:<8} {row.score.metric} {row.score!s:<22} {row.score.gold:>4} {row.score.guessed:>4}")


def main() -> None:
    """Prints a line for each model, task and relation."""
    here = projects.find()
    corpus = projects.load(here)
    taxonomy, data = here.taxonomy(), train.data_of(corpus)
    whole = "--end-to-end" in sys.argv
    if "--real" in sys.argv:
        speeches = sorted({path.stem for path in (here.corpus / "roles").glob("*/*.jsonl")})
        cut = [Data(data.train, data.validation, corpora.records(corpus.documents[doc] for doc in speeches))]
    else:
        cut = [Data(learned, data.validation, held_out) for learned, held_out in folds(data)]
    parts = [(part, found(part, taxonomy) if whole else part.test) for part in cut]
    gold = [record for part, _ in parts for record in part.test]
    for task in (task for task in taxonomy.tasks.values() if task.shape == LINK):
        made = {name: labelled(task, taxonomy, parts, name) for name in MODELS}
        if "--triples" in sys.argv:
            triples(gold, made, task.layer, taxonomy)
            continue
        print(f"{task.name}, {'predicted' if whole else 'gold'} spans: {task.metric}, in gold, guessed, difference to the nearest span")
        for name, related in made.items():
            pairs = [evaluate.beside(gold, one) for one in (related, made["nearest"])]
            for row in evaluate.task_rows(task, pairs, taxonomy, BOOTSTRAP):
                if row.score.metric == task.metric:
                    more = row.difference
                    shown = f"{more.value:+.3f} [{more.low:.3f}, {more.high:.3f}]" if more and more.low is not None else ""
                    print(f"  {name:<8} {row.label or 'all':<12} {row.score!s:<22} {row.score.gold:>4} {row.score.guessed:>4}  {shown}")


if __name__ == "__main__":
    main()
