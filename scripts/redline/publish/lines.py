"""The records of a release as Prodigy tasks: one JSON Lines file a split."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from redline.core.corpus import SPLITS
from redline.formats import prodigy
from redline.publish.tables import Item


class Lines:
    """Writes `<split>.jsonl` in a folder, document by document. Use as a context."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._files: dict[str, Any] = {}

    def __enter__(self) -> "Lines":
        self._folder.mkdir()
        self._files = {split: self._stack.enter_context((self._folder / f"{split}.jsonl").open("wb")) for split in SPLITS}
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, item: Item) -> None:
        """Adds a document's tasks."""
        self._files[item.split].write(prodigy.dump([item.document])[0])
