"""Kills processes at random points while they decide differences; no decision that was answered may be lost.

`kills.py [COUNT]` kills COUNT processes (default: 200), one after the other, on one document.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path

from redline import project as projects
from redline.app.adjudication import Adjudication, Made
from redline.project import Project, decisions

ROOT = Path(__file__).resolve().parents[1]
DOC = "dam-wire"


def started(work: Callable[[int], None]) -> tuple[int, int]:
    """Starts a process that does some work with the end of a pipe; its id, and the other end, to read its answers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(writing)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def answers(reading: int) -> list[str]:
    """The lines that a process wrote until it ended."""
    data = b""
    while piece := os.read(reading, 65536):
        data += piece
    os.close(reading)
    return data.decode().splitlines()


def decides_without_end(table: Adjudication, takes: dict[str, str], seed: int, writing: int) -> None:
    """Decides differences in turn, each anew with a number in its note, and answers each once it is saved."""
    for count, (name, take) in enumerate(cycle(takes.items())):
        if table.decide(DOC, Made(table.version(DOC), name, take, "slip", f"{seed}.{count} 👨‍👩‍👧")):
            os.write(writing, f"{seed}.{count}\n".encode())


def notes(here: Project) -> list[str]:
    """What was ever decided on the document: the numbers in the notes of its decisions and of their history."""
    made = decisions.read(here, DOC)
    every = [entry.decision for entry in made.history] + list(made.decisions.values())
    return [decision.note.split()[0] for decision in every if decision]


def kills(here: Project, number: int) -> int:
    """Kills as many processes while they decide; how many decisions were answered.

    Each of them is in the file or its history once, and beside them at most the one that a killed process was about to answer.
    """
    draw, known, table = random.Random(7), set[str](), Adjudication(here, "anna")
    takes = {row[1].id: next(iter(row[1].readings)) for row in table.precedents.rows(DOC)}
    for seed in range(number):
        before = time.monotonic()
        child, reading = started(partial(decides_without_end, table, takes, seed))
        first = os.read(reading, 65536).decode().splitlines()  # it has begun
        time.sleep(draw.random() * 1.5 * (time.monotonic() - before))  # somewhere in its second or third decision
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        known |= {*first, *answers(reading)}
        written = notes(here)
        assert len(written) == len(set(written))
        assert known <= set(written), sorted(known - set(written))
        assert len(set(written) - known) <= seed + 1
    return len(known)


def main() -> None:
    """Prints how many decisions survived how many kills."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "schemas", folder / "schemas")
        shutil.copy(ROOT / "redline.toml", folder)
        for rater in ("r1", "r2"):
            (folder / "corpus" / "raters" / rater).mkdir(parents=True)
            shutil.copy(ROOT / "corpus" / "raters" / rater / f"{DOC}.jsonl", folder / "corpus" / "raters" / rater)
        answered = kills(projects.find(folder), number)
    print(f"{number} kills, {answered} decisions answered, none lost")


if __name__ == "__main__":
    main()
