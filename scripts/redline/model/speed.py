"""How long models take on the machine that trained them, in a file beside the leaderboards, which are the same on each machine."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.learn.artefact import Artefact
from redline.project import Project
from redline.project.lock import exclusive

JSON = "speed.json"
OPEN, ALL = "open texts", "open and real texts"
"""What a model learned from."""


class Speed(Struct, frozen=True, forbid_unknown_fields=True):
    """The milliseconds that a warm model takes for a sentence, and the seconds that training took."""

    learned: str
    task: str
    model: str
    milliseconds: float
    train_seconds: float


def read(project: Project) -> list[Speed]:
    """What is known, sorted; nothing without the file.

    Raises RedlineError when it has another shape.
    """
    path = project.models / JSON
    try:
        return msgspec.json.decode(read_bytes(path), type=list[Speed]) if path.exists() else []
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: cannot be read ({error}); needed: run make train") from None


@exclusive
def write(project: Project, learned: str, artefacts: Sequence[Artefact]) -> None:
    """Writes the times of models that were trained now in place of their old ones; those of others stay."""
    known = {(one.learned, one.task, one.model): one for one in (*read(project), *(_of(learned, made) for made in artefacts))}
    data = msgspec.json.encode([known[place] for place in sorted(known)])
    write_atomically(project.models / JSON, msgspec.json.format(data, indent=1) + b"\n")


def _of(learned: str, made: Artefact) -> Speed:
    assert made.outcome is not None
    speed = made.outcome.sentences_per_second
    return Speed(learned, made.task, made.model, round(1000 / speed, 4) if speed else 0.0, round(made.outcome.train_seconds or 0.0, 2))
