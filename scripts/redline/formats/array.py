"""The elements of a JSON array one by one, so that a long array does not have to be in memory.

A pattern finds where an element ends. msgspec decodes the element and reports what is wrong in it. A parser of events would be a second
parser, with other limits and other numbers than msgspec.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from redline.core.decoding import lower
from redline.core.errors import RedlineError
from redline.core.files import reading
from redline.formats.text import LONGEST, refuse_mark

CHUNK = 1 << 16
"""Bytes that are read at once, at least."""
BLANK = b" \t\r\n"
_MARK = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', re.DOTALL)
"""A whole string, or a mark outside of strings; a single quote mark begins a string that has not been read to its end."""
_STEPS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def values(path: Path, name: str, wanted: str) -> Iterator[Any]:
    """The decoded elements of a file that is an array; errors call an element `name`, with its number from 0.

    Raises RedlineError with the element that is not JSON, or the one after which the list is damaged, and for a byte order mark.
    """
    number = -1
    with reading(path) as file:
        try:
            for number, element in enumerate(elements(file, path)):
                yield _decoded(element, f"{path}: {name} {number}", wanted)
        except ValueError as error:
            place = f"{path}: after {name} {number}" if number >= 0 else f"{path}"
            raise RedlineError(f"{place}: {error}; needed: {wanted}") from None


def _decoded(element: bytes, place: str, wanted: str) -> Any:
    try:
        value = msgspec.json.decode(element)
        # The decoder keeps the last of doubled keys.
        json.loads(element, object_pairs_hook=_unique, parse_int=str)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RedlineError(f"{place}: is not JSON ({lower(str(error))}); needed: {wanted}") from None
    except _DoubledError as error:
        raise RedlineError(f"{place}: has the key `{error}` twice in one object; needed: {wanted}") from None
    return value


class _DoubledError(Exception):
    """A key that an object has twice."""


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledError(next(name for name in names if names.count(name) > 1))


def elements(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The bytes between the commas of the array that a file consists of; none for an empty array.

    Raises ValueError when the file does not begin with an array, ends before it, or has more after it, and for an element of more
    than LONGEST bytes. What was found before is given first, and RedlineError for the `path` of a file that begins with a byte order mark.
    """
    buffer, at, depth, count = _begun(file, path), 0, 1, 0
    while depth:
        cuts, at, depth = _scanned(buffer, at, depth)
        begin = 0
        for cut in cuts:
            element, begin = buffer[begin:cut], cut + 1
            if depth or count or element.strip(BLANK):
                yield element
            count += 1
        buffer, at = buffer[begin:], at - begin
        if len(buffer) > LONGEST:
            raise ValueError(f"has an element of more than {LONGEST} bytes")
        if depth:
            buffer += _more(file, len(buffer))
    _check_end(file, buffer)


def _scanned(buffer: bytes, at: int, depth: int) -> tuple[list[int], int, int]:
    """The places from `at` where an element ends; the place from which to go on, and how many brackets are open there."""
    cuts: list[int] = []
    for match in _MARK.finditer(buffer, at):
        mark = match[0]
        if mark == b'"':
            return cuts, match.start(), depth
        at, depth = match.end(), depth + _STEPS.get(mark, 0)
        if depth == 0 and mark == b"}":
            raise ValueError("is not JSON (the list ends in a brace)")
        if depth == 0 or (depth == 1 and mark == b","):
            cuts.append(match.start())
        if depth == 0:
            break
    return cuts, at, depth


def _begun(file: BinaryIO, path: Path) -> bytes:
    """What was read after the bracket that begins the array."""
    buffer = b""
    while not buffer and (read := file.read(CHUNK)):
        refuse_mark(path, read)
        buffer = read.lstrip(BLANK)
    if not buffer.startswith(b"["):
        raise ValueError("is not a list")
    return buffer[1:]


def _more(file: BinaryIO, held: int) -> bytes:
    """At least as many bytes as are in memory, so that a long string is not searched again too often."""
    read = file.read(max(CHUNK, held))
    if not read:
        raise ValueError("is not JSON (it ends before the list does)")
    return read


def _check_end(file: BinaryIO, rest: bytes) -> None:
    """Raises ValueError where anything but white space follows."""
    while not rest.strip(BLANK):
        rest = file.read(CHUNK)
        if not rest:
            return
    raise ValueError("is not JSON (it has more after the list)")
