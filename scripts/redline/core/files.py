"""Reads and writes of whole files: a failed read names the problem, and a crash leaves no partial file."""

import errno
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from redline.core import scratch
from redline.core.errors import RedlineError

STANDARD = Path("-")
"""As a file argument: standard input where it is read, standard output where it is written."""

OPENED = (("dev", "stdin"), ("dev", "stdout"), ("dev", "stderr"), ("dev", "fd"))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises RedlineError when it is missing, a folder or unreadable.
    """
    with reading(path) as file:
        return file.read()


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file to read from, or standard input for `-`.

    Raises RedlineError when it is missing, a folder or unreadable.
    """
    try:
        if path == STANDARD:
            yield sys.stdin.buffer
        else:
            with path.open("rb") as file:
                yield file
    except OSError as error:
        raise RedlineError(f"{path}: cannot be read ({reason(error)}); needed: a readable file") from None


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


def is_read_once(path: Path) -> bool:
    """Whether what is read from `path` is gone afterwards: standard input, or a pipe such as `<(command)` of a shell."""
    return path == STANDARD or path.is_fifo()


def next_byte() -> bytes:
    """The first byte of standard input, which is not consumed; empty at the end of the input."""
    source = sys.stdin.buffer
    assert isinstance(source, io.BufferedReader)
    return source.peek(1)[:1]


def write_atomically(path: Path, data: bytes) -> None:
    """Puts `data` at `path` whole or not at all, also across a crash; leaves an equal file as it is.

    Raises RedlineError as `atomic` does.
    """
    if not is_stream(path) and path.is_file() and read_bytes(path) == data:
        return
    with atomic(path) as file:
        file.write(data)


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well, and is gone when it does not.

    A symbolic link is followed. A path that is not a regular file (a device, a pipe, `-` for standard output) is written to as it
    is. Raises RedlineError when `path` is a folder or cannot be written.
    """
    try:
        with _stream(path) if is_stream(path) else _replacement(Path(os.path.realpath(path))) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RedlineError(f"{path}: cannot be written ({reason(error)}); needed: a writable folder with room") from None


@contextmanager
def atomic_folder(path: Path, agree: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of the folder `path` when the block ends well, and is gone when it does not.

    If a folder is at `path`, `agree` is called with it and the new one, and may raise to keep it. Raises RedlineError
    when the folder cannot be written.
    """
    try:
        place = Path(os.path.realpath(path))
        with scratch.folder(place) as made:
            yield made
            if agree and not scratch.put_folder(made, place, replace=False):
                agree(place, made)
            if made.exists():
                scratch.put_folder(made, place)
    except OSError as error:
        raise RedlineError(f"{path}: cannot be written ({reason(error)}); needed: a writable folder with room") from None


def is_stream(path: Path) -> bool:
    """Whether `path` is written to as it is: standard output, a device, a pipe, a socket, or a file that a process has open."""
    opened = path.absolute().parts[1:3] in OPENED or path.absolute().parts[1:2] == ("proc",)
    return opened or is_standard_output(path) or (path.exists() and not path.is_file() and not path.is_dir())


def is_standard_output(path: Path) -> bool:
    """Whether what is written to `path` comes out where `print` writes."""
    if path == STANDARD:
        return True
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


def stem(path: Path) -> str:
    """The name of a file without its ending, `input` for standard input."""
    return "input" if path == STANDARD else path.stem


def refuse_same(out: Path, *inputs: Path) -> None:
    """Raises RedlineError when `out` is a file of the inputs, which it would destroy."""
    for path in inputs:
        if out.is_file() and path.exists() and out.samefile(path):
            raise RedlineError(f"{out}: is also the input; needed: another output")


def sha256(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def reason(error: OSError) -> str:
    """The system's message of an error, in lower case."""
    return (error.strerror or str(error)).lower()


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    """A file that is written to from where it ends, since others may have written to it already."""
    if is_standard_output(path):
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with path.open("ab" if path.is_file() else "wb") as file:
            yield file


@contextmanager
def _replacement(path: Path) -> Iterator[BinaryIO]:
    if path.is_symlink() or path.is_dir():
        code = errno.ELOOP if path.is_symlink() else errno.EISDIR
        raise OSError(code, os.strerror(code))
    with scratch.file(path) as (place, file):
        yield file
        file.flush()
        os.fsync(file.fileno())
        place.chmod(_mode(path))
        place.replace(path)
    scratch.sync(path.parent)


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
