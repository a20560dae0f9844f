"""JSON of one shape, as project files contain it; messages of libraries with a small first letter."""

from pathlib import Path
from typing import TypeVar

import msgspec

from redline.core.errors import RedlineError
from redline.core.files import read_bytes

T = TypeVar("T")


def decoded(data: bytes, kind: type[T], place: object, problem: str, needed: str) -> T:
    """The value of a JSON text.

    Raises RedlineError `PLACE: PROBLEM (reason); needed: NEEDED` when it is not UTF-8, no JSON, or of another shape.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RedlineError(f"{place}: {problem} ({lower(str(error))}); needed: {needed}") from None


def of_file(path: Path, kind: type[T], problem: str, needed: str) -> T:
    """The value of a JSON file; errors as of `decoded` and of `read_bytes`."""
    return decoded(read_bytes(path), kind, path, problem, needed)


def lower(message: str) -> str:
    """A message of a library with a small first letter; an abbreviation such as JSON stays."""
    return message if message[1:2].isupper() else message[:1].lower() + message[1:]
