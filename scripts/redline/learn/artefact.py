"""A trained model on disk: its files, their hashes, the setup to make it again, what it was made of, and its own scores.

Nothing in it is executed.
"""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from redline import __version__
from redline.core.classified import THRESHOLD
from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.files import atomic_folder, sha256, write_atomically
from redline.core.names import checked
from redline.core.task import TEXT, Task
from redline.core.taxonomy import Taxonomy
from redline.learn.baseline import Baseline, Setup, kind_of, make

NAME = "artefact.json"


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model's numbers depend on: digests of the records it learned from (train and validation), of those it was scored on
    (test), and of the code and schema that decide; the versions of the libraries that do. `texts` is a digest of all texts of
    training, for a kind that learns from them."""

    trained_on: str
    scored_on: str
    code: str
    libraries: dict[str, str]
    texts: str = ""


class Outcome(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of training: the headline metric on validation, and the rows of scores on test as `--json` prints them.

    `train_seconds` of wall clock and `sentences_per_second` when predicting are of the machine that trained; None in a release.
    `seeds` is with how many the model was trained; the files and `validation` are those of the first.
    """

    validation: float
    scores: list[dict[str, Any]]
    train_seconds: float | None = None
    sentences_per_second: float | None = None
    seeds: int = 1


class Artefact(Struct, frozen=True, forbid_unknown_fields=True):
    """What `artefact.json` contains; `outcome` is None where training ended before scoring did, `own` a task
    that the scheme does not have."""

    model: str
    kind: str
    task: str
    settings: dict[str, Any]
    seed: int
    scheme: str
    redline: str
    files: dict[str, str]
    origin: Origin
    outcome: Outcome | None = None
    own: Task | None = None

    def of(self, taxonomy: Taxonomy) -> Task:
        """What the model is for: its own task, or that of the scheme."""
        return self.own or taxonomy.task(self.task)


def save(model: Baseline, name: str, kind: str, setup: Setup, origin: Origin, folder: Path) -> None:
    """Writes a model whole or not at all."""
    with atomic_folder(folder) as scratch:
        model.save(scratch)
        sums = {str(path.relative_to(scratch)): sha256(path.read_bytes()) for path in files(scratch)}
        own = None if setup.task.name in setup.taxonomy.tasks else setup.task
        task, seed, scheme = setup.task.name, setup.seed, setup.taxonomy.scheme
        about = Artefact(name, kind, task, dict(setup.settings), seed, scheme, __version__, sums, origin, own=own)
        (scratch / NAME).write_bytes(_encoded(about))


def finish(folder: Path, outcome: Outcome) -> Artefact:
    """Adds its scores to a saved model."""
    about = msgspec.structs.replace(read(folder), outcome=outcome)
    write_atomically(folder / NAME, _encoded(about))
    return about


def without_times(folder: Path) -> None:
    """Removes the values of a model that training it again would change."""
    about = read(folder)
    outcome = about.outcome and msgspec.structs.replace(about.outcome, train_seconds=None, sentences_per_second=None)
    write_atomically(folder / NAME, _encoded(msgspec.structs.replace(about, outcome=outcome)))


def _encoded(about: Artefact) -> bytes:
    return msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"


def load(folder: Path, taxonomy: Taxonomy) -> tuple[Baseline, Artefact]:
    """The model of a folder.

    Raises RedlineError when a file is missing, changed or added, or the model was made for another scheme.
    """
    about = read(folder)
    if about.scheme != taxonomy.scheme:
        raise RedlineError(f"{folder}: was trained for scheme {about.scheme}, the schemas are {taxonomy.scheme}; needed: train it again")
    sums = {str(path.relative_to(folder)): sha256(path.read_bytes()) for path in files(folder)}
    for name in sorted(set(sums) | set(about.files)):
        if sums.get(name) != about.files.get(name):
            raise RedlineError(f"{folder / name}: differs from the saved file; needed: the artefact as `redline train` wrote it")
    model = make(about.kind, Setup(about.of(taxonomy), taxonomy, about.settings, about.seed))
    try:
        model.load(folder)
    except (RedlineError, MemoryError):
        raise
    except Exception as error:
        # The hashes are right, so this file was made on purpose or with another version of a library. What numpy, spaCy and
        # others raise then is documented by none of them.
        said = next(iter(str(error).splitlines()), "")[:200]
        raise RedlineError(f"{folder}: cannot be loaded ({type(error).__name__}: {said}); needed: train it again") from error
    return model, about


def read(folder: Path) -> Artefact:
    """The description in a model's folder.

    Raises RedlineError when it is not an artefact.
    """
    about = of_file(folder / NAME, Artefact, "is not an artefact", "a model as `redline train` writes it")
    for name, kind in ((about.model, "model"), (about.task, "task")):
        checked(name, kind)
    return about


class _Decides(Struct, frozen=True):
    threshold: float


def threshold(folder: Path, about: Artefact) -> float | None:
    """The probability from which the model of a folder gives a class or a relation; None where it decides otherwise.

    Of a task with several classes it is the sum of their probabilities. Raises RedlineError when it cannot be read.
    """
    if about.own and about.own.unit == TEXT:
        return THRESHOLD
    if not (name := kind_of(about.kind).decides):
        return None
    return of_file(folder / name, _Decides, "has no threshold", "a model as `redline train` writes it").threshold


def files(folder: Path) -> list[Path]:
    """The files of a model, without `artefact.json` itself."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / NAME]


def size(folder: Path) -> int:
    """The bytes of a model's files."""
    return sum(path.stat().st_size for path in files(folder))


def folders(home: Path) -> list[Path]:
    """The folders `<model>/<task>` below `home` that contain a trained model, sorted."""
    return [path.parent for path in sorted(home.glob(f"*/*/{NAME}")) if not path.parent.name.startswith(".")]
