"""How fast shards are labelled: words a second of a pool of processes and of Dask in one run, and the peak memory of a worker.

The models are those in the Redline package; the texts are synthetic, and no two are equal.
"""

import json
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from redline.model import engines, homes, shard, shards
from redline.model.shard import Job, Settings

SETTINGS = Settings(None, (homes.SHIPPED,))
SHARDS, RECORDS = 16, 3_000
ROUNDS = 3
"""How often each engine runs, in turns, since the speed of a machine changes while it works."""
SIZES = (6_000, 12_000)
"""Records of a shard: more than the caches of the models keep."""
WORKERS = min(os.cpu_count() or 1, 8)


def write(path: Path, records: int, first: int) -> None:
    """A shard of texts of two sentences, all different, of a vocabulary that has an end as that of a language has."""
    ends = ("the minister said. Officials condemned it.", "he said. It closed.", "they said. We wait.")
    texts = (f"We will strike Orla {number % 1000} and port {number // 1000} now, {ends[number % 3]}" for number in range(records))
    path.write_text("".join(json.dumps({"text": f"{first}: {text}"}) + "\n" for text in texts), encoding="utf-8")


def speed(source: Path, out: Path, engine: engines.Engine) -> float:
    """Words a second from the start of the first worker to the last shard."""
    begun = time.perf_counter()
    done = shards.label(source, out, SETTINGS, engine)
    return done.total("words") / (time.perf_counter() - begun)


def compare(source: Path, out: Path) -> None:
    """Prints the median speed of both engines, start included, and the share of the pool that Dask reaches.

    The first run does not count, because a processor that was idle is faster for some seconds.
    """
    speed(source, out / "first", engines.local(WORKERS))
    speeds: dict[str, list[float]] = {"pool": [], "Dask": []}
    for number in range(ROUNDS):
        for name, engine in (("pool", engines.local), ("Dask", engines.dask)):
            speeds[name].append(speed(source, out / f"{name}{number}", engine(WORKERS)))
    for name, values in speeds.items():
        print(f"  {name}: {median(values):,.0f} words a second ({min(values):,.0f} to {max(values):,.0f})")
    print(f"  Dask: {median(speeds['Dask']) / median(speeds['pool']):.0%} of the pool", flush=True)


def peak(job: Job) -> int:
    """Peak megabytes of a worker that labels a shard, as Linux counts them."""
    shard.label(job)
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024 // 1_000_000


def main() -> None:
    """Prints a line for each engine and each size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number in range(SHARDS):
            write(folder / "in" / f"{number}.jsonl", RECORDS, number)
        print(f"{SHARDS} shards of {RECORDS} records, {WORKERS} workers, {ROUNDS} rounds, start included", flush=True)
        compare(folder / "in", folder / "out")
        for records in SIZES:
            write(folder / "one.jsonl", records, 0)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                megabytes = pool.submit(peak, Job("one.jsonl", folder, folder / "one", SETTINGS)).result()
            print(f"  peak memory of a worker: {megabytes} MB for a shard of {records} records")


if __name__ == "__main__":
    main()
