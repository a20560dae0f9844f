"""The table of keys of docs/annotating.md, from the file that the page runs from."""

import msgspec

from redline.app.server import STATIC
from redline.core.files import read_bytes


def keys() -> str:
    """The keys and what they do, as a Markdown table."""
    rows = msgspec.json.decode(read_bytes(STATIC / "keys.json"))
    return "\n".join(["| key | does |", "|---|---|", *(f"| {row['show']} | {row['does']} |" for row in rows)])
