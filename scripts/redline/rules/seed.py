"""Rules on seeds: their provenance, and how the records of a document are bound to its text."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from redline.core.bare import is_wordless
from redline.core.corpus import WITHDRAWN, Corpus, Source
from redline.core.diagnostic import Place, Problem
from redline.core.document import Document, Record
from redline.core.licence import is_spdx
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule
from redline.rules.shape import lines_problems, object_problems

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@rule("RL201", scope=Scope.SOURCE, presumes=("RL012", "RL013", "RL214"))
def text_differs_from_seed(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Problem]:
    """The text of a record equals the text of the seed at its offset.

    Wrong: a record with a correction that is not in the seed
    Right: the seed's own characters
    """
    document, source = subject
    for index, record in enumerate(document.records):
        start, end = record.meta.offset, record.meta.offset + len(record.text)
        if start < 0 or source.text[start:end] != record.text:
            bounds = _difference(record, source.text[max(0, start) : end])
            yield Problem("the text differs from the text of the seed", Place(record=index, bounds=bounds), "restore the seed's text")


def _difference(record: Record, expected: str) -> tuple[int, int]:
    same = next((i for i, (one, other) in enumerate(zip(record.text, expected, strict=False)) if one != other), len(expected))
    same = min(same, max(0, len(record.text) - 1))
    return same, same + 1


@rule("RL202", scope=Scope.SOURCE)
def seed_hash_differs(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Problem]:
    """The text of a seed has the SHA-256 that is recorded in its .json file.

    Wrong: an edited `seeds/x.txt` with the old `seeds/x.json`
    Right: the text as it was ingested
    """
    _document, source = subject
    if source.sha256 != source.seed.sha256:
        message = f"seeds/{source.seed.doc}.txt has sha256 {source.sha256[:12]}, its provenance states {source.seed.sha256[:12]}"
        yield Problem(message, hint="restore the text")


@rule("RL203", scope=Scope.SOURCE, presumes=("RL012", "RL013"))
def passage_missing(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Problem]:
    """The records of a document cover the whole text of its seed, except for white space.

    Wrong: a file without the seed's last paragraph
    Right: a record for each paragraph
    """
    document, source = subject
    reached = 0
    for index, record in enumerate(document.records):
        if source.text[reached : record.meta.offset].strip():
            message = f"the seed's text from {reached} to {record.meta.offset} is in no record"
            yield Problem(message, Place(record=index), "add the passage")
        reached = max(reached, record.meta.offset + len(record.text))
    if source.text[reached:].strip():
        yield Problem(f"the seed's text from {reached} on is in no record", hint="add the missing passages")


@rule("RL205", scope=Scope.SEED)
def seed_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """The .json file of a seed matches schemas/seed.json.

    Wrong: `"rights": "public"`
    Right: `"rights": "open"`
    """
    yield from object_problems(data, "seed")


@rule("RL211", scope=Scope.SEED, presumes=("RL205",))
def unknown_licence(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """The licence of a seed is an SPDX expression, or null if it is unknown.

    Wrong: `"license": "CC BY 4"`
    Right: `"license": "CC-BY-4.0"`
    """
    licence = msgspec.json.decode(data)["license"]
    if licence is not None and not is_spdx(licence):
        yield Problem(f"`{licence}` is not an SPDX licence expression", hint="write an identifier such as CC-BY-4.0, or null")


@rule("RL213", scope=Scope.SEED, presumes=("RL205",))
def reference_bounds(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """The passages of a referenced text are in order, do not overlap, and are not empty.

    Wrong: `"passages": [[10, 90], [80, 120]]`
    Right: `"passages": [[10, 80], [80, 120]]`
    """
    reached = 0
    for start, end in msgspec.json.decode(data).get("reference", {}).get("passages", []):
        if not reached <= start < end:
            yield Problem(f"passage {start}..{end} does not follow the previous one, which ends at {reached}", hint="restore the bounds")
        reached = max(reached, end)


@rule("RL214", scope=Scope.SOURCE, presumes=("RL012", "RL013"))
def bare_text_differs(subject: tuple[Document, Source], _: Taxonomy) -> Iterator[Problem]:
    """The text of a passage has the hash that is in its bare record.

    Wrong: a bare record whose offset or length was changed
    Right: the offset and the hash of the annotated passage
    """
    document, _source = subject
    for index, record in enumerate(document.records):
        if is_wordless(record):
            yield Problem("the text at this place is not the annotated text", Place(record=index), "restore offset, length and sha256")


@rule("RL215", scope=Scope.CORPUS, presumes=("RL205",), words=False)
def words_of_reference(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """The records of a referenced document do not contain its words.

    Wrong: `{"text": "...", ...}` of a document with `"origin": "referenced"`
    Right: `{"length": 593, ..., "meta": {..., "sha256": "..."}}`
    """
    folders = {"gold": corpus.documents, **{f"raters/{rater}": files for rater, files in corpus.raters.items()}}
    for folder, documents in folders.items():
        for doc, document in documents.items():
            source = corpus.sources.get(doc)
            for line, record in enumerate(document.records, 1):
                if source and source.seed.referenced and not isinstance(record.meta.sha256, str):
                    place = Place(file=f"{folder}/{doc}.jsonl", line=line)
                    yield Problem("the record contains words of a referenced text", place, "import the rater's quotes again")


@rule("RL216", scope=Scope.CITED)
def cited_sentence(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A line of seeds/sentences has the shape of schemas/sentence.json, bounds that begin before they end, and a unique id.

    Wrong: `"sentence": [60, 0]`
    Right: `"sentence": [0, 60]`
    """
    problems = list(lines_problems(data, "sentence"))
    yield from problems
    seen: set[str] = set()
    for number, line in enumerate(data.split(b"\n") if not problems else (), 1):
        row = msgspec.json.decode(line or b"{}")
        for name in ("passage", "sentence"):
            start, end = row.get(name, (0, 1))
            if start >= end:
                yield Problem(f"the {name} is {start}..{end}", Place(line=number), "restore the bounds")
        if row.get("id") in seen:
            yield Problem(f"the sentence `{row['id']}` occurs twice", Place(line=number), "remove one of them")
        seen |= {row["id"]} if row else set()


