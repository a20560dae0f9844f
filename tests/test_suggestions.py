"""Spans that a model suggests: shown when the switch says so, taken or dismissed by a key, and recorded where they were taken."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DOCUMENTS, record, small, span
from redline import project as projects
from redline.app import server
from redline.app.desk import Desk
from redline.app.suggestions import AFTER, NEVER, START
from redline.cli import main
from redline.core import suggested
from redline.core.document import Document, Record, Relation
from redline.core.errors import RedlineError
from redline.core.suggested import ORIGIN
from redline.formats import jsonl
from redline.project import Project
from windows import faultless, press, saved

DOC = "dam-wire"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of few documents; only to be copied."""
    here = small(tmp_path_factory.mktemp("suggestions"), DOCUMENTS)
    (here.corpus / "practice.json").unlink()  # of other documents
    return here.root


@pytest.fixture
def here(once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """That project, as the working folder."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return projects.find(tmp_path)


class Bench:
    """Servers of one rater, one after the other, and a browser."""

    def __init__(self, here: Project, context: BrowserContext) -> None:
        self.here, self.context = here, context
        self.desk: Desk | None = None
        self.complaints: list[str] = []

    def opened(self, mode: str) -> Page:
        self.close()
        self.desk = Desk(self.here, "anna", mode)
        self.service = server.service(self.desk, 0)
        self.thread = threading.Thread(target=self.service.run, daemon=True)
        self.thread.start()
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        base, _, token = self.service.address.partition("#")
        page.goto(f"{base}?doc={DOC}#{token}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    def items(self) -> dict[str, Any]:
        assert self.desk
        return self.desk.draft(DOC).state[0]

    def entry(self) -> dict[str, str]:
        entries: dict[str, dict[str, str]] = json.loads((self.here.raters / "raters.json").read_text())
        return entries["anna"]

    def close(self) -> None:
        for page in self.context.pages:
            page.close()
        if self.desk:
            self.service.server.should_exit = True
            self.thread.join()
            self.desk.close()


@pytest.fixture
def bench(here: Project, browser: Browser) -> Iterator[Bench]:
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()
    made.context.close()


def ghosts(page: Page) -> Any:
    return page.locator(".passage.here .tag.ghost")


def test_nothing_is_suggested_unless_the_switch_says_so(bench: Bench) -> None:
    page = bench.opened(NEVER)
    expect(page.locator(".ghost")).to_have_count(0)
    press(page, "j", "g", "Control+Enter")
    saved(page)
    assert bench.desk
    assert "suggested" not in (bench.desk.draft(DOC).file.read_text() + str(server.view.progress(bench.desk, DOC)["suggested"]))
    assert "suggestions" not in bench.entry()


def test_one_key_takes_a_suggestion_one_dismisses_it_and_both_are_recorded(bench: Bench) -> None:
    page = bench.opened(START)
    count = ghosts(page).count()
    assert count > 2
    assert bench.desk
    wanted = min(server.view.progress(bench.desk, DOC)["suggested"][0], key=lambda each: each["start"])
    press(page, "j")
    expect(page.locator(".dock .ask")).to_contain_text(f"A model suggests {wanted['label']}: {wanted['text']}")
    assert bench.items() == {}
    press(page, "Enter")
    saved(page)
    expect(ghosts(page)).to_have_count(count - 1)
    items = bench.items()
    (taken,) = [value for item, value in items.items() if item.startswith("span:")]
    assert taken["origin"] == {"how": "suggestion", "raters": []}
    assert {name: taken[name] for name in ("label", "start", "end", "text")} == {
        name: wanted[name] for name in ("label", "start", "end", "text")
    }
    assert items[wanted["item"]] == taken["id"]
    press(page, "Escape", "j")
    expect(page.locator(".dock .ask")).to_contain_text("A model suggests")
    press(page, "Delete")
    saved(page)
    expect(ghosts(page)).to_have_count(count - 2)
    assert sorted(bench.items().values(), key=str) == sorted(["", taken["id"], taken], key=str)
    press(page, "Control+z")
    saved(page)
    expect(ghosts(page)).to_have_count(count - 1)
    press(page, "Control+Enter")
    saved(page)
    (batch, *_) = bench.desk.draft(DOC)._journal.batches
    assert batch.suggest == "start"
    (written,) = jsonl.read_one(bench.desk.draft(DOC).file).records[0].spans
    assert suggested.is_suggested(written)
    assert bench.entry()["suggestions"] == "start"
    assert bench.complaints == []


def test_a_suggestion_can_be_taken_with_another_label_or_other_edges(bench: Bench) -> None:
    page = bench.opened(START)
    press(page, "j", "o")
    saved(page)
    press(page, "Escape", "Escape", "j", "b", "Shift+ArrowRight", "Enter")
    saved(page)
    first, second = [value for item, value in bench.items().items() if item.startswith("span:")]
    assert (first["label"], first["text"], first["origin"]["how"]) == ("ORG", "Porto Malafo", "suggestion")
    assert second["origin"]["how"] == "suggestion"
    name = next(item for item in bench.items() if item.startswith("suggestion:") and bench.items()[item] == second["id"])
    assert int(name.split()[2]) < second["start"]  # the edge was moved


def test_after_the_own_first_pass_what_is_left_is_suggested_and_not_before(bench: Bench) -> None:
    page = bench.opened(AFTER)
    expect(page.locator(".ghost")).to_have_count(0)
    assert bench.desk
    assert server.view.progress(bench.desk, DOC)["suggested"] == [[]] * 7
    press(page, "j", "g")  # Porto Malafo, which the model would suggest too
    saved(page)
    expect(page.locator(".ghost")).to_have_count(0)
    press(page, "Escape", "Control+Enter")
    expect(page.locator("#note")).to_contain_text("j visits it, Ctrl Enter goes on")
    expect(ghosts(page).first).to_be_attached()
    assert page.locator(".passage").nth(1).locator(".ghost").count() == 0
    words = {span["text"] for span in server.view.progress(bench.desk, DOC)["suggested"][0]}
    assert "Porto Malafo" in words
    shown = page.evaluate("import('/session.js').then(m => m.session.passage.ghosts.map(span => span.text))")
    assert "Porto Malafo" not in shown
    press(page, "Control+Enter")
    expect(page.locator(".passage.here .n")).to_have_text("1")
    assert bench.entry()["suggestions"] == "after"
    page = bench.opened(START)
    press(page, "j", "Enter")
    saved(page)
    assert bench.entry()["suggestions"] == "after and start"


def test_axe_finds_nothing_while_something_is_suggested(bench: Bench) -> None:
    page = bench.opened(START)
    press(page, "j")
    expect(page.locator(".tag.ghost.on")).to_be_attached()
    faultless(page)


TEXT = "Orla warned Belmora."


def rated(*, origin: bool = False, label: str = "GPE") -> Document:
    """A rater's document, of which the first entity began as a suggestion or not."""
    one = span("entities", label, TEXT, "Orla", "e1")
    other = span("arguments", "ACTOR", TEXT, "Belmora", "c1")
    act = span("threat", "WARNING", TEXT, "warned", "t1")
    made: Record = record(
        TEXT, (msgspec.structs.replace(one, origin=ORIGIN) if origin else one, act, other), (Relation("t1", "e1", "SPEAKER"),)
    )
    return Document("case", (made,))


def test_gold_labels_that_began_as_a_suggestion_are_counted_by_place_and_label() -> None:
    gold = {"case": rated()}
    assert suggested.count(gold, {"anna": {"case": rated()}}) == 0
    assert suggested.count(gold, {"anna": {"case": rated(origin=True)}, "ben": {"case": rated(origin=True)}}) == 1
    assert suggested.count(gold, {"anna": {"case": rated(origin=True, label="ORG")}}) == 0
    assert suggested.count(gold, {}) == 0


def test_without_suggestions_the_layer_of_the_passage_counts_as_not_rated() -> None:
    (left,) = suggested.without(rated(origin=True)).records
    assert sorted(left.meta.layers) == ["arguments", "stance", "threat"]
    assert [span.id for span in left.spans] == ["t1", "c1"]
    assert left.relations == ()
    assert suggested.without(rated()) == rated()


def test_without_a_model_the_command_ends_in_one_line(
    here: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("redline.model.homes.SHIPPED", here.root / "nowhere")
    with pytest.raises(RedlineError, match="contains no trained model"):
        Desk(here, "anna", START)
    assert main(["annotate", "--rater", "anna", "--suggest", "start", "--no-browser"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_agreement_is_printed_with_and_without_what_began_as_a_suggestion(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = here.raters / "r1" / f"{DOC}.jsonl"
    document = jsonl.read_one(path)
    first, *rest = document.records
    spans = tuple(msgspec.structs.replace(one, label="LAW", origin=ORIGIN) if one.layer == "entities" else one for one in first.spans)
    path.write_bytes(jsonl.dump([Document(DOC, (msgspec.structs.replace(first, spans=spans), *rest))]))
    values = []
    for options in ([], ["--without-suggestions"]):
        assert main(["agree", "--raters", "r1", "r2", "--boot", "2", "--json", *options]) == 0
        rows = json.loads(capsys.readouterr().out)["scores"]
        totals = [row for row in rows if row["layer"] == "entities" and row["label"] is None and row["metric"] == "exact_f1"]
        values.append(totals[0]["value"])
    assert values[0] < values[1]  # what was taken has another label than the other rater's


def test_an_adjudicator_gets_no_suggestions(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", "--adjudicate", "--by", "eva", "--suggest", "after", "--no-browser"]) == 2
    assert capsys.readouterr().err == "redline: an adjudicator gets no suggestions; needed: --suggest with --rater NAME\n"
