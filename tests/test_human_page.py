"""The page on which a person checks sentences, in a real browser: by keys alone, without a label, and nothing answered is lost."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import SOME, small
from redline import project as projects
from redline.app import human_check as page_of
from redline.app.server import Service
from redline.core.corpus import Corpus
from redline.core.taxonomy import Taxonomy
from redline.curate import human_check
from redline.curate.human_check import Answer, Question
from redline.model import human_draw
from redline.model.human_draw import NEAR, RANDOM, SURE
from redline.project import Project
from test_annotate import SINKS
from windows import Windows, faultless, press

NOTHING = Answer(None, False)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of few documents."""
    return small(tmp_path_factory.mktemp("people"), SOME | {"dam-speech": "test"})


@pytest.fixture(scope="module")
def corpus(here: Project) -> Corpus:
    """Its corpus."""
    return projects.load(here)


@pytest.fixture(scope="module")
def drawn(corpus: Corpus, taxonomy: Taxonomy) -> list[Question]:
    """The questions that are drawn of it."""
    return human_draw.draw(corpus, taxonomy)


@pytest.fixture(scope="module")
def service(here: Project, corpus: Corpus, drawn: list[Question], taxonomy: Taxonomy) -> Iterator[Service]:
    """A server that asks anna these questions."""
    human_check.begin(here, "anna", drawn)
    made = page_of.service(page_of.Sheet(here, "anna", drawn, corpus, taxonomy), 0)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.server.should_exit = True
    thread.join()


@pytest.fixture
def windows(here: Project, service: Service, drawn: list[Question], browser: Browser) -> Iterator[Windows]:
    """Windows on questions of which none is answered."""
    (human_check.folder(here) / "anna.json").unlink()
    human_check.begin(here, "anna", drawn)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield Windows(context, service.address)
    context.close()


def answers(here: Project) -> list[Answer | None]:
    return [one.answer for one in human_check.read(here, "anna")]


def asks(page: Page, place: int) -> None:
    """Waits until the page asks about the sentence at an index."""
    page.wait_for_function("text => document.querySelector('.place')?.textContent.startsWith(text)", arg=f"sentence {place + 1} of")


PRESS = """keys => { for (const key of keys) {
  const code = /[0-9]/.test(key) ? 'Digit' + key : 'Key' + key.toUpperCase()
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true })) } }"""
"""Keys that all come before the page has done anything else."""
WORKED = [("nn", NOTHING), ("y2y", Answer("THREAT", True)), ("y4n", Answer("DEMAND", False)), ("ny", Answer(None, True)), ("nn", NOTHING)]
"""Keys, and the answer that they give."""


def test_fifty_sentences_take_at_most_150_keys_and_each_answer_is_on_disk_before_the_next_is_shown(windows: Windows, here: Project) -> None:
    page = windows.opened()
    presses = 0
    for place in range(50):
        keys, _ = WORKED[place % 5]
        asks(page, place)
        assert sum(one is not None for one in answers(here)) == place
        press(page, *keys)
        presses += len(keys)
    expect(page.locator(".work .asked")).to_have_text("50 of 50 sentences answered")
    assert answers(here) == [answer for _, answer in WORKED] * 10
    assert presses == 10 * (2 + 3 + 3 + 2 + 2) <= 150  # 120 keys in 20 minutes: one in ten seconds, 24 seconds a sentence
    expect(page.locator("progress")).to_have_js_property("value", 50)
    expect(page.locator("#save")).to_have_text("Saved")
    assert windows.complaints == []


def test_back_and_unsure_and_keys_that_mean_nothing(windows: Windows, here: Project) -> None:
    page = windows.opened()
    press(page, "b", "x", "9", "Control+n", "y", "b")  # nothing before the first one; back from the second question to the first
    expect(page.locator(".ask")).to_have_text("Is this an ultimatum, threat, warning or demand?")
    press(page, "y", "1", "b", "y", "1", "n")
    asks(page, 1)
    press(page, "u")
    asks(page, 2)
    press(page, "b", "b")
    asks(page, 0)
    expect(page.locator(".dock .dim")).to_have_text("your answer: ultimatum; no criticism")
    press(page, "u")  # what was answered is open again
    asks(page, 1)
    assert answers(here) == [None] * 50
    press(page, "b")
    asks(page, 0)
    press(page, "n", "y")
    asks(page, 1)
    press(page, *"u" * 49)
    expect(page.locator(".work")).to_contain_text("1 of 50 sentences answered")
    expect(page.locator(".work")).to_contain_text("redline human-check --by anna --page continues later")
    press(page, "Enter")
    asks(page, 1)
    assert answers(here) == [Answer(None, True), *[None] * 49]


def test_buttons_answer_as_keys_do_and_leave_the_keys_alive(windows: Windows, here: Project) -> None:
    page = windows.opened()
    page.get_by_role("button", name="yes").click()
    page.get_by_role("button", name="threat", exact=True).click()
    press(page, "n")
    asks(page, 1)
    page.locator(".top").click()
    press(page, "n", "n")
    asks(page, 2)
    assert answers(here)[:3] == [Answer("THREAT", False), NOTHING, None]


