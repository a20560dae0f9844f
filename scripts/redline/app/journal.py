"""The journal of a document: every batch of edits is on the disk before the page shows that it is saved.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a space and the JSON. Lines are only ever added. A crash can leave
one unfinished line at the end, which no page has shown as saved: opening the journal moves it to the end of `DOC.journal.cut`.
"""

import io
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.app.edits import Edit
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, sha256, write_atomically


class Batch(Struct, frozen=True, omit_defaults=True):
    """Edits that were saved together: when, after which guidelines, on which text, and the hash of the record file that they give.

    `suggest` is when a model's suggestions were shown; "" where they never were.
    """

    at: str
    guidelines: str
    text: str
    file: str
    edits: tuple[Edit, ...]
    suggest: str = ""


class JournalError(RedlineError):
    """A batch that could not be written; the journal is as it was before."""


class Journal:
    """The batches of one file, in the order in which they were saved."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the journal.

        Raises RedlineError when it cannot be read or is damaged before its last line.
        """
        self.path = path
        self.batches: list[Batch] = []
        self._size = 0
        data = read_bytes(path) if path.exists() else b""
        if decode(data[data.rfind(b"\n") + 1 :] + b"\n"):
            data += b"\n"  # only the line feed of the last line is missing
        for line, batch in sound(path, data):
            self._size += len(line)
            self.batches.append(batch)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            if self._size < len(data):
                _keep(path.with_name(f"{path.name}.cut"), data[self._size :])
                self._cut_back()
            elif self._size > os.fstat(self._handle).st_size:
                os.pwrite(self._handle, b"\n", self._size - 1)
                os.fsync(self._handle)
            _sync_folder(path.parent)
        except OSError as error:
            raise JournalError(f"{path}: cannot be written ({_reason(error)}); needed: a writable folder") from None
        self._broken = False

    def append(self, batch: Batch) -> None:
        """Adds a batch and returns when it is on the disk.

        Raises JournalError when it is not; after a failure that cannot be undone, every later call fails too.
        """
        line = encode(batch)
        try:
            if self._broken:
                raise OSError("an earlier write failed")
            self._find()
            os.lseek(self._handle, self._size, os.SEEK_SET)
            written = 0
            while written < len(line):
                written += os.write(self._handle, line[written:])
            os.fsync(self._handle)
        except OSError as error:
            self._undo()
            raise JournalError(f"{self.path}: cannot be written ({_reason(error)}); needed: free space on the disk") from None
        self._size += len(line)
        self.batches.append(batch)

    def _find(self) -> None:
        """Writes a file that was removed again, with all its batches. Raises JournalError where another program changed it."""
        try:
            there = self.path.stat()
            if not os.path.samestat(there, os.fstat(self._handle)) or there.st_size != self._size:
                raise JournalError(f"{self.path}: another program changed it; needed: start the command again")
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            whole = b"".join(map(encode, self.batches))
            write_atomically(self.path, whole)
            os.close(self._handle)
            self._handle = os.open(self.path, os.O_RDWR)
            self._size = len(whole)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._handle)

    def _undo(self) -> None:
        try:
            self._cut_back()
        except OSError:
            self._broken = True

    def _cut_back(self) -> None:
        os.ftruncate(self._handle, self._size)
        os.fsync(self._handle)


def read(path: Path) -> list[Batch]:
    """The batches of a journal that another process may be writing; none without a journal.

    Raises RedlineError when it cannot be read or is damaged before its last line.
    """
    return [batch for _, batch in sound(path, read_bytes(path))] if path.exists() else []


def sound(path: Path, data: bytes) -> Iterator[tuple[bytes, Batch]]:
    """The lines of a journal with their batches; an unfinished last line is left out.

    Raises RedlineError when another line is damaged.
    """
    lines = list(io.BytesIO(data))
    for number, line in enumerate(lines, 1):
        batch = decode(line)
        if batch is not None:
            yield line, batch
        elif number < len(lines):
            raise RedlineError(f"{path}:{number}: is damaged; needed: the original line (from a backup of this file)")


def text_of(records: Iterable[Record]) -> str:
    """The hash of the text of a document, which its batches contain."""
    return sha256("\n".join(record.text for record in records).encode())


def encode(batch: Batch) -> bytes:
    """The line of a batch."""
    data = msgspec.json.encode(batch)
    return b"%08x %s\n" % (zlib.crc32(data), data)


def decode(line: bytes) -> Batch | None:
    """The batch of a line, or None where the line is not whole."""
    if not line.endswith(b"\n") or line[8:9] != b" " or b"%08x" % zlib.crc32(line[9:-1]) != line[:8]:
        return None
    try:
        return msgspec.json.decode(line[9:-1], type=Batch)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _keep(path: Path, data: bytes) -> None:
    """Adds bytes to a file and returns when they are on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, data if data.endswith(b"\n") else data + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
