"""The README is short; the lines of each of its doors and of the recipes work as pasted."""

import ast
import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from conftest import ROOT, small
from redline.cli import main
from redline.core.taxonomy import Taxonomy
from redline.project import Project
from redline.publish import build, contents

RECIPES = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
DOCUMENTS = {"airspace-council": "validation", "dam-wire": "test", "embargo-wire": "train"}
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of three documents with its release in dist/."""
    project = small(tmp_path_factory.mktemp("doors"), DOCUMENTS)
    build.build(contents.of_project(project, print, baselines=False), project.root / "dist")
    return project


@pytest.fixture(autouse=True)
def folder(here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is the working folder, and the caches of datasets are in it."""
    monkeypatch.chdir(here.root)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(here.root / "cache"))


def recipes(kind: str) -> list[str]:
    """The code blocks of the recipes that are opened by these words."""
    return re.findall(rf"```{kind}\n(.*?)```", RECIPES, re.DOTALL)


def lines(door: str) -> list[str]:
    """The lines of the block below a heading of the README, without their comments."""
    section = README.split(f"## {door}\n")[1].split("\n## ")[0]
    block = re.search(r"```(?:sh|python)\n(.*?)```", section, re.DOTALL)
    assert block
    return [re.sub(r"\s+#.*", "", line) for line in block[1].splitlines()]


def test_the_readme_has_fewer_than_700_words_and_three_lines_a_door() -> None:
    assert len(README.split()) < 700
    assert [len([line for line in lines(door) if not line.startswith("import ")]) for door in DOORS] == [3, 3, 3]


DOORS = ("Use the data", "Train on yours", "Add labels")


def test_the_lines_that_use_the_data_give_sentences_threats_and_documents(here: Project) -> None:
    names: dict[str, Any] = {}
    exec("\n".join(lines("Use the data")), names)
    import spacy

    assert {"text", "threat_sentence", "act_type"} <= set(names["sentences"].column_names)
    gold = [json.loads(line) for path in here.gold.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(names["threats"]) == sum(span["layer"] == "threat" for one in gold for span in one["spans"]) > 0
    assert all(doc.text for doc in names["docs"].get_docs(spacy.blank("en").vocab))


def test_the_lines_that_train_on_yours_print_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, places in (("own.jsonl", ("Orla", "Zeta", "Brun", "Kelm", "Sarn", "Tolk")), ("test.jsonl", ("Orla", "Brun"))):
        tasks = [{"text": f"On day {len(name)} they saw {place}.", "place": place} for place in places]
        spans = [{"start": task["text"].index(task["place"]), "end": len(task["text"]) - 1, "label": "PLACE"} for task in tasks]
        values = [{"text": task["text"], "spans": [span]} for task, span in zip(tasks, spans, strict=True)]
        Path(name).write_text("".join(json.dumps(value) + "\n" for value in values))
    assert [main(shlex.split(line)[1:]) for line in lines("Train on yours")] == [0, 0, 0]
    assert "exact_f1" in capsys.readouterr().out
    assert len(Path("labelled.jsonl").read_text().splitlines()) == 2


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_lines_that_add_labels_open_the_page_and_name_the_next_step(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    Path("article.txt").write_text("Arvenia will halt grain sales to Belmora from Monday.\n")
    ingest, annotate, status = lines("Add labels")
    assert main(shlex.split(ingest)[1:]) == 0
    printed = subprocess.run(
        [*shlex.split(annotate), "--dry-run", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    command = shlex.split(printed.splitlines()[-1])
    assert command == [".venv/bin/redline", "annotate", "--rater", "ann"]
    page = subprocess.Popen(
        [sys.executable, "-m", "redline", *command[1:], "--port", str(port), "--no-browser"], stdout=subprocess.PIPE, text=True
    )
    assert page.stdout
    try:
        assert urlopen(page.stdout.readline().strip()).status == 200
    finally:
        page.terminate()
        page.wait()
    capsys.readouterr()
    assert main(shlex.split(status)[1:]) == 1
    assert "redline import" in capsys.readouterr().out


def test_the_classifiers_run_on_a_release_and_have_at_most_fifteen_lines(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    scikit, prepared = recipes("python")
    (transformers,) = recipes("python no-test")
    assert len(scikit.splitlines()) <= 15
    assert len((prepared + transformers).splitlines()) <= 17
    exec(scikit, {})
    assert re.search(r"accuracy +\d\.\d\d", capsys.readouterr().out)
    names: dict[str, Any] = {}
    exec(prepared, names)
    assert set(names["sentences"]["train"]["label"]) == set(range(len(names["names"])))
    assert all(name in ("train", "validation", "test") for name in names["sentences"])
    ast.parse(transformers)


def test_the_command_lines_of_prodigy_name_the_labels_of_the_scheme(taxonomy: Taxonomy) -> None:
    (commands,) = recipes("sh no-test")
    spans, relations, _ = map(shlex.split, commands.splitlines())
    threat = taxonomy.layers["threat"]
    after = {option: value.split(",") for option, value in pairwise(relations)}
    assert spans[spans.index("--label") + 1].split(",") == list(threat.by_label)
    assert after["--label"] == list(threat.by_relation)
    assert set(after["--span-label"]) == {name for layer in taxonomy.layers.values() if layer.layer != "stance" for name in layer.by_label}


def test_tasks_go_to_prodigy_and_come_back_as_they_were(here: Project) -> None:
    out, back = recipes("sh")
    (export,) = out.splitlines()
    assert main(shlex.split(export)[1:]) == 0
    # Prodigy is not here: what it would write back is what it was given.
    shutil.copy("tasks.jsonl", "annotated.jsonl")
    importing, checking = back.splitlines()
    assert main(shlex.split(importing)[1:]) == 0
    assert main(shlex.split(checking)[1:]) == 0
    gold = b"".join(path.read_bytes() for path in sorted(here.gold.glob("*.jsonl")))
    assert Path("records.jsonl").read_bytes() == gold
