"""Near-duplicates among 10,000 and 100,000 documents: documents a second, peak memory, and what it grows by per document.

The texts have 100 words that are drawn by chance; every tenth text is an earlier one with other words at its end. Numbers of
documents may be given: `bench/duplicates.py 1000000`.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from redline.core.document import Meta, Record, encode
from redline.formats import jsonl

SIZES = (10_000, 100_000)
WORDS, KEPT = 100, 94
CHILD = """
import pathlib, sys
from redline.cli import main
main(["duplicates", sys.argv[1], "--json"])
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def words(number: int) -> list[str]:
    """The words of a text; those of every tenth begin as another text does."""
    chance = random.Random(number)
    own = [f"w{chance.randrange(100_000)}" for _ in range(WORDS)]
    return [*words(number // 10 * 10 + 1)[:KEPT], *own[KEPT:]] if number % 10 == 2 else own


def record(number: int) -> bytes:
    text = " ".join(words(number))
    return encode(Record(text, "accept", ((0, len(text)),), (), (), Meta(f"d{number}", 0, 0, "2.0", {})))


def measured(path: Path) -> tuple[float, int, int]:
    """Seconds, peak bytes, and near-duplicates of the command in a separate process."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True).stdout
    return time.perf_counter() - begun, int(done.split()[-1]) * 1024, done.count('"resemblance"')


def main() -> None:
    """Prints a line for each number of documents."""
    before: tuple[int, int] | None = None
    with tempfile.TemporaryDirectory() as name:
        for size in [int(each) for each in sys.argv[1:]] or SIZES:
            path = Path(name) / f"{size}.jsonl"
            jsonl.write_lines(map(record, range(size)), path)
            took, peak, found = measured(path)
            line = f"{size:>9,} documents: {size / took:,.0f} a second, peak {peak / 1e6:,.0f} MB, {found:,} of {size // 10:,} found"
            print(f"{line}, {(peak - before[1]) / (size - before[0]):,.0f} bytes a document more" if before else line, flush=True)
            before = (size, peak)


if __name__ == "__main__":
    main()
