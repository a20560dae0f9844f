"""The tables of keys of docs/annotating.md, from the files that the pages run from."""

import msgspec

from redline.app.server import STATIC
from redline.core.files import read_bytes


def keys(name: str = "keys.json") -> str:
    """The keys and what they do, as a Markdown table."""
    rows = msgspec.json.decode(read_bytes(STATIC / name))
    return "\n".join(["| key | does |", "|---|---|", *(f"| {row['show']} | {row['does']} |" for row in rows)])
