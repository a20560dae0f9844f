"""How fast the annotator's page is, in a real browser: first paint, opening, key press to paint, key press to "Saved"."""

import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
from playwright.sync_api import Browser, Page, expect, sync_playwright

from redline import project as projects
from redline.app import server
from redline.app.desk import Desk
from redline.app.edits import Edit
from redline.core.corpus import Source
from redline.core.files import sha256
from redline.project import Project, sources

import chromium  # isort: skip

ROOT = Path(__file__).resolve().parents[1]
WORDS, SPANS = 2000, 300
MOST = {
    "first paint": 400,
    "open": 400,
    "press to paint, 20 passages": 30,
    "press to paint, 1 passage": 60,
    "press to saved": 50,
    "work a press, 20 passages": 30,
    "work a press, 1 passage": 60,
}
"""Milliseconds: the median of each should be below."""
LISTEN = """() => { const times = window.times = { paint: [], saved: [] }
  let pressed = 0
  addEventListener('keydown', ({ timeStamp, key }) => {
    if (key === 'o') pressed = timeStamp
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => times.paint.push(performance.now() - timeStamp)
      port2.postMessage(0) }) }, true)
  const save = document.querySelector('#save')
  new MutationObserver(() => {
    if (save.textContent !== 'Saved' || !pressed) return
    times.saved.push(performance.now() - pressed)
    pressed = 0 }).observe(save, { childList: true, subtree: true, characterData: true }) }"""


def project(folder: Path) -> Project:
    """A project with `one`, a passage of 2,000 words, and `twenty` passages of 100."""
    for name in ("seeds", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "redline.toml", folder)
    for name in ("raters", "gold"):
        (folder / "corpus" / name).mkdir(parents=True)
    here = projects.find(folder)
    known = sources.read_all(here.seeds, here.texts)
    words = list(islice(cycle(word for source in known.values() for word in source.text.split()), WORDS))
    for doc, size in (("one", WORDS), ("twenty", WORDS // 20)):
        text = "\n\n".join(" ".join(words[n : n + size]) for n in range(0, WORDS, size)) + "\n"
        seed = msgspec.structs.replace(next(iter(known.values())).seed, doc=doc, sha256=sha256(text.encode()))
        sources.write(Source(seed, text, seed.sha256), here.seeds)
    return here


def labelled(desk: Desk, doc: str) -> None:
    """Saves 300 spans of one to nine words, spread over the document and over all layers."""
    records = desk.draft(doc).document.records
    labels = cycle([(layer.layer, label.name) for layer in desk.taxonomy.layers.values() for label in layer.labels])
    places = [(record, match) for record in records for match in _runs(record.text, SPANS // len(records))]
    sent = []
    for n, ((record, (start, end)), (layer, label)) in enumerate(zip(places, labels, strict=False)):
        place = {"start": start, "end": end, "text": record.text[start:end]}
        span = {"id": f"b{n}", "layer": layer, "label": label, **place, "attributes": {}}
        sent.append(Edit(f"bench-{n}", record.meta.passage, f"span:b{n}", None, span))
    desk.commit(doc, 0, sent)


def _runs(text: str, count: int) -> Iterator[tuple[int, int]]:
    words = text.split(" ")
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    for n in range(count):
        first = n * len(words) // count
        last = min(first + n % 9, len(words) - 1)
        yield starts[first], starts[last] + len(words[last])


@contextmanager
def served(here: Project) -> Iterator[tuple[Desk, str]]:
    """The desk of a rater and the address of its page."""
    desk = Desk(here, "bench")
    service = server.service(desk, 0)
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    try:
        yield desk, service.address
    finally:
        service.server.should_exit = True
        thread.join()
        desk.close()


def opened(browser: Browser, address: str, doc: str) -> Page:
    """A new window on a document."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address.replace("/#", f"/?doc={doc}#"))
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def times(page: Page, presses: int) -> dict[str, list[float]]:
    """Milliseconds of each press until it is painted, and of each label until it is saved."""
    page.evaluate(LISTEN)
    for _ in range(presses // 2):
        page.keyboard.press("Control+ArrowRight")
        page.keyboard.press("o")
        expect(page.locator("#save")).to_have_text("Saved")
    found: Any = page.evaluate("times")
    return {name: [float(value) for value in values] for name, values in found.items()}


WORK = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


def work(page: Page, presses: int) -> tuple[dict[str, list[float]], float]:
    """The times, and the milliseconds of the processor for script, style and layout of a press; other processes do not count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        return sum(metric["value"] for metric in session.send("Performance.getMetrics")["metrics"] if metric["name"] in WORK)

    before = spent()
    found = times(page, presses)
    return found, (spent() - before) * 1000 / presses


def measured(browser: Browser, address: str, presses: int, opens: int) -> dict[str, list[float]]:
    """All figures, in milliseconds; `one` and `twenty` are the documents of `project`."""
    start = "[performance.getEntriesByName('first-contentful-paint')[0].startTime, +document.documentElement.dataset.ready]"
    starts: list[list[float]] = []
    for _ in range(opens):
        page = opened(browser, address, "twenty")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        starts.append(page.evaluate(start))
        page.context.close()
    (twenty, work_of_twenty), (one, work_of_one) = (work(opened(browser, address, doc), presses) for doc in ("twenty", "one"))
    return {
        "first paint": [paint for paint, _ in starts],
        "open": [ready for _, ready in starts],
        "press to paint, 20 passages": twenty["paint"],
        "press to paint, 1 passage": one["paint"],
        "press to saved": twenty["saved"],
        "work a press, 20 passages": [work_of_twenty],
        "work a press, 1 passage": [work_of_one],
    }


def line(name: str, values: list[float]) -> str:
    """A figure in words."""
    high = f", 95 % within {quantiles(values, n=20)[-1]:.0f} ms" if len(values) > 1 else ""
    return f"{name}: {median(values):.0f} ms{high}; should be below {MOST[name]} ms"


def main(presses: int = 60) -> int:
    """Prints the median and the 95th percentile of each figure; 1 where a median is above its bound."""
    with tempfile.TemporaryDirectory() as folder, served(project(Path(folder))) as (desk, address), sync_playwright() as playwright:
        for doc in ("one", "twenty"):
            labelled(desk, doc)
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.ARGUMENTS)
        figures = measured(browser, address, presses, opens=5)
        browser.close()
    for name, values in figures.items():
        print(line(name, values))
    return int(any(median(values) > MOST[name] for name, values in figures.items()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
