"""A picture of an annotated passage, as SVG with nothing to load: the text, and under it the spans of each layer."""

from collections.abc import Iterator
from html import escape

from redline.core.document import Bounds, Record, Span
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project

WIDTH = 92
CHARACTER, ROW, MARGIN = 8.4, 15, 16
SHOWN = ("dam-wire", 3)


def of_project(project: Project) -> str:
    """The picture of the passage that the README shows."""
    doc, passage = SHOWN
    return draw(jsonl.read_one(project.gold / f"{doc}.jsonl").records[passage], project.taxonomy())


def draw(record: Record, taxonomy: Taxonomy, width: int = WIDTH) -> str:
    """The SVG of a record; `width` in characters a line."""
    colours = {layer.layer: layer.colour for layer in sorted(taxonomy.layers.values(), key=lambda layer: layer.helper)}
    parts: list[str] = []
    y = MARGIN
    for start, end in lines(record.text, width):
        y += 18
        parts.append(_text(MARGIN, y, record.text[start:end], "text"))
        for row in rows([span for span in record.spans if span.start < end and span.end > start], list(colours)):
            y += ROW
            parts += [part for span in row for part in _bar(span, (start, end), y, colours[span.layer])]
        y += 12
    box = (round(2 * MARGIN + width * CHARACTER), y + MARGIN)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box[0]} {box[1]}" width="{box[0]}" height="{box[1]}" role="img">'
    style = "text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328}.label{font-size:10px;font-weight:bold}"
    title = f"<title>An annotated passage of {escape(record.meta.doc)}</title>"
    background = f'<rect width="{box[0]}" height="{box[1]}" rx="6" fill="#ffffff" stroke="#d0d7de"/>'
    return "\n".join([head, title, f"<style>{style}</style>", background, *parts, "</svg>"]) + "\n"


def lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The `[start, end)` of lines of at most `width` characters, broken at spaces."""
    start = 0
    while len(text) - start > width:
        cut = text.rfind(" ", start, start + width)
        cut = cut if cut > start else start + width
        yield start, cut
        start = cut + (text[cut : cut + 1] == " ")
    yield start, len(text)


def rows(spans: list[Span], order: list[str]) -> list[list[Span]]:
    """Spans in as few rows as keep them and their labels apart, the layers in the order given."""
    found: list[tuple[str, list[Span]]] = []
    for span in sorted(spans, key=lambda s: (order.index(s.layer), s.start)):
        for layer, row in found:
            if layer == span.layer and max(row[-1].end, row[-1].start + len(row[-1].label)) < span.start:
                row.append(span)
                break
        else:
            found.append((span.layer, [span]))
    return [row for _, row in found]


def _bar(span: Span, line: Bounds, y: int, colour: str) -> Iterator[str]:
    start, end = line
    left = MARGIN + (max(span.start, start) - start) * CHARACTER
    right = MARGIN + (min(span.end, end) - start) * CHARACTER
    yield f'<rect x="{left:.1f}" y="{y - 10}" width="{right - left:.1f}" height="2.5" fill="{colour}"/>'
    if span.start >= start:
        yield _text(left, y + 1, span.label, "label", colour)


def _text(x: float, y: int, words: str, kind: str, colour: str = "") -> str:
    length = f' textLength="{len(words) * CHARACTER:.1f}"' if kind == "text" and words.strip() else ""
    fill = f' style="fill:{colour}"' if colour else ""
    return f'<text x="{x:.1f}" y="{y}" class="{kind}" xml:space="preserve"{length}{fill}>{escape(words)}</text>'
