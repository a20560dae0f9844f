"""Bad input is told with file, line, excerpt and hint; no file is changed; nothing ends in a traceback."""

import json
import random
import re
import subprocess
import sys
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from redline import rules
from redline.cli import main
from redline.core.document import decode
from redline.core.taxonomy import Taxonomy
from redline.core.taxonomy import load as load_taxonomy
from redline.project import Project
from redline.rules.check import Checker

DOC = "kazan-drone-strikes"
CHECKER = Checker(rules.all_rules(), load_taxonomy(ROOT / "schemas"))
GOLD = (ROOT / "corpus" / "gold" / f"{DOC}.jsonl").read_bytes()


def redline(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of the command in the working folder."""
    done = subprocess.run([sys.executable, "-m", "redline", *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("name", ["corpus/contrast/groups.jsonl", "groups.jsonl", "../contrast/groups.jsonl", "../../link.jsonl"])
def test_a_contrast_set_is_one_from_every_folder(name: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / "link.jsonl").symlink_to(project.corpus / "contrast" / "groups.jsonl")
    if name != "corpus/contrast/groups.jsonl":
        monkeypatch.chdir(project.corpus / "contrast")
    assert main(["validate", name]) == 0


def test_a_changed_seed_is_told(project: Project) -> None:
    path = project.seeds / f"{DOC}.txt"
    path.write_bytes(path.read_bytes() + b"More.\n")
    done = redline("validate", "--json")
    assert done.returncode == 1
    assert "RL202" in {d["code"] for d in json.loads(done.stdout)["diagnostics"]}


def test_a_missing_file_is_wrong_use(project: Project) -> None:
    done = redline("validate", str(project.root / "nothing.jsonl"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "does not exist" in done.stderr


def test_a_broken_entity_table_and_seed_are_told(project: Project) -> None:
    (project.corpus / "entities.jsonl").write_bytes(b'{"id": "a"\n')
    (project.seeds / "dam-wire.json").write_bytes(b"\xff")
    done = redline("validate", "--json")
    assert done.returncode == 1
    assert {"RL205", "RL500"} <= {d["code"] for d in json.loads(done.stdout)["diagnostics"]}


@pytest.mark.parametrize("name", ["splits.json", "raters/r1/dam-wire.jsonl"])
def test_a_file_that_is_no_json_never_ends_in_a_traceback(name: str, project: Project) -> None:
    (project.corpus / name).write_bytes(b"[1, 2")
    assert redline("validate").returncode in (1, 2)


def test_the_corpus_is_clean(project: Project) -> None:
    done = redline("validate")
    assert (done.returncode, done.stderr) == (0, "")
    # Where referenced texts are not at hand, the rules on words did not run there.
    assert re.search(r"(clean|waived: 0 problems)\n$", done.stdout)


def test_a_github_workflow_gets_annotations(project: Project) -> None:
    done = redline("validate", str(ROOT / "docs" / "example.jsonl"), "--output", "github")
    assert done.stdout.startswith(f"::error file={ROOT}/docs/example.jsonl,line=1,title=RL102 span-text-differs::span `e1` covers")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("corpus/entities.jsonl", b'{"id":"a","label":"GPE"\r:1}\n', "RL500"),
        ("corpus/entities.jsonl", b'{"id":"\\ud800"}\n', "RL500"),
        ("corpus/splits.json", b"[]", "RL613"),
        ("corpus/waivers.jsonl", b"\xff\n", "RL701"),
        ("seeds/dam-wire.json", b"", "RL205"),
        ("corpus/withdrawn.json", b"[]", "RL217"),
        ("corpus/withdrawn.json", b'{"dam-wire": "5ac1"}', "RL217"),
    ],
)
def test_a_broken_table_is_told_under_its_own_code(name: str, data: bytes, code: str, project: Project) -> None:
    (project.root / name).write_bytes(data)
    done = redline("validate", "--json")
    assert done.returncode == 1
    assert {(d["code"], d["path"]) for d in json.loads(done.stdout)["diagnostics"]} >= {(code, name)}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_bytes_give_diagnostics_and_never_an_exception(data: st.DataObject) -> None:
    damaged = bytearray(GOLD)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "double"])):
            case "flip":
                damaged[place] = data.draw(st.integers(0, 255))
            case "cut":
                del damaged[place : place + data.draw(st.integers(1, 400))]
            case "double":
                damaged[place:place] = damaged[place : place + 60]
        if not damaged:
            break
    CHECKER.file(bytes(damaged), "x.jsonl", lambda _: None, DOC)


def test_the_schema_and_the_decoder_refuse_the_same_records(taxonomy: Taxonomy) -> None:
    schema = jsonschema_rs.validator_for(json.loads((ROOT / "schemas" / "record.json").read_bytes()))
    lines, random_ = GOLD.splitlines(), random.Random(7)
    values: list[Any] = [None, True, -3, 2.5, "x", [], {}, [1], {"a": 1}, 10**30]
    refused = 0
    for _ in range(2000):
        task = json.loads(random_.choice(lines))
        holder: Any = task
        for _ in range(random_.randint(0, 3)):
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder))) if isinstance(holder, list) else []
            inner = [key for key in keys if isinstance(holder[key], (dict, list)) and holder[key]]
            if not inner:
                break
            holder = holder[random_.choice(inner)]
        key = random_.choice(list(holder) if isinstance(holder, dict) else list(range(len(holder))))
        if random_.random() < 0.3:
            del holder[key]
        else:
            holder[key] = random_.choice(values)
        try:
            decode(json.dumps(task).encode())
            fits = True
        except msgspec.DecodeError:
            fits = False
        assert fits is schema.is_valid(task), task
        refused += not fits
    assert refused > 500
