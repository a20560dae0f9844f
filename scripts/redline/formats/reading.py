"""What a file says was annotated: its records, and the layers that are done in the accepted ones.

A trainer asks a reading for what a model learns from::

    reading = formats.read(path, Options(taxonomy, layer="entities"))
    [(record.text, record.layer("entities")) for record in reading.done("entities")]   # texts and spans, also texts without one
    [(each.text, each.label) for each in reading.classes]                              # texts and the one class of each
    [(each.text, each.labels) for each in reading.classes]                             # where a text may have several

`reading.documents` are the accepted records, `reading.records` all of them in the order of the file. `reading.classes` are values of
`core/classified`, which makes the same value of a single record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.bare import Texts, nowhere
from redline.core.classified import Classified, classified
from redline.core.document import ACCEPT, IGNORE, REJECT, Document, Record, group
from redline.core.taxonomy import Taxonomy
from redline.formats.loss import Loss
from redline.formats.places import Move

DONE = "done"
DEFAULT_LAYER = "entities"
_ANSWERS = {ACCEPT: "accepted", REJECT: "rejected", IGNORE: "ignored"}


class Options(Struct, frozen=True):
    """What a reader and a writer need to know beside the path.

    `layer` is that of spans whose label the scheme does not have, and the one layer of CoNLL columns. Without `foreign`, a
    reader may drop what only an export needs. `unit` is that of the offsets in the file, where it is not the usual one of its format.
    `texts` completes bare records. With `repair`, spans that are not at their words are moved to them where there is one place.
    """

    taxonomy: Taxonomy
    layer: str | None = None
    foreign: bool = True
    unit: str | None = None
    texts: Texts = nowhere
    repair: bool = False

    def layer_of(self, label: str) -> str:
        """The layer of a label in a file that says none."""
        return self.taxonomy.layer_of_label.get(label) or self.layer or DEFAULT_LAYER


class Item(Struct, frozen=True):
    """A record as a format reads it, and what was left out; a `plain` one does not say which layers were annotated.

    `form` is what kind of file it is from, where the reader had to find that out; `notes` are what was read otherwise than it
    is written, `moves` the spans that were moved to their words.
    """

    record: Record
    plain: bool = False
    left_out: tuple[Loss, ...] = ()
    form: str = ""
    notes: tuple[Loss, ...] = ()
    moves: tuple[Move, ...] = ()


class Reading(Struct, frozen=True, dict=True):
    """All records of a file or folder in order, whatever their answer, and what was left out of them or read otherwise."""

    path: Path
    records: tuple[Record, ...]
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
    def accepted(self) -> tuple[Record, ...]:
        """The records whose answer is accept."""
        return tuple(record for record in self.records if record.answer == ACCEPT)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The accepted records, by document."""
        return tuple(group(self.accepted))

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers that are done in an accepted record, by name."""
        return tuple(sorted({name for record in self.accepted for name in record.meta.layers if record.annotated(name)}))

    @cached_property
    def answers(self) -> Counter[str]:
        """How many records have each answer."""
        return Counter(record.answer for record in self.records)

    @cached_property
    def classes(self) -> tuple[Classified, ...]:
        """The classification records, also those whose one class was rejected."""
        return tuple(text for record in self.records if (text := classified(record)) is not None)

    def done(self, layer: str) -> list[Record]:
        """The accepted records in which a layer was annotated, with and without spans."""
        return [record for record in self.accepted if record.annotated(layer)]

    def line(self) -> str:
        """What was read, in a line: answers, layers, classes, and what was left out."""
        parts = [f"{len(self.records)} records: {self._answered()}" if self.records else "no records"]
        parts = [*self.forms, *parts]
        if self.layers:
            parts.append(f"layers: {', '.join(self.layers)}")
        if self.classes:
            asked = Counter(name for text in self.classes for name in text.cats)
            chosen = Counter(name for text in self.classes for name in text.labels)
            counts = ", ".join(f"{name} {chosen[name]} of {asked[name]}" for name in sorted(asked))
            parts.append(f"classes of {len(self.classes)} texts: {counts}")
        if self.left_out:
            parts.append(f"left out: {', '.join(f'{count} ({why})' for why, count in Counter(loss.why for loss in self.left_out).items())}")
        if self.notes:
            parts.append(f"ill-formed tags: {len(self.notes)}, the first at {self.notes[0].place}")
        return f"{self.path}: {'; '.join(parts)}"

    def _answered(self) -> str:
        known = [f"{self.answers[answer]} {word}" for answer, word in _ANSWERS.items() if self.answers[answer]]
        others = [f"{count} with the answer `{answer}`" for answer, count in self.answers.items() if answer not in _ANSWERS]
        return ", ".join([*known, *others])


def gather(path: Path, items: Iterable[Item], options: Options) -> Reading:
    """The reading of what a format read.

    A layer with a span in any accepted plain record, and the layer of the options, is done in all accepted plain records:
    whoever annotated them looked for it in each.
    """
    held = list(items)
    plain = [item.record for item in held if item.plain and item.record.answer == ACCEPT]
    layers = {span.layer for record in plain for span in record.spans} | ({options.layer} if options.layer else set())
    done = dict.fromkeys(sorted(layers), DONE)
    records = (_done(item.record, done) if item.plain and item.record.answer == ACCEPT else item.record for item in held)
    forms = tuple(dict.fromkeys(item.form for item in held if item.form))
    left_out, notes, moves = (tuple(one for item in held for one in getattr(item, name)) for name in ("left_out", "notes", "moves"))
    return Reading(path, tuple(records), left_out, forms, notes, moves)


def _done(record: Record, layers: dict[str, str]) -> Record:
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, layers=layers))
