"""The content of documents: how many sentences, words and spans, and how many sentences of a class have a cue."""

import re
from collections import Counter
from collections.abc import Iterable

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


def corpus_counts(documents: Iterable[Document], taxonomy: Taxonomy) -> CorpusCounts:
    """The counts of documents, one by one; labels in the order of the scheme, none left out."""
    counts, spans, origins = CorpusCounts(), Counter[str](), Counter[str]()
    for document in documents:
        counts.documents += 1
        for record in document.records:
            _add(counts, record, taxonomy)
            spans.update([span.label for span in record.spans])
            origins.update([span.origin.how for span in record.spans if span.origin])
    counts.labels = {label: spans[label] for label in taxonomy.layer_of_label}
    counts.origins = dict(sorted(origins.items()))
    return counts


def _add(counts: CorpusCounts, record: Record, taxonomy: Taxonomy) -> None:
    """Adds a passage with its sentences and words."""
    positive, cued = _positive(record, taxonomy)
    counts.passages += 1
    counts.sentences += len(record.sentences)
    counts.words += len(_word.findall(record.text))
    counts.positive += positive
    counts.cued += cued


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
