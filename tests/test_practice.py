"""Practice: gold is shown only after the answer, each difference with what decides it, and nothing of it is a rater's file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from redline import project as projects
from redline.app import edits, view
from redline.app.desk import Desk
from redline.app.edits import Edit, EditError
from redline.app.practice import PRACTICE, Practice
from redline.core.corpus import Seed
from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import ingest
from redline.project import Project

from conftest import ROOT, copied  # isort: skip
from test_annotate import Bench  # isort: skip
from windows import press, saved  # isort: skip


@pytest.fixture
def desk(project: Project) -> Iterator[Desk]:
    made = Desk(project, "anna")
    yield made
    made.close()


def answer(desk: Desk, passage: int, record: Record) -> None:
    """Saves what a record says as the answer to a passage, all layers done."""
    items = edits.items_of(record, desk.taxonomy.version) | {f"layer:{name}": desk.taxonomy.version for name in desk.taxonomy.layers}
    sent = [Edit(f"{passage}-{n}", passage, item, None, value) for n, (item, value) in enumerate(items.items())]
    assert desk.commit(PRACTICE, desk.draft(PRACTICE).version, sent) is None


def without(record: Record, *quotes: str, **changes: Any) -> Record:
    """The record without spans of these words, and with other attributes in the first one that has them."""
    spans = [span for span in record.spans if span.text not in quotes]
    kept = {span.id for span in spans}
    relations = tuple(r for r in record.relations if {r.head_id, r.child_id} <= kept)
    for name, value in changes.items():
        n = next(n for n, span in enumerate(spans) if name in span.attributes)
        spans[n] = msgspec.structs.replace(spans[n], attributes=spans[n].attributes | {name: value})
    return msgspec.structs.replace(record, spans=tuple(spans), relations=relations)


def test_practice_is_of_training_passages_and_each_reason_begins_a_ruling_or_a_question(taxonomy: Taxonomy) -> None:
    here = projects.find(ROOT)
    practice = Practice(here.corpus / "practice.json", here.gold, taxonomy)
    splits = projects.splits(here.corpus / "splits.json")
    assert len(practice.passages) == 5
    assert {splits[passage.doc] for passage in practice.passages} == {"train"}
    assert all(practice.done(record) for record in practice.gold)
    assert {span.layer for record in practice.gold for span in record.spans} == taxonomy.layers.keys()
    for start in {start for passage in practice.passages for start in passage.why.values()}:
        assert len([text for text in practice.texts if text.startswith(start)]) == 1, start


def test_a_passage_that_gold_lacks_is_left_out_of_practice_and_named(project: Project) -> None:
    path = project.corpus / "practice.json"
    before = path.read_bytes()
    listed = json.loads(before)
    more = [{"doc": "gone", "passage": 0, "why": {}}, {**listed[0], "passage": 99}]
    path.write_text(json.dumps([*more, *listed]), encoding="utf-8")
    desk = Desk(project, "zoe")
    try:
        shown = view.start(desk, {})
        assert (shown["practice"], shown["unpractised"]) == (len(listed), ["passage 0 of gone", f"passage 99 of {listed[0]['doc']}"])
        del desk.sources[listed[0]["doc"]]  # gold without a seed
        shown = view.document(desk, PRACTICE)["passages"]
        assert shown[0]["title"] == listed[0]["doc"]
        assert len(shown) == len(listed)
    finally:
        desk.close()
        path.write_bytes(before)


def test_a_document_that_another_process_adds_is_listed_and_opens(desk: Desk) -> None:
    before = [row["doc"] for row in view.start(desk, {})["documents"]]
    for name, text in (("later", "He spoke on Monday."), ("a-first", "She left on Tuesday.")):
        seed = Seed(name, "Later", "wire", "fiction", "en", None, name, "open", "CC0-1.0", "nobody", [], "")
        ingest.add(desk.project, Path(name), text, seed)
    with pytest.raises(RedlineError, match="there is no document `never`"):
        desk.draft("never")
    assert view.document(desk, "later")["passages"][0]["text"] == "He spoke on Monday."
    assert [row["doc"] for row in view.start(desk, {})["documents"]] == sorted([*before, "later", "a-first"])


def test_answers_that_are_gold_agree_in_every_layer_and_stay_out_of_the_raters_files(desk: Desk) -> None:
    files = {path: path.read_bytes() for path in desk.project.raters.rglob("*.jsonl")}
    for passage, record in enumerate(desk.practice.gold):
        assert desk.agreement() is None
        answer(desk, passage, record)
    assert [(c.agreed, c.differences) for c in desk.compared() if c] == [(len(r.spans), []) for r in desk.practice.gold]
    assert desk.agreement() == dict.fromkeys(desk.taxonomy.layers, 1.0)
    assert {path: path.read_bytes() for path in desk.project.raters.rglob("*.jsonl")} == files
    entry = json.loads((desk.project.raters / "raters.json").read_text())["anna"]
    assert entry["practice"] == "arguments 1.00, entities 1.00, stance 1.00, threat 1.00; exact F1 with gold on 5 passages"


def test_gold_is_not_sent_before_the_answer_and_the_answer_is_final(desk: Desk) -> None:
    gold = desk.practice.gold[0]
    assert view.document(desk, PRACTICE)["compared"] == [None] * 5
    assert view.document(desk, PRACTICE)["state"] == [{}] * 5
    answer(desk, 0, without(gold, "August"))
    assert [comparison is not None for comparison in view.progress(desk, PRACTICE)["compared"]] == [True] + [False] * 4
    span = msgspec.to_builtins(next(span for span in gold.spans if span.text == "August"))
    with pytest.raises(EditError, match="already compared with gold"):
        desk.commit(PRACTICE, desk.draft(PRACTICE).version, [Edit("late", 0, f"span:{span['id']}", None, span)])


def test_each_difference_says_what_both_have_and_the_ruling_or_definition_that_decides_it(desk: Desk) -> None:
    gold = desk.practice.gold[1]
    answer(desk, 1, without(gold, "Ulk shoal", reason="capability"))
    comparison = desk.compared()[1]
    assert comparison
    assert (comparison.agreed, comparison.yours, [span.text for span in comparison.missed]) == (len(gold.spans) - 1, [], ["Ulk shoal"])
    attribute, span = comparison.differences
    assert (attribute.kind, attribute.names, attribute.gold, attribute.you) == ("attribute", ("reason",), "other_sense", "capability")
    assert attribute.reason.startswith("Why the cue is not an act.")
    assert (span.kind, span.gold["label"], span.you) == ("span", "LOC", None)
    assert span.reason.startswith("A name before a lower-case noun of a facility")


@pytest.fixture
def bench(tmp_path: Path, browser: Browser) -> Iterator[Bench]:
    made = Bench(copied(tmp_path), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def test_a_difference_after_an_emoji_leads_to_its_words(bench: Bench) -> None:
    (bench.desk.project.corpus / "practice.json").write_text('[{"doc": "island-post", "passage": 0}]')
    page = bench.opened("?doc=practice")
    press(page, "Control+Enter")
    page.get_by_role("button", name="gold: PERSON “Ketil”").click()
    words = page.evaluate("(({ anchorNode, anchorOffset }) => anchorNode.data.slice(anchorOffset))(getSelection())")
    assert words.startswith("Ketil")


def test_gold_is_drawn_beside_the_answer_and_the_agreement_comes_at_the_end(bench: Bench) -> None:
    page = bench.opened("?doc=practice")
    press(page, "j", "g", "Control+ArrowRight", "p")
    saved(page)
    press(page, "Control+Enter")
    expect(page.locator(".dock .ask")).to_have_text("Compared with gold: 1 span equal, 4 differences")
    tags = page.locator(".passage.here .tag").evaluate_all("tags => tags.map(tag => tag.dataset.l)")
    assert sorted(tags) == ["GPE", "gold DATE", "gold GPE", "gold PERSON", "you PERSON"]
    press(page, "o", "Delete", "Control+z")
    expect(page.locator("#note")).to_have_text("this passage is already compared with gold and cannot be changed")
    for _ in range(4):
        press(page, "Control+Enter")
        expect(page.locator(".passage.here .ink .tag")).to_have_count(0)
        press(page, "Control+Enter")
        expect(page.locator(".dock .ask").first).to_contain_text("Compared with gold: 0 spans equal")
    expect(page.locator(".dock .ask").last).to_contain_text("Entities 0.10")  # 2 * 1 / (19 + 2)
    assert [(v["id"], v["nodes"][0]["html"][:90]) for v in Axe().run(page).response["violations"]] == []
    assert not (bench.desk.project.raters / "anna").exists()
    assert bench.complaints == []
