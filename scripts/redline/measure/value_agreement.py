"""Agreement between raters on the properties of the same span: attributes, entity keys, dates, and which mentions are of one act."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from redline.core.document import Bounds
from redline.core.layer import Attribute
from redline.core.rated import Raters, Readings, shared
from redline.core.taxonomy import Taxonomy
from redline.measure.agreement import Figure, named, number_of_raters
from redline.measure.class_agreement import alpha_of
from redline.measure.coefficients import Unit
from redline.measure.score import Bootstrap

FIXED, FREE, GROUP = ("enum", "boolean"), ("entity", "entities", "edtf"), "id"
"""Types of attributes: of fixed values; of free ones, where none is a value too; and ids that group mentions."""


def attribute_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[Figure]:
    """Alpha of each attribute over the spans that two raters or more gave equal places and labels; `label` is its name.

    Of ids it is over pairs of such spans of a document: whether they have one id.
    """
    for layer in taxonomy.layers.values():
        documents = shared(raters, layer.layer, taxonomy)
        for attribute in layer.attributes:
            if not _occurs(documents.values(), layer.layer, attribute):
                continue
            if attribute.type in FREE or (attribute.required and attribute.type in (*FIXED, GROUP)):
                grouped = attribute.type == GROUP
                units = [list((_pairs if grouped else _values)(passages, layer.layer, attribute)) for passages in documents.values()]
                unit = "pair of matched spans" if grouped else "matched span"
                recipe = {"layer": layer.layer, "attribute": attribute.name, "unit": unit, "raters": str(number_of_raters(documents))}
                of = named(layer.layer, "alpha", label=attribute.name)
                yield from alpha_of(units, _known(units), of, recipe, bootstrap)


def _occurs(documents: Iterable[Sequence[Readings]], layer: str, attribute: Attribute) -> bool:
    """Whether any rater gave a span the attribute."""
    records = (record for passages in documents for readings in passages for record in readings.values())
    return any(attribute.name in span.attributes for record in records for span in record.layer(layer))


def _known(units: Sequence[Sequence[Unit]]) -> list[Hashable]:
    """The values that occur, in one order."""
    return sorted({value for document in units for unit in document for value in unit if value is not None}, key=repr)


Place = tuple[int, Bounds, str]


def _spans(passages: Sequence[Readings], layer: str, attribute: Attribute) -> dict[Place, dict[str, Hashable]]:
    """Passage, bounds and label of each span that two raters placed -> by rater the value of an attribute."""
    places: dict[Place, dict[str, Hashable]] = {}
    for readings in passages:
        for rater, record in readings.items():
            for span in record.layer(layer):
                if span.label in attribute.labels:
                    key = (record.meta.passage, span.bounds, span.label)
                    places.setdefault(key, {})[rater] = span.attributes.get(attribute.name)
    return {place: values for place, values in sorted(places.items()) if len(values) > 1}


def _values(passages: Sequence[Readings], layer: str, attribute: Attribute) -> Iterator[Unit]:
    """The values of each span; None, which is not a value, where a rater gave none of the scheme's."""
    for values in _spans(passages, layer, attribute).values():
        yield tuple(_value(value, attribute) for value in values.values())


def _value(value: Hashable, attribute: Attribute) -> Hashable:
    if attribute.type in FREE:
        return value or ""
    known = attribute.names or (True, False)
    return value if value in known else None


def _pairs(passages: Sequence[Readings], layer: str, attribute: Attribute) -> Iterator[Unit]:
    """For each two spans of a document by rater whether they have one id; an id that is null is unknown."""
    for one, other in combinations(_spans(passages, layer, attribute).values(), 2):
        both = [rater for rater in one if one[rater] is not None and other.get(rater) is not None]
        if len(both) > 1:
            yield tuple(one[rater] == other[rater] for rater in both)
