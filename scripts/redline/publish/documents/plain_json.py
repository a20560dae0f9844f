"""JSON files of a release, as people read them."""

import json
from typing import Any


def encode(value: Any) -> bytes:
    """The value as indented JSON in UTF-8, keys in their order."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
