"""Rules on the entity table, the splits and the corpus as a whole."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from redline.core.corpus import SPLITS, Corpus
from redline.core.diagnostic import Fault, Severity
from redline.core.document import Span
from redline.core.taxonomy import Taxonomy
from redline.rules.book import Scope, rule
from redline.rules.file import lines_faults

TABLE = "entities.jsonl"
SPLIT = "splits.json"


@rule("RL500", scope=Scope.TABLE)
def entity_shape(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """Each line of the entity table has the shape of schemas/entity.json, and no id stands twice.

    Wrong: `{"id": "Port of Orla"}`
    Right: `{"id": "port-of-orla", "label": "FAC", "name": "Port of Orla", ...}`
    """
    faults = list(lines_faults(data, "entity"))
    yield from faults
    if faults:
        return
    seen: dict[str, int] = {}
    for number, line in enumerate(data.splitlines(), 1):
        key = msgspec.json.decode(line)["id"] if line.strip() else None
        if key in seen:
            yield Fault(f"entity `{key}` stands in line {seen[key]} too", hint="merge the two rows", line=number)
        elif key:
            seen[key] = number


@rule("RL501", scope=Scope.CORPUS)
def entity_unknown(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """An entity that a gold span names is in the entity table.

    Wrong: `entity`: `port-of-oral`, which the table lacks
    Right: `entity`: `port-of-orla`, a row of the table
    """
    for doc, index, span, key in _mentions(corpus):
        if key not in corpus.entities:
            yield Fault(
                f"entity `{key}` is not in the table",
                span,
                f"add it to {TABLE}, or use a row of it",
                record=index,
                file=f"gold/{doc}.jsonl",
            )


@rule("RL502", Severity.WARNING, scope=Scope.CORPUS)
def entity_unused(corpus: Corpus, _: Taxonomy) -> Iterator[Fault]:
    """A row of the entity table is named by a span, or is what such a row belongs to.

    Wrong: a row that no document mentions
    Right: a row that a span names
    """
    used = {key for _, _, _, key in _mentions(corpus)}
    owners = {entity.part_of for entity in corpus.entities.values()}
    for number, key in enumerate(corpus.entities, 1):
        if key not in used and key not in owners:
            yield Fault(f"entity `{key}` is named by no span", hint="remove the row", line=number, file=TABLE)


@rule("RL503", scope=Scope.CORPUS)
def entity_label_differs(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Fault]:
    """The table's labels are of the scheme and its `part_of` is another row.

    Wrong: a row with label `COUNTRY`, or `part_of` itself
    Right: a row with label `GPE` and `part_of` null
    """
    for number, (key, entity) in enumerate(corpus.entities.items(), 1):
        if entity.label not in taxonomy.layer_of_label:
            yield Fault(
                f"entity `{key}` has the unknown label `{entity.label}`",
                hint="use a label of the scheme",
                line=number,
                file=TABLE,
            )
        if entity.part_of is not None and (entity.part_of == key or entity.part_of not in corpus.entities):
            yield Fault(
                f"entity `{key}` is part of `{entity.part_of}`",
                hint="name another row, or null",
                line=number,
                file=TABLE,
            )


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


def _mentions(corpus: Corpus) -> Iterator[tuple[str, int, Span, str]]:
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            for span in record.spans:
                key = span.attributes.get("entity")
                if isinstance(key, str):
                    yield doc, index, span, key
