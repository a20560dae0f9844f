"""Rules on the splits, the raters and the corpus as a whole."""

from collections import defaultdict
from collections.abc import Iterator

from redline.core.corpus import SPLITS, Corpus
from redline.core.diagnostic import Problem, Severity
from redline.core.document import Document
from redline.core.similarity import alike
from redline.core.taxonomy import Taxonomy
from redline.rules.line import object_problems
from redline.rules.registry import Scope, rule

SPLIT = "splits.json"


@rule("RL601", scope=Scope.CORPUS)
def document_without_split(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each gold document is in one split, and splits name gold documents only.

    Wrong: a gold document that splits.json lacks
    Right: each gold document as train, dev or test
    """
    for doc in corpus.documents:
        if doc not in corpus.splits:
            yield Problem(f"document `{doc}` is in no split", hint="run redline split", file=SPLIT)
    for doc, split in corpus.splits.items():
        if doc not in corpus.documents:
            yield Problem(f"there is no gold document `{doc}`", hint="remove it", file=SPLIT)
        if split not in SPLITS:
            yield Problem(f"document `{doc}` is in split `{split}`", hint=f"use one of {', '.join(SPLITS)}", file=SPLIT)


@rule("RL602", scope=Scope.CORPUS)
def event_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
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
            yield Problem(
                f"event `{event}` is in {' and '.join(sorted(found))}",
                hint="put its documents in one split",
                file=SPLIT,
            )


@rule("RL603", scope=Scope.CORPUS)
def gold_without_seed(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each gold document has a seed.

    Wrong: `gold/x.jsonl` without `seeds/x.json`
    Right: both
    """
    for doc in corpus.documents:
        if doc not in corpus.sources:
            yield Problem(f"document `{doc}` has no seed", hint=f"ingest its text as `{doc}`", file=f"gold/{doc}.jsonl")


@rule("RL604", Severity.WARNING, scope=Scope.CORPUS)
def gold_without_raters(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each gold document rests on the files of two raters or more.

    Wrong: a gold document that one rater has rated
    Right: a gold document with the files of two raters
    """
    for doc in corpus.documents:
        count = sum(doc in files for files in corpus.raters.values())
        if count < 2:
            yield Problem(
                f"document `{doc}` has {count} rater files",
                hint="have it rated twice, independently",
                file=f"gold/{doc}.jsonl",
            )


@rule("RL605", Severity.WARNING, scope=Scope.CORPUS)
def near_duplicate(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """No two documents of a split share a tenth of their five-word runs.

    Wrong: two reports that are one agency's text with other headlines
    Right: two reports written apart
    """
    for one, other, index in _alike(corpus):
        if corpus.splits.get(one) == corpus.splits.get(other):
            message = f"`{one}` and `{other}` share {index:.0%} of their five-word runs"
            yield Problem(message, hint="remove one of them", file=f"gold/{other}.jsonl", about=one)


@rule("RL606", scope=Scope.CORPUS)
def leak_across_splits(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """No two documents of different splits share a tenth of their five-word runs.

    Wrong: a text in train and a copy with other names in test
    Right: both in train, or one of them gone
    """
    for one, other, index in _alike(corpus):
        if corpus.splits.get(one) != corpus.splits.get(other):
            message = f"`{one}` and `{other}` are in different splits and share {index:.0%} of their five-word runs"
            yield Problem(message, hint="put both in one split, or remove one", file=SPLIT, about=f"{one} {other}")


def _alike(corpus: Corpus) -> list[tuple[str, str, float]]:
    return alike({doc: "\n".join(record.text for record in document.records) for doc, document in corpus.documents.items()})


@rule("RL611", scope=Scope.CORPUS)
def rater_text_differs(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """A rater's file has the passages of the gold document.

    Wrong: a rater's file of the text before it was corrected
    Right: a rater's file with gold's texts
    """
    for rater, files in corpus.raters.items():
        for doc, document in files.items():
            gold = corpus.documents.get(doc)
            if gold and _texts(gold) != _texts(document):
                line = next((n for n, (a, b) in enumerate(zip(_texts(gold), _texts(document), strict=False), 1) if a != b), 1)
                yield Problem(
                    f"the text is not that of gold `{doc}`", hint="run redline reanchor", line=line, file=f"raters/{rater}/{doc}.jsonl"
                )


def _texts(document: Document) -> list[str]:
    return [record.text for record in document.records]


@rule("RL612", Severity.WARNING, scope=Scope.CORPUS)
def rater_undescribed(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Each rater with files is described in raters.json.

    Wrong: a folder `raters/r9` that raters.json does not know
    Right: an entry `r9` with kind, guideline version and date
    """
    for rater in corpus.raters:
        if rater not in corpus.described:
            yield Problem(f"rater `{rater}` is not described", hint="add kind, guidelines and date", file="raters/raters.json", about=rater)


@rule("RL613", scope=Scope.SPLITS)
def splits_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """splits.json is one object of document and split, and names no document twice.

    Wrong: `{"a": "train", "a": "test"}`
    Right: `{"a": "train"}`
    """
    yield from object_problems(data, "splits")
