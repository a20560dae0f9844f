"""A picture of an annotated passage, as SVG with nothing to load: the text, and under it the spans of each layer with their roles."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from redline.core.document import Bounds, Record, Span
from redline.core.layer import Layer
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project

WIDTH = 92
CHARACTER, LETTER, ROW, MARGIN = 8.4, 6.1, 20, 20
"""Widths of a letter of the text and of a tag, height of a row of spans, and the margin, in pixels."""
SHOWN = ("dam-wire", 3)
LINES = {"solid": (3.0, "", 0), "double": (1.3, "", 3), "dotted": (3.0, "2.5 2.5", 0), "hatched": (5.0, "2.5 1.5", 0)}
"""How the line of a layer is drawn: its width, its dashes, and how far below it a second line is."""
FONT = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
Tag = list[tuple[str, str]]
"""The words of a tag, each part with the layer that colours it."""


def of_project(project: Project) -> str:
    """The picture of the passage that the README shows."""
    doc, passage = SHOWN
    return draw(jsonl.read_one(project.gold / f"{doc}.jsonl", project.words()).records[passage], project.taxonomy())


def draw(record: Record, taxonomy: Taxonomy, width: int = WIDTH) -> str:
    """The SVG of a record; `width` in characters a line."""
    layers = {layer.layer: layer for layer in sorted(taxonomy.layers.values(), key=lambda layer: layer.helper)}
    tags = {span.id: tag(span, record, layers) for span in record.spans}
    parts: list[str] = []
    y = MARGIN
    for start, end in lines(record.text, width):
        y += 16
        parts.append(_text(MARGIN, y, record.text[start:end]))
        y += 6
        for row in rows([span for span in record.spans if span.start < end and span.end > start], list(layers), tags):
            parts += [part for span in row for part in _span(span, (start, end), y, layers, tags[span.id], width)]
            y += ROW
        y += 10
    y += 12
    parts += _legend(layers.values(), y)
    box = (round(2 * MARGIN + width * CHARACTER), y + MARGIN)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box[0]} {box[1]}" width="{box[0]}" height="{box[1]}" role="img">'
    title = f"<title>An annotated passage of {escape(record.meta.doc)}</title>"
    background = f'<rect class="paper" width="{box[0]}" height="{box[1]}" rx="8"/>'
    return "\n".join([head, title, f"<style>{_style(layers.values())}</style>", background, *parts, "</svg>"]) + "\n"


def tag(span: Span, record: Record, layers: Mapping[str, Layer]) -> Tag:
    """The label of a span and its roles; a helper span that has a role shows that alone."""
    roles: dict[tuple[str, str], list[str]] = {}
    for relation in record.relations:
        if relation.child_id == span.id:
            head = record.by_id[relation.head_id]
            roles.setdefault((relation.label, head.layer), []).append(head.label)
    parts = [(f"{role} of {' and '.join(heads)}", layer) for (role, layer), heads in roles.items()]
    return parts if parts and layers[span.layer].helper else [(span.label, span.layer), *parts]


def lines(text: str, width: int) -> Iterator[Bounds]:
    """The `[start, end)` of lines of at most `width` characters, broken at spaces."""
    start = 0
    while len(text) - start > width:
        cut = text.rfind(" ", start, start + width)
        cut = cut if cut > start else start + width
        yield start, cut
        start = cut + (text[cut : cut + 1] == " ")
    yield start, len(text)


def rows(spans: list[Span], order: list[str], tags: Mapping[str, Tag]) -> list[list[Span]]:
    """Spans in as few rows as keep them and their tags apart, the layers in the order given."""
    found: list[tuple[str, list[Span]]] = []
    for span in sorted(spans, key=lambda s: (order.index(s.layer), s.start)):
        for layer, row in found:
            if layer == span.layer and max(row[-1].end, row[-1].start + _length(tags[row[-1].id]) / CHARACTER) < span.start:
                row.append(span)
                break
        else:
            found.append((span.layer, [span]))
    return [row for _, row in found]


def _length(parts: Tag) -> float:
    """The width of a tag in pixels."""
    return LETTER * (sum(len(words) for words, _ in parts) + 2 * (len(parts) - 1))


def _span(span: Span, line: Bounds, y: int, layers: Mapping[str, Layer], parts: Tag, width: int) -> Iterator[str]:
    """The line of a span, and its tag where the span begins, which stays inside the picture."""
    start, end = line
    left, right = (MARGIN + (place - start) * CHARACTER for place in (max(span.start, start), min(span.end, end)))
    yield from _line(layers[span.layer], left, right, y)
    if span.start >= start:
        x = min(left, MARGIN + width * CHARACTER - _length(parts))
        words = "  ".join(f'<tspan class="{layer}">{escape(words)}</tspan>' for words, layer in parts)
        yield f'<text x="{x:.1f}" y="{y + 12}" class="tag" xml:space="preserve">{words}</text>'


def _line(layer: Layer, left: float, right: float, y: int) -> Iterator[str]:
    thickness, dashes, second = LINES[layer.line]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    for place in (y, y + second) if second else (y,):
        yield f'<path class="{layer.layer}" d="M{left:.1f} {place}H{right:.1f}" stroke-width="{thickness}"{dashed}/>'


def _text(x: float, y: int, words: str) -> str:
    length = f' textLength="{len(words) * CHARACTER:.1f}"' if words.strip() else ""
    return f'<text x="{x:.1f}" y="{y}" xml:space="preserve"{length}>{escape(words)}</text>'


def _legend(layers: Iterable[Layer], y: int) -> Iterator[str]:
    """The line and the title of each layer, side by side."""
    x = float(MARGIN)
    for layer in layers:
        yield from _line(layer, x, x + 24, y - 3)
        yield f'<text x="{x + 30:.1f}" y="{y}" class="tag"><tspan class="{layer.layer}">{escape(layer.title)}</tspan></text>'
        x += 30 + LETTER * len(layer.title) + 26


def _style(layers: Iterable[Layer]) -> str:
    """The colours on light and on dark paper."""
    layers = list(layers)
    light, dark = (
        f"text{{fill:{ink}}}.paper{{fill:{paper};stroke:{edge}}}" + "".join(_ink(layer.layer, colour) for layer, colour in colours)
        for ink, paper, edge, colours in (
            ("#1f2328", "#ffffff", "#d0d7de", [(layer, layer.colour) for layer in layers]),
            ("#e6edf3", "#0d1117", "#30363d", [(layer, layer.dark) for layer in layers]),
        )
    )
    return f"text{{font:14px {FONT}}}.tag{{font-size:10px;font-weight:bold}}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _ink(name: str, colour: str) -> str:
    return f".{name}{{stroke:{colour}}}tspan.{name}{{fill:{colour};stroke:none}}"
