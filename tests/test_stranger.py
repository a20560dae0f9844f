"""What somebody who does not know the page runs into: nothing that was typed or moved is lost, and keys always reach the text."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from conftest import copied  # isort: skip
from test_annotate import Bench  # isort: skip
from windows import press, saved  # isort: skip


@pytest.fixture
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    made = Bench(copied(tmp_path_factory.mktemp("stranger")), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def spans(bench: Bench, passage: int = 0) -> list[dict[str, object]]:
    return [value for item, value in bench.items(passage).items() if item.startswith("span:")]


def test_undo_of_what_was_done_in_another_passage_goes_there_and_keys_go_on(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p", "Control+Enter")
    expect(page.locator(".where")).to_contain_text("passage 1 · 1 of 13 done")
    press(page, "Control+z", "Control+z", "Control+Home", "o")
    saved(page)
    assert [(span["label"], span["text"]) for span in spans(bench)] == [("ORG", "Russian")]


def test_what_was_typed_into_a_field_is_taken_by_who_presses_elsewhere_and_not_after_escape(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p", "Enter", "Control+a", *"zeppelin")
    page.locator(".passage").nth(1).locator(".text").click()
    expect(page.locator("#note")).to_have_text("entity: zeppelin")
    saved(page)
    assert [span["attributes"] for span in spans(bench)] == [{"entity": "zeppelin"}]
    page.locator(".passage").first.locator(".tag").click()
    press(page, "Enter", "Control+a", *"nobody", "Escape", "q")
    saved(page)
    assert [span["attributes"] for span in spans(bench)] == [{"entity": "zeppelin", "unsure": True}]
    press(page, "Enter", "Control+a", *"nobody")
    page.get_by_role("button", name="no change").click()
    saved(page)
    assert [span["attributes"] for span in spans(bench)] == [{"entity": "zeppelin", "unsure": True}]


def test_escape_puts_edges_back_however_often_they_were_moved(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p", "b", "ArrowRight", "ArrowRight", "Shift+ArrowLeft", "Escape")
    saved(page)
    assert [span["text"] for span in spans(bench)] == ["Vladimir Putin"]


def test_a_mouse_alone_relates_and_removes_and_says_done(bench: Bench) -> None:
    page = bench.opened()
    for label in ("PERSON", "ORG"):
        page.get_by_role("button", name="next place").click()
        page.locator(".dock .chip", has_text=label).first.click()
        page.get_by_role("button", name="deselect").click()
    page.locator(".tag[data-l=ORG]").click()
    page.get_by_role("button", name="remove").click()
    page.get_by_role("button", name="passage done").click()
    expect(page.locator(".where")).to_contain_text("passage 1 · 1 of 13 done")
    assert [span["label"] for span in spans(bench)] == ["PERSON"]


def test_a_document_opens_in_a_new_window_from_the_list_and_the_list_from_a_document(bench: Bench) -> None:
    page = bench.opened("")
    for query in (".documents a", ".queue .all"):
        address = page.locator(query).first.evaluate("link => link.href")
        page = bench.context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-ready]", state="attached")
        expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator(".documents a").first).to_be_visible()
    assert "#" not in page.url


def test_a_conflict_that_was_left_is_asked_again_by_who_says_done(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p")
    saved(page)
    page.evaluate("""import('/session.js').then(({ session }) => session.store.conflicts.push(
      { passage: 0, item: 'comment:', kind: 'both changed', mine: 'a', theirs: 'b' }))""")
    press(page, "Escape", "Control+Enter")
    expect(page.locator(".dock .ask")).to_contain_text("Two windows changed the comment in passage 0 (1 open)")
    press(page, "1", "Control+Enter")
    expect(page.locator(".where")).to_contain_text("passage 1 · 1 of 13 done")


def test_undo_of_a_link_takes_the_relation_and_the_actor_back_and_redo_brings_both(bench: Bench) -> None:
    page = bench.opened()
    press(page, *["Control+ArrowRight"] * 3, "p", "Escape", "3", "Control+ArrowRight", "Control+ArrowRight", "t")
    press(page, "n", "q", "e", "n", "d", "c", "r")
    page.locator(".dock .chip", has_text="SPEAKER").click()
    page.locator(".dock .chip", has_text="PERSON").click()
    saved(page)
    linked = dict(bench.items())
    assert len([item for item in linked if item.startswith("relation:")]) == 1
    press(page, "Control+z")
    saved(page)
    assert [item for item in bench.items() if item.startswith("relation:")] == []
    assert set(bench.items()) == set(linked) - {item for item in linked if item.startswith("relation:")}
    assert "speaker_actor" not in str(bench.items())
    press(page, "Control+Shift+z")
    saved(page)
    assert bench.items() == linked
