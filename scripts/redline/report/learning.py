"""The learning curve: how scores grow with the training documents. Its points are kept below `models/`, by what they depend on."""

import ast
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from statistics import mean
from typing import Protocol

import msgspec
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.files import sha256, write_atomically
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn.baseline import Setup
from redline.model import provenance, train, training
from redline.model.training import Data
from redline.project import Project
from redline.report import plots, terms
from redline.report.parts import Plot, listed

CURVES = (("crf", "ner"), ("linear", "threat_sentence"))
SHARES = (0.25, 0.5, 0.75, 1.0)
ORDERS = 3
"""How often the documents of a share are drawn by default."""
Points = list[tuple[float, float]]
"""(share of the training documents, headline metric on validation)."""


class Progress(Protocol):
    """Gets a line about each step; its `note` gets what a user must read."""

    def __call__(self, line: str, /) -> None:
        """Shows a step."""

    def note(self, line: str) -> None:
        """Prints a line that stays."""


class Learning(Struct, frozen=True):
    """How a model learns a task: a point for each share at which it could be trained, and how many draws each is the mean of.

    `points` is None where they are not computed.
    """

    model: str
    task: Task
    points: Points | None
    orders: int


def curves(here: Project, data: Data, taxonomy: Taxonomy, orders: int | None, seed: int, progress: Progress) -> list[Learning]:
    """The curves of a project; `orders` is how often the documents of a share are drawn, 0 leaves them out, None takes what is kept."""
    configured = train.configurations(here)
    chosen = [(name, taxonomy.task(task)) for name, task in CURVES if orders != 0 and name in configured and task in configured[name].tasks]
    learned = []
    for name, task in chosen:
        setup, kind = Setup(task, taxonomy, configured[name].settings, seed), configured[name].kind
        made = kept(_place(here, setup, kind, data, ORDERS)) if orders is None else points(here, setup, kind, data, orders, progress)
        learned.append(Learning(name, task, made, orders or ORDERS))
    return learned


def points(here: Project, setup: Setup, kind: str, data: Data, orders: int, progress: Progress) -> Points:
    """The points of one curve: those that are kept, where neither data, code, settings nor libraries have changed since, or new ones."""
    path = _place(here, setup, kind, data, orders)
    known = kept(path)
    if known is not None:
        return known
    made = list(_points(setup, kind, data, orders, progress))
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, msgspec.json.encode(made) + b"\n")
    return made


def kept(path: Path) -> Points | None:
    """The points in a file; None if it is missing or cannot be read."""
    with suppress(RedlineError):
        return of_file(path, Points, "is unusable", "the points of a curve")
    return None


def _place(here: Project, setup: Setup, kind: str, data: Data, orders: int) -> Path:
    """The file of the points that depend on just this."""
    parts = data.of(setup.task)
    origin = provenance.origin(kind, setup.task, setup.taxonomy, [parts.train, parts.validation], parts.validation)
    code = provenance.digest_of(ast.parse(Path(__file__).read_bytes()))
    texts = provenance.texts_digest(parts.texts)
    depends = msgspec.json.encode(
        [origin, texts, code, kind, setup.settings, setup.seed, training.SEED, orders, SHARES], order="deterministic"
    )
    return here.models / "curves" / f"{setup.task.name}-{sha256(depends)[:16]}.json"


def _points(setup: Setup, kind: str, data: Data, orders: int, progress: Progress) -> Iterator[tuple[float, float]]:
    documents = list(dict.fromkeys(record.meta.doc for record in data.train))
    for share in SHARES:
        progress(f"{setup.task.name} / {kind}: training on {share:.0%} of the training documents")
        drawing = random.Random(setup.seed)
        draws = [set(drawing.sample(documents, round(share * len(documents)))) for _ in range(orders if share < 1 else 1)]
        try:
            yield share, mean(_score(setup, kind, data, draw) for draw in draws)
        except (ValueError, RedlineError) as error:
            progress.note(f"{setup.task.name} / {kind}: no point at {share:.0%}, because training failed: {error}")


def _score(setup: Setup, kind: str, data: Data, documents: set[str]) -> float:
    """The headline metric on validation of a model that learned from some training documents.

    Raises ValueError or RedlineError where it cannot learn from them.
    """
    setup = Setup(setup.task, setup.taxonomy, setup.settings, training.SEED)
    part = Data([record for record in data.train if record.meta.doc in documents], data.validation, data.test).of(setup.task)
    return training.headline(setup, part.validation, training.fitted(kind, setup, part).predict(part.validation))


def section(learned: list[Learning]) -> list[Plot]:
    """The curves as a figure."""
    if any(one.points is None for one in learned):
        return [Plot("Learning curve", None, f"Not drawn: `redline report --orders {ORDERS}` computes it, which takes about a minute.")]
    lines = {f"{one.task.title} ({one.model})": one.points for one in learned if one.points}
    if not lines:
        return []
    short = [f"{one.task.title} ({one.model})" for one in learned if len(one.points or ()) < len(SHARES)]
    untold = f"Some points are missing, because a model could not be trained there: {listed(short)}." if short else ""
    caption = f"Headline metric on validation by share of the training documents, mean of {learned[0].orders} draws"
    metrics = listed(list(dict.fromkeys(terms.TERMS[one.task.metric].name for one in learned)))
    return [Plot(caption, plots.curves(caption, lines, ("share of the training documents", metrics)), untold)]
