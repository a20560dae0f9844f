"""Comments: a key writes them, they are saved like every edit, and nobody but their rater and the adjudicator sees them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from redline.app import adjudication_view, comments, journal
from redline.app.adjudication import Adjudication, BlindError
from redline.app.comments import Comment
from redline.app.edits import LONGEST, Edit, EditError, check
from redline.app.journal import Batch, text_of
from redline.core.errors import RedlineError
from redline.formats import jsonl
from redline.project import Project

from conftest import NASTY, copied, record, span  # isort: skip
from test_adjudicate_page import half, serving  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from test_times import written  # isort: skip
from windows import faultless, press, saved  # isort: skip

TEXT = "👨‍👩‍👧 e\u0301 שלום <b>see</b> act 2"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    here = copied(tmp_path_factory.mktemp("comments"))
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def batch(text: str, *edits: Edit) -> Batch:
    return Batch("2026-01-01T00:00:00+00:00", "2.0.2", text, "f", edits)


def note(name: str, text: str | None, passage: int = 0) -> Edit:
    return Edit(f"k-{passage}-{name}-{text}", passage, f"comment:{name}", None, text)


def counted(path: Path) -> int:
    return len(list(comments.of_rater("r1", journal.read(path))))


def test_the_last_text_of_each_comment_counts_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    words = msgspec.to_builtins(span("entities", "GPE", NASTY, "שלום", "s1"))
    written(
        path,
        batch("t", Edit("k", 1, "span:s1", None, words), note("s1", "first", 1), note("", "gone"), note("s9", "of a deleted span", 2)),
        batch("t", note("s1", TEXT, 1), note("", None), note("", "on the passage", 1)),
    )
    assert list(comments.on_text("r1", journal.read(path), "t")) == [
        Comment("r1", 1, "שלום", TEXT),
        Comment("r1", 1, "", "on the passage"),
        Comment("r1", 2, "", "of a deleted span"),
    ]
    assert list(comments.on_text("r1", journal.read(path), "another text")) == []
    assert counted(path) == 3
    assert journal.read(tmp_path / "none") == []


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["", "s1"]), st.one_of(st.none(), st.text(min_size=1))), max_size=12))
def test_comments_are_what_a_dictionary_of_the_same_edits_contains(made: list[tuple[int, str, str | None]]) -> None:
    kept: dict[tuple[int, str], str] = {}
    for passage, name, text in made:
        kept.pop((passage, name), None) if text is None else kept.update({(passage, name): text})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.journal"
        written(path, *(batch("t", note(name, text, passage)) for passage, name, text in made))
        found = list(comments.on_text("r1", journal.read(path), "t"))
    assert sorted((one.passage, one.text) for one in found) == sorted((passage, text) for (passage, _), text in kept.items())


def test_a_journal_that_is_being_written_is_read_up_to_its_unfinished_line_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    written(path, batch("t", note("", "one")), batch("t", note("", "two", 1)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert counted(path) == 1
    path.write_bytes(whole.replace(b"one", b"0ne"))
    with pytest.raises(RedlineError, match=r"x.journal:1: is damaged; needed: the original line"):
        counted(path)


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST + 1), 7, ["x"]])
def test_what_is_no_comment_is_refused(text: Any) -> None:
    with pytest.raises(EditError):
        check(note("", text), (record(NASTY),), ())
    check(note("", "x" * LONGEST), (record(NASTY),), ())


def typed(page: Page, text: str, end: str = "Enter") -> None:
    """Writes a comment with the keyboard, and leaves the field with `end`."""
    press(page, "v")
    field = page.get_by_role("textbox", name="comment", exact=True)
    expect(field).to_be_focused()
    page.keyboard.insert_text(text)
    press(page, end)
    expect(page.locator(".passage.here .text")).to_be_focused()
    saved(page)


def test_a_key_writes_a_comment_on_the_passage_or_the_selected_span_and_undo_takes_it_back(bench: Bench) -> None:
    page = bench.opened()
    typed(page, TEXT)
    press(page, "j", "p")
    saved(page)
    (name,) = (value["id"] for item, value in bench.items().items() if item.startswith("span:"))
    typed(page, "is this a name?")
    assert (bench.items()["comment:"], bench.items()[f"comment:{name}"]) == (TEXT, "is this a name?")
    expect(page.locator(".comment p")).to_have_text([TEXT, "is this a name?"])  # words, never markup
    typed(page, "no", "Escape")
    assert bench.items()[f"comment:{name}"] == "is this a name?"
    press(page, "v")
    expect(page.locator(".dock input")).to_have_attribute("maxlength", str(LONGEST))
    page.keyboard.insert_text("no")
    page.get_by_role("button", name="no change").click()
    expect(page.locator(".passage.here .text")).to_be_focused()
    saved(page)
    assert bench.items()[f"comment:{name}"] == "is this a name?"
    press(page, "Delete")
    saved(page)
    assert bench.items() == {"comment:": TEXT}  # the comment goes with its span
    press(page, "Control+z")
    saved(page)
    assert bench.items()[f"comment:{name}"] == "is this a name?"
    page.locator(".comment button").first.click()
    expect(page.get_by_role("textbox", name="comment", exact=True)).to_be_focused()
    press(page, "Control+a", "Backspace", "Enter")
    saved(page)
    assert "comment:" not in bench.items()
    assert bench.complaints == []


def test_a_comment_is_in_no_record_and_its_number_is_in_the_list_of_documents(bench: Bench) -> None:
    page = bench.opened(f"?doc={DOC}&passage=1")
    typed(page, "look again")
    before = bench.desk.progress(DOC)["comments"]
    press(page, "Control+Enter")
    saved(page)
    assert "look again" not in bench.desk.draft(DOC).file.read_text(encoding="utf-8")
    rows = bench.opened("").locator(".documents li", has_text="comment")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(f"{before} comment")


def test_a_comment_that_two_windows_write_at_once_keeps_both_texts_and_one_of_an_outage_is_sent_later(bench: Bench) -> None:
    page, other = bench.opened(f"?doc={DOC}&passage=2"), bench.opened(f"?doc={DOC}&passage=2")
    page.bring_to_front()
    press(page, "v")
    page.keyboard.insert_text("mine")
    other.bring_to_front()
    typed(other, "theirs")
    page.bring_to_front()
    expect(page.locator(".comment p")).to_have_text("theirs")
    press(page, "Enter")
    saved(page)
    assert bench.items(2)["comment:"] == "theirs / mine"
    bench.context.set_offline(True)
    press(page, "v")
    page.keyboard.insert_text(" offline")
    press(page, "Enter")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit stored here")
    bench.context.set_offline(False)
    saved(page)
    assert bench.items(2)["comment:"].endswith("offline")


def test_the_box_that_finds_runs_what_a_key_does(bench: Bench) -> None:
    page = bench.opened(f"?doc={DOC}&passage=3")
    press(page, "/")
    page.keyboard.type("comment")
    expect(page.locator("#found > li").first).to_contain_text("key v")
    press(page, "Enter")
    expect(page.get_by_role("textbox", name="comment", exact=True)).to_be_focused()
    page.keyboard.insert_text("lone \ud83d half")
    page.locator(".passage.here .text").click()  # who goes elsewhere has not typed in vain
    saved(page)
    assert bench.items(3)["comment:"].startswith("lone ")


def test_axe_finds_nothing_where_comments_are_written_and_shown(bench: Bench) -> None:
    page = bench.opened(f"?doc={DOC}&passage=4")
    typed(page, f"{TEXT} {'long' * 200}")
    press(page, "v")
    faultless(page)


def test_the_adjudicator_sees_the_comments_of_the_raters_once_both_are_finished(adjudicated: Project, browser: Browser) -> None:
    table, doc = Adjudication(adjudicated, "anna"), "dam-wire"
    text = text_of(jsonl.read_one(adjudicated.gold / f"{doc}.jsonl").records)
    for rater, words in (("r1", TEXT), ("r2", "an act or a word?"), ("r3", "not compared")):
        written(adjudicated.corpus / "drafts" / rater / f"{doc}.journal", batch(text, note("", words)))
    assert adjudication_view.document(table, doc)["comments"] == [Comment("r1", 0, "", TEXT), Comment("r2", 0, "", "an act or a word?")]
    with serving(adjudicated, browser) as made:
        page = made.opened(f"?doc={doc}")
        page.locator(".queue li button:enabled").first.click()
        expect(page.locator(".comment p")).to_have_text([TEXT, "an act or a word?"])
        assert made.complaints == []
    half(adjudicated, "r2", "stance", 4)
    with pytest.raises(BlindError):
        adjudication_view.document(table, doc)


def test_a_comment_that_is_being_typed_is_saved_when_the_window_is_closed(bench: Bench) -> None:
    page = bench.opened()
    press(page, "v")
    page.keyboard.type("half a thou")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    saved(page)
    assert bench.items()["comment:"] == "half a thou"
    other = bench.opened()
    with other.expect_event("close"):
        other.close(run_before_unload=True)  # asks nothing
    assert asked == ["beforeunload"]
