"""The page that marks threats and criticism in a pasted text: the same numbers as the models, in a real browser, from one file."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import NASTY, ROOT
from redline.cli import main
from redline.cli.shapes import SHAPES
from redline.core import taxonomy as taxonomies
from redline.core.errors import RedlineError
from redline.core.segmentation import passages, sentences
from redline.core.taxonomy import Taxonomy
from redline.drawing import script
from redline.learn import artefact, ngrams
from redline.learn.linear import Linear
from redline.model.homes import SHIPPED
from redline.report import detector, rates

TEXTS = [ROOT / "seeds" / f"{name}.txt" for name in ("dam-speech", "airspace-council", "court-report", "embargo-interview", "island-post")]
PROSE = (
    "Mr. Orla met Gen. Yupari in the U.S. on Jan. 5. “We will act. You will pay,” he said. Then he left!\n"
    "Will they (as in Art. 3. of it) go? It cost $3.5 million. The No. 3 man spoke of J. K. Orla. No. We will not."
)
BOUNDS = [
    "Mr. Orla met Gen. Yupari in the U.S. on Jan. 5.", "“We will act. You will pay,” he said.", "Then he left!",
    "Will they (as in Art. 3. of it) go?", "It cost $3.5 million.", "The No. 3 man spoke of J. K. Orla.", "No.", "We will not.",
]  # fmt: skip
STRANGE = [NASTY, "ΟΔΟΣ x\x1cy\x85z\u200b ǅ ½ a_b é é 𝔊𝔊 don’t—stop...", "we we we will, will. WE", "x", "!"]
"""Sigma at a word's end, white space that JavaScript does not know, numbers and letters beyond ASCII, repeated and single n-grams."""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("detector") / "detector.html"
    detector.write(taxonomies.load(ROOT / "schemas"), path)
    return path


@pytest.fixture(scope="module")
def opened(browser: Browser, page_file: Path) -> tuple[Page, list[str]]:
    """The page, and what it complained of or asked the network for."""
    return _opened(browser, page_file)


def _opened(browser: Browser, path: Path, width: int = 1440, scheme: str = "light") -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    expect(page.locator(".one").first).to_be_visible()
    return page, complaints


def asked(page: Page, code: str, texts: list[str]) -> Any:
    """What code over `models` and `texts` gives, with the page's own library and data."""
    load = "const models = await Promise.all(JSON.parse(document.querySelector('#data').textContent).map(loaded))"
    return page.evaluate(f"async texts => {{ {script.joined(detector.LIBRARY)}\n{load}\nreturn {code} }}", texts)


def model(taxonomy: Taxonomy, task: str) -> Linear:
    one, _ = artefact.load(SHIPPED / detector.MODEL / task, taxonomy)
    assert isinstance(one, Linear)
    return one


def sample() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in TEXTS]
    return [text[slice(*part)][slice(*bounds)] for text in texts for part in passages(text) for bounds in sentences(text[slice(*part)])]


def test_probabilities_of_the_page_are_those_of_the_models(opened: tuple[Page, list[str]], taxonomy: Taxonomy) -> None:
    texts = [*sample(), *STRANGE]
    shown = asked(opened[0], "models.map(model => texts.map(text => probability(decision(model, text).odds)))", texts)
    for task, values in zip(detector.KINDS, shown, strict=True):
        weights = model(taxonomy, task).weights
        column = next(n for n, name in enumerate(weights.features.classes) if name != taxonomy.task(task).none)
        assert values == pytest.approx(weights.probabilities(texts)[:, column], abs=1e-9)
    assert len({round(value, 3) for value in shown[0]}) > 20


def test_the_page_counts_the_n_grams_that_the_models_count(opened: tuple[Page, list[str]]) -> None:
    counts = "several => Object.fromEntries([...several].map(([term, places]) => [term, places.length]))"
    shown = asked(opened[0], f"texts.map(text => occurrences(text, [1, 2], [2, 5]).map({counts}))", STRANGE)
    for text, (of_words, of_characters) in zip(STRANGE, shown, strict=True):
        tokens = re.findall(ngrams.WORD, text.lower())
        assert of_words == Counter([*ngrams.runs(tokens, 1), *ngrams.runs(tokens, 2)])
        assert of_characters == Counter(part for word in text.lower().split() for part in ngrams.parts(word, 2, 5))


