"""The scripts that draw spans, for pages that load files and for a page that is one file."""

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
ORDER = ("element.js", "offsets.js", "lanes.js", "passage.js", "ink.js", "spans.js")
"""Each imports only those before it."""
_import = re.compile(r"^import .*\n", re.MULTILINE)
_export = re.compile(r"^export ", re.MULTILINE)


def whole() -> str:
    """All modules as one script without imports; its names are `Passage`, `draw`, `looks` and those of the files."""
    files = (STATIC.joinpath(name).read_text(encoding="utf-8") for name in ORDER)
    return "\n".join(_export.sub("", _import.sub("", text)) for text in files)
