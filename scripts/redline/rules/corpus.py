"""Rules on the splits, the raters and the corpus as a whole."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from redline.core.corpus import SPLITS, Corpus
from redline.core.diagnostic import Fault, Severity
from redline.core.document import Document, Record, Span
from redline.core.sentences import cuts_word
from redline.core.similarity import alike, runs
from redline.core.taxonomy import Taxonomy
from redline.rules.book import Scope, rule
from redline.rules.file import object_faults
from redline.rules.spans import in_compound

SPLIT = "splits.json"


@rule("RL601", scope=Scope.CORPUS)
def document_without_split(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """Each gold document is in one split, and splits name gold documents only.

    Wrong: a gold document that splits.json lacks
    Right: each gold document as train, dev or test
    """
    for doc in corpus.documents:
        if doc not in corpus.splits:
            yield Fault(f"document `{doc}` is in no split", hint="run redline split", file=SPLIT)
    for doc, split in corpus.splits.items():
        if doc not in corpus.documents:
            yield Fault(f"there is no gold document `{doc}`", hint="remove it", file=SPLIT)
        if split not in SPLITS:
            yield Fault(f"document `{doc}` is in split `{split}`", hint=f"use one of {', '.join(SPLITS)}", file=SPLIT)


@rule("RL602", scope=Scope.CORPUS)
def event_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """All documents of an event are in one split.

    Wrong: a report on an event in train and another in test
    Right: both in train
    """
    places: dict[str, set[str]] = defaultdict(set)
    for doc, split in corpus.splits.items():
        if doc in corpus.sources:
            places[corpus.sources[doc].seed.event].add(split)
    for event, found in sorted(places.items()):
        if len(found) > 1:
            yield Fault(
                f"event `{event}` is in {' and '.join(sorted(found))}",
                hint="put its documents in one split",
                file=SPLIT,
            )


@rule("RL603", scope=Scope.CORPUS)
def gold_without_seed(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """Each gold document has a seed.

    Wrong: `gold/x.jsonl` without `seeds/x.json`
    Right: both
    """
    for doc in corpus.documents:
        if doc not in corpus.sources:
            yield Fault(f"document `{doc}` has no seed", hint=f"ingest its text as `{doc}`", file=f"gold/{doc}.jsonl")


@rule("RL604", Severity.WARNING, scope=Scope.CORPUS)
def gold_without_raters(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """Each gold document rests on the files of two raters or more.

    Wrong: a gold document that one rater has rated
    Right: a gold document with the files of two raters
    """
    for doc in corpus.documents:
        count = sum(doc in files for files in corpus.raters.values())
        if count < 2:
            yield Fault(
                f"document `{doc}` has {count} rater files",
                hint="have it rated twice, independently",
                file=f"gold/{doc}.jsonl",
            )


@rule("RL605", Severity.WARNING, scope=Scope.CORPUS)
def near_duplicate(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """No two documents of a split share a tenth of their five-word runs.

    Wrong: two reports that are one agency's text with other headlines
    Right: two reports written apart
    """
    for one, other, index in _alike(corpus):
        if corpus.splits.get(one) == corpus.splits.get(other):
            message = f"`{one}` and `{other}` share {index:.0%} of their five-word runs"
            yield Fault(message, hint="remove one of them", file=f"gold/{other}.jsonl", about=one)


@rule("RL606", scope=Scope.CORPUS)
def leak_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """No two documents of different splits share a tenth of their five-word runs.

    Wrong: a text in train and a copy with other names in test
    Right: both in train, or one of them gone
    """
    for one, other, index in _alike(corpus):
        if corpus.splits.get(one) != corpus.splits.get(other):
            message = f"`{one}` and `{other}` are in different splits and share {index:.0%} of their five-word runs"
            yield Fault(message, hint="put both in one split, or remove one", file=SPLIT, about=f"{one} {other}")


def _alike(corpus: Corpus) -> list[tuple[str, str, float]]:
    return alike({doc: "\n".join(record.text for record in document.records) for doc, document in corpus.documents.items()})


@rule("RL607", Severity.WARNING, scope=Scope.CORPUS)
def label_missing_from_split(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """A label that gold uses stands in every split that has its layer annotated.

    Wrong: EVENT in train and dev alone
    Right: EVENT in train, dev and test
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
                yield Fault(f"{label} stands nowhere in {split}", hint="add documents with it", file=SPLIT, about=f"{label} {split}")


