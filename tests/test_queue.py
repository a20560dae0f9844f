"""What waits for whom, on the command line and on the annotator's page, the oldest first or what models are least sure of."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import record, small
from redline.app import server
from redline.app.desk import Desk
from redline.cli import main
from redline.core.taxonomy import Taxonomy
from redline.curate import queue
from redline.curate.queue import ADJUDICATOR, FIRST, SECOND
from redline.model import unsure
from redline.project import Project

LAYERS = {"arguments", "entities", "stance", "threat"}


def whom(project: Project, doc: str = "dam-wire") -> set[tuple[str, str, int]]:
    """Layer, who it waits for, and the number of passages."""
    return {(one.layer, one.whom, one.passages) for one in queue.waiting(project, [doc])}


def test_nothing_waits_in_a_document_that_two_raters_did_and_that_is_decided(adjudicated: Project) -> None:
    assert whom(adjudicated) == set()


def test_a_layer_waits_for_who_has_begun_it_for_raters_and_for_an_adjudicator(adjudicated: Project) -> None:
    (adjudicated.corpus / "decisions" / "dam-wire.json").unlink()
    undecided = whom(adjudicated)
    assert {name for _, name, _ in undecided} == {ADJUDICATOR}
    path = adjudicated.raters / "r1" / "dam-wire.jsonl"
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first.replace(b'"stance":"done",', b"") + b"\n" + rest)
    assert ("stance", "r1", 1) in whom(adjudicated)
    path.unlink()
    assert whom(adjudicated) == {(layer, SECOND, 7) for layer in LAYERS}
    (adjudicated.raters / "r2" / "dam-wire.jsonl").unlink()
    assert whom(adjudicated) == {(layer, FIRST, 7) for layer in LAYERS}


def test_a_draft_on_the_page_of_this_machine_is_begun(adjudicated: Project) -> None:
    (adjudicated.raters / "r1" / "dam-wire.jsonl").unlink()
    folder = adjudicated.corpus / "drafts" / "anna"
    folder.mkdir(parents=True)
    (folder / "dam-wire.journal").write_bytes(b"")
    assert {name for _, name, _ in whom(adjudicated)} == {SECOND}
    (folder / "dam-wire.journal").write_bytes(b"an edit\n")
    assert whom(adjudicated) == {(layer, "anna", 7) for layer in LAYERS}


@pytest.mark.parametrize(
    ("scores", "value"),
    [
        ({"A": 0.5}, 0.5),
        ({"A": 0.9}, 0.1),
        ({"A": 0.1}, 0.1),  # none has 0.9
        ({"A": 0.3, "B": 0.3}, 0.6),  # none has 0.4
        ({"A": 0.2, "B": 0.7}, 0.3),
    ],
)
def test_doubt_is_what_the_most_probable_class_leaves(scores: dict[str, float], value: float) -> None:
    assert unsure.doubt(scores) == pytest.approx(value)


def test_a_layer_is_as_unsure_as_its_sentences_are_on_average(taxonomy: Taxonomy) -> None:
    guesses = {
        "threat_sentence": [{"label": "THREAT", "scores": {"THREAT": 0.9}}, {"label": "NONE", "scores": {"THREAT": 0.4}}],
        "criticism_sentence": [{"label": "NONE", "scores": {"AGAINST": 0.0}}] * 2,
    }
    one = record("One. Two.")
    one = msgspec.structs.replace(one, meta=msgspec.structs.replace(one.meta, predictions=guesses))
    tasks = [taxonomy.task(name) for name in ("threat_sentence", "act_type", "criticism_sentence")]
    assert unsure.of_layers([one], tasks) == {"threat": pytest.approx(0.25), "stance": 0.0}  # (0.1 + 0.4) / 2


@pytest.fixture(scope="module")
def waiting_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which one document lacks a rater and another one has none; only to be copied."""
    here = small(tmp_path_factory.mktemp("queue"))
    for path in ("r1/dam-wire", "r1/court-report", "r2/court-report"):
        (here.raters / f"{path}.jsonl").unlink()
    (here.corpus / "practice.json").unlink()  # of other documents
    return here


