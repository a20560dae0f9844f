"""Labels and texts of the guidelines are found by typing, taken or opened by keys alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import WITHHELD, copied
from test_annotate import Bench
from windows import faultless, press, saved


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    here = copied(tmp_path_factory.mktemp("palette"))
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def found(page: Page, words: str) -> list[str]:
    """What is typed into the open box, and the names or texts that it then shows."""
    page.keyboard.type(words)
    return page.locator("#found > li").all_inner_texts()


def test_a_label_is_found_by_typing_and_enter_takes_it_for_the_word_at_the_caret(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "/")
    assert found(page, "ultim")[0].startswith("ULTIMATUM Threat language · label")
    expect(page.locator("#finding input")).to_be_focused()
    press(page, "Control+Enter")  # means something else outside the box, and nothing here
    expect(page.locator("#finding input")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".text").first).to_be_focused()
    expect(page.locator(".tag[data-l=ULTIMATUM]")).to_have_count(1)
    saved(page)
    (span,) = bench.items().values()
    assert (span["layer"], span["label"]) == ("threat", "ULTIMATUM")
    press(page, "/")
    found(page, "warning")
    press(page, "Enter")  # with a selected span of its layer it relabels
    expect(page.locator(".tag[data-l=WARNING]")).to_have_count(1)
    saved(page)
    assert [each["label"] for each in bench.items().values()] == ["WARNING"]
    assert bench.complaints == []


def test_a_ruling_is_found_by_its_words_opened_at_the_right_and_closed_with_escape(bench: Bench) -> None:
    page = bench.opened()
    press(page, "/")
    assert len(found(page, "ruling side decid")) == 1
    assert "The side that would cause the harm decides it" in page.locator("#found > li").inner_text()
    press(page, "Enter")
    opened = page.locator(".panel section").first
    expect(opened).to_contain_text("threat language · ruling 1")
    expect(opened).to_contain_text("The side that would cause the harm decides it")
    press(page, "Escape")
    expect(page.locator(".panel")).not_to_contain_text("ruling 1")


def test_arrows_choose_what_enter_takes_and_words_that_nothing_has_are_told(bench: Bench) -> None:
    page = bench.opened(f"?doc={WITHHELD}&passage=1")
    press(page, "/")
    found(page, "warn")
    press(page, "ArrowDown")
    expect(page.locator("#found > li").nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#finding input")).to_have_attribute("aria-activedescendant", "found-1")
    assert found(page, "zzz") == []
    expect(page.locator("#finding [role=status]")).to_have_text("Nothing has these words. Type fewer letters.")
    press(page, "Enter")
    expect(page.locator("#finding")).to_be_visible()
    press(page, "Escape")
    expect(page.locator(".passage.here .text")).to_be_focused()
    assert bench.items(1) == {}


def test_axe_finds_nothing_in_the_open_box_and_nothing_is_cut_off(bench: Bench) -> None:
    page = bench.opened()
    page.locator("#find").click()
    found(page, "threat")
    faultless(page)
    assert page.evaluate("(list => list.scrollWidth <= list.clientWidth)(document.querySelector('#found'))")


def test_on_a_narrow_screen_an_opened_ruling_does_not_lie_on_the_text(bench: Bench) -> None:
    page = bench.opened()
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, "/")
    found(page, "ruling side decid")
    press(page, "Enter")
    expect(page.locator(".panel section").first).to_be_visible()
    text, column = page.locator(".work").bounding_box(), page.locator(".panel").bounding_box()
    assert text
    assert column
    assert text["y"] + text["height"] <= column["y"] + 1


def test_a_click_on_a_found_label_takes_it(bench: Bench) -> None:
    page = bench.opened(f"?doc={WITHHELD}&passage=2")
    press(page, "j")
    page.locator("#find").click()
    found(page, "norp")
    page.locator("#found > li").first.click()
    expect(page.locator(".passage.here .text")).to_be_focused()
    saved(page)
    assert [each["label"] for each in bench.items(2).values()] == ["NORP"]
