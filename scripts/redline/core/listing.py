"""The files of folders; one that cannot be read is an error, while pathlib takes it for an empty one."""

import os
from pathlib import Path
from typing import NoReturn

from redline.core.errors import RedlineError
from redline.core.files import reason

MISSING = (FileNotFoundError, NotADirectoryError)
"""The errors of a folder that is not there."""


def matching(folder: Path, ending: str) -> list[Path]:
    """The entries of a folder with names that have that ending, in order; none where the folder is missing.

    Raises RedlineError when it cannot be read.
    """
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except MISSING:
        return []
    except OSError as error:
        _refuse(error, folder)
    return sorted(folder / name for name in names if name.endswith(ending))


def folders(folder: Path) -> list[Path]:
    """The folders in a folder, in order; errors as of `matching`."""
    return [path for path in matching(folder, "") if path.is_dir()]


def below(folder: Path) -> list[Path]:
    """All files below a folder, in order; none where the folder is missing. Linked folders are not entered.

    Raises RedlineError when a folder cannot be read.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, MISSING):
            _refuse(error, folder)

    paths = (Path(parent, name) for parent, _, names in os.walk(folder, onerror=refuse) for name in names)
    return sorted(path for path in paths if path.is_file())


def _refuse(error: OSError, folder: Path) -> NoReturn:
    raise RedlineError(f"{error.filename or folder}: cannot be read ({reason(error)}); needed: a readable folder") from None
