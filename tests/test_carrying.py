"""Drafts follow a corrected text: spans, layers, comments and history stay, and a rater who is at work loses nothing."""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from redline.app import journal, questions
from redline.app.desk import Desk
from redline.app.draft import Draft
from redline.app.edits import Edit
from redline.app.questions import Given
from redline.cli import main
from redline.core.answers import Answers, places
from redline.core.corpus import Source
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.project import Project, sources

from conftest import NASTY  # isort: skip

SECOND = "They will leave the port now."
KILLS = 12


@pytest.fixture
def here(small_project: Project) -> Project:
    """A project with a document that nobody but anna rates; her drafts have spans, a layer, and comments."""
    text = f"{NASTY}\n\n{SECOND}\n"
    some = sources.read(small_project.seeds, next(small_project.seeds.glob("*.json")).stem, small_project.texts)
    sources.write(Source(msgspec.structs.replace(some.seed, doc="odd", sha256=sha256(text.encode())), text, ""), small_project.seeds)
    desk = Desk(small_project, "anna")
    made = [
        edit(0, "span:s1", span("עולם", NASTY, "s1", "GPE", "entities")),
        edit(0, "comment:s1", "which world? 👨‍👩‍👧"),
        edit(0, "comment:", "odd"),
        edit(1, "span:s2", span("leave the port", SECOND, "s2", "CONTENT", "arguments")),
        edit(1, "span:s3", span("They", SECOND, "s3", "ACTOR", "arguments")),
        edit(1, "layer:stance", "2.0.2"),
    ]
    desk.commit("odd", 0, made)
    desk.close()
    return small_project


def span(quote: str, text: str, name: str, label: str, layer: str) -> dict[str, Any]:
    start = text.index(quote)
    place = {"start": start, "end": start + len(quote), "text": quote}
    return {"id": name, "layer": layer, "label": label, **place, "attributes": {}}


def edit(passage: int, item: str, after: Any) -> Edit:
    return Edit(f"k{passage}{item}", passage, item, None, after)


def corrected(here: Project, old: str, new: str) -> Path:
    path = here.root / "new.txt"
    path.write_text((here.seeds / "odd.txt").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return path


def opened(here: Project) -> tuple[Draft, int]:
    """The draft as its rater finds it, and the number of its batches."""
    desk = Desk(here, "anna")
    try:
        draft = desk.draft("odd")
    finally:
        desk.close()
    return draft, len(journal.read(here.corpus / "drafts" / "anna" / "odd.journal"))


def files(here: Project) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(here.root.rglob("odd.*"))}


