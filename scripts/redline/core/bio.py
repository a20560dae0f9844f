"""Spans to and from BIO tags of tokens."""

from collections.abc import Iterable, Sequence

from redline.core.document import Span
from redline.core.tokenizer import Token


def encode(found: list[Token], spans: Iterable[Span]) -> tuple[list[str], list[Span]]:
    """The BIO tags of tokens, and the spans that they cannot express: those that cut a token or overlap an earlier span."""
    result = ["O"] * len(found)
    starts = {token.start: index for index, token in enumerate(found)}
    ends = {token.end: index for index, token in enumerate(found)}
    left: list[Span] = []
    for span in spans:
        first, last = starts.get(span.start), ends.get(span.end)
        if first is None or last is None or any(tag != "O" for tag in result[first : last + 1]):
            left.append(span)
            continue
        result[first] = f"B-{span.label}"
        result[first + 1 : last + 1] = [f"I-{span.label}"] * (last - first)
    return result, left


def decode(labels: Sequence[str], *, strict: bool) -> list[tuple[int, int, str]]:
    """The (first, last, label) of BIO tags, `last` inclusive.

    An I- that continues nothing raises ValueError when `strict`, and begins a stretch when not, as conlleval has it.
    Raises ValueError at a tag that is not a BIO tag.
    """
    found: list[tuple[int, int, str]] = []
    for index, tag in enumerate(labels):
        if tag == "O":
            continue
        kind, _, label = tag.partition("-")
        if kind not in ("B", "I") or not label:
            raise ValueError(f"`{tag}` is not a BIO tag; needed: O, B-LABEL or I-LABEL")
        if kind == "B":
            found.append((index, index, label))
        elif found and found[-1][1] == index - 1 and found[-1][2] == label:
            found[-1] = (found[-1][0], index, label)
        elif not strict:
            found.append((index, index, label))
        else:
            raise ValueError(f"`{tag}` does not continue a span of {label}; needed: B-{label}")
    return found
