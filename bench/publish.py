"""A release of 100,000 synthetic records: built and verified in flat memory, compared with `Dataset.from_list(...).to_parquet`.

Both write the same rows of the default configuration. Redline also writes the flat configurations, JSON Lines, DocBins, digests
and sums, in one pass; the cost of only the rows is listed separately.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import synthetic

from redline.core import taxonomy as taxonomies
from redline.core.corpus import SPLITS, Seed
from redline.core.document import Document
from redline.core.files import sha256
from redline.publish import build, contents, manifest, parquet, tables, verify
from redline.publish.features import features, hub
from redline.publish.tables import Item

RECORDS, PART = 100_000, 10_000
TAXONOMY = taxonomies.load()
FILES = {"CHANGELOG.md": b"", "entities.jsonl": b"", "raters.json": b"{}"}


def items(records: int) -> Iterator[Item]:
    """Documents with seeds, in the three splits."""
    for split in SPLITS:
        for document in synthetic.documents(records // len(SPLITS)):
            text, offset = "\n".join(record.text for record in document.records), 0
            moved = []
            for record in document.records:
                moved.append(msgspec.structs.replace(record, meta=msgspec.structs.replace(record.meta, offset=offset)))
                offset += len(record.text) + 1
            name = f"{split}-{document.id}"
            seed = Seed(name, name, "wire", "fiction", "en", None, name, "open", "CC-BY-4.0", "nobody", [], sha256(text.encode()))
            yield Item(Document(name, tuple(moved)), seed, text, split)


def built(folder: Path, records: int) -> None:
    """Builds a release of so many records."""
    frozen = {layer: list(held.by_label) for layer, held in TAXONOMY.layers.items()}
    build.build(contents.Release("1.0.0", "2026-01-01", TAXONOMY, lambda: items(records), frozen, files=FILES), folder)


def rows_alone(folder: Path, records: int) -> int:
    """Writes the default configuration's rows alone."""
    with parquet.Writer(folder, "train", features(TAXONOMY)["documents"]) as writer:
        for item in items(records):
            writer.add(next(row for _, row in tables.rows(item, TAXONOMY)))
    return writer.digest.rows


def peer(path: Path, records: int) -> None:
    """The same rows through Hugging Face: all of them in a list, then to Parquet."""
    import datasets

    columns = datasets.Features.from_dict({name: hub(kind) for name, kind in features(TAXONOMY)["documents"].items()})
    datasets.disable_progress_bars()
    held = [next(row for _, row in tables.rows(item, TAXONOMY)) for item in items(records)]
    datasets.Dataset.from_list(held, features=columns).to_parquet(path)


def measured(work: str, records: int) -> tuple[float, int]:
    """Seconds and peak memory in MB of a piece of work in a separate process, without the time to start."""
    code = (
        "import resource, sys, tempfile, time; from pathlib import Path; sys.path.insert(0, 'bench'); import publish\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    begun = time.perf_counter(); publish.{work}(Path(folder) / 'x', {records})\n"
        "    print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


def main() -> None:
    """Prints seconds, records a second, memory and the ratio."""
    making = measured("list_items", PART)[0] / PART
    for work, records in (("built", PART), ("built", RECORDS)):
        seconds, memory = measured(work, records)
        seconds -= making * records
        print(f"build {records:>7} records: {seconds:6.1f} s, {records / seconds:6.0f} records/s, {memory} MB")
    (ours, small), (theirs, large) = measured("rows_alone", RECORDS), measured("peer", RECORDS)
    ours, theirs = ours - making * RECORDS, theirs - making * RECORDS
    print(f"rows of the default configuration alone: {RECORDS / ours:6.0f} records/s, {small} MB")
    print(f"  Dataset.from_list(...).to_parquet: {RECORDS / theirs:6.0f} records/s, {large} MB; ours {theirs / ours:.2f} times as fast")
    with tempfile.TemporaryDirectory() as folder:
        built(Path(folder), RECORDS)
        held = Path(folder) / "redline-1.0.0"
        begun = time.perf_counter()
        problems = verify.problems(held, TAXONOMY)
        seconds = time.perf_counter() - begun
        shards = sum(path.endswith(".parquet") for path in manifest.read(held).files)
        print(
            f"verify {RECORDS} records in {shards} Parquet files: {seconds:.1f} s, {RECORDS / seconds:.0f} records/s, "
            f"{len(problems)} problems"
        )


def list_items(_: Path, records: int) -> None:
    """Only makes the documents: what every figure above would otherwise contain."""
    for _item in items(records):
        pass


if __name__ == "__main__":
    main()
