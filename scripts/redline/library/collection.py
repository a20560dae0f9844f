"""A project or a release as a value, the agreement of its raters, and its rows as a `DatasetDict`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import ValidationError, structs

from redline import project as projects
from redline.core.corpus import Corpus
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import agree as agreements
from redline.library.arguments import checked
from redline.library.sources import StrPath
from redline.measure.agreement import Figure
from redline.measure.contrasts import Probed
from redline.measure.figures import figures
from redline.measure.score import Bootstrap

if TYPE_CHECKING:
    from datasets import DatasetDict


class Collection(Corpus, frozen=True, kw_only=True):
    """A project or a release: `documents`, `sources`, `entities`, `splits`, `raters` and `contrast`, each by id.

    For a release, `documents` contains only documents with their words in the release.
    """

    path: Path
    taxonomy: Taxonomy
    released: bool


@checked
def load(path: StrPath = ".") -> Collection:
    """The project or the release in a folder.

    Raises RedlineError if the folder is neither of them, or if a file is unusable.
    """
    folder = Path(path)
    if (folder / "manifest.json").is_file():
        return _release(folder)
    if not (folder / projects.NAME).is_file():
        raise RedlineError(f"{folder}: contains no {projects.NAME} and no manifest.json; needed: a project or a release")
    here = projects.find(folder)
    return _collection(projects.load(here), folder, here.taxonomy(), released=False)


def _release(folder: Path) -> Collection:
    from redline.publish import from_rows, reading

    taxonomy = projects.labels()
    try:
        corpus = reading.corpus(folder, taxonomy)
    except (*from_rows.DAMAGE, ValidationError) as error:
        problem = f"has an unreadable row ({type(error).__name__}: {error})"
        raise RedlineError(f"{folder}: {problem}; needed: a release that redline verify accepts") from None
    return _collection(corpus, folder, taxonomy, released=True)


def _collection(corpus: Corpus, path: Path, taxonomy: Taxonomy, *, released: bool) -> Collection:
    return Collection(**structs.asdict(corpus), path=path, taxonomy=taxonomy, released=released)


@checked
def probe(source: Collection | StrPath, detector: Callable[[list[str]], Iterable[object]], *, task: str | None = None) -> list[Probed]:
    """The answers of a detector on the test contrast groups of a project or a release, one value per passage.

    `detector` gets all texts. It returns for each a class of the task (default: the first that decides on sentences), or whether
    it has the first class, or the probability of this class in 0..1: from 0.5 on it has the class. Raises RedlineError when it
    returns anything else, and when there are no contrast groups.
    """
    from redline.model import probe as probing

    of = load(source) if not isinstance(source, Collection) else source
    return probing.of_function(of, probing.task_of(of.taxonomy, task), detector, of.taxonomy)


@checked
def agree(source: Collection | StrPath, *, raters: list[str] | None = None, replicates: int = 1000, seed: int = 1) -> list[Figure]:
    """The agreement of raters (default: all): each figure with its interval, its counts and its signature.

    Raises RedlineError if no two raters have a document in common.
    """
    one = source if isinstance(source, Collection) else load(source)
    chosen = agreements.chosen(one.raters, raters, one.path / "raters")
    return list(figures(chosen, one.taxonomy, Bootstrap(replicates, seed)))


@checked
def to_datasets(source: Collection | StrPath, configuration: str = "documents") -> "DatasetDict":
    """A configuration as `datasets.DatasetDict`, with the features and the splits that `load_dataset` finds in a release.

    Raises RedlineError for an unknown configuration, for a document in no split, and if `datasets` is not installed.
    """
    from redline.publish import dataset, reading

    one = source if isinstance(source, Collection) else load(source)
    name = dataset.known(configuration, one.taxonomy)
    splits = reading.rows(one.path, name) if one.released else dataset.rows(one, one.taxonomy, name)
    return dataset.dataset(splits, one.taxonomy, name)
