"""Actors of acts and stances: asked once where nothing is known, filled from then on, and never against what a rater said."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import copied  # isort: skip
from test_annotate import Bench  # isort: skip
from test_keys import requiring  # isort: skip
from windows import press, saved  # isort: skip

MAKE = """([n, label, layer, word, attributes]) => import('/session.js').then(({ session }) => {
  const { words, map, text } = session.passages[n], [a, b] = words[word], id = `w${word}`
  const span = { id, layer, label, start: map.point(a), end: map.point(b), text: text.slice(a, b), attributes }
  session.store.edit(n, [[`span:${id}`, span]], 'test') })"""
FORM = {"form": "mention", "explicitness": "veiled", "conditional": False, "function": "unclear", "force": "unspecified"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    made = Bench(requiring(copied(tmp_path_factory.mktemp("actors"))), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def made(page: Page, passage: int, label: str, layer: str, word: int, **attributes: Any) -> None:
    page.evaluate(MAKE, [passage, label, layer, word, attributes])


def threat(page: Page, passage: int, word: int, **attributes: Any) -> None:
    """A threat on a word, of which all is said but its actors; it is selected."""
    made(page, passage, "THREAT", "threat", word, **{"act": None, **FORM, "time": "now", "commitment": "will", **attributes})
    page.locator(f".passage.here .tag[data-id=w{word}]").click()


def attributes(bench: Bench, passage: int, word: int) -> dict[str, Any]:
    return dict(bench.items(passage)[f"span:w{word}"]["attributes"])


def test_for_whom_somebody_acts_is_asked_once_and_known_from_then_on(bench: Bench) -> None:
    page = bench.opened()
    field = page.locator(".dock input")
    made(page, 0, "PERSON", "entities", 2, entity="a-spokesman")
    threat(page, 0, 5)
    press(page, "r", "s", "a", "Escape")
    expect(field).to_have_value("a-spokesman")  # a guess: nothing is written yet
    assert [(v["id"], v["nodes"][0]["html"][:90]) for v in Axe().run(page).response["violations"]] == []
    page.keyboard.type("qqq")
    press(page, "Enter")
    expect(field).to_have_value("")
    press(page, "Enter")  # no target
    saved(page)
    assert {**attributes(bench, 0, 5), "speaker_actor": "qqq", "target_actor": []} == attributes(bench, 0, 5)
    threat(page, 0, 6)
    press(page, "r", "s", "a")
    saved(page)
    assert attributes(bench, 0, 6)["speaker_actor"] == "qqq"
    page.locator(".rels button[aria-label='remove SPEAKER']").click()
    saved(page)
    assert "speaker_actor" not in attributes(bench, 0, 6)


def test_what_a_rater_said_of_an_actor_stays_when_relations_come_and_go(bench: Bench) -> None:
    page = bench.opened("?passage=1&doc=kazan-drone-strikes")
    made(page, 1, "GPE", "entities", 2, entity="ukraine")
    threat(page, 1, 5, speaker_actor="somebody")
    press(page, "r", "s", "a", "t", "a")
    saved(page)
    said = attributes(bench, 1, 5)
    assert (said["speaker_actor"], said["target_actor"]) == ("somebody", ["ukraine"])  # the table knows the state by its code
    page.locator(".rels button[aria-label='remove SPEAKER']").click()
    saved(page)
    assert attributes(bench, 1, 5)["speaker_actor"] == "somebody"


def test_a_second_mention_of_an_act_has_its_actors(bench: Bench) -> None:
    page = bench.opened("?passage=2&doc=kazan-drone-strikes")
    threat(page, 2, 3, act="a7", speaker_actor="one", target_actor=["two", "three"])
    made(page, 2, "THREAT", "threat", 6, **FORM)
    page.locator(".passage.here .tag[data-id=w6]").click()
    press(page, "Enter", "1", "Enter", "Enter")  # the act, then the default of time and of commitment, which have a ring
    saved(page)
    assert {**attributes(bench, 2, 6), "time": "now", "commitment": "will"} == attributes(bench, 2, 6)
    said = attributes(bench, 2, 6)
    assert (said["act"], said["speaker_actor"], said["target_actor"]) == ("a7", "one", ["two", "three"])


def test_a_passage_that_is_finished_asks_what_is_open_and_goes_on(bench: Bench) -> None:
    page = bench.opened("?passage=3&doc=kazan-drone-strikes")
    threat(page, 3, 4)
    threat(page, 3, 7, speaker_actor="russia")
    press(page, "Escape", "Control+Enter")
    expect(page.locator(".dock .ask")).to_contain_text("speaker actor")
    page.keyboard.type("russ")
    press(page, "Enter")
    page.keyboard.type("ukr")
    press(page, ",")
    page.keyboard.type("kyi")
    press(page, "Enter")
    expect(page.locator(".dock input")).to_have_value("ukraine, kyiv")  # of the second threat, as of the one before
    press(page, "ArrowDown", "ArrowUp", "Enter")
    expect(page.locator(".passage.here .n")).to_have_text("4")
    saved(page)
    assert attributes(bench, 3, 4)["speaker_actor"] == "russia"
    assert attributes(bench, 3, 4)["target_actor"] == attributes(bench, 3, 7)["target_actor"] == ["ukraine", "kyiv"]
    assert len(bench.desk.draft("kazan-drone-strikes").done()[3]) == 4
    assert [text for text in bench.complaints if "409" not in text] == []  # a conflict of versions between the windows of these tests


def test_a_passage_with_an_error_is_not_left_as_done(bench: Bench) -> None:
    page = bench.opened("?passage=4&doc=kazan-drone-strikes")
    made(page, 4, "GPE", "entities", 2, entity="No key!")
    press(page, "Control+Enter")
    expect(page.locator("#note")).to_contain_text("1 to correct first")
    expect(page.locator(".passage.here .n")).to_have_text("4")
    saved(page)
    assert bench.desk.draft("kazan-drone-strikes").done()[4] == []
