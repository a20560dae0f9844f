"""Documents, raters' files and contrast passages made of the rows of a release."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from redline.core.document import AttributeValue, Document, Meta, Origin, Record, Relation, Span
from redline.core.taxonomy import Taxonomy
from redline.publish import withheld
from redline.publish.tables import Row

DAMAGE = (TypeError, KeyError, IndexError, AttributeError, ValueError)
"""What a row raises that a forger wrote: any value of a Parquet file may be null, short or out of range."""


def document(row: Row, taxonomy: Taxonomy, text: str | None = None) -> Document:
    """The document of a row of the default configuration; `text` is that of a withheld one.

    Without its text a withheld document is made of blanks, so that its places can still be counted.
    """
    whole = row["text"] if row["text"] is not None else text
    return Document(row["doc"], tuple(_record(row, passage, taxonomy, whole) for passage in row["passages"]))


def _record(row: Row, passage: Row, taxonomy: Taxonomy, whole: str | None) -> Record:
    start, length = passage["offset"], passage["length"]
    text = whole[start : start + length] if whole is not None else " " * length
    spans = tuple(_span(held, text, taxonomy, whole) for held in passage["spans"])
    relations = tuple(Relation(r["head_id"], r["child_id"], r["label"]) for r in passage["relations"])
    bounds = tuple((s["start"], s["end"]) for s in passage["sentences"])
    meta = Meta(row["doc"], passage["passage"], start, row["scheme"], dict.fromkeys(passage["layers"], "done"))
    return Record(text, "accept", bounds, spans, relations, meta)


def _span(held: Row, text: str, taxonomy: Taxonomy, whole: str | None = None) -> Span:
    """The span of a row; with the `whole` text of its document its sealed values are opened."""
    kinds = taxonomy.layers[held["layer"]].by_attribute if held["layer"] in taxonomy.layers else {}
    attributes: dict[str, AttributeValue] = {}
    for one in held["attributes"]:
        kind = kinds[one["name"]].type if one["name"] in kinds else "boolean"
        attributes[one["name"]] = _valued(one["value"], kind)
    origin = held.get("origin")
    found = Origin(origin["how"], tuple(origin["raters"])) if origin else UNSET
    words = text[held["start"] : held["end"]]
    span = Span(held["id"], held["layer"], held["label"], held["start"], held["end"], words, attributes, found)
    return withheld.revealed(span, whole) if whole is not None else span


def layers_of_raters(row: Row) -> dict[str, dict[int, list[str]]]:
    """Rater -> passage -> the layers done there, from a row of the default configuration."""
    layers: dict[str, dict[int, list[str]]] = {rater: {} for rater in row["raters"]}
    for passage in row["passages"]:
        for one in passage["raters"]:
            layers[one["rater"]][passage["passage"]] = one["layers"]
    return layers


def rated(rows: list[Row], gold: Document, layers: Mapping[int, list[str]], taxonomy: Taxonomy) -> Document:
    """A rater's labels of a document: the gold passages with the rater's spans, and as done the layers of each passage.

    `rows` are the rater's rows of the raters' configuration; a passage without a row is one in which nothing was marked.
    """
    records = []
    for record in gold.records:
        own = [row for row in rows if row["passage"] == record.meta.passage]
        spans = tuple(_span(row, record.text, taxonomy) for row in own)
        relations = tuple(Relation(row["id"], relation["child_id"], relation["label"]) for row in own for relation in row["relations"])
        meta = msgspec.structs.replace(record.meta, layers=dict.fromkeys(layers.get(record.meta.passage, ()), "done"))
        records.append(msgspec.structs.replace(record, spans=spans, relations=relations, meta=meta))
    return Document(gold.id, tuple(records))


def contrast_record(row: Row, scheme: str, taxonomy: Taxonomy) -> Record:
    """The record of a row of a contrast set."""
    record = _record({"doc": row["group"], "scheme": scheme}, {**row, "offset": 0}, taxonomy, row["text"])
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, offset=row["offset"]))


def bare_record(row: Row, scheme: str, taxonomy: Taxonomy) -> Record:
    """What a rater marked in a referenced passage, which is made of blanks."""
    return _record({"doc": row["doc"], "scheme": scheme}, row, taxonomy, None)


def _valued(value: str | None, kind: str) -> AttributeValue:
    """The value of an attribute of that type from its string."""
    if value is not None and kind == "entities":
        return tuple(key for key in value.split(",") if key)
    truth = {"true": True, "false": False} if kind == "boolean" else {}
    return truth.get(str(value), value)
