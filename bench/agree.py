"""How fast agreement is: three raters by 1,000 documents, every figure of `redline agree`."""

import random
import time

import msgspec
from synthetic import documents

from redline.core import taxonomy as taxonomies
from redline.core.document import Document, Record
from redline.core.rated import Raters
from redline.core.taxonomy import Taxonomy
from redline.measure import agreement, class_agreement
from redline.measure.figures import figures
from redline.measure.score import Bootstrap

DOCUMENTS, RATERS = 1000, 3
BOOT = Bootstrap(1000, 1)


def careless(record: Record, rng: random.Random) -> Record:
    """The record without a twelfth of its spans, and without the relations that they had."""
    spans = tuple(span for span in record.spans if rng.random() > 1 / 12)
    kept = {span.id for span in spans}
    relations = tuple(relation for relation in record.relations if {relation.head_id, relation.child_id} <= kept)
    return msgspec.structs.replace(record, spans=spans, relations=relations)


def all_figures(raters: Raters, taxonomy: Taxonomy) -> None:
    """Everything that `redline agree --kappa` prints."""
    list(figures(raters, taxonomy, BOOT))
    for task in (task for task in taxonomy.tasks.values() if task.unit == "sentence"):
        list(class_agreement.kappas(raters, task, taxonomy, BOOT))
    agreement.by_document(raters, taxonomy)


def main() -> None:
    """Prints the seconds."""
    taxonomy, rng = taxonomies.load(), random.Random(1)
    held = [document for document, _ in zip(documents(100 * DOCUMENTS), range(DOCUMENTS), strict=False)]
    raters = {
        f"r{number}": {d.id: Document(d.id, tuple(careless(record, rng) for record in d.records)) for d in held} for number in range(RATERS)
    }
    spans = sum(len(record.spans) for document in held for record in document.records)
    begun = time.perf_counter()
    all_figures(raters, taxonomy)
    took = time.perf_counter() - begun
    print(f"{RATERS} raters by {DOCUMENTS} documents, {spans} spans: every figure in {took:.2f} s")


if __name__ == "__main__":
    main()
