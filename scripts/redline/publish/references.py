"""The rows of referenced documents: where their words are, offsets, hashes and labels, never a word.

They are made of bare records, so they are the same whether or not a text is at hand.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, structs

from redline.core.classified import as_spans, classified
from redline.core.corpus import OPEN, REFERENCED, Corpus, Reference, Seed
from redline.core.document import Document, Origin, Record, Span
from redline.core.examples import sentence_classes
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project, cited, sources
from redline.publish.features import REFERENCED_RATERS, REFERENCED_SENTENCES, REFERENCED_SPANS, sentence_tasks
from redline.publish.tables import Row, named


class Referenced(Struct, frozen=True):
    """A referenced gold document as it goes out, with its seed, split and what each rater marked; its words are not looked at."""

    document: Document
    seed: Seed
    split: str
    raters: Mapping[str, Document] = {}


def of_project(here: Project, splits: dict[str, str]) -> list[Referenced]:
    """The referenced gold documents of a project, by id, without withdrawn ones."""
    seeds = {doc: seed for doc, seed in sources.seeds(here.seeds).items() if seed.origin == REFERENCED and seed.rights == OPEN}
    paths = {doc: here.gold / f"{doc}.jsonl" for doc in seeds}
    documents = [
        Referenced(jsonl.first(path), seeds[doc], splits.get(doc, ""), _rated(here, doc))
        for doc, path in sorted(paths.items())
        if path.exists()
    ]
    return documents + [one for name in cited.read_all(here.seeds) for one in _sentences(here, name)]


def _rated(here: Project, doc: str) -> dict[str, Document]:
    """Rater -> what it marked in a document."""
    return {path.parent.name: jsonl.first(path) for path in sorted(here.raters.glob(f"*/{doc}.jsonl"))}


def _sentences(here: Project, name: str) -> Iterator[Referenced]:
    """The single sentences of a set that have a class, each as a document of one record with the offset in its passage."""
    path = here.corpus / cited.FOLDER / f"{name}.jsonl"
    rows = {row.id: row for row in cited.read_all(here.seeds)[name]}
    for document in jsonl.read_places(path) if path.exists() else ():
        row = rows[document.id]
        records = (structs.replace(one, meta=structs.replace(one.meta, offset=row.sentence[0])) for one in document.records)
        yield Referenced(Document(document.id, tuple(records)), row.seed, row.split)


def of_corpus(corpus: Corpus) -> list[Referenced]:
    """The same of a corpus that is in memory."""
    seeds = {doc: source.seed for doc, source in corpus.sources.items() if source.seed.referenced and source.seed.rights == OPEN}
    raters = {doc: {rater: files[doc] for rater, files in sorted(corpus.raters.items()) if doc in files} for doc in seeds}
    found = corpus.documents
    return [Referenced(found[doc], seed, corpus.splits.get(doc, ""), raters[doc]) for doc, seed in seeds.items() if doc in found]


def rows(one: Referenced, taxonomy: Taxonomy) -> Iterator[tuple[str, Row]]:
    """(configuration, row) for every sentence and span of a document, and for every passage of each rater."""
    tasks = sentence_tasks(taxonomy)
    for index, said in enumerate(one.document.records):
        alone = classified(said) is not None
        record = as_spans(said) if alone else said
        place = _place(record)
        classes = {
            task.name: sentence_classes(record, task, taxonomy.layers[task.layer]) if record.annotated(task.layer) else None
            for task in tasks
        }
        for number, (start, end) in enumerate(record.sentences):
            own = {name: values[number] if values else None for name, values in classes.items()}
            row = {"sentence": number, "start": start, "end": end, "text": None, "layers": _done(record)}
            yield REFERENCED_SENTENCES, place | row | own | _source(one.seed, index)
        for span in () if alone else record.spans:
            yield REFERENCED_SPANS, place | _span(record, span)
    for rater, document in one.raters.items():
        yield from ((REFERENCED_RATERS, {"rater": rater} | _rating(record)) for record in document.records)


def _place(record: Record) -> Row:
    meta = record.meta
    return {"doc": meta.doc, "passage": meta.passage, "offset": meta.offset, "length": len(record.text), "passage_sha256": meta.sha256}


def _done(record: Record) -> list[str]:
    return sorted(name for name in record.meta.layers if record.annotated(name))


def _span(record: Record, span: Span) -> Row:
    origin = span.origin if isinstance(span.origin, Origin) else None
    return {
        "id": span.id, "layer": span.layer, "label": span.label, "start": span.start, "end": span.end, "text": None,
        "attributes": named(span),
        "relations": [{"label": r.label, "child_id": r.child_id} for r in record.relations if r.head_id == span.id],
        "origin": origin.how if origin else None, "raters": list(origin.raters) if origin else [],
    }  # fmt: skip


def _rating(record: Record) -> Row:
    """What a rater marked in a passage."""
    spans = [
        {name: getattr(span, name) for name in ("id", "layer", "label", "start", "end")} | {"attributes": named(span)}
        for span in record.spans
    ]
    return _place(record) | {
        "layers": _done(record), "sentences": [{"start": start, "end": end} for start, end in record.sentences], "spans": spans,
        "relations": [msgspec.to_builtins(relation) for relation in record.relations],
    }  # fmt: skip


def _source(seed: Seed, index: int) -> Row:
    """Where the passage with that number is: the file of a commit, and its bounds there."""
    assert isinstance(seed.reference, Reference)
    own = msgspec.structs.asdict(seed.reference)
    start, end = seed.reference.passages[index]
    names = ("repository", "commit", "path", "line", "field", "window", "speaker", "country")
    return {name: own[name] for name in names} | {
        "file_sha256": seed.reference.sha256, "file_start": start, "file_end": end,
        "sha256": seed.sha256, "genre": seed.genre, "date": seed.date, "license": seed.license,
    }  # fmt: skip
