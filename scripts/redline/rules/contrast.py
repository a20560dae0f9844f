"""Rules on contrast sets: the passages of a group differ by one edit each, and no training text has their words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from redline.core.corpus import Corpus, contrast_split, records
from redline.core.diagnostic import Place, Problem
from redline.core.document import Record
from redline.core.similarity import runs, words
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule

EDIT = 8
"""The most words that may differ in a pair, and the run of words that no passage of a test may share with train."""
SHARE = 0.2
"""The least part of the words of the shorter passage that a passage of a larger group shares with the first of its group."""


@rule("RL614", scope=Scope.CORPUS)
def contrast_edit(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The passages of a contrast group differ by one edit each, and some contain an act and others none.

    The two passages of a pair differ in one short stretch. Passages of larger groups share a fifth of their words with the first.

    Wrong: a pair with two different stories, or with the same labels
    Right: `They will shell the port.` and `They did not say they will shell the port.`
    """
    for name, passages in corpus.contrast.items():
        groups: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for line, record in enumerate(passages, 1):
            groups[record.meta.doc].append((line, record))
        for group, members in groups.items():
            problem = _problem([record for _, record in members], corpus.edits.get(group), taxonomy)
            if problem:
                place = Place(file=f"contrast/{name}.jsonl", line=members[-1][0])
                yield Problem(f"group `{group}` {problem}", place, "make one small edit that adds or removes the act")


def _problem(passages: Sequence[Record], edits: Sequence[str] | None, taxonomy: Taxonomy) -> str:
    if len(passages) < 2:
        return "has 1 passage"
    if edits is not None and len(edits) != len(passages) - 1:
        return f"has {len(passages)} passages and {len(edits)} edits in edits.json"
    problem = _pair(*passages) if len(passages) == 2 else _group(passages)
    acts = [[s.label for layer in taxonomy.layers.values() for s in r.layer(layer.layer) if s.label in layer.acts] for r in passages]
    return problem or ("has the same acts in all passages" if len({tuple(sorted(labels)) for labels in acts}) == 1 else "")


def _pair(first: Record, second: Record) -> str:
    one, other = first.text.split(), second.text.split()
    before = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest = zip(one[before:][::-1], other[before:][::-1], strict=False)
    after = next((n for n, (a, b) in enumerate(rest) if a != b), min(len(one), len(other)) - before)
    edit = max(len(one), len(other)) - before - after
    return f"differs in {edit} words, more than {EDIT}" if edit > EDIT else ""


def _group(passages: Sequence[Record]) -> str:
    first, *others = (Counter(words(record.text)) for record in passages)
    for number, other in enumerate(others, 1):
        share = (first & other).total() / max(1, min(first.total(), other.total()))
        if share < SHARE:
            return f"has a passage {number} that shares {share:.0%} of its words with the first"
    return ""


@rule("RL615", scope=Scope.CORPUS, presumes=("RL613",))
def contrast_leak(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """A passage of a contrast test set shares no eight words in a row with a training text.

    Wrong: a pair made from a sentence of train
    Right: a pair made from a different sentence
    """
    if not corpus.contrast:
        return
    train: set[int] = set()
    for record in (*records(corpus.split("train")), *corpus.contrasts("train")):
        train |= runs(record.text, EDIT)
    for name in (name for name in corpus.contrast if contrast_split(name) == "test"):
        for line, record in enumerate(corpus.contrast[name], 1):
            if len(words(record.text)) >= EDIT and runs(record.text, EDIT) & train:
                message = f"group `{record.meta.doc}` shares {EDIT} words in a row with a text of train"
                yield Problem(message, Place(file=f"contrast/{name}.jsonl", line=line), "write another text", record.meta.doc)
