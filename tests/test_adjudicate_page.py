"""Adjudicating in a browser: decisions are the command's, raters' files stay as they are, and nothing that was saved is lost."""

import http.client
import importlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from redline import project as projects
from redline.adjudicate.decisions import Decision
from redline.app import adjudication_server, adjudication_view, guide, server
from redline.app.adjudication import Adjudication, Back, BlindError, Made
from redline.app.waiting import waiting
from redline.cli import main
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.curate.queue import SECOND
from redline.formats import jsonl
from redline.project import Project, decisions

from conftest import ROOT, record, span  # isort: skip
from referenced import refer  # isort: skip
from test_annotate import NOTHING_KEPT  # isort: skip
from windows import Served, press, saved  # isort: skip

DOC, DECIDED = "dam-wire", "chess-column"
OPEN = 8
KILLS = 30


@pytest.fixture
def here(adjudicated: Project) -> Project:
    """A project in which `dam-wire` is rated twice and nothing of it is decided."""
    for path in (decisions.path_of(adjudicated, DOC), adjudicated.gold / f"{DOC}.jsonl"):
        path.unlink()
    return adjudicated


def rated(here: Project) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(here.raters.rglob("*.*"))}


def ids(table: Adjudication, doc: str = DOC) -> list[str]:
    return [difference["id"] for difference in adjudication_view.document(table, doc)["differences"]]


def decided(table: Adjudication, name: str, take: Any, reason: str = "slip", **more: Any) -> bool:
    doc = name.split(".")[0]
    return table.decide(doc, Made(table.version(doc), name, take, reason, **more))


