"""The scores of baselines that a release prints: those of the leaderboard that were computed on the texts of the release."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from redline import project
from redline.core.corpus import SPLITS
from redline.core.taxonomy import Taxonomy
from redline.learn.artefact import Origin
from redline.measure.rows import Row
from redline.model import leaderboard, provenance, train
from redline.model.training import Data
from redline.project import Project


class Baselines(Struct, frozen=True):
    """Scores of baselines in the shape of every `--json` score, and how many documents of each split they are from."""

    scores: list[dict[str, Any]]
    documents: dict[str, int]


def of_project(here: Project, progress: Callable[[str], None]) -> Baselines:
    """The totals of each model that was trained on the open texts of the corpus; a line about what is left out or stale."""
    if not (here.models / leaderboard.JSON).exists():
        progress(f"{here.models / leaderboard.JSON} is missing, so the card contains no baselines: run make train")
        return Baselines([], {})
    data, taxonomy = train.data_of(project.load(here)), here.taxonomy()
    entries = leaderboard.read(here).models
    fresh = [entry for entry in entries if on_data(entry.origin, entry.task, data, taxonomy)]
    if len(fresh) < len(entries):
        left = len(entries) - len(fresh)
        progress(f"{left} of {len(entries)} baselines have scores on other texts, so the card omits them: run make train")
    elif line := leaderboard.stale(here):
        progress(line)
    scores = [row for entry in fresh for row in entry.scores if Row.from_plain(row).total]
    documents = {name: len({record.meta.doc for record in getattr(data, name)}) for name in SPLITS}
    return Baselines(scores, documents if scores else {})


def on_data(origin: Origin, task: str, data: Data, taxonomy: Taxonomy) -> bool:
    """Whether a model learned from train and validation of `data` and was scored on its test records."""
    if task not in taxonomy.tasks:
        return False
    parts = data.of(taxonomy.tasks[task])
    learned, scored = (provenance.records_digest(taxonomy.tasks[task], *held) for held in ([parts.train, parts.validation], [parts.test]))
    return (origin.trained_on, origin.scored_on) == (learned, scored)
