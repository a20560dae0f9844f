"""The scripts that draw spans, for pages that load files and for a page that is one file."""

import re
from collections.abc import Iterable
from pathlib import Path

STATIC = Path(__file__).parent / "static"
ORDER = ("element.js", "offsets.js", "lanes.js", "passage.js", "ink.js", "spans.js")
"""Each imports only those before it."""
_import = re.compile(r"^import .*\n", re.MULTILINE)
_export = re.compile(r"^export ", re.MULTILINE)


def whole() -> str:
    """All modules as one script without imports; its names are `Passage`, `draw`, `looks` and those of the files."""
    return joined([STATIC / name for name in ORDER])


def joined(paths: Iterable[Path]) -> str:
    """Some modules as one script without imports and exports; each may import only those before it."""
    return "\n".join(_export.sub("", _import.sub("", path.read_text(encoding="utf-8"))) for path in paths)
