"""Parquet files of rows: sharded, streamed in and out, with their types as Hugging Face reads them.

The same rows give the same bytes with one version of pyarrow; another version writes other bytes, which is why a release
also has a digest over canonical JSON.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from redline.formats.arrow import OPTIONS, Type, arrow, library, readable
from redline.publish.features import hub

WANTED = "a file from redline publish"

GROUP = 500
"""Rows that are kept in memory for a file."""
SHARD = 20_000
"""Rows of a file."""


def schema(columns: dict[str, Type]) -> Any:
    """The pyarrow schema of columns, with Hugging Face's features in its metadata."""
    told = {"info": {"features": {name: hub(kind) for name, kind in columns.items()}}}
    fields = [(name, arrow(kind)) for name, kind in columns.items()]
    return library().schema(fields, metadata={"huggingface": msgspec.json.encode(told).decode()})


class Digest:
    """A hash over rows in canonical JSON: it depends on the content of a release, and not on its files."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self.rows = 0

    def add(self, row: dict[str, Any]) -> None:
        """Adds a row."""
        self._hash.update(self._encoder.encode(row) + b"\n")
        self.rows += 1

    def hexadecimal(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


class Writer:
    """Writes the rows of one split of one configuration to shards in a folder.

    Shards are named `<split>-00000.parquet` and on. Use as a context; rows are written as they come, `GROUP` at a time.
    Without a row there is no file: Hugging Face refuses a split without rows.
    """

    def __init__(self, folder: Path, split: str, columns: dict[str, Type]) -> None:
        self._folder, self._split, self._schema = folder, split, schema(columns)
        self._names = list(columns)
        self._held: list[dict[str, Any]] = []
        self._writer: Any = None
        self._written = self._shards = 0
        self.digest = Digest()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, row: dict[str, Any]) -> None:
        """Adds a row; its columns may come in any order."""
        ordered = {name: row[name] for name in self._names}
        self.digest.add(ordered)
        self._held.append(ordered)
        if len(self._held) == GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        if self._writer is None or self._written >= SHARD:
            self._open()
        self._writer.write_table(library().Table.from_pylist(self._held, schema=self._schema))
        self._written += len(self._held)
        self._held = []

    def _open(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._split}-{self._shards:05}.parquet"
        self._writer = library().parquet.ParquetWriter(path, self._schema, **OPTIONS)
        self._shards += 1
        self._written = 0


def shards(folder: Path, split: str) -> list[Path]:
    """The files of a split in order."""
    return sorted(folder.glob(f"{split}-[0-9][0-9][0-9][0-9][0-9].parquet"))


def read(folder: Path, split: str) -> Iterator[dict[str, Any]]:
    """The rows of a split, streamed.

    Raises RedlineError when a file is not a Parquet file.
    """
    for path in shards(folder, split):
        yield from rows_of(path)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file, streamed.

    Raises RedlineError when it is not a Parquet file.
    """
    for batch in _batches(path):
        with readable(path, WANTED):
            rows = batch.to_pylist()
        yield from rows


def arrow_bytes(folder: Path, split: str) -> int:
    """The bytes of a split in memory, as Hugging Face counts them: batch by batch of what is read."""
    return sum(batch.nbytes for path in shards(folder, split) for batch in _batches(path))


def schema_of(path: Path) -> Any:
    """The schema of a file.

    Raises RedlineError when it is not a Parquet file.
    """
    with readable(path, WANTED):
        return library().parquet.read_schema(path)


def _batches(path: Path) -> Iterator[Any]:
    with readable(path, WANTED), library().parquet.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=GROUP)