@pytest.fixture
def waiting(waiting_once: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """That project, as the working folder."""
    shutil.copytree(waiting_once.root, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return msgspec.structs.replace(
        waiting_once,
        **{name: tmp_path / getattr(waiting_once, name).relative_to(waiting_once.root) for name in waiting_once.__struct_fields__},
    )


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, str, str]]:
    """The rows of the queue as document, layer and whom."""
    assert main(["status", "--queue", "--json", *options]) in (0, 1)
    return [(row["doc"], row["layer"], row["whom"]) for row in json.loads(capsys.readouterr().out)["queue"]]


def test_the_queue_of_the_command_line_is_by_document_genre_layer_and_rater(waiting: Project, capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys)
    assert [row[0] for row in rows] == ["court-report"] * 4 + ["dam-wire"] * 4  # of 2022 and 2024
    assert listed(capsys, "--genre", "wire", "--layer", "threat") == [("dam-wire", "threat", SECOND)]
    assert {row[0] for row in listed(capsys, "--rater", "r2")} == {"court-report"}  # r2 has done dam-wire
    assert main(["status", "--queue", "--layer", "threat"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "court-report  2022-06-16  ood-court  threat  5 passages   for a first rater",
        "dam-wire      2024-07-11  wire       threat  7 passages   for a second rater",
        "2 layers of 2 documents waiting",
    ]
    assert main(["status", "--queue", "--genre", "column"]) == 0
    assert main(["status", "--queue", "--layer", "thret"]) == 2
    assert capsys.readouterr().err == "redline: there is no layer `thret`; use `threat`\n"


def test_least_sure_first_is_by_the_models_and_says_so_where_there_are_none(
    waiting: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["status", "--queue", "--order", "unsure", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["queue"]
    values = [row["unsure"] for row in rows]
    assert values == sorted((value for value in values if value), reverse=True) + [None] * 4  # entities and arguments: no sentence classes
    monkeypatch.setattr("redline.model.homes.SHIPPED", waiting.root / "nowhere")
    assert main(["status", "--queue", "--order", "unsure"]) == 2
    error = capsys.readouterr().err
    assert error == "redline: no model of sentence classes is at hand; needed: redline train, or --order oldest\n"


@pytest.fixture
def page(waiting: Project, browser: Browser) -> Iterator[Page]:
    """The list of documents of anna."""
    desk = Desk(waiting, "anna")
    service = server.service(desk, 0)
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(service.address)
    opened.wait_for_selector("html[data-queue]", state="attached")
    yield opened
    context.close()
    service.server.should_exit = True
    thread.join()
    desk.close()


def titles(page: Page) -> list[str]:
    return page.locator(".documents a:not(.asking)").evaluate_all("links => links.map(link => new URL(link.href).searchParams.get('doc'))")


def test_the_page_lists_what_waits_for_whom_in_the_order_that_is_chosen_by_key(page: Page) -> None:
    assert titles(page) == ["court-report", "dam-wire", "weather-bulletin"]
    expect(page.locator("a.next")).to_be_focused()
    waits = page.locator(".documents .waits")
    expect(waits.first).to_contain_text("waits for a first rater: ")
    expect(waits.nth(1)).to_contain_text("waits for a second rater: ")
    expect(waits).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="least sure first")).to_be_focused()
    page.keyboard.press("Enter")
    values = [float(text.split("unsure ")[1]) for text in waits.all_inner_texts()]
    assert values == sorted(values, reverse=True)
    assert "order=unsure" in page.url
    assert titles(page)[2] == "weather-bulletin"  # nobody waits for it
    page.locator("select[name=genre]").select_option("wire")
    assert titles(page) == ["dam-wire"]
    page.locator("select[name=layer]").select_option("threat")
    expect(waits).to_contain_text("waits for a second rater: threat language · models unsure 0.")
    assert "layer=threat" in (page.locator(".documents a:not(.asking)").get_attribute("href") or "")
    assert [(v["id"], v["nodes"][0]["html"][:90]) for v in Axe().run(page).response["violations"]] == []


def test_a_text_that_is_missing_by_now_is_named_and_a_genre_that_nothing_has_hides_nothing(page: Page, waiting: Project) -> None:
    (waiting.seeds / "dam-wire.txt").unlink()
    page.goto(page.url.partition("?")[0] + "?genre=nope&layer=nope")
    page.reload()
    expect(page.locator("#note")).to_contain_text("dam-wire.txt")
    assert titles(page) == ["court-report", "dam-wire", "weather-bulletin"]
    assert page.locator(".choices select").evaluate_all("nodes => nodes.map(node => node.value)") == ["", ""]
