"""The report as its reader meets it: one page, opened from disk in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, sync_playwright

from redline import project
from redline.cli import main
from redline.core.document import Span
from redline.core.taxonomy import Taxonomy
from redline.measure.errors import BOTH, BOUNDS, LABEL, MISSED, RIGHT, SPURIOUS, outcomes
from redline.measure.score import Bootstrap
from redline.project import Project
from redline.report import errors, page
from redline.report.data import collect

from conftest import copied, record, span, with_floors  # isort: skip

WIDTHS = (1200, 360)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the corpus with the models that train in a moment."""
    here = with_floors(copied(tmp_path_factory.mktemp("report")))
    page.write(here, here.root / "report.html", Bootstrap(50, 1), 0, lambda _: None)
    return here.root / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    found = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(executable_path=found, args=options)
        yield held
        held.close()


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
    assert page.locator("section h2").all_inner_texts() == [
        "Corpus", "Agreement between raters", "Leaderboard", "Precision, recall and calibration", "Confusion", "Learning curve",
        "Error gallery",
    ]  # fmt: skip
    assert page.locator("figure svg").count() >= 11
    ink, paper = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
    assert (ink, paper) == (("rgb(31, 35, 40)", "rgb(255, 255, 255)") if scheme == "light" else ("rgb(230, 237, 243)", "rgb(13, 17, 23)"))
    assert page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill") == ink


def test_the_gallery_filters_by_layer_task_label_and_kind(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file)
    shown = page.locator(".cards > li:visible")
    everything = shown.count()
    assert page.locator(".cards > li.right:visible").count() == 0
    page.select_option("#kind", "missed")
    missed = shown.count()
    assert 0 < missed < everything
    assert page.locator("#count").inner_text() == str(missed)
    page.select_option("#label", "ORG")
    assert shown.count() < missed
    page.select_option("#label", "")
    page.select_option("#kind", "right")
    assert shown.count() == page.locator(".cards > li.right").count() > 0
    first = shown.first.locator("mark").first
    assert set((first.get_attribute("class") or "").split()) == {"gold", "guess"}
    page.select_option("#kind", "errors")
    page.select_option("#layer", "threat")
    assert 0 < shown.count() < everything


def test_the_page_says_the_same_twice(page_file: Path) -> None:
    here = project.find(page_file.parent)
    evidence = collect(here, Bootstrap(50, 1), 0, lambda _: None)
    assert page.page(here, evidence, Bootstrap(50, 1)) == page_file.read_text(encoding="utf-8")


def test_without_models_there_is_one_line_and_no_page(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 2
    assert capsys.readouterr().err == f"redline: {project.models}: holds no trained model; needed: run make train first\n"
    assert not Path("dist").exists()


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


def test_what_texts_hold_is_never_markup(taxonomy: Taxonomy) -> None:
    text = "<script>alert(1)</script> & “Orla” 👨‍👩‍👧"
    held = record(text, (span("entities", "GPE", text, "<script>"),))
    cards = list(errors.cards(taxonomy.task("ner"), [held], [record(text)], taxonomy))
    drawn = "".join(errors.html(cards, {"ner": "crf"}))
    assert "<script>" not in drawn
    assert '<mark class="gold">&lt;script&gt;</mark>alert(1)&lt;/script&gt; &amp; “Orla” 👨‍👩‍👧' in drawn
