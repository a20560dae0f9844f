"""The contrast groups of test as a test of any detector: a trained model, a file of predictions, or a function."""

from collections.abc import Callable, Iterable
from pathlib import Path

from redline import formats
from redline.core.classified import THRESHOLD, classified
from redline.core.corpus import Corpus
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.predictions import blank, with_classes
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats.item import Item
from redline.formats.reading import Options, gather
from redline.measure import contrasts
from redline.measure.contrasts import Probed
from redline.measure.evaluate import says
from redline.model.label import Labeller

TEST = "test"
Detector = Callable[[list[str]], Iterable[object]]
"""Texts to an answer each: the name of a class, or whether it is the first one, or the probability of that in 0..1."""


def task_of(taxonomy: Taxonomy, name: str | None = None) -> Task:
    """The task of that name; without one the first that decides on sentences.

    Raises RedlineError when the task does not classify sentences.
    """
    task = taxonomy.task(name) if name else next(one for one in taxonomy.tasks.values() if one.unit == "sentence")
    if task.shape != "classify" or task.unit != "sentence":
        raise RedlineError(f"{task.name} does not classify sentences; needed: a task that does")
    return task


def texts(corpus: Corpus) -> list[Record]:
    """The passages of the contrast groups of test, with nothing annotated.

    Raises RedlineError when there are none.
    """
    records = corpus.contrasts(TEST)
    if not records:
        raise RedlineError("the corpus has no contrast groups of test; needed: a set in corpus/contrast/")
    return [blank(record) for record in records]


def of_models(corpus: Corpus, task: Task, taxonomy: Taxonomy, home: Path, name: str | None) -> list[Probed]:
    """What trained models make of the groups."""
    return _beside(corpus, Labeller(taxonomy, home, name).label(texts(corpus)), task, taxonomy)


def of_file(corpus: Corpus, task: Task, path: Path, options: Options) -> list[Probed]:
    """The answers of a file for the groups, in any format with spans, classes or predictions; passages are found by their text.

    Raises RedlineError with the number of texts that the file omits, and for a file without an answer.
    """
    items = list(formats.items(path, options))
    by_text = {record.text: record for record in gather(path, items, options)}
    wanted = texts(corpus)
    missing = [record for record in wanted if record.text not in by_text]
    if missing:
        raise RedlineError(
            f"{path}: omits {len(missing)} of {len(wanted)} texts, such as `{missing[0].text[:40]}`; needed: all of redline probe --texts"
        )
    answers = [by_text[record.text] for record in wanted]
    if not any(_answers(item, task) for item in items):
        raise RedlineError(f"{path}: has no answer about any text; needed: spans, or a `cats` with {' or '.join(task.classes)} from 0 to 1")
    _refuse_classes(path, answers, task)
    found = [_classed(answer, record, task, options.taxonomy) for answer, record in zip(answers, wanted, strict=True)]
    return _beside(corpus, found, task, options.taxonomy)


def of_function(corpus: Corpus, task: Task, detector: Detector, taxonomy: Taxonomy) -> list[Probed]:
    """What a function makes of the texts.

    Raises RedlineError when it gives another number of answers than there are texts, or one that is neither a class of the task nor
    in 0..1.
    """
    records = texts(corpus)
    given = detector([record.text for record in records])
    if isinstance(given, (str, bytes, dict)) or not isinstance(given, Iterable):
        raise RedlineError(f"the detector gave a value of the type {type(given).__name__}; needed: a list with one answer for each text")
    answers = list(given)
    if len(answers) != len(records):
        raise RedlineError(f"the detector gave {len(answers)} answers for {len(records)} texts; needed: one for each")
    found = [_answered(record, _class(answer, task), task, taxonomy) for record, answer in zip(records, answers, strict=True)]
    return _beside(corpus, found, task, taxonomy)


def _class(answer: object, task: Task) -> str:
    """The class of an answer; a number is the probability of the first class, also 0, 1, False and True."""
    names = [*task.classes, task.none]
    if isinstance(answer, str) and answer in names:
        return answer
    try:
        value = float("nan" if isinstance(answer, str) else answer)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        value = float("nan")
    if not 0 <= value <= 1:
        what = f"class `{answer}`" if isinstance(answer, str) else f"answer `{' '.join(str(answer).split())[:40]}`"
        raise RedlineError(f"the detector gave the {what}; needed: {', '.join(names)}, true or false, or a probability from 0 to 1")
    return names[0] if value >= THRESHOLD else task.none


def _answered(record: Record, label: str, task: Task, taxonomy: Taxonomy) -> Record:
    """The record with this class for each of its sentences."""
    units = examples(record, task, taxonomy)
    return with_classes(record, task, units, [Guess(label, {}) for _ in units])


def _answers(item: Item, task: Task) -> bool:
    """Whether an item of a file has answers for a task; a text without layers and spans may be one without an answer."""
    record = item.record
    return classified(record) is not None or bool(record.layer(task.layer)) or (not item.plain and says(record, task))


def _refuse_classes(path: Path, answers: list[Record], task: Task) -> None:
    """Raises RedlineError where some texts have classes and others have none, or classes that the task does not have."""
    with_classes = [text for record in answers if (text := classified(record))]
    needed = f"needed: a `cats` of each text with {' or '.join(task.classes)} from 0 to 1"
    if with_classes and len(with_classes) < len(answers):
        raise RedlineError(f"{path}: has no `cats` of {len(answers) - len(with_classes)} of {len(answers)} texts; {needed}")
    if strange := sorted({name for text in with_classes for name in text.cats} - {*task.classes, task.none}):
        raise RedlineError(f"{path}: has the class `{strange[0]}`; {needed}")


def _classed(record: Record, of: Record, task: Task, taxonomy: Taxonomy) -> Record:
    """The passage `of` with the class that a text got in a file, where the file has classes; else the record of the file."""
    text = classified(record)
    if text is None:
        return record
    return _answered(of, next((name for name in task.classes if name in text.labels), task.none), task, taxonomy)


def _beside(corpus: Corpus, labelled: Iterable[Record], task: Task, taxonomy: Taxonomy) -> list[Probed]:
    return contrasts.probed(corpus.contrasts(TEST), labelled, corpus.edits, task, taxonomy)
