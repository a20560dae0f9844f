"""The one check of a name that becomes a path: of a document, a rater, a layer, a task, a model or a set."""

import re

from redline.core.errors import RedlineError

LONGEST = 100
_name = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST - 1}}}", re.ASCII)
_devices = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows opens as a device in any folder."""


def usable(name: object) -> bool:
    """Whether a name is one part of a path on every system and does not lead to another folder."""
    return isinstance(name, str) and bool(_name.fullmatch(name)) and not name.endswith(".") and not _devices.fullmatch(name)


def checked(name: str, kind: str) -> str:
    """The name, when it is usable; `kind` is what it names.

    Raises RedlineError otherwise.
    """
    if not usable(name):
        wanted = f"letters, digits, `.`, `_` and `-`, at most {LONGEST}, beginning with a letter or digit"
        raise RedlineError(f"`{name!r:.60}` cannot name a {kind}; needed: {wanted}")
    return name
