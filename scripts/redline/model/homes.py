"""Where trained models are: those of a project, and those of the Redline package."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.files import atomic_folder
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.artefact import Artefact
from redline.learn.baseline import KINDS, standing
from redline.measure.score import FEWEST, Score
from redline.model import leaderboard, referenced
from redline.project import Project
from redline.project.lock import exclusive

SHIPPED = Path(__file__).resolve().parents[1] / "weights"
"""The models in the Redline package: of the open and of the referenced texts of its corpus."""
LIGHT = ("linear", "crf")
"""The kinds of model in the Redline package that need no heavy library."""


class Trained(Struct, frozen=True):
    """A trained model: its folder, the bytes of its files, and its artefact; `shipped` if it is in the Redline package."""

    folder: Path
    size: int
    made: Artefact
    shipped: bool


def homes(here: Project | None) -> list[Path]:
    """The folders with models for a user in a project or outside of one, in the order in which they are looked at.

    Those that learned from the referenced texts come first; the models of the package are among them in Redline's project.
    """
    if here is None:
        return [SHIPPED]
    own = [SHIPPED, here.models] if (here.models / leaderboard.REFERENCED).exists() else [here.models, SHIPPED]
    return [referenced.home(here), *own]


def trained(homes: Sequence[Path]) -> Iterator[Trained]:
    """Every trained model of some folders.

    Raises RedlineError at an artefact that cannot be read.
    """
    for home in homes:
        for folder in artefact.folders(home):
            yield Trained(folder, artefact.size(folder), artefact.read(folder), home == SHIPPED)


@exclusive
def ship(here: Project, taxonomy: Taxonomy, out: Path = SHIPPED) -> list[Trained]:
    """Copies models that learned from the referenced texts to the Redline package: the best light one of each task, and the best
    one that needs an extra, such as that with an encoder.

    Raises RedlineError when there are none.
    """
    best: dict[tuple[str, bool], Trained] = {}
    for one in trained([referenced.home(here)]):
        place = one.made.task, KINDS[one.made.kind].optional
        if one.made.task in taxonomy.tasks and one.made.outcome and (one.made.kind in LIGHT or place[1]):
            best[place] = min((best.get(place, one), one), key=_standing)
    if not best:
        raise RedlineError(f"{referenced.home(here)}: contains no model of a kind that is shipped; needed: redline train --referenced")
    with atomic_folder(out) as scratch:
        for one in best.values():
            target = scratch / one.made.model / one.made.task
            shutil.copytree(one.folder, target)
            artefact.without_times(target)
    return list(trained([out]))


def _standing(one: Trained) -> tuple[bool, bool, float]:
    return standing(one.made.kind, one.made.outcome.validation if one.made.outcome else 0.0)


def encoders(homes: Sequence[Path], name: str | None) -> list[str]:
    """The encoders of the trained models with a name."""
    return sorted(
        {str(one.made.settings["encoder"]) for one in trained(homes) if one.made.model == name and "encoder" in one.made.settings}
    )


def about(made: Artefact) -> str:
    """What kind of model it is, in words."""
    return KINDS[made.kind].about if made.kind in KINDS else made.kind


def listed_split(scores: Mapping[str, Score], order: Sequence[str]) -> str | None:
    """The split that a list names for a model: the first of `order` with enough documents for an interval, else the first with a score.

    `scores` is by split. None without a score.
    """
    found = [name for name in order if name in scores]
    return next((name for name in found if (scores[name].documents or 0) >= FEWEST), next(iter([*found, *scores]), None))
