"""Libraries that an extra of the package installs, not its base."""

from collections.abc import Iterator
from contextlib import contextmanager

from redline.core.errors import RedlineError


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Lets a block import the libraries of an extra.

    Raises RedlineError with the command that installs the extra, where a library is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise RedlineError(f"`{error.name}` is not installed; needed: pip install 'redline[{extra}]'") from None
