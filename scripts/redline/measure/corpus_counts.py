"""The content of documents: how many sentences, words and spans, and how many sentences of a class have a cue."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from redline.core.document import Bounds, Document, Record
from redline.core.examples import sentence_classes
from redline.core.layer import Layer
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy


class CorpusCounts(Struct):
    """Counts of some documents. Words are separated by white space.

    `positive` is the number of sentences of the class, for each task of sentences with one class; `cued` is how many of them contain
    a cue, for each task of a layer with cues. `origins` counts spans by how they were found.
    """

    documents: int = 0
    passages: int = 0
    sentences: int = 0
    words: int = 0
    positive: dict[str, int] = {}
    cued: dict[str, int] = {}
    labels: dict[str, int] = {}
    origins: dict[str, int] = {}


def corpus_counts(documents: Iterable[Document], taxonomy: Taxonomy) -> CorpusCounts:
    """The counts of documents, one by one; labels in the order of the scheme, none left out."""
    counts, spans, origins = _empty(taxonomy), Counter[str](), Counter[str]()
    for document in documents:
        counts.documents += 1
        for record in document.records:
            _add(counts, record, taxonomy)
            spans.update([span.label for span in record.spans])
            origins.update([span.origin.how for span in record.spans if span.origin])
    counts.labels = {label: spans[label] for label in taxonomy.layer_of_label}
    counts.origins = dict(sorted(origins.items()))
    return counts


def _empty(taxonomy: Taxonomy) -> CorpusCounts:
    """The counts of no document: of each task with one class, among all sentences."""
    tasks = [task for task in taxonomy.tasks.values() if task.unit == "sentence" and len(task.classes) == 1 and not task.among]
    cued = [task for task in tasks if taxonomy.layers[task.layer].cues]
    return CorpusCounts(positive={task.name: 0 for task in tasks}, cued={task.name: 0 for task in cued})


def _add(counts: CorpusCounts, record: Record, taxonomy: Taxonomy) -> None:
    """Adds a passage with its sentences and words."""
    counts.passages += 1
    counts.sentences += len(record.sentences)
    counts.words += len(record.text.split())
    for name in counts.positive:
        task = taxonomy.tasks[name]
        layer = taxonomy.layers[task.layer]
        found = [record.text[start:end] for (start, end), one in _classes(record, task, layer) if one != task.none]
        counts.positive[name] += len(found)
        if name in counts.cued:
            counts.cued[name] += sum(bool(layer.cue_bounds(sentence)) for sentence in found)


def _classes(record: Record, task: Task, layer: Layer) -> Iterable[tuple[Bounds, str]]:
    """The bounds of each sentence, and its class."""
    return zip(record.sentences, sentence_classes(record, task, layer), strict=True)