def asked(service: Service, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
    port = service.listener.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    token = {"X-Redline-Token": service.address.partition("#")[2], "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, token | headers)
    return connection.getresponse()


def test_the_browser_gets_no_label_no_document_and_no_part_of_the_draw(service: Service, windows: Windows, corpus: Corpus) -> None:
    sent = json.load(asked(service, "/api/start"))
    assert set(sent) == {"name", "questions", "acts", "definitions", "order", "words", "answers"}
    assert {name for words in sent["words"] for name in words} == {"text", "before", "after"}
    page = windows.opened()
    shown = page.locator("body").inner_text()
    assert not {SURE, NEAR, RANDOM, *corpus.documents} & set(re.findall(r"[\w-]+", shown))
    assert page.locator(".sentence p").all_inner_texts() == [sent["words"][0][part] for part in ("before", "text", "after")]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"place": 0, "before": None, "answer": {"act": None, "criticises": True}}, {"X-Redline-Token": ""}, 401),
        ({"place": 0, "before": None, "answer": {"act": None, "criticises": True}}, {"Origin": "http://evil.example"}, 403),
        ({"place": 50, "before": None, "answer": {"act": None, "criticises": True}}, {}, 422),
        ({"place": 0, "before": None, "answer": {"act": "WAR", "criticises": True}}, {}, 422),
        ({"place": 0, "before": None, "answer": {"act": None}}, {}, 422),
        ([], {}, 422),
    ],
)
def test_what_the_page_does_not_send_changes_nothing(
    body: Any, headers: dict[str, str], status: int, service: Service, windows: Windows, here: Project
) -> None:
    assert asked(service, "/api/answers", body or [0], **headers).status == status
    assert answers(here) == [None] * 50


def test_two_windows_lose_no_answer_and_see_those_of_each_other(windows: Windows, here: Project) -> None:
    one, other = windows.opened(), windows.opened()
    press(other, "u")
    press(other, "y")
    one.bring_to_front()
    press(one, "n", "n")
    asks(one, 1)
    expect(other.locator(".count")).to_have_text("1 of 50 answered")
    press(one, "y", "3", "y")
    asks(one, 2)
    expect(other.locator(".note")).to_have_text("Another window answered this: warning; criticism.")
    other.bring_to_front()
    press(other, "n", "n")
    asks(other, 2)
    assert answers(here)[:3] == [NOTHING, NOTHING, None]  # the second one is the answer of who was told of the first


def test_an_answer_that_a_terminal_gave_meanwhile_is_shown_and_not_replaced_unseen(windows: Windows, here: Project) -> None:
    page = windows.opened()
    human_check.answer(here, "anna", 0, Answer("DEMAND", False))
    press(page, "n", "n")
    expect(page.locator(".note")).to_have_text("Another window answered this: demand; no criticism.")
    assert answers(here)[0] == Answer("DEMAND", False)
    asks(page, 0)
    press(page, "n", "n")
    asks(page, 1)
    assert answers(here)[0] == NOTHING


def test_while_an_answer_cannot_be_saved_the_page_says_so_and_shows_no_other_sentence(windows: Windows, here: Project) -> None:
    page = windows.opened()
    windows.context.set_offline(True)
    press(page, "n", "n")
    expect(page.locator("#save")).to_have_text("Not saved")
    expect(page.locator("#trouble")).to_have_text("Offline: your answer waits")
    press(page, "y", "1", "n")  # means nothing now
    asks(page, 0)
    windows.context.set_offline(False)
    asks(page, 1)
    expect(page.locator("#trouble")).to_be_hidden()
    assert answers(here)[:2] == [NOTHING, None]


def test_keys_that_come_faster_than_the_disk_answer_no_sentence_that_is_not_shown(windows: Windows, here: Project) -> None:
    page = windows.opened()
    page.evaluate(PRESS, "nnyyy1")
    asks(page, 1)
    expect(page.locator(".ask")).to_have_text("Is this an ultimatum, threat, warning or demand?")
    assert answers(here)[:2] == [NOTHING, None]


def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(windows: Windows) -> None:
    page = windows.opened()
    for keys in ("", "y2", "u" * 51):
        press(page, *keys)
        faultless(page)


def started(here: Project) -> tuple[subprocess.Popen[str], str]:
    """The command, and the address that it prints."""
    command = [sys.executable, "-m", "redline", "human-check", "--by", "anna", "--page", "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, cwd=here.root, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, next(line.strip() for line in process.stdout if line.startswith("http"))


def test_a_kill_between_answers_loses_none_and_the_command_goes_on_there(windows: Windows, here: Project) -> None:
    process, windows.address = started(here)
    with process:
        page = windows.opened()
        press(page, "n", "n")
        asks(page, 1)
        press(page, "y", "2")  # half an answer is none
        process.kill()
    assert answers(here)[:2] == [NOTHING, None]
    process, windows.address = started(here)
    with process:
        page = windows.opened()
        asks(page, 1)
        press(page, "n", "y")
        asks(page, 2)
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout
        last = process.stdout.read().splitlines()[-1]
    assert last == "2 of 50 sentences answered; redline human-check --by anna --page continues"
    assert answers(here)[:3] == [NOTHING, Answer(None, True), None]


def test_no_file_of_the_page_spells_a_label_or_makes_markup_of_a_text(taxonomy: Taxonomy) -> None:
    names = {item.name for layer in taxonomy.layers.values() for item in (*layer.labels, *layer.relations)}
    for path in page_of.PAGE.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not set(re.findall(r"\w+", text)) & names - {"AGAINST"}, path.name
        assert SINKS.findall(text) == [], path.name


def test_a_page_whose_questions_were_replaced_says_so_and_writes_nothing(
    service: Service, windows: Windows, here: Project, drawn: list[Question]
) -> None:
    path: Path = human_check.folder(here) / "anna.json"
    path.unlink()
    human_check.begin(here, "anna", drawn[:3])
    reply = asked(service, "/api/answers", {"place": 0, "before": None, "answer": {"act": None, "criticises": True}})
    assert (reply.status, json.load(reply)["error"]) == (
        507,
        "the questions of anna are others by now; needed: run redline human-check again",
    )
    assert answers(here) == [None] * 3
