"""What formats lose: one vocabulary, and the records without it. `read(write(records)) == forget(records, LOSES)` for each format.

A kind either leaves out records or spans, each of them for a reason, or drops things that are counted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from redline.core.bio import encode
from redline.core.document import ACCEPT, Bounds, Document, Extra, Record, Relation, Span, canonical, group, restricted
from redline.core.errors import RedlineError
from redline.core.predictions import place
from redline.core.quoting import occurrences
from redline.core.tokenizer import Token
from redline.core.tokens import tokens_of, with_tokens, words
from redline.formats.loss import Loss, Report, loss
from redline.formats.usable import refuse_doubled

Forget = Callable[[Record, str], Record | None]


class Kind(Struct, frozen=True):
    """Something that formats lose: its name, the record without it, and why each record or span is left out or how many things are."""

    name: str
    forget: Forget
    why: str = ""
    count: Callable[[Record, str], int] | None = None

    def __hash__(self) -> int:
        return hash(self.name)


def _kept(record: Record, spans: Iterable[Span]) -> Record:
    """The record with these spans alone, and the relations between them."""
    among = tuple(spans)
    names = {span.id for span in among}
    relations = tuple(one for one in record.relations if one.head_id in names and one.child_id in names)
    return msgspec.structs.replace(record, spans=among, relations=relations)


def _with_meta(record: Record, **fields: object) -> Record:
    return msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, **fields))


def _spans(change: Callable[[Span], Span]) -> Forget:
    return lambda record, _: msgspec.structs.replace(record, spans=tuple(change(span) for span in record.spans))


def _only(fits: Callable[[Record, Span], bool]) -> Forget:
    return lambda record, _: _kept(record, (span for span in record.spans if fits(record, span)))


def _on_tokens(record: Record, _: str) -> Record:
    starts, ends = ({getattr(token, side) for token in tokens_of(record)} for side in ("start", "end"))
    return _kept(record, (span for span in record.spans if span.start in starts and span.end in ends))


def _apart(record: Record, _: str) -> Record:
    """The spans that BIO tags contain: of those that overlap the first."""
    left = encode(tokens_of(record), record.spans)[1]
    return _kept(record, (span for span in record.spans if span not in left))


def _one_layer(record: Record, layer: str) -> Record:
    kept = restricted(record, {layer})
    return _with_meta(kept, layers={name: state for name, state in record.meta.layers.items() if name == layer})


def _sentence(record: Record, span: Span) -> bool:
    """Whether a span is in one sentence, which reaches to the beginning of the next."""
    return not any(span.start < start < span.end for start, _ in record.sentences[1:])


def numbered(record: Record) -> Record:
    """The record with spans named s1, s2, ... in their order."""
    names = {span.id: f"s{number}" for number, span in enumerate(record.spans, 1)}
    relations = tuple(Relation(names[one.head_id], names[one.child_id], one.label) for one in record.relations)
    spans = tuple(msgspec.structs.replace(span, id=names[span.id]) for span in record.spans)
    return msgspec.structs.replace(record, spans=spans, relations=relations)


def _spaced(record: Record, _: str) -> Record | None:
    """The record with a space for each character between its words, and sentences from word to word; None without a word."""
    among = [token for token in tokens_of(record) if not token.text.isspace()]
    text = ""
    for token in among:
        text = text.ljust(token.start) + token.text
    starts = [start for start, _ in record.sentences][1:]
    groups: dict[int, list[Bounds]] = {}
    for token in among:
        groups.setdefault(sum(start <= token.start for start in starts), []).append((token.start, token.end))
    bounds = tuple((places[0][0], places[-1][1]) for places in groups.values())
    spans = tuple(msgspec.structs.replace(span, text=text[span.start : span.end]) for span in record.spans)
    spaced = msgspec.structs.replace(record, text=text, sentences=bounds, spans=spans)
    ends = [Token(token.text, token.start, token.end, text[token.end : token.end + 1] == " ") for token in among]
    return with_tokens(spaced, ends) if text else None


def _spaced_otherwise(record: Record, layer: str) -> int:
    """1 if the characters between the words of a record, such as line ends and no-break spaces, do not all come back."""
    spaced = _spaced(record, layer)
    return int(spaced is not None and spaced.text != record.text)


def _spaced_more(record: Record, _: str) -> int:
    """1 if a text begins with a space, or has several spaces together, of which one comes back."""
    return int(record.text.startswith(" ") or "  " in record.text)


def _no_meta(record: Record, _: str) -> Record:
    layers = dict.fromkeys(record.meta.layers, "done")
    return _with_meta(record, offset=0, rater=UNSET, layers=layers)


def _listed(record: Record) -> list[Any] | None:
    """The tokens that the file of a record gave."""
    return record.extra.task.get("tokens") if isinstance(record.extra, Extra) else None


def _only_tokens(record: Record, _: str) -> Record:
    listed = _listed(record)
    return msgspec.structs.replace(record, extra=UNSET if listed is None else Extra(task={"tokens": listed}))


def _without_tokens(record: Record, _: str) -> Record:
    return record if _listed(record) is None else with_tokens(record, words(record.text))


def _has(*fields: str) -> Callable[[Record, str], int]:
    return lambda record, _: sum(getattr(record, field) is not UNSET for field in fields)


def _replaced(**fields: object) -> Forget:
    return lambda record, _: msgspec.structs.replace(record, **fields)


ANSWERS = Kind("answers", lambda record, _: record if record.answer == ACCEPT else None, "it was not accepted")
UNANNOTATED = Kind(
    "layers that were not annotated", lambda r, layer: r if layer in r.meta.layers else None, "the layer was not annotated in it"
)
OTHER_LAYERS = Kind("spans of other layers", _one_layer, count=lambda record, layer: sum(span.layer != layer for span in record.spans))
LABELS = Kind("labels with white space", _only(lambda _, span: not any(map(str.isspace, span.label))), "its label contains white space")
EDGES = Kind(
    "spans with white space at an edge", _only(lambda _, span: span.text == span.text.strip()), "it begins or ends with white space"
)
CUT_TOKENS = Kind("spans that cut tokens", _on_tokens, "it cuts a token")
CUT_WORDS = Kind("spans that cut words", _only(lambda r, span: span.start in occurrences(r.text, span.text)), "it cuts a word")
OVER_SENTENCES = Kind("spans over sentence bounds", _only(_sentence), "it runs over a sentence bound")
OVERLAPS = Kind("overlaps", _apart, "it overlaps another span")
RELATIONS = Kind("relations", _replaced(relations=()), count=lambda record, _: len(record.relations))
ATTRIBUTES = Kind(
    "attributes", _spans(lambda span: msgspec.structs.replace(span, attributes={})),
    count=lambda record, _: sum(len(span.attributes) for span in record.spans),
)  # fmt: skip
ORIGINS = Kind(
    "origins", _spans(lambda span: msgspec.structs.replace(span, origin=UNSET)),
    count=lambda record, _: sum(span.origin is not UNSET for span in record.spans),
)  # fmt: skip
CLASSES = Kind("classes", _replaced(cats=UNSET, target=UNSET), count=_has("cats"))
PREDICTIONS = Kind(
    "predictions", lambda record, _: _with_meta(record, predictions=UNSET), count=lambda r, _: int(r.meta.predictions is not UNSET)
)
TOKENS = Kind("tokens", _without_tokens, count=lambda record, _: int(_listed(record) is not None))
EXTRA = Kind("keys of other tools", _only_tokens, count=lambda record, _: int(_only_tokens(record, "").extra != record.extra))
META = Kind("meta", _no_meta)
IDS = Kind("ids", lambda record, _: numbered(record))
WHITE_SPACE = Kind("white space other than spaces", _spaced, count=_spaced_otherwise)
SPACES = Kind("texts with several spaces together", lambda record, _: record, count=_spaced_more)
PASSAGES = Kind("passages", lambda record, _: record)
"""Passages, and the places of their words, are lost where each sentence is read as a record of words with a space between them."""

ORDER = (
    ANSWERS, UNANNOTATED, RELATIONS, OTHER_LAYERS, LABELS, EDGES, TOKENS, CUT_TOKENS, CUT_WORDS, OVER_SENTENCES, OVERLAPS, ATTRIBUTES,
    ORIGINS, CLASSES, PREDICTIONS, EXTRA, META, IDS, SPACES, WHITE_SPACE, PASSAGES,
)  # fmt: skip
"""The order in which they are forgotten: a span that is left out neither overlaps another nor counts for its attributes."""


def forget(record: Record, loses: Collection[Kind], layer: str) -> Record | None:
    """The record without what a format loses; None where nothing is left of it."""
    for kind in (kind for kind in ORDER if kind in loses):
        without = kind.forget(record, layer)
        if without is None:
            return None
        record = without
    return canonical(record)


def without(documents: Iterable[Document], loses: Collection[Kind], layer: str, report: Report) -> Iterator[Document]:
    """The documents without what a format loses, one by one; what that is, is added to the report.

    Raises RedlineError for a record with two spans of one id, which a writer would take for one.
    """
    records = (one for document in documents for record in document.records if (one := _reported(record, loses, layer, report)))
    yield from group(records)


def _reported(record: Record, loses: Collection[Kind], layer: str, report: Report) -> Record | None:
    try:
        refuse_doubled(record, record.by_id)
    except ValueError as error:
        raise RedlineError(f"{place(record)}: {error}; needed: each id once") from None
    for kind in (kind for kind in ORDER if kind in loses):
        report.counts[kind.name] += kind.count(record, layer) if kind.count else 0
        after = kind.forget(record, layer)
        if after is None:
            report.left_out.append(loss(record, "the passage", kind.why or "it contains no words"))
            return None
        report.left_out.extend(_gone(record, after, kind.why) if kind.why else [])
        record = after
    return canonical(record)


def _gone(before: Record, after: Record, why: str) -> list[Loss]:
    """A loss for each span that is gone, and for each relation that went with it."""
    spans = [loss(before, f"{span.label} `{span.id}`", why) for span in before.spans if span.id not in after.by_id]
    relations = [one for one in before.relations if one not in after.relations]
    return spans + [loss(before, f"{one.head_id} {one.label} {one.child_id}", "a span of it is left out") for one in relations]
