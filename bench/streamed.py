"""Records a second and peak memory of `validate`, `stats`, `diff` and `score` for 10,000 and 40,000 records, each in one process.

The records are those of `synthetic.py`; the second file does not have the spans of every tenth record. Numbers of records may be given.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from synthetic import documents

from redline.core.document import Record, encode
from redline.formats import jsonl

SIZES = (10_000, 40_000)
COMMANDS = {
    "validate": ("validate", "{a}", "--workers", "1"),
    "stats": ("stats", "{a}"),
    "diff": ("diff", "{a}", "{b}"),
    "score": ("score", "{a}", "{b}", "--layer", "entities", "--boot", "100"),
}
CHILD = """
import pathlib, sys
from redline.cli import main
main(sys.argv[1:])
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def records(number: int) -> Iterator[Record]:
    return (record for document in documents(number) for record in document.records)


def changed(number: int) -> Iterator[Record]:
    for index, record in enumerate(records(number)):
        yield record if index % 10 else msgspec.structs.replace(record, spans=(), relations=())


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", CHILD, *command], capture_output=True, text=True, check=True).stdout
    return time.perf_counter() - begun, int(done.split()[-1]) * 1024 / 1e6


def main() -> None:
    """Prints a line for each number of records and command."""
    with tempfile.TemporaryDirectory() as name:
        paths = {side: Path(name) / f"{side}.jsonl" for side in "ab"}
        for size in [int(each) for each in sys.argv[1:]] or SIZES:
            jsonl.write_lines(map(encode, records(size)), paths["a"])
            jsonl.write_lines(map(encode, changed(size)), paths["b"])
            print(f"{size:,} records, {paths['a'].stat().st_size / 1e6:,.0f} MB", flush=True)
            for command, words in COMMANDS.items():
                took, megabytes = measured([word.format(**paths) for word in words])
                print(f"  {command:<9} {size / took:>7,.0f} records a second, peak {megabytes:>6,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
