"""Each rule has a good case and a bad one that triggers that rule alone."""

import os
from pathlib import Path

import pytest

from conftest import CASES, record, span
from redline import project as projects
from redline import rules
from redline.core.corpus import Corpus, Entity
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import project_validation
from redline.rules.check import Checker
from redline.rules.shape import object_problems

FOLDER = CASES / "rules"


def codes(case: Path, taxonomy: Taxonomy) -> set[str]:
    if case.is_dir():
        os.chdir(case)
        found = project_validation.validate_project(projects.find(case), rules.all_rules()).diagnostics
    else:
        name = "case" if case.name.startswith("RL012") else None
        found = Checker(rules.all_rules(), taxonomy).file(case.read_bytes(), case.name, lambda _: None, name).diagnostics
    return {diagnostic.code for diagnostic in found}


def case(code: str, kind: str) -> Path:
    folder, file = FOLDER / f"{code}.{kind}", FOLDER / f"{code}.{kind}.jsonl"
    return folder if folder.is_dir() else file


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("code", [rule.code for rule in rules.all_rules()])
def test_a_bad_case_triggers_its_rule_alone(code: str, taxonomy: Taxonomy) -> None:
    assert codes(case(code, "bad"), taxonomy) == {code}


@pytest.mark.parametrize("code", [rule.code for rule in rules.all_rules()])
def test_a_good_case_triggers_nothing(code: str, taxonomy: Taxonomy) -> None:
    assert codes(case(code, "good"), taxonomy) == set()


def test_every_case_belongs_to_a_rule() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.iterdir()} == {rule.code for rule in rules.all_rules()}


def test_an_unknown_code_names_the_rules_there_are() -> None:
    with pytest.raises(RedlineError, match="unknown rule `RL999`; there are RL001"):
        rules.find("RL999")


def test_rules_are_chosen_by_prefix() -> None:
    assert {rule.code[:3] for rule in rules.selected("RL1", "")} == {"RL1"}
    assert "RL104" not in {rule.code for rule in rules.selected("", " rl104, RL2,")}


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("THREATS and a Warning", ["THREATS", "Warning"]),
        ("Prewarned, it threatened", ["threatened"]),
        ("They repay the old price or else", ["or else"]),
        ("İt will regret a red line", ["will regret", "red line"]),
        ("to pay the very heavy price", ["pay the very heavy price"]),
        ("deterrents, deterred, determined", ["deterrents", "deterred"]),
        ("vowel, vows, avowed", ["vows"]),
        ("consequence; consequences; consequently", ["consequence", "consequences"]),
        ("an early-warning system, a threat-level, warning-shots - a threat", ["threat"]),
    ],
)
def test_cues_are_whole_words_in_any_case(text: str, cues: list[str], taxonomy: Taxonomy) -> None:
    (layer,) = (layer for layer in taxonomy.layers.values() if layer.cues)
    assert [text[slice(*bounds)] for bounds in layer.cue_bounds(text)] == cues


def test_a_nul_in_front_makes_no_utf_16_of_a_line() -> None:
    assert [problem.message for problem in object_problems(b'\x00{"id": "a"}', "entity")] == [
        "the line is not JSON (expecting value: line 1 column 1 (char 0))"
    ]


def test_a_label_that_may_name_any_entity_is_not_compared_with_the_table(taxonomy: Taxonomy) -> None:
    text = "Arvenian officials met."
    (label,) = (label for layer in taxonomy.layers.values() for label in layer.labels if label.names_any)
    layer = taxonomy.layer_of_label[label.name]
    held = record(
        text, (span(layer, label.name, text, "Arvenian", entity="arvenia"), span(layer, "ORG", text, "officials", entity="arvenia"))
    )
    row = Entity("arvenia", "GPE", "Arvenia", [], None, None, None)
    corpus = Corpus({"case": Document("case", (held,))}, {}, {"arvenia": row}, {})
    assert [problem.message for problem in rules.find("RL504").check(corpus, taxonomy)] == [
        "`officials` is ORG, in the table `arvenia` is GPE"
    ]
