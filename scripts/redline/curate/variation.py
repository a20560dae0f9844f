"""Variation: the same words with two readings in one layer, or labelled here and not there. Some of them are mistakes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from redline.core.document import Bounds, Document, Record, Span, plain
from redline.curate.concordance import Match

TWICE = 2
"""An expression that is labelled this often can vary."""


class Expression(Struct):
    """Words that a layer labels, without regard to case: their spans by reading, and their places without a span of the layer."""

    words: str
    readings: dict[str, list[Match]]
    unlabelled: list[Match]

    @property
    def labelled(self) -> int:
        """How often the words are a span."""
        return sum(map(len, self.readings.values()))

    @property
    def rare(self) -> list[tuple[str, list[Match]]]:
        """The readings, the rarest first, without the most frequent one: where a mistake is most probable."""
        return sorted(self.readings.items(), key=lambda pair: (len(pair[1]), pair[0]))[:-1]


def expressions(documents: Iterable[Document], layer: str, attributes: Sequence[str] = (), *, unlabelled: bool = False) -> list[Expression]:
    """The expressions of a layer; those with most rare readings are first.

    A reading is the label and the values of `attributes`. Bare records with missing texts are left out. With `unlabelled`, whole
    words outside of every span of the layer are looked up for expressions that are labelled twice.
    """
    records = [record for document in documents for record in document.records if record.text and record.annotated(layer)]
    found: dict[str, Expression] = {}
    for record in records:
        for span in record.layer(layer):
            one = found.setdefault(_words(span.text), Expression(_words(span.text), defaultdict(list), []))
            one.readings[_reading(span, attributes)].append(_match(record, span.bounds, span))
    if unlabelled:
        _look_up({words: one for words, one in found.items() if one.labelled >= TWICE}, records, layer)
    return sorted(found.values(), key=lambda one: (-sum(len(matches) for _, matches in one.rare), -one.labelled, one.words))


def counts(found: Sequence[Expression]) -> dict[str, int]:
    """How many expressions there are, how many are labelled twice or more, and how many of these have several readings."""
    repeated = [one for one in found if one.labelled >= TWICE]
    return {"expressions": len(found), "repeated": len(repeated), "varying": sum(len(one.readings) > 1 for one in repeated)}


def _look_up(found: dict[str, Expression], records: Iterable[Record], layer: str) -> None:
    """Adds to each expression its places that no span of the layer touches."""
    if not found:
        return
    longest = sorted(found, key=len, reverse=True)
    forms = "|".join(r"\s+".join(map(re.escape, words.split())) for words in longest)
    pattern = re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)
    for record in records:
        for bounds in _free(record, pattern, layer):
            one = found.get(_words(record.text[slice(*bounds)]))
            if one:
                one.unlabelled.append(_match(record, bounds))


def _free(record: Record, pattern: re.Pattern[str], layer: str) -> Iterator[Bounds]:
    spans = record.layer(layer)
    for start, end in (match.span() for match in pattern.finditer(record.text)):
        if not any(span.start < end and start < span.end for span in spans):
            yield start, end


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def _reading(span: Span, attributes: Sequence[str]) -> str:
    """The label and the attributes as they are printed; an attribute that the span does not have is left out."""
    return " ".join([span.label, *(f"{name}={plain(span.attributes[name])}" for name in attributes if name in span.attributes)])


def _match(record: Record, bounds: Bounds, span: Span | None = None) -> Match:
    return Match(record, bounds, record.sentence_of(*bounds), span)
