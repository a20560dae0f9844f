"""Rules on consistency: labels that a split does not have, names with an unusual label, mentions and layers that were forgotten."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from redline.core.corpus import SPLITS, Corpus
from redline.core.diagnostic import Place, Problem, Severity
from redline.core.document import Document, Record, Span
from redline.core.edges import cuts_word, in_compound
from redline.core.taxonomy import Taxonomy
from redline.rules.corpus import SPLIT
from redline.rules.registry import UNREAD, Scope, rule

BOTH = 2
"""Raters who find nothing in a layer, so that it is empty and not forgotten."""


@rule("RL607", Severity.WARNING, scope=Scope.CORPUS, presumes=("RL613", *UNREAD), words=False)
def label_missing_from_split(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A label that gold uses is in every split in which its layer is annotated.

    Wrong: EVENT in train and validation only
    Right: EVENT in train, validation and test
    """
    counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    done: set[tuple[str, str]] = set()
    for split in SPLITS:
        for record in (record for document in corpus.split(split) for record in document.records):
            counts[split].update(span.label for span in record.spans)
            done |= {(split, layer) for layer in record.meta.layers if record.annotated(layer)}
    for label, layer in taxonomy.layer_of_label.items():
        for split in SPLITS:
            if (split, layer) in done and not counts[split][label] and any(other[label] for other in counts.values()):
                yield Problem(f"{split} has no {label}", Place(file=SPLIT), "add documents with it", f"{label} {split}")


@rule("RL608", Severity.WARNING, scope=Scope.CORPUS)
def minority_reading(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A name has the same label everywhere, if it has that label in 80% of its mentions or more.

    Wrong: `Orla` as GPE nine times and as LOC once
    Right: `Orla` as GPE ten times
    """
    readings: dict[str, Counter[str]] = defaultdict(Counter)
    for _, _, span in _names(corpus, taxonomy):
        readings[span.text][span.label] += 1
    for doc, index, span in _names(corpus, taxonomy):
        counts = readings[span.text]
        if len(counts) > 1 and counts.total() >= 5 and counts[span.label] <= counts.total() / 5:
            usual = max(counts, key=lambda label: counts[label])
            message = f"`{span.text}` is {span.label} here and {usual} {counts[usual]} times"
            place = Place(document=doc, record=index, bounds=span.bounds)
            yield Problem(message, place, f"label it {usual}, or waive it")


@rule("RL609", Severity.WARNING, scope=Scope.CORPUS)
def missed_mention(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A name that is labelled in a document is labelled each time it occurs there.

    Wrong: `[Orla] fell. Orla burns.`
    Right: `[Orla] fell. [Orla] burns.`
    """
    for doc, document in corpus.documents.items():
        forms = {
            (span.layer, span.text) for record in document.records for span in record.spans if (span.layer, span.label) in taxonomy.naming
        }
        for index, record in enumerate(document.records):
            for start, end in sorted({place for layer, form in forms for place in _unlabelled(record, layer, form)}):
                message = f"`{record.text[start:end]}` is labelled elsewhere in the document and not here"
                yield Problem(message, Place(document=doc, record=index, bounds=(start, end)), "label it, or waive it")


def _unlabelled(record: Record, layer: str, form: str) -> Iterator[tuple[int, int]]:
    """The places of `form` as whole words outside of compounds that no span of the layer overlaps."""
    start = record.text.find(form) if record.annotated(layer) else -1
    while start >= 0:
        end = start + len(form)
        whole = not (cuts_word(record.text, start) or cuts_word(record.text, end) or in_compound(record.text, start, end))
        if whole and not any(span.start < end and start < span.end for span in record.layer(layer)):
            yield start, end
        start = record.text.find(form, end)


@rule("RL610", Severity.WARNING, scope=Scope.CORPUS, words=False)
def empty_layer(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A layer that is done in a whole document has at least one span there, or two raters found none.

    Wrong: stance `done` in a speech, without a stance
    Right: stance `done`, with the stances of the speech
    """
    for doc, document in corpus.documents.items():
        for layer in taxonomy.layers.values():
            rated = sum(_empty(files[doc], layer.layer) for files in corpus.raters.values() if doc in files)
            if not layer.helper and _empty(document, layer.layer) and rated < BOTH:
                message = f"layer {layer.layer} is done and empty"
                yield Problem(message, Place(document=doc, record=0), "annotate it, or waive it", layer.layer)


def _empty(document: Document, layer: str) -> bool:
    """Whether a layer is done in the whole of a document, and has no span."""
    return all(record.annotated(layer) and not record.layer(layer) for record in document.records)


def _names(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[tuple[str, int, Span]]:
    """(document, record index, span) of every span that names an entity."""
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            for span in record.spans:
                if (span.layer, span.label) in taxonomy.naming:
                    yield doc, index, span
