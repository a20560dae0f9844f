"""One lock for everything that reads, changes and writes the files of a project, and one for each folder of models."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from redline.core.errors import RedlineError
from redline.core.files import reason
from redline.project import Project

NAME = ".redline.lock"
POLL = 0.005
"""Seconds between two looks at a lock that another process has; a save of the page lasts about as long."""

PATIENCE = 0.5
"""Seconds of waiting before a line names what it waits for: a save of another process takes far less."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def locked(project: Project | None) -> AbstractContextManager[None]:
    """Keeps other processes and threads from changing the project while the block runs; a block inside of it goes on at once.

    Does nothing without a project.

    After PATIENCE seconds, prints a line to standard error that names the command which it waits for.

    Raises RedlineError when the folder of the project cannot be written.
    """
    return locked_folder(project.root) if project else nullcontext()


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """As `locked`, of a folder, which is made where it is missing."""
    from filelock import FileLock, Timeout

    path = folder / NAME
    lock = FileLock(path, is_singleton=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=PATIENCE, poll_interval=POLL)
        except Timeout:
            print(f"redline: waiting for {_holder(path)}", file=sys.stderr, flush=True)
            lock.acquire(poll_interval=POLL)
    except OSError as error:
        raise RedlineError(f"{path}: cannot be locked ({reason(error)}); needed: a writable folder") from None
    try:
        _sign(path)
        yield
    finally:
        lock.release()


def exclusive(
    function: Callable[Concatenate[Project, Arguments], Result],
) -> Callable[Concatenate[Project, Arguments], Result]:
    """The function of a project as one that has the project for itself while it runs."""

    @wraps(function)
    def alone(project: Project, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        with locked(project):
            return function(project, *arguments, **options)

    return alone


def _sign(path: Path) -> None:
    """Writes into the lock's file who has it: at once and padded, so that a reader at the same time sees an old line or the new one."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    with path.open("r+b") as file:
        file.write(f"{command} (process {os.getpid()})".encode().ljust(200))


def _holder(path: Path) -> str:
    return path.read_text(errors="replace").strip() or "another command"
