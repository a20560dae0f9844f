"""The page on a phone: by fingers alone, with a button for every act, and a scroll changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from redline.formats import jsonl

from conftest import copied  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import saved, settled  # isort: skip

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
BOX = """([n, i]) => import('/session.js').then(({ session: { passages: { [n]: passage } } }) => {
  const box = passage.range(...passage.words[i]).getBoundingClientRect()
  return [box.x + box.width / 2, box.y + box.height / 2] })"""
SMALL = """() => [...document.querySelectorAll('button, input, summary')].filter(node => node.checkVisibility())
  .map(node => [node.ariaLabel || node.textContent, node.getBoundingClientRect()]).filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
NOW = "import('/session.js').then(({ session, current }) => [session.passage.n, session.mode, current()?.text ?? null])"


@pytest.fixture
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    made = Bench(copied(tmp_path_factory.mktemp("phone")), browser.new_context(**PHONE))
    yield made
    made.close()


class Finger:
    """Taps on a page, and looks after each whether all buttons are large enough for a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.small: set[str] = set()
        self.wire: CDPSession = page.context.new_cdp_session(page)

    def word(self, passage: int, number: int) -> None:
        self.page.touchscreen.tap(*self.page.evaluate(BOX, [passage, number]))
        self.look()

    def press(self, *names: str) -> None:
        """Taps the buttons of these names."""
        for name in names:
            self.page.get_by_role("button", name=name, exact=True).or_(self.page.get_by_role("radio", name=name, exact=True)).first.tap()
            self.look()

    def look(self) -> None:
        settled(self.page)
        self.small |= set(self.page.evaluate(SMALL))

    def stroke(self, *places: tuple[float, float], end: str = "touchEnd") -> None:
        """A finger that comes down, moves through places and is lifted, or is taken by the browser for something else."""
        for kind, points in [("touchStart", places[:1]), *(("touchMove", [place]) for place in places[1:]), (end, [])]:
            self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        settled(self.page)


def at(page: Page, passage: int, number: int) -> tuple[float, float]:
    x, y = page.evaluate(BOX, [passage, number])
    return x, y


def values(bench: Bench, kind: str, passage: int = 0) -> list[Any]:
    return [value for item, value in bench.items(passage).items() if item.startswith(kind)]


def test_a_threat_with_its_speaker_is_entered_by_taps_on_buttons_of_44_pixels_and_done(bench: Bench) -> None:
    finger = Finger(page := bench.opened())
    finger.word(0, 3)
    finger.press("grow", "shrink", "PERSON", "deselect")
    page.get_by_role("tab", name="Threat language").tap()
    finger.word(0, 5)
    finger.press(
        "THREAT", "a1 (new)", "quoted", "explicit", "no", "deter", "cyber", "edges", "end one word on", "done", "relate", "SPEAKER"
    )
    finger.press("PERSON Putin", "end relations")
    page.locator(".dock input").tap()  # for whom the speaker acts is known; who is the target is asked
    page.locator(".dock input").fill("ukraine")
    finger.press("take it", "unsure")
    page.locator(".handle").tap()
    finger.look()
    finger.press("reported")
    page.locator(".handle").tap()
    saved(page)
    (threat,) = (span for span in values(bench, "span:") if span["layer"] == "threat")
    assert threat["text"] == "dire warnings"
    assert threat["attributes"].items() >= {"form": "reported", "target_actor": ["ukraine"], "unsure": True}.items()
    assert [relation["label"] for relation in values(bench, "relation:")] == ["SPEAKER"]
    finger.press("remove")
    saved(page)
    assert values(bench, "relation:") == []
    finger.press("Undo")
    saved(page)
    assert [relation["label"] for relation in values(bench, "relation:")] == ["SPEAKER"]
    finger.word(0, 9)
    finger.press("passage done")
    expect(page.locator("#where")).to_contain_text("1 · 1 of 13 done")
    assert len(jsonl.read_one(bench.desk.draft(DOC).file).records[0].relations) == 1
    page.locator("#where").tap()
    finger.look()
    page.locator(".queue li button").nth(4).tap()
    finger.look()
    expect(page.locator(".queue")).to_be_hidden()
    assert page.evaluate(NOW) == [4, None, None]
    finger.press("next place", "guidelines")
    assert finger.small == set()
    assert bench.complaints == []


def test_a_scroll_that_begins_on_a_text_leaves_the_question_and_the_passage(bench: Bench) -> None:
    finger = Finger(page := bench.opened())
    page.get_by_role("tab", name="Threat language").tap()
    finger.word(0, 5)
    finger.press("THREAT")
    before = page.evaluate(NOW)
    x, y = at(page, 0, 30)
    finger.stroke(*[(x, y - 15 * n) for n in range(9)])
    assert at(page, 0, 30)[1] < y - 50  # it did scroll
    assert page.evaluate(NOW) == before == [0, "attribute", "dire"]


def grip(page: Page) -> tuple[float, float]:
    x, y = page.evaluate("(box => [box.x + 5, box.y + 11])(document.querySelector('.grip[data-side=end]').getBoundingClientRect())")
    return x, y


def test_a_finger_moves_an_edge_and_one_that_the_browser_takes_away_moves_nothing(bench: Bench) -> None:
    finger = Finger(page := bench.opened())
    finger.word(0, 5)
    finger.press("ORG")
    finger.stroke(grip(page), at(page, 0, 6), at(page, 0, 8), end="touchCancel")
    finger.word(0, 6)
    saved(page)
    assert [span["text"] for span in values(bench, "span:")] == ["dire"]
    page.locator(".tag[data-l=ORG]").tap()
    finger.stroke(grip(page), at(page, 0, 6), at(page, 0, 8))
    saved(page)
    assert [span["text"] for span in values(bench, "span:")] == ["dire warnings on December"]
    page.set_viewport_size({"width": 720, "height": 450})  # a phone that lies on its side has room for the text
    settled(page)
    assert page.locator(".work").evaluate("node => node.clientHeight") >= 200


def test_a_narrow_window_without_touch_shows_the_letters_of_the_keys_and_whole_labels(tmp_path: Path, browser: Browser) -> None:
    bench = Bench(copied(tmp_path), browser.new_context(viewport={"width": 720, "height": 450}))
    page = bench.opened()
    expect(page.locator(".dock .chip kbd").first).to_be_visible()
    expect(page.locator(".dock .tabs kbd").first).to_be_visible()
    heights = page.locator(".dock .row.scroll, .dock .row.scroll .chip").evaluate_all("nodes => nodes.map(node => node.clientHeight)")
    assert heights[0] >= max(heights[1:])
    bench.close()
