"""Rules on the place of a span in its text."""

import re
from collections.abc import Iterator

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record, Span
from redline.core.edges import cuts_word, in_compound, trimmed, without_edges, word_bounds
from redline.core.offsets import grapheme_bounds, has_clusters
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule


@rule("RL101", words=False)
def span_out_of_bounds(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The start of a span is before its end, and both are inside the text.

    Wrong: `start` 40, `end` 52 in a text of 45 characters
    Right: `start` 33, `end` 45
    """
    size = len(record.text)
    for span in record.spans:
        if not 0 <= span.start < span.end <= size:
            yield Problem(
                f"span `{span.id}` is {span.start}..{span.end} in a text of {size}",
                span,
                f"use a start and end within 0..{size}, start before end",
            )


@rule("RL102", presumes=("RL101",))
def span_text_differs(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The text of a span is the text between its start and end.

    Wrong: `start` 1, `end` 5, `text` "Kyiv" in "Kyiv waits"
    Right: `start` 0, `end` 4, `text` "Kyiv" in "Kyiv waits"
    """
    text = record.text
    for span in record.spans:
        if text[span.start : span.end] != span.text:
            yield Problem(
                f"span `{span.id}` covers `{text[span.start : span.end]}` and stores `{span.text}`",
                span,
                _where(text, span),
            )


def _where(text: str, span: Span) -> str:
    places = [match.start() for match in re.finditer(re.escape(span.text), text)] if span.text else []
    if not places:
        return f"store `{text[span.start : span.end]}`, or mark the words that were meant"
    best = min(places, key=lambda place: abs(place - span.start))
    return f"use {best}..{best + len(span.text)}"


@rule("RL103", presumes=("RL101", "RL102"))
def span_edge_blank(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span does not begin or end with white space.

    Wrong: `in[ Kyiv]`
    Right: `in [Kyiv]`
    """
    for span in record.spans:
        if span.text[:1].isspace() or span.text[-1:].isspace():
            start, end = trimmed(record.text, span.start, span.end)
            yield Problem(
                f"span `{span.id}` has white space at its edge",
                span,
                f"use {start}..{end}" if start < end else "remove it",
            )


@rule("RL104", Severity.WARNING, presumes=("RL101", "RL102"))
def span_cuts_word(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span does not begin or end inside a word.

    Wrong: `the Ore[shnik]`
    Right: `the [Oreshnik]`
    """
    text = record.text
    for span in record.spans:
        if cuts_word(text, span.start) or cuts_word(text, span.end):
            start, end = word_bounds(text, span.start, span.end)
            yield Problem(f"span `{span.id}` cuts the word `{text[start:end]}`", span, f"use {start}..{end}")


@rule("RL105", Severity.WARNING, presumes=("RL101", "RL102"))
def span_edge_punctuation(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span does not begin or end with punctuation, except for the full stop of an abbreviation and paired quotation marks.

    Wrong: `[They will regret it.]`
    Right: `[They will regret it].`
    """
    for span in record.spans:
        start, end = without_edges(record.text, span.start, span.end, record.sentences)
        if (start, end) != span.bounds:
            yield Problem(f"span `{span.id}` has punctuation at its edge", span, f"use {start}..{end}" if start < end else "remove it")


@rule("RL106", Severity.WARNING, presumes=("RL101", "RL102"))
def span_in_compound(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span does not begin or end inside a hyphenated compound.

    Wrong: `the post-[drone] order`
    Right: `the post-drone order` (no span)
    """
    text = record.text
    for span in record.spans:
        if in_compound(text, span.start, span.end):
            yield Problem(f"span `{span.id}` begins or ends inside a hyphenated compound", span, "cover the whole compound, or remove it")


@rule("RL107", presumes=("RL101", "RL102"), words=False)
def span_crosses_sentence(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span is inside one sentence.

    Wrong: `[They left. We stayed.]`
    Right: `[They left]. [We stayed].`
    """
    for span in record.spans:
        if record.sentence_of(span.start, span.end) is None:
            yield Problem(f"span `{span.id}` is not inside one sentence", span, "split it into one span per sentence")


@rule("RL111", presumes=("RL101", "RL102"))
def span_cuts_cluster(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span does not cut a character made of several code points: a letter with its marks, a joined emoji, a flag.

    Wrong: half of a family emoji
    Right: the whole emoji
    """
    if not record.spans or not has_clusters(record.text):
        return
    bounds = set(grapheme_bounds(record.text))
    for span in record.spans:
        if span.start not in bounds or span.end not in bounds:
            yield Problem(
                f"span `{span.id}` cuts a character that is written with several code points",
                span,
                "cover the whole character",
            )
