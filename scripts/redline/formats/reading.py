"""The annotations of a file: its records, and the layers that are done in the accepted ones.

A trainer asks a reading for what a model learns from::

    reading = formats.read(path, Options(taxonomy, layer="entities"))
    [(record.text, record.layer("entities")) for record in reading.done("entities")]   # texts and spans, also texts without one
    [(each.text, each.label) for each in reading.classes]                              # texts and the one class of each
    [(each.text, each.labels) for each in reading.classes]                             # where a text may have several

`reading.documents` are the accepted records, `reading.records` all of them in the order of the file. `reading.classes` are values of
`core/classified`, which makes the same value of a single record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from redline.core.bare import Texts, nowhere
from redline.core.classified import Classified, classified
from redline.core.document import ACCEPT, Document, Record, group
from redline.core.stored import IN_MEMORY, Stored
from redline.core.taxonomy import Taxonomy
from redline.formats.item import Item, confirmed
from redline.formats.loss import Loss
from redline.formats.places import Move
from redline.formats.summary import Summary
from redline.formats.unnamed import Names

DEFAULT_LAYER = "entities"


class Options(Struct, frozen=True):
    """What a reader and a writer need in addition to the path.

    `layer` is that of spans with a label that the scheme does not have, and the one layer of CoNLL columns. Without `foreign`, a
    reader may drop what only an export needs. `unit` is that of the offsets in the file, where it is not the usual one of its format.
    `texts` completes bare records. With `repair`, spans that are not at their words are moved to them if there is one place.
    `names` are those of texts without a document, where several files are read as one; `together` is for them.
    """

    taxonomy: Taxonomy
    layer: str | None = None
    foreign: bool = True
    unit: str | None = None
    texts: Texts = nowhere
    repair: bool = False
    names: Names | None = None
    together: bool = False

    def named(self) -> Names:
        """The names of texts without a document: those of the files before, or new ones."""
        return self.names or Names(together=self.together)

    def layer_of(self, label: str) -> str:
        """The layer of a label in a file that states none."""
        return self.taxonomy.layer_of_label.get(label) or self.layer or DEFAULT_LAYER


class Reading(Struct, frozen=True, dict=True):
    """All records of a file or folder in order, with any answer, and what was left out of them or read otherwise."""

    path: Path
    records: Sequence[Record]
    left_out: tuple[Loss, ...] = ()
    forms: tuple[str, ...] = ()
    notes: tuple[Loss, ...] = ()
    moves: tuple[Move, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Record:
        return self.records[index]

    @cached_property
    def summary(self) -> Summary:
        """What was read, in numbers."""
        summary = Summary(self.path, None)
        for record in self.records:
            summary.add(Item(record))
        summary.left_out, summary.forms, summary.notes = list(self.left_out), list(self.forms), list(self.notes)
        return summary

    @cached_property
    def accepted(self) -> tuple[Record, ...]:
        """The records with the answer accept."""
        return tuple(record for record in self.records if record.answer == ACCEPT)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The accepted records, by document."""
        return tuple(group(self.accepted))

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers that are done in an accepted record, by name."""
        return tuple(self.summary.layers)

    @cached_property
    def answers(self) -> Counter[str]:
        """How many records have each answer."""
        return Counter(record.answer for record in self.records)

    @cached_property
    def classes(self) -> tuple[Classified, ...]:
        """The classification records, also those with one class that was rejected."""
        return tuple(text for record in self.records if (text := classified(record)) is not None)

    def done(self, layer: str) -> list[Record]:
        """The accepted records in which a layer was annotated, with and without spans."""
        return [record for record in self.accepted if record.annotated(layer)]

    def line(self) -> str:
        """What was read, in a line: answers, layers, classes, and what was left out."""
        return self.summary.line()


def gather(path: Path, items: Iterable[Item], options: Options) -> Reading:
    """The reading of what a format read, with the layers of plain records as `Summary` has them."""
    held, summary = list(items), Summary(path, options.layer)
    for item in held:
        summary.add(item)
    return _reading(summary, tuple(map(summary.completed, held)))


def stored(path: Path, items: Iterable[Item], options: Options, in_memory: int = IN_MEMORY) -> Reading:
    """The same reading, of which more than `in_memory` bytes of records are in a scratch file."""
    summary, plain, single = Summary(path, options.layer), bytearray(), bytearray()

    def added() -> Iterator[Record]:
        for item in items:
            summary.add(item)
            plain.append(item.plain)
            single.append(item.single)
            yield item.record

    records = Stored(added(), in_memory)
    if any(plain) or any(single):
        flagged = zip(records, plain, single, strict=True)
        records = Stored((summary.completed(Item(one, plain=bool(open_), single=bool(alone))) for one, open_, alone in flagged), in_memory)
    return _reading(summary, records)


def as_gold(reading: Reading) -> tuple[Reading, list[str]]:
    """What a person gives as annotations, in which layers that a model labelled count as annotated; and a line about them."""
    if not (predicted := reading.summary.predicted):
        return reading, []
    records = map(confirmed, reading.records)
    gold = _reading(reading.summary.confirmed(), Stored(records) if isinstance(reading.records, Stored) else tuple(records))
    counts = ", ".join(f"{name} in {count} records" for name, count in sorted(predicted.items()))
    return gold, [f"{reading.path}: has layers that a model predicted ({counts}); here they count as annotated by a person"]


def _reading(summary: Summary, records: Sequence[Record]) -> Reading:
    """What was read: the records, and what else a summary has."""
    left_out, forms, notes, moves = tuple(summary.left_out), tuple(summary.forms), tuple(summary.notes), tuple(summary.moves)
    reading = Reading(summary.path, records, left_out, forms, notes, moves)
    # The summary is that of the records, which are not read again for it.
    vars(reading)["summary"] = summary
    return reading
