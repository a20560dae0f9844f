"""Reads a DocBin file from an unknown source: the size first, then the documents."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.core.files import read_bytes

WANTED = "a file as spaCy's DocBin writes it"
LARGEST = 1 << 30
"""Bytes that a file has when it is unpacked, at most: it is in memory as a whole."""
DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What spaCy and msgpack raise for bytes that are not a DocBin. Damaged files showed it; their documentation does not list it."""


def docs(path: Path) -> Iterator[Any]:
    """The documents of a file, with their `user_data`.

    Raises RedlineError when it is not a DocBin, is cut short, or unpacks to more than LARGEST bytes.
    """
    with needed("release"):
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab

    data = read_bytes(path)
    _check_size(path, data)
    try:
        yield from DocBin().from_bytes(data).get_docs(Vocab())
    except DAMAGED as error:
        raise RedlineError(f"{path}: is not a DocBin ({type(error).__name__}); needed: {WANTED}") from error


def _check_size(path: Path, data: bytes) -> None:
    """Raises RedlineError for what is not packed as spaCy packs, or would fill the memory."""
    unpacking, size = zlib.decompressobj(), 0
    try:
        while data and not unpacking.eof and size <= LARGEST:
            size += len(unpacking.decompress(data, 1 << 20))
            data = unpacking.unconsumed_tail
    except zlib.error as error:
        raise RedlineError(f"{path}: is not a DocBin ({error}); needed: {WANTED}") from None
    if size > LARGEST or not unpacking.eof:
        state = f"unpacks to more than {LARGEST} bytes" if size > LARGEST else "is cut short"
        raise RedlineError(f"{path}: {state}; needed: a whole file of at most {LARGEST} bytes, unpacked")
