"""Keys as a person presses them: one by one on a terminal; elsewhere the first letter of each line."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

END = ""
"""What is read at the end of the input."""
SEQUENCE = re.compile(rb"\x1b(?:[\[O][0-9;]*[@-~])?")
"""What a terminal sends for one key, such as an arrow, in several characters."""


@contextmanager
def keys() -> Iterator[Callable[[], str]]:
    """What gives the next key, in lower case; END at the end of standard input."""
    if not sys.stdin.isatty() or os.name != "posix":
        yield _of_lines
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin, termios.TCSADRAIN)
    pressed = _pressed()
    try:
        yield lambda: next(pressed, END)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _of_lines() -> str:
    for line in sys.stdin:
        if line.strip():
            return line.strip()[0].lower()
    return END


def _pressed() -> Iterator[str]:
    """Each key that is a character; of the others, such as arrows, nobody pressed the letters that a terminal sends."""
    while (data := os.read(sys.stdin.fileno(), 1024)) not in (b"", b"\x04"):
        yield from SEQUENCE.sub(b"", data).decode("utf-8", "ignore").lower()
