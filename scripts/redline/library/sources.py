"""The inputs of the library's functions: a path, or records."""

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from redline import formats
from redline import project as projects
from redline.core.document import Record
from redline.core.taxonomy import Taxonomy
from redline.formats.loss import Loss
from redline.formats.reading import Options, Reading

StrPath = str | Path
Records = StrPath | Iterable[Record]


def reading_of(source: Records, name: str, taxonomy: Taxonomy, layer: str | None) -> Reading:
    """A file as it is read, without what only an export gives back, or records as they are; `name` is what messages call records."""
    if isinstance(source, Reading):
        return source
    if isinstance(source, (str, Path)):
        return formats.read(Path(source), Options(taxonomy, layer, foreign=False, texts=projects.words(), together=True))
    return Reading(Path(name), tuple(source))


def records_of(source: Records, layer: str | None = None) -> Iterable[Record]:
    """The records of a file with everything that an export writes, or records as they are."""
    if isinstance(source, (str, Path)):
        return formats.read(Path(source), Options(projects.labels(), layer, texts=projects.words()))
    return source


def warn(losses: Sequence[Loss], where: str) -> None:
    """Warns the caller of a public function once about items that were left out."""
    if losses:
        warnings.warn(f"{where}: {len(losses)} items were left out, the first is {losses[0]}", stacklevel=4)
