"""The content of a file of records as it is checked: block by block, so that memory does not grow with the file."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO

from msgspec import Struct

from redline.core.files import read_bytes, reading
from redline.core.strict_json import BOM, parse

BLOCK = 16_000_000
"""Bytes of a block, at least: it ends where a line ends."""


class Form(Struct):
    """What rules on files ask of the bytes of a file, gathered in one pass; lines count from 1, bytes from 0.

    `foreign` is the first byte that is not UTF-8, with its place and line. `returns` counts carriage returns, the first of which is
    in line `first_return`. `tasks` is True if each line is a task of Prodigy and not a record.
    """

    empty: bool = True
    bom: bool = False
    foreign: tuple[int, int, int] | None = None
    returns: int = 0
    first_return: int = 0
    blank: list[int] = []
    lines: int = 0
    cut_off: bool = False
    tasks: bool = True


class Content:
    """The bytes of a file that can be read again and again: `blocks` gives them in parts that end where a line ends."""

    def __init__(self, blocks: Callable[[], Iterable[bytes]]) -> None:
        self._blocks = blocks

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The non-blank lines with their numbers, without line ends and byte order mark."""
        every = chain.from_iterable(_lines(block) for block in self._blocks())
        for number, line in enumerate(every, 1):
            line = line.removeprefix(BOM) if number == 1 else line
            if line.strip():
                yield number, line

    @cached_property
    def form(self) -> Form:
        """The facts of its bytes."""
        form, offset = Form(), 0
        for block in self._blocks():
            _add(block, offset, form)
            offset += len(block)
        form.tasks = form.tasks and not form.empty
        return form


def in_memory(data: bytes) -> Content:
    """The content of a file that was read."""
    return Content(lambda: [data])


def of_file(path: Path) -> Content:
    """The content of a file, which is read as often as it is asked for; of what cannot be read twice or is small, once.

    Raises RedlineError when it cannot be read.
    """
    if not path.is_file() or path.stat().st_size <= BLOCK:
        return in_memory(read_bytes(path))

    def blocks() -> Iterator[bytes]:
        with reading(path) as file:
            yield from blocks_of(file)

    return Content(blocks)


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file in blocks of whole lines."""
    while lines := file.readlines(BLOCK):
        yield b"".join(lines)


def _lines(block: bytes) -> list[bytes]:
    """The lines of a block, of which only the last of a file may have no end."""
    lines = block.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _add(block: bytes, offset: int, form: Form) -> None:
    """Adds what is in the block at that offset to what is known of the blocks before it."""
    first = form.lines + 1
    if offset == 0:
        form.bom = block.startswith(BOM)
    form.empty = form.empty and not block.strip()
    if form.foreign is None:
        form.foreign = _foreign(block, offset, first)
    if b"\r" in block:
        form.first_return = form.first_return or first + block.count(b"\n", 0, block.index(b"\r"))
        form.returns += block.count(b"\r")
    lines = _lines(block)
    form.cut_off = not block.endswith(b"\n")
    form.blank += [number for number, line in enumerate(lines[:-1] if form.cut_off else lines, first) if not line.strip()]
    form.tasks = form.tasks and form.foreign is None and _are_tasks(lines, first)
    form.lines += len(lines)


def _foreign(block: bytes, offset: int, first: int) -> tuple[int, int, int] | None:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        return block[error.start], offset + error.start, first + block.count(b"\n", 0, error.start)
    return None


def _are_tasks(lines: list[bytes], first: int) -> bool:
    written = [line for line in lines if line.strip()]
    # Redline wrote nearly every file: then the first line is enough.
    return not (first == 1 and written and b'"sentences"' in written[0]) and all(map(_is_task, written))


def _is_task(line: bytes) -> bool:
    value = parse(line.removeprefix(BOM)).value
    return isinstance(value, dict) and isinstance(value.get("text"), str) and not {"sentences", "relations"} <= value.keys()
