"""The records of a release as Prodigy tasks: one JSON Lines file for each split that has records."""

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec

from redline.formats import prodigy
from redline.publish.tables import Item


class Lines:
    """Writes `<split>.jsonl` in a folder, document by document. Use as a context.

    `left_out` counts the spans that a task cannot have, since they cut a token.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._files: dict[str, BinaryIO] = {}
        self.left_out = 0

    def __enter__(self) -> "Lines":
        self._folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, item: Item) -> None:
        """Adds a document's tasks."""
        for record in item.document.records:
            task, _ = prodigy.task(record)
            self.left_out += len(record.spans) - len(task["spans"])
            self._file(item.split).write(msgspec.json.encode(task) + b"\n")

    def _file(self, split: str) -> BinaryIO:
        if split not in self._files:
            self._files[split] = self._stack.enter_context((self._folder / f"{split}.jsonl").open("wb"))
        return self._files[split]
