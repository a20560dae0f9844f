"""How long models take on the machine that measured them, in a separate file: leaderboards are the same on each machine."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.files import write_atomically
from redline.learn.artefact import Artefact
from redline.project import Project
from redline.project.lock import exclusive

JSON = "speed.json"
OPEN, ALL = "open texts", "open and real texts"
"""What a model learned from."""


class Speed(Struct, frozen=True, forbid_unknown_fields=True):
    """The milliseconds that a warm model takes for a sentence, with the day and the machine of the measurement."""

    learned: str
    task: str
    model: str
    milliseconds: float
    date: str = ""
    machine: str = ""


def read(project: Project) -> list[Speed]:
    """What is known, sorted; nothing without the file.

    Raises RedlineError when it has another shape.
    """
    path = project.models / JSON
    return of_file(path, list[Speed], "cannot be read", "redline train --speed") if path.exists() else []


@exclusive
def write(project: Project, learned: str, artefacts: Sequence[Artefact]) -> None:
    """Writes the times of models that were trained now; those of other models stay."""
    known = {(one.learned, one.task, one.model): one for one in (*read(project), *(_of(learned, made) for made in artefacts))}
    data = msgspec.json.encode([known[place] for place in sorted(known)])
    write_atomically(project.models / JSON, msgspec.json.format(data, indent=1) + b"\n")


def _of(learned: str, made: Artefact) -> Speed:
    assert made.outcome is not None
    speed = made.outcome.sentences_per_second
    milliseconds = round(1000 / speed, 4) if speed else 0.0
    machine = f"{platform.machine()}, {os.cpu_count()} processors"
    return Speed(learned, made.task, made.model, milliseconds, datetime.now(UTC).date().isoformat(), machine)
