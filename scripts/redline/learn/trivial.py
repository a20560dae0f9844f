"""Trivial baselines: scores without learning. A model that does not beat them has learned nothing."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redline.core.document import Record, Span
from redline.core.edges import cuts_word
from redline.core.examples import Example, Guess, examples
from redline.core.predictions import with_classes, with_spans
from redline.learn.baseline import Judge, Setup, annotated

NAME = "floor.json"


class Trivial:
    """What the trivial baselines share: their knowledge is one JSON value."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.known: dict[str, Any] = {}

    def examples(self, record: Record) -> list[Example]:
        """The examples of a record."""
        return examples(record, self.setup.task, self.setup.taxonomy)

    def save(self, folder: Path) -> None:
        """Writes the knowledge."""
        (folder / NAME).write_text(json.dumps(self.known, ensure_ascii=False, sort_keys=True, indent=0), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Reads the knowledge."""
        self.known = json.loads((folder / NAME).read_text(encoding="utf-8"))


class Majority(Trivial):
    """Gives every unit the commonest class of the training records, with each class's share as its score."""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:  # noqa: ARG002
        """Counts the classes."""
        counts = Counter(unit.gold for record in annotated(train, self.setup.task) for unit in self.examples(record))
        total = counts.total() or 1
        self.known = {name: counts[name] / total for name in (*self.setup.task.classes, self.setup.task.none)}

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the same guess for every example."""
        scores = {name: self.known[name] for name in self.setup.task.classes}
        guess = Guess(max(self.known, key=lambda name: (self.known[name], name)), scores)
        return [with_classes(record, self.setup.task, units := self.examples(record), [guess] * len(units)) for record in records]


class Cues(Trivial):
    """Gives a sentence the task's first class when it contains a cue of the layer's list."""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Learns nothing: the list is in the schema."""

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with a guess for every sentence."""
        layer = self.setup.taxonomy.layers[self.setup.task.layer]
        positive = next(iter(self.setup.task.classes))
        labelled = []
        for record in records:
            cues, units = layer.cue_bounds(record.text), self.examples(record)
            hits = [any(unit.bounds[0] <= start < unit.bounds[1] for start, _ in cues) for unit in units]
            guesses = [Guess(positive if hit else self.setup.task.none, {positive: float(hit)}) for hit in hits]
            labelled.append(with_classes(record, self.setup.task, units, guesses))
        return labelled


class Gazetteer(Trivial):
    """Finds the names that the training records label, each with its commonest label, the longest first."""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:  # noqa: ARG002
        """Collects names and their labels."""
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for record in annotated(train, self.setup.task):
            for span in record.layer(self.setup.task.layer):
                seen[span.text][span.label] += 1
        self.known = {name: max(counts, key=lambda label: (counts[label], label)) for name, counts in seen.items()}

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the names in each, on word boundaries and without overlap."""
        names, layer = sorted(self.known, key=lambda name: (-len(name), name)), self.setup.task.layer
        pattern = re.compile("|".join(re.escape(name) for name in names) or r"(?!)")
        return [with_spans(record, layer, self._found(pattern, record.text)) for record in records]

    def _found(self, pattern: re.Pattern[str], text: str) -> list[Span]:
        whole = [m for m in pattern.finditer(text) if not (cuts_word(text, m.start()) or cuts_word(text, m.end()))]
        layer = self.setup.task.layer
        return [Span(f"g{i}", layer, self.known[m.group()], *m.span(), m.group()) for i, m in enumerate(whole, 1)]
