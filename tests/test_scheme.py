"""The files of layers are checked when they are read: one line each, before anything else runs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from redline.cli import main
from redline.core import taxonomy as taxonomies
from redline.core.errors import RedlineError
from redline.project import Project

Data = dict[str, Any]


def entry(entries: list[Data], name: str) -> Data:
    return next(one for one in entries if one["name"] == name)


def edited(folder: Path, layer: str, change: Callable[[Data], object]) -> Path:
    """The repository's schemas with one layer changed."""
    schemas = Path(shutil.copytree(ROOT / "schemas", folder / "schemas"))
    path = schemas / f"{layer}.json"
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data))
    return schemas


CASES: dict[str, tuple[str, Callable[[Data], object], str]] = {
    "a label in two layers": (
        "stance",
        lambda d: entry(d["labels"], "FAVOR").update(name="THREAT"),
        "label `THREAT` is in layers stance and threat; needed: one layer a label",
    ),
    "a label twice": ("stance", lambda d: d["labels"].append(d["labels"][0]), "label `FAVOR` is there 2 times; needed: once"),
    "an overlap that there is not": ("stance", lambda d: d.update(overlap="nested"), "unknown overlap `nested`; use one of none, any"),
    "a line that there is not": ("stance", lambda d: d.update(line="dotty"), "unknown line `dotty`; use `dotted`"),
    "a version of its own": (
        "stance",
        lambda d: d.update(version="9.0.0"),
        "version is 9.0.0, but other layers have ",
    ),
    "a pattern that is none": (
        "threat",
        lambda d: d["cues"][0].update(pattern="(unclosed"),
        "has the pattern `(unclosed`; needed: a regular expression",
    ),
    "an unknown label of cues": (
        "threat",
        lambda d: d.update(cue_label="NONTHREATS"),
        "cue_label: unknown label `NONTHREATS`; use `NONTHREAT`",
    ),
    "an unknown head": (
        "stance",
        lambda d: entry(d["relations"], "TARGET")["heads"].append("FAVOUR"),
        "relation `TARGET`: head: unknown label `FAVOUR`; use `FAVOR`",
    ),
    "a head of another layer": (
        "stance",
        lambda d: entry(d["relations"], "TARGET")["heads"].append("THREAT"),
        "relation `TARGET`: head: unknown label `THREAT`; use one of FAVOR, AGAINST",
    ),
    "an unknown child": (
        "stance",
        lambda d: entry(d["relations"], "TARGET")["children"].append("PERSONS"),
        "relation `TARGET`: child: unknown label `PERSONS`; use `PERSON`",
    ),
    "an unknown type": (
        "stance",
        lambda d: entry(d["attributes"], "explicit").update(type="bool"),
        "attribute `explicit`: unknown type `bool`; use `boolean`",
    ),
    "an enum without values": (
        "stance",
        lambda d: entry(d["attributes"], "holder").update(values=[]),
        "attribute `holder` has type enum and 0 values; needed: `values` only for an enum",
    ),
    "an attribute of an unknown label": (
        "stance",
        lambda d: entry(d["attributes"], "explicit")["labels"].append("FAVRO"),
        "attribute `explicit`: unknown label `FAVRO`; use `FAVOR`",
    ),
    "required where it may not be": (
        "stance",
        lambda d: entry(d["attributes"], "explicit").update(labels=["FAVOR"], required=["FAVOR", "AGAINST"]),
        "attribute `explicit` is required of `AGAINST`, which may not have it; needed: `AGAINST` among its labels",
    ),
    "a requirement of an unknown relation": (
        "threat",
        lambda d: d["requirements"][0].update(needs_any=["CONDITIONS"]),
        "unknown relation `CONDITIONS`; use `CONDITION`",
    ),
    "a requirement of an unknown attribute": (
        "threat",
        lambda d: d["requirements"][0].update(attribute="conditionally"),
        "unknown attribute `conditionally`; use `conditional`",
    ),
    "most below least": (
        "stance",
        lambda d: entry(d["relations"], "TARGET").update(least=2, most=1),
        "relation `TARGET` has most 1 and least 2; needed: most not below least",
    ),
    "a misspelt key": ("stance", lambda d: d.update(ovrlap="none"), "is not a usable schema (object contains unknown field `ovrlap`)"),
    "a misspelt key of a label": (
        "stance",
        lambda d: d["labels"][0].update(titel="For"),
        "is not a usable schema (object contains unknown field `titel` - at `$.labels[0]`)",
    ),
    "a layer in two files": ("stance", lambda d: d.update(layer="threat"), "layer `threat` is in"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_layer_that_means_nothing_is_one_line(case: str, tmp_path: Path) -> None:
    layer, change, line = CASES[case]
    schemas = edited(tmp_path, layer, change)
    with pytest.raises(RedlineError) as raised:
        taxonomies.load(schemas)
    lines = str(raised.value).split("\n")
    assert len([one for one in lines if line in one]) == 1
    assert all(one.startswith(f"{schemas}/") for one in lines)


def test_all_problems_of_all_layers_are_listed_before_any_rule_runs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project.schemas)
    edited(project.root, "stance", lambda d: d.update(overlap="nested", line="dotty"))
    assert main(["validate"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert [line.partition("stance.json: ")[2].partition(";")[0] for line in captured.err.splitlines()] == [
        "unknown overlap `nested`",
        "unknown line `dotty`",
    ]