def test_what_the_words_add_and_the_constant_are_the_odds(opened: tuple[Page, list[str]]) -> None:
    sums = "texts.map(text => [decision(m, text).odds, reasons(m, text).reduce((sum, one) => sum + one.adds, decision(m, text).constant)])"
    for odds, total in asked(opened[0], f"models.flatMap(m => {sums})", sample()[:20] + STRANGE):
        assert total == pytest.approx(odds, abs=1e-9)
    words = asked(opened[0], "reasons(models[0], texts[0]).map(one => one.word)", ["We, we will strike!"])
    assert sorted(words) == ["We", "strike", "will"]


def test_sentences_of_the_page_have_the_bounds_of_the_corpus_in_ordinary_prose(opened: tuple[Page, list[str]]) -> None:
    cut = "texts.map(text => sentences(text).map(([start, end]) => text.slice(start, end)))"
    assert asked(opened[0], cut, [PROSE]) == [BOUNDS]
    assert [line[slice(*bounds)] for line in PROSE.split("\n") for bounds in sentences(line)] == BOUNDS
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    parts = [text[slice(*part)] for text in texts for part in passages(text)]
    gold = [[part[slice(*bounds)] for bounds in sentences(part)] for part in parts]
    shown = asked(opened[0], cut, parts)
    same = sum(len(set(one) & set(other)) for one, other in zip(gold, shown, strict=True))
    assert same / max(sum(map(len, gold)), sum(map(len, shown))) > 0.98


def test_axe_finds_nothing(opened: tuple[Page, list[str]]) -> None:
    assert [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(opened[0]).response["violations"]] == []


def test_a_small_dark_page_has_contrast_and_never_scrolls_sideways(browser: Browser, page_file: Path) -> None:
    page, complaints = _opened(browser, page_file, 390, "dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert complaints == []


def test_a_pasted_text_has_its_marks_and_the_pointer_and_the_keyboard_show_the_words(opened: tuple[Page, list[str]]) -> None:
    page, complaints = opened
    tags = page.locator(".tag").all_inner_texts()
    assert [re.sub(r"[0-9]{2}\.[0-9]", "N", tag) for tag in tags] == ["threat N %", "criticism N %"]
    page.locator("#text").fill("The market opened.\n\nWe will strike with all our force. It rained & <b>rained</b>.")
    expect(page.locator("#count")).to_have_text("3 sentences: 1 of threat, 0 of criticism")
    ones = page.locator(".one")
    assert ones.nth(2).inner_text() == "It rained & <b>rained</b>."
    expect(page.locator("[aria-selected=true]")).to_contain_text("We will strike")
    expect(page.locator("#why .kind0 h3")).to_contain_text(", marked")
    assert page.locator("#why .kind0 .words b").first.inner_text() == "strike"
    ones.nth(2).hover()
    expect(page.locator("#why .kind0 h3")).to_contain_text(", not marked")
    page.locator("#clear").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == ones.nth(2).inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[aria-selected=true]")).to_contain_text("We will strike")
    page.keyboard.press("Home")
    page.locator("#next").press("Enter")
    expect(page.locator(".one:focus")).to_contain_text("We will strike")
    page.locator("#clear").press("Enter")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("0 sentences: 0 of threat, 0 of criticism")
    assert complaints == []


def test_error_rates_are_counted_from_the_scores_of_the_artefact(opened: tuple[Page, list[str]], taxonomy: Taxonomy) -> None:
    for task, table in zip(detector.KINDS, opened[0].locator(".rates table").all(), strict=True):
        _, made = artefact.load(SHIPPED / detector.MODEL / task, taxonomy)
        several = rates.of(made)
        assert [rate.split for rate in several] == ["dense speeches", "natural speeches", "statements"]
        for rate in several:
            assert rate.found / rate.gold == rate.recall.value
            assert rate.found / rate.marked == rate.precision.value
            assert rate.wrong / rate.others == rate.alarms.value
        counts = [f"{pair[0]} of {pair[1]}" for r in several for pair in ((r.found, r.gold), (r.found, r.marked), (r.wrong, r.others))]
        assert table.locator("td b").all_inner_texts() == counts


def test_the_command_writes_one_small_file_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", "--detector", "--json"]) == 0
    shown = msgspec.json.decode(capsys.readouterr().out)
    assert set(shown) == set(SHAPES["report"])
    assert shown["path"] == "dist/detector.html"
    assert shown["bytes"] == Path("dist/detector.html").stat().st_size < 1_000_000
    assert len(shown["summary"]) == 6


def test_a_model_that_does_not_come_with_redline_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(RedlineError, match="linear/threat_sentence: does not exist; needed: a linear model of threat_sentence"):
        detector.detector(taxonomy, "threat_sentence", tmp_path)
