"""A line that shows how far a long command is: on a terminal, and nowhere else."""

import shutil
import sys
import time
from types import TracebackType
from typing import Self, TextIO

EVERY = 0.2
"""Seconds between two counts of words."""


class Line:
    """A line of standard error that the next one replaces; at the end of a `with` block it is erased."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.write("")

    def write(self, line: str) -> None:
        """Replaces the line, cut to the width of the terminal."""
        if self.shown:
            self.stream.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
            self.stream.flush()


class Steps(Line):
    """Shows the step that a command is at; notes are printed everywhere and stay."""

    def __call__(self, line: str) -> None:
        """Shows a step."""
        self.write(line)

    def note(self, line: str) -> None:
        """Prints a line that stays."""
        self.write("")
        print(line, file=self.stream, flush=True)


class Words(Line):
    """Shows how many words, or what they are counts `of`, are done, and how many in a second."""

    def __init__(self, stream: TextIO | None = None, of: str = "words") -> None:
        super().__init__(stream)
        self.of = of
        self.begun = self.last = time.monotonic()
        self.count = 0

    def __call__(self, count: int) -> None:
        """Adds `count` words."""
        self.count += count
        now = time.monotonic()
        if now - self.last >= EVERY:
            self.last = now
            self.write(f"{self.count} {self.of}, {self.count / (now - self.begun):.0f} {self.of} per second")
