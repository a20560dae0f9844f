"""A text is corrected on the page: the rater sees where the spans would be, and all files follow or none does."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from redline.app import correcting, questions
from redline.app.carrying import Carried
from redline.app.correcting import Corrected
from redline.app.desk import Desk
from redline.app.edits import Edit, EditError
from redline.app.questions import Given
from redline.cli import main
from redline.core.answers import Answers, places
from redline.core.corpus import Source
from redline.core.document import Document, Span
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.segmentation import passages
from redline.curate import reanchor
from redline.curate.reanchor import Outcome
from redline.formats import jsonl
from redline.project import Project, sources

from conftest import NASTY, copied  # isort: skip
from referenced import refer  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import faultless, press, saved, settled  # isort: skip

SECOND = "Joren will burn the port of Orla."
TEXT = f"{NASTY}\n\n{SECOND}\n"


@pytest.fixture
def here(tmp_path: Path) -> Project:
    """A project with a document that nobody has rated."""
    made = copied(tmp_path)
    some = sources.read(made.seeds, DOC, made.texts)
    seed = msgspec.structs.replace(some.seed, doc="odd", title="Odd", sha256=sha256(TEXT.encode()))
    sources.write(Source(seed, TEXT, seed.sha256), made.seeds)
    return made


@pytest.fixture
def bench(here: Project, browser: Browser) -> Iterator[Bench]:
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def label(desk: Desk, quote: str, name: str, label: str = "PERSON") -> None:
    """Saves a span in the second passage."""
    start = SECOND.index(quote)
    span = {"id": name, "layer": "entities", "label": label, "start": start, "end": start + len(quote), "text": quote, "attributes": {}}
    desk.commit("odd", desk.draft("odd").version, [Edit(f"k-{name}", 1, f"span:{name}", None, span)])


def rated(here: Project, rater: str, quote: str) -> None:
    """A draft of another rater with a span on these words."""
    desk = Desk(here, rater)
    label(desk, quote, "s9", "GPE")
    desk.close()


def sent(old: str, new: str, **more: Any) -> Corrected:
    return Corrected("odd", sha256(TEXT.encode()), TEXT.replace(old, new), **more)


def opened(bench: Bench, doc: str = "odd") -> Page:
    base, _, token = bench.address.partition("#")
    page = bench.context.new_page()
    page.goto(f"{base}correct/?doc={doc}&passage=1#{token}")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def spans(bench: Bench) -> list[dict[str, Any]]:
    return [value for item, value in bench.items(1, "odd").items() if item.startswith("span:")]


def test_a_typo_is_corrected_by_keys_alone_and_the_spans_follow(bench: Bench, here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    label(bench.desk, "Joren", "s1")
    label(bench.desk, "Orla", "s2")
    page = bench.opened("?doc=odd&passage=1")
    press(page, "/")
    page.keyboard.type("typo")
    press(page, "Enter")
    page.wait_for_selector("html[data-ready]", state="attached")
    area = page.locator("#text")
    expect(area).to_be_focused()
    expect(area).to_have_value(TEXT)
    press(page, *["ArrowRight"] * 3)  # the caret is where the passage begins
    page.keyboard.type("r")
    expect(page.locator("#changed li")).to_have_text(["PERSON “Joren” → “Jorren” passage 1; marked unsure"])
    expect(page.locator("#found dd")).to_have_text(
        ["2", "2 with a place, 1 of them with other words; 0 without a place", "0; they follow, or nothing is saved"]
    )
    assert (here.seeds / "odd.txt").read_text(encoding="utf-8") == TEXT
    press(page, "Tab", "Enter")
    expect(page.locator("#said")).to_have_text("Saved. Open it")
    press(page, "Enter")
    expect(page.locator(".text").nth(1)).to_have_text(SECOND.replace("Joren", "Jorren"))
    assert [(span["text"], span["attributes"].get("unsure", False)) for span in spans(bench)] == [("Jorren", True), ("Orla", False)]
    monkeypatch.chdir(here.root)
    assert main(["validate", "--ignore", "RL607,RL6,RL7"]) == 0
    assert bench.complaints == []


def test_a_window_over_the_old_text_saves_nothing_over_the_new_one(bench: Bench) -> None:
    page = bench.opened("?doc=odd&passage=1")
    correcting.save(bench.desk, sent("Joren will", "He will"))
    press(page, "j", "p")
    expect(page.locator("#trouble")).to_contain_text("the text was corrected after this window was opened")
    assert spans(bench) == []
    page.reload()
    expect(page.locator(".text").nth(1)).to_have_text("He will burn the port of Orla.")


def test_edits_over_the_old_text_are_offered_as_a_file_and_never_put_into_the_new_one(bench: Bench) -> None:
    page = bench.opened("?doc=odd&passage=1")
    bench.context.set_offline(True)
    press(page, "v")
    page.keyboard.type("of the second passage")
    press(page, "Enter")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit stored here")
    correcting.save(bench.desk, Corrected("odd", sha256(TEXT.encode()), f"A passage more.\n\n{TEXT}"))
    bench.context.set_offline(False)
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("The text was corrected before these edits were saved. Put the edit into a file")
    assert all(items == {} for items in bench.desk.draft("odd").state)
    with page.expect_download() as download:
        page.locator("#trouble button").click()
    assert json.loads(Path(download.value.path()).read_text(encoding="utf-8"))[0]["after"] == "of the second passage"
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_tick_is_for_the_spans_that_it_was_made_for(bench: Bench) -> None:
    label(bench.desk, "Orla", "s1")
    label(bench.desk, "Joren", "s2")
    page = opened(bench)
    page.locator("#text").fill(TEXT.replace(" of Orla", ""))
    page.locator("#leave input").check()
    page.locator("#text").fill(TEXT)
    page.locator("#text").fill(TEXT.replace("Joren ", ""))
    expect(page.locator("#lost li")).to_contain_text("Joren")
    expect(page.locator("#leave input")).not_to_be_checked()
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "true")


def test_a_correction_that_was_typed_is_saved_by_a_server_that_was_started_again(bench: Bench, here: Project) -> None:
    page = opened(bench)
    bench.restart()
    page.locator("#text").fill(TEXT.replace("burn", "burn down"))
    expect(page.locator("#refusal")).to_contain_text("from an earlier run")
    bench.opened("?doc=odd")
    page.locator("#text").press("End")
    page.keyboard.type("!")
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "false")
    page.locator("#save").click()
    expect(page.locator("#said")).to_have_text("Saved. Open it")
    assert b"burn down" in (here.seeds / "odd.txt").read_bytes()


def test_no_other_request_is_answered_while_a_correction_is_saved(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    page, other = opened(bench), bench.opened()
    real, answered, done = reanchor.reanchor, threading.Event(), []

    def slow(*given: Any, **more: Any) -> Outcome:
        done.append(answered.wait(0.5))
        return real(*given, **more)

    monkeypatch.setattr(reanchor, "reanchor", slow)
    monkeypatch.setattr(Desk, "commit", lambda *_: answered.set())
    page.locator("#text").fill(TEXT.replace("burn", "burn down"))
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "false")
    page.locator("#save").click()
    press(other, "j", "p")
    expect(page.locator("#said")).to_have_text("Saved. Open it")
    saved(other)
    assert (done, answered.is_set()) == ([False], True)


def test_a_correction_is_saved_once_if_enter_is_pressed_before_the_page_has_the_new_text(bench: Bench) -> None:
    page = opened(bench)
    held: list[Route] = []
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.url.endswith("/save") else None)
    page.route("**/api/correct/odd", lambda route: held.append(route))
    page.locator("#text").fill(TEXT.replace("burn", "burn down"))
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "false")
    page.locator("#save").click()
    while not held:
        page.wait_for_timeout(20)
    press(page, "Enter")
    held[0].continue_()
    expect(page.locator("#said")).to_have_text("Saved. Open it")
    expect(page.locator("#said a")).to_be_focused()
    assert len(saves) == 1


def test_the_list_of_documents_counts_the_passages_of_the_corrected_text(here: Project) -> None:
    desk = Desk(here, "anna")
    correcting.save(desk, sent("burn", "burn\n\ndown"))
    assert desk.progress("odd")["passages"] == 3
    desk.close()


def test_the_answer_to_an_earlier_look_does_not_replace_that_to_a_later_one(bench: Bench) -> None:
    label(bench.desk, "Orla", "s2")
    page = opened(bench)
    held: list[Route] = []
    page.route("**/look", lambda route: route.continue_() if held else held.append(route))
    page.locator("#text").fill(TEXT.replace("burn", "burn down"))
    while not held:
        page.wait_for_timeout(20)
    page.locator("#text").fill(TEXT.replace(" of Orla", ""))
    expect(page.locator("#lost li")).to_contain_text("“Orla” passage 1")
    with page.expect_request_finished():
        held[0].continue_()
    settled(page)
    expect(page.locator("#lost li")).to_contain_text("“Orla” passage 1")
    expect(page.locator("#leave")).to_be_visible()


def test_a_window_with_a_correction_that_is_not_saved_asks_before_it_is_closed(bench: Bench) -> None:
    asked: list[str] = []
    page, other = opened(bench), opened(bench)
    for window in (page, other):
        window.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        window.bring_to_front()
        press(window, "x")
    press(other, "Backspace")  # the text is again as it was
    for window in (other, page):
        with window.expect_event("close"):
            window.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_a_span_without_a_place_is_removed_only_with_the_tick(bench: Bench) -> None:
    label(bench.desk, "Orla", "s2")
    page = opened(bench)
    page.locator("#text").fill(TEXT.replace(" of Orla", ""))
    expect(page.locator("#lost li")).to_contain_text("“Orla” passage 1; its first or last word was deleted")
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "true")
    page.locator("#save").click(force=True)
    expect(page.locator("#said")).to_have_text("Look at the list first: what becomes of your spans.")
    assert len(spans(bench)) == 1
    page.locator("#leave input").check()
    expect(page.locator("#save")).to_have_attribute("aria-disabled", "false")
    page.locator("#save").click()
    expect(page.locator("#said")).to_have_text("Saved. Open it")
    assert spans(bench) == []


def test_spans_of_others_are_never_shown_and_never_removed(here: Project) -> None:
    rated(here, "ben", "Orla")
    desk = Desk(here, "anna")
    landing = correcting.look(desk, sent(" of Orla", ""))
    assert msgspec.to_builtins(landing) == {"passages": 2, "again": [], "placed": 0, "changed": [], "lost": [], "files": 1}
    with pytest.raises(EditError, match="spans in files of others have no certain place"):
        correcting.save(desk, sent(" of Orla", "", leave_out=True))
    assert correcting.save(desk, sent("burn", "burn down")).files == 1
    assert b"burn down" in (here.seeds / "odd.txt").read_bytes()
    desk.close()


def test_a_span_that_only_the_file_of_the_rater_has_is_shown_before_it_is_removed(here: Project) -> None:
    desk = Desk(here, "anna")
    label(desk, "Joren", "s1")
    blank = desk.blank("odd")
    words = Span("s7", "entities", "GPE", 28, 32, "Orla", {"entity": "orla"})
    meta = msgspec.structs.replace(blank.records[1].meta, layers={"entities": "2.0.2"})
    records = (blank.records[0], msgspec.structs.replace(blank.records[1], spans=(words,), meta=meta))
    jsonl.write([Document("odd", records)], here.raters / "anna" / "odd.jsonl")  # as another program does
    assert [lost.before for lost in correcting.look(desk, sent(" of Orla", "")).lost] == ["Orla"]
    with pytest.raises(EditError, match="spans of yours have no certain place"):
        correcting.save(desk, sent(" of Orla", ""))
    assert b"Orla" in (here.seeds / "odd.txt").read_bytes()
    desk.close()


def test_a_rater_who_opens_a_document_after_its_correction_sees_the_present_text(here: Project) -> None:
    anna, ben = Desk(here, "anna"), Desk(here, "ben")
    correcting.save(anna, sent("burn", "burn down"))
    assert ben.draft("odd").document.records[1].text == SECOND.replace("burn", "burn down")
    anna.close()
    ben.close()


def test_a_correction_that_was_cut_off_is_named_and_the_page_goes_on_with_it(here: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    rated(here, "ben", "burn")
    desk = Desk(here, "anna")
    label(desk, "Orla", "s2")
    real = Carried.write

    def write(carried: Carried) -> None:
        if "ben" in str(carried.path):
            raise RedlineError("no space left on device")
        real(carried)

    monkeypatch.setattr(Carried, "write", write)
    with pytest.raises(
        RedlineError, match=r"no space left on device; the correction is not complete: run redline reanchor odd .*odd.corrected"
    ):
        correcting.save(desk, sent("burn", "burn down"))
    with pytest.raises(RedlineError, match="odd: its correction was cut off"):
        desk.draft("odd")
    monkeypatch.undo()
    cut = correcting.start(desk, "odd")["cut"]
    assert cut == TEXT.replace("burn", "burn down")
    correcting.save(desk, sent("burn", "burn down"))
    assert [value["text"] for value in desk.draft("odd").state[1].values()] == ["Orla"]
    assert not (here.seeds / "odd.corrected").exists()
    desk.close()


def test_a_span_keeps_its_place_when_only_white_space_between_passages_changes(here: Project) -> None:
    desk = Desk(here, "anna")
    label(desk, "Orla", "s2")
    assert correcting.look(desk, sent("\n\n", "\n\n\n")).placed == 1
    desk.close()


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2028"])
def test_a_hidden_character_that_comes_with_a_correction_is_named(here: Project, hidden: str) -> None:
    desk = Desk(here, "anna")
    with pytest.raises(EditError, match=rf"contains new hidden characters \(U\+{ord(hidden):04X} "):
        correcting.look(desk, sent("burn", f"bu{hidden}rn"))
    assert correcting.look(desk, sent("burn", "sink")).passages == 2  # the text has a joiner of emoji before and after
    desk.close()


def test_a_correction_that_would_orphan_decisions_is_refused(here: Project) -> None:
    doc = next(path.stem for path in sorted(here.corpus.glob("decisions/*.json")) if (here.seeds / f"{path.stem}.txt").exists())
    desk = Desk(here, "anna")
    source = sources.read(here.seeds, doc, here.texts)
    with pytest.raises(EditError, match="decisions are about other words or passages then"):
        correcting.save(desk, Corrected(doc, source.sha256, f"A first passage.\n\n{source.text}"))
    assert sources.read(here.seeds, doc, here.texts).text == source.text
    correcting.save(desk, Corrected(doc, source.sha256, f"{source.text.rstrip()} So it was.\n"))
    desk.close()


def test_a_file_of_a_rater_over_another_text_than_the_seed_is_a_problem_without_gold_too(
    here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(here, "ben")
    jsonl.write([desk.blank("odd")], here.raters / "ben" / "odd.jsonl")
    seed = desk.sources["odd"].seed
    desk.close()
    monkeypatch.chdir(here.root)
    assert main(["validate", "--select", "RL201"]) == 0
    text = TEXT.replace("burn", "sink")
    sources.write(Source(msgspec.structs.replace(seed, sha256=sha256(text.encode())), text, ""), here.seeds)
    assert main(["validate", "--select", "RL201"]) == 1
    assert "corpus/raters/ben/odd.jsonl:2: error RL201" in capsys.readouterr().out


def test_done_passages_with_other_words_are_listed(here: Project) -> None:
    desk = Desk(here, "anna")
    done = [Edit(f"d{passage}", passage, "layer:threat", None, "2.0.2") for passage in (0, 1)]
    assert desk.commit("odd", 0, done) is None
    assert correcting.look(desk, sent("burn", "burn and sink")).again == [1]
    assert correcting.save(desk, sent("burn", "burn and sink")).again == [1]
    desk.close()


def test_practice_begins_anew_once_one_of_its_texts_is_corrected(here: Project) -> None:
    desk = Desk(here, "anna")
    first = desk.practice.passages[0]
    items = {"id": "s1", "layer": "entities", "label": "ORG", "start": 0, "end": 1, "text": desk.practice.gold[0].text[0], "attributes": {}}
    desk.commit("practice", 0, [Edit("k", 0, "span:s1", None, items)])
    source = sources.read(here.seeds, first.doc, here.texts)
    begin, _ = passages(source.text)[first.passage]
    text = f"{source.text[:begin]}So. {source.text[begin:]}"
    correcting.save(desk, Corrected(first.doc, source.sha256, text))
    assert desk.draft("practice").state[0] == {}
    assert desk.practice.gold[0].text.startswith("So. ")
    assert [path.name for path in desk.folder.glob("practice.*.old")] == ["practice.journal.old"]
    desk.close()


def test_a_rater_who_has_the_page_open_and_a_text_that_another_corrected_are_named(here: Project) -> None:
    rated(here, "ben", "Orla")
    desk, ben = Desk(here, "anna"), Desk(here, "ben")
    with pytest.raises(RedlineError, match="rater `ben` is open in another process"):
        correcting.save(desk, sent("burn", "burn down"))
    ben.close()
    correcting.save(desk, sent("burn", "burn down"))
    with pytest.raises(EditError, match="odd: has another text by now"):
        correcting.save(desk, sent("burn", "sink"))
    desk.close()


def test_an_answer_about_a_sentence_that_was_corrected_is_counted_no_more(here: Project) -> None:
    desk = Desk(here, "anna")
    sentences = places(desk.blank("odd"))
    for place, sentence in enumerate(sentences):
        assert questions.save(desk, "odd", Given(place, sentence.sha256, None, Answers({1: False}, None)))[0]
    assert questions.answered(desk, ["odd"]) == {"odd": len(sentences)}
    correcting.save(desk, sent("burn", "burn down"))
    assert questions.answered(desk, ["odd"]) == {"odd": len(sentences) - 1}
    desk.close()


@pytest.mark.parametrize("text", ["", " \n", "a\rb\n", "a\x00b\n"])
def test_an_unusable_text_is_refused_and_nothing_changes(here: Project, text: str) -> None:
    desk = Desk(here, "anna")
    label(desk, "Orla", "s2")
    before = {path: path.read_bytes() for path in here.root.rglob("odd.*")}
    for act in (correcting.look, correcting.save):
        with pytest.raises(RedlineError, match=r"^the text"):
            act(desk, Corrected("odd", sha256(TEXT.encode()), text, leave_out=True))
    assert {path: path.read_bytes() for path in here.root.rglob("odd.*")} == before
    desk.close()


def test_a_referenced_document_and_one_that_does_not_exist_are_named(bench: Bench, here: Project) -> None:
    refer(here, DOC)
    page = opened(bench, DOC)
    expect(page.locator("#trouble")).to_contain_text("is a referenced document")
    expect(opened(bench, "nowhere").locator("#trouble")).to_contain_text("there is no document `nowhere`")


def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(bench: Bench) -> None:
    label(bench.desk, "Joren", "s1")
    label(bench.desk, "Orla", "s2")
    page = opened(bench)
    page.locator("#text").fill(TEXT.replace("Joren", "Jorren").replace(" of Orla", ""))
    expect(page.locator("#leave")).to_be_visible()
    faultless(page)
