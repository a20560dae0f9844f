"""The rule that gold is what raters and decisions give."""

from collections.abc import Iterator

from redline.core.corpus import Corpus
from redline.core.diagnostic import Place, Problem
from redline.core.document import Record, Span
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule


@rule("RL617", scope=Scope.CORPUS, presumes=("RL611", "RL616"))
def gold_not_of_raters(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Gold equals the result of merging the raters' files and the decisions.

    Wrong: a label that was changed in `gold/x.jsonl` by hand
    Right: a label that was changed by `redline correct`
    """
    for doc, document in corpus.documents.items():
        made = corpus.made(doc)
        if isinstance(made, str):
            yield Problem(
                f"`{doc}` differs from the result of merging its raters: {made}",
                Place(document=doc),
                "decide the difference, then run redline adjudicate",
            )
        elif made is not None and made.records != document.records:
            pairs = zip(document.records, made.records, strict=False)
            index = next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
            span = _stray(document.records[index], made.records[index]) if document.records else None
            what = f"{span.label} `{span.text}`" if span else "the passage"
            hint = f"run redline correct to change it, or redline adjudicate {doc} to write it again"
            place = Place(document=doc, record=index, bounds=span.bounds if span else None)
            yield Problem(f"{what} differs from the merge of raters and decisions", place, hint, doc)


def _stray(record: Record, made: Record) -> Span | None:
    """The first span of gold that the raters do not give, or else the first of theirs that gold does not have; ids aside."""
    for one, other in ((record, made), (made, record)):
        known = [(span.bounds, span.layer, span.label, span.attributes, span.origin) for span in other.spans]
        for span in one.spans:
            if (span.bounds, span.layer, span.label, span.attributes, span.origin) not in known:
                return span
    return None
