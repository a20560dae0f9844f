"""A passage is done when the server says so: the page says nothing else, with errors, without a server and after a refusal."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from redline.app.edits import Edit
from redline.formats import jsonl

from conftest import copied  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import press, saved  # isort: skip

WRONG = """import('/session.js').then(({ session }) => {
  const [{ words: [[a, b]], map, text }, id] = [session.passages[0], 'swrong']
  const span = { id, layer: 'entities', label: 'ORG', start: map.point(a), end: map.point(b), text: text.slice(a, b) }
  return session.store.edit(0, [[`span:${id}`, { ...span, attributes: { entity: 'No Key' } }]], 'test') })"""
"""Adds a span with an attribute that no question asks for any more, and that a rule calls an error."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    made = Bench(copied(tmp_path_factory.mktemp("done")), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


@pytest.fixture
def bench(shared: Bench, browser: Browser) -> Iterator[Bench]:
    """The server of all tests with a browser that remembers nothing, and a document without a span."""
    shared.context.close()
    shared.context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield shared
    draft = shared.desk.draft(DOC)
    for passage, items in enumerate(draft.state):
        for item, value in list(items.items()):
            shared.desk.commit(DOC, draft.version, [Edit(f"clean-{draft.version}", passage, item, value, None)])


def done(bench: Bench) -> list[str]:
    file = bench.desk.draft(DOC).file
    return sorted(jsonl.read_one(file).records[0].meta.layers) if file.exists() else []


def where(page: Page, text: str) -> None:
    expect(page.locator(".where")).to_have_text(text)


def test_an_error_that_the_server_finds_keeps_the_passage_open_though_done_is_said_at_once(bench: Bench) -> None:
    page = bench.opened()
    page.evaluate(WRONG)
    press(page, "Control+Enter")
    expect(page.locator("#note")).to_contain_text("1 to correct first: ")
    saved(page)
    where(page, "passage 0 · 0 of 13 done")
    assert [item for item in bench.items() if item.startswith("layer:")] == []


def test_an_error_after_done_makes_a_draft_of_the_passage_again(bench: Bench) -> None:
    page = bench.opened()
    press(page, "Control+Enter")
    where(page, "passage 1 · 1 of 13 done")
    page.evaluate(WRONG)
    where(page, "passage 1 · 0 of 13 done")
    assert done(bench) == ["arguments"]


def test_done_is_of_the_passage_in_which_it_was_pressed_though_a_save_was_on_its_way(bench: Bench) -> None:
    page = bench.opened()
    held: list[Route] = []
    page.route("**/edits", lambda route: held.append(route))
    press(page, "j", "p", "Control+Enter")
    page.locator(".passage").nth(1).locator(".text").click()
    press(page, "Control+Enter")
    page.locator(".passage").nth(3).locator(".text").click()
    page.route("**/edits", lambda route: route.continue_())
    for route in held:
        route.continue_()
    where(page, "passage 3 · 2 of 13 done")
    saved(page)
    assert [number for number, items in enumerate(bench.desk.draft(DOC).state) if "layer:entities" in items] == [0, 1]


def test_a_refusal_of_the_server_is_shown_and_nothing_is_called_done_afterwards(bench: Bench) -> None:
    page = bench.opened()
    page.route("**/edits", lambda route: route.fulfill(status=422, json={"error": "this cannot be"}))
    press(page, "j", "p")
    expect(page.locator("#trouble")).to_contain_text("Editing stopped: this cannot be.")
    press(page, "Escape", "Control+Enter")
    where(page, "passage 0 · 0 of 13 done")
    assert done(bench) == []
    expect(page.locator("#save")).to_have_text("Not saved")
    with page.expect_download() as download:
        page.get_by_role("button", name="Put the edit into a file and go on without").click()
    (edit,) = json.loads(download.value.path().read_text())
    assert edit["after"]["label"] == "PERSON"
    page.unroute_all()
    saved(page)
    expect(page.locator("#trouble")).to_be_hidden()
    assert bench.items() == {}


def test_done_without_a_server_says_that_it_counts_later_and_then_does(bench: Bench) -> None:
    page = bench.opened()
    page.route("**/edits", lambda route: route.abort())
    press(page, "j", "p", "Escape")
    expect(page.locator("#save")).to_contain_text("Offline")
    press(page, "Control+Enter")
    expect(page.locator("#note")).to_contain_text("it counts once the server has checked it")
    where(page, "passage 1 · 0 of 13 done")
    page.unroute_all()
    where(page, "passage 1 · 1 of 13 done")
    assert len(done(bench)) == 4


def test_a_layer_that_needs_others_says_which(bench: Bench) -> None:
    page = bench.opened()
    press(page, "3", "x")
    expect(page.locator("#note")).to_have_text("Threat language done; it counts once Entities and Arguments are done too")
    saved(page)
    assert done(bench) == []


