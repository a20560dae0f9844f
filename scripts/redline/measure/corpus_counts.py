"""The content of documents: how many sentences, words and spans, and how many sentences of a class have a cue."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from redline.core.document import Document, Record
from redline.core.examples import sentence_classes
from redline.core.taxonomy import Taxonomy

_word = re.compile(r"\w+(?:[’'-]\w+)*")


class CorpusCounts(Struct):
    """Counts of some documents: `cued` of `positive` sentences of the tasks with one class hold a cue of the task's
    layer; `origins` are how spans were found, where they say it.
    """

    documents: int = 0
    passages: int = 0
    sentences: int = 0
    words: int = 0
    positive: int = 0
    cued: int = 0
    labels: dict[str, int] = {}
    origins: dict[str, int] = {}


def corpus_counts(documents: Sequence[Document], taxonomy: Taxonomy) -> CorpusCounts:
    """The counts of documents; labels in the order of the scheme, none left out."""
    held = [record for document in documents for record in document.records]
    spans = Counter(span.label for record in held for span in record.spans)
    positive = [_positive(record, taxonomy) for record in held]
    return CorpusCounts(
        len(documents),
        len(held),
        sum(len(record.sentences) for record in held),
        sum(len(_word.findall(record.text)) for record in held),
        sum(count for count, _ in positive),
        sum(cued for _, cued in positive),
        {label: spans[label] for label in taxonomy.layer_of_label},
        dict(sorted(Counter(span.origin.how for record in held for span in record.spans if span.origin).items())),
    )


def _positive(record: Record, taxonomy: Taxonomy) -> tuple[int, int]:
    """How many sentences are of the one class of a sentence task, and how many of them hold a cue."""
    total = cued = 0
    for task in taxonomy.tasks.values():
        if task.unit == "sentence" and len(task.classes) == 1 and not task.among:
            layer = taxonomy.layers[task.layer]
            for (start, end), name in zip(record.sentences, sentence_classes(record, task, layer), strict=True):
                total += name != task.none
                cued += name != task.none and bool(layer.cue_bounds(record.text[start:end]))
    return total, cued
