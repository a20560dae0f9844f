"""How a label came about, as `redline why` prints it."""

from collections.abc import Iterator, Mapping

from redline.adjudicate import worklist
from redline.adjudicate.decisions import Decision
from redline.cli.passages import colours_of, quoted
from redline.cli.style import Style
from redline.core.document import Origin, Span, plain
from redline.core.taxonomy import Taxonomy
from redline.curate.provenance import Provenance


def lines(found: Provenance, taxonomy: Taxonomy, style: Style) -> Iterator[str]:
    """The span, each rater's reading of it, the differences with what was decided, and the rulings of the scheme."""
    doc, colour = found.record.meta.doc, colours_of(taxonomy)[found.span.layer]
    yield f"{style.bold(doc)} {found.part.number}:{found.span.id} {_span(found.span, colour, style)}"
    yield f"  {_origin(found.span)}"
    width = max(map(len, found.readings), default=0)
    yield from (f"  {rater:<{width}} {_span(span, colour, style)}" for rater, span in found.readings.items())
    if found.added:
        yield "  no rater marked it; a decision added it" + (f": {found.added['note']}" if found.added.get("note") else "")
    entries = [line for difference, decision in found.differences for line in worklist.entry(found.part, difference, decision, taxonomy)]
    yield from entries
    for name, decision in found.overrides.items():
        yield f"{name} {decision.about}"
        yield f"  decided against all raters: {_decision(decision)}"
    yield from (style.faint(f"  = {ruling}") for ruling in found.rulings if f"  = {ruling}" not in entries)


def _span(span: Span | None, colour: str, style: Style) -> str:
    if span is None:
        return "nothing"
    attributes = " ".join(f"{name}={plain(value)}" for name, value in span.attributes.items())
    return f"{style.paint(span.label, colour, '1')} {quoted(span.text, style)} {span.start}..{span.end} {attributes}".rstrip()


def _origin(span: Span) -> str:
    origin = span.origin if isinstance(span.origin, Origin) else None
    if origin is None:
        return "its origin is not recorded"
    raters = f"; {' and '.join(origin.raters)} gave it these bounds and this label" if origin.raters else ""
    return f"{origin.how}{raters}"


def _decision(decision: Decision) -> str:
    take = (
        plain(decision.take) if not isinstance(decision.take, Mapping) else ", ".join(f"{k} {plain(v)}" for k, v in decision.take.items())
    )
    who = ", ".join(part for part in (decision.reason, decision.by, decision.date) if part)
    return f"{take} ({who})" + (f": {decision.note}" if decision.note else "")
