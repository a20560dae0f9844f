"""Whether `jsonl/` and `docbin/` contain the open passages of the configuration `documents` with their spans, and no other words."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from redline.core.corpus import OPEN
from redline.formats.docbin_file import docs
from redline.publish import parquet
from redline.publish.features import DOCUMENTS
from redline.publish.manifest import Manifest

Key: TypeAlias = tuple[str, int]
"""Document and passage."""
Spans: TypeAlias = set[tuple[str, str, str, int, int]]
"""Id, layer, label, start and end of each."""
Passage: TypeAlias = tuple[Key, str, Spans]
Held: TypeAlias = tuple[Key, str, Spans, str]
"""A passage with its split."""


def problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """A line for each task and document that is not an open passage, and for spans that are missing and not counted in the manifest."""
    passages = {place[0]: place for split in manifest.parts.get(DOCUMENTS, {}) for place in _passages(folder, split)}
    readers: dict[str, Callable[[Path], Iterator[Passage | None]]] = {"jsonl": _tasks, "docbin": _docs}
    for name, read in readers.items():
        missing = sum(len(spans) for _, _, spans, _ in passages.values())
        seen: set[Key] = set()
        for path in sorted(path for path in (folder / name).rglob("*") if path.is_file()):
            for number, passage in enumerate(read(path), 1):
                if problem := _problem(passage, passages, seen, path.name):
                    yield f"{path}:{number}: {problem}"
                elif passage:
                    seen.add(passage[0])
                    missing -= len(passage[2])
        if passages.keys() - seen:
            yield f"{folder / name}: {len(passages.keys() - seen)} passages are missing"
        elif missing != manifest.left_out.get(name, 0):
            yield f"{folder / name}: {missing} spans are missing, and the manifest counts {manifest.left_out.get(name, 0)}"


def _problem(passage: Passage | None, passages: dict[Key, Held], seen: set[Key], name: str) -> str:
    """What is wrong with a passage of the file `name`, or an empty string."""
    if passage is None or passage[0] in seen or passage[0] not in passages:
        return "is not a passage of an open document"
    key, text, spans, split = passages[passage[0]]
    if text != passage[1] or not passage[2] <= spans:
        return "is not a passage of an open document"
    return "" if re.split(r"[-.]", name)[0] == split else f"is a passage of {key[0]}, which is in {split}"


def _passages(folder: Path, split: str) -> Iterator[Held]:
    for row in parquet.read(folder / "data" / DOCUMENTS, split):
        for passage in row["passages"] if row["rights"] == OPEN else ():
            yield (row["doc"], passage["passage"]), passage["text"], {_span(span) for span in passage["spans"]}, split


def _span(span: dict[str, Any]) -> tuple[str, str, str, int, int]:
    return span["id"], span["layer"], span["label"], span["start"], span["end"]


def _tasks(path: Path) -> Iterator[Passage | None]:
    """The passage of each line of Prodigy tasks; None for a line that is not a task."""
    for line in path.read_bytes().splitlines():
        try:
            task = json.loads(line)
            yield (task["meta"]["doc"], task["meta"]["passage"]), task["text"], {_span(span) for span in task["spans"]}
        except (ValueError, KeyError, TypeError, RecursionError):
            yield None


def _docs(path: Path) -> Iterator[Passage | None]:
    """The passage of each document of a DocBin; None for one without a place.

    Raises RedlineError when the file is not a DocBin.
    """
    for doc in docs(path):
        try:
            # More in `user_data` than a place and layers would be words that nobody compares.
            if doc.user_data.keys() != {"doc", "passage", "layers"}:
                raise KeyError(path.name)
            groups = [(layer, span) for layer, spans in doc.spans.items() for span in spans]
            spans = {(span.id_, layer, span.label_, span.start_char, span.end_char) for layer, span in groups}
            yield (doc.user_data["doc"], doc.user_data["passage"]), doc.text, spans
        except (KeyError, TypeError, AttributeError):
            yield None
