"""The page on which a text is added, in a real browser: the bytes that were sent, each repair by a tick, and the files of the command."""

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import small
from redline.app import adding, view
from redline.cli import main
from redline.core.errors import RedlineError
from redline.curate import inspection
from redline.project import Project
from redline.project.lock import NAME
from test_annotate import SINKS, Bench
from windows import press

PASTED = "The port closed 🌊.\n\nNobody said why. “Wait,” he said.\n"
ODD = "Café “Ñandú”\r\n\r\nOne line.\r\n".encode("cp1252")
HIDDEN = "\ufeffOr\u200bla is\u00ad here.\u2028It rained.\r\n👨\u200d👩 stay.\r\n".encode()
ABOUT = {
    "doc": "port-note", "title": "A note", "genre": "wire", "origin": "fiction", "language": "en", "date": None, "event": "port",
    "rights": "", "license": "CC-BY-4.0", "author": "A. Writer", "sources": [],
}  # fmt: skip
OPTIONS = ["--doc", "port-note", "--title", "A note", "--genre", "wire", "--origin", "fiction", "--event", "port"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    """The server of a rater of the small project, and a browser."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    here = small(tmp_path_factory.mktemp("adding"))
    (here.corpus / "practice.json").unlink()  # it names other documents
    made = Bench(here, context)
    yield made
    made.close()


@pytest.fixture
def here(bench: Bench) -> Iterator[Project]:
    """The project, as it is without the texts of a test."""
    project = bench.desk.project
    before = set(project.seeds.iterdir())
    yield project
    for path in {*project.seeds.iterdir()} - before:
        path.unlink()


def opened(bench: Bench) -> Page:
    """The page, by its address."""
    page = bench.context.new_page()
    page.goto(bench.service.address.replace("/#", "/add/#"))
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def followed(bench: Bench) -> Page:
    """The page, reached from the list of documents by Tab and Enter."""
    page = bench.opened("")
    for _ in range(40):
        press(page, "Tab")
        if page.evaluate("document.activeElement.textContent") == "Add a text":
            break
    press(page, "Enter")
    page.wait_for_url("**/add/")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def chosen(page: Page, data: bytes) -> None:
    """Gives the page a file and waits for what the server says."""
    page.locator("#file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": data})
    expect(page.locator("#found dt").first).to_have_text("Encoding")


def filled(page: Page) -> None:
    """Fills the fields by keyboard, in their order; the focus is before the first one."""
    for value in ("port-note", "A note", "CC-BY-4.0", "wire", "fiction", "port", "A. Writer"):
        press(page, "Tab")
        page.keyboard.type(value)


def test_a_text_that_is_pasted_by_keyboard_is_saved_with_exactly_its_bytes_as_by_the_command(
    bench: Bench, here: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = followed(bench)
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    press(page, "Control+v")
    expect(page.locator("#found")).to_contain_text("2, with 3 sentences")
    press(page, "Tab", "Tab")  # to the file, to the passages
    filled(page)
    press(page, "Enter")
    expect(page.locator("#said")).to_contain_text("port-note: 2 passages, 3 sentences.")
    saved = {path.name: path.read_bytes() for path in here.seeds.glob("port-note.*")}
    assert saved["port-note.txt"] == PASTED.encode()
    monkeypatch.chdir(here.root)
    assert main(["validate", "--ignore", "RL607"]) == 0
    press(page, "Enter")  # the link to the document has the focus
    page.wait_for_url("**/?doc=port-note")
    expect(page.locator(".text").first).to_have_text("The port closed 🌊.")
    for name in saved:
        (here.seeds / name).unlink()
    (tmp_path / "note.txt").write_bytes(PASTED.encode())
    assert main(["ingest", str(tmp_path / "note.txt"), *OPTIONS, "--licence", "CC-BY-4.0", "--author", "A. Writer"]) == 0
    assert {path.name: path.read_bytes() for path in here.seeds.glob("port-note.*")} == saved
    assert bench.complaints == []


def test_each_repair_is_a_tick_box_and_nothing_is_changed_without_a_tick(bench: Bench, here: Project) -> None:
    page = opened(bench)
    chosen(page, HIDDEN)
    found, boxes = page.locator("#found"), page.locator("#repairs label")
    expect(boxes).to_have_text(["remove the byte order mark", "end lines with LF", "remove 3 hidden characters"])
    for text in ("2 × CRLF", "1 × U+200B ZERO WIDTH SPACE", "1 × U+00AD SOFT HYPHEN", "1 × U+2028 LINE SEPARATOR"):
        expect(found).to_contain_text(text)
    assert page.locator("#repairs input:checked").count() == 0
    expect(page.locator("#refusal")).to_have_text("the text:1: contains a carriage return; needed: UTF-8 text with LF line ends")
    page.locator("#repairs input").first.focus()
    press(page, "Space", "Tab", "Space", "Tab", "Space")
    expect(page.locator("#refusal")).to_be_empty()
    expect(page.locator("#result li")).to_have_count(3)  # once the third repair is answered
    assert page.locator("#result li").all_text_contents() == ["Orla is here.", "It rained.", "👨\u200d👩 stay."]
    press(page, "Tab")  # to the passages
    filled(page)
    press(page, "Enter")
    expect(page.locator("#said")).to_contain_text("port-note: 3 passages, 3 sentences.")
    assert (here.seeds / "port-note.txt").read_text(encoding="utf-8") == "Orla is here.\nIt rained.\n👨\u200d👩 stay.\n"
    chosen(page, ODD)
    expect(boxes).to_have_text(["convert from Windows-1252 to UTF-8", "end lines with LF"])
    assert page.locator("#repairs input:checked").count() == 0  # ticks are of one text


def test_a_paste_keeps_line_ends_that_a_text_area_does_not_show_until_somebody_types(bench: Bench) -> None:
    page = opened(bench)
    page.evaluate("text => navigator.clipboard.writeText(text)", "One.\r\nTwo.\r\n")
    press(page, "Control+v")
    expect(page.locator("#found")).to_contain_text("2 × CRLF")
    page.keyboard.type("Three.")
    expect(page.locator("#found")).to_contain_text("2 × LF")
    expect(page.locator("#found")).not_to_contain_text("CRLF")


@pytest.mark.parametrize(
    ("data", "ticks", "text"),
    [
        (HIDDEN, {"mark", "lines", "hidden"}, "Orla is here.\nIt rained.\n👨\u200d👩 stay.\n"),
        (HIDDEN, {"mark", "lines"}, "Or\u200bla is\u00ad here.\u2028It rained.\n👨\u200d👩 stay.\n"),
        (ODD, {"encoding", "lines"}, "Café “Ñandú”\n\nOne line.\n"),
        ("Ödland\n".encode("utf-16"), {"encoding"}, "Ödland\n"),
    ],
)
def test_the_ticked_repairs_are_made_and_no_other(data: bytes, ticks: set[str], text: str) -> None:
    assert inspection.repaired(data, ticks) == text


@pytest.mark.parametrize(("data", "ticks"), [(ODD, {"lines"}), (HIDDEN, {"mark"}), (HIDDEN, {"lines"}), (b"\x81\xff", {"encoding"})])
def test_a_text_that_needs_another_repair_is_refused(data: bytes, ticks: set[str]) -> None:
    with pytest.raises(RedlineError, match="the text"):
        inspection.repaired(data, ticks)


def test_a_problem_that_a_passage_has_many_times_is_one_line(bench: Bench) -> None:
    text = "\u200b".join("Orla") + "\n\nOr\u200bla\n"
    seen = inspection.inspected(text.encode(), [], {}, bench.desk.taxonomy)
    line = "RL207 hidden-character: U+200B is invisible"
    assert seen.problems == [f"passage 0: {line}, 3 times", f"passage 1: {line}"]


def test_a_document_that_a_text_resembles_is_named(bench: Bench, here: Project) -> None:
    page = opened(bench)
    text = (here.seeds / "dam-wire.txt").read_text(encoding="utf-8")
    chosen(page, f"A new headline stands here.\n{text}".encode())
    expect(page.locator("#found .warn")).to_contain_text("dam-wire: ")
    chosen(page, b"Nobody in the village had seen the river so low before.\n")
    expect(page.locator("#found .warn")).to_have_count(0)


def asked(bench: Bench, path: str, body: Any, **headers: str) -> http.client.HTTPResponse:
    port = bench.service.listener.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    token = {"X-Redline-Token": bench.service.address.partition("#")[2], "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), token | headers)
    return connection.getresponse()


@pytest.mark.parametrize(
    "wrong",
    [
        *({"doc": name} for name in ("../evil", "/tmp/evil", "a/b", "nul", "..", "", "A B", "port\n", "practice", "x" * 65)),
        {"origin": "referenced"}, {"rights": "withdrawn"}, {"genre": "war"}, {"license": "mine"}, {"event": "../e"}, {"title": ""},
        {"author": ""}, {"date": "today"}, {"more": 1}, {"origin": "account"}, {"doc": "dam-wire"},
    ],
)  # fmt: skip
def test_a_hostile_name_or_path_is_refused_and_nothing_is_written(wrong: dict[str, Any], bench: Bench, here: Project) -> None:
    before = {path for path in here.root.rglob("*") if path.name != NAME}
    data = base64.b64encode(PASTED.encode()).decode()
    reply = asked(bench, "/api/add/save", {"data": data, "repairs": [], "about": ABOUT | wrong})
    assert (reply.status, list(json.load(reply))) == (422, ["error"])
    assert {path for path in here.root.rglob("*") if path.name != NAME} == before


def test_only_the_page_itself_may_add_a_text(bench: Bench, here: Project) -> None:
    sent = {"data": base64.b64encode(PASTED.encode()).decode(), "repairs": [], "about": ABOUT}
    assert asked(bench, "/api/add/save", sent, **{"X-Redline-Token": ""}).status == 401
    assert asked(bench, "/api/add/save", sent, Origin="http://evil.example").status == 403
    assert asked(bench, "/api/add/save", sent | {"data": "%"}).status == 422
    assert asked(bench, "/api/add/look", {"data": "", "repairs": ["all"]}).status == 422
    assert not (here.seeds / "port-note.txt").exists()


def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(bench: Bench) -> None:
    page = opened(bench)
    chosen(page, HIDDEN)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert [(v["id"], v["nodes"][0]["html"][:90]) for v in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_text_becomes_markup(bench: Bench) -> None:
    page = opened(bench)
    chosen(page, b"<img src=x onerror=alert(1)> <script>document.title = 'evil'</script>\n")
    assert page.locator("#result li").all_text_contents() == ["<img src=x onerror=alert(1)> <script>document.title = 'evil'</script>"]
    for path in adding.PAGE.glob("*.js"):
        assert SINKS.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_a_text_that_is_added_while_the_list_is_made_does_not_stop_it_and_is_in_the_next_list(
    bench: Bench, here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = msgspec.convert({"data": PASTED.encode(), "repairs": [], "about": {**ABOUT, "doc": "port-late"}}, adding.New)
    progress, added = bench.desk.progress, []

    def slow(doc: str) -> dict[str, int | bool]:
        if not added:
            added.append(adding.save(bench.desk, new))
        return progress(doc)

    monkeypatch.setattr(bench.desk, "progress", slow)
    names = [[document["doc"] for document in view.start(bench.desk, [])["documents"]] for _ in range(2)]
    assert added == [{"doc": "port-late", "passages": 2, "sentences": 3}]
    assert ["port-late" in each for each in names] == [False, True]
