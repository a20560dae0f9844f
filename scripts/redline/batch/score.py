"""The official scorer: the span tasks of two record files, passage by passage."""

from pathlib import Path

from redline.batch import convert
from redline.core.corpus import records
from redline.core.diagnostic import RedlineError
from redline.core.document import Record, Span
from redline.core.taxonomy import Taxonomy
from redline.measure import tasks
from redline.measure.score import Bootstrap


def rows(gold: Path, guess: Path, layer: str | None, taxonomy: Taxonomy, bootstrap: Bootstrap) -> list[tuple[str, tasks.Row]]:
    """(layer, score) of each span task whose layer gold has annotated.

    A passage that the guesses lack counts as one without spans; one that gold lacks counts for nothing. Raises
    RedlineError when the texts of a passage differ or no layer is annotated.
    """
    truth = records(convert.read_any(gold, layer or next(iter(taxonomy.layers)), taxonomy))
    found = {_key(r): r for r in records(convert.read_any(guess, layer or next(iter(taxonomy.layers)), taxonomy))}
    held = [_spans(record, found.get(_key(record)), gold, guess) for record in truth]
    result: list[tuple[str, tasks.Row]] = []
    for task in taxonomy.tasks.values():
        if task.shape == "spans" and layer in (None, task.layer) and any(record.annotated(task.layer) for record in truth):
            guesses = [[span for span in spans if span.layer == task.layer] for spans in held]
            result += [(task.layer, row) for row in tasks.rows(task, truth, guesses, taxonomy, bootstrap)]
    if not result:
        raise RedlineError(f"{gold}: has no layer annotated{f' as {layer}' if layer else ''}; needed: records with meta.layers")
    return result


def _key(record: Record) -> tuple[str, int]:
    return record.meta.doc, record.meta.passage


def _spans(truth: Record, found: Record | None, gold: Path, guess: Path) -> tuple[Span, ...]:
    if found is None:
        return ()
    if found.text != truth.text:
        raise RedlineError(
            f"{guess}: passage {truth.meta.passage} of {truth.meta.doc} has another text than in {gold}; needed: the same texts"
        )
    return found.spans
