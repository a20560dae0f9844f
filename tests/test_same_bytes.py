"""Neither the hash seed of Python nor the clock nor the time zone changes a byte of what commands write."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import small

SESSION = """
import contextlib, shlex, sys
from redline.cli import main
for number, line in enumerate(sys.argv[1:]):
    with open(f"printed-{number}.txt", "w") as out, contextlib.redirect_stdout(out):
        assert main(shlex.split(line)) == 0, line
"""
DOCUMENTS = {"kazan-drone-strikes": "train", "island-post": "train", "airspace-council": "validation", "dam-wire": "test"}
COMMANDS = (
    "train --json",
    "label seeds/dam-wire.txt labelled.jsonl",
    "publish",
    "publish --models",
    "docs",
    "report --orders 1 --boot 20 --json",
    "agree --labels --boot 20 --kappa",
)
MODELS: dict[str, dict[str, Any]] = {
    "crf": {"tasks": ["ner"], "settings": {"penalties": [[0.0, 0.1]], "iterations": 15}},
    "linear": {"tasks": ["threat_sentence"], "settings": {"C": [30.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}},
    "majority": {"tasks": ["threat_sentence"], "settings": {}},
    "gazetteer": {"tasks": ["ner"], "settings": {}},
}


def project(folder: Path) -> Path:
    """A project of few documents whose models train in a moment."""
    here = small(folder, DOCUMENTS)
    for path in here.models.glob("*.json"):
        path.unlink()
    for name, about in MODELS.items():
        (here.models / f"{name}.json").write_text(json.dumps({"kind": name} | about))
    return folder


def written(folder: Path) -> dict[str, Any]:
    """By path what a session wrote, without the times that it took."""
    files: dict[str, Any] = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".redline.lock"
    }
    for name in files:
        if name.startswith("models/") and name.endswith("artefact.json"):
            files[name] = json.loads(files[name])
            assert files[name]["outcome"].pop("train_seconds") >= 0
            assert files[name]["outcome"].pop("sentences_per_second") > 0
        if name == "printed-5.txt":
            files[name] = json.loads(files[name])
            assert files[name].pop("seconds") > 0
    return files


def test_a_session_writes_the_same_bytes_whatever_the_hash_seed_and_the_time_zone(tmp_path: Path) -> None:
    folders = {"1": tmp_path / "one", "2": tmp_path / "two"}
    project(tmp_path / "here")
    for (seed, folder), zone in zip(folders.items(), ("UTC", "Asia/Tokyo"), strict=True):
        shutil.copytree(tmp_path / "here", folder)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", SESSION, *COMMANDS], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    one, two = map(written, folders.values())
    assert [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)] == []
    assert {"labelled.jsonl", "models/LEADERBOARD.md", "dist/report.html"} <= one.keys()
    assert sum(name.startswith("dist/redline-") for name in one) > 30
