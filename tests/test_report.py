"""The report as its reader meets it: one file, opened from disk in a real browser."""

import json
import re
from itertools import count
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from redline import project as projects
from redline.cli import main
from redline.cli.progress import Steps
from redline.cli.shapes import SHAPES
from redline.core.document import Span
from redline.core.metric import METRICS
from redline.core.taxonomy import Taxonomy
from redline.curate import agree
from redline.learn import artefact
from redline.learn.baseline import Setup
from redline.measure.agreement import Figure
from redline.measure.errors import BOTH, BOUNDS, LABEL, MISSED, RIGHT, SPURIOUS, outcomes
from redline.measure.rows import named
from redline.measure.score import Bootstrap, Score
from redline.model import train, training
from redline.project import Project
from redline.report import agreement, curves, errors, learning, page, parts, people, results, summary, terms, texts
from redline.report.models import Pick

from conftest import ROOT, record, small, span, with_floors  # isort: skip

WIDTHS = (1200, 360)
DRAWS = Bootstrap(50, 1)
DOCUMENTS = (
    "adana-1998", "airspace-briefing", "airspace-council", "chess-column", "court-report", "dam-speech", "dam-wire",
    "embargo-interview", "embargo-wire", "football-report", "island-post", "kazan-drone-strikes", "weather-bulletin",
)  # fmt: skip
"""More than ten, so that there are intervals; of each split and layer."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The documents of some events, with the models that train in a moment."""
    splits = json.loads((ROOT / "corpus" / "splits.json").read_bytes())
    return with_floors(small(tmp_path_factory.mktemp("report"), {doc: splits[doc] for doc in DOCUMENTS}))


@pytest.fixture(scope="module")
def page_file(here: Project) -> Path:
    """Its report."""
    page.write(here, here.root / "report.html", DRAWS, 0, Steps())
    return here.root / "report.html"


