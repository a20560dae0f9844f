"""A rater's file that names words instead of offsets: one JSON object a document.

    {"doc": "...", "rater": "...", "layers": ["entities", "stance", "threat"],
     "passages": [{"passage": 0,
                   "spans": [{"id": "t1", "label": "...", "quote": "the words", "nth": 2, "form": "quoted"}],
                   "relations": [["t1", "LABEL", "e1"]]}]}

`quote` must be in the passage, on word boundaries. If it occurs more than once, `nth` (1-based) or `in` (a longer
stretch of the passage that contains the quote once and itself occurs once) states which is meant. Every other key is an
attribute. Reading collects every mistake of a file, not the first.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.document import Document, Record, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.quoting import find, number, occurrences
from redline.core.suggest import nearest
from redline.core.taxonomy import Taxonomy
from redline.formats import kinds
from redline.formats.loss import Loss, loss
from redline.formats.reading import Options

LOSES = frozenset({kinds.ANSWERS, kinds.CUT_WORDS, kinds.ORIGINS, kinds.CLASSES, kinds.PREDICTIONS, kinds.TOKENS, kinds.EXTRA})


class Passage(Struct, forbid_unknown_fields=True):
    """A rater's annotations of one passage."""

    passage: int
    spans: list[dict[str, Any]] = []
    relations: list[tuple[str, str, str]] = []


class Sheet(Struct, forbid_unknown_fields=True):
    """A rater's annotations of one document."""

    doc: str
    rater: str
    layers: list[str]
    passages: list[Passage]


def read_sheet(path: Path) -> Sheet:
    """A rater's file before it is placed.

    Raises RedlineError when it is not such a file.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=Sheet)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is not a quotes file ({error}); needed: doc, rater, layers, passages") from None


def place(sheet: Sheet, document: Document, taxonomy: Taxonomy) -> tuple[Document, list[str]]:
    """The document with the rater's spans at their offsets, and one message for each thing that could not be placed.

    `document` gives texts, sentences and offsets; its own spans are not looked at.
    """
    problems: list[str] = []
    said = {passage.passage: passage for passage in sheet.passages}
    problems += [
        f"there is no passage {number}; the document has {len(document.records)}"
        for number in said
        if not 0 <= number < len(document.records)
    ]
    problems += [f"passage {number} occurs twice" for number in said if sum(p.passage == number for p in sheet.passages) > 1]
    records = tuple(
        _placed(record, said.get(index, Passage(index)), sheet, taxonomy, problems) for index, record in enumerate(document.records)
    )
    return Document(document.id, records), problems


def _placed(record: Record, passage: Passage, sheet: Sheet, taxonomy: Taxonomy, problems: list[str]) -> Record:
    spans: list[Span] = []
    for entry in passage.spans:
        try:
            spans.append(_span(entry, record.text, taxonomy))
        except ValueError as error:
            problems.append(f"passage {passage.passage}: {error}")
    known = {span.id for span in spans}
    relations = [Relation(head, child, label) for head, label, child in passage.relations]
    problems += [
        f"passage {passage.passage}: relation {r.head_id} {r.label} {r.child_id}: there is no span `{end}`"
        for r in relations
        for end in (r.head_id, r.child_id)
        if end not in known
    ]
    helpers = [name for name, layers in taxonomy.served.items() if set(layers) & set(sheet.layers)]
    layers = dict.fromkeys([*sheet.layers, *helpers], "done")
    meta = msgspec.structs.replace(record.meta, layers=layers, rater=sheet.rater)
    return canonical(msgspec.structs.replace(record, spans=tuple(spans), relations=tuple(relations), meta=meta))


def _span(entry: dict[str, Any], text: str, taxonomy: Taxonomy) -> Span:
    rest = dict(entry)
    try:
        name, label, quote = rest.pop("id"), rest.pop("label"), rest.pop("quote")
    except KeyError as error:
        raise ValueError(f"span {msgspec.json.encode(entry).decode()} has no `{error.args[0]}`; needed: id, label, quote") from None
    nth, within = rest.pop("nth", None), rest.pop("in", None)
    if not isinstance(label, str) or label not in taxonomy.layer_of_label:
        raise ValueError(f"span {name}: unknown label `{label}`; {nearest(str(label), taxonomy.layer_of_label)}")
    if not isinstance(quote, str):
        raise ValueError(f"span {name}: quote is `{quote}`; needed: words of the passage")
    for attribute, value in rest.items():
        if isinstance(value, list) and all(isinstance(key, str) for key in value):
            rest[attribute] = tuple(value)
        elif value is not None and not isinstance(value, str | bool):
            raise ValueError(f"span {name}: `{attribute}` is `{value}`; needed: a string, true, false, null or a list of strings")
    start = find(text, quote, nth, within)
    return Span(str(name), taxonomy.layer_of_label[label], label, start, start + len(quote), quote, rest)


def sheet_of(document: Document, taxonomy: Taxonomy) -> tuple[Sheet, list[Loss]]:
    """The quotes file of a document, and the spans that cut words, which no quote names; repeated words get their `nth`."""
    losses: list[Loss] = []
    passages = [_passage(record, losses) for record in document.records]
    meta = document.records[0].meta
    layers = [layer for layer in meta.layers if layer not in taxonomy.helpers]
    return Sheet(document.id, meta.rater if isinstance(meta.rater, str) else "gold", layers, passages), losses


def _passage(record: Record, losses: list[Loss]) -> Passage:
    held = [span for span in record.spans if span.start in occurrences(record.text, span.text)]
    ids = {span.id for span in held}
    losses += [loss(record, f"{span.label} `{span.id}`", "it cuts a word") for span in record.spans if span.id not in ids]
    arrows = [r for r in record.relations if r.head_id in ids and r.child_id in ids]
    losses += [loss(record, f"{r.head_id} {r.label} {r.child_id}", "a span of it cuts a word") for r in record.relations if r not in arrows]
    return Passage(record.meta.passage, [_entry(span, record.text) for span in held], [(r.head_id, r.label, r.child_id) for r in arrows])


def _entry(span: Span, text: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": span.id, "label": span.label, "quote": span.text}
    nth = number(text, span.text, span.start)
    return entry | ({"nth": nth} if nth else {}) | span.attributes


def write(documents: Iterable[Document], path: Path, options: Options) -> list[Loss]:
    """Writes one document as a quotes file, atomically; gives what was left out.

    Raises RedlineError for several documents, and for passages that differ in their layers, which the file states once.
    """
    documents = list(documents)
    if len(documents) != 1:
        raise RedlineError(
            f"{path}: a quotes file contains one document, but the input has {len(documents)}; needed: one export per document"
        )
    layers = [record.meta.layers for record in documents[0].records]
    for index, other in enumerate(layers):
        if other != layers[0]:
            raise RedlineError(
                f"{path}: passage {index} of {documents[0].id} and passage 0 have different layers; needed: the same layers in each passage"
            )
    sheet, losses = sheet_of(documents[0], options.taxonomy)
    write_atomically(path, msgspec.json.format(msgspec.json.encode(sheet), indent=1) + b"\n")
    return losses
