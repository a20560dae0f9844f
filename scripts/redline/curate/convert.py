"""Between files of other formats and records: every slice is verified, every loss is told."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, structs

from redline import formats
from redline.core.document import group
from redline.core.errors import RedlineError
from redline.core.files import refuse_same
from redline.formats.loss import Report
from redline.formats.reading import Options, Reading


class Converted(Struct, frozen=True):
    """What was read, and what was left out when it was written."""

    readings: list[Reading]
    report: Report

    @property
    def documents(self) -> int:
        """The number of documents written."""
        return sum(len({record.meta.doc for record in reading.records}) for reading in self.readings)


def convert(paths: Iterable[Path], out: Path, target: str, options: Options, source: str | None = None) -> Converted:
    """Reads files or folders, in the format `source` or that which fits, and writes all their records as one file.

    `unit` of the options is that of the file that is written. Raises RedlineError when a file cannot be used; nothing is written then.
    """
    paths = list(paths)
    refuse_same(out, *paths)
    readings = [formats.read(path, structs.replace(options, unit=None), source) for path in paths]
    documents = list(group(record for reading in readings for record in reading.records))
    if not documents:
        raise RedlineError("the input has no records; needed: a file with records")
    return Converted(readings, formats.write(documents, out, target, options))
