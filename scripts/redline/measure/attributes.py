"""Scores of attributes: on the spans with equal places and labels on both sides, how well their values agree."""

from collections.abc import Iterator, Sequence

from redline.core.document import AttributeValue, Record, Span
from redline.core.layer import Attribute, Layer
from redline.measure.counts import Pairs, class_table
from redline.measure.rows import Row, named, row
from redline.measure.score import Bootstrap, macro


def attribute_rows(layer: Layer, systems: Sequence[Pairs], bootstrap: Bootstrap) -> Iterator[Row]:
    """The macro F1 over the values of each required attribute with fixed values, and over their groups; `label` is the attribute's name."""
    for attribute in layer.attributes:
        if attribute.required and attribute.type in ("enum", "boolean"):
            values = [value.name for value in attribute.values] or ["true", "false"]
            tables = [class_table([_values(layer, attribute, document) for document in pairs], values) for pairs in systems]
            recipe = {"layer": layer.layer, "attribute": attribute.name, "spans": "matched", "avg": "macro"}
            yield row(named("attribute_macro_f1", layer=layer.layer, label=attribute.name), tables, macro, recipe, bootstrap)
            if attribute.groups:
                yield _grouped(layer, attribute, systems, bootstrap)


def _grouped(layer: Layer, attribute: Attribute, systems: Sequence[Pairs], bootstrap: Bootstrap) -> Row:
    """The row of an attribute's groups of values, each value taken as its group."""
    groups = attribute.groups
    pairs = [[[(groups.get(a, a), groups.get(b, b)) for a, b in _values(layer, attribute, part)] for part in system] for system in systems]
    tables = [class_table(documents, sorted(set(groups.values()))) for documents in pairs]
    recipe = {"layer": layer.layer, "attribute": attribute.name, "values": "groups", "spans": "matched", "avg": "macro"}
    return row(named("attribute_macro_f1", layer=layer.layer, label=f"{attribute.name} group"), tables, macro, recipe, bootstrap)


def _values(layer: Layer, attribute: Attribute, document: Sequence[tuple[Record, Record]]) -> list[tuple[str, str]]:
    """The two values of each span of a document that both sides have."""
    found = []
    for gold, guess in document:
        if gold.annotated(layer.layer):
            other = {(span.label, span.bounds): span for span in guess.layer(layer.layer)}
            for span in gold.layer(layer.layer):
                match = other.get((span.label, span.bounds))
                if match and span.label in attribute.labels:
                    found.append((_value(span, attribute), _value(match, attribute)))
    return found


def _value(span: Span, attribute: Attribute) -> str:
    value: AttributeValue = span.attributes.get(attribute.name)
    return str(value).lower() if isinstance(value, bool) else str(value or "")
