"""Rules on contrast sets: each pair is one small edit, and no training document gave it away."""

from collections import defaultdict
from collections.abc import Iterator

from redline.core.corpus import Corpus
from redline.core.diagnostic import Problem
from redline.core.document import Record
from redline.core.similarity import runs
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule


@rule("RL614", scope=Scope.CORPUS)
def contrast_edit(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A contrast pair is two passages that differ in one short stretch, and with it in their act labels.

    Wrong: a pair whose second text is another story, or whose labels are alike
    Right: `They will shell the port.` beside `They did not say they will shell the port.`
    """
    for name, records in corpus.contrast.items():
        pairs: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for line, record in enumerate(records, 1):
            pairs[record.meta.doc].append((line, record))
        for pair, held in pairs.items():
            problem = _pair_problem([record for _, record in held], taxonomy)
            if problem:
                yield Problem(
                    f"pair `{pair}` {problem}",
                    hint="make it one small edit that turns the act",
                    line=held[-1][0],
                    file=f"contrast/{name}.jsonl",
                )


EDIT = 8


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


@rule("RL615", scope=Scope.CORPUS)
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
            if len(record.text.split()) >= EDIT and runs(record.text, EDIT) & train:
                message = f"pair `{record.meta.doc}` shares eight words with a training document"
                yield Problem(message, hint="write it anew", line=line, file=f"contrast/{name}.jsonl", about=record.meta.doc)
