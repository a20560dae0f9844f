"""The same work in each browser that is installed: Chromium, and Firefox as `playwright install firefox` brings it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from redline.core.corpus import Source
from redline.core.files import sha256
from redline.core.words import words
from redline.formats import jsonl
from redline.project import sources

import chromium  # isort: skip
from conftest import NASTY, copied  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import press, saved, settled  # isort: skip

TEXT = f"{NASTY} Orla will burn Belmora.\n"
BOX = (
    """i => import('/session.js').then(({ session: { passage } }) => passage.range(...passage.words[i]).getBoundingClientRect().toJSON())"""
)


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def engine(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser of each kind."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        kind: Any = getattr(playwright, request.param)
        here, arguments = (chromium.path(chromium.SHELL), chromium.ARGUMENTS) if request.param == "chromium" else (None, [])
        path = next((path for path in (here, kind.executable_path) if path and Path(path).exists()), None)
        if path is None:
            pytest.skip(f"{request.param} is not installed")
        launched = kind.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def bench(tmp_path: Path, engine: Browser) -> Iterator[Bench]:
    here = copied(tmp_path)
    seed = sources.read(here.seeds, DOC, here.texts).seed
    digest = sha256(TEXT.encode())
    sources.write(Source(msgspec.structs.replace(seed, doc="nasty", sha256=digest), TEXT, digest), here.seeds)
    made = Bench(here, engine.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


def word(page: Page, number: int, part: float = 0.5) -> tuple[int, int]:
    """A pixel on a word: at 0 its left edge, at 1 its right one."""
    box = page.evaluate(BOX, number)
    return round(box["x"] + 1 + part * (box["width"] - 2)), round(box["y"] + box["height"] / 2)


def drag(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    settled(page)


def test_words_spans_relations_and_answers_are_the_same_by_keys_and_mouse(bench: Bench) -> None:
    page, places = bench.opened("?doc=nasty"), words(TEXT.strip())
    orla = next(n for n, (start, end) in enumerate(places) if TEXT[start:end] == "Orla")
    assert page.evaluate("document.querySelector('.text').textContent") == TEXT.strip()
    for number in range(len(places)):
        press(page, "Escape", "Control+Home", *["Control+ArrowRight"] * number, "o")
    apart = [n for n in range(orla) if (n == 0 or places[n][0] > places[n - 1][1]) and places[n][1] < places[n + 1][0]]
    for number in apart:  # two quick clicks on words that touch are a double click in Firefox
        page.mouse.click(*word(page, number))
        press(page, "g")
    press(page, "3")
    drag(page, word(page, orla + 3, 0.7), word(page, orla + 1, 0.4))
    press(page, "t", "n", "q", "e", "n", "u", "c", "r")
    page.locator(".dock .chip").first.click()  # the first role, and the first of its choices
    page.locator(".dock .chip").first.click()
    press(page, "Escape", "Escape")
    saved(page)
    items = bench.items(doc="nasty")
    spans: list[Any] = [value for item, value in items.items() if item.startswith("span:")]
    assert sorted((s["start"], s["end"]) for s in spans if s["label"] == "ORG") == places
    assert sorted((s["start"], s["end"]) for s in spans if s["label"] == "GPE") == [places[n] for n in apart]
    (threat,) = (span for span in spans if span["layer"] == "threat")
    assert (threat["text"], TEXT[threat["start"] : threat["end"]]) == ("will burn Belmora", "will burn Belmora")
    assert len([item for item in items if item.startswith("relation:")]) == 1
    assert bench.complaints == []


def test_a_passage_without_names_is_done_by_one_key_and_its_undo_by_another(bench: Bench) -> None:
    page = bench.opened("?doc=nasty")
    press(page, "Control+Enter")
    expect(page.locator(".dock .ask")).to_contain_text("All passages are done")
    assert len(jsonl.read_one(bench.desk.draft("nasty").file).records[0].meta.layers) == 4
    press(page, "Control+z")
    saved(page)
    assert bench.items(doc="nasty") == {}