def opened(browser: Browser, path: Path, width: int = 1200, scheme: str = "light") -> tuple[Page, list[str]]:
    """The page, and what it complained of or asked the network for."""
    page = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    return page, complaints


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_without_a_network_and_never_scrolls_sideways(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    page, complaints = opened(browser, page_file, width, scheme)
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sections = ["Summary", "Corpus", "Agreement between raters", "Models", "Errors", "Documents"]
    assert page.locator("section h2").all_inner_texts() == sections
    assert page.locator("figure svg").count() >= 9
    ink, paper = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
    assert (ink, paper) == (("rgb(31, 35, 40)", "rgb(255, 255, 255)") if scheme == "light" else ("rgb(230, 237, 243)", "rgb(13, 17, 23)"))
    assert page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill") == ink


def test_with_everything_folded_the_page_is_less_than_eight_thousand_pixels_high(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file)
    assert page.locator("details[open]").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight") < 8000


@pytest.mark.parametrize(("scheme", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
def test_axe_finds_nothing_in_an_open_page(browser: Browser, page_file: Path, scheme: str, rules: dict[str, list[str]]) -> None:
    page, _ = opened(browser, page_file, scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('#agreement details, #models details:nth-of-type(5n)')) one.open = true")
    page.evaluate("document.querySelector('.errors').open = true; location.hash = 'dam-speech.3'")
    page.locator("#dam-speech .tag").first.wait_for()
    page.evaluate("document.querySelector('#dam-speech .spans').open = true")
    context = {"exclude": [[".document:not([open])"], [".errors:not([open])"]]}
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"], **rules}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_numbers_are_right_and_text_is_left_and_figures_are_two_a_row(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file)
    aligned = "cells => [...new Set(cells.map(cell => getComputedStyle(cell).textAlign))]"
    numbers, text = page.locator("td"), page.locator("tbody th, td:not(.number)")
    assert text.evaluate_all(aligned) == ["left"]
    assert (
        numbers.evaluate_all(
            "cells => cells.filter(cell => /^[+-]?[0-9][0-9,.]*$/.test(cell.innerText) && !cell.matches('.number')).length"
        )
        == 0
    )
    assert page.locator("td.number").evaluate_all(aligned) == ["right"]
    tops = page.locator("#corpus figure").evaluate_all("figures => figures.map(figure => figure.offsetTop)")
    assert tops[0] == tops[1] < tops[2] == tops[3]


def test_a_metric_is_explained_by_keyboard_focus_and_pointer(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file)
    term = page.locator("#models .term", has_text="exact F1").first
    about = page.locator(f"#{term.get_attribute('aria-describedby')}")
    expect(about).to_be_hidden()
    term.focus()
    expect(about).to_be_visible()
    expect(about).to_have_text(re.compile("^A guessed span counts if its bounds and its label equal those of a gold span"))
    box, below = term.bounding_box(), about.bounding_box()
    assert box
    assert below
    assert 0 <= below["y"] <= 800 - below["height"]
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    term.hover()
    expect(about).to_be_visible()


def test_every_metric_has_a_name_that_people_read(here: Project) -> None:
    printed = {figure.score.metric for figure in agree.rows(here, None, DRAWS)}
    assert (set(METRICS) | printed) - set(terms.TERMS) == set()


def test_errors_are_filtered_by_task_label_and_kind_and_lead_to_their_passage(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file)
    page.evaluate("for (const one of document.querySelectorAll('.errors')) one.open = true")
    shown, count = page.locator(".part li:visible"), page.locator("#error-count")
    everything = shown.count()
    assert count.inner_text() == str(everything) > "0"
    page.select_option("#kind", "missed")
    missed = shown.count()
    assert 0 < missed < everything
    assert count.inner_text() == str(missed)
    page.select_option("#error-label", "ORG")
    assert 0 < shown.count() < missed
    assert set(shown.locator("i").all_inner_texts()) == {"missed"}
    assert set(page.locator(".part:visible").evaluate_all("parts => parts.map(part => part.dataset.task)")) == {"ner"}
    page.select_option("#task", "threat_sentence")
    assert shown.count() == 0
    page.select_option("#task", "")
    page.select_option("#group", "ORG missed")
    assert count.inner_text() == page.locator(".groups tr", has_text="ORG missed").locator("td").first.text_content()
    link = page.locator(".cards a:visible").first
    target = (link.get_attribute("href") or "")[1:]
    link.click()
    expect(page.locator(f"[id='{target}'] .text")).to_be_visible()


def test_documents_are_filtered_by_layer_label_split_and_genre(browser: Browser, page_file: Path, here: Project) -> None:
    page, _ = opened(browser, page_file)
    corpus = projects.load(here)
    shown = page.locator(".document:visible")
    assert shown.count() == len(corpus.documents)

    def expected(**wanted: str) -> list[str]:
        return [
            doc
            for doc in sorted(corpus.documents)
            if wanted.get("split", corpus.splits[doc]) == corpus.splits[doc]
            and wanted.get("genre", corpus.sources[doc].seed.genre) == corpus.sources[doc].seed.genre
            and ("label" not in wanted or any(span.label == wanted["label"] for r in corpus.documents[doc].records for span in r.spans))
        ]

    ids = "documents => documents.map(one => one.id)"
    page.select_option("#label", "ULTIMATUM")
    assert shown.evaluate_all(ids) == expected(label="ULTIMATUM")
    page.select_option("#split", "test")
    assert shown.evaluate_all(ids) == expected(label="ULTIMATUM", split="test")
    page.select_option("#label", "")
    page.select_option("#genre", "speech")
    assert shown.evaluate_all(ids) == expected(split="test", genre="speech")
    page.select_option("#layer", "stance")
    page.evaluate("document.querySelector('#dam-speech').open = true")
    page.locator("#dam-speech .tag").first.wait_for()
    layers = {span.layer for span in _drawn(corpus.documents["dam-speech"].records, "stance")}
    drawn = page.locator("#dam-speech .tag").evaluate_all("tags => [...new Set(tags.map(tag => tag.classList[1]))]")
    assert set(drawn) == layers


def _drawn(records: tuple[object, ...], layer: str) -> list[Span]:
    """The spans of a layer, and those that they have a relation to."""
    chosen = []
    for one in records:
        heads = {span.id for span in one.spans if span.layer == layer}  # type: ignore[attr-defined]
        children = {r.child_id for r in one.relations if r.head_id in heads}  # type: ignore[attr-defined]
        chosen += [span for span in one.spans if span.id in heads | children]  # type: ignore[attr-defined]
    return chosen


def test_a_document_is_read_with_its_spans_and_roles(browser: Browser, page_file: Path, here: Project) -> None:
    page, complaints = opened(browser, page_file)
    gold = projects.load(here).documents["dam-speech"].records
    assert page.locator("#dam-speech .plain").evaluate_all("all => all.map(one => one.textContent)") == [one.text for one in gold]
    page.evaluate("document.querySelector('#dam-speech').open = true")
    page.locator("#dam-speech .tag").first.wait_for()
    assert page.locator("#dam-speech .text").evaluate_all("all => all.map(one => one.textContent)") == [one.text for one in gold]
    assert page.locator("#dam-speech .tag").count() == sum(len(one.spans) for one in gold)
    number, head = next((one.meta.passage, one.by_id[one.relations[0].head_id]) for one in gold if one.relations)
    place = page.locator(f"[id='dam-speech.{number}']")
    place.locator("summary").click()
    place.locator(f"button[data-id={head.id}]").press("Enter")
    roles = {r.label for r in gold[number].relations if r.head_id == head.id}
    tags = place.locator(".tag.child").evaluate_all("tags => tags.map(tag => tag.dataset.l.split(' ')[0])")
    assert set(tags) == roles
    assert place.locator(".chosen").inner_text().startswith(f"{head.label} “{head.text}”")
    assert place.locator("button[aria-pressed=true]").count() == 1
    assert complaints == []


def test_the_page_says_which_texts_it_contains_that_may_not_be_passed_on(page_file: Path, here: Project) -> None:
    corpus = projects.load(here)
    assert texts.closed(corpus) == ["kazan-drone-strikes"]
    words = " ".join(page_file.read_text(encoding="utf-8").split())
    assert f"contains the whole text of {len(corpus.documents)} documents" in words
    assert "Do not publish this file, because the rights to these texts do not allow it: kazan-drone-strikes." in words


def test_the_page_has_what_people_checked_and_a_table_as_soon_as_somebody_answered(page_file: Path) -> None:
    page_text = page_file.read_text(encoding="utf-8")
    assert "<p>People have checked 0 of 50 sentences without seeing a label.</p>" in page_text
    assert "People and gold by label" not in page_text
    rows = [[parts.Cell("any act"), *[parts.Cell("1")] * 6]]
    section = people.PeopleSection("People have checked 1 of 50.", parts.Table("People and gold by label", people.COLUMNS, rows))
    whole = '{% import "macros.html" as macros %}{% include "agreement.html" %}'
    shown = page.environment().from_string(whole).render(agreement=None, people=section, ids=count())
    assert "People have checked 1 of 50." in shown
    assert "People and gold by label" in shown


def test_the_command_writes_the_same_bytes_twice_and_prints_their_number_and_the_time(
    here: Project, page_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    assert main(["report", "--orders", "0", "--boot", "50", "--json"]) == 0
    shown = msgspec.json.decode(capsys.readouterr().out)
    assert set(shown) == set(SHAPES["report"])
    assert shown["path"] == "dist/report.html"
    assert shown["bytes"] == Path("dist/report.html").stat().st_size < 1_500_000
    assert shown["seconds"] > 0
    assert Path("dist/report.html").read_bytes() == page_file.read_bytes()
    assert len(shown["summary"]) == 5


def test_without_models_there_is_one_line_and_no_page(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 2
    assert capsys.readouterr().err == f"redline: {small_project.models}: contains no trained model; needed: trained models (make train)\n"
    assert not Path("dist").exists()


def test_a_model_of_another_corpus_state_is_named(here: Project, taxonomy: Taxonomy) -> None:
    gold = train.data_of(projects.load(here))
    one = results.collect(here, taxonomy, gold, DRAWS, lambda _: None).results
    assert {result.changed for result in one} == {()}
    less = training.Data(gold.train[1:], gold.validation, gold.test)
    folder = here.models / "cues" / "threat_sentence"
    made = artefact.read(folder)
    other = msgspec.structs.replace(made, origin=msgspec.structs.replace(made.origin, code="0" * 64))
    assert list(results._changed(made, taxonomy.task("threat_sentence"), taxonomy, less)) == ["data"]
    assert list(results._changed(other, taxonomy.task("threat_sentence"), taxonomy, gold)) == ["code"]
    assert summary._state(["cues of threat sentences (other data)"]) == (
        "Data, code or libraries changed since the training of 1 model, so make train may give different scores: "
        "cues of threat sentences (other data)."
    )


def test_the_points_of_a_learning_curve_are_kept_until_something_changes(
    here: Project, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = train.data_of(projects.load(here))
    setup = Setup(taxonomy.task("threat_sentence"), taxonomy, {}, 1)
    first = learning.points(here, setup, "majority", gold, 1, Steps())
    assert [share for share, _ in first] == [0.25, 0.5, 0.75, 1.0]
    trained: list[str] = []
    monkeypatch.setattr(learning, "_score", lambda *_: trained.append("again") or 0.5)
    assert learning.points(here, setup, "majority", gold, 1, Steps()) == first
    assert trained == []
    less = training.Data(gold.train[1:], gold.validation, gold.test)
    assert learning.points(here, setup, "majority", less, 1, Steps()) == [(share, 0.5) for share in (0.25, 0.5, 0.75, 1.0)]


def test_without_a_number_of_draws_only_a_learning_curve_that_is_kept_is_drawn(
    here: Project, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "CURVES", (("majority", "threat_sentence"),))
    gold = train.data_of(projects.load(here))
    (one,) = learning.curves(here, gold, taxonomy, None, 7, print)
    assert one.points is None
    (told,) = learning.section([one])
    assert told.untold.startswith("Not drawn: `redline report --orders 3` computes it")
    (computed,) = learning.curves(here, gold, taxonomy, 3, 7, print)
    assert learning.curves(here, gold, taxonomy, None, 7, print) == [computed]
    assert computed.points
    assert learning.curves(here, gold, taxonomy, 0, 7, print) == []


def _score(value: float, documents: int, metric: str = "exact_f1") -> Score:
    return Score(metric, value, None, None, "", 10, 10, documents)


def test_a_label_of_few_documents_is_told_and_not_plotted() -> None:
    figure = Figure(score=_score(0.25, 3), layer="entities", label="MIL", documents=3, counts={})
    wide = Figure(score=Score("exact_f1", 0.9, 0.8, 1.0, ""), layer="entities", label="GPE", documents=20, counts={})
    only = agreement._plot("Entities", [figure])
    assert only
    assert only.svg is None
    assert only.untold == "In fewer than 10 documents, with exact F1: MIL (0.25; documents: 3)."
    both = agreement._plot("Entities", [figure, wide])
    assert both
    assert both.svg
    assert ">GPE<" in both.svg
    assert ">MIL<" not in both.svg


def test_a_curve_of_nine_units_is_told_and_not_plotted(taxonomy: Taxonomy) -> None:
    task = taxonomy.task("threat_sentence")
    text = "Arvenia threatened war."
    gold = [record(text, (span("threat", "THREAT", text, "threatened war"),), passage=n) for n in range(9)]
    result = results.Result(task, "cues", "cues", [], gold, 0.0, [], ())
    collected = results.Results(taxonomy, training.Data([], [], gold), [result])
    assert [plot.untold for plot in curves.section(collected)] == [
        "Not drawn: the test split contains 9 units of the class, and a curve needs 10."
    ]


def test_the_summary_counts_tasks_and_names_what_can_be_told_from_chance(taxonomy: Taxonomy) -> None:
    def result(task: str, model: str, value: float, documents: int) -> results.Result:
        row = msgspec.structs.replace(named("exact_f1"), score=_score(value, documents))
        return results.Result(taxonomy.task(task), model, model, [], [], value, [row], ())

    pairs = [("ner", 0.5, 0.2), ("threat_sentence", 0.3, 0.25), ("act_type", 0.1, 0.1)]
    picks = [Pick(result(task, "crf", one, 5), result(task, "majority", other, 5), None) for task, one, other in pairs]
    assert summary._reach(picks) == (
        "On 2 of 3 tasks the best model on validation scores above the best trivial baseline on test; "
        "the largest difference is on named entities (0.50 against 0.20)."
    )
    assert summary._chance(picks) == (
        "The test split has at most 5 documents with labels; below 10 documents no difference between two models is significant."
    )
    assert summary._state([]) == "All models were trained on the current corpus with the current code."


TEXT = "Orla asked Belmora and Tarancay."


def mark(quote: str, label: str = "GPE") -> Span:
    return span("entities", label, TEXT, quote, f"{label}{quote}")


@pytest.mark.parametrize(
    ("gold", "guess", "kinds"),
    [
        ([mark("Orla")], [mark("Orla")], [RIGHT]),
        ([mark("Orla")], [mark("Orla", "ORG")], [LABEL]),
        ([mark("Orla")], [mark("Orla asked")], [BOUNDS]),
        ([mark("Orla")], [mark("Orla asked", "ORG")], [BOTH]),
        ([mark("Orla")], [mark("Belmora")], [MISSED, SPURIOUS]),
        # One guess over two names fits the first; the second is missed.
        ([mark("Belmora"), mark("Tarancay")], [mark("Belmora and Tarancay")], [BOUNDS, MISSED]),
        # The right one is taken although an overlapping one comes first.
        ([mark("Belmora")], [mark("asked Belmora"), mark("Belmora")], [SPURIOUS, RIGHT]),
    ],
)
def test_errors_have_kinds(gold: list[Span], guess: list[Span], kinds: list[str]) -> None:
    assert [found.kind for found in outcomes(gold, guess)] == kinds


places = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(["GPE", "ORG"])), max_size=6)


@given(places, places)
def test_every_span_has_one_outcome(one: list[tuple[int, int, str]], other: list[tuple[int, int, str]]) -> None:
    gold, guess = ([Span("x", "entities", label, at, at + size, "") for at, size, label in side] for side in (one, other))
    found = outcomes(gold, guess)
    assert sorted(map(str, (o.gold for o in found if o.gold))) == sorted(map(str, gold))
    assert sorted(map(str, (o.guess for o in found if o.guess))) == sorted(map(str, guess))


def test_what_texts_contain_is_never_markup(taxonomy: Taxonomy) -> None:
    text = "</script><script>alert(1)</script> & “Orla” 👨‍👩‍👧"
    marked = record(text, (span("entities", "GPE", text, "<script>", entity="</script>"),))
    parts = [part for _, part in errors.errors_of(taxonomy.task("ner"), "crf", marked, record(text), taxonomy)]
    assert [(error.kind, error.gold, error.guess, error.words) for error in parts[0].errors] == [(MISSED, "GPE", "", "<script>")]
    assert "".join(piece.text for piece in parts[0].pieces) == text
    shown = texts.Text("case", text, "wire", "validation", "no date", 1, (marked,))
    data = texts.data([shown], taxonomy)
    assert not set("<>&") & set(data)
    written = page.environment().from_string("{{ one }}").render(one=parts[0].errors[0].words)
    assert written == "&lt;script&gt;"
    assert msgspec.json.decode(str(data))["documents"]["case"][0]["spans"][0]["attributes"] == {"entity": "</script>"}


def test_errors_in_one_sentence_are_drawn_once(taxonomy: Taxonomy) -> None:
    text = "Orla met Belmora. Tarancay fell."
    gold = record(text, (span("entities", "PERSON", text, "Orla", "s1"), span("entities", "GPE", text, "Belmora", "s2")))
    guess = record(text, (span("entities", "ORG", text, "Orla", "s1"), span("entities", "GPE", text, "Tarancay", "s2")))
    found = list(errors.errors_of(taxonomy.task("ner"), "crf", gold, guess, taxonomy))
    assert [(text[slice(*bounds)], [error.kind for error in part.errors]) for bounds, part in found] == [
        ("Orla met Belmora.", [LABEL, MISSED]), ("Tarancay fell.", [SPURIOUS]),
    ]  # fmt: skip
    assert [(piece.text, piece.gold, piece.guess) for piece in found[0][1].pieces] == [
        ("Orla", True, True), (" met ", False, False), ("Belmora", True, False), (".", False, False),
    ]  # fmt: skip
