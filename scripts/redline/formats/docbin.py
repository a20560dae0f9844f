"""spaCy's DocBin: a file of documents with `ents` and span groups, which `spacy train` reads.

A group is a layer. What else a record has is in `user_data["redline"]`: its meta, sentences and relations, and the attributes of its
spans by their ids. Files of others are read too: `ents` and groups as spans, `cats` as classes. Source: https://spacy.io/api/docbin
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Document, Extra, Record, encode_whole
from redline.core.edges import trimmed
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.predictions import place
from redline.formats import kinds, prodigy_task
from redline.formats.docbin_file import WANTED, docs
from redline.formats.item import Item
from redline.formats.loss import Loss
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.docbin import UserData
from redline.formats.spacy_docs import ATTRIBUTES, ENTITIES, doc_of, english, no_plugins
from redline.formats.unnamed import Names
from redline.formats.usable import usable

LOSES = frozenset({kinds.ANSWERS, kinds.TOKENS, kinds.CUT_TOKENS})
SUFFIXES = (".spacy",)
OURS = "redline"
PLACE = ("doc", "passage", "layers")
"""What documents of a release have in `user_data`."""
UNREAD = ("TAG", "POS", "MORPH", "LEMMA", "DEP")
"""What tokens of other files may have, and no record."""


def write(documents: Iterable[Document], path: Path, _: Options) -> None:
    """Writes a document of spaCy for each record, atomically.

    Raises RedlineError for a record with a value that the packing of DocBins cannot contain.
    """
    english()
    from spacy.tokens import DocBin

    made = DocBin(attrs=ATTRIBUTES, store_user_data=True)
    with no_plugins():
        for record in (record for document in documents for record in document.records):
            doc = doc_of(record)
            doc.user_data[OURS] = _rest(record)
            doc.cats = dict(record.cats or {})
            try:
                made.add(doc)
            except (OverflowError, ValueError) as error:
                why = "cannot be in a DocBin, for it has a number of more than 64 bits or too many levels"
                raise RedlineError(f"{place(record)}: {why} ({error}); needed: another format") from None
        write_atomically(path, made.to_bytes())


def _rest(record: Record) -> dict[str, Any]:
    """What a record has in addition to its text, its classes and the places of its spans."""
    value: dict[str, Any] = msgspec.json.decode(encode_whole(record))
    spans = {span["id"]: {key: span[key] for key in ("attributes", "origin") if span.get(key)} for span in value["spans"]}
    return {key: entry for key, entry in value.items() if key not in ("text", "cats")} | {"spans": spans}


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a file.

    Raises RedlineError when it is not a DocBin or unpacks to too much, and with the number of a document that is not a record.
    """
    texts = options.named()
    for number, doc in enumerate(docs(path)):
        place = f"{path}: document {number}"
        try:
            item = _item(doc, texts, options, place)
        except (LookupError, TypeError, ValueError, AttributeError, msgspec.MsgspecError) as error:
            raise RedlineError(f"{place}: cannot be read ({' '.join(reason(error).split('. ')[0].split())}); needed: {WANTED}") from None
        names = [name for name in UNREAD if number == 0 and doc.has_annotation(name)]
        meta = item.record.meta
        left_out = [Loss(meta.doc, meta.passage, f"{name} of tokens", "no record has it", place) for name in names]
        yield msgspec.structs.replace(item, left_out=(*item.left_out, *left_out))


def _item(doc: Any, texts: Names, options: Options, place: str) -> Item:
    stated, text = doc.user_data, doc.text
    fit({key: stated[key] for key in (*PLACE, OURS) if stated.get(key)}, UserData, "user_data")
    # Through JSON, since lists come out of spaCy as tuples.
    ours = msgspec.json.decode(msgspec.json.encode(stated.get(OURS) or {}))
    layers = [*ours["meta"]["layers"]] if ours else list(stated.get("layers") or [])
    spans = [span | ours.get("spans", {}).get(span.get("id"), {}) for span in _spans(doc, layers, options)]
    names = {span.get("id") for span in spans}
    loose = [one for one in ours.get("relations", []) if not {one["head_id"], one["child_id"]} <= names]
    relations = [one for one in ours.get("relations", []) if one not in loose]
    value = _usual(doc, layers) | ours | {"text": text, "spans": spans, "relations": relations} | ({"cats": doc.cats} if doc.cats else {})
    extra = msgspec.convert(value.pop("extra", {}), Extra)
    given = value["meta"].get("doc") or stated.get("doc")
    name, number = (str(given), 0) if given else texts.place(text)
    passage = int(value["meta"].get("passage") or stated.get("passage") or number)
    item = prodigy_task.item(value, options, name, passage, place)
    record = item.record if extra == Extra() else msgspec.structs.replace(item.record, extra=extra)
    others = [Loss(name, passage, f"user_data {key}", "no record has it", place) for key in stated if key not in (*PLACE, OURS)]
    others += [Loss(name, passage, f"relation {prodigy_task.name_of(one)}", "a span of it is missing", place) for one in loose]
    return msgspec.structs.replace(item, record=usable(record), left_out=(*item.left_out, *others))


def _usual(doc: Any, layers: Sequence[str]) -> dict[str, Any]:
    """The meta and sentences of a document that Redline did not write."""
    value: dict[str, Any] = {"meta": {"layers": dict.fromkeys(layers, "done")}}
    if doc.has_annotation("SENT_START"):
        bounds = (trimmed(doc.text, sent.start_char, sent.end_char) for sent in doc.sents)
        value["sentences"] = [(start, end) for start, end in bounds if start < end]
    return value


def _spans(doc: Any, layers: Iterable[str], options: Options) -> Iterator[dict[str, Any]]:
    """The spans of the groups, then the entities that no group has; if a group is not a layer, the labels give the layers."""
    known, places = {*layers, *options.taxonomy.layers}, set()
    for group, spans in doc.spans.items():
        for span in spans:
            places.add((span.start_char, span.end_char, span.label_))
            yield _span(span, span.id_) | ({"layer": group} if group in known else {})
    for span in doc.ents:
        if (span.start_char, span.end_char, span.label_) not in places:
            yield _span(span, span.id_) | ({"layer": ENTITIES} if ENTITIES in known else {})


def _span(span: Any, name: str) -> dict[str, Any]:
    whole = span.doc[span.start : span.end]
    if (whole.start_char, whole.end_char) != (span.start_char, span.end_char):
        raise ValueError(f"span {span.start_char}..{span.end_char} has not the characters of its tokens")
    value = {"start": span.start_char, "end": span.end_char, "label": span.label_}
    return value | ({"id": name} if name else {})
