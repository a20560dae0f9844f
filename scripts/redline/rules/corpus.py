"""Rules on the splits, the raters and the corpus as a whole."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from redline.core.corpus import SPLITS, Corpus
from redline.core.diagnostic import Place, Problem, Severity
from redline.core.document import Bounds, Document
from redline.core.rated import passages, rated
from redline.core.similarity import Likeness, alike
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import UNREAD, Scope, rule
from redline.rules.shape import object_problems

SPLIT = "splits.json"


@rule("RL601", scope=Scope.CORPUS, presumes=("RL613", *UNREAD), words=False)
def document_without_split(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each gold document is in one split, and splits.json lists only gold documents.

    Wrong: a gold document that is not in splits.json
    Right: each gold document as train, validation or test
    """
    place = Place(file=SPLIT)
    for doc in corpus.documents:
        if doc not in corpus.splits:
            yield Problem(f"document `{doc}` is in no split", place, "run redline split")
    for doc, split in corpus.splits.items():
        if doc not in corpus.documents:
            yield Problem(f"there is no gold document `{doc}`", place, "remove it")
        if split not in SPLITS:
            yield Problem(f"document `{doc}` is in the unknown split `{split}`", place, f"use one of {', '.join(SPLITS)}")


@rule("RL602", scope=Scope.CORPUS, presumes=("RL613",), words=False)
def event_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """All documents of an event are in one split.

    Wrong: a report on an event in train and another in test
    Right: both in train
    """
    splits: dict[str, set[str]] = defaultdict(set)
    for doc, split in corpus.splits.items():
        if doc in corpus.sources:
            splits[corpus.sources[doc].seed.event].add(split)
    for event, names in sorted(splits.items()):
        if len(names) > 1:
            yield Problem(f"event `{event}` is in {' and '.join(sorted(names))}", Place(file=SPLIT), "put its documents in one split")


