"""Damaged files against the validator: bytes of real files are flipped, cut, doubled, swapped and spliced.

For any input, the validator gives diagnostics that can be printed and never raises. `fuzz.py COUNT [SEED]` tries COUNT
inputs (default 200,000) on two processes and prints how many gave which code. A crash prints its seed, to be tried again.
"""

import io
import json
import random
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from redline import rules
from redline.cli.excerpt import render
from redline.cli.style import Style
from redline.core import taxonomy as taxonomies
from redline.rules.check import Checker
from redline.rules.registry import Scope

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
PIECES = [
    b'"',
    b"\\",
    b"{",
    b"]",
    b"null",
    b"-1",
    b"1e999",
    b"NaN",
    b'"\\ud800"',
    b"\xff",
    b"\r",
    b"\x00",
    b"\xe2\x80",
    b"[[[[",
    b"9" * 25,
    b'""',
    b"true",
]


def sources() -> list[tuple[Scope, bytes]]:
    """Real inputs by what they are: lines of gold and raters' files, and the tables of the corpus."""
    lines = [line for path in sorted(CORPUS.glob("*/**/*.jsonl")) for line in path.read_bytes().splitlines(keepends=True)]
    found = [(Scope.FILE, line) for line in lines]
    found += [(Scope.TABLE, b"".join((CORPUS / "entities.jsonl").read_bytes().splitlines(keepends=True)[:5]))] * 40
    found += [(Scope.SPLITS, (CORPUS / "splits.json").read_bytes())] * 20
    found += [(Scope.WAIVERS, (CORPUS / "waivers.jsonl").read_bytes())] * 20
    return found + [(Scope.SEED, path.read_bytes()) for path in sorted((ROOT / "seeds").glob("*.json"))]


def damaged(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """The bytes after one to five blows."""
    value = bytearray(data)
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(value) + 1)
        match rng.randrange(7):
            case 0 if place < len(value):
                value[place] = rng.randrange(256)
            case 1:
                del value[place : place + rng.randint(1, 200)]
            case 2:
                value[place:place] = value[place : place + rng.randint(1, 200)]
            case 3:
                value[place:place] = rng.choice(PIECES)
            case 4:
                value[place:] = other[rng.randrange(len(other)) :]
            case 5:
                value[:] = swapped(bytes(value), rng)
            case _:
                value[:] = retyped(bytes(value), rng)
    return bytes(value)


def swapped(data: bytes, rng: random.Random) -> bytes:
    """Two numbers of the text exchanged, so that offsets lie."""
    numbers = list(re.finditer(rb"\d+", data))
    if len(numbers) < 2:
        return data
    one, two = sorted(rng.sample(numbers, 2), key=lambda match: match.start())
    return data[: one.start()] + two.group() + data[one.end() : two.start()] + one.group() + data[two.end() :]


def retyped(data: bytes, rng: random.Random) -> bytes:
    """One value of the JSON replaced by one of another type."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    holder = value
    for _ in range(rng.randint(0, 4)):
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder))) if isinstance(holder, list) else []
        inner = [key for key in keys if isinstance(holder[key], (dict, list)) and holder[key]]
        if not inner:
            break
        holder = holder[rng.choice(inner)]
    if isinstance(holder, (dict, list)) and holder:
        key = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
        holder[key] = rng.choice([None, True, -1, 0.5, 10**20, "", "x", "\u202e", [], {}, [[0, 1]], {"a": 1}])
    return json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass") + b"\n"


def portion(seed: int, count: int) -> Counter[str]:
    """The codes that `count` damaged inputs gave, `clean` where none."""
    checker = Checker(rules.all_rules(), taxonomies.load(ROOT / "schemas"))
    plain = Style(io.StringIO())
    rng, inputs, found = random.Random(seed), sources(), Counter[str]()
    for number in range(count):
        scope, data = rng.choice(inputs)
        value = damaged(data, rng.choice(inputs)[1], rng)
        try:
            if scope is Scope.FILE:
                diagnostics = checker.file(value, "x.jsonl", lambda _: None, None).diagnostics
            else:
                diagnostics, _ = checker.part(scope, value, "x")
            for diagnostic in diagnostics:
                render(diagnostic, plain)
        except Exception as error:
            raise SystemExit(f"seed {seed}, input {number}: {type(error).__name__}: {error}\n{value!r}") from error
        found.update({diagnostic.code for diagnostic in diagnostics} or {"clean"})
    return found


def main() -> None:
    """Shares the inputs out and prints the counts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    size, total = 5_000, Counter[str]()
    sizes = [min(size, count - start) for start in range(0, count, size)]
    with ProcessPoolExecutor(2) as pool:
        for part in pool.map(portion, range(seed, seed + len(sizes)), sizes):
            total.update(part)
    print(f"{count} damaged inputs, no exception; inputs by code that they gave:")
    print(", ".join(f"{code} {number}" for code, number in sorted(total.items())))


if __name__ == "__main__":
    main()
