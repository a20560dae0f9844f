"""Damaged files against the commands that read strangers' files: label, train, score, import, restore, verify.

For any input, a command ends with 0, 1 or 2, and with 2 it prints one line that begins `redline: `. `fuzz_commands.py COUNT [SEED]` tries
COUNT inputs (default 2,000) and prints how often each command ended how. An exception prints its seed, to be tried again.
"""

import contextlib
import io
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from fuzz import damaged

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from conftest import small
from redline import project as projects
from redline.cli import main as redline
from redline.core.errors import RedlineError
from redline.publish import build, contents, manifest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = {"kazan-drone-strikes": "train", "island-post": "train", "weather-bulletin": "validation", "dam-wire": "test"}


def prepared(folder: Path) -> None:
    """Fills the working folder: a project of few documents with trained trivial models, its release, and an input for each command."""
    small(folder, DOCUMENTS)
    gold = folder / "corpus" / "gold" / "island-post.jsonl"
    shutil.copy(gold, folder / "records.jsonl")
    commands = [
        ["train", "--model", "gazetteer", "--out", "mine"],
        ["export", str(gold), "--format", "prodigy", "--out", "tasks.jsonl"],
        ["export", str(gold), "--format", "conll-offsets", "--out", "columns.conll"],
        ["export", "corpus/raters/r1/island-post.jsonl", "--format", "quotes", "--out", "quotes.json"],
    ]
    for command in commands:
        assert redline(command) == 0, command
    (folder / "text.txt").write_bytes((folder / "seeds" / "island-post.txt").read_bytes())
    build.build(contents.of_project(projects.find(folder), lambda _: None, baselines=False), folder / "dist")


def attempts() -> list[tuple[str, Path, list[str]]]:
    """The file to damage and the command that reads it."""
    dist = next(Path("dist").iterdir())
    model = Path("mine/gazetteer/ner")
    out = ["--out", "out.jsonl"]
    held_out = ["--validation", "corpus/gold/weather-bulletin.jsonl", "--test", "corpus/gold/dam-wire.jsonl"]
    restore = ["restore", str(dist), "--texts", "seeds", "--out", "restored"]
    found = [
        (Path("text.txt"), ["label", "text.txt", "out.jsonl", "--models", "mine"]),
        (Path("tasks.jsonl"), ["label", "tasks.jsonl", "out.jsonl", "--models", "mine"]),
        (model / "artefact.json", ["label", "text.txt", "out.jsonl", "--models", "mine"]),
        (model / "floor.json", ["label", "text.txt", "out.jsonl", "--models", "mine"]),
        (Path("tasks.jsonl"), ["train", "--train", "tasks.jsonl", *held_out, "--model", "gazetteer", "--out", "own"]),
        (Path("tasks.jsonl"), ["score", "records.jsonl", "tasks.jsonl", "--boot", "10"]),
        (Path("records.jsonl"), ["score", "records.jsonl", "tasks.jsonl", "--boot", "10"]),
        (Path("columns.conll"), ["score", "records.jsonl", "columns.conll", "--layer", "entities", "--boot", "10"]),
        (Path("tasks.jsonl"), ["import", "tasks.jsonl", "--format", "prodigy", *out]),
        (Path("columns.conll"), ["import", "columns.conll", "--format", "conll", *out]),
        (Path("quotes.json"), ["import", "quotes.json", "--format", "quotes", *out]),
        *((path, ["verify", str(dist)]) for path in sorted(dist.rglob("*")) if path.is_file() and path.stat().st_size < 60_000),
        (dist / "manifest.json", restore),
        (dist / "croissant.json", restore),
    ]
    return [(command[0], path, command) for path, command in found]


def portion(count: int, seed: int) -> Counter[str]:
    """How often each command ended with which code, over `count` damaged inputs."""
    rng, found, tried = random.Random(seed), Counter[str](), attempts()
    names = sorted({name for name, *_ in tried})
    for number in range(count):
        wanted = rng.choice(names)
        _, path, command = rng.choice([one for one in tried if one[0] == wanted])
        data = path.read_bytes()
        path.write_bytes(damaged(data, data, rng))
        if wanted in ("verify", "restore") and path.name != "manifest.json":
            with contextlib.suppress(RedlineError):
                manifest.sign(path.parents[len(path.relative_to("dist").parts) - 2], manifest.read(next(Path("dist").iterdir())))
        before = path.read_bytes()
        try:
            code = ended(command)
        except Exception as error:
            raise SystemExit(f"seed {seed}, input {number}, {command}: {type(error).__name__}: {error}\n{before[:2000]!r}") from error
        finally:
            path.write_bytes(data)
        found[f"{wanted} {code}"] += 1
    return found


def ended(command: list[str], run: Callable[[list[str]], int] = redline) -> int:
    """The exit code of a command; its error is one line."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as error:
        code = run(command)
    lines = error.getvalue().splitlines()
    if code not in (0, 1, 2) or (code == 2 and not any(line.startswith("redline: ") for line in lines)):
        raise ValueError(f"ended with {code}: {lines}")
    return code


def main() -> None:
    """Prints the counts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            prepared(Path(folder))
        found = portion(count, seed)
        os.chdir(ROOT)
    print(f"{count} damaged inputs, no exception; commands by how they ended:")
    print(", ".join(f"{name} {number}" for name, number in sorted(found.items())))


if __name__ == "__main__":
    main()
