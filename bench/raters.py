"""How long a save takes while many raters work on one corpus, each with a server process, and whether every answered edit is kept.

`raters.py [RATERS PASSAGES SECONDS]` (default: 20, 1000, 30) makes three runs of as many seconds: at the pace of a busy rater, as fast
as possible, and as fast as possible while a quarter of the servers is killed.
"""

import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from redline import project as projects
from redline.app.desk import DRAFTS
from redline.app.edits import LAYER
from redline.app.journal import Journal
from redline.core.corpus import Seed, Source
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project, sources

ROOT = Path(__file__).resolve().parents[1]
YEAR = "2021"
PAUSE = 5.0
"""Seconds between two edits of a busy rater."""
MOST = 100
"""Milliseconds: 95 of 100 saves at the pace of a busy rater should need less."""
DONE = object()
PASSAGES = 20
"""Passages of a document."""
WORDS = tuple(islice(re.findall(r"[a-z]+", (ROOT / "seeds" / "dam-wire.txt").read_text()), 90))


def project(folder: Path, passages: int) -> Project:
    """A project of documents with `passages` passages in all; each sentence contains a year."""
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copy(ROOT / "redline.toml", folder)
    (folder / "corpus" / "raters").mkdir(parents=True)
    (folder / "seeds").mkdir()
    here, draw = projects.find(folder), random.Random(7)
    for first in range(0, passages, PASSAGES):
        sources.write(_source(f"d{first // PASSAGES}", min(PASSAGES, passages - first), draw), here.seeds)
    return here


def _source(doc: str, passages: int, draw: random.Random) -> Source:
    """A document of three sentences a passage."""
    sentences = [" ".join(["In", YEAR, *draw.choices(WORDS, k=12)]) + "." for _ in range(3 * passages)]
    text = "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)) + "\n"
    hashed = sha256(text.encode())
    about = {"title": doc, "genre": "wire", "origin": "fiction", "event": doc, "license": "CC-BY-4.0", "author": "a bench"}
    return Source(Seed(doc=doc, sha256=hashed, language="en", date=None, rights="open", sources=[], **about), text, hashed)


class Rater:
    """A rater: the server of the page, and a client that makes one save after the other and keeps what was answered."""

    def __init__(self, here: Project, number: int, log: Path) -> None:
        self.here, self.number, self.name, self.log = here, number, f"r{number:02}", log
        self.answered: list[tuple[str, dict[str, Any]]] = []
        self.times: list[float] = []
        self.taxonomy = here.taxonomy()
        self.work = self._work()
        self.start()

    def start(self) -> None:
        """Starts the server, which is ready later."""
        command = [sys.executable, "-m", "redline", "annotate", "--rater", self.name, "--port", "0", "--no-browser"]
        with self.log.open("a") as log:
            self.server = subprocess.Popen(command, cwd=self.here.root, stdout=subprocess.PIPE, stderr=log, text=True)

    def ready(self) -> None:
        """Waits until the server has printed its address."""
        assert self.server.stdout
        self.place = self.server.stdout.readline().removeprefix("http://").strip().split("/#")

    def stop(self) -> None:
        """Kills the server."""
        self.server.kill()
        self.server.communicate()

    def asked(self, path: str, body: Any = None) -> Any:
        """The answer of the server; asks again, as the page does, where a kill left none."""
        while True:
            with suppress(OSError, http.client.HTTPException):
                return self._answer(path, body)
            time.sleep(0.05)

    def _answer(self, path: str, body: Any) -> Any:
        address, token = self.place
        with closing(http.client.HTTPConnection(address, timeout=120)) as connection:
            head = {"X-Redline-Token": token, "Content-Type": "application/json"}
            connection.request("POST" if body else "GET", path, msgspec.json.encode(body) if body else None, head)
            reply = connection.getresponse()
            data = reply.read()
            assert reply.status == 200, data
            return msgspec.json.decode(data)

    def _work(self) -> Iterator[None]:
        """Labels all documents, beginning with another one than the rater before; a step is a save."""
        docs = sorted(path.stem for path in self.here.seeds.glob("*.txt"))
        first = self.number % len(docs)
        for doc in docs[first:] + docs[:first]:
            shown = self.asked(f"/api/documents/{doc}")
            for passage, part in enumerate(shown["passages"]):
                for edits in saves(passage, part["text"], self.taxonomy):
                    self._save(doc, edits)
                    yield

    def _save(self, doc: str, edits: list[dict[str, Any]]) -> None:
        base = sum(name == doc for name, _ in self.answered)
        begun = time.perf_counter()
        self.asked(f"/api/documents/{doc}/edits", {"base": base, "edits": edits})
        self.times.append((time.perf_counter() - begun) * 1000)
        self.answered += [(doc, edit) for edit in edits]

    def lost(self) -> int:
        """How many answered edits are not in the journals and the files of the rater; the server is stopped."""
        kept = {doc: set(self._kept(doc)) for doc in {doc for doc, _ in self.answered}}
        return sum(edit["key"] not in kept[doc] for doc, edit in self.answered)

    def _kept(self, doc: str) -> Iterator[str]:
        """The keys of the edits that the journal contains and, where their passage is done, the file too."""
        journal = Journal(self.here.corpus / DRAFTS / self.name / f"{doc}.journal")
        file = self.here.raters / self.name / f"{doc}.jsonl"
        records = jsonl.read_one(file).records if file.exists() else ()
        written = {(n, span.id) for n, record in enumerate(records) for span in record.spans}
        done = {(n, layer) for n, record in enumerate(records) for layer in record.meta.layers}
        called = {edit.passage for batch in journal.batches for edit in batch.edits if edit.item.startswith(f"{LAYER}:")}
        for edit in (edit for batch in journal.batches for edit in batch.edits):
            if edit.passage not in called or (edit.passage, edit.item.partition(":")[2]) in written | done:
                yield edit.key
        journal.close()


