"""A record as a format reads it, and what is done in the records of a file."""

from msgspec import Struct, structs

from redline.core.document import Record
from redline.formats.loss import Loss
from redline.formats.places import Move

DONE, PREDICTED = "done", "predicted"


class Item(Struct, frozen=True):
    """A record as a format reads it, and what was left out; a `plain` one does not state which layers were annotated.

    A `single` one has exactly one class, so that it has none of the other classes of its file.
    `form` is what kind of file it is from, where the reader had to find that out; `notes` are what was read otherwise than it
    is written, `moves` the spans that were moved to their words.
    """

    record: Record
    plain: bool = False
    left_out: tuple[Loss, ...] = ()
    form: str = ""
    notes: tuple[Loss, ...] = ()
    moves: tuple[Move, ...] = ()
    single: bool = False


def confirmed(record: Record) -> Record:
    """The record with the layers that a model labelled as annotated ones: a person has seen them."""
    return with_layers(record, dict.fromkeys(record.meta.layers, DONE)) if PREDICTED in record.meta.layers.values() else record


def with_layers(record: Record, layers: dict[str, str]) -> Record:
    """The record with the states of its layers."""
    return structs.replace(record, meta=structs.replace(record.meta, layers=layers))
