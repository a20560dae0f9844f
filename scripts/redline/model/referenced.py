"""What models learn from and are scored on where the referenced texts are at hand: real speeches, statements and single sentences."""

from collections.abc import Sequence
from pathlib import Path

from redline.core.classified import as_spans
from redline.core.corpus import SPLITS, Corpus, Reference, Seed, records
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.task import LINK, Task
from redline.core.taxonomy import Taxonomy
from redline.curate import sentences, texts
from redline.model import train
from redline.model.training import ALONE, Data
from redline.project import Project

WINDOWS = {"dense": "dense speeches", "natural": "natural speeches", "whole": "statements"}
"""How passages were chosen -> the test split of such documents."""
TESTS = (*WINDOWS.values(), ALONE)


def data_of(corpus: Corpus) -> Data:
    """The open records, and with them the referenced documents and single sentences of each split; those of test by how they were chosen.

    Raises RedlineError when no referenced text with gold is at hand.
    """
    written = train.data_of(corpus)
    documents = {name: [one.id for one in corpus.split(name) if corpus.referenced(one.id)] for name in SPLITS}
    if not any(documents.values()):
        raise RedlineError("the project has no referenced text with gold; needed: redline texts --clone, or redline texts --from FOLDER")
    found = {name: records(corpus.documents[doc] for doc in several) for name, several in documents.items()}
    alone: dict[str, list[Record]] = {name: [] for name in SPLITS}
    for record in (one for several in corpus.sentences.values() for one in several):
        alone[_reference(corpus.cited[record.meta.doc]).split or "train"].append(as_spans(record))
    apart: dict[str, list[Record]] = {name: [] for name in WINDOWS.values()}
    for record in found["test"]:
        apart[WINDOWS[_reference(corpus.sources[record.meta.doc].seed).window]].append(record)
    return Data(
        [*written.train, *found["train"]],
        [*written.validation, *found["validation"]],
        written.test,
        alone,
        {name: several for name, several in apart.items() if several},
        {**written.groups, **{key: seed.event for key, seed in corpus.cited.items()}},
        frozenset(documents["train"]) | {record.meta.doc for record in alone["train"]},
    )


def home(project: Project) -> Path:
    """The folder of the models that learned from the referenced texts."""
    return project.models / "referenced"


def complete(project: Project) -> bool:
    """Whether the text of every referenced document with gold, and of every single sentence, is at hand."""
    states = texts.states(project)
    documents = all(state == texts.AT_HAND for doc, state in states.items() if (project.gold / f"{doc}.jsonl").exists())
    return documents and all(count.at_hand == count.of for count in sentences.counts(project).values())


def fitting(pairs: Sequence[tuple[str, Task]], data: Data, taxonomy: Taxonomy) -> list[tuple[str, Task]]:
    """The (model, task) pairs of tasks that the referenced texts are annotated for: helper spans and relations are not."""
    real = [record for records in data.apart.values() for record in records]
    own = [pair for pair in pairs if pair[1].unit != "pair" and pair[1].shape != LINK and pair[1].layer not in taxonomy.helpers]
    return [(name, task) for name, task in own if any(record.annotated(task.layer) for record in real)]


def _reference(seed: Seed) -> Reference:
    assert isinstance(seed.reference, Reference)
    return seed.reference