@rule("RL603", scope=Scope.CORPUS, presumes=("RL205",), words=False)
def gold_without_seed(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each gold document has a seed.

    Wrong: `gold/x.jsonl` without `seeds/x.json`
    Right: both
    """
    for doc in corpus.documents:
        if doc not in corpus.sources:
            yield Problem(f"document `{doc}` has no seed", Place(document=doc), f"ingest its text as `{doc}`")


@rule("RL604", Severity.WARNING, scope=Scope.CORPUS, presumes=UNREAD, words=False)
def gold_without_raters(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Two or more raters annotated each layer of each passage of a gold document.

    Wrong: gold with the layer threat from only one of two raters
    Right: gold with layers from two raters
    """
    for doc, document in corpus.documents.items():
        readings = passages(corpus.raters, doc)
        layers = dict.fromkeys(name for record in document.records for name in record.meta.layers if record.annotated(name))
        for layer in layers:
            counts = [
                len(rated(readings[index], layer)) if index < len(readings) else 0
                for index, record in enumerate(document.records)
                if record.annotated(layer)
            ]
            if min(counts) < 2:
                few = sum(count < 2 for count in counts)
                message = f"layer {layer} of `{doc}` has {min(counts)} raters in {few} of {len(counts)} passages"
                hint = "let a second rater annotate the layer, or leave it out of gold"
                yield Problem(message, Place(document=doc), hint, layer)


@rule("RL605", Severity.WARNING, scope=Scope.CORPUS, presumes=("RL613",))
def near_duplicate(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Two documents of a split share less than 10% of their five-word runs, and less than 20% of those of the shorter one.

    Wrong: two reports with the same agency text and different headlines
    Right: two reports that were written independently
    """
    for pair in _alike(corpus):
        if corpus.splits.get(pair.one) == corpus.splits.get(pair.other):
            message = f"`{pair.one}` and `{pair.other}` share {_shares(pair)}"
            yield Problem(message, Place(document=pair.other), "remove one of them", pair.one)


@rule("RL606", scope=Scope.CORPUS, presumes=("RL613",))
def leak_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Two documents of different splits share less than 10% of their five-word runs, and less than 20% of those of the shorter one.

    Wrong: a text in train, and in test a copy with changed names or a report with the whole text as a quotation
    Right: both in train, or one of them removed
    """
    for pair in _alike(corpus):
        if corpus.splits.get(pair.one) != corpus.splits.get(pair.other):
            message = f"`{pair.one}` and `{pair.other}` are in different splits and share {_shares(pair)}"
            yield Problem(message, Place(file=SPLIT), "put both in one split, or remove one", f"{pair.one} {pair.other}")


def _alike(corpus: Corpus) -> list[Likeness]:
    return alike({doc: "\n".join(record.text for record in document.records) for doc, document in corpus.documents.items()})


def _shares(pair: Likeness) -> str:
    return f"{pair.resemblance:.0%} of their five-word runs, {pair.containment:.0%} of those of the shorter one"


@rule("RL611", scope=Scope.CORPUS, words=False)
def rater_text_differs(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """A rater's file has the same passages and sentences as the gold document (without gold: as the first rater).

    Wrong: a rater's file with the text before a correction, or with different sentences
    Right: a rater's file with gold's texts and sentences
    """
    for rater, files in corpus.raters.items():
        for doc, document in files.items():
            name, other = _reference(corpus, doc)
            file = f"raters/{rater}/{doc}.jsonl"
            if line := _first_unlike(_texts(other), _texts(document)):
                yield Problem(f"the text differs from that of {name} `{doc}`", Place(file=file, line=line), "run redline reanchor")
            elif line := _first_unlike(_sentences(other), _sentences(document)):
                hint = "import the rater's file again, or put the bounds of gold"
                yield Problem(f"the sentence bounds differ from those of {name} `{doc}`", Place(file=file, line=line), hint)


def _reference(corpus: Corpus, doc: str) -> tuple[str, Document]:
    """Gold, or if there is none the document of the first rater who has it; and a name for it."""
    if doc in corpus.documents:
        return "gold", corpus.documents[doc]
    rater = next(rater for rater, files in corpus.raters.items() if doc in files)
    return rater, corpus.raters[rater][doc]


def _first_unlike(one: Sequence[object], other: Sequence[object]) -> int | None:
    """The first line (1-based) at which two documents differ, or None; the first line where one is longer."""
    if one == other:
        return None
    return next((number for number, (a, b) in enumerate(zip(one, other, strict=False), 1) if a != b), 1)


def _texts(document: Document) -> list[tuple[str, object]]:
    return [(record.text, record.meta.sha256) for record in document.records]


def _sentences(document: Document) -> list[tuple[Bounds, ...]]:
    return [record.sentences for record in document.records]


@rule("RL612", scope=Scope.CORPUS, words=False)
def rater_undescribed(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """raters.json has a description of each rater.

    Wrong: a folder `raters/r9` and no entry `r9`
    Right: an entry `r9` with kind, guideline version and date
    """
    for rater in corpus.raters:
        if rater not in corpus.described:
            place = Place(file="raters/raters.json")
            yield Problem(f"raters.json does not describe rater `{rater}`", place, "add kind, guidelines and date", rater)


@rule("RL616", scope=Scope.CORPUS, words=False)
def gold_not_accepted(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Gold and contrast sets contain accepted passages only.

    Wrong: a gold passage with `"answer": "reject"`
    Right: a gold passage with `"answer": "accept"`
    """
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            if record.answer != "accept":
                place = Place(document=doc, record=index)
                yield Problem(f"the answer is `{record.answer}`", place, "accept the passage, or remove the document")
    for name, records in corpus.contrast.items():
        for line, record in enumerate(records, 1):
            if record.answer != "accept":
                place = Place(file=f"contrast/{name}.jsonl", line=line)
                yield Problem(f"the answer is `{record.answer}`", place, "accept the passage, or remove the pair")


@rule("RL613", scope=Scope.SPLITS)
def splits_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """splits.json is one JSON object from document to split, with each document once.

    Wrong: `{"a": "train", "a": "test"}`
    Right: `{"a": "train"}`
    """
    yield from object_problems(data, "splits")
