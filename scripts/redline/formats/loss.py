"""What a format cannot contain, or a reader cannot use: listed, never dropped in silence."""

from collections import Counter

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


class Report(Struct, frozen=True):
    """What a file does not contain of the records that were written to it.

    `left_out` are the records, spans and relations that could not be written; `counts` is the number of things of each kind
    that the format never contains, such as attributes.
    """

    left_out: list[Loss]
    counts: Counter[str]

    @property
    def whole(self) -> bool:
        """Whether nothing was lost."""
        return not self.left_out and not self.counts.total()


def loss(record: Record, what: str, why: str, place: str = "") -> Loss:
    """The loss of something of a record."""
    return Loss(record.meta.doc, record.meta.passage, what, why, place)