def test_spans_layers_and_comments_of_a_draft_follow_a_corrected_text(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    new = corrected(here, "leave the port", "leave the 🇺🇦 old port")
    new.write_text("שלום e\u0301. " + new.read_text(encoding="utf-8"), encoding="utf-8")
    history = journal.read(here.corpus / "drafts" / "anna" / "odd.journal")
    assert main(["reanchor", "odd", str(new)]) == 0
    out = capsys.readouterr().out
    assert "odd.journal: 3 spans placed, 1 of them with changed words; 0 lost" in out
    draft, count = opened(here)
    first, second = draft.state
    assert first == {
        "span:s1": first["span:s1"] | {"text": "עולם", "start": NASTY.index("עולם") + 9, "end": NASTY.index("עולם") + 13},
        "comment:s1": "which world? 👨‍👩‍👧",
        "comment:": "odd",
    }
    assert (second["span:s2"]["text"], second["span:s2"]["attributes"]) == ("leave the 🇺🇦 old port", {"unsure": True})
    assert (second["span:s3"]["text"], second["layer:stance"]) == ("They", "2.0.2")
    for items, record in zip(draft.state, draft.document.records, strict=True):
        assert all(record.text[one["start"] : one["end"]] == one["text"] for item, one in items.items() if item.startswith("span:"))
    assert journal.read(here.corpus / "drafts" / "anna" / "odd.journal")[:-1] == history
    assert count == 2


def test_what_a_joined_passage_had_is_in_the_passage_that_it_became(here: Project) -> None:
    assert main(["reanchor", "odd", str(corrected(here, "ﬁn.\n\n", "ﬁn. "))]) == 0
    (joined,) = opened(here)[0].state
    assert {"span:s1", "span:s2", "span:s3", "comment:s1", "comment:"} <= joined.keys()
    assert "layer:stance" not in joined  # only one of the two passages had it


def test_a_lost_span_of_a_draft_stops_the_correction_and_is_left_out_when_asked(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    new, before = corrected(here, "leave the port", "go"), files(here)
    assert main(["reanchor", "odd", str(new)]) == 1
    assert "lost: CONTENT `leave the port` s2 [passage 1]: its first or last word was deleted" in capsys.readouterr().out
    assert files(here) == before
    assert main(["reanchor", "odd", str(new), "--leave-out"]) == 1
    assert "span:s2" not in opened(here)[0].state[1]


def test_a_rater_who_has_the_page_open_stops_the_correction_with_a_line_and_nothing_is_written(
    here: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, before = Desk(here, "anna"), files(here)
    assert main(["reanchor", "odd", str(corrected(here, "port", "harbour"))]) == 2
    error = capsys.readouterr().err
    assert error == "redline: rater `anna` is open in another process; needed: one process per rater\n"
    assert files(here) == before
    desk.close()


def test_a_correction_that_is_killed_goes_on_and_loses_no_edit(here: Project) -> None:
    draw = random.Random(3)
    for _ in range(KILLS):
        new = corrected(here, "They", "Say. They")
        child = os.fork()
        if child == 0:
            try:
                main(["reanchor", "odd", str(new)])
            finally:
                os._exit(0)
        time.sleep(draw.random() * 0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert main(["reanchor", "odd", str(new)]) == 0
        (first, second), record = opened(here)[0].state, opened(here)[0].document.records[1]
        assert first["comment:s1"] == "which world? 👨‍👩‍👧"
        assert record.text[second["span:s3"]["start"] : second["span:s3"]["end"]] == "They"


def test_a_draft_that_was_carried_before_a_kill_is_carried_once(here: Project) -> None:
    new, seed = corrected(here, "They", "Say. They"), [(path, path.read_bytes()) for path in here.seeds.glob("odd.*")]
    assert main(["reanchor", "odd", str(new)]) == 0
    path = here.corpus / "drafts" / "anna" / "odd.journal"
    carried = path.read_bytes()
    for each, data in seed:  # as if killed before the seed was written
        each.write_bytes(data)
    with pytest.raises(RedlineError, match="belongs to a different text of odd"):
        opened(here)
    assert main(["reanchor", "odd", str(new)]) == 0
    assert path.read_bytes() == carried
    assert opened(here)[0].state[1]["span:s3"]["text"] == "They"


def test_a_dry_run_prints_old_and_new_words_of_a_draft_and_writes_nothing(here: Project, capsys: pytest.CaptureFixture[str]) -> None:
    new, before = corrected(here, "leave the port", "leave the old 👨‍👩‍👧 port"), files(here)
    assert main(["reanchor", "odd", str(new), "--dry-run"]) == 0
    path, changed, last = capsys.readouterr().out.splitlines()
    assert path.endswith("odd.journal: 3 spans placed, 1 of them with changed words; 0 lost")
    assert changed == "  changed: CONTENT `leave the port` -> `leave the old 👨‍👩‍👧 port` [passage 1]; marked unsure"
    assert last == "nothing was written, because of --dry-run"
    assert files(here) == before


def test_comments_of_a_passage_that_is_removed_go_to_its_neighbour(here: Project) -> None:
    assert main(["reanchor", "odd", str(corrected(here, f"{NASTY}\n\n", "")), "--leave-out"]) == 1
    (left,) = opened(here)[0].state
    assert left["comment:"] in ("which world? 👨‍👩‍👧 / odd", "odd / which world? 👨‍👩‍👧")


def test_a_file_of_the_page_stays_its_own_when_passages_are_joined(here: Project) -> None:
    desk = Desk(here, "anna")
    version = desk.draft("odd").version
    done = [
        Edit(f"d{passage}{layer}", passage, f"layer:{layer}", None, "2.0.2") for passage in (0, 1) for layer in ("entities", "arguments")
    ]
    same = [Edit("s1", 1, "span:s1", None, span("port", SECOND, "s1", "GPE", "entities"))]  # an id that the first passage has too
    assert desk.commit("odd", version, [*same, *done]) is None
    before = sum(item.startswith("span:") for items in desk.draft("odd").state for item in items)
    desk.close()
    assert main(["reanchor", "odd", str(corrected(here, "ﬁn.\n\n", "ﬁn. "))]) == 0
    (joined,) = opened(here)[0].state
    assert sum(item.startswith("span:") for item in joined) == before


def test_answers_follow_their_sentences_and_stay_where_they_were_if_these_changed(here: Project) -> None:
    desk = Desk(here, "anna")
    text = sources.read(here.seeds, "odd", here.texts).text
    for place, sentence in enumerate(places(desk.blank("odd"))):
        assert questions.save(desk, "odd", Given(place, sentence.sha256, None, Answers({1: False}, None)))[0]
    count = len(places(desk.blank("odd")))
    desk.close()
    (here.root / "new.txt").write_text("A first one.\n\n" + text.replace("They will", "He will"), encoding="utf-8")
    assert main(["reanchor", "odd", str(here.root / "new.txt"), "--leave-out"]) == 1
    desk = Desk(here, "anna")
    given = questions.start(desk, "odd")["answers"]
    assert [one is not None for one in given] == [False, *[True] * (count - 1), False]
    desk.close()
