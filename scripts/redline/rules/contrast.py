"""Rules on contrast sets: each pair is one small edit, and no training document has its text."""

from collections import defaultdict
from collections.abc import Iterator

from redline.core.corpus import Corpus
from redline.core.diagnostic import Place, Problem
from redline.core.document import Record
from redline.core.similarity import runs, words
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule

EDIT = 8
"""The most words that may differ in a pair, and the run of words that no pair may share with train."""


@rule("RL614", scope=Scope.CORPUS)
def contrast_edit(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A contrast pair is two passages that differ in one short stretch, and with it in their act labels.

    Wrong: a pair whose second text is another story, or whose labels are the same
    Right: `They will shell the port.` beside `They did not say they will shell the port.`
    """
    for name, records in corpus.contrast.items():
        pairs: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for line, record in enumerate(records, 1):
            pairs[record.meta.doc].append((line, record))
        for pair, members in pairs.items():
            problem = _pair_problem([record for _, record in members], taxonomy)
            if problem:
                place = Place(file=f"contrast/{name}.jsonl", line=members[-1][0])
                yield Problem(f"pair `{pair}` {problem}", place, "make it one small edit that changes the act")


def _pair_problem(records: list[Record], taxonomy: Taxonomy) -> str:
    if len(records) != 2:
        return f"has {len(records)} passages"
    one, other = (record.text.split() for record in records)
    before = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest = zip(one[before:][::-1], other[before:][::-1], strict=False)
    after = next((n for n, (a, b) in enumerate(rest) if a != b), min(len(one), len(other)) - before)
    edit = max(len(one), len(other)) - before - after
    if edit > EDIT:
        return f"differs in {edit} words, more than {EDIT}"
    acts = [sorted(s.label for layer in taxonomy.layers.values() for s in r.layer(layer.layer) if s.label in layer.acts) for r in records]
    return "has the same acts on both sides" if acts[0] == acts[1] else ""


@rule("RL615", scope=Scope.CORPUS, presumes=("RL613",))
def contrast_leak(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """A contrast passage shares no run of eight words with a training document.

    Wrong: a pair made from a sentence of train
    Right: a pair made from a sentence of its own
    """
    if not corpus.contrast:
        return
    train: set[int] = set()
    for document in corpus.split("train"):
        train |= {run for record in document.records for run in runs(record.text, EDIT)}
    for name, records in corpus.contrast.items():
        for line, record in enumerate(records, 1):
            if len(words(record.text)) >= EDIT and runs(record.text, EDIT) & train:
                message = f"pair `{record.meta.doc}` shares {EDIT} words in a row with a training document"
                yield Problem(message, Place(file=f"contrast/{name}.jsonl", line=line), "write another text", record.meta.doc)
