"""spaCy's DocBins of a release, in shards."""

from pathlib import Path
from typing import Any

from redline.core.corpus import SPLITS
from redline.formats.spacy_docs import ATTRIBUTES, doc_of, no_plugins
from redline.publish.tables import Item

SHARD = 5_000
"""Passages of a file."""


class Bins:
    """Writes `<split>-00000.spacy` and on, for each split that has passages. Use as a context.

    `left_out` counts the spans that spaCy cannot have, since they cut a token.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._docs: dict[str, list[Any]] = {split: [] for split in SPLITS}
        self._shards = dict.fromkeys(SPLITS, 0)
        self.left_out = 0

    def __enter__(self) -> "Bins":
        self._folder.mkdir()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for split in SPLITS:
                if self._docs[split]:
                    self._write(split)

    def add(self, item: Item) -> None:
        """Adds a document's passages."""
        for record in item.document.records:
            doc = doc_of(record)
            self.left_out += len(record.spans) - sum(map(len, doc.spans.values()))
            self._docs[item.split].append(doc)
        if len(self._docs[item.split]) >= SHARD:
            self._write(item.split)

    def _write(self, split: str) -> None:
        from spacy.tokens import DocBin

        with no_plugins():
            shard = DocBin(attrs=ATTRIBUTES, store_user_data=True, docs=self._docs[split])
            (self._folder / f"{split}-{self._shards[split]:05}.spacy").write_bytes(shard.to_bytes())
        self._docs[split] = []
        self._shards[split] += 1
