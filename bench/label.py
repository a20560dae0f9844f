"""How fast `redline label` is: the start, words a second compared with spaCy, and the peak memory for files of two sizes.

The models are those in the Redline package; spaCy's has the settings of `models/spacy_ner.json` and one epoch, since its speed does not
depend on more. Texts are those of gold, with other names in each copy, so that new words come as in a language. Seconds are of
processor time, except for the start. Usage: python bench/label.py [MEGABYTES ...]
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import synthetic

from redline import project as projects
from redline.core import corpus as corpora
from redline.core.document import Record
from redline.core.predictions import blank
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.learn import artefact
from redline.learn.baseline import Setup, kind_of
from redline.model import homes, label, train, training

ROOT = Path(__file__).resolve().parents[1]
TEXT = "We will strike Orla if the embargo stays, the minister said. Officials condemned the closure of the port.\n"
RECORDS = 3_000
SIZES = (5, 50)
"""Megabytes of the files that are labelled to see whether memory grows."""
MEASURED = """
import sys, time
from pathlib import Path
from redline.cli import main
main(sys.argv[1:])
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], time.process_time())
"""
TINY = {"width": 32, "depth": 2, "rows": 500}
"""Settings with which spaCy's model is as small as Redline's."""


def start(*options: str) -> str:
    """The seconds of the fastest of three commands that label a paragraph, or why one did not run."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text.txt").write_text(TEXT)
        command = [sys.executable, "-m", "redline", "label", f"{folder}/text.txt", f"{folder}/out.jsonl", *options]
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stderr.splitlines()[-1]
            times.append(time.perf_counter() - begun)
    return f"{min(times):.2f} s"


def speed(words: int, work: Callable[[], Any]) -> float:
    """Words in a second of processor time."""
    begun = time.process_time()
    work()
    return words / (time.process_time() - begun)


def plain(count: int) -> list[Record]:
    """So many records with nothing marked, and one more at most for each document."""
    return [blank(record) for document in synthetic.documents(count) for record in document.records]


def spacy_model(task: Task, taxonomy: Taxonomy, other: dict[str, int]) -> Any:
    """A model of the corpus, as `redline train` makes it in more epochs, with some other settings."""
    here = projects.find(ROOT)
    configuration, corpus = train.configurations(here)["spacy_ner"], projects.load(here)
    data = training.Data(*(corpora.records(corpus.split(name)) for name in ("train", "validation", "test")))
    setup = Setup(task, taxonomy, {**configuration.settings, "epochs": 1, "look_every": 1, **other}, 1)
    return training.fitted(configuration.kind, setup, data)


def size(model: Any) -> str:
    """The size of a model's files."""
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder))
        return f"{sum(path.stat().st_size for path in Path(folder).rglob('*') if path.is_file()) / 1e6:.1f} MB"


def speeds(taxonomy: Taxonomy) -> None:
    """Prints the words a second of `label`, of one model of entities and of spaCy's."""
    task = next(task for task in taxonomy.tasks.values() if task.shape == "spans")
    records = plain(RECORDS)
    words = sum(len(record.text.split()) for record in records)
    kinds = len({word for record in records for word in record.text.split()})
    print(f"words a second of processor time, {words:,} words in {len(records):,} passages, {kinds:,} different ones")
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_text("".join(map(line, records)), encoding="utf-8")
        for name, fast in (("", False), (" --fast", True)):
            labeller = label.Labeller(taxonomy, homes.SHIPPED, fast=fast)
            found = speed(words, lambda labeller=labeller: label.write(labeller, label.read(source, taxonomy), out))
            print(f"  label{name}, {len(labeller.models)} models, texts read and tasks written: {found:,.0f}")
    (folder_of_ours,) = [path for path in artefact.folders(homes.SHIPPED) if path.name == task.name]
    ours = artefact.load(folder_of_ours, taxonomy)[0]
    batches = [records[first : first + label.CHUNK] for first in range(0, len(records), label.CHUNK)]
    fast = speed(words, lambda: [ours.predict(batch) for batch in batches])
    print(f"  {task.name} alone, {folder_of_ours.parent.name} of {size(ours)}: {fast:,.0f}")
    for name, settings in (("models/spacy_ner.json", {}), ("a smaller one", TINY)):
        theirs = spacy_model(task, taxonomy, settings)
        slow = speed(words, lambda pipeline=theirs.pipeline: list(pipeline.pipe(record.text for record in records)))
        print(f"  {task.name} alone, spaCy's nlp.pipe, {name} of {size(theirs)}: {slow:,.0f}; ours is {fast / slow:.1f} times as fast")


def peak(source: Path, *options: str) -> str:
    """The peak memory and the processor time of a command that labels a file, as Linux counts them."""
    command = [sys.executable, "-c", MEASURED, "label", str(source), str(source.with_suffix(".out")), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    kilobytes, seconds = done.stdout.splitlines()[-1].split()
    return f"{int(kilobytes) * 1024 / 1e6:.0f} MB, {float(seconds):.0f} s of processor time"


def memory(sizes: list[int]) -> None:
    """Prints the peak memory for files of some megabytes."""
    with tempfile.TemporaryDirectory() as name:
        for megabytes in sizes:
            source = Path(name) / f"{megabytes}.jsonl"
            write(source, megabytes * 1_000_000)
            for options in ((), ("--fast",)):
                print(f"peak memory, {megabytes} MB of JSONL{' '.join(('', *options))}: {peak(source, *options)}", flush=True)


def write(path: Path, size: int) -> None:
    """A file of texts of so many bytes, and a few more."""
    with path.open("w", encoding="utf-8") as file:
        for document in synthetic.documents(sys.maxsize):
            if file.tell() >= size:
                return
            file.writelines(map(line, document.records))


def line(record: Record) -> str:
    """A task with the text of a record alone."""
    return json.dumps({"text": record.text}, ensure_ascii=False) + "\n"


def main() -> None:
    """Prints what a user waits for: the start, the speed, the memory."""
    found = homes.trained([homes.SHIPPED, ROOT / "models"])
    names = sorted({one.made.model for one in found if not kind_of(one.made.kind).optional})
    for options in itertools.chain([(), ("--fast",)], (("--model", name) for name in names)):
        print(f"label one paragraph{' '.join(('', *options))}: {start(*options)}")
    speeds(projects.labels())
    memory([int(size) for size in sys.argv[1:]] or list(SIZES))


if __name__ == "__main__":
    main()
