"""A line that shows how far a long command is, on a terminal alone."""

import sys
import time
from typing import TextIO

EVERY = 0.2
"""Seconds between two states of the line."""


class Words:
    """Shows how many words are done, and how many in a second; `close` takes the line away."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty()
        self.begun = self.last = time.monotonic()
        self.count = 0

    def __call__(self, count: int) -> None:
        """Adds `count` words."""
        self.count += count
        now = time.monotonic()
        if self.shown and now - self.last >= EVERY:
            self.last = now
            self._write(f"{self.count} words, {self.count / (now - self.begun):.0f} words per second")

    def close(self) -> None:
        """Takes the line away."""
        if self.shown:
            self._write("")

    def _write(self, line: str) -> None:
        self.stream.write(f"\r\x1b[K{line}")
        self.stream.flush()