@rule("RL608", Severity.WARNING, scope=Scope.CORPUS)
def minority_reading(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """A name that has one label nearly everywhere has it everywhere, or a waiver says why not.

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
            yield Fault(message, span, f"label it {usual}, or waive it", record=index, file=f"gold/{doc}.jsonl")


@rule("RL609", Severity.WARNING, scope=Scope.CORPUS)
def missed_mention(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """A name that is labelled in a document is labelled wherever it stands there.

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
                yield Fault(message, (start, end), "label it, or waive it", record=index, file=f"gold/{doc}.jsonl")


def _unlabelled(record: Record, layer: str, form: str) -> Iterator[tuple[int, int]]:
    """Where `form` stands as whole words that no span of the layer touches and no compound holds."""
    start = record.text.find(form) if record.annotated(layer) else -1
    while start >= 0:
        end = start + len(form)
        whole = not (cuts_word(record.text, start) or cuts_word(record.text, end) or in_compound(record.text, start, end))
        if whole and not any(span.start < end and start < span.end for span in record.layer(layer)):
            yield start, end
        start = record.text.find(form, end)


@rule("RL610", Severity.WARNING, scope=Scope.CORPUS)
def empty_layer(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """A layer that is done in a whole document has a span there, or a waiver says that there is none.

    Wrong: stance `done` in a speech, without one stance
    Right: stance `done`, with the stances of the speech
    """
    for doc, document in corpus.documents.items():
        for layer in taxonomy.layers.values():
            done = not layer.helper and all(record.annotated(layer.layer) for record in document.records)
            if done and not any(record.layer(layer.layer) for record in document.records):
                message = f"layer {layer.layer} is done and empty"
                yield Fault(message, hint="annotate it, or waive it", record=0, file=f"gold/{doc}.jsonl", about=layer.layer)


@rule("RL611", scope=Scope.CORPUS)
def rater_text_differs(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """A rater's file has the passages of the gold document.

    Wrong: a rater's file of the text before it was corrected
    Right: a rater's file with gold's texts
    """
    for rater, files in corpus.raters.items():
        for doc, document in files.items():
            gold = corpus.documents.get(doc)
            if gold and _texts(gold) != _texts(document):
                line = next((n for n, (a, b) in enumerate(zip(_texts(gold), _texts(document), strict=False), 1) if a != b), 1)
                yield Fault(
                    f"the text is not that of gold `{doc}`", hint="run redline reanchor", line=line, file=f"raters/{rater}/{doc}.jsonl"
                )


def _texts(document: Document) -> list[str]:
    return [record.text for record in document.records]


@rule("RL612", Severity.WARNING, scope=Scope.CORPUS)
def rater_undescribed(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """Each rater with files is described in raters.json.

    Wrong: a folder `raters/r9` that raters.json does not know
    Right: an entry `r9` with kind, guideline version and date
    """
    for rater in corpus.raters:
        if rater not in corpus.described:
            yield Fault(f"rater `{rater}` is not described", hint="add kind, guidelines and date", file="raters/raters.json", about=rater)


@rule("RL613", scope=Scope.SPLITS)
def splits_shape(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """splits.json is one object of document and split, and names no document twice.

    Wrong: `{"a": "train", "a": "test"}`
    Right: `{"a": "train"}`
    """
    yield from object_faults(data, "splits")


@rule("RL614", scope=Scope.CORPUS)
def contrast_edit(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """A contrast pair is two passages that differ in one short stretch, and with it in their act labels.

    Wrong: a pair whose second text is another story, or whose labels are alike
    Right: `They will shell the port.` beside `They did not say they will shell the port.`
    """
    for name, records in corpus.contrast.items():
        pairs: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for line, record in enumerate(records, 1):
            pairs[record.meta.doc].append((line, record))
        for pair, held in pairs.items():
            fault = _pair_fault([record for _, record in held], taxonomy)
            if fault:
                yield Fault(
                    f"pair `{pair}` {fault}",
                    hint="make it one small edit that turns the act",
                    line=held[-1][0],
                    file=f"contrast/{name}.jsonl",
                )


EDIT = 8


def _pair_fault(records: list[Record], taxonomy: Taxonomy) -> str:
    if len(records) != 2:
        return f"has {len(records)} passages"
    one, other = (record.text.split() for record in records)
    before = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest = zip(one[before:][::-1], other[before:][::-1], strict=False)
    after = next((n for n, (a, b) in enumerate(rest) if a != b), min(len(one), len(other)) - before)
    edit = max(len(one), len(other)) - before - after
    if edit > EDIT:
        return f"differs in {edit} words, more than {EDIT}"
    acts = [sorted(s.label for layer in taxonomy.layers.values() for s in r.layer(layer.layer) if s.label in layer.acts) for r in records]
    return "has the same acts on both sides" if acts[0] == acts[1] else ""


@rule("RL615", scope=Scope.CORPUS)
def contrast_leak(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """A contrast passage shares no run of eight words with a training document.

    Wrong: a pair made from a sentence of train
    Right: a pair made from a sentence of its own
    """
    if not corpus.contrast:
        return
    train: set[int] = set()
    for document in corpus.split("train"):
        train |= {run for record in document.records for run in runs(record.text, EDIT)}
    for name, records in corpus.contrast.items():
        for line, record in enumerate(records, 1):
            if len(record.text.split()) >= EDIT and runs(record.text, EDIT) & train:
                message = f"pair `{record.meta.doc}` shares eight words with a training document"
                yield Fault(message, hint="write it anew", line=line, file=f"contrast/{name}.jsonl", about=record.meta.doc)


def _names(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[tuple[str, int, Span]]:
    """(document, record index, span) of every span that names an entity."""
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            for span in record.spans:
                if (span.layer, span.label) in taxonomy.naming:
                    yield doc, index, span