def test_saved_is_shown_only_after_the_answer_of_the_server(bench: Bench) -> None:
    page, held = bench.opened(), list[Route]()
    page.route("**/edits", lambda route: held.append(route))
    press(page, "j", "p")
    page.wait_for_timeout(150)
    expect(page.locator("#save")).to_have_text("Saving")
    assert bench.items() == {}
    held[0].continue_()
    saved(page)
    assert len(bench.items()) == 1


def test_the_edge_of_a_passage_is_not_left_by_the_keys_that_lead_to_it(bench: Bench) -> None:
    page = bench.opened()
    press(page, "Control+End", "Control+End", "ArrowLeft", "p")
    saved(page)
    assert [len([item for item in bench.items(passage) if item.startswith("span:")]) for passage in (0, 1)] == [1, 0]


def test_where_only_white_space_is_selected_a_label_takes_the_word_at_the_caret(bench: Bench) -> None:
    page = bench.opened()
    press(page, "Control+ArrowRight", "ArrowLeft", "Shift+ArrowRight", "p")
    saved(page)
    (made,) = (value for item, value in bench.items().items() if item.startswith("span:"))
    text = bench.desk.draft(DOC).records()[0].text
    assert text[made["start"] : made["end"]].strip() == text[made["start"] : made["end"]] != ""


def test_a_page_without_a_document_says_nothing_of_saving(bench: Bench) -> None:
    page = bench.opened("?doc=there-is-none")
    expect(page.locator("#trouble")).to_be_visible()
    expect(page.locator("#save")).to_be_hidden()


def test_a_new_address_in_the_window_of_an_earlier_run_is_taken(bench: Bench) -> None:
    page = bench.opened()
    base, _, token = bench.service.address.partition("#")
    page.goto(f"{base}?doc={DOC}#of-an-earlier-run")
    expect(page.locator("#trouble")).to_contain_text("from an earlier run")
    page.goto(f"{base}?doc={DOC}#{token}")
    expect(page.locator(".text").first).to_be_visible()
    expect(page.locator("#save")).to_have_text("Saved")


def here(page: Page) -> int:
    """The number of the passage in which the caret is."""
    return int(page.evaluate("document.querySelector('.passage.here > .n').textContent"))


def test_ctrl_enter_in_the_last_passage_leads_to_one_that_is_open(bench: Bench) -> None:
    last = len(bench.desk.draft(DOC).records()) - 1
    page = bench.opened(f"?doc={DOC}&layer=threat&passage={last}")
    press(page, "Control+Enter")
    saved(page)
    assert here(page) == 0


def test_a_reload_stays_in_the_passage_and_a_new_window_begins_in_the_first_open_one(bench: Bench) -> None:
    page = bench.opened(f"?doc={DOC}&layer=threat")
    press(page, "Control+Enter")
    saved(page)
    press(page, "Control+Enter")
    saved(page)
    press(page, "ArrowLeft")
    assert here(page) == 1
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert here(page) == 1
    assert here(bench.opened(f"?doc={DOC}&layer=threat")) == 2
    page.goto(page.url.replace("?", "?passage=0&").partition("#")[0])
    page.wait_for_selector("html[data-ready]", state="attached")
    assert here(page) == 0
    press(page, "Control+End", "ArrowRight", "ArrowRight")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert here(page) == 1
    assert here(bench.opened(f"?doc={DOC}&layer=threat&passage=1")) == 1


def test_a_layer_has_its_tick_once_the_server_counts_it(bench: Bench) -> None:
    page = bench.opened()
    page.route("**/edits", lambda route: route.abort())
    press(page, "x")
    tick = page.locator("[role=tab] .state").first
    expect(tick).to_have_text("◐")
    page.unroute("**/edits")
    saved(page)
    expect(tick).to_have_text("✓")
    expect(page).to_have_title(f"{DOC} · Redline annotate")


def test_ctrl_a_selects_the_passage_and_nothing_else(bench: Bench) -> None:
    page = bench.opened()
    press(page, "Control+a")
    assert page.evaluate("getSelection().toString()") == bench.desk.draft(DOC).records()[0].text


def test_a_window_that_waits_for_the_server_tries_again_at_once_when_it_gets_the_focus(bench: Bench) -> None:
    page = bench.opened()
    page.route("**/edits", lambda route: route.abort())
    page.evaluate("import('/session.js').then(({ session }) => { session.store.wait = 3600 })")
    press(page, "j", "p")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit stored here")
    page.unroute("**/edits")
    page.evaluate("dispatchEvent(new Event('focus'))")
    saved(page)
    assert len(bench.items()) == 1
