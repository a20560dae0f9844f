"""What a format could not hold: listed, never dropped in silence."""

from msgspec import Struct

from redline.core.document import Record


class Loss(Struct, frozen=True):
    """One thing of one record that was left out, and why."""

    doc: str
    passage: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.doc}, passage {self.passage}: {self.what}: {self.why}"


def loss(record: Record, what: str, why: str) -> Loss:
    """The loss of something of a record."""
    return Loss(record.meta.doc, record.meta.passage, what, why)
