"""A document as `redline show` draws it: passages, sentences and spans with their numbers, attributes and relations."""

from collections.abc import Iterator

from redline.cli import lanes, style
from redline.cli.excerpt import visible
from redline.core.document import Record, Span, plain
from redline.core.taxonomy import Taxonomy


def lines(record: Record, taxonomy: Taxonomy, look: style.Style, *, width: int, listed: bool) -> Iterator[str]:
    """The lines of one passage; with `listed`, its spans one by one below the text."""
    colours = colours_of(taxonomy)
    spans = [span for span in record.spans if span.layer in colours]
    margin = len(f"{record.meta.passage}.{len(record.sentences)} ")
    for index, bounds in enumerate(record.sentences):
        head = f"{record.meta.passage}.{index}".ljust(margin)
        for number, line in enumerate(lanes.draw(record.text, bounds, spans, colours, width=width - margin, style=look)):
            yield (look.faint(head) if number == 0 else " " * margin) + line
    for span in spans if listed else ():
        yield from _entry(record, span, colours[span.layer], look)


def related(record: Record, taxonomy: Taxonomy, look: style.Style) -> Iterator[str]:
    """The lines of the spans with relations to others, each with its relations below it."""
    colours, heads = colours_of(taxonomy), {relation.head_id for relation in record.relations}
    for span in record.spans:
        if span.id in heads and span.layer in colours:
            yield from _entry(record, span, colours[span.layer], look)


def colours_of(taxonomy: Taxonomy) -> dict[str, str]:
    """A colour for each layer, those that only serve others last."""
    return style.by_name(layer.layer for layer in sorted(taxonomy.layers.values(), key=lambda layer: layer.helper))


def _entry(record: Record, span: Span, colour: str, look: style.Style) -> Iterator[str]:
    attributes = " ".join(f"{name}={plain(value)}" for name, value in span.attributes.items())
    place = look.faint(f"{record.meta.passage}:{span.id}".ljust(6))
    yield f"  {place} {look.paint(span.label, colour, '1')} {quoted(span.text, look)} {look.faint(attributes)}".rstrip()
    for relation in record.relations:
        child = record.by_id.get(relation.child_id)
        if relation.head_id == span.id and child is not None:
            arrow = "→" if look.boxes else "->"
            yield f"         {relation.label} {arrow} {record.meta.passage}:{child.id} {child.label} {quoted(child.text, look)}"


def quoted(text: str, look: style.Style, most: int = 70) -> str:
    """`text` in quotation marks on one line, its middle left out where it is longer than `most` characters."""
    text = visible(" ".join(text.split()))
    if len(text) > most:
        text = f"{text[: most // 2 - 2]} ... {text[-(most // 2 - 3) :]}"
    return f"“{text}”" if look.boxes else f'"{text}"'
