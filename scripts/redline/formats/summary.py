"""What was read, without the records: how many, which layers are done, and what was left out, read otherwise or moved."""

from collections import Counter
from copy import copy
from pathlib import Path

from redline.core.classified import classified, closed
from redline.core.document import ACCEPT, IGNORE, REJECT, Record
from redline.formats.item import DONE, PREDICTED, Item, with_layers
from redline.formats.loss import Loss
from redline.formats.places import Move

_ANSWERS = {ACCEPT: "accepted", REJECT: "rejected", IGNORE: "ignored"}


class Summary:
    """The items of a file or folder as they pass by; memory does not grow with the records.

    A layer with a span in any accepted plain record, and the `layer` that is given, is done in all accepted plain records: the
    person who annotated them looked for it in each. A record of a single class has none of the classes of the other ones.
    """

    def __init__(self, path: Path, layer: str | None) -> None:
        self.path = path
        self.answers: Counter[str] = Counter()
        self.forms: list[str] = []
        self.left_out: list[Loss] = []
        self.notes: list[Loss] = []
        self.moves: list[Move] = []
        self._layers: set[str] = set()
        self._plain = {layer} if layer else set()
        self._any_plain = False
        self.texts = 0
        self.asked: Counter[str] = Counter()
        self._chosen: Counter[str] = Counter()
        self._single: Counter[str] = Counter()
        self.predicted: Counter[str] = Counter()

    def add(self, item: Item) -> None:
        """Adds an item."""
        self.answers[item.record.answer] += 1
        self.left_out += item.left_out
        self.notes += item.notes
        self.moves += item.moves
        if item.form and item.form not in self.forms:
            self.forms.append(item.form)
        if item.record.answer == ACCEPT:
            self._add_layers(item)
        if (text := classified(item.record)) is not None:
            self.texts += 1
            self.asked.update(list(text.cats))
            self._chosen.update(text.labels)
            self._single.update(text.labels if item.single else ())

    def _add_layers(self, item: Item) -> None:
        if item.plain:
            self._any_plain = True
            self._plain |= {span.layer for span in item.record.spans}
        else:
            self._layers |= {name for name in item.record.meta.layers if item.record.annotated(name)}
            self.predicted.update(name for name, state in item.record.meta.layers.items() if state == PREDICTED)

    def completed(self, item: Item) -> Record:
        """The record of an item with its layers and classes; all items have been added before."""
        record = closed(item.record, sorted(self._single)) if item.single else item.record
        plain = item.plain and record.answer == ACCEPT
        return with_layers(record, dict.fromkeys(sorted(self._plain), DONE)) if plain else record

    @property
    def single(self) -> bool:
        """Whether each text with classes has exactly one, which is not one of several that it was asked about."""
        return 0 < self.texts == self._single.total()

    def confirmed(self) -> "Summary":
        """The same of the records with the layers that a model labelled as annotated ones."""
        other = copy(self)
        other._layers, other.predicted = self._layers | set(self.predicted), Counter()
        return other

    @property
    def layers(self) -> list[str]:
        """The layers that are done in an accepted record, by name."""
        return sorted(self._layers | (self._plain if self._any_plain else set()))

    def line(self) -> str:
        """What was read, in a line: answers, layers, classes, and what was left out."""
        count = self.answers.total()
        parts = [*self.forms, f"{count} records: {self._answered()}" if count else "no records"]
        if self.layers:
            parts.append(f"layers: {', '.join(self.layers)}")
        if self.texts:
            counts = ", ".join(f"{name} {self._chosen[name]} of {self._asked(name)}" for name in sorted(self.asked))
            parts.append(f"classes of {self.texts} texts: {counts}")
        if self.left_out:
            parts.append(f"left out: {', '.join(f'{count} ({why})' for why, count in Counter(loss.why for loss in self.left_out).items())}")
        if self.notes:
            parts.append(f"ill-formed tags: {len(self.notes)}, the first at {self.notes[0].place}")
        return f"{self.path}: {'; '.join(parts)}"

    def _asked(self, name: str) -> int:
        """How many texts state whether they have a class: those of another single class do."""
        return self.asked[name] + (self._single.total() - self._single[name] if name in self._single else 0)

    def _answered(self) -> str:
        known = [f"{self.answers[answer]} {word}" for answer, word in _ANSWERS.items() if self.answers[answer]]
        others = [f"{count} with the answer `{answer}`" for answer, count in self.answers.items() if answer not in _ANSWERS]
        return ", ".join([*known, *others])
