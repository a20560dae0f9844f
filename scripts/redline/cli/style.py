"""Colour and box characters, where the stream can show them: none in a pipe, none with NO_COLOR (https://no-color.org)."""

import os
import shutil
from collections.abc import Iterable
from typing import TextIO

PALETTE = ("34", "33", "31", "36", "32", "35")
"""SGR codes of the terminal's own colours, so that they are readable on a light and on a dark background."""


BAD, WARNED, GOOD = "31", "33", "32"
SIGNS = {"+": GOOD, "-": BAD, "~": WARNED, "!": BAD}
"""The sign of a change -> its SGR code."""
WIDTH = 120
"""Columns without a terminal."""


class Style:
    """How a stream is written to: with colours or without, with box characters or in ASCII."""

    def __init__(self, stream: TextIO) -> None:
        self.coloured = coloured(stream)
        self.boxes = _can_show("└─┘→“”", stream)

    def paint(self, text: str, *codes: str) -> str:
        """`text` in the SGR codes, or as it is without colours."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.coloured and codes and text else text

    def bold(self, text: str) -> str:
        """`text` in bold."""
        return self.paint(text, "1")

    def faint(self, text: str) -> str:
        """`text` less bright than what is around it."""
        return self.paint(text, "2")


def coloured(stream: TextIO) -> bool:
    """Whether the stream is a terminal and the user wants colours; FORCE_COLOR is for pagers (`less -R`)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def width() -> int:
    """The columns of the terminal; WIDTH without one."""
    return shutil.get_terminal_size((WIDTH, 24)).columns


def by_name(names: Iterable[str]) -> dict[str, str]:
    """A colour of the palette for each name, in order."""
    return {name: PALETTE[index % len(PALETTE)] for index, name in enumerate(names)}


def _can_show(characters: str, stream: TextIO) -> bool:
    try:
        characters.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
