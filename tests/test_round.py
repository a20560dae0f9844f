"""The whole round in the pages: a text is added, two raters label it, differences are decided, and gold goes into a release."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import redline
from conftest import ROOT, small
from redline.cli import main
from redline.project import Project
from test_add_page import chosen, filled, followed, opened
from test_adjudicate_page import Bench as Deciding
from test_adjudicate_page import serving
from test_annotate import Bench
from test_complaints import word
from windows import press, saved

DOC = "port-note"
PASTED = "Arvenia closed the port 🌊.\n\nBelmora opened it again on Monday.\n"
SHORT = "Arvenia closed the port.\n"
PRESSES = {"adding": 60, "boris": 8, "clara": 6, "deciding": 6}
COUNT = """addEventListener('keydown', ({ key }) => {
  if (!['Control', 'Shift'].includes(key)) sessionStorage.presses = 1 + Number(sessionStorage.presses ?? 0) }, true)"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small project, which is the working folder."""
    made = small(tmp_path)
    (made.corpus / "practice.json").unlink()  # it names other documents
    monkeypatch.chdir(tmp_path)
    return made


@contextmanager
def rating(here: Project, browser: Browser, rater: str) -> Iterator[Bench]:
    """The server of a rater, and windows that count presses."""
    bench = Bench(here, browser.new_context(viewport={"width": 1440, "height": 900}), rater)
    bench.context.add_init_script(COUNT)
    try:
        yield bench
    finally:
        bench.close()


@contextmanager
def deciding(here: Project, browser: Browser) -> Iterator[Deciding]:
    """The server of an adjudicator, and windows that count presses."""
    with serving(here, browser) as bench:
        bench.context.add_init_script(COUNT)
        yield bench


def presses(page: Page) -> int:
    """The keys that were pressed in a window; a combination is one press."""
    return int(page.evaluate("sessionStorage.presses ?? 0"))


def arrived(page: Page) -> None:
    """Waits until the document that was added is open."""
    page.wait_for_url(f"**/?doc={DOC}")
    page.wait_for_selector("html[data-ready]", state="attached")


def done(page: Page, number: int, count: int) -> None:
    """Waits until the page says that so many passages are done."""
    expect(page.locator(".where")).to_contain_text(f"{number} of {count} done")
    saved(page)


def released(here: Project, labels: list[tuple[str, str]]) -> None:
    """Gold has these labels, and the commands take it into a release."""
    gold = redline.read(here.gold / f"{DOC}.jsonl")
    assert [(one.label, one.text) for record in gold for one in record.spans] == labels
    for command in (["entities", "propose"], ["split"], ["validate", "--ignore", "RL607"], ["publish", "--no-baselines"]):
        assert main(command) == 0, command
    (folder,) = (here.root / "dist").glob("redline-*")
    assert main(["verify", str(folder)]) == 0
    assert redline.load(folder).documents[DOC].records == gold.records


def added_by_keys(bench: Bench) -> Page:
    """Pastes a text, fills the fields, and opens the new document."""
    bench.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = followed(bench)
    page.evaluate("sessionStorage.removeItem('presses')")  # the way through the list depends on when its answers come
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    press(page, "Control+v")
    expect(page.locator("#found")).to_contain_text("2, with 2 sentences")
    press(page, "Tab", "Tab")  # to the file, to the passages
    filled(page)
    press(page, "Enter")
    expect(page.locator("#said")).to_contain_text(f"{DOC}: 2 passages")
    press(page, "Enter")  # the link to the document has the focus
    arrived(page)
    return page


def labelled_by_keys(page: Page, *passages: tuple[str, ...]) -> None:
    """Presses keys in each passage, and marks it as done."""
    for number, keys in enumerate(passages, 1):
        press(page, *keys, "Control+Enter")
        done(page, number, len(passages))


def decided_by_keys(page: Page) -> None:
    """Takes the first rater in both differences, and makes gold."""
    for number in (1, 2):
        expect(page.locator(".dock .head .ask")).to_contain_text(f"Difference {number} of 2")
        press(page, "1", "s")
    press(page, "Control+Enter")
    expect(page.locator("#note")).to_contain_text("gold is made")


def test_the_round_by_keys_alone_ends_in_a_release(here: Project, browser: Browser) -> None:
    begun, counts = time.monotonic(), {}
    with rating(here, browser, "boris") as boris:
        page = added_by_keys(boris)
        counts["adding"] = presses(page)
        labelled_by_keys(page, ("j", "g"), ("j", "g", "j", "d"))
        counts["boris"] = presses(page) - counts["adding"]
    with rating(here, browser, "clara") as clara:
        labelled_by_keys(page := clara.opened(f"?doc={DOC}"), ("j", "o"), ("j", "g"))
        counts["clara"] = presses(page)
    with deciding(here, browser) as anna:
        page = anna.opened("")
        press(page, "Enter")
        decided_by_keys(page)
        counts["deciding"] = presses(page)
    print(f"{sum(counts.values())} presses ({counts}), {time.monotonic() - begun:.1f} s")
    assert counts == PRESSES
    assert [*boris.complaints, *clara.complaints, *anna.complaints] == []
    released(here, [("GPE", "Arvenia"), ("GPE", "Belmora"), ("DATE", "Monday")])


def test_the_manual_has_the_presses_of_the_round() -> None:
    text = " ".join((ROOT / "docs" / "annotating.md").read_text(encoding="utf-8").split())
    wanted = "{adding} presses to add it, {boris} and {clara} to label it, and {deciding} to decide".format(**PRESSES)
    assert wanted in text


def added_by_mouse(bench: Bench) -> Page:
    """Chooses a file, fills the fields, and opens the new document."""
    page = opened(bench)
    chosen(page, SHORT.encode())
    for name, value in (("doc", DOC), ("title", "A note"), ("license", "CC-BY-4.0"), ("event", "port"), ("author", "A. Writer")):
        page.locator(f"[name={name}]").fill(value)
    for name, value in (("genre", "wire"), ("origin", "fiction")):
        page.locator(f"[name={name}]").select_option(value)
    page.get_by_role("button", name="Add the text").click()
    page.locator("#said a").click()
    arrived(page)
    return page


def labelled_by_mouse(page: Page, label: str) -> None:
    """Labels the first word, and marks the passage as done."""
    page.mouse.click(*word(page, 0, 0))
    page.locator(".dock .chip", has_text=label).first.click()
    for name in ("deselect", "passage done"):
        page.locator(".dock").get_by_role("button", name=name).click()
    done(page, 1, 1)


def test_the_round_by_mouse_ends_in_a_release(here: Project, browser: Browser) -> None:
    begun = time.monotonic()
    with rating(here, browser, "boris") as boris:
        labelled_by_mouse(added_by_mouse(boris), "GPE")
    with rating(here, browser, "clara") as clara:
        labelled_by_mouse(clara.opened(f"?doc={DOC}"), "ORG")
    with deciding(here, browser) as anna:
        page = anna.opened("")
        page.locator(".documents a").first.click()
        for name in ("GPE “Arvenia”", "slip", "make gold"):
            page.locator(".dock").get_by_role("button", name=name, exact=True).click()
        expect(page.locator("#note")).to_contain_text("gold is made")
        assert presses(page) == 0
    print(f"{time.monotonic() - begun:.1f} s by mouse")
    assert [*boris.complaints, *clara.complaints, *anna.complaints] == []
    released(here, [("GPE", "Arvenia")])
