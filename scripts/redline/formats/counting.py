"""The ways in which tools count: in four units, with line ends as they are, as two characters or as one."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from redline.core.offsets import UNITS, Offsets

LINE_ENDS = {"": None, ", each line end as two": 2, ", each line end as one": 1}


class Counting(Struct, frozen=True, dict=True):
    """A way of counting in one text: `raw` has for each code point its number there; None within what is counted as one."""

    name: str
    raw: tuple[int | None, ...]

    @cached_property
    def codepoints(self) -> dict[int, int]:
        """By number the code point; of two with one number the first."""
        return {number: place for place, number in reversed(list(enumerate(self.raw))) if number is not None}


def countings(text: str, usual: str) -> Iterator[Counting]:
    """The ways of counting that differ in a text, the unit `usual` first."""
    seen = set()
    for line_ends, size in LINE_ENDS.items():
        counted, places = _with_line_ends(text, size)
        for unit in sorted(UNITS, key=lambda unit: unit != usual):
            raw = tuple(_numbers(counted, places, unit))
            if raw not in seen:
                seen.add(raw)
                yield Counting(unit + line_ends, raw)


def _numbers(counted: str, places: list[int], unit: str) -> Iterator[int | None]:
    offsets = Offsets(counted, unit)
    for place in places:
        try:
            yield offsets.from_codepoints(place)
        except ValueError:
            yield None


def _with_line_ends(text: str, size: int | None) -> tuple[str, list[int]]:
    """The text with line ends of that size, and the place in it of each character of `text`, and of its end."""
    counted, places = "", []
    for index, character in enumerate(text):
        places.append(len(counted))
        after_return = text[index - 1 : index] == "\r"
        if size == 2 and character == "\n" and not after_return:
            counted += "\r\n"
        elif not (size == 1 and character == "\r" and text[index + 1 : index + 2] == "\n"):
            counted += character
    return counted, [*places, len(counted)]
