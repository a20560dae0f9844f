"""The raters' labels of single sentences, their agreement, and the gold that ratings and decisions give.

`corpus/sentences/ratings/SET/` has a file for each rater and `decisions.json`; `corpus/sentences/SET.jsonl` is made of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.document import ACCEPT, Meta, Record, group
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure.coefficients import alpha_of_sums, alpha_sums
from redline.project import Project, cited
from redline.project.cited import Cited
from redline.project.lock import exclusive

TASK = "act_type"
"""The task; a sentence is given one of its classes."""
DECISIONS = "decisions"
Kind = TypeVar("Kind")


class Rating(Struct, frozen=True, forbid_unknown_fields=True):
    """The class of each sentence of a set by one rater, and of which he was unsure."""

    rater: str
    labels: dict[str, str]
    unsure: list[str] = []


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """The class of a sentence on which raters differ, who decided it, and why."""

    label: str
    by: str
    note: str


class Agreement(Struct, frozen=True):
    """How often two raters gave a class: both, one alone, neither, and the F1 between them (None where neither gave it)."""

    label: str
    both: int
    one: int
    neither: int
    f1: float | None


class Rated(Struct, frozen=True):
    """A set of sentences with its raters: their agreement on each class and on all (alpha), the differences, and which are open."""

    raters: list[str]
    sentences: int
    alpha: float | None
    agreement: list[Agreement]
    differences: dict[str, dict[str, str]]
    open: list[str]


def folder(project: Project, name: str) -> Path:
    """The folder with the ratings of a set."""
    return project.corpus / cited.FOLDER / "ratings" / name


def ratings(project: Project, name: str, taxonomy: Taxonomy) -> list[Rating]:
    """The ratings of a set, by rater.

    Raises RedlineError when a file is unusable, leaves a sentence out, or has a class that there is not.
    """
    rows, task = _rows(project, name), taxonomy.task(TASK)
    paths = [path for path in sorted(folder(project, name).glob("*.json")) if path.stem != DECISIONS]
    return [_checked(_read(path, Rating), path, rows, task) for path in paths]


def rated(project: Project, name: str, taxonomy: Taxonomy, only: Sequence[str] | None = None) -> Rated:
    """The raters of a set and their agreement; on the sentences `only`, where they are given.

    Raises RedlineError when there are not two raters.
    """
    both = _two(ratings(project, name, taxonomy), name)
    known, decided = list(only if only is not None else both[0].labels), decisions(project, name)
    pairs = [(both[0].labels[key], both[1].labels[key]) for key in known]
    task = taxonomy.task(TASK)
    differences = {key: {one.rater: one.labels[key] for one in both} for key in known if both[0].labels[key] != both[1].labels[key]}
    sums = alpha_sums(pairs, [*task.classes, task.none])
    alpha = float(alpha_of_sums(sums))
    agreement = [_agreement(label, pairs) for label in task.classes]
    waiting = [key for key in differences if key not in decided]
    return Rated([one.rater for one in both], len(known), None if np.isnan(alpha) else alpha, agreement, differences, waiting)


def decisions(project: Project, name: str) -> dict[str, Decision]:
    """Sentence -> the decision on it; none where the file is missing."""
    path = folder(project, name) / f"{DECISIONS}.json"
    return _read(path, dict[str, Decision]) if path.exists() else {}


@exclusive
def decide(project: Project, name: str, taxonomy: Taxonomy, decided: Mapping[str, Decision]) -> None:
    """Adds decisions.

    Raises RedlineError when one is of a sentence on which the raters agree, or has a class that there is not.
    """
    found, task = rated(project, name, taxonomy), taxonomy.task(TASK)
    for key, decision in decided.items():
        if key not in found.differences:
            raise RedlineError(f"{key}: is not a difference of `{name}`; needed: one of {len(found.differences)} differences")
        _known(decision.label, task, key)
    value = decisions(project, name) | dict(decided)
    data = msgspec.json.format(msgspec.json.encode(dict(sorted(value.items()))), indent=1) + b"\n"
    write_atomically(folder(project, name) / f"{DECISIONS}.json", data)


def gold(project: Project, name: str, taxonomy: Taxonomy) -> list[Record]:
    """The classification record of each sentence, wordless: what the raters agree on, or what was decided.

    Raises RedlineError when there are not two raters, or a difference is open.
    """
    found, task, decided = rated(project, name, taxonomy), taxonomy.task(TASK), decisions(project, name)
    if found.open:
        raise RedlineError(f"{name}: {len(found.open)} differences are open ({', '.join(found.open[:5])}); needed: a decision on each")
    agreed = ratings(project, name, taxonomy)[0].labels
    labels = {key: decided[key].label if key in decided else label for key, label in agreed.items()}
    return [_record(row, labels[row.id], task, taxonomy.scheme) for row in _rows(project, name).values()]


@exclusive
def write(project: Project, name: str, taxonomy: Taxonomy) -> int:
    """Writes the gold of a set; gives the number of its sentences."""
    made = gold(project, name, taxonomy)
    jsonl.write(group(made), project.corpus / cited.FOLDER / f"{name}.jsonl")
    return len(made)


def sets(project: Project) -> list[str]:
    """The sets with ratings, by name."""
    return sorted(path.name for path in folder(project, "").glob("*/"))


def _record(row: Cited, label: str, task: Task, scheme: str) -> Record:
    length = row.sentence[1] - row.sentence[0]
    cats = {name: float(name == label) for name in task.classes}
    return Record(" " * length, ACCEPT, ((0, length),), (), (), Meta(row.id, 0, 0, scheme, sha256=row.sha256), cats)


def _agreement(label: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    counts = Counter((one == label) + (other == label) for one, other in pairs)
    given = 2 * counts[2] + counts[1]
    return Agreement(label, counts[2], counts[1], counts[0], 2 * counts[2] / given if given else None)


def _rows(project: Project, name: str) -> dict[str, Cited]:
    known = cited.read_all(project.seeds)
    if name not in known:
        raise RedlineError(f"there is no set `{name}` of sentences; there are {', '.join(known) or 'none'}")
    return {row.id: row for row in known[name]}


def _two(found: Sequence[Rating], name: str) -> Sequence[Rating]:
    if len(found) != 2:
        raise RedlineError(f"{name}: has {len(found)} raters; needed: two")
    return found


def _checked(rating: Rating, path: Path, rows: Mapping[str, Cited], task: Task) -> Rating:
    left, strange = sorted(set(rows) - set(rating.labels)), sorted(set(rating.labels) - set(rows))
    if left or strange:
        raise RedlineError(f"{path}: {len(left)} sentences are missing, {len(strange)} unknown ({', '.join([*left, *strange][:5])})")
    for key, label in rating.labels.items():
        _known(label, task, key)
    return Rating(rating.rater, {key: rating.labels[key] for key in rows}, rating.unsure)


def _known(label: str, task: Task, key: str) -> None:
    if label not in (*task.classes, task.none):
        raise RedlineError(f"{key}: there is no class `{label}`; needed: one of {', '.join((*task.classes, task.none))}")


def _read(path: Path, kind: type[Kind]) -> Kind:
    return of_file(path, kind, "is unusable", "the format in docs/corpus.md")
