"""Rules on the text of records and on how it is bound to its seed."""

from collections.abc import Iterator

from redline.core.corpus import Source
from redline.core.diagnostic import Fault
from redline.core.document import Document, Record
from redline.core.taxonomy import Taxonomy
from redline.rules.book import Scope, rule
from redline.rules.file import object_faults


@rule("RL201", scope=Scope.SOURCE)
def text_differs_from_seed(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Fault]:
    """A record's text is exactly the seed's text from its offset on.

    Wrong: a record with a corrected typo that the seed still has
    Right: the seed's own characters
    """
    document, source = subject
    for index, record in enumerate(document.records):
        start, end = record.meta.offset, record.meta.offset + len(record.text)
        if start < 0 or source.text[start:end] != record.text:
            yield Fault(
                "the text is not the seed's",
                _difference(record, source.text[max(0, start) : end]),
                "restore the seed's text",
                record=index,
            )


def _difference(record: Record, expected: str) -> tuple[int, int]:
    same = next((i for i, (one, other) in enumerate(zip(record.text, expected, strict=False)) if one != other), len(expected))
    same = min(same, max(0, len(record.text) - 1))
    return same, same + 1


@rule("RL202", scope=Scope.SOURCE)
def seed_hash_differs(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Fault]:
    """A seed's text has the SHA-256 that its provenance states.

    Wrong: an edited `seeds/x.txt` beside the old `seeds/x.json`
    Right: the text as it was ingested
    """
    _document, source = subject
    if source.sha256 != source.seed.sha256:
        message = f"seeds/{source.seed.doc}.txt has sha256 {source.sha256[:12]}, its provenance says {source.seed.sha256[:12]}"
        yield Fault(message, hint="restore the text")


@rule("RL203", scope=Scope.SOURCE)
def passage_missing(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Fault]:
    """The records of a document cover all of its seed but white space.

    Wrong: a file without the seed's last paragraph
    Right: a record for each paragraph
    """
    document, source = subject
    reached = 0
    for record in document.records:
        if source.text[reached : record.meta.offset].strip():
            yield Fault(
                f"the seed's text from {reached} to {record.meta.offset} is in no record",
                hint="add the passage",
                record=record.meta.passage,
            )
        reached = max(reached, record.meta.offset + len(record.text))
    if source.text[reached:].strip():
        yield Fault(f"the seed's text from {reached} on is in no record", hint="add the missing passages")


@rule("RL205", scope=Scope.SEED)
def seed_shape(data: bytes, _: Taxonomy) -> Iterator[Fault]:
    """A seed's provenance has the shape of schemas/seed.json.

    Wrong: `"rights": "public"`
    Right: `"rights": "open"`
    """
    yield from object_faults(data, "seed")


@rule("RL204")
def sentence_bounds(record: Record, _: Taxonomy) -> Iterator[Fault]:
    """Sentences are in order, trimmed, do not overlap and leave out nothing but white space.

    Wrong: `sentences` [[0, 10], [8, 20]]
    Right: `sentences` [[0, 9], [10, 20]]
    """
    text, reached = record.text, 0
    for start, end in record.sentences:
        if not 0 <= start < end <= len(text):
            yield Fault(f"sentence {start}..{end} is not inside the text of {len(text)}", hint="segment the passage anew")
            return
        if start < reached or text[reached:start].strip():
            yield Fault(
                f"sentence {start}..{end} does not follow the one that ends at {reached}",
                (start, end),
                "segment the passage anew",
            )
        if text[start].isspace() or text[end - 1].isspace():
            yield Fault(f"sentence {start}..{end} has white space at its edge", (start, end), "trim it")
        reached = max(reached, end)
    if text[reached:].strip():
        yield Fault(f"the text from {reached} on is in no sentence", (reached, len(text)), "segment the passage anew")
