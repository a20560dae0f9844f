"""What a format cannot contain, or a reader cannot use: listed, never dropped in silence."""

from msgspec import Struct

from redline.core.document import Record


class Loss(Struct, frozen=True):
    """One thing of one record that was left out, and why; `place` is the file and line where it was read."""

    doc: str
    passage: int
    what: str
    why: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place or f'{self.doc}, passage {self.passage}'}: {self.what}: {self.why}"


def loss(record: Record, what: str, why: str, place: str = "") -> Loss:
    """The loss of something of a record."""
    return Loss(record.meta.doc, record.meta.passage, what, why, place)
