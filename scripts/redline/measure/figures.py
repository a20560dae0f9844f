"""All figures of agreement between raters, in the order in which they are printed."""

from collections.abc import Iterator

from redline.core.rated import Raters
from redline.core.taxonomy import Taxonomy
from redline.measure.agreement import Figure, relation_agreement, span_agreement, unitizing_agreement
from redline.measure.class_agreement import sentence_agreement
from redline.measure.pair_agreement import pair_agreement, triple_agreement
from redline.measure.score import Bootstrap
from redline.measure.value_agreement import attribute_agreement


def figures(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Spans, unitizing, relations, pairs, classes of sentences, and values of matched spans."""
    for kind in (span_agreement, unitizing_agreement, relation_agreement):
        yield from kind(raters, taxonomy, bootstrap)
    for task in taxonomy.tasks.values():
        if task.unit == "pair":
            yield from pair_agreement(raters, task, taxonomy, bootstrap)
        elif task.shape == "triples":
            yield from triple_agreement(raters, task, taxonomy, bootstrap)
        elif task.unit == "sentence":
            yield from sentence_agreement(raters, task, taxonomy, bootstrap)
    yield from attribute_agreement(raters, taxonomy, bootstrap)
