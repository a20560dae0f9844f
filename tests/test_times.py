"""How long raters work is measured without pauses, saved with each edit, and printed by document and by layer."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from redline.app import journal, times
from redline.app.edits import DAY, Edit, EditError, check
from redline.app.journal import Batch, Journal
from redline.app.times import Work
from redline.cli import main
from redline.core.corpus import Source
from redline.core.files import sha256
from redline.project import Project, sources

from conftest import NASTY, copied, record, span  # isort: skip
from test_annotate import DOC, Bench  # isort: skip
from windows import press, saved  # isort: skip

FIRST, SECOND = "Five words and no more", "שלום 👨‍👩‍👧 e\u0301 ﬁn"


def edit(item: str, after: Any, seconds: float, passage: int = 0, before: Any = None) -> Edit:
    return Edit(f"k{item}{passage}{seconds}", passage, item, before, after, seconds)


def batch(*edits: Edit, guidelines: str = "2.0.2") -> Batch:
    return Batch("2026-01-01T00:00:00+00:00", guidelines, "t", "f", edits)


def written(path: Path, *batches: Batch) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Journal(path)
    for one in batches:
        made.append(one)
    made.close()


THREAT = msgspec.to_builtins(span("threat", "THREAT", NASTY, "שלום", "s1"))
ENTITY = msgspec.to_builtins(span("entities", "GPE", NASTY, "עולם", "s2"))


def test_seconds_belong_to_the_layer_that_an_edit_changes(tmp_path: Path) -> None:
    relation = {"head_id": "s1", "child_id": "s2", "label": "TARGET"}
    written(
        tmp_path / "x.journal",
        batch(edit("span:s1", THREAT, 4), edit("span:s2", ENTITY, 0), edit("relation:s1 TARGET s2", relation, 2.5)),
        batch(edit("span:s2", None, 3, before=ENTITY), edit("layer:stance", "2.0.3", 1), edit("comment:", "why", 7), guidelines="2.0.3"),
    )
    batches = journal.read(tmp_path / "x.journal")
    assert list(times.work(batches)) == [
        Work(0, "threat", "2.0.2", 4),
        Work(0, "threat", "2.0.2", 2.5),
        Work(0, "entities", "2.0.3", 3),
        Work(0, "stance", "2.0.3", 1),
        Work(0, "", "2.0.3", 7),
    ]
    assert times.seconds(batches) == 17.5


def test_a_journal_from_before_has_no_seconds_and_an_edit_without_them_is_the_line_of_before() -> None:
    line = b'{"key":"k","passage":0,"item":"comment:","before":null,"after":"x"}'
    assert msgspec.json.encode(Edit("k", 0, "comment:", None, "x")) == line
    assert msgspec.json.decode(line, type=Edit).seconds == 0


@pytest.mark.parametrize("seconds", [-0.1, DAY + 1, float("nan"), float("inf")])
def test_seconds_that_no_page_measures_are_refused(seconds: float) -> None:
    with pytest.raises(EditError, match="needed: 0 to 86,400"):
        check(edit("comment:", "x", seconds), (record(NASTY),), ())
    check(edit("comment:", "x", DAY), (record(NASTY),), ())


@pytest.fixture
def timed(small_project: Project) -> Project:
    """A project with a document of five and of four words, on which two raters worked."""
    text = f"{FIRST}\n\n{SECOND}\n"
    some = sources.read(small_project.seeds, next(small_project.seeds.glob("*.json")).stem, small_project.texts)
    seed = msgspec.structs.replace(some.seed, doc="odd", sha256=sha256(text.encode()))
    sources.write(Source(seed, text, seed.sha256), small_project.seeds)
    drafts = small_project.corpus / "drafts"
    written(
        drafts / "anna" / "odd.journal",
        batch(edit("span:s2", ENTITY, 30), edit("layer:threat", "2.0.2", 12, 1), edit("layer:threat", "2.0.2", 3)),
    )
    written(drafts / "ben" / "odd.journal", batch(edit("comment:", "x", 90, 1)))
    written(drafts / "anna" / "practice.journal", batch(edit("comment:", "x", 900)))
    return small_project


def test_times_are_printed_by_document_and_by_layer_with_seconds_per_100_words(timed: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--times"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "anna",
        "  odd                              0.8 minutes on   2 passages    500 seconds per 100 words",  # 45 seconds, 9 words
        "  entities                         0.5 minutes on   1 passage     600 seconds per 100 words",  # 30 seconds, 5 words
        "  threat                           0.2 minutes on   2 passages    167 seconds per 100 words",  # 15 seconds, 9 words
        "ben",
        "  odd                              1.5 minutes on   1 passage    2250 seconds per 100 words",  # 90 seconds, 4 words
        "  comments                         1.5 minutes on   1 passage    2250 seconds per 100 words",
    ]
    assert main(["status", "--times", "--json", "--rater", "ben", "odd"]) in (0, 1)
    row = {"rater": "ben", "doc": "odd", "layer": "", "guidelines": "2.0.2", "seconds": {"1": 90.0}, "words": {"1": 4}}
    assert json.loads(capsys.readouterr().out)["times"] == [row]


def test_a_journal_without_its_text_has_no_rate_a_damaged_one_is_one_line_and_none_is_a_sentence(
    timed: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (timed.seeds / "odd.txt").unlink()
    assert main(["status", "--times", "--rater", "ben"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "  odd                              1.5 minutes on   1 passage"
    path = timed.corpus / "drafts" / "ben" / "odd.journal"
    path.write_bytes(path.read_bytes() * 2 + b"x")
    path.write_bytes(path.read_bytes().replace(b"90", b"91"))
    assert main(["status", "--times"]) == 2
    assert capsys.readouterr().err.endswith("odd.journal:1: is damaged; needed: the original line (from a backup of this file)\n")
    assert main(["status", "--times", "--rater", "nobody"]) == 0
    assert capsys.readouterr().out == "there are no times: nobody has edited on the annotator's page of this machine\n"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Bench]:
    made = Bench(copied(tmp_path_factory.mktemp("times")), browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.close()


CLOCK = """async () => {
  const { tick, taken } = await import('/clock.js')
  const start = 1e9, seconds = s => start + s * 1000
  tick(start)
  taken(0, start)
  for (const s of [30, 90, 150.5, 151]) tick(seconds(s))
  return [taken(0, seconds(152)), taken(0, seconds(152)), taken(1, seconds(152))] }"""


def test_a_pause_of_more_than_a_minute_does_not_count(bench: Bench) -> None:
    page = bench.opened()
    assert page.evaluate(CLOCK) == [91.5, 0, 0]  # 30 and 60 seconds, not 60.5, then 0.5 and 1
    page.close()


def test_the_seconds_of_a_passage_are_saved_once_with_its_edit_and_summed_in_the_list(bench: Bench) -> None:
    start = time.monotonic()
    page = bench.opened(f"?doc={DOC}&passage=2")
    press(page, "j", "j")
    page.wait_for_timeout(1200)  # of work
    press(page, "p")
    saved(page)
    path = bench.desk.folder / f"{DOC}.journal"
    (edits,) = [one.edits for one in journal.read(path)]
    assert [one.passage for one in edits] == [2]
    assert 1.2 <= edits[0].seconds < time.monotonic() - start
    page.close()
    bench.desk.commit(DOC, 1, [edit("comment:", "x", 120)])
    expect(bench.opened("").locator(".documents li", has_text="2 minutes · 1 comment")).to_have_count(1)
    bench.desk.timed = False
    page = bench.opened(f"?doc={DOC}&passage=3")
    press(page, "j", "j", "p")
    saved(page)
    assert journal.read(path)[-1].edits[0].seconds == 0
    assert bench.complaints == []