@rule("RL212", scope=Scope.SEEDS)
def seed_twice(sources: Mapping[str, Source], _: Taxonomy) -> Iterator[Problem]:
    """Two seeds do not have the same text.

    Wrong: `seeds/dam-wire.txt` and `seeds/dam-again.txt` with the same bytes
    Right: one seed for each text
    """
    first: dict[str, str] = {}
    for doc, source in sorted(sources.items()):
        other = first.setdefault(source.sha256, doc)
        if other != doc:
            yield Problem(f"seeds `{other}` and `{doc}` have the same text", Place(file=f"{doc}.json"), "remove one of them", other)


@rule("RL217", scope=Scope.WITHDRAWN)
def withdrawn_text(subject: tuple[bytes, Mapping[str, Source]], _: Taxonomy) -> Iterator[Problem]:
    """withdrawn.json maps each deleted document to the SHA-256 of its text, and no other seed or cited sentence has such a text.

    Wrong: `seeds/again.txt` with the text whose hash withdrawn.json has
    Right: no seed with this text
    """
    data, sources = subject
    try:
        gone = {digest: doc for doc, digest in msgspec.json.decode(data, type=dict[str, Digest]).items()}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Problem(f"is not a table of document and SHA-256 ({error})", hint='write `{"document": "hash of its text"}`')
        return
    for doc, source in sorted(sources.items()):
        if source.seed.sha256 in gone and source.seed.rights != WITHDRAWN:
            yield Problem(f"the text of seed `{doc}` was withdrawn as `{gone[source.seed.sha256]}`", hint="remove the seed", about=doc)
