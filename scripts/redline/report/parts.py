"""What the templates of the report draw, as values: tables with their columns and cells, and figures."""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from redline.measure.score import Score


class Column(Struct, frozen=True):
    """The heading of a column; numbers are set to the right, text to the left."""

    title: str
    number: bool = False


class Cell(Struct, frozen=True):
    """The text of a cell, an explanation of it, an interval to draw, or a shade in 0..1."""

    text: str = ""
    about: str = ""
    interval: tuple[float, float, float] | None = None
    shade: float | None = None


class Table(Struct, frozen=True):
    """A table: its caption, its columns, and its rows; the first cell of a row is its heading."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


class Plot(Struct, frozen=True):
    """A figure with its caption; `untold` names what is too small to be drawn. Without a drawing only the caption and `untold`."""

    caption: str
    svg: Markup | None
    untold: str = ""


VALUE = (Column("value", number=True), Column("0 to 1"), Column("95 % interval"))
COUNTS = (Column("in gold", number=True), Column("guessed", number=True), Column("documents", number=True))


def value_cells(score: Score) -> list[Cell]:
    """A score under the columns VALUE: the value, its place between 0 and 1, its interval in words."""
    if score.value is None:
        return [Cell("undefined"), Cell(), Cell("nothing in gold, nothing guessed")]
    interval = interval_of(score)
    words = f"{score.low:.3f} to {score.high:.3f}" if score.low is not None and score.high is not None else "none"
    return [Cell(f"{score.value:.3f}"), Cell(interval=interval), Cell(words)]


def count_cells(score: Score) -> list[Cell]:
    """A score under the columns COUNTS."""
    return [Cell("" if count is None else f"{count:,}") for count in (score.gold, score.guessed, score.documents)]


def interval_of(score: Score) -> tuple[float, float, float] | None:
    """The value with the ends of its interval; without one the value thrice. None where it is undefined."""
    if score.value is None:
        return None
    return score.value, score.value if score.low is None else score.low, score.value if score.high is None else score.high


def listed(names: Sequence[str]) -> str:
    """Names joined with commas and a last `and`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def number(count: int, one: str, several: str = "") -> str:
    """A count with its noun in the right number."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
