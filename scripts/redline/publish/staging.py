"""A folder that is filled beside its final name and takes it when it is whole."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redline.core.errors import RedlineError
from redline.publish import manifest


def made(final: Path, fill: Callable[[Path], None]) -> Path:
    """A release folder that `fill` fills: under its final name whole, or not at all.

    Raises RedlineError when a release with that name and other content exists, or the folder cannot be written.
    """
    try:
        with _staging(final.parent, final.name) as folder:
            fill(folder)
            return _settle(folder, final)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RedlineError(f"{final}: cannot be written ({reason}); needed: a writable folder with room") from None


@contextmanager
def _staging(out: Path, name: str) -> Iterator[Path]:
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f".{name}.*.part"):
        if not _runs(left.name.removeprefix(f".{name}.").split(".")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{name}.{os.getpid()}.", suffix=".part", dir=out))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runs(process: str) -> bool:
    """Whether a process is still there, so that what it builds is not touched."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _settle(folder: Path, final: Path) -> Path:
    """Gives the folder its name once it is on disk, unless a release with that name is there."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    folder.chmod(0o755)
    if not final.exists():
        try:
            return folder.rename(final)
        except OSError:
            # Another build may have come first; any other error is reported.
            if not final.exists():
                raise
    before, now = manifest.read(final), manifest.read(folder)
    if before.digest != now.digest or before.files != now.files:
        what = "content" if before.digest != now.digest else "files"
        raise RedlineError(f"{final}: is there with other {what}; needed: another version in CITATION.cff, or remove it")
    return final
