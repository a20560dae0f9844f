"""The questions about each sentence on a page, in a real browser: by keys alone, each answer on disk at once, and none lost."""

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import ROOT, small
from redline import project as projects
from redline.app import questions as page_of
from redline.core import questions as questions_of
from redline.core.answers import Answers, Place, places
from redline.core.corpus import Source
from redline.core.files import sha256
from redline.core.taxonomy import Taxonomy
from redline.curate.questions import Sheet
from redline.project import Project, sources
from referenced import refer
from test_annotate import SINKS, Bench
from windows import faultless, press, settled

DOC, OTHER, AWAY = "weather-bulletin", "dam-wire", "court-report"
HOSTILE = "<img src=x onerror=document.title='taken'> We will strike. <b>They</b> &amp; ‮left‬ the \u2028 port."
NOTHING = Answers({1: False}, None)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project with a hostile text, and a referenced text that is not at hand."""
    made = small(tmp_path_factory.mktemp("asked"))
    (made.corpus / "practice.json").unlink()  # it names other documents
    seed = sources.read(made.seeds, DOC, made.texts).seed
    sources.write(Source(msgspec.structs.replace(seed, doc="hostile", sha256=sha256(HOSTILE.encode())), HOSTILE, ""), made.seeds)
    refer(made, AWAY).unlink()
    return made


@pytest.fixture(scope="module")
def bench(here: Project, browser: Browser) -> Iterator[Bench]:
    """The server of anna, and a browser."""
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def sheet(here: Project, doc: str = DOC, rater: str = "anna") -> Sheet:
    asked = questions_of.read(here.schemas, here.taxonomy())
    assert asked is not None
    return Sheet(here, rater, doc, asked)


@pytest.fixture
def empty(bench: Bench, here: Project) -> Iterator[Bench]:
    """The server and the browser, without a window and without an answer."""
    sheet(here).path.unlink(missing_ok=True)
    bench.complaints.clear()
    yield bench
    bench.context.set_offline(False)
    for page in bench.context.pages:
        page.close()


def asked(bench: Bench, doc: str = DOC) -> Page:
    return bench.opened(f"questions/?doc={doc}")


def sentences(here: Project, doc: str = DOC) -> list[Place]:
    return places(projects.load(here).documents[doc])


def given(here: Project) -> list[Answers | None]:
    """The answers on disk about the sentences of the document."""
    return page_of.answers(sheet(here), sentences(here))


def asks(page: Page, title: str) -> None:
    expect(page.locator(".ask")).to_contain_text(title)


def answers_in_words(count: int) -> re.Pattern[str]:
    """What the page shows after a number of answers."""
    return re.compile(" · ".join([r"\d (yes|no)"] * count) or "no answer")


def shows(page: Page, place: int) -> None:
    expect(page.locator(".place")).to_contain_text(re.compile(f"^sentence {place + 1} of"))


WALKS = {
    "n1": NOTHING,
    "n2": Answers({1: False}, "NONTHREAT"),
    "yn": Answers({1: True, 2: False}, "NONTHREAT"),
    "yyn1": Answers({1: True, 2: True, 3: False}, "DEMAND"),
    "yyyny": Answers({1: True, 2: True, 3: True, 4: False, 5: True}, "WARNING"),
    "yyynn2": Answers({1: True, 2: True, 3: True, 4: False, 5: False}, None),
    "yyyyn1": Answers({1: True, 2: True, 3: True, 4: True, 6: False}, "WARNING"),
    "yyyyyy": Answers({1: True, 2: True, 3: True, 4: True, 6: True, 7: True}, "ULTIMATUM"),
    "yyyyyn": Answers({1: True, 2: True, 3: True, 4: True, 6: True, 7: False}, "THREAT"),
    "yyn2": Answers({1: True, 2: True, 3: False}, "NONTHREAT"),
}
"""Keys, and the answers that they give: a walk for each of the ten sentences of the document."""
QUESTIONS = {
    "": "1. Does the sentence contain",
    "y": "2. Does the text state",
    "yy": "3. Is its content",
    "yyy": "4. Would the speaker",
    "yyyn": "5. Does a speaker",
}


def test_a_document_is_answered_by_keys_alone_and_each_answer_is_on_disk_before_the_next_question(empty: Bench, here: Project) -> None:
    page = asked(empty)
    for place, keys in enumerate(WALKS):
        shows(page, place)
        for count, key in enumerate(keys):
            asks(page, QUESTIONS.get(keys[:count], ""))
            expect(page.locator(".dock .dim")).to_have_text(answers_in_words(count))
            assert [one and list(one.answers.values()) for one in given(here)][place] == ([each == "y" for each in keys[:count]] or None)
            press(page, key)
        expect(page.locator(".count")).to_have_text(f"{place + 1} of 10 answered")
        assert given(here)[: place + 1] == [*WALKS.values()][: place + 1]
    expect(page.locator(".work .asked")).to_have_text("10 of 10 sentences answered")
    assert empty.complaints == []
    again = asked(empty)
    expect(again.locator(".work .asked")).to_have_text("10 of 10 sentences answered")
    again.get_by_role("link", name="Documents").click()
    again.wait_for_selector("html[data-ready]", state="attached")
    expect(again.locator(".documents .asking")).to_have_count(3)  # the three texts at hand
    rows = again.locator(".documents li").filter(has_text="answered")
    expect(rows).to_have_count(1)
    expect(rows.locator(".waits")).to_contain_text("questions about 10 sentences answered")
    assert Axe().run(again).response["violations"] == []


def test_backspace_takes_the_last_answer_back_and_arrows_change_nothing(empty: Bench, here: Project) -> None:
    page = asked(empty)
    press(page, "Backspace", "ArrowLeft", "x", "1", "Control+y")  # nothing is before the first question
    asks(page, "1. Does the sentence contain")
    press(page, "n")
    asks(page, "Which label fits?")
    press(page, "3")  # two labels remain
    press(page, "Backspace")
    asks(page, "1. Does the sentence contain")
    assert given(here)[0] is None
    press(page, "n")
    asks(page, "Which label fits?")
    press(page, "1")
    shows(page, 1)
    press(page, "Backspace")
    shows(page, 0)
    asks(page, "Answered: no label")
    assert given(here)[0] == NOTHING
    press(page, "Backspace")
    asks(page, "Which label fits?")
    assert given(here)[0] == Answers({1: False})
    press(page, "ArrowRight", "ArrowRight")
    shows(page, 2)
    press(page, "y")
    asks(page, "2. Does the text state")
    press(page, "n")
    shows(page, 3)
    press(page, "ArrowLeft", "Enter")
    shows(page, 3)
    assert given(here)[:3] == [Answers({1: False}), None, Answers({1: True, 2: False}, "NONTHREAT")]


def test_two_windows_see_the_answers_of_each_other_and_lose_none(empty: Bench, here: Project) -> None:
    one, other = asked(empty), asked(empty)
    one.bring_to_front()
    press(one, "y")
    asks(one, "2. Does the text state")
    expect(other.locator(".note")).to_have_text("Another window answered this: 1 yes.")
    asks(other, "2. Does the text state")
    other.bring_to_front()
    press(other, "n")
    shows(other, 1)
    expect(one.locator(".note")).to_have_text("Another window answered this: 1 yes · 2 no · NONTHREAT.")
    assert given(here)[0] == Answers({1: True, 2: False}, "NONTHREAT")


def test_an_answer_on_a_stale_page_is_refused_and_the_other_one_named(empty: Bench, here: Project) -> None:
    page = asked(empty)
    assert sheet(here).save(sentences(here)[0], NOTHING, before=None, guidelines="2.0.2")
    press(page, "y")
    expect(page.locator(".note")).to_have_text("Another window answered this: 1 no · no label.")
    assert given(here)[0] == NOTHING


def test_an_answer_waits_while_the_server_is_away_and_no_other_key_means_anything(empty: Bench, here: Project) -> None:
    page = asked(empty)
    sent: set[str | None] = set()
    page.on("request", lambda request: sent.add(request.post_data))
    empty.context.set_offline(True)
    press(page, "y")
    expect(page.locator("#trouble")).to_have_text("Offline: your answer waits")
    press(page, "n", "Backspace")
    empty.context.set_offline(False)
    asks(page, "2. Does the text state")
    assert given(here)[0] == Answers({1: True})
    assert len(sent) == 1  # all tries send the same answer


def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(empty: Bench) -> None:
    page = asked(empty)
    for keys, title in (("", "1."), ("y", "2."), ("y", "3."), ("n", "Which label"), ("1", "1."), ("ArrowLeft", "Answered")):
        press(page, *([keys] if keys else []))
        asks(page, title)
        faultless(page)


def test_a_hostile_text_is_text(empty: Bench) -> None:
    page = asked(empty, "hostile")
    assert page.locator(".sentence .asked").evaluate("node => node.textContent") == HOSTILE
    assert page.locator(".sentence :is(img, b)").count() == 0
    assert page.title() == "Redline: questions one by one"
    assert empty.complaints == []
    for path in page_of.FILES:
        assert SINKS.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_a_text_that_is_not_at_hand_cannot_be_answered(empty: Bench) -> None:
    base, _, token = empty.service.address.partition("#")
    for doc, problem in (
        (AWAY, f"{AWAY}: its text is not at hand"),
        ("nowhere", "There is no such document"),
        ("../raters", "There is no such document"),
    ):
        page = empty.context.new_page()
        page.goto(f"{base}questions/?doc={doc}#{token}")
        expect(page.locator("#trouble")).to_contain_text(problem)
        page.close()


def test_the_palette_leads_to_the_questions_of_the_document(empty: Bench) -> None:
    page = empty.opened(f"?doc={DOC}")
    press(page, "/")
    page.keyboard.type("one by one")
    press(page, "Enter")
    shows(page, 0)
    assert f"/questions/?doc={DOC}" in page.url


def reply(bench: Bench, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", bench.service.listener.getsockname()[1], timeout=30)
    token = {"X-Redline-Token": bench.service.address.partition("#")[2], "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, token | headers)
    return connection.getresponse()


def test_a_rater_never_sees_the_answers_or_labels_of_others(empty: Bench, here: Project) -> None:
    other = sheet(here, rater="ben")
    assert other.save(sentences(here)[0], Answers({1: True, 2: False}, "NONTHREAT"), before=None, guidelines="2.0.2")
    sent = json.load(reply(empty, f"/api/questions/{DOC}"))
    assert sent["answers"] == [None] * 10
    assert set(sent) == {
        "rater", "home", "title", "layer", "version", "questions", "forks", "labels", "rulings", "passages", "places", "answers",
    }  # fmt: skip
    assert set(sent["places"][0]) == {"passage", "sentence", "sha256"}
    other.path.unlink()


ANSWER = {"place": 0, "before": None, "given": {"answers": {"1": True}}}


@pytest.mark.parametrize(
    ("change", "headers", "status", "problem"),
    [
        ({}, {"X-Redline-Token": ""}, 401, "wrong token"),
        ({}, {"Origin": "http://evil.example"}, 403, "another site"),
        ({"place": 10}, {}, 422, "sentence 11 has other words by now"),
        ({"place": -1}, {}, 422, "has other words by now"),
        ({"sha256": "0" * 64}, {}, 422, "sentence 1 has other words by now; needed: the present document"),
        ({"given": {"answers": {"2": True}}}, {}, 422, "question 2 is answered, but the answers before it lead to question 1"),
        (
            {"given": {"answers": {"1": True}, "label": "THREAT"}},
            {},
            422,
            "there is a label, but question 2 is open; needed: what the page asks",
        ),
        ({"given": {"answers": {"1": 1}}}, {}, 422, "bool"),
        ({"more": 1}, {}, 422, "unknown field"),
    ],
)
def test_what_the_page_does_not_send_changes_nothing(
    change: dict[str, Any], headers: dict[str, str], status: int, problem: str, empty: Bench, here: Project
) -> None:
    body = {**ANSWER, "sha256": sentences(here)[0].sha256, **change}
    answered = reply(empty, f"/api/questions/{DOC}", body, **headers)
    assert (answered.status, problem in answered.read().decode()) == (status, True)
    assert not sheet(here).path.exists()


def started(here: Project) -> tuple[subprocess.Popen[str], str]:
    """The command for another rater, and the address of its page."""
    command = [sys.executable, "-m", "redline", "annotate", "--rater", "carl", "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, cwd=here.root, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, process.stdout.readline().strip().replace("/#", f"/questions/?doc={DOC}#")


def test_a_kill_loses_no_answer_and_the_page_goes_on_at_the_open_question(empty: Bench, here: Project) -> None:
    for keys, title in (("yy", "3. Is its content"), ("n", "Which label fits?")):
        process, address = started(here)
        with process:
            try:
                page = empty.context.new_page()
                page.goto(address)
                page.wait_for_selector("html[data-ready]", state="attached")
                for key in keys:
                    press(page, key)
                    settled(page)
                    expect(page.locator("#save")).to_have_text("Saved")
                asks(page, title)
            finally:
                process.kill()
    (row,) = sheet(here, rater="carl").rows().values()
    assert row.given == Answers({1: True, 2: True, 3: False})


def test_no_file_of_the_page_spells_a_label(taxonomy: Taxonomy) -> None:
    names = {item.name for layer in taxonomy.layers.values() for item in (*layer.labels, *layer.relations)}
    for path in (ROOT / "scripts" / "redline" / "app" / "questions_page").iterdir():
        assert not set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) & names, path.name
