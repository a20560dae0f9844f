"""How fast records are exported to each format and imported again, and the peak memory, compared with plain JSON.

`formats.py [RECORDS...]` (default: 10,000 and 100,000). Each number is of a separate process, libraries included. A record has a
text of about 200 characters with three spans. Where memory is flat, it is the same for both numbers of records.
"""

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from redline import formats
from redline.core import taxonomy as taxonomies
from redline.core.document import Document, Meta, Record, Relation, Span
from redline.formats import jsonl
from redline.formats.reading import Options

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("jsonl", "prodigy", "doccano", "label-studio", "brat", "conll", "conll-offsets", "parquet", "docbin")
LAYERS = dict.fromkeys(("arguments", "entities", "stance", "threat"), "done")


def record(number: int) -> Record:
    """A record of two sentences, unlike any other."""
    first = f"The minister of Orla said on day {number} that Belmora will burn unless its army leaves the port of Nhamadu at once."
    text = f"{first} Nobody in the {number % 997} villages along the river had heard of it, the harbour master wrote."
    places = (("e1", "entities", "GPE", "Orla"), ("e2", "entities", "GPE", "Belmora"), ("t1", "threat", "THREAT", "Belmora will burn"))
    spans = tuple(
        Span(name, layer, label, text.index(words), text.index(words) + len(words), words) for name, layer, label, words in places
    )
    bounds = ((0, len(first)), (len(first) + 1, len(text)))
    return Record(text, "accept", bounds, spans, (Relation("t1", "e2", "TARGET"),), Meta(f"d{number}", 0, 0, "2.0", LAYERS))


def documents(number: int) -> Iterator[Document]:
    """That many documents of one record."""
    return (Document(f"d{each}", (record(each),)) for each in range(number))


def write(name: str, path: Path, source: Path) -> None:
    """Exports canonical records."""
    formats.write(jsonl.read(source), path, name, Options(taxonomies.load(ROOT / "schemas"), "entities"))


def read(name: str, path: Path, _: Path) -> None:
    """Imports what was exported."""
    for _ in formats.items(path, Options(taxonomies.load(ROOT / "schemas"), "entities"), "conll" if name.startswith("conll") else name):
        pass


def plain(_: str, __: Path, source: Path) -> None:
    """Reads lines with the standard library, and does nothing with them."""
    with source.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)


def measured(work: Callable[[], None]) -> tuple[float, int]:
    """Seconds, and peak megabytes of this process as Linux counts them."""
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    return seconds, int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024 // 1_000_000


def alone(work: Callable[..., None], *arguments: object) -> tuple[float, int]:
    """What `measured` gives in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, partial(work, *arguments)).result()


def main() -> None:
    """Prints a line for each number of records and each format."""
    for number in [int(each) for each in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as name:
            source = Path(name) / "records.jsonl"
            jsonl.export(documents(number), source, Options(taxonomies.load(ROOT / "schemas")))
            print(f"{number:,} records, {source.stat().st_size / 1e6:.0f} MB of JSON lines")
            for label, work in (("json.loads", plain), *((each, None) for each in NAMES)):
                steps = [("read", work)] if work else [("written", write), ("read", read)]
                results = [(what, *alone(step, label, Path(name) / label, source)) for what, step in steps]
                line = "; ".join(f"{what} {number / seconds:,.0f} a second, {megabytes} MB" for what, seconds, megabytes in results)
                print(f"  {label}: {line}", flush=True)


if __name__ == "__main__":
    main()
