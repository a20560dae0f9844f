"""How long models take on the machine that measured them first, in a separate file: leaderboards are the same on each machine."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from redline.core.decoding import of_file
from redline.core.files import sha256, write_atomically
from redline.learn.artefact import Artefact
from redline.project import Project
from redline.project.lock import exclusive

JSON = "speed.json"
OPEN, ALL = "open texts", "open and real texts"
"""What a model learned from."""


class Speed(Struct, frozen=True, forbid_unknown_fields=True):
    """The milliseconds that a warm model takes for a sentence; `origin` is a digest of the data, code and libraries of the model."""

    learned: str
    task: str
    model: str
    milliseconds: float
    origin: str = ""


def read(project: Project) -> list[Speed]:
    """What is known, sorted; nothing without the file.

    Raises RedlineError when it has another shape.
    """
    path = project.models / JSON
    return of_file(path, list[Speed], "cannot be read", "run make train") if path.exists() else []


@exclusive
def write(project: Project, learned: str, artefacts: Sequence[Artefact]) -> None:
    """Writes the times of models that were trained now. The time of a model of the same origin stays, so that training again
    changes nothing.
    """
    known = {(one.learned, one.task, one.model): one for one in read(project)}
    for one in (_of(learned, made) for made in artefacts):
        place = (one.learned, one.task, one.model)
        if place not in known or known[place].origin != one.origin:
            known[place] = one
    data = msgspec.json.encode([known[place] for place in sorted(known)])
    write_atomically(project.models / JSON, msgspec.json.format(data, indent=1) + b"\n")


def _of(learned: str, made: Artefact) -> Speed:
    assert made.outcome is not None
    speed = made.outcome.sentences_per_second
    origin = sha256(msgspec.json.encode(made.origin, order="sorted"))
    return Speed(learned, made.task, made.model, round(1000 / speed, 4) if speed else 0.0, origin)
