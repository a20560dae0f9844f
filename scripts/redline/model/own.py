"""Other records than the corpus's: which of them learn, choose and score, and which models and tasks fit them."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from msgspec import structs

from redline import formats
from redline.core.classified import classified, closed
from redline.core.document import ACCEPT, Record
from redline.core.errors import RedlineError
from redline.core.task import LINK, TEXT, Task
from redline.formats.reading import Options, Reading, as_gold
from redline.learn.baseline import annotated
from redline.model.training import SEED, Data

CLASSES = "classes"
"""The task of classes that the scheme does not have."""
RELATIONS = "relations"
"""The task of relations between given spans with any labels."""
SHARE = 0.1
FOLDS = 5
BLOCKS = 20
"""The greatest number of parts into which a document is divided if there are too few documents."""


def data_from(paths: Mapping[str, Sequence[Path]], options: Options, note: Callable[[str], None]) -> Data:
    """The accepted records of files in any format that can be read, and those with a class that was rejected.

    `paths` are those of train, validation and test. Without validation a tenth of the documents of train is set aside for it; without
    test that split is empty, and scores come from cross-validation. If there are too few documents for that, each is divided into
    blocks. `note` gets a line about each file, and about texts that two splits share. Raises RedlineError for a file that cannot be
    used, and where splits share a file or most of its texts.
    """
    return data_of({name: [formats.read(path, options) for path in several] for name, several in paths.items()}, note)


def data_of(readings: Mapping[str, Sequence[Reading]], note: Callable[[str], None]) -> Data:
    """The same of the readings of train, validation and test, of which the last two may be missing."""
    single = {name for several in readings.values() for one in several if one.summary.single for name in one.summary.asked}
    parts = {name: [record for one in several for record in _kept(one, single, note)] for name, several in readings.items()}
    for line in _shared([(name, reading.path, _texts(reading)) for name, several in readings.items() for reading in several]):
        note(line)
    train = ", ".join(str(reading.path) for reading in readings["train"])
    unit, found = "documents", len(_documents(parts["train"]))
    if len(_documents([*parts["train"], *parts.get("validation", [])])) < _needed(parts) and len(parts["train"]) > found:
        unit, parts["train"] = "blocks", _divided(parts["train"])
        blocks = f"{len(_documents(parts['train']))} blocks of consecutive records"
        note(f"note: {train}: has too few documents ({found}); it is divided into {blocks}, which are held out instead of documents")
    if "validation" not in parts:
        parts["train"], parts["validation"] = held_out(parts["train"], train)
        held = f"{len(_documents(parts['validation']))} of its {unit} ({len(parts['validation'])} records)"
        note(f"{train}: {held} are held out as validation")
    return Data(parts["train"], parts["validation"], parts.get("test", []))


def _needed(parts: Mapping[str, Sequence[Record]]) -> int:
    """The least number of documents that training with these splits needs."""
    if "test" not in parts:
        return 3
    return 1 if "validation" in parts else 2


def _divided(records: Sequence[Record]) -> list[Record]:
    """The records with each block of consecutive ones as a document."""
    divided = []
    for doc in _documents(records):
        among = [record for record in records if record.meta.doc == doc]
        for index, record in enumerate(among):
            name = f"{doc}#{index * min(BLOCKS, len(among)) // len(among) + 1}"
            divided.append(structs.replace(record, meta=structs.replace(record.meta, doc=name)))
    return divided


def _kept(reading: Reading, single: Collection[str], note: Callable[[str], None]) -> list[Record]:
    """The usable records; where each has a single class, it has none of the others that are in any file."""
    reading, trusted = as_gold(reading)
    note(reading.line())
    for line in trusted:
        note(f"note: {line}")
    kept = _usable(reading)
    if not kept:
        raise RedlineError(f"{reading.path}: contains no accepted task; needed: one or more")
    return [closed(record, sorted(single)) for record in kept] if reading.summary.single else kept


def _usable(reading: Reading) -> list[Record]:
    return [record for record in reading.records if record.answer == ACCEPT or classified(record)]


def _texts(reading: Reading) -> set[str]:
    return {record.text for record in _usable(reading)}


def _shared(files: Sequence[tuple[str, Path, set[str]]]) -> Iterator[str]:
    """A line for files of two splits that share texts, as published data often do; `files` are (split, path, texts).

    Raises RedlineError when a file is listed twice, or half of the texts of one are those of another.
    """
    for (one, path, texts), (other, other_path, other_texts) in combinations(files, 2):
        if path.resolve() == other_path.resolve():
            if one == other:
                raise RedlineError(f"--{one} lists {path} twice; needed: each file once")
            raise RedlineError(f"--{one} and --{other} are the same file; needed: different texts for training and for scores")
        if one != other and (shared := texts & other_texts):
            counts = f"{len(shared)} texts (of {len(texts)} and {len(other_texts)})"
            line = f"{path} and {other_path} share {counts}, such as `{min(shared)[:40]}`"
            if 2 * len(shared) >= min(len(texts), len(other_texts)):
                raise RedlineError(f"{line}; needed: different texts in each")
            yield f"{line}; scores on them are too high"


def held_out(records: Sequence[Record], path: Path | str) -> tuple[list[Record], list[Record]]:
    """The records without a tenth of their documents, one at least, and the records of these.

    Raises RedlineError when there is one document alone.
    """
    documents = _shuffled(records)
    if len(documents) < 2:
        raise RedlineError(f"{path}: contains one document; needed: --validation, or two documents")
    chosen = set(documents[: max(1, round(SHARE * len(documents)))])
    return [one for one in records if one.meta.doc not in chosen], [one for one in records if one.meta.doc in chosen]


def folds(data: Data) -> Iterator[Data]:
    """The records of train and validation cut five times by document: each document is in one test part.

    Raises RedlineError when there are fewer than three documents.
    """
    records = [*data.train, *data.validation]
    documents = _shuffled(records)
    if len(documents) < 3:
        raise RedlineError(f"there are {len(documents)} documents; needed: --test, or three documents for cross-validation")
    for index in range(min(FOLDS, len(documents))):
        test = set(documents[index::FOLDS])
        rest = [record for record in records if record.meta.doc not in test]
        train, validation = held_out(rest, Path("cross-validation"))
        yield Data(train, validation, [record for record in records if record.meta.doc in test])


def _shuffled(records: Sequence[Record]) -> list[str]:
    documents = _documents(records)
    random.Random(SEED).shuffle(documents)
    return documents


def _documents(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(record.meta.doc for record in records))


def tasks(data: Data) -> dict[str, Task]:
    """The tasks that records bring along: to give texts the classes that the records have, and to relate their spans."""
    brought = {}
    if any(record.relations for record in data.train):
        brought[RELATIONS] = Task(RELATIONS, "Relations between given spans", LINK, "", "relation_f1")
    texts = [text for record in data.train if (text := classified(record))]
    names = sorted({name for text in texts for name in text.cats})
    if not names:
        return brought
    metric = "macro_f1" if len(names) > 1 else "positive_f1"
    return brought | {CLASSES: Task(CLASSES, "Classes of texts", "classify", "", metric, TEXT, {name: [name] for name in names})}


def fitting(pairs: Sequence[tuple[str, Task]], data: Data) -> list[tuple[str, Task]]:
    """The (model, task) pairs that the records are annotated for: each split has the layer, and training has what is learned.

    Raises RedlineError, which lists what the records contain, when there is none.
    """
    splits = [records for records in (data.train, data.validation, data.test) if records]
    found = [pair for pair in pairs if all(annotated(records, pair[1]) for records in splits) and _contains(data.train, pair[1])]
    if not found:
        raise RedlineError(f"no model fits these records, which contain {contents(data.train)}; needed: another --shape or --task")
    return found


def contents(records: Sequence[Record]) -> str:
    """What records have that could be learned, in words."""
    spans = Counter(span.layer for record in records for span in record.spans)
    texts = [text for record in records if (text := classified(record))]
    names = sorted({name for text in texts for name in text.cats})
    relations = Counter(relation.label for record in records for relation in record.relations)
    parts = [f"spans of layer {layer} ({count})" for layer, count in sorted(spans.items())]
    parts += [f"classes of {len(texts)} texts ({', '.join(names)})"] if names else []
    parts += [f"relations {', '.join(f'{label} ({count})' for label, count in sorted(relations.items()))}"] if relations else []
    return "; ".join(parts) or "neither spans, classes nor relations"


def _contains(records: Sequence[Record], task: Task) -> bool:
    """Whether records have a class of a text, a span of a task's layer or, for classes, one of a class; pairs need their relations."""
    if task.unit == TEXT:
        return True
    if task.shape == LINK:
        heads = (record.by_id.get(relation.head_id) for record in records for relation in record.relations)
        return any(head and task.layer in ("", head.layer) for head in heads)
    spans = [span for record in records for span in record.layer(task.layer)]
    if task.shape == "spans":
        return bool(spans)
    related = task.pair is None or any(relation.label in task.pair for record in records for relation in record.relations)
    return related and any(task.class_of(span.label) for span in spans)