def test_a_decision_is_the_one_that_the_command_writes(here: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    shutil.copytree(tmp_path, other, ignore=shutil.ignore_patterns("other"))
    before, table = rated(here), Adjudication(here, "anna")
    first, second, third = ids(table)[:3]
    assert decided(table, first, "r2", "guideline_gap", note=" Anchored to an event. ")
    assert decided(table, second, {"start": 169, "end": 178, "label": "DATE"})
    assert decided(table, third, {"value": "2026"}, "ambiguity")
    monkeypatch.chdir(other)
    for name, take, *more in (
        (first, "r2", "--reason", "guideline_gap", "--note", "Anchored to an event."),
        (second, '{"quote": "two years", "label": "DATE"}', "--reason", "slip"),
        (third, '{"value": "2026"}', "--reason", "ambiguity"),
    ):
        assert main(["adjudicate", "--decide", name, "--take", take, "--by", "anna", *more]) == 0
    assert decisions.path_of(here, DOC).read_bytes() == decisions.path_of(projects.find(other), DOC).read_bytes()
    assert rated(here) == before


def test_a_decision_on_an_older_version_is_refused_and_nothing_is_written(here: Project) -> None:
    table = Adjudication(here, "anna")
    name, other = ids(table)[:2]
    base = table.version(DOC)
    assert table.decide(DOC, Made(base, name, "r1", "slip"))
    written = decisions.path_of(here, DOC).read_bytes()
    assert not table.decide(DOC, Made(base, other, "r1", "slip"))
    assert not table.put_back(DOC, Back(base, name, None))
    assert table.write_gold(DOC, base) is None
    assert decisions.path_of(here, DOC).read_bytes() == written


@pytest.mark.parametrize(
    ("number", "take", "reason", "message"),
    [
        (0, "r9", "slip", "has no answer `r9`"),
        (0, True, "slip", "has no answer `True`"),
        (0, "r1", "whim", "reason `whim` is unknown"),
        (1, {"start": 170, "end": 178, "label": "DATE"}, "slip", "cuts a word"),
        (1, {"start": 169, "end": 9999, "label": "DATE"}, "slip", "code points of the passage"),
        (1, {"start": 169, "end": 178, "label": "THREAT"}, "slip", "THREAT"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(here: Project, number: int, take: Any, reason: str, message: str) -> None:
    table = Adjudication(here, "anna")
    with pytest.raises(RedlineError, match=message):
        decided(table, ids(table)[number], take, reason)
    assert not decisions.path_of(here, DOC).exists()


def test_undo_is_kept_as_history_and_only_what_was_decided_comes_back(here: Project) -> None:
    table = Adjudication(here, "anna")
    name = ids(table)[0]
    decided(table, name, "r1", "slip", note="one")
    (one,) = decisions.read(here, DOC).decisions.values()
    decided(table, name, "r2", "slip", note="two")
    assert table.put_back(DOC, Back(table.version(DOC), name, one))
    assert table.put_back(DOC, Back(table.version(DOC), name, None))
    made = decisions.read(here, DOC)
    assert (made.decisions, [entry.decision.note for entry in made.history if entry.decision]) == ({}, ["one", "two", "one"])
    with pytest.raises(RedlineError, match="there is no decision"):
        table.put_back(DOC, Back(table.version(DOC), name, None))
    decided(table, name, "r1")
    forged = Decision("r2", "slip", by="boris", date="2020-01-01")
    with pytest.raises(RedlineError, match="this was never decided"):
        table.put_back(DOC, Back(table.version(DOC), name, forged))


def test_an_older_decision_that_has_its_author_from_the_file_comes_back(adjudicated: Project) -> None:
    table = Adjudication(adjudicated, "anna")
    before = decisions.read(adjudicated, DOC).decisions
    name = next(iter(before))
    shown = next(one["decision"] for one in adjudication_view.document(table, DOC)["differences"] if one["id"] == name)
    assert (before[name].by, shown.by) == ("", "adjudicator (language model)")
    assert decided(table, name, "r1")
    assert table.put_back(DOC, Back(table.version(DOC), name, shown))
    assert decisions.read(adjudicated, DOC).decisions == before


def half(here: Project, rater: str, layer: str, passage: int) -> None:
    """Takes a layer of a passage from what a rater has done."""
    path = here.raters / rater / f"{DOC}.jsonl"
    document = jsonl.read_one(path)
    records = [
        msgspec.structs.replace(
            one, meta=msgspec.structs.replace(one.meta, layers={k: v for k, v in one.meta.layers.items() if k != layer})
        )
        if one.meta.passage == passage
        else one
        for one in document.records
    ]
    jsonl.write([Document(DOC, tuple(records))], path)


def test_a_document_stays_blind_until_two_raters_are_finished(here: Project) -> None:
    assert waiting(here, DOC, "anna") == []
    draft = here.corpus / "drafts" / "r3" / f"{DOC}.journal"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"x")
    assert waiting(here, DOC, "anna") == []  # two are enough
    assert waiting(here, DOC, "r3") == ["r3"]  # but who still rates must not see what the others say
    half(here, "r2", "stance", 4)
    assert waiting(here, DOC, "anna") == ["r2", "r3"]
    table = Adjudication(here, "anna")
    for refused in (lambda: adjudication_view.document(table, DOC), lambda: table.decide(DOC, Made("", "x", "r1", "slip"))):
        with pytest.raises(BlindError, match="dam-wire: waits for r2, r3; needed: two raters who are finished"):
            refused()
    entry = next(entry for entry in adjudication_view.queue(table)["documents"] if entry["doc"] == DOC)
    assert (entry["waits"], entry["open"], entry["layers"]) == (["r2", "r3"], 0, {})
    shutil.rmtree(draft.parent)
    (here.raters / "r2" / f"{DOC}.jsonl").unlink()
    assert waiting(here, DOC, "anna") == [SECOND]


def test_the_queue_counts_by_layer_and_has_what_is_open_first(here: Project) -> None:
    first, second = adjudication_view.queue(Adjudication(here, "anna"))["documents"]
    assert (first["doc"], first["open"], first["gold"]) == (DOC, OPEN, "missing")
    assert first["layers"] == {
        "entities": {"open": 6, "decided": 0},
        "stance": {"open": 1, "decided": 0},
        "threat": {"open": 1, "decided": 0},
    }
    assert (second["doc"], second["layers"], second["gold"]) == (DECIDED, {"entities": {"open": 0, "decided": 1}}, "made")


def test_like_cases_are_decisions_of_the_same_kind_on_the_same_label_with_text_and_reason(here: Project) -> None:
    table = Adjudication(here, "anna")
    value = next(one for one in adjudication_view.document(table, DOC)["differences"] if one["about"] == "entities:two years value")
    like = adjudication_view.like(table, DOC, value["id"])
    (case,) = like["cases"]
    assert (like["count"], case["doc"], case["text"][slice(*case["quote"])]) == (1, DECIDED, "Last week")
    assert (case["decision"]["take"], case["decision"]["reason"]) == ("r2", "slip")
    other = ids(table, DECIDED)[0]
    decided(table, value["id"], "r1")
    assert adjudication_view.like(table, DECIDED, other)["count"] == 1
    half(here, "r2", "stance", 4)
    assert adjudication_view.like(table, DECIDED, other) == {"count": 0, "cases": [], "rulings": []}  # a blind document shows nothing


def test_acts_have_the_ids_that_all_raters_share(here: Project) -> None:
    text = "Belmora threatened war. Orla threatened war too."
    quotes = ("Belmora threatened war", "Orla threatened war")
    for rater, acts in (("r1", ("a1", "a2")), ("r2", ("a7", "a3"))):
        spans = tuple(
            span("threat", "THREAT", text, quote, f"t{n}", act=act) for n, (quote, act) in enumerate(zip(quotes, acts, strict=True))
        )
        jsonl.write([Document("case", (record(text, spans),))], here.raters / rater / "case.jsonl")
    mentions = adjudication_view.document(Adjudication(here, "anna"), "case")["mentions"][0]
    assert [[one.attributes["act"] for one in mention["readings"].values()] for mention in mentions] == [["a1", "a1"], ["a2", "a2"]]


def test_a_new_reading_is_at_its_code_points_behind_an_emoji_and_among_equal_words(here: Project) -> None:
    text = "👨‍👩‍👧 Orla met Orla."
    end = text.rindex("Orla") + 4
    pair = (
        span("entities", "GPE", text, "Orla met Orla", "e1", entity="orla"),
        span("entities", "ORG", text, "met Orla", "e1", entity="orla"),
    )
    for rater, one in zip(("r1", "r2"), pair, strict=True):
        jsonl.write([Document("case", (record(text, (one,)),))], here.raters / rater / "case.jsonl")
    table = Adjudication(here, "anna")
    (name,) = ids(table, "case")
    assert decided(table, name, {"start": end - 4, "end": end, "label": "GPE", "quote": "Orla", "attributes": {"metonym": "absent"}})
    (decision,) = decisions.read(here, "case").decisions.values()
    assert decision.take == {"quote": "Orla", "nth": 2, "label": "GPE", "attributes": {"metonym": "absent"}}
    assert table.write_gold("case", table.version("case")) is not None
    assert [(s.text, s.start) for s in jsonl.read_one(here.gold / "case.jsonl").records[0].spans] == [("Orla", end - 4)]


@pytest.fixture
def killer() -> Any:
    """The bench that kills."""
    return importlib.import_module("kills")


def test_30_kills_lose_no_decision_that_was_answered(here: Project, killer: Any) -> None:
    before = rated(here)
    assert killer.kills(here, KILLS) >= KILLS
    assert rated(here) == before


def test_two_adjudicators_at_once_lose_nothing(here: Project, killer: Any) -> None:
    table = Adjudication(here, "anna")
    takes = {row[1].id: next(iter(row[1].readings)) for row in table.precedents.rows(DOC)}

    start = table.version(DOC)

    def decides(by: str, own: list[str], writing: int) -> None:
        table.by, base = by, start  # both begin at the same version, so that one of them comes too late
        for name in own:
            while not table.decide(DOC, Made(base, name, takes[name], "slip")):
                os.write(writing, b"refused\n")
                base = table.version(DOC)
            base = table.version(DOC)
            time.sleep(0.005)

    halves = {"anna": list(takes)[::2], "boris": list(takes)[1::2]}
    running = [killer.started(partial(decides, by, own)) for by, own in halves.items()]
    refused = [line for _, reading in running for line in killer.answers(reading)]
    assert [os.waitpid(child, 0)[1] for child, _ in running] == [0, 0]
    made = decisions.read(here, DOC).decisions
    assert {name: one.by for name, one in made.items()} == {name: by for by, own in halves.items() for name in own}
    assert refused


def test_a_decision_on_a_referenced_document_is_written_without_its_words(adjudicated: Project) -> None:
    text = refer(adjudicated, DOC)
    decisions.path_of(adjudicated, DOC).unlink()
    table = Adjudication(adjudicated, "anna")
    second = ids(table)[1]
    assert decided(table, second, {"start": 169, "end": 184, "label": "DATE"})
    assert json.loads(decisions.path_of(adjudicated, DOC).read_text())["decisions"][second]["take"] == {
        "start": 169, "end": 184, "label": "DATE",
    }  # fmt: skip
    assert "two years" not in decisions.path_of(adjudicated, DOC).read_text()
    (one,) = (one["decision"] for one in adjudication_view.document(table, DOC)["differences"] if one["decision"])
    assert one.take == {"quote": "two years after", "label": "DATE"}
    text.unlink()
    queue = adjudication_view.queue(Adjudication(adjudicated, "anna"))
    assert DOC not in {entry["doc"] for entry in queue["documents"]}
    assert queue["missing"] == 1


class Bench(Served):
    """A running server of an adjudicator, and windows on its page."""

    def __init__(self, here: Project, context: BrowserContext) -> None:
        self.table = Adjudication(here, "anna")
        super().__init__(context, server.served(partial(adjudication_server.application, self.table), 0))

    def opened(self, query: str = f"?doc={DOC}") -> Page:
        return super().opened(query)


@contextmanager
def serving(here: Project, browser: Browser) -> Iterator[Bench]:
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def bench(here: Project, browser: Browser) -> Iterator[Bench]:
    with serving(here, browser) as made:
        yield made


def at(page: Page, number: int) -> None:
    expect(page.locator(".dock .head .ask")).to_contain_text(f"Difference {number} of {OPEN}")


def test_all_differences_are_decided_by_keyboard_alone_and_gold_is_that_of_the_command(
    bench: Bench, here: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rated(here)
    page = bench.opened("")
    expect(page.locator(".documents a").first).to_be_focused()
    page.keyboard.press("Enter")
    at(page, 1)
    press(page, "g")
    expect(page.locator("#note")).to_have_text("choose a reading first")
    press(page, "2", "g")
    at(page, 2)
    press(page, "e", "b", "ArrowRight", "Enter", "Control+Enter", "g")  # the edges of the other rater: the rater is taken
    press(page, "e")
    page.keyboard.type("2026")
    press(page, "Enter", "s")
    at(page, 4)
    press(page, "e", "o", "Control+Enter", "t")
    page.keyboard.type("The dam is run by a company.")
    press(page, "Enter", "g")
    at(page, 5)
    press(page, "n")
    expect(page.locator("#note")).to_have_text("a value is needed here: e edits it")
    press(page, "1", "s", "1", "s")
    at(page, 7)
    press(page, "w", "Control+ArrowLeft", "g", "e", "y", "Control+Enter", "a")
    at(page, 8)
    press(page, "n", "s")
    expect(page.locator("#note")).to_have_text("every difference is decided; Ctrl Enter makes gold")
    saved(page)
    press(page, "Control+z")
    expect(page.locator(".dock .chip[aria-pressed=true]")).to_have_count(0)
    at(page, 8)
    press(page, "n", "s", "Control+Enter")  # gold waits for the decision that is on its way
    expect(page.locator("#note")).to_contain_text("gold is made; the rules find")
    made = decisions.read(here, DOC).decisions
    assert [one.take for one in made.values()] == [
        "r2", "r2", {"value": "2026"}, {"quote": "Senna", "label": "ORG"}, "r1", "r1",
        {"quote": "smugglers", "label": "AGAINST", "attributes": {"holder": "entity", "explicit": True}}, False,
    ]  # fmt: skip
    assert bench.complaints == []
    assert rated(here) == before
    same_as_the_command(here, tmp_path, monkeypatch)


def same_as_the_command(here: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decides in another copy of the project by the command what was decided in the page, and compares gold."""
    other = folder / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("other", "decisions", "gold"))
    monkeypatch.chdir(other)
    words = {None: "none", True: "yes", False: "no"}
    for name, one in decisions.read(here, DOC).decisions.items():
        take = json.dumps(one.take) if isinstance(one.take, dict) else words.get(one.take, one.take)
        assert main(["adjudicate", "--decide", name, "--take", str(take), "--reason", one.reason, "--by", one.by, "--note", one.note]) == 0
    assert main(["adjudicate", DOC]) == 0
    assert (here.gold / f"{DOC}.jsonl").read_bytes() == (projects.find(other).gold / f"{DOC}.jsonl").read_bytes()


def test_all_differences_are_decided_by_mouse_alone(bench: Bench, here: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = bench.opened("")
    page.locator(".documents a").first.click()
    dock = page.locator(".dock")

    def chip(name: str) -> None:
        dock.get_by_role("button", name=name, exact=True).click()

    at(page, 1)
    chip("no span"), chip("slip")
    at(page, 2)
    page.locator(".passage.here .tag[data-l='2 DATE']").click()  # the tag of a reading takes it
    chip("guideline gap")
    chip("another value")
    page.locator(".dock input").fill("2026")
    page.locator(".dock input").press("Enter")
    chip("ambiguity")
    at(page, 4)
    chip("edit one of them"), chip("LOC"), chip("take this reading"), chip("slip")
    at(page, 5)
    page.locator(".panel .all button").nth(6).click()
    at(page, 7)
    chip("AGAINST “present to smugglers”"), chip("slip")
    at(page, 8)
    chip("neither"), chip("slip")
    at(page, 5)
    chip("senna-gorge"), chip("slip"), chip("unsure"), chip("ambiguity")
    saved(page)
    chip("make gold")
    expect(page.locator("#note")).to_contain_text("gold is made")
    assert [one.take for one in decisions.read(here, DOC).decisions.values()][:4] == ["r2", "r2", {"value": "2026"}, "r2"]
    same_as_the_command(here, tmp_path, monkeypatch)
    assert bench.complaints == []


def test_a_difference_that_another_adjudicator_decided_meanwhile_is_asked(bench: Bench, here: Project) -> None:
    page = bench.opened()
    boris = Adjudication(here, "boris")
    first, second, third = ids(boris)[:3]
    assert decided(boris, first, "r1", note="theirs")
    assert decided(boris, third, "r1")
    press(page, "2", "s")
    expect(page.locator(".dock .ask")).to_contain_text("Another window decided this meanwhile")
    expect(page.locator("#save")).to_have_text("Not saved: decide which stands")
    press(page, "2")
    saved(page)
    at(page, 1)
    press(page, "j", "1", "s")  # nobody else decided this one: it is saved on top of what boris saved
    saved(page)
    made = decisions.read(here, DOC)
    assert [(made.decisions[name].by, made.decisions[name].take) for name in (first, second, third)] == [
        ("anna", "r2"), ("anna", "r1"), ("boris", "r1"),
    ]  # fmt: skip
    assert [entry.decision.note for entry in made.history if entry.decision] == ["theirs"]


def test_a_digit_and_the_number_on_a_tag_mean_the_same_rater_where_the_first_did_not_do_the_layer(here: Project, browser: Browser) -> None:
    text = "Orla met Belmora."
    for rater, quote in (("r1", ""), ("r2", "Orla"), ("r3", "Orla met")):
        one = record(text, (span("entities", "GPE", text, quote, "e1", entity="orla"),) if quote else ())
        layers = one.meta.layers if quote else {"stance": "done", "threat": "done"}
        one = msgspec.structs.replace(one, meta=msgspec.structs.replace(one.meta, layers=layers))
        (here.raters / rater).mkdir(exist_ok=True)
        jsonl.write([Document("case", (one,))], here.raters / rater / "case.jsonl")
    with serving(here, browser) as bench:
        page = bench.opened("?doc=case")
        assert page.locator(".tag").evaluate_all("tags => tags.map(tag => tag.dataset.l)") == ["2 GPE", "3 GPE"]
        press(page, "1", "g")
        expect(page.locator("#note")).to_have_text("choose a reading first")
        press(page, "3", "s")
        saved(page)
    assert [one.take for one in decisions.read(here, "case").decisions.values()] == ["r3"]


def test_decisions_wait_in_the_browser_while_the_server_is_away(bench: Bench, here: Project) -> None:
    page = bench.opened()
    bench.context.set_offline(True)
    press(page, "2", "s", "1", "s")
    expect(page.locator("#save")).to_have_text("Offline: 2 decisions stored here")
    at(page, 3)
    assert not decisions.path_of(here, DOC).exists()
    page.close()
    bench.context.set_offline(False)
    again = bench.opened()
    expect(again.locator(".where")).to_have_text("differences 6 of 8 open")
    saved(again)
    assert [one.take for one in decisions.read(here, DOC).decisions.values()] == ["r2", "r1"]


@pytest.mark.parametrize("how", NOTHING_KEPT)
def test_a_browser_that_stores_nothing_saves_decisions_and_tells_the_adjudicator(bench: Bench, here: Project, how: str) -> None:
    bench.context.add_init_script(NOTHING_KEPT[how])
    page = bench.opened()
    press(page, "2", "s", "1", "s")
    saved(page)
    expect(page.locator("#notice")).to_contain_text("This browser keeps no copy of what is not saved")
    assert [one.take for one in decisions.read(here, DOC).decisions.values()] == ["r2", "r1"]


def test_an_error_of_the_server_is_shown_as_one_and_the_decision_is_sent_again(
    bench: Bench, here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = bench.opened()
    with monkeypatch.context() as broken:
        broken.setattr(Adjudication, "decide", lambda *_: {}["no"])
        press(page, "2", "s")
        expect(page.locator("#save")).to_have_text("Not saved: 1 decision stored here")
        expect(page.locator("#notice")).to_have_text("The server has an error: see the terminal.")
    saved(page)
    expect(page.locator("#notice")).to_be_hidden()
    assert [one.take for one in decisions.read(here, DOC).decisions.values()] == ["r2"]


def test_arrows_move_inside_a_row_and_take_its_stop_of_the_tab_key_along(bench: Bench) -> None:
    page = bench.opened()
    chips = page.locator(".dock .takes .chip")
    chips.first.focus()
    press(page, "ArrowRight")
    expect(chips.nth(1)).to_be_focused()
    assert [chips.nth(n).get_attribute("tabindex") for n in (0, 1)] == ["-1", "0"]
    press(page, "ArrowLeft", "ArrowLeft")
    expect(chips.last).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".passage.here .text")).to_be_focused()


def test_what_the_server_refuses_comes_back_with_what_was_chosen(bench: Bench, here: Project) -> None:
    page = bench.opened()
    press(page, "j", "e", "b", "Control+ArrowRight", "Control+ArrowRight", "Enter", "Control+Enter", "s")
    expect(page.locator("#note")).to_contain_text("not saved: `two years a` cuts a word; needed: whole words")
    at(page, 2)
    expect(page.locator(".dock .chip[aria-pressed=true]")).to_have_text("DATE “two years a”")
    saved(page)
    assert not decisions.path_of(here, DOC).exists()


def test_axe_finds_nothing(bench: Bench) -> None:
    def found(page: Page) -> list[tuple[str, str]]:
        return [(one["id"], one["nodes"][0]["html"][:90]) for one in Axe().run(page).response["violations"]]

    assert found(bench.opened("")) == []
    page = bench.opened()
    for keys in (("2",), ("j", "e"), ("Escape", "t")):
        press(page, *keys)
        assert found(page) == []


def test_the_page_of_the_manual_lists_the_keys_of_the_adjudicator() -> None:
    assert guide.keys(adjudication_server.KEYS) in (ROOT / "docs" / "annotating.md").read_text(encoding="utf-8")


def asked(bench: Bench, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
    port = bench.service.listener.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    base = {"Host": f"127.0.0.1:{port}", "X-Redline-Token": bench.service.address.partition("#")[2], "Content-Type": "application/json"}
    sent = base | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), sent)
    return connection.getresponse()


def test_the_server_answers_its_own_page_alone_and_each_request_in_its_shape(bench: Bench, here: Project) -> None:
    place = f"/api/documents/{DOC}"
    for headers, status in (({"X_Redline_Token": "x"}, 401), ({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)):
        for path, body in ((f"{place}/decisions", {}), (f"{place}/back", {}), (f"{place}/gold", {}), (place, None), ("/api/start", None)):
            assert asked(bench, path, body, **headers).status == status
    for body in ({}, {"base": 1}, [], {"base": "", "id": "x", "take": None, "reason": "slip", "by": "boris"}):
        assert asked(bench, f"{place}/decisions", body).status == 422
    assert asked(bench, "/api/documents/..%2F..%2Fseeds").status in (404, 422)
    answer = asked(bench, f"{place}/decisions", {"base": "old", "id": "x", "take": None, "reason": "slip"})
    assert (answer.status, len(json.load(answer)["differences"])) == (409, OPEN)
    half(here, "r2", "stance", 4)
    assert asked(bench, place).status == 403
    assert asked(bench, f"{place}/gold", {"base": ""}).status == 403
    policy = asked(bench, "/").headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("arguments", [[], ["--adjudicate"], ["--by", "anna"], ["--adjudicate", "--by", "anna", "--rater", "r1"]])
def test_the_command_needs_one_name(arguments: list[str], here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", *arguments]) == 2
    wanted = "--rater NAME to rate, or --adjudicate --by NAME to decide differences"
    assert capsys.readouterr().err == f"redline: the page needs one name; needed: {wanted}\n"


def test_a_name_is_one_line(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", "--adjudicate", "--by", "x" * 61, "--no-browser"]) == 2
    assert "is not a name of an adjudicator; needed: a name of at most 60 characters, on one line" in capsys.readouterr().err
