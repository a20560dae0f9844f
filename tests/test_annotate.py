"""The annotator's page in a real browser: the text is the record's, keys label, nothing is lost between windows and outages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from redline.app import guide, server
from redline.app.desk import Desk
from redline.app.edits import Edit
from redline.app.journal import Batch, Journal, read, text_of
from redline.core.corpus import Source
from redline.core.files import sha256
from redline.core.offsets import Offsets
from redline.core.segmentation import sentences
from redline.core.taxonomy import Taxonomy
from redline.drawing import script
from redline.formats import jsonl
from redline.project import Project, sources

from conftest import CASES, NASTY, ROOT, copied  # isort: skip
from windows import Served, faultless, press, saved, settled  # isort: skip

DOC = "kazan-drone-strikes"


class Bench(Served):
    """A running server of a rater, the desk behind it, and windows on its page."""

    def __init__(self, here: Project, context: BrowserContext, rater: str = "anna") -> None:
        self.desk = Desk(here, rater)
        super().__init__(context, server.service(self.desk, 0))

    def opened(self, query: str = f"?doc={DOC}") -> Page:
        return super().opened(query)

    def restart(self) -> None:
        """Ends the server and starts another at its port, with a new token."""
        port = self.service.listener.getsockname()[1]
        self.stop()
        self.start(server.service(self.desk, port))

    def items(self, passage: int = 0, doc: str = DOC) -> dict[str, Any]:
        return self.desk.draft(doc).state[passage]

    def close(self) -> None:
        super().close()
        self.desk.close()


@pytest.fixture
def bench(tmp_path: Path, browser: Browser) -> Iterator[Bench]:
    here = copied(tmp_path)
    seed = sources.read(here.seeds, DOC, here.texts)
    text = NASTY + "\n"
    odd = msgspec.structs.replace(seed.seed, doc="nasty", sha256=sha256(text.encode()))
    sources.write(Source(odd, text, odd.sha256), here.seeds)
    made = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def test_the_text_of_the_page_is_the_record_and_its_words_are_those_of_core(bench: Bench) -> None:
    page = bench.opened("?doc=nasty")
    assert page.evaluate("[...document.querySelectorAll('.text')].map(node => node.textContent)") == [NASTY]
    assert page.evaluate("document.querySelector('.text').querySelectorAll(':not(.w)').length") == 0
    units = Offsets(NASTY, "utf16")
    found = page.evaluate("import('/session.js').then(m => m.session.passages[0].sentences)")
    assert found == [[units.from_codepoints(place) for place in bounds] for bounds in sentences(NASTY)]
    table = page.evaluate("text => import('/offsets.js').then(m => [...text, ''].map((_, n) => m.offsets(text).unit(n)))", NASTY)
    assert table == [units.from_codepoints(n) for n in range(len(NASTY) + 1)]
    back = page.evaluate("([text, units]) => import('/offsets.js').then(m => units.map(u => m.offsets(text).point(u)))", [NASTY, table])
    assert back == list(range(len(NASTY) + 1))
    press(page, *["Control+ArrowRight"] * 6, "p")
    saved(page)
    (span,) = bench.items(doc="nasty").values()
    assert NASTY[span["start"] : span["end"]] == span["text"]
    assert page.evaluate("document.querySelector('.text').textContent") == NASTY
    assert bench.complaints == []


def test_labels_are_not_gone_after_a_network_failure(bench: Bench) -> None:
    page = bench.opened()
    bench.context.set_offline(True)
    press(page, "j", "p")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit stored here")
    assert bench.items() == {}
    page.close()
    bench.context.set_offline(False)
    again = bench.opened()
    saved(again)
    assert [item["label"] for item in bench.items().values()] == ["PERSON"]
    expect(again.locator(".tag[data-l=PERSON]")).to_have_count(1)


def test_windows_of_an_earlier_run_send_their_edits_once_the_new_address_is_open(bench: Bench) -> None:
    page = bench.opened()
    bench.context.set_offline(True)
    press(page, "j", "p")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit stored here")
    bench.restart()
    bench.context.set_offline(False)
    expect(page.locator("#save")).to_have_text("Open the new address; 1 edit stored here")
    other = bench.opened()
    saved(page)
    assert [item["label"] for item in bench.items().values()] == ["PERSON"]
    expect(other.locator(".tag[data-l=PERSON]")).to_have_count(1)
    assert page.evaluate("sessionStorage.getItem('token')") == bench.address.partition("#")[2]


def test_edits_of_a_window_that_cannot_save_are_taken_over_by_another_once_it_is_closed(bench: Bench) -> None:
    one = bench.opened()
    one.route("**/edits", lambda route: route.abort())
    press(one, "j", "p")
    expect(one.locator("#save")).to_have_text("Offline: 1 edit stored here")
    other = bench.opened(f"?doc={DOC}&passage=1")
    press(other, "j", "g")
    saved(other)
    one.close()
    expect(other.locator(".passage").first.locator(".tag[data-l=PERSON]")).to_have_count(1)
    saved(other)
    assert [[item["label"] for item in bench.items(passage).values()] for passage in (0, 1)] == [["PERSON"], ["GPE"]]


ALONE = """async () => { for (;;) {
  const { held, pending } = await navigator.locks.query()
  if (!pending.length && held.length === 1) return
  await new Promise(done => setTimeout(done, 10)) } }"""


def test_edits_whose_answer_was_lost_change_nothing_in_the_window_that_takes_them_over(bench: Bench) -> None:
    one = bench.opened()

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    one.route("**/edits", lost)
    press(one, "j", "p", "o")
    expect(one.locator("#save")).to_have_text("Offline: 2 edits stored here")
    while bench.desk.draft(DOC).version < 2:
        one.wait_for_timeout(50)  # the second edit comes with the next try
    other = bench.opened()
    other.locator(".tag[data-l=ORG]").click()
    press(other, "g")
    saved(other)
    one.close()
    other.evaluate(ALONE)
    saved(other)
    assert [item["label"] for item in bench.items().values()] == ["GPE"]
    assert bench.desk.draft(DOC).version == 3
    expect(other.locator(".passage.here .tag")).to_have_attribute("data-l", "GPE")
    expect(other.locator(".dock [role=tablist]")).to_be_visible()  # it asks nothing


def test_labels_of_a_second_window_are_not_gone(bench: Bench) -> None:
    one, other = bench.opened(), bench.opened()
    press(one, "j", "p")
    saved(one)
    other.bring_to_front()
    press(other, "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "o")
    saved(other)
    expect(other.locator(".passage.here .tag")).to_have_count(2)
    expect(one.locator(".passage.here .tag")).to_have_count(2)
    assert sorted(item["label"] for item in bench.items().values()) == ["ORG", "PERSON"]


def test_undo_is_an_edit_and_a_label_over_spans_replaces_none_of_them(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p", "Control+Home", "4", "Control+Shift+End", "c")
    saved(page)
    assert sorted(item["label"] for item in bench.items().values()) == ["CONTENT", "PERSON"]
    press(page, "Control+z")
    saved(page)
    assert [item["label"] for item in bench.items().values()] == ["PERSON"]
    assert bench.desk.draft(DOC).version == 3


def test_a_finished_passage_is_in_the_file_that_validate_reads(bench: Bench) -> None:
    page = bench.opened()
    press(page, "j", "p")
    saved(page)
    press(page, "Control+Enter")
    saved(page)
    record = jsonl.read_one(bench.desk.draft(DOC).file).records[0]
    assert set(record.meta.layers) == {"entities", "stance", "threat", "arguments"}
    assert [span.text for span in record.spans] == ["Vladimir Putin"]


@pytest.mark.parametrize("query", [f"?doc={DOC}", f"?doc={DOC}&layer=threat", ""])
def test_axe_finds_nothing(bench: Bench, query: str) -> None:
    page = bench.opened(query)
    if query:
        press(page, "j", "t" if "layer" in query else "p")
    results = Axe().run(page).response
    assert [(v["id"], v["nodes"][0]["html"][:90]) for v in results["violations"]] == []


def test_the_caret_blinks_but_not_for_those_who_want_less_motion(bench: Bench) -> None:
    page = bench.opened()
    light = """at => { const [blink] = document.querySelector('.caret').getAnimations()
      blink.pause(); blink.currentTime = at
      return getComputedStyle(document.querySelector('.caret')).opacity }"""
    assert [page.evaluate(light, at) for at in (0, 1000)] == ["1", "0"]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("document.querySelector('.caret').getAnimations().length") == 0


CONTRAST = """() => [...document.querySelectorAll('.tag.pick')].map(tag => {
  const light = code => code.match(/[\\d.]+/g).slice(0, 3).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0)
  const { color, backgroundColor } = getComputedStyle(tag)
  const [dark, bright] = [light(color), light(backgroundColor)].sort((one, other) => one - other)
  return (bright + .05) / (dark + .05) })"""


def test_nothing_jumps_while_a_threat_is_entered_and_the_letters_of_choices_can_be_read(bench: Bench) -> None:
    page = bench.opened("")
    expect(page.locator("a.next")).to_be_focused()
    expect(page.locator("a.next .dim").last).to_have_text("5 passages")  # the oldest document
    page = bench.opened()
    heights = set()
    for key in ("j", "p", "Enter", "Enter", "3", "Control+ArrowRight", "t", "n", "q", "e", "n", "u", "c", "r", "s"):
        press(page, key)
        box = page.locator(".dock").bounding_box()
        assert box
        heights.add(box["height"])
    assert len(heights) == 1
    expect(page.locator(".dock .ask")).to_have_text("SPEAKER: which span?")
    assert min(page.evaluate(CONTRAST)) >= 4.5
    press(page, "Escape", "Escape", "Escape", "Control+ArrowRight", "t")  # out of the choice, of linking, and of what is asked then
    expect(page.locator(".faults li")).to_have_count(1)
    expect(page.locator(".faults li")).to_contain_text(re.compile(r"and \d more like it"))
    assert bench.complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_tags_cover_no_words_and_the_page_never_scrolls_sideways(bench: Bench, width: int) -> None:
    page = bench.opened()
    page.set_viewport_size({"width": width, "height": 844})
    settled(page)
    press(page, "j", "p", "j", "j", "d", "4", "Space", "c")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    covered = """() => [...document.querySelectorAll('.tag')].filter(tag => { const t = tag.getBoundingClientRect()
      return [...document.querySelectorAll('.w')].some(word => [...word.getClientRects()].some(r =>
        t.left < r.right && t.right > r.left && t.top < r.bottom - 1 && t.bottom > r.top + 2)) }).length"""
    assert page.evaluate(covered) == 0


def test_the_page_of_the_manual_lists_the_keys_that_the_page_runs_from() -> None:
    assert guide.keys() in (ROOT / "docs" / "annotating.md").read_text(encoding="utf-8")


def test_no_label_is_spelled_in_the_page(taxonomy: Taxonomy) -> None:
    layers = taxonomy.layers.values()
    names = [item.name for layer in layers for item in (*layer.labels, *layer.relations)]
    for path in [*server.STATIC.glob("*.js"), *script.STATIC.glob("*.js")]:
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert not words & set(names), path.name


SINKS = re.compile(r"(?:inner|outer)HTML|insertAdjacentHTML|createContextualFragment|setHTML|DOMParser|document\.write|srcdoc|eval\(")


def test_no_file_of_the_page_makes_markup_of_a_text() -> None:
    for path in [*server.STATIC.glob("*.js"), *script.STATIC.glob("*.js")]:
        assert SINKS.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_8000_random_interleavings_of_three_windows_lose_and_double_nothing(bench: Bench) -> None:
    page = bench.opened("")
    found = page.evaluate((CASES / "merge.js").read_text(encoding="utf-8"), {"runs": 8000, "seed": 1})
    assert found["bad"] == []
    assert found["edits"] > 50_000
    assert found["conflicts"] > 1_000


MINE = """async ([before, now, mine]) => { const { rebase } = await import('/merge.js')
  return rebase({ key: 'k', passage: 0, item: 'span:s', before, after: mine }, now, true) }"""


def test_a_field_that_both_changed_stays_theirs_and_is_asked_and_other_fields_keep_both(bench: Bench) -> None:
    page = bench.opened("")
    old = {"id": "s", "layer": "l", "label": "A", "start": 0, "end": 1, "text": "t", "attributes": {"x": "1", "y": "1"}}
    theirs = {**old, "label": "B", "attributes": {"x": "2", "y": "1"}}
    mine = {**old, "start": 5, "end": 6, "attributes": {"x": "3", "y": "1"}}
    edit, conflicts = page.evaluate(MINE, [old, theirs, mine])
    assert edit["after"] == {**old, "label": "B", "start": 5, "end": 6, "attributes": {"x": "2", "y": "1"}}
    assert [(c["field"], c["mine"], c["theirs"]) for c in conflicts] == [("@x", "3", "2")]


def test_an_answer_of_the_server_takes_nothing_away_that_is_being_typed(bench: Bench) -> None:
    page, other = bench.opened(), bench.opened()
    page.bring_to_front()
    press(page, "j", "p", "Enter")
    field = page.locator(".dock input")
    expect(field).to_be_focused()
    press(page, "Control+a", "b", "o")
    other.bring_to_front()
    press(other, "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "o")
    saved(other)
    page.bring_to_front()
    expect(page.locator(".passage.here .tag")).to_have_count(2)
    expect(field).to_have_value("bo")


NOTHING_KEPT = {
    "blocked": "IDBFactory.prototype.open = () => { throw new DOMException('blocked', 'SecurityError') }",
    "full": """const { put } = IDBObjectStore.prototype
      IDBObjectStore.prototype.put = function (...given) {
        const request = put.apply(this, given)
        this.transaction.abort()
        return request }""",
}


@pytest.mark.parametrize("how", NOTHING_KEPT)
def test_a_browser_that_stores_nothing_saves_undoes_and_tells_the_rater(bench: Bench, how: str) -> None:
    bench.context.add_init_script(NOTHING_KEPT[how])
    page = bench.opened()
    press(page, "j", "p")
    saved(page)
    expect(page.locator("#notice")).to_have_text(re.compile("^This browser keeps no copy of what is not saved"))
    assert [item["label"] for item in bench.items().values()] == ["PERSON"]
    page.locator("#help").click()
    expect(page.locator("#keys")).to_be_visible()
    press(page, "Escape")
    page.locator("#undo").click()
    expect(page.locator(".passage.here .tag")).to_have_count(0)
    saved(page)
    assert bench.items() == {}
    bench.context.set_offline(True)
    press(page, "p")
    expect(page.locator("#save")).to_have_text("Offline: 1 edit in this window")
    bench.context.set_offline(False)
    saved(page)
    assert bench.desk.draft(DOC).version == 3
    page.set_viewport_size({"width": 390, "height": 844})
    faultless(page)


def test_an_error_of_the_server_is_shown_as_one_and_the_edits_are_sent_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    page = bench.opened()
    expect(page.locator("#notice")).to_be_hidden()
    with monkeypatch.context() as broken:
        broken.setattr(Desk, "commit", lambda *_: {}["no"])
        press(page, "j", "p")
        expect(page.locator("#save")).to_have_text("Not saved: 1 edit stored here")
        expect(page.locator("#notice")).to_have_text("The server has an error: see the terminal.")
    saved(page)
    expect(page.locator("#notice")).to_be_hidden()
    assert [item["label"] for item in bench.items().values()] == ["PERSON"]
    monkeypatch.setattr(Desk, "draft", lambda *_: {}["no"])
    expect(bench.opened().locator("#trouble")).to_have_text("The server has an error: see the terminal.")


def test_a_draft_of_a_layer_that_is_not_in_the_scheme_opens_without_it(bench: Bench) -> None:
    start = NASTY.index("s")
    span = {"id": "s1", "layer": "mood", "label": "JOY", "start": start, "end": start + 1, "text": "s", "attributes": {}}
    made = (Edit("k1", 0, "span:s1", None, span), Edit("k2", 0, "layer:mood", None, "1.0.0"))
    blank = bench.desk.blank("nasty")
    journal = Journal(bench.desk.folder / "nasty.journal")
    journal.append(Batch("2026-01-01T00:00:00+00:00", "1.0.0", text_of(blank.records), "", made))
    journal.close()
    page = bench.opened("?doc=nasty")
    expect(page.locator("#notice")).to_have_text(
        "Labels of layers that are not in the scheme are not shown, and not in your file: mood. The journal keeps them."
    )
    press(page, "v")
    page.keyboard.type("and on")
    press(page, "Enter")
    saved(page)
    assert bench.items(doc="nasty") == {"comment:": "and on"}
    assert read(journal.path)[0].edits == made
    assert bench.complaints == []
