"""`validate --fix`: repairs what has one right answer, shows what changed, and writes whole files or none."""

from pathlib import Path

import msgspec
from msgspec import Struct

from redline.core.document import Record, decode, encode
from redline.core.files import read_bytes, write_atomically
from redline.core.strict_json import BOM, Flaw, parse
from redline.edit.repair import Change, repaired
from redline.formats.jsonl import is_bare


class Fixed(Struct, frozen=True):
    """What became of a file: its changed spans, whether its bytes changed, and why it was left alone, if it was."""

    path: Path
    changes: list[Change]
    written: bool
    left: str = ""


def fix(path: Path) -> Fixed:
    """Repairs one file of records; a file with a line that cannot be read is left as it is."""
    data = read_bytes(path)
    records: list[Record] = []
    for number, line in enumerate(data.removeprefix(BOM).split(b"\n"), 1):
        if line.strip():
            if is_bare(line):
                return Fixed(path, [], False, "its records are bare, and a referenced text cannot be repaired here")
            try:
                records.append(decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return Fixed(path, [], False, f"line {number} is unreadable")
            # A doubled key has two right answers.
            if any(finding.flaw is Flaw.KEY for finding in parse(line).findings):
                return Fixed(path, [], False, f"line {number} has a duplicate key")
    if not records:
        return Fixed(path, [], False, "it has no records")
    pairs = [repaired(record) for record in records]
    whole = b"".join(encode(record) + b"\n" for record, _ in pairs)
    if whole != data:
        write_atomically(path, whole)
    return Fixed(path, [change for _, changes in pairs for change in changes], whole != data)
