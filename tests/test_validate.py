"""Bad input is told with file, line, excerpt and hint; no file is changed; nothing ends in a traceback."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from redline import rules
from redline.batch.project import Project
from redline.core.document import decode
from redline.core.taxonomy import Taxonomy
from redline.core.taxonomy import load as load_taxonomy
from redline.rules.check import Checker

DOC = "kazan-drone-strikes"
Task = dict[str, Any]
CHECKER = Checker(rules.all_rules(), load_taxonomy(ROOT / "schemas"))
GOLD = (ROOT / "corpus" / "gold" / f"{DOC}.jsonl").read_bytes()


def redline(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of the command in the working folder."""
    done = subprocess.run([sys.executable, "-m", "redline", *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def raw(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return change


def line(number: int, change: Callable[[Task], object]) -> Callable[[bytes], bytes]:
    """Changes the record of a line (1-based) and writes it canonically but for the change."""

    def apply(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        task = json.loads(lines[number - 1])
        change(task)
        lines[number - 1] = msgspec.json.encode(task) + b"\n"
        return b"".join(lines)

    return apply


def first(task: Task, layer: str) -> Task:
    found: Task = next(s for s in task["spans"] if s["layer"] == layer)
    return found


def shift(task: Task) -> None:
    span = first(task, "entities")
    span["start"] += 1
    span["end"] += 1


def resort(task: Task) -> None:
    task["spans"].sort(key=lambda s: (s["start"], -s["end"], s["layer"], s["label"], s["id"]))


DAMAGE: dict[str, tuple[str, int | None, Callable[[bytes], bytes]]] = {
    "latin-1": ("RL001", 2, raw(lambda data: data.replace("“".encode(), b"\x93", 1))),
    "empty": ("RL002", None, raw(lambda _: b"")),
    "byte order mark": ("RL003", 1, raw(lambda data: b"\xef\xbb\xbf" + data)),
    "windows line ends": ("RL004", 1, raw(lambda data: data.replace(b"\n", b"\r\n"))),
    "blank line": ("RL005", 2, raw(lambda data: data.replace(b"\n", b"\n\n", 1))),
    "truncated": ("RL007", 13, raw(lambda data: data[:-40] + b"\n")),
    "duplicate key": ("RL008", 1, raw(lambda data: data.replace(b'"answer"', b'"answer":"reject","answer"', 1))),
    "not a number": ("RL009", 1, raw(lambda data: data.replace(b'"offset":0', b'"offset":NaN', 1))),
    "infinite number": ("RL009", 1, raw(lambda data: data.replace(b'"offset":0', b'"offset":1e999', 1))),
    "unknown key": ("RL010", 3, line(3, lambda task: task.update(colour="red"))),
    "missing key": ("RL010", 3, line(3, lambda task: task.pop("meta"))),
    "passage missing": ("RL013", 2, raw(lambda data: b"".join(data.splitlines(keepends=True)[:1] + data.splitlines(keepends=True)[2:]))),
    "offset off by one": ("RL102", 1, line(1, shift)),
    "end beyond the text": ("RL101", 4, line(4, lambda task: task["spans"][-1].update(end=99999))),
    "unknown label": ("RL301", 1, line(1, lambda task: first(task, "entities").update(label="GPES"))),
    "unknown attribute value": ("RL304", 1, line(1, lambda task: first(task, "threat")["attributes"].update(force="militarily"))),
    "missing attribute": ("RL303", 1, line(1, lambda task: first(task, "threat")["attributes"].pop("force"))),
    "relation to nowhere": (
        "RL401",
        1,
        line(1, lambda task: task["relations"].append({"head_id": "s9", "child_id": "zz", "label": "TARGET"})),
    ),
    "span twice": ("RL108", 1, line(1, lambda task: (task["spans"].append({**first(task, "entities"), "id": "zz"}), resort(task)))),
    "layer not declared": ("RL306", 1, line(1, lambda task: task["meta"]["layers"].pop("threat"))),
    "text that is not the seed's": ("RL201", 8, raw(lambda data: data.replace(b"resonate", b"reverberate", 1))),
    "a mark without decision": (
        "RL307",
        10,
        line(10, lambda task: task.update(spans=[s for s in task["spans"] if s["layer"] != "threat"])),
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_planted_damage_is_reported_by_name_at_its_line(name: str, project: Project) -> None:
    code, number, change = DAMAGE[name]
    path = project.gold / f"{DOC}.jsonl"
    damaged = change(path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    done = redline("validate", f"corpus/gold/{DOC}.jsonl", "--json")
    assert done.returncode == 1
    found = {(d["code"], d["line"]) for d in json.loads(done.stdout)["diagnostics"]}
    assert (code, number) in found, found
    assert path.read_bytes() == damaged


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
    assert done.stdout.endswith("clean\n")


def test_a_github_workflow_gets_annotations(project: Project) -> None:
    path = project.gold / f"{DOC}.jsonl"
    path.write_bytes(DAMAGE["offset off by one"][2](path.read_bytes()))
    done = redline("validate", f"corpus/gold/{DOC}.jsonl", "--output", "github")
    assert done.stdout.startswith(f"::error file=corpus/gold/{DOC}.jsonl,line=1,title=RL102 span-text-differs::span ")


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
