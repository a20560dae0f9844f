"""What changed between two states of annotations: answers, layers, sentences, classes, spans, their attributes, and relations."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from redline.core.document import Record, Relation, Span

Key = tuple[str, int]


class Change(Struct, frozen=True):
    """One difference: `sign` is + (new), - (gone), ~ (other attributes) or ! (the text itself)."""

    doc: str
    passage: int
    sign: str
    label: str
    what: str

    def __str__(self) -> str:
        return f"{self.sign} {self.what}"


def changes(before: Mapping[Key, Record], after: Mapping[Key, Record]) -> Iterator[Change]:
    """The differences by document and passage; records are keyed by both."""
    for key in sorted(set(before) | set(after)):
        yield from _passage(key, before.get(key), after.get(key))


def _passage(key: Key, old: Record | None, new: Record | None) -> Iterator[Change]:
    if old is not None and new is not None and old.text != new.text:
        yield Change(*key, "!", "text", f"text `{_short(old.text)}` -> `{_short(new.text)}`")
    if old is not None and new is not None:
        yield from _states(key, old, new)
    one, other = (_spans(record) for record in (old, new))
    for place in sorted(set(one) | set(other)):
        left, right = one.get(place), other.get(place)
        if left is None or right is None:
            span = left or right
            assert span is not None
            yield Change(*key, "+" if left is None else "-", span.label, shown(span))
        elif left.attributes != right.attributes:
            yield Change(*key, "~", left.label, f"{shown(right)}: {_attributes(left.attributes, right.attributes)}")
    gone, come = _relations(old), _relations(new)
    yield from (Change(*key, "-", relation[1], " ".join(relation)) for relation in sorted((gone - come).elements()))
    yield from (Change(*key, "+", relation[1], " ".join(relation)) for relation in sorted((come - gone).elements()))


def _states(key: Key, old: Record, new: Record) -> Iterator[Change]:
    """What decides how a passage is used: its answer, the layers that were annotated, its sentences, its classes."""
    for what, before, after in zip(("answer", "layers", "sentences"), _state(old), _state(new), strict=True):
        if before != after:
            yield Change(*key, "~", what, f"{what} {before} -> {after}")
    if old.cats != new.cats:
        yield Change(*key, "~", "classes", f"classes {_classes(old)} -> {_classes(new)}")


def _classes(record: Record) -> str:
    """The value of each class that was asked about, or none."""
    cats = record.cats if isinstance(record.cats, dict) else {}
    return " ".join(f"{name}={value:g}" for name, value in sorted(cats.items())) or "none"


def _state(record: Record) -> tuple[str, str, str]:
    layers = " ".join(f"{name}={how}" for name, how in sorted(record.meta.layers.items())) or "none"
    return record.answer, layers, " ".join(f"{start}..{end}" for start, end in record.sentences)


def _spans(record: Record | None) -> dict[tuple[int, int, str, str, int], Span]:
    """The spans by place, layer and label; of equal ones each has a number."""
    found: dict[tuple[int, int, str, str, int], Span] = {}
    seen: Counter[tuple[int, int, str, str]] = Counter()
    for span in record.spans if record else ():
        place = (span.start, span.end, span.layer, span.label)
        found[*place, seen[place]] = span
        seen[place] += 1
    return found


def _relations(record: Record | None) -> Counter[tuple[str, str, str]]:
    """The relations by the words and places of their ends, so that other ids are not a difference."""
    if record is None:
        return Counter()
    return Counter((_end(record, r, "head_id"), r.label, _end(record, r, "child_id")) for r in record.relations)


def _end(record: Record, relation: Relation, side: str) -> str:
    name = getattr(relation, side)
    span = record.by_id.get(name)
    return f"{span.label} “{_short(span.text)}” {span.start}..{span.end}" if span else f"`{name}`"


def shown(span: Span) -> str:
    """A span as a line of a diff."""
    return f"{span.label} “{_short(span.text)}” {span.start}..{span.end} {span.id}"


def _attributes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = [name for name in sorted({*old, *new}) if old.get(name, "absent") != new.get(name, "absent")]
    return ", ".join(f"{name} {old.get(name, 'absent')} -> {new.get(name, 'absent')}" for name in names)


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def lines(record: Record) -> Iterator[str]:
    """A record as lines that a line-based diff shows well: its text, its state, then a line a span and a relation."""
    yield f"[{record.meta.doc}, passage {record.meta.passage}] {record.text}"
    answer, layers, sentences = _state(record)
    yield f"  answer {answer}; layers {layers}; sentences {sentences}"
    for span in record.spans:
        told = " ".join(f"{name}={value}" for name, value in sorted(span.attributes.items()))
        yield f"  {shown(span)} {told}".rstrip()
    for relation in sorted(_relations(record).elements()):
        yield f"  {' '.join(relation)}"
