"""Parquet: a row for each record, with every field of it. It loses nothing.

Attributes, predictions and keys of other tools have values of several types, so that their columns are JSON. A file is written and
read a group of rows at a time. Files that pandas, Polars or DuckDB wrote from such a file are read too, with any of their string types.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Document, Record, canonical, encode_whole
from redline.core.errors import RedlineError
from redline.core.files import STANDARD, atomic, read_bytes
from redline.formats.arrow import OPTIONS, Type, arrow, library, readable
from redline.formats.item import Item
from redline.formats.kinds import Kind
from redline.formats.loss import Loss
from redline.formats.places import Move, of_record
from redline.formats.reading import Options
from redline.formats.shapes import fit, reason
from redline.formats.shapes.parquet import Row
from redline.formats.usable import usable

LOSES: frozenset[Kind] = frozenset()
SUFFIXES = (".parquet",)
WANTED = "one that `redline export --format parquet` wrote"
GROUP = 500
"""Rows that are in memory when a file is written, and at most when it is read."""
LARGEST = 1 << 30
"""Bytes that a group of rows has when it is unpacked, at most."""
_BOUNDS: dict[str, Type] = {"start": "int64", "end": "int64"}
_WORDS: dict[str, Type] = dict.fromkeys(("id", "layer", "label"), "string")
_ORIGIN: dict[str, Type] = {"how": "string", "raters": ["string"]}
COLUMNS: dict[str, Type] = {
    "doc": "string", "passage": "int64", "offset": "int64", "text": "string", "answer": "string", "sentences": [_BOUNDS],
    "spans": [{**_WORDS, **_BOUNDS, "text": "string", "attributes": "string", "origin": _ORIGIN}],
    "relations": [dict.fromkeys(("head_id", "child_id", "label"), "string")], "layers": [{"name": "string", "state": "string"}],
    "scheme": "string", "rater": "string", "predictions": "string", "cats": [{"name": "string", "value": "float64"}],
    "target": "string", "extra": "string", "sha256": "string",
}  # fmt: skip
META = ("doc", "passage", "offset", "scheme", "rater", "sha256")


def write(documents: Iterable[Document], path: Path, _: Options) -> None:
    """Writes a row for each record, atomically."""
    schema = library().schema([(name, arrow(kind)) for name, kind in COLUMNS.items()])
    rows = (_row(record) for document in documents for record in document.records)
    with atomic(path) as file, library().parquet.ParquetWriter(file, schema, **OPTIONS) as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(library().Table.from_pylist(group, schema=schema))


def _row(record: Record) -> dict[str, Any]:
    """The columns of a record; a missing one is null."""
    value = msgspec.json.decode(encode_whole(record))
    meta = value["meta"]
    return {
        **value,
        **{name: meta.get(name) for name in META},
        "sentences": [{"start": start, "end": end} for start, end in value["sentences"]],
        "spans": [span | {"attributes": _json(span.get("attributes"))} for span in value["spans"]],
        "layers": [{"name": name, "state": state} for name, state in meta["layers"].items()],
        "predictions": _json(meta.get("predictions")),
        "cats": [{"name": name, "value": share} for name, share in value["cats"].items()] if "cats" in value else None,
        "extra": _json(value.get("extra")),
    }


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a file, streamed; what other columns it has is listed as left out.

    Raises RedlineError for a file that is damaged, has not our columns or unpacks to too much, and with the number of a row that is
    no record.
    """
    with readable(path, WANTED), library().parquet.ParquetFile(io.BytesIO(read_bytes(path)) if path == STANDARD else path) as file:
        others = _others(path, file)
        for number, row in enumerate(_rows(file)):
            record, moves = _record(row, f"{path}: row {number}", options)
            meta = record.meta
            left_out = [Loss(meta.doc, meta.passage, f"the column `{name}`", "no record has it", str(path)) for name in others]
            yield Item(record, left_out=tuple(left_out), moves=tuple(moves))
            others = []


def _others(path: Path, file: Any) -> list[str]:
    """The columns that no record has.

    Raises RedlineError where a column is missing, and for a group that is too large.
    """
    names = file.schema_arrow.names
    if missing := [name for name in COLUMNS if name not in names]:
        raise RedlineError(f"{path}: has no column `{missing[0]}`; needed: {WANTED}")
    sizes = [file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups)]
    if max(sizes, default=0) > LARGEST:
        raise RedlineError(f"{path}: has a group of {max(sizes)} bytes; needed: groups of at most {LARGEST}")
    return [name for name in names if name not in COLUMNS]


def _rows(file: Any) -> Iterator[dict[str, Any]]:
    for batch in file.iter_batches(batch_size=GROUP, columns=list(COLUMNS)):
        yield from batch.to_pylist()


def _record(row: dict[str, Any], place: str, options: Options) -> tuple[Record, list[Move]]:
    """The record of a row, and its spans that were moved to their words."""
    try:
        record, moves = of_record(canonical(msgspec.convert(_value(row), Record)), place, repair=options.repair)
        return usable(record), moves
    except (TypeError, KeyError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise RedlineError(f"{place}: is not a record ({reason(error)}); needed: {WANTED}") from None


def _value(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a record is written: what is null is missing."""
    fit(row, Row)
    meta: dict[str, Any] = _without_nulls({name: row[name] for name in META} | {"predictions": _decoded(row["predictions"])})
    meta["layers"] = _named(row["layers"], "state")
    cats = None if row["cats"] is None else _named(row["cats"], "value")
    others = {"cats": cats, "target": row["target"], "extra": _decoded(row["extra"])}
    return {
        "text": row["text"],
        "answer": row["answer"],
        "sentences": [(one["start"], one["end"]) for one in row["sentences"]],
        "spans": [_without_nulls(span | {"attributes": _decoded(span["attributes"])}) for span in row["spans"]],
        "relations": row["relations"],
        "meta": meta,
        **_without_nulls(others),
    }


def _named(entries: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """By name the values of a list of pairs. Raises ValueError for a name that occurs twice."""
    found: dict[str, Any] = {}
    for one in entries:
        if one["name"] in found:
            raise ValueError(f"`{one['name']}` has two values")
        found[one["name"]] = one[key]
    return found


def _decoded(value: str | None) -> Any:
    return None if value is None else msgspec.json.decode(value)


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in value.items() if entry is not None}
