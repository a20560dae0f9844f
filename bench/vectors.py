"""What the vectors of a sentence encoder add to n-grams, and what those of the neighbouring sentences add, on real text.

    python bench/vectors.py [TASK] [ENCODER]

Needs the referenced texts, the extra `encoder`, and the encoder: a name or a folder, by default that of models/encoder.json.
Prints the average precision over the sentences of real texts, by cross-validation over the speakers and events of train: test is
not looked at. A single sentence, and the first and last one of a document, have zeros for a neighbour that is not known.
"""

import sys
from collections.abc import Iterator, Sequence

from redline.learn import processor

processor.pin()
import numpy as np  # noqa: E402
from folds import scored  # noqa: E402

from redline import project as projects  # noqa: E402
from redline.core.document import Record  # noqa: E402
from redline.learn.baseline import Setup, annotated  # noqa: E402
from redline.learn.encoder import encoded  # noqa: E402
from redline.learn.linear import Linear  # noqa: E402
from redline.learn.ngrams import Floats  # noqa: E402
from redline.measure.classes import average_precision  # noqa: E402
from redline.model import referenced, train  # noqa: E402

SCALES = (0.5, 1.0, 2.0)


def neighbours(records: Sequence[Record], asked: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """For each sentence of the asked records the previous and the next one of its document, or an empty string."""
    passages = {(record.meta.doc, record.meta.passage): record for record in records}
    for record in asked:
        around = [passages.get((record.meta.doc, record.meta.passage + step)) for step in (-1, 1)]
        before, after = ([_sentences(one)[edge]] if one else [""] for one, edge in zip(around, (-1, 0), strict=True))
        row = [*before, *_sentences(record), *after]
        yield from zip(row[:-2], row[2:], strict=True)


def _sentences(record: Record) -> list[str]:
    return [record.text[start:end] for start, end in record.sentences]


def vectors(name: str, texts: Sequence[str]) -> Floats:
    """(texts, dimensions): the vectors of an encoder, and zeros for an empty text."""
    return encoded(name, [text or " " for text in texts]) * np.array([[bool(text)] for text in texts])


def main() -> None:
    """Prints a line for each group of features."""
    here = projects.find()
    taxonomy, data = here.taxonomy(), referenced.data_of(projects.load(here))
    task = taxonomy.task(sys.argv[1] if len(sys.argv) > 1 else "threat_sentence")
    setup = Setup(task, taxonomy, train.configurations(here)["encoder"].settings, 1, data.groups, data.deciding)
    records = data.of(task).train
    model, asked = Linear(setup), annotated(records, task)
    lessons, pairs = model._lessons(asked), list(neighbours(records, asked))
    name = sys.argv[2] if len(sys.argv) > 2 else str(setup.settings["encoder"])
    own = vectors(name, [lesson.text for lesson in lessons])
    before, after = (vectors(name, [pair[side] for pair in pairs]) for side in (0, 1))
    features: dict[str, Floats | None] = {"n-grams": None}
    features |= {f"n-grams, own vector times {scale}": own * scale for scale in SCALES}
    features["n-grams, own vector, those of the neighbours"] = np.hstack([own, before, after])
    features["n-grams, own vector, half of those of the neighbours"] = np.hstack([own, before / 2, after / 2])
    print(f"{task.name}: {sum(lesson.decides for lesson in lessons)} real sentences, {name}")
    for title, rows in features.items():
        kept = scored(lessons, setup, lambda left_out: [at for at, one in enumerate(lessons) if one.group not in left_out], rows)
        print(f"  {title:<54} {average_precision(*kept):.3f}", flush=True)


if __name__ == "__main__":
    main()
