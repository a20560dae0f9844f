"""A text with its spans below it: lines of a terminal's width, and under each line a bar for every span, so that none hides another."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from redline.cli.excerpt import columns, visible
from redline.cli.style import Style
from redline.core.document import Bounds, Span


class Bar(Struct, frozen=True):
    """A span on one line of text: its columns `[start, end)`, and whether it begins and ends on this line."""

    span: Span
    start: int
    end: int
    begins: bool
    ends: bool

    @property
    def width(self) -> int:
        """The columns that the bar takes with its label; the label is next to a bar that is too short for it."""
        size = self.end - self.start
        return size if size >= len(self.span.label) + 2 else size + len(self.span.label)


def draw(text: str, bounds: Bounds, spans: Sequence[Span], colours: Mapping[str, str], *, width: int, style: Style) -> Iterator[str]:
    """The lines of `text[bounds]`, each of at most `width` columns, with the bars of the spans below it.

    `colours` is an SGR code for each layer, in the order in which their bars come.
    """
    for start, end in _lines(text, bounds, width):
        here = [span for span in spans if span.start < end and span.end > start]
        yield _painted(text, (start, end), here, colours, style)
        bars = [_bar(text, (start, end), span) for span in here]
        for lane in _lanes(sorted(bars, key=lambda bar: (list(colours).index(bar.span.layer), bar.start, -bar.end))):
            yield _lane(lane, colours, style)


def _lines(text: str, bounds: Bounds, width: int) -> Iterator[Bounds]:
    """The `[start, end)` of lines of at most `width` columns, broken after spaces if possible."""
    start, place, used, space = bounds[0], bounds[0], 0, bounds[0]
    while place < bounds[1]:
        size = columns(visible(text[place]))
        if used + size > width and place > start:
            cut = space if space > start else place
            yield start, cut
            start, place, used, space = cut, cut, 0, cut
            continue
        used += size
        place += 1
        space = place if text[place - 1] == " " else space
    if start < bounds[1]:
        yield start, bounds[1]


def _painted(text: str, line: Bounds, spans: Sequence[Span], colours: Mapping[str, str], style: Style) -> str:
    """The line, each stretch in the colour of the shortest span that covers it."""
    edges = {line[0], line[1], *(edge for span in spans for edge in span.bounds if line[0] < edge < line[1])}
    parts = []
    for start, end in zip(sorted(edges)[:-1], sorted(edges)[1:], strict=True):
        over = [span for span in spans if span.start <= start and end <= span.end]
        shortest = min(over, key=lambda span: span.end - span.start, default=None)
        shown = visible(text[start:end].replace("\n", " "))
        parts.append(style.paint(shown, colours[shortest.layer]) if shortest else shown)
    return "".join(parts).rstrip(" ")


def _bar(text: str, line: Bounds, span: Span) -> Bar:
    start, end = max(span.start, line[0]), min(span.end, line[1])
    first = columns(visible(text[line[0] : start]))
    last = columns(visible(text[line[0] : end].rstrip(" ") if end < span.end else text[line[0] : end]))
    return Bar(span, first, max(last, first + 1), start == span.start, end == span.end)


def _lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """The bars in as few lanes as keep them and their labels apart, a layer's together."""
    lanes: list[list[Bar]] = []
    for bar in bars:
        for lane in lanes:
            if lane[-1].span.layer == bar.span.layer and lane[-1].start + lane[-1].width < bar.start:
                lane.append(bar)
                break
        else:
            lanes.append([bar])
    return lanes


def _lane(lane: Sequence[Bar], colours: Mapping[str, str], style: Style) -> str:
    line, used = "", 0
    for bar in lane:
        line += " " * (bar.start - used) + style.paint(_shape(bar, style), colours[bar.span.layer])
        used = bar.start + bar.width
    return line


def _shape(bar: Bar, style: Style) -> str:
    """The bar with its label in it or, where it is too short, behind it."""
    left, run, right, alone = "└─┘│" if style.boxes else "|-||"
    size, label = bar.end - bar.start, bar.span.label
    first, last = left if bar.begins else run, right if bar.ends else run
    if size == 1:
        return alone + label
    inside = label if size >= len(label) + 2 else ""
    return first + inside + run * (size - 2 - len(inside)) + last + ("" if inside else label)
