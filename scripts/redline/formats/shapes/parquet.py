"""The shapes of a row of Parquet."""

from msgspec import Struct


class Named(Struct):
    """The state of a layer in Parquet."""

    name: str
    state: str


class Share(Struct):
    """The value of a class in Parquet."""

    name: str
    value: float


class Between(Struct):
    """The place of a sentence in Parquet."""

    start: int
    end: int


class RowSpan(Struct):
    """A span in Parquet; its attributes are JSON."""

    attributes: str | None


class Row(Struct):
    """A row of Parquet, in which other columns have one type; three of these are JSON."""

    layers: list[Named]
    cats: list[Share] | None
    sentences: list[Between]
    spans: list[RowSpan]
    predictions: str | None
    extra: str | None
