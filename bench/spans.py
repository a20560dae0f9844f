"""Which features help the CRF: F1 by five-fold cross-validation over train of all texts; test is not looked at.

    python bench/spans.py [TASK] [GROUP...]

Needs the referenced texts. Events and speakers stay together; all CRFs have one pair of penalties. A line adds a group of
`bench/span_features.py`, or several (`affixes+clusters`), to features without affixes, clusters and cues (`none`). The difference
is to the first line, with a 95 % interval by a paired bootstrap over documents.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from redline.learn import processor

processor.pin()
import pycrfsuite  # noqa: E402
import span_features  # noqa: E402
from folds import folds  # noqa: E402
from span_features import SENTENCES, More  # noqa: E402

from redline import project as projects  # noqa: E402
from redline.core.bio import decode, encode  # noqa: E402
from redline.core.document import Record, Span  # noqa: E402
from redline.core.predictions import with_spans  # noqa: E402
from redline.core.taxonomy import Taxonomy  # noqa: E402
from redline.core.tokenizer import Token  # noqa: E402
from redline.core.tokens import words  # noqa: E402
from redline.learn.alignment import learnable  # noqa: E402
from redline.learn.baseline import Setup  # noqa: E402
from redline.learn.crf import Crf  # noqa: E402
from redline.measure import evaluate  # noqa: E402
from redline.model import referenced, train  # noqa: E402
from redline.model.training import BOOTSTRAP, Data  # noqa: E402

PENALTIES = (0.02, 0.02)
NONE = "none"


def rows_of(record: Record, several: Sequence[More]) -> Iterator[tuple[int, list[Token], list[list[str]]]]:
    """The first token of each sentence that has any, its tokens, and their features: plain ones, and more."""
    found = words(record.text)
    for number, (start, end) in enumerate(record.sentences):
        inside = [index for index, token in enumerate(found) if start <= token.start < end]
        if inside:
            tokens = found[inside[0] : inside[-1] + 1]
            rows = span_features.plain(tokens, record.text)
            for more in several:
                rows = [row + extra for row, extra in zip(rows, more(record, tokens, number), strict=True)]
            yield inside[0], tokens, rows


def labelled(setup: Setup, part: Data, several: Sequence[More]) -> list[Record]:
    """The test records of a fold as a CRF labels them that learned from its train."""
    layer, sequences = setup.task.layer, []
    for record in part.train:
        tags, _ = encode(words(record.text), learnable(record, layer))
        sequences += [(rows, tags[first : first + len(found)]) for first, found, rows in rows_of(record, several)]
    model = Crf(setup)._trained(sequences, *PENALTIES)
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)  # it reads the bytes where they are, so `model` must stay
    made = []
    for record in part.test:
        spans = []
        for _, found, rows in rows_of(record, several):
            bounds = [(found[one].start, found[other].end, label) for one, other, label in decode(tagger.tag(rows), strict=False)]
            spans += [Span(f"c{start}", layer, label, start, end, record.text[start:end]) for start, end, label in bounds]
        made.append(with_spans(record, layer, spans))
    return made


def with_sentences(data: Data, part: Data) -> Data:
    """A fold with the single sentences of speakers that its test does not have."""
    out = {data.groups.get(record.meta.doc, record.meta.doc) for record in part.test}
    more = [one for one in data.alone.get("train", []) if data.groups.get(one.meta.doc, one.meta.doc) not in out]
    return msgspec.structs.replace(part, train=[*part.train, *more])


def texts_of(data: Data, part: Data) -> list[Record]:
    """All records of train of other speakers than the test of a fold has, with any layers annotated or none."""
    out = {data.groups.get(record.meta.doc, record.meta.doc) for record in part.test}
    every = [*data.train, *data.alone.get("train", [])]
    return [one for one in every if data.groups.get(one.meta.doc, one.meta.doc) not in out]


def groups_of(layer: str, data: Data, part: Data, taxonomy: Taxonomy, settings: dict[str, Any]) -> dict[str, Any]:
    """By name what makes a group of features, of the training part of a fold alone."""
    made: dict[str, Any] = {
        "affixes": lambda: span_features.affixes,
        "shapes": lambda: span_features.shapes,
        "gazetteer": lambda: span_features.gazetteer(part.train, taxonomy),
        "clusters": lambda: span_features.by_cluster(texts_of(data, part)),
        "cues": lambda: span_features.cues(taxonomy),
    }
    if layer in SENTENCES:
        made["cascade"] = lambda: span_features.cascade(with_sentences(data, part), layer, taxonomy, settings)
    return made


def show(made: dict[str, list[Record]], gold: list[Record], setup: Setup) -> None:
    """Prints a line for each group of features, on the real texts, on the written ones, and on all."""
    real = [record.meta.doc in setup.deciding for record in gold]
    for side, asked in (("real", real), ("written", [not one for one in real]), ("all", [True] * len(gold))):
        print(f"{setup.task.name}, {setup.task.metric}, {side} texts: in gold, guessed, difference to `{next(iter(made))}`")
        kept = [index for index, ask in enumerate(asked) if ask]
        for name, records in made.items():
            pairs = [
                evaluate.beside([gold[index] for index in kept], [one[index] for index in kept])
                for one in (records, next(iter(made.values())))
            ]
            row = evaluate.task_rows(setup.task, pairs, setup.taxonomy, BOOTSTRAP)[0]
            more = row.difference
            shown = f"{more.value:+.3f} [{more.low:.3f}, {more.high:.3f}]" if more and more.low is not None else ""
            print(f"  {name:<18} {row.score!s:<22} {row.score.gold:>4} {row.score.guessed:>4}  {shown}", flush=True)


def main() -> None:
    """Labels each fold with every group of features, and prints the scores of all folds together."""
    here = projects.find()
    taxonomy, data, configured = here.taxonomy(), referenced.data_of(projects.load(here)), train.configurations(here)
    task = taxonomy.task(sys.argv[1] if len(sys.argv) > 1 else "threat_spans")
    setup = Setup(task, taxonomy, configured["crf"].settings, 1, data.groups, data.deciding)
    made: dict[str, list[Record]] = defaultdict(list)
    gold: list[Record] = []
    whole = data.of(task)
    for learned, held_out in folds(whole):
        part = msgspec.structs.replace(whole, train=learned, validation=[], test=held_out)
        gold += part.test
        groups = groups_of(task.layer, data, part, taxonomy, configured["linear"].settings)
        for name in sys.argv[2:] or [NONE, *groups]:
            made[name] += labelled(setup, part, [groups[one]() for one in name.split("+") if one != NONE])
    show(made, gold, setup)


if __name__ == "__main__":
    main()