def saves(passage: int, text: str, taxonomy: Taxonomy) -> Iterator[list[dict[str, Any]]]:
    """The edits of each save of a passage: one that labels a year, for each year, and those that call all layers done."""
    for number, match in enumerate(re.finditer(YEAR, text)):
        span = {"id": f"e{number}", "layer": "entities", "label": "DATE", "start": match.start(), "end": match.end(), "text": YEAR}
        yield [_edit(passage, f"span:e{number}", {**span, "attributes": {"value": YEAR}})]
    yield [_edit(passage, f"{LAYER}:{layer}", taxonomy.version) for layer in taxonomy.layers]


def _edit(passage: int, item: str, after: Any) -> dict[str, Any]:
    return {"key": f"{passage}-{item}", "passage": passage, "item": item, "before": None, "after": after}


def work(rater: Rater, until: float, pause: float) -> None:
    """Lets a rater make saves until a time, with pauses of `pause` seconds on average between them."""
    draw = random.Random(rater.number)
    while time.monotonic() + (wait := draw.uniform(0, 2 * pause)) < until:
        time.sleep(wait)
        if next(rater.work, DONE) is DONE:
            return


def kill(raters: Sequence[Rater], working: Sequence[Future[None]]) -> int:
    """Kills servers in turn while others work, and starts each again; how many it killed."""
    draw, count = random.Random(7), 0
    while raters and not all(one.done() for one in working):
        time.sleep(draw.random())
        rater = raters[count % len(raters)]
        rater.stop()
        rater.start()
        rater.ready()
        count += 1
    return count


def cpu(raters: list[Rater]) -> float:
    """Seconds of the processor that the servers have used."""
    fields = (Path(f"/proc/{rater.server.pid}/stat").read_text().rpartition(")")[2].split() for rater in raters)
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def megabytes(raters: list[Rater]) -> list[int]:
    """The peak memory of each server."""
    texts = (Path(f"/proc/{rater.server.pid}/status").read_text() for rater in raters)
    return [int(text.split("VmHWM:")[1].split()[0]) * 1024 // 1_000_000 for text in texts]


def run(raters: list[Rater], seconds: float, pause: float = 0, killed: Sequence[Rater] = ()) -> tuple[list[float], float, int]:
    """Lets all raters work at once: milliseconds of each save, seconds, and how many servers were killed meanwhile."""
    for rater in raters:
        rater.times.clear()
    begun = time.monotonic()
    with ThreadPoolExecutor(len(raters)) as pool:
        working = [pool.submit(work, rater, begun + seconds, pause) for rater in raters]
        count = kill(killed, working)
    for one in working:
        one.result()
    return [each for rater in raters for each in rater.times], time.monotonic() - begun, count


def within(times: list[float], percent: int) -> float:
    """The milliseconds within which so many of 100 saves were answered."""
    return sorted(times)[len(times) * percent // 100] if times else 0.0


def figures(times: list[float], seconds: float) -> str:
    """The figures of many saves in words."""
    rate = f"{len(times)} saves, {len(times) / seconds:.1f} a second"
    return f"{rate}; median {within(times, 50):.0f} ms, 95 % within {within(times, 95):.0f} ms, longest {max(times, default=0):.0f} ms"


def measured(raters: list[Rater], seconds: float, pause: float) -> tuple[str, float]:
    """The figures of a run with the share of the processors that it used; the milliseconds within which 95 of 100 saves are."""
    before = cpu(raters), time.process_time()
    times, wall, _ = run(raters, seconds, pause)
    share = [100 * used / wall / (os.cpu_count() or 1) for used in (cpu(raters) - before[0], time.process_time() - before[1])]
    return f"{figures(times, wall)}; processors: servers {share[0]:.0f} %, clients {share[1]:.0f} %", within(times, 95)


def validated(here: Project) -> str:
    """What `redline validate` prints of the project, in its last line."""
    done = subprocess.run([sys.executable, "-m", "redline", "validate"], cwd=here.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stdout.splitlines()[-1]


@contextmanager
def at_work(here: Project, number: int) -> Iterator[list[Rater]]:
    """Raters with servers that are ready; they are stopped at the end."""
    raters = [Rater(here, n, here.root / "log") for n in range(number)]
    try:
        for rater in raters:
            rater.ready()
        yield raters
    finally:
        for rater in raters:
            rater.stop()


def main(number: int = 20, passages: int = 1000, seconds: int = 30) -> int:
    """Prints the figures of each run; 1 where saves at the pace of a busy rater are slow, or an answered edit is lost."""
    with tempfile.TemporaryDirectory() as name:
        here = project(Path(name), passages)
        with at_work(here, number) as raters:
            paced, slow = measured(raters, seconds, PAUSE)
            print(f"{number} raters, each a save every {PAUSE:.0f} s: {paced}; should be within {MOST} ms")
            print(f"{number} raters, as fast as possible: {measured(raters, seconds, 0)[0]}")
            memory = megabytes(raters)
            print(f"peak memory of a server: {min(memory)} to {max(memory)} MB")
            times, wall, count = run(raters, seconds, killed=raters[::4])
            print(f"{count} servers killed meanwhile: {figures(times, wall)}")
        lost, answered = sum(rater.lost() for rater in raters), sum(len(rater.answered) for rater in raters)
        print(f"{answered} edits answered, {lost} lost; validate: {validated(here)}")
    return int(lost > 0 or slow > MOST)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
