"""Rules on neighbouring spans: doubled, overlapping, or two where one belongs."""

from collections.abc import Iterator

from redline.core.diagnostic import Problem
from redline.core.document import Record, Span
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule


@rule("RL108", words=False)
def span_duplicate(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """Two spans do not have the same start, end, layer and label.

    Wrong: two GPE spans on one `Kyiv`
    Right: one GPE span on `Kyiv`
    """
    seen: dict[tuple[int, int, str, str], str] = {}
    for span in record.spans:
        key = (span.start, span.end, span.layer, span.label)
        if key in seen:
            yield Problem(f"spans `{seen[key]}` and `{span.id}` are the same", span, f"remove `{span.id}`")
        seen.setdefault(key, span.id)


@rule("RL109", presumes=("RL101", "RL102", "RL301"), words=False)
def spans_overlap(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """Spans of one layer do not overlap, unless the schema of the layer allows it.

    Wrong: `[Russian [Ministry]] of Defence`
    Right: `[Russian Ministry of Defence]`
    """
    last: dict[str, Span] = {}
    for span in sorted(record.spans, key=lambda span: (span.start, span.end)):
        layer = taxonomy.layers.get(span.layer)
        if layer is None or layer.overlap == "any":
            continue
        before = last.get(span.layer)
        if before and before.end > span.start and before.bounds != span.bounds:
            yield Problem(
                f"spans `{before.id}` and `{span.id}` of layer {span.layer} overlap",
                span,
                "keep the one that follows the guidelines",
            )
        if before is None or span.end > before.end:
            last[span.layer] = span


@rule("RL110", words=False)
def span_id_duplicate(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """Each span of a record has a unique id, which is not empty.

    Wrong: two spans `e1`
    Right: spans `e1` and `e2`
    """
    seen: set[str] = set()
    for span in record.spans:
        if span.id in seen or not span.id:
            yield Problem(f"another span has the id `{span.id}`", span, "use another id")
        seen.add(span.id)


@rule("RL112", presumes=("RL101", "RL102", "RL301"), words=False)
def act_twice(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """An act has at most one span in a sentence.

    Wrong: two THREAT spans with act `a1` in one sentence
    Right: one THREAT span with act `a1` in that sentence
    """
    seen: dict[tuple[int | None, str], str] = {}
    for span in record.spans:
        act = span.attributes.get("act")
        layer = taxonomy.layers.get(span.layer)
        if not isinstance(act, str) or layer is None or span.label not in layer.acts:
            continue
        sentence = record.sentence_of(span.start, span.end)
        key = (sentence, act)
        if sentence is not None and key in seen:
            yield Problem(f"spans `{seen[key]}` and `{span.id}` are both act `{act}` of one sentence", span, "keep one of them")
        seen.setdefault(key, span.id)


@rule("RL113", words=False)
def two_labels(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The same words have only one label in a layer.

    Wrong: GPE and ORG on one `Vrontova`
    Right: GPE on `Vrontova`
    """
    seen: dict[tuple[int, int, str], Span] = {}
    for span in record.spans:
        other = seen.setdefault((span.start, span.end, span.layer), span)
        if other.label != span.label:
            yield Problem(
                f"`{span.text.strip() or span.id}` is {other.label} and {span.label}", span, "keep the one that follows the guidelines"
            )
