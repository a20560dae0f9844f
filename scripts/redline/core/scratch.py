"""Hidden files and folders next to the file or folder that they will replace.

Each is locked by the process that fills it. What nobody has locked was left by a killed process, and the next one that
writes in the same folder removes it.
"""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".redline.tmp"
OLD = re.compile(r"\.(.+)\.[0-9a-f]{8}\.old" + re.escape(SUFFIX))
LENGTH = 40
"""Characters of a file's name that its scratch name repeats, so that it stays within what a file system allows."""

TAKEN = {errno.ENOTEMPTY, errno.EEXIST}


@contextmanager
def file(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file next to `path`, open for writing, which is gone after the block unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    while True:
        place = _name(path, "")
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            _lock(opened.fileno(), blocking=True)
            # Before it was locked another process may have taken it for one that was left.
            if place.exists():
                try:
                    yield place, opened
                    return
                finally:
                    place.unlink(missing_ok=True)


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """A new folder next to `path`, which is gone after the block unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    while True:
        place = _name(path, "")
        place.mkdir()
        with _claim(place, blocking=True):
            if place.exists():
                try:
                    yield place
                    return
                finally:
                    shutil.rmtree(place, ignore_errors=True)


def put_folder(made: Path, path: Path, *, replace: bool = True) -> bool:
    """Gives the folder `made` the name `path` once its files are on disk; whether it did.

    It does not if something is at `path` and `replace` is False. The old folder is back when the new one cannot
    take its place. Raises OSError when it cannot be renamed.
    """
    for part in sorted(made.rglob("*")):
        if part.is_file():
            sync(part)
    made.chmod(0o755)
    done = _renamed(made, path)
    while replace and not done:
        done = _exchanged(made, path)
    sync(path.parent)
    return done


def sweep(parent: Path) -> None:
    """Removes what killed processes left in a folder; an old folder that nothing has replaced gets its name back."""
    for place in parent.glob(f".*{SUFFIX}"):
        with _claim(place) as claimed:
            if not claimed:
                continue
            old = OLD.fullmatch(place.name)
            with suppress(OSError):
                if old and not (parent / old[1]).exists():
                    place.rename(parent / old[1])
                elif place.is_dir():
                    shutil.rmtree(place, ignore_errors=True)
                else:
                    place.unlink()


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on disk."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(path: Path, mark: str) -> Path:
    stem = path.name if mark else path.name[:LENGTH]
    return path.with_name(f".{stem}.{secrets.token_hex(4)}{mark}{SUFFIX}")


def _renamed(made: Path, path: Path) -> bool:
    """Whether the folder got the name; not if something has that name."""
    try:
        made.rename(path)
    except OSError as error:
        if error.errno not in TAKEN:
            raise
        return False
    return True


def _exchanged(made: Path, path: Path) -> bool:
    """Whether `made` took the place of the folder `path`; not where another process was faster."""
    aside = _name(path, ".old")
    with _claim(path):
        try:
            path.rename(aside)
        except FileNotFoundError:
            return _renamed(made, path)
        try:
            done = _renamed(made, path)
        except BaseException:
            aside.rename(path)
            raise
        shutil.rmtree(aside, ignore_errors=True)
        return done


@contextmanager
def _claim(place: Path, *, blocking: bool = False) -> Iterator[bool]:
    """Locks a file or folder while the block runs; whether nobody else has locked it."""
    try:
        handle = os.open(place, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield _lock(handle, blocking=blocking) and place.exists()
    finally:
        os.close(handle)


def _lock(handle: int, *, blocking: bool) -> bool:
    from filelock import lock_descriptor

    try:
        return lock_descriptor(handle, blocking=blocking)
    except OSError:
        # A file system without locks: what is left there stays, since it may be in use.
        return False
