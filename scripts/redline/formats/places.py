"""Spans of which a file gives offsets and words: whether they agree, and where the words are when they do not.

Tools count in other units, with or without a byte order mark, and line ends as one character or two. A way of counting and a shift
that lead *every* span of a record to its words are taken if they are the only ones. If there is none, a span is taken to its words
if they occur once. Everything else is left to a person: nothing is guessed.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from redline.core.document import Bounds, Record
from redline.core.errors import RedlineError
from redline.core.offsets import Offsets
from redline.core.quoting import occurrences
from redline.formats.counting import Counting, countings

CODE_POINTS = "codepoint"
LINE_ENDS = {ord(character): " " for character in "\t\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}
"""What a line cannot contain: files of lines have spaces there."""
TOO = " too "


class Stated(Struct, frozen=True):
    """A span as a file has it: what it is called, offsets in the unit of the file, and its words, where the file has them.

    In a file of lines (`lined`) the words have spaces for line ends and tabs.
    """

    what: str
    start: int
    end: int
    words: str | None = None
    lined: bool = False


class Move(Struct, frozen=True):
    """A span that is not at its words: its offsets in the file and where its words are, in code points, or None; and why."""

    place: str
    what: str
    old: Bounds
    new: Bounds | None
    why: str

    def __str__(self) -> str:
        found = f" -> {self.new[0]}..{self.new[1]}" if self.new else ""
        return f"{self.place}: {self.what} {self.old[0]}..{self.old[1]}{found}: {self.why}"


class MisplacedError(RedlineError):
    """A file with spans that cannot be taken to their words; `moves` are all that are not at theirs."""

    def __init__(self, message: str, moves: Sequence[Move]) -> None:
        super().__init__(message)
        self.moves = moves


def of_record(record: Record, place: str, *, repair: bool) -> tuple[Record, list[Move]]:
    """The record with its spans at their words, without those that are not found and their relations; and what was moved or not found.

    Raises ValueError for the first span that is not at its words, where none is to be moved.
    """
    spans = [Stated(f"{span.label} `{span.id}`", span.start, span.end, span.text) for span in record.spans]
    bounds, moves = placed(record.text, spans, place, repair=repair)
    if not moves:
        return record, moves
    pairs = [(span, at) for span, at in zip(record.spans, bounds, strict=True) if at]
    moved = tuple(structs.replace(span, start=at[0], end=at[1], text=record.text[slice(*at)]) for span, at in pairs)
    lost = {span.id for span, at in zip(record.spans, bounds, strict=True) if not at}
    relations = tuple(one for one in record.relations if lost.isdisjoint((one.head_id, one.child_id)))
    return structs.replace(record, spans=moved, relations=relations), moves


def placed(
    text: str, spans: Sequence[Stated], place: str, unit: str = CODE_POINTS, *, repair: bool
) -> tuple[list[Bounds | None], list[Move]]:
    """What `repaired` gives; or, where nothing is to be moved, the places as `agreed` gives them."""
    return repaired(text, spans, place, unit) if repair else (list(agreed(text, spans, unit)), [])


def agreed(text: str, spans: Sequence[Stated], unit: str = CODE_POINTS) -> list[Bounds]:
    """The places of spans in code points.

    Raises ValueError for the first that is not in the text or not at its words.
    """
    offset = Offsets(text, unit).to_codepoints
    places = []
    for span in spans:
        start, end = offset(span.start), offset(span.end)
        if span.words is not None and text[start:end] != span.words:
            raise ValueError(differing(start, end, text, span.words))
        places.append((start, end))
    return places


def differing(start: int, end: int, text: str, words: str) -> str:
    """That the words of a span are not those at its place, in a line."""
    covered, stored = (each.translate(LINE_ENDS) for each in (text[start:end], words))
    return f"span {start}..{end} covers `{covered}` and stores `{stored}`"


def repaired(text: str, spans: Sequence[Stated], place: str, unit: str = CODE_POINTS) -> tuple[list[Bounds | None], list[Move]]:
    """The places of spans in code points, None for one that is not found, and what was moved or not found; `place` begins each line."""
    try:
        return list(agreed(text, spans, unit)), []
    except ValueError:
        spans = [structs.replace(span, words=_with_line_ends_of(text, span.words)) for span in spans]
    usual = next(countings(text, unit))
    stated = [_at(usual, text, span, 0) for span in spans]
    ways = {} if None not in stated else _ways(text, spans, unit)
    if len(ways) == 1:
        ((found, why),) = ways.items()
        places: list[tuple[Bounds | None, str]] = [(bounds, why) for bounds in found]
    else:
        why = "several ways of counting lead to words like these" if ways else ""
        places = [(bounds, "") if bounds else _once(text, span, why) for bounds, span in zip(stated, spans, strict=True)]
    moves = [
        Move(place, span.what, (span.start, span.end), new, why)
        for span, old, (new, why) in zip(spans, stated, places, strict=True)
        if new != old or new is None
    ]
    return [bounds for bounds, _ in places], moves


def _ways(text: str, spans: Sequence[Stated], unit: str) -> dict[tuple[Bounds, ...], str]:
    """By the places that they lead to, the ways of counting that lead every span to its words."""
    ways: dict[tuple[Bounds, ...], str] = {}
    clearest = min((span for span in spans if span.words), key=lambda span: len(_occurrences(text, span)), default=None)
    for counting in countings(text, unit) if clearest else ():
        assert clearest is not None
        for shift in _shifts(counting, text, clearest):
            places = [_at(counting, text, span, shift) for span in spans]
            found = tuple(bounds for bounds in places if bounds)
            if len(found) == len(places) and (found not in ways or (shift == 0 and TOO in ways[found])):
                ways[found] = f"counted as {counting.name}" + (f", {abs(shift)}{TOO}{'low' if shift > 0 else 'high'}" if shift else "")
    return ways


def _shifts(counting: Counting, text: str, span: Stated) -> Iterator[int]:
    """How far the start of a span is from where its words begin, each time that they occur."""
    for start in _occurrences(text, span):
        if (number := counting.raw[start]) is not None:
            yield number - span.start


def _at(counting: Counting, text: str, span: Stated, shift: int) -> Bounds | None:
    """The place of a span in a way of counting; None if there is none, or if other words are there."""
    start, end = (counting.codepoints.get(number + shift) for number in (span.start, span.end))
    if start is None or end is None or start >= end:
        return None
    return (start, end) if span.words is None or _lined(text[start:end], span) == span.words else None


def _once(text: str, span: Stated, why: str) -> tuple[Bounds | None, str]:
    """The one place where the words of a span occur; or None, and why."""
    among = _occurrences(text, span)
    if not among:
        return None, f"the text has no `{span.words}`" if span.words else "it has no words"
    if len(among) > 1 or why:
        nearest = min(among, key=lambda start: abs(start - span.start))
        return None, f"{why or f'its words occur {len(among)} times'}; the nearest are at {nearest}..{nearest + len(str(span.words))}"
    return (among[0], among[0] + len(str(span.words))), "its words occur once"


def _occurrences(text: str, span: Stated) -> list[int]:
    return occurrences(_lined(text, span), span.words, words=False) if span.words else []


def _with_line_ends_of(text: str, words: str | None) -> str | None:
    """The words with line ends as the text has them."""
    if words is None or words in text:
        return words
    return next((form for form in (words.replace("\r\n", "\n"), words.replace("\n", "\r\n")) if form in text), words)


def _lined(words: str, span: Stated) -> str:
    """Words as the file of the span has them."""
    return words.translate(LINE_ENDS) if span.lined else words
