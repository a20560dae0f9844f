"""People check sentences without labels: what is drawn, how it is asked, what stays on disk, and how answers compare with gold."""

import json
import os
import pty
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import structs

from conftest import SOME, WITHHELD, small
from redline import project as projects
from redline.cli import main
from redline.cli.asking import Session
from redline.core.corpus import Corpus
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import human_check, human_results
from redline.curate.human_check import ACT, CRITICISM, Answer, Question, Words
from redline.model import human_draw
from redline.model.human_draw import NEAR, RANDOM, SURE, Rated
from redline.project import Project
from redline.report import people

NOTHING = Answer(None, False)
DOCUMENTS = SOME | {"dam-speech": "test"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of few documents; the text of one is not open."""
    return small(tmp_path_factory.mktemp("people"), DOCUMENTS)


@pytest.fixture(scope="module")
def corpus(here: Project) -> Corpus:
    """Its corpus."""
    return projects.load(here)


@pytest.fixture(scope="module")
def drawn(corpus: Corpus, taxonomy: Taxonomy) -> list[Question]:
    """The questions that are drawn of it."""
    return human_draw.draw(corpus, taxonomy)


@pytest.fixture
def begun(here: Project, drawn: list[Question], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Project:
    """The project as the working folder, in which anna has begun and nobody answered."""
    monkeypatch.chdir(here.root)
    for path in human_check.folder(here).glob("*"):
        path.unlink()
    human_check.begin(here, "anna", drawn)
    return here


def rated(scores: Sequence[float], threshold: float) -> list[Rated]:
    """A sentence for each score of an act; of criticism it has what is left to 1."""
    called = [{ACT} if score >= threshold else {CRITICISM} for score in scores]
    return [Rated("d", 0, n, "", {ACT: s, CRITICISM: 1 - s}, frozenset(called[n])) for n, s in enumerate(scores)]


def test_the_same_project_and_models_give_the_same_questions(corpus: Corpus, taxonomy: Taxonomy, drawn: list[Question]) -> None:
    assert human_draw.draw(corpus, taxonomy) == drawn
    assert len({(one.doc, one.passage, one.sentence) for one in drawn}) == len(drawn) == 50


def test_sentences_of_texts_that_are_not_open_are_not_drawn(corpus: Corpus, drawn: list[Question]) -> None:
    assert WITHHELD in corpus.documents
    assert {one.doc for one in drawn} <= set(DOCUMENTS) - {WITHHELD}


def test_a_draw_has_thirds_of_sure_near_and_random_sentences_in_mixed_order() -> None:
    chosen = human_draw.chosen(rated([n / 500 for n in range(500)], 0.6), 50)
    assert Counter(one.part for one in chosen) == {SURE: 17, NEAR: 17, RANDOM: 16}
    assert [one.part for one in chosen] != sorted((one.part for one in chosen), reverse=True)


def test_fewer_sentences_than_are_wanted_are_all_drawn_once() -> None:
    assert sorted(one.sentence for one in human_draw.chosen(rated([0.1, 0.9, 0.5], 0.5), 50)) == [0, 1, 2]


def test_sure_is_the_upper_half_of_what_is_called_and_near_is_around_the_threshold() -> None:
    # Called are .9 .8 .7 .6; the upper half is .9 .8; at most one rank from the threshold are .6 and .4.
    scores = rated([0.1, 0.6, 0.9, 0.4, 0.7, 0.8, 0.2], 0.5)
    assert [one.scores[ACT] for one in human_draw.pool(scores, ACT, SURE, 1)] == [0.9, 0.8]
    assert [one.scores[ACT] for one in human_draw.pool(scores, ACT, NEAR, 1)] == [0.6, 0.4]
    assert [one.scores[ACT] for one in human_draw.pool(scores, ACT, NEAR, 9)] == [0.7, 0.6, 0.4, 0.2, 0.1]


def asked(keys: str, taxonomy: Taxonomy, answers: Sequence[Answer | None]) -> list[tuple[int, Answer]]:
    """What is saved when a person presses these keys, with a question for each answer that is there already."""
    questions = [Question("d", 0, n, "", SURE, answer) for n, answer in enumerate(answers)]
    saved: list[tuple[int, Answer]] = []
    pressed = iter(keys)
    Session(
        questions, [Words(f"{n}.", "", "") for n in range(len(answers))], taxonomy,
        lambda: next(pressed, ""), lambda place, given: saved.append((place, given)),
    ).run()  # fmt: skip
    return saved


@pytest.mark.parametrize(
    ("keys", "saved"),
    [
        ("nn", [(0, NOTHING)]),
        ("y1y", [(0, Answer("ULTIMATUM", True))]),
        ("y4n", [(0, Answer("DEMAND", False))]),
        ("snn", [(1, NOTHING)]),  # skipped
        ("nnbny", [(0, NOTHING), (0, Answer(None, True))]),  # back, and answered anew
        ("ybnn", [(0, NOTHING)]),  # back from the second question to the first
        ("y1bnn", [(0, NOTHING)]),  # back from the third one
        ("x9?\x1bnn", [(0, NOTHING)]),  # what means nothing changes nothing
        ("nnq", [(0, NOTHING)]),
        ("nnyq", [(0, NOTHING)]),  # half an answer is none
        ("bnn", [(0, NOTHING)]),  # there is nothing before the first one
    ],
)
def test_keys_answer_skip_go_back_and_stop(keys: str, saved: list[tuple[int, Answer]], taxonomy: Taxonomy) -> None:
    assert asked(keys, taxonomy, [None, None, None]) == saved


def test_what_is_answered_is_not_asked_again_and_what_was_skipped_is(taxonomy: Taxonomy) -> None:
    assert asked("nnnn", taxonomy, [NOTHING, None, NOTHING, None]) == [(1, NOTHING), (3, NOTHING)]


def test_a_person_sees_the_words_and_no_label_and_no_part_of_the_draw(
    taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str], begun: Project, corpus: Corpus, drawn: list[Question]
) -> None:
    words = [human_check.words(corpus.documents, one) for one in drawn]
    pressed = iter("s" * 50)
    Session(drawn, words, taxonomy, lambda: next(pressed, ""), lambda *_: None).run()
    shown = " ".join(capsys.readouterr().out.split())
    for one in words:
        assert one is not None
        assert " ".join(one.text.split()) in shown
    assert not {"THREAT", SURE, NEAR, RANDOM, "dam-wire"} & set(shown.replace(":", " ").split())


def test_before_and_after_are_the_neighbours_in_the_document(corpus: Corpus, drawn: list[Question]) -> None:
    record, following = corpus.documents["dam-wire"].records[1:3]
    last = len(record.sentences) - 1
    texts = [record.text[start:end] for start, end in record.sentences] + [following.text[slice(*following.sentences[0])]]
    question = Question("dam-wire", 1, last, human_check.sha256(texts[last].encode()), SURE)
    assert human_check.words(corpus.documents, question) == Words(texts[last], texts[last - 1], texts[last + 1])


def test_on_a_terminal_each_answer_is_on_disk_before_the_next_sentence_is_shown(begun: Project) -> None:
    inside, outside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "redline", "human-check", "--by", "anna"], cwd=begun.root, stdin=outside, stdout=outside, stderr=outside
    ) as process:
        try:
            waited(inside, b"sentence 1 of 50", b"or demand?")
            os.write(inside, b"Y")
            waited(inside, b"Which?")
            os.write(inside, b"\x1b[B\x1bOS2")  # the arrow down and F4, of which nobody pressed the b and the s
            waited(inside, b"criticise")
            os.write(inside, b"n")
            waited(inside, b"sentence 2 of 50", b"or demand?")
            assert [one.answer for one in human_check.read(begun, "anna")] == [Answer("THREAT", False), *[None] * 49]
        finally:
            process.kill()
    os.close(outside)
    os.close(inside)


def waited(stream: int, *wanted: bytes) -> None:
    """Waits until a terminal has shown all that is wanted, in this order."""
    shown = b""
    for part in wanted:
        while part not in shown:
            assert select.select([stream], [], [], 20)[0], shown
            shown += os.read(stream, 4096)
        shown = shown[shown.index(part) :]


def test_the_command_goes_on_where_a_person_stopped(
    begun: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for lines, last in (("n\nn\nq\n", "1 of 50 sentences answered; redline human-check --by anna continues"), ("y\n2\ny\n", "2 of 50")):
        (tmp_path / "keys").write_text(lines)
        with (tmp_path / "keys").open() as keys:
            monkeypatch.setattr(sys, "stdin", keys)
            assert main(["human-check", "--by", "anna"]) == 0
        assert capsys.readouterr().out.splitlines()[-1].startswith(last)
    assert [one.answer for one in human_check.read(begun, "anna")][:3] == [NOTHING, Answer("THREAT", True), None]


def test_who_begins_again_keeps_the_questions_and_the_answers(begun: Project, drawn: list[Question]) -> None:
    human_check.answer(begun, "anna", 3, NOTHING)
    assert human_check.begin(begun, "anna", list(reversed(drawn)))[3] == structs.replace(drawn[3], answer=NOTHING)


def test_two_windows_of_one_person_keep_each_others_answers(begun: Project) -> None:
    for place in (0, 1):
        human_check.answer(begun, "anna", place, NOTHING)
    assert sum(one.answer is not None for one in human_check.read(begun, "anna")) == 2


def test_agreement_by_label_is_as_worked_by_hand(taxonomy: Taxonomy) -> None:
    # Gold: threat, threat, none, none; the person: threat, none, none, warning. Of any act: 1 both, 1 neither, 2 differ: kappa 0.
    # Threat: observed 3/4, expected 1/4 * 1/2 + 3/4 * 1/2 = 1/2, so kappa is 1/2; F1 is 2 / 3. Criticism: all four alike.
    gold = [Answer("THREAT", True), Answer("THREAT", False), NOTHING, NOTHING]
    person = [Answer("THREAT", True), NOTHING, NOTHING, Answer("WARNING", False)]
    question = Question("d", 0, 0, "", SURE)
    rows = {row.label: row for row in human_results.agreement([(question, *both) for both in zip(gold, person, strict=True)], taxonomy)}
    assert list(rows) == ["any act", "ULTIMATUM", "THREAT", "WARNING", "DEMAND", "AGAINST"]
    assert rows["any act"] == human_results.Agreement("any act", 4, 2, 2, 1, 0.0, 0.5)
    assert rows["THREAT"] == human_results.Agreement("THREAT", 4, 2, 1, 1, 0.5, pytest.approx(2 / 3))
    assert rows["AGAINST"] == human_results.Agreement("AGAINST", 4, 1, 1, 1, 1.0, 1.0)
    assert rows["DEMAND"] == human_results.Agreement("DEMAND", 4, 0, 0, 0, None, None)


def test_nobody_answered_until_somebody_did(begun: Project, corpus: Corpus, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["human-check", "--result"]) == 0
    assert capsys.readouterr().out == "0 of 50 sentences checked by people\n"
    none = people.section(begun, corpus)
    assert (none.checked, none.table) == ("People have checked 0 of 50 sentences without seeing a label.", None)
    human_check.begin(begun, "ben", human_check.read(begun, "anna"))
    for name in ("anna", "ben"):
        human_check.answer(begun, name, 0, NOTHING)
    human_check.answer(begun, "anna", 1, NOTHING)
    assert main(["human-check", "--result", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["checked"], shown["agreement"][0]["answers"], list(shown["people"])) == (2, 3, ["anna", "ben"])
    table = people.section(begun, corpus).table
    assert table is not None
    assert [cell.text for cell in table.rows[0][:2]] == ["any act", "3"]


def test_people_who_say_what_gold_says_agree_with_it_wholly(begun: Project, corpus: Corpus, taxonomy: Taxonomy) -> None:
    for place, one in enumerate(human_check.read(begun, "anna")):
        record = human_check.sentence(corpus.documents, one)
        gold = human_check.gold(record, one.sentence, taxonomy) if record else None
        assert gold is not None
        human_check.answer(begun, "anna", place, gold)
    result = human_results.result(begun, corpus.documents, taxonomy)
    assert result.checked == 50
    assert {row.f1 for row in result.agreement if row.gold} == {1.0}
    assert all(part.answers == part.same_act == part.same_criticism for part in result.parts)
    assert sum(part.answers for part in result.parts) == 50


def test_an_answer_to_other_words_than_gold_has_now_counts_for_nothing(begun: Project, corpus: Corpus, taxonomy: Taxonomy) -> None:
    human_check.answer(begun, "anna", 0, NOTHING)
    path = human_check.folder(begun) / "anna.json"
    path.write_text(path.read_text().replace(human_check.read(begun, "anna")[0].sha256, "0" * 64))
    result = human_results.result(begun, corpus.documents, taxonomy)
    assert (result.checked, result.gone, result.agreement) == (0, 1, [])
    assert human_check.words(corpus.documents, human_check.read(begun, "anna")[0]) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[", "cannot be read"),
        ('[{"doc": "d", "passage": 0, "sentence": 0, "sha256": "", "part": "", "answer": {"act": "x", "criticises": true}}]', "class `x`"),
    ],
)
def test_a_damaged_file_ends_in_one_line_and_is_kept(
    content: str, message: str, begun: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = human_check.folder(begun) / "anna.json"
    path.write_text(content)
    for arguments in (["--by", "anna"], ["--result"]):
        assert main(["human-check", *arguments]) == 2
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1
    assert path.read_text() == content
    path.write_text("[]")
    with pytest.raises(RedlineError, match="question 1 is missing"):
        human_check.answer(begun, "anna", 0, NOTHING)


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--by", "anna", "--json"], ["--by", "../anna"]])
def test_wrong_use_is_refused_in_one_line(arguments: list[str], begun: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["human-check", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
