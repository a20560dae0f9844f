"""The questions of a layer one by one: each answer leads where the guidelines say, is on disk at once, and never gets lost."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CASES, ROOT, record, referenced_documents, small
from redline import project as projects
from redline import rules
from redline.cli import main
from redline.core import questions as questions_of
from redline.core.answers import Answers, Place, Row, places
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.questions import NAME, Questions
from redline.core.taxonomy import Taxonomy
from redline.curate import project_validation, question_agreement
from redline.curate.questions import Sheet
from redline.project import Project

LABELS = {"WARNING", "NONTHREAT", "DEMAND", "ULTIMATUM", "THREAT"}


@pytest.fixture(scope="module")
def questions(taxonomy: Taxonomy) -> Questions:
    read = questions_of.read(ROOT / "schemas", taxonomy)
    assert read is not None
    return read


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return small(tmp_path_factory.mktemp("questions"))


@pytest.fixture
def sheet(here: Project, questions: Questions) -> Sheet:
    """The sheet of anna about a document, without an answer."""
    made = Sheet(here, "anna", "dam-wire", questions)
    made.path.unlink(missing_ok=True)
    return made


def test_each_answer_leads_to_the_labels_and_the_question_that_the_prose_names(questions: Questions, taxonomy: Taxonomy) -> None:
    prose = taxonomy.layers[questions.about].questions
    for number, (text, fork) in enumerate(zip(prose, questions.forks, strict=True), 1):
        said = dict(re.findall(r"(Yes|No): (.*?)(?=\. Yes: |\. No: |\.$)", text)) or {}
        for answer, step in (("Yes", fork.yes), ("No", fork.no)):
            words = said.get(answer, f"question {number + 1}")
            if isinstance(step, int):
                assert words == f"question {step}", (number, answer)
            else:
                assert set(re.findall(r"[A-Z]{4,}", words)) == {label for label in step if label}, (number, answer)
                assert ("nothing" in words) == (None in step), (number, answer)


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ("", 1),
        ("n", [None, "NONTHREAT"]),
        ("yn", ["NONTHREAT"]),
        ("yyn", ["DEMAND", "NONTHREAT"]),
        ("yyyn", 5),
        ("yyyy", 6),
        ("yyyyyy", ["ULTIMATUM"]),
        ("yyyyyn", ["THREAT"]),
    ],
)
def test_answers_lead_to_a_question_or_to_labels(answers: str, step: object, questions: Questions) -> None:
    numbers = [1, 2, 3, 4, 6, 7]
    assert questions.after({numbers[n]: answer == "y" for n, answer in enumerate(answers)}) == step


def test_an_answer_to_a_question_that_is_not_asked_is_named(questions: Questions) -> None:
    with pytest.raises(ValueError, match="question 5 is answered, but the answers before it lead to question 6"):
        questions.after({1: True, 2: True, 3: True, 4: True, 5: True})
    with pytest.raises(ValueError, match="question 2 is answered, but the answers before it lead to no label, NONTHREAT"):
        questions.after({1: False, 2: True})


LAST = {"yes": ["ULTIMATUM"], "no": ["THREAT"]}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"about": "weather"}, "unknown layer `weather`; there are "),
        ({"forks": [LAST]}, "there are 1 forks and 7 questions of threat; needed: one fork a question"),
        ({"forks": [{"yes": 1, "no": 2}, *[LAST] * 6]}, "question 1: yes leads to question 1; needed: a later question, at most 7"),
        ({"forks": [*[LAST] * 6, {"yes": 8, "no": ["THREAT"]}]}, "question 7: yes leads to question 8; needed: a later question"),
        ({"forks": [*[LAST] * 6, {"yes": ["WAR"], "no": ["THREAT"]}]}, "question 7: yes leads to unknown label `WAR`; there are "),
        ({"forks": [*[LAST] * 6, {"yes": [], "no": ["THREAT"]}]}, "question 7: yes leads to nothing; needed: at least one label"),
        ({"forks": [*[LAST] * 6, {"yes": [None, None], "no": ["THREAT"]}]}, "yes leads to no label, no label; needed: at least one label"),
        ({"forks": 1}, "does not contain questions"),
        ({"more": 1}, "does not contain questions"),
    ],
)
def test_a_file_of_questions_that_cannot_be_used_is_named(change: dict[str, Any], problem: str, taxonomy: Taxonomy, tmp_path: Path) -> None:
    known = json.loads((ROOT / "schemas" / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(known | change))
    with pytest.raises(RedlineError, match=re.escape(problem)):
        questions_of.read(tmp_path, taxonomy)


def test_a_schema_folder_needs_no_questions(taxonomy: Taxonomy, tmp_path: Path) -> None:
    assert questions_of.read(tmp_path, taxonomy) is None


ONE, OTHER = Place(0, 0, "a" * 64), Place(2, 1, "b" * 64)


def test_an_answer_is_on_disk_at_once_and_only_hashes_and_positions_are_in_the_file(sheet: Sheet) -> None:
    first, second = Answers({1: True}), Answers({1: True, 2: False}, "NONTHREAT")
    assert sheet.save(OTHER, Answers({1: False}, None), before=None, guidelines="2.3.0")
    assert sheet.save(ONE, first, before=None, guidelines="2.3.0")
    assert sheet.save(ONE, second, before=first, guidelines="2.3.0")
    assert sheet.path.read_text() == (
        '[{"passage":0,"sentence":0,"sha256":"' + "a" * 64 + '","guidelines":"2.3.0",'
        '"given":{"answers":{"1":true,"2":false},"label":"NONTHREAT"}},\n'
        ' {"passage":2,"sentence":1,"sha256":"' + "b" * 64 + '","guidelines":"2.3.0","given":{"answers":{"1":false},"label":null}}]\n'
    )
    assert sheet.rows() == {ONE: Row(0, 0, "a" * 64, "2.3.0", second), OTHER: Row(2, 1, "b" * 64, "2.3.0", Answers({1: False}, None))}


def test_an_answer_on_other_answers_than_those_on_disk_changes_nothing(sheet: Sheet) -> None:
    first = Answers({1: True})
    assert sheet.save(ONE, first, before=None, guidelines="2.3.0")
    assert not sheet.save(ONE, Answers({1: False}), before=None, guidelines="2.3.0")
    assert sheet.rows()[ONE].given == first
    assert sheet.save(ONE, first, before=None, guidelines="2.3.0")  # the same answer twice, after a lost reply
    assert sheet.save(ONE, Answers({}), before=first, guidelines="2.3.0")
    assert sheet.save(ONE, Answers({}), before=first, guidelines="2.3.0")
    assert sheet.rows() == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'[{"passage":0}]', "cannot be read"),
        ({"answers": {"2": True}}, "passage 0, sentence 0: question 2 is answered, but the answers before it lead to question 1"),
        ({"answers": {"1": True}, "label": "THREAT"}, "passage 0, sentence 0: there is a label, but question 2 is open"),
        ({"answers": {"1": True, "2": False}}, "passage 0, sentence 0: the label is missing"),
        ({"answers": {"1": False}, "label": "THREAT"}, "passage 0, sentence 0: the answers do not lead to the label `THREAT`"),
        ({"answers": {"1": False}}, "a sentence occurs twice; needed: one row a sentence"),
    ],
)
def test_a_file_of_answers_that_cannot_be_used_is_named_and_stays(content: Any, problem: str, sheet: Sheet) -> None:
    sheet.path.parent.mkdir(parents=True, exist_ok=True)
    row = {"passage": 0, "sentence": 0, "sha256": "a" * 64, "guidelines": "2.3.0", "given": content}
    data = content if isinstance(content, bytes) else json.dumps([row, row]).encode()
    sheet.path.write_bytes(data)
    with pytest.raises(RedlineError, match=re.escape(problem)):
        sheet.save(ONE, Answers({1: True}), before=None, guidelines="2.3.0")
    assert sheet.path.read_bytes() == data


def test_the_name_of_a_rater_or_document_never_leads_to_another_folder(here: Project, questions: Questions) -> None:
    for rater, doc in (("..", "dam-wire"), ("anna", "../dam-wire")):
        with pytest.raises(RedlineError, match="cannot name a"):
            Sheet(here, rater, doc, questions).rows()


def test_a_sentence_has_its_numbers_and_the_hash_of_its_words() -> None:
    passages = (record("It rained. It stopped."), record("Nobody spoke.", passage=1))
    assert [(one.passage, one.sentence) for one in places(Document("case", passages))] == [(0, 0), (0, 1), (1, 0)]
    words = [one.sha256 for one in places(Document("case", passages))]
    assert words[2] == "e6db07ba410676fe78a4b00c465312be9d11dbeda7bfb336888cafb4d2354837"


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_every_walk_through_the_questions_ends_with_a_label_and_survives_the_disk(
    data: st.DataObject, here: Project, questions: Questions
) -> None:
    sheet, known, taken = Sheet(here, "walks", "dam-wire", questions), None, {}
    sheet.path.unlink(missing_ok=True)
    while isinstance(step := questions.after(taken), int):
        taken = taken | {step: data.draw(st.booleans())}
        after = questions.after(taken)
        known, before = Answers(dict(taken), *(after if isinstance(after, list) and len(after) == 1 else ())), known
        assert sheet.save(ONE, known, before=before, guidelines="2.3.0")
        assert sheet.rows()[ONE].given == known
    if not known.done:
        assert sheet.save(ONE, Answers(dict(taken), data.draw(st.sampled_from(step))), before=known, guidelines="2.3.0")
    label = sheet.rows()[ONE].given.label
    assert label is None or label in LABELS
    sheet.path.unlink()


def rated(here: Project, questions: Questions, rater: str, *given: Answers) -> Sheet:
    """Answers of a rater about the sentences of a document in their order."""
    sheet = Sheet(here, rater, "dam-wire", questions)
    sheet.path.unlink(missing_ok=True)
    for number, answers in enumerate(given):
        assert sheet.save(Place(number, 0, str(number) * 64), answers, before=None, guidelines="2.3.0")
    return sheet


def walked(keys: str, *label: str | None) -> Answers:
    """Answers to the first questions as y and n; after four, a y leads to question 6."""
    numbers = [1, 2, 3, 4, 6 if keys[3:4] == "y" else 5, 7]
    return Answers({number: key == "y" for number, key in zip(numbers, keys, strict=False)}, *label)


THREAT, NOTHING = walked("yyyyyn", "THREAT"), walked("n", None)
ANNA = (NOTHING, THREAT, THREAT, walked("yyn", "DEMAND"), walked("y"))
BEN = (NOTHING, THREAT, NOTHING, walked("yyn", "NONTHREAT"), walked("yn", "NONTHREAT"))


def test_agreement_on_questions_is_that_of_a_calculation_by_hand(
    here: Project, questions: Questions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Question 1: anna n y y y y, ben n y n y y: 4 of 5 equal, by chance (4*3 + 1*2) / 25 = 0.56, so kappa is 0.24 / 0.44 = 0.545.

    Of question 2 both answers are known of the second and fourth sentence, all yes: kappa is undefined. Question 3: y n and y n.
    Labels are complete of four sentences: None, THREAT, THREAT, DEMAND and None, THREAT, None, NONTHREAT. 2 of 4 are equal, by chance
    (1*2 + 2*1) / 16 = 0.25, so kappa is 0.25 / 0.75 = 0.333.
    """
    monkeypatch.chdir(here.root)
    sheets = [rated(here, questions, "anna", *ANNA), rated(here, questions, "ben", *BEN)]
    assert main(["agree", "--questions", "--differences"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "raters                 question  sentences  equal      kappa",
        "anna, ben              1                 5   0.80      0.545",
        "anna, ben              2                 2   1.00  undefined",
        "anna, ben              3                 2   1.00      1.000",
        "anna, ben              4                 1   1.00  undefined",
        "anna, ben              5                 0         undefined",
        "anna, ben              6                 1   1.00  undefined",
        "anna, ben              7                 1   1.00  undefined",
        "anna, ben              label             4   0.50      0.333",
        "dam-wire: passage 2, sentence 0: question 1: anna yes, ben no",
        "dam-wire: passage 3, sentence 0: label: anna DEMAND, ben NONTHREAT",
    ]
    assert main(["agree", "--questions", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {"questions", "differences"}
    assert shown["questions"][4] == {"raters": ["anna", "ben"], "question": 5, "sentences": 0, "equal": None, "kappa": None}
    assert shown["differences"][0]["answers"] == [True, False]
    for sheet in sheets:
        sheet.path.unlink()


def test_answers_about_other_words_are_not_compared(here: Project, questions: Questions) -> None:
    one, other = rated(here, questions, "anna", THREAT, NOTHING), rated(here, questions, "ben", THREAT)
    assert other.save(Place(1, 0, "f" * 64), NOTHING, before=None, guidelines="2.3.0")
    rows = question_agreement.agreement(question_agreement.rated(here, questions, None), questions)
    assert [row.sentences for row in rows] == [1, 1, 1, 1, 0, 1, 1, 1]
    one.path.unlink()
    other.path.unlink()


def test_answers_with_another_version_of_the_guidelines_are_left_out_with_one_line(
    here: Project, questions: Questions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both raters answered sentences 0 and 1. Ben answered sentence 1 with 2.4.0, and there his label differs from anna's."""
    one, other = rated(here, questions, "anna", THREAT, THREAT), rated(here, questions, "ben", THREAT)
    assert other.save(Place(1, 0, "1" * 64), NOTHING, before=None, guidelines="2.4.0")
    monkeypatch.chdir(here.root)
    assert main(["agree", "--questions", "--differences", "--json"]) == 0
    shown = capsys.readouterr()
    assert shown.err == "left out: 1 sentence that two raters answered with different versions of the guidelines\n"
    found = json.loads(shown.out)
    assert [row["sentences"] for row in found["questions"]] == [1, 1, 1, 1, 0, 1, 1, 1]
    assert found["differences"] == []
    one.path.unlink()
    other.path.unlink()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--questions"], "no sentence has answers of two raters; needed: redline annotate --rater NAME, "),
        (["--questions", "--raters", "zoe"], "unknown rater `zoe`; there are none"),
        (["--differences"], "agreement on spans and on questions are apart; needed: --questions"),
        (["--questions", "--kappa"], "agreement on spans and on questions are apart; needed: --questions"),
    ],
)
def test_agreement_that_cannot_be_computed_is_one_line(
    options: list[str], problem: str, here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    assert main(["agree", *options]) == 2
    assert problem in capsys.readouterr().err


ROW = b'[{"passage": 0, "sentence": 0, "sha256": "%b", "guidelines": "2.0.2", "given": {"answers": {%b}, "label": null}}]'
"""A file of answers about the first sentence of the document `case` of the rules: its hash, and the answers."""
HASH = sha256(
    b"Arvenia\xe2\x80\x99s premier warned that Belmora\xe2\x80\x99s depots would burn if its drones crossed the Orla on 3 May."
).encode()
NO = b'"1": false'


def validated(project: Project, doc: str, data: bytes) -> list[str]:
    """What the validator finds about answers when the answers of r1 about a document are these bytes."""
    path = project.corpus / "answers" / "r1" / f"{doc}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    found = project_validation.validate_project(project, rules.all_rules()).diagnostics
    return [f"{one.code} {one.message}" for one in found if one.code in ("RL618", "RL619")]


@pytest.fixture
def case(tmp_path: Path) -> Project:
    """The project with the document `case`."""
    shutil.copytree(CASES / "rules" / "RL617.good", tmp_path, dirs_exist_ok=True)
    settings = (tmp_path / "redline.toml").read_text(encoding="utf-8")
    (tmp_path / "redline.toml").write_text(settings.replace("../../../../schemas", str(ROOT / "schemas")), encoding="utf-8")
    return projects.find(tmp_path)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (ROW % (HASH, NO), []),
        (b"[]", []),
        (b"[", ["RL618 the line is not JSON (expecting value: line 1 column 2 (char 1))"]),
        (b"{}", ["RL618 the file does not contain answers (Expected `array`, got `object`)"]),
        (
            b'[{"passage": 0}]',
            ["RL618 the file does not contain answers (Object missing required field `sentence` - at `$[0]`)"],
        ),
        (
            ROW % (HASH, b'"2": false'),
            ["RL618 passage 0, sentence 0: question 2 is answered, but the answers before it lead to question 1"],
        ),
        (ROW % (HASH, b'"1": true'), ["RL618 passage 0, sentence 0: there is a label, but question 2 is open"]),
        (ROW % (HASH, b'"1": true, "1": false'), ["RL618 the key `1` is twice in one object"]),
        (ROW % (b"0" * 64, NO), ["RL619 passage 0, sentence 0 has other words by now"]),
    ],
)
def test_validate_checks_the_files_of_answers(data: bytes, lines: list[str], case: Project) -> None:
    assert validated(case, "case", data) == lines


def test_validate_finds_a_sentence_that_occurs_twice_and_answers_without_a_document(case: Project) -> None:
    row = ROW % (HASH, NO)
    assert validated(case, "case", row[:-1] + b"," + row[1:]) == ["RL618 passage 0, sentence 0 occurs 2 times"]
    (case.corpus / "answers" / "r1" / "case.json").unlink()
    assert validated(case, "gone", row) == ["RL619 there is no such document"]


def test_answers_about_words_that_are_not_at_hand_are_not_outdated(case: Project) -> None:
    doc = min(referenced_documents())
    shutil.copy(ROOT / "seeds" / f"{doc}.json", case.seeds)
    assert validated(case, doc, ROW % (b"0" * 64, NO)) == []
    shutil.copy(ROOT / "corpus" / "gold" / f"{doc}.jsonl", case.gold)
    assert validated(case, doc, ROW % (b"0" * 64, NO)) == []
