"""Kills processes at random points while they decide differences; no decision that was answered may be lost.

`kills.py [COUNT]` kills COUNT processes (default: 200), one after the other, on one document: first processes that decide, then
servers of the adjudicator's page.
"""

import http.client
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec

from redline import project as projects
from redline.app import adjudication_server, server
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
    """Decides differences in turn, each with a new number in its note, and answers each once it is saved."""
    for count, (name, take) in enumerate(cycle(takes.items())):
        if table.decide(DOC, Made(table.version(DOC), name, take, "slip", f"{seed}.{count} 👨‍👩‍👧")):
            os.write(writing, f"{seed}.{count}\n".encode())


def notes(here: Project) -> list[str]:
    """What was ever decided on the document: the numbers in the notes of its decisions and of their history."""
    made = decisions.read(here, DOC)
    every = [entry.decision for entry in made.history] + list(made.decisions.values())
    return [decision.note.split()[0] for decision in every if decision]


def kills(here: Project, number: int) -> int:
    """Kills `number` processes while they decide; how many decisions were answered.

    Each of them is in the file or its history once. For each killed process there is at most one more, which it was about to answer.
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
        check(here, known, seed + 1)
    return len(known)


def check(here: Project, known: set[str], most: int) -> None:
    """Checks that each answered decision is there once, and that at most `most` others are there."""
    written = notes(here)
    assert len(written) == len(set(written))
    assert known <= set(written), sorted(known - set(written))
    assert len(set(written) - known) <= most


def serves(here: Project, writing: int) -> None:
    """Serves the adjudicator's page, after its address."""
    service = server.served(partial(adjudication_server.application, Adjudication(here, "anna")), 0)
    os.write(writing, service.address.encode())
    service.run()


def asked(address: str, body: Any = None) -> Any:
    """The answer of a server to a decision, or to a request for the document."""
    place, _, token = address.removeprefix("http://").partition("/#")
    with closing(http.client.HTTPConnection(place, timeout=60)) as connection:
        head = {"X-Redline-Token": token, "Content-Type": "application/json"}
        path = f"/api/documents/{DOC}{'/decisions' if body else ''}"
        connection.request("POST" if body else "GET", path, msgspec.json.encode(body) if body else None, head)
        reply = connection.getresponse()
        data = reply.read()
        assert reply.status == 200, data
        return msgspec.json.decode(data)


def decided(address: str, takes: dict[str, str], seed: int) -> Iterator[str]:
    """Sends decisions to a server until it is killed; the number in the note of each one that is answered."""
    with suppress(OSError, http.client.HTTPException):
        version = asked(address)["version"]
        for count, (name, take) in enumerate(cycle(takes.items())):
            sent = {"base": version, "id": name, "take": take, "reason": "slip", "note": f"{seed}.{count} 👨‍👩‍👧"}
            version = asked(address, sent)["version"]
            yield f"{seed}.{count}"


def server_kills(here: Project, number: int) -> int:
    """Kills as many servers while they answer decisions; how many decisions were answered."""
    draw, known, table = random.Random(7), set[str](), Adjudication(here, "anna")
    takes = {row[1].id: next(iter(row[1].readings)) for row in table.precedents.rows(DOC)}
    for seed in range(number):
        child, reading = started(partial(serves, here))
        made = decided(os.read(reading, 4096).decode(), takes, seed)
        before = time.monotonic()
        known.add(next(made))
        wait = draw.random() * 1.5 * (time.monotonic() - before)
        threading.Timer(wait, os.kill, (child, signal.SIGKILL)).start()
        known.update(made)
        os.waitpid(child, 0)
        os.close(reading)
        check(here, known, seed + 1)
    return len(known)


def project(folder: Path) -> Project:
    """A project with the raters' files of one document, of which nothing is decided."""
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copy(ROOT / "redline.toml", folder)
    for rater in ("r1", "r2"):
        (folder / "corpus" / "raters" / rater).mkdir(parents=True)
        shutil.copy(ROOT / "corpus" / "raters" / rater / f"{DOC}.jsonl", folder / "corpus" / "raters" / rater)
    return projects.find(folder)


def main() -> None:
    """Prints how many decisions survived how many kills."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for killed, kind in ((kills, "processes"), (server_kills, "servers")):
        with tempfile.TemporaryDirectory() as name:
            answered = killed(project(Path(name)), number)
        print(f"{number} {kind} killed, {answered} decisions answered, none lost")


if __name__ == "__main__":
    main()
