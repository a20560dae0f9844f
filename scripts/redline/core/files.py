"""Whole files in and out: reads that name what is wrong, writes that a crash cannot tear."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from redline.core.errors import RedlineError


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises RedlineError when it is missing, a folder or unreadable.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise RedlineError(f"{path}: cannot be read ({_reason(error)}); needed: a readable file") from None


def read_text(path: Path) -> str:
    """The text of a UTF-8 file without BOM.

    Raises RedlineError when it is not that.
    """
    data = read_bytes(path)
    if data.startswith(b"\xef\xbb\xbf"):
        raise RedlineError(f"{path}: begins with a byte order mark; needed: UTF-8 without BOM")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RedlineError(f"{path}: is not UTF-8 at byte {error.start} (0x{data[error.start]:02x}); needed: UTF-8") from None


def write_atomically(path: Path, data: bytes) -> None:
    """Puts `data` at `path` whole or not at all, also across a crash; leaves an equal file as it is.

    Raises RedlineError when the folder cannot be written.
    """
    if path.is_file() and read_bytes(path) == data:
        return
    with atomic(path) as file:
        file.write(data)


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well, and is gone when it doesn't.

    Raises RedlineError when the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(_mode(path))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise RedlineError(f"{path}: cannot be written ({_reason(error)}); needed: a writable folder with room") from None


def sha256(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
