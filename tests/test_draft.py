"""A rater's draft: the journal is the truth, the file contains the layers that are done, and nobody overwrites anybody."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redline.app.desk import Desk
from redline.app.draft import Draft
from redline.app.edits import Edit, EditError
from redline.app.journal import Batch, Journal, JournalError, encode, read
from redline.cli import main
from redline.core.errors import RedlineError
from redline.formats import jsonl
from redline.project import Project

DOC = "kazan-drone-strikes"


@pytest.fixture
def desk(project: Project) -> Any:
    made = Desk(project, "anna")
    yield made
    made.close()


def span(draft: Draft, quote: str, label: str, name: str, layer: str = "entities", **attributes: Any) -> dict[str, Any]:
    start = draft.document.records[0].text.index(quote)
    place = {"start": start, "end": start + len(quote), "text": quote}
    return {"id": name, "layer": layer, "label": label, **place, "attributes": attributes}


def edit(key: str, item: str, after: Any, before: Any = None, passage: int = 0) -> Edit:
    return Edit(key, passage, item, before, after)


def reopened(desk: Desk) -> Draft:
    project, rater = desk.project, desk.rater
    desk.close()
    desk.__init__(project, rater)  # type: ignore[misc]
    return desk.draft(DOC)


def test_a_draft_stays_in_the_journal_and_comes_back(desk: Desk) -> None:
    draft = desk.draft(DOC)
    kazan = span(draft, "Kazan", "GPE", "s1", entity="kazan")
    assert desk.commit(DOC, 0, [edit("t1", "span:s1", kazan)]) is None
    assert not draft.file.exists()
    again = reopened(desk)
    assert again.version == 1
    assert again.state[0] == {"span:s1": kazan}


def test_the_file_contains_done_layers_only_and_validate_accepts_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    draft = desk.draft(DOC)
    for key, item, after in [
        ("t1", "span:s1", span(draft, "Kazan", "GPE", "s1", entity="kazan")),
        ("t2", "span:s2", span(draft, "dire warnings", "THREAT", "s2", "threat", act="a1")),
        ("t3", "layer:entities", "1.1.2"),
    ]:
        desk.commit(DOC, draft.version, [edit(key, item, after)])
    record = jsonl.read_one(draft.file).records[0]
    assert [(s.id, s.layer) for s in record.spans] == [("s1", "entities")]
    assert record.meta.layers == {"entities": "done"}
    assert record.meta.rater == "anna"
    assert main(["validate", "--select", "RL0,RL1,RL2,RL3,RL4,RL611,RL612"]) == 0, capsys.readouterr().out


def test_a_layer_with_an_error_is_a_draft_until_it_is_mended(desk: Desk) -> None:
    draft = desk.draft(DOC)
    wrong = span(draft, "Kazan", "GPE", "s1")
    desk.commit(DOC, 0, [edit("t1", "span:s1", wrong), edit("t2", "layer:entities", "1.1.2")])
    assert not draft.file.exists()
    assert [(fault.code, fault.span) for fault in draft.faults()[0] if fault.severity == "error"] == [("RL303", "s1")]
    right = {**wrong, "attributes": {"entity": "kazan"}}
    desk.commit(DOC, 2, [edit("t3", "span:s1", right, wrong)])
    assert jsonl.read_one(draft.file).records[0].meta.layers == {"entities": "done"}


def test_a_threat_is_done_only_with_the_layers_of_its_children(desk: Desk) -> None:
    draft = desk.draft(DOC)
    desk.commit(DOC, 0, [edit("t1", "layer:threat", "1.1.2"), edit("t2", "layer:arguments", "1.1.2")])
    assert draft.done()[0] == ["arguments"]
    desk.commit(DOC, 2, [edit("t3", "layer:entities", "1.1.2")])
    assert draft.done()[0] == ["arguments", "entities", "threat"]


def test_a_fault_brings_its_code_hint_and_one_key_repair(desk: Desk) -> None:
    draft = desk.draft(DOC)
    desk.commit(DOC, 0, [edit("t1", "span:s1", span(draft, "Kaza", "GPE", "s1", entity="kazan"))])
    start = draft.document.records[0].text.index("Kazan")
    fault = next(fault for fault in draft.faults()[0] if fault.code == "RL104")
    assert (fault.hint, fault.fix) == (f"use {start}..{start + 5}", {"start": start, "end": start + 5})


def test_edits_on_an_old_base_are_refused_with_what_came_since(desk: Desk) -> None:
    draft = desk.draft(DOC)
    mine, theirs = edit("a1", "comment:", "mine"), edit("b1", "comment:", "theirs")
    assert desk.commit(DOC, 0, [theirs]) is None
    conflict = desk.commit(DOC, 0, [mine])
    assert conflict is not None
    assert (conflict.version, conflict.edits) == (1, [theirs])
    assert draft.state[0] == {"comment:": "theirs"}


def test_a_batch_that_the_disk_does_not_take_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = desk.draft(DOC)
    desk.commit(DOC, 0, [edit("t1", "comment:", "kept")])

    def full(*_: object) -> None:
        raise JournalError("no space left")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(JournalError):
        desk.commit(DOC, 1, [edit("t2", "comment:", "lost", "kept"), edit("t3", "layer:arguments", "1.1.2")])
    assert (draft.version, draft.state[0], draft.done()[0], draft.file.exists()) == (1, {"comment:": "kept"}, [], False)
    assert draft.unknown([edit("t2", "comment:", "lost", "kept")]) != []  # it is sent again


def test_an_answer_that_was_lost_is_asked_for_again_without_doubling(desk: Desk) -> None:
    draft = desk.draft(DOC)
    first, second = edit("a1", "comment:", "one"), edit("a2", "comment:", "two", "one")
    desk.commit(DOC, 0, [first])
    assert desk.commit(DOC, 0, [first, second]) is None
    assert (draft.version, draft.state[0]["comment:"]) == (2, "two")


@pytest.mark.parametrize(
    ("item", "after", "needed"),
    [
        ("span:s1", {"id": "s1", "layer": "entities", "label": "GPE", "start": 0, "end": 3, "text": "Kaz"}, "is not the words at 0..3"),
        ("span:s1", {"id": "s2", "layer": "entities", "label": "GPE", "start": 0, "end": 3, "text": "Rus"}, "contains span `s2`"),
        ("span:s1", {"id": "s1"}, "has a wrong value"),
        (
            "span:s1",
            {"id": "s1", "layer": "mood", "label": "JOY", "start": 0, "end": 3, "text": "Rus"},
            "layer `mood` is not in the scheme; needed: one of ",
        ),
        ("layer:mood", "2.0.0", "layer `mood` is not in the scheme"),
        ("layer:entities", "mood", "layer `entities` was done after version `mood` of the guidelines; needed: numbers such as 2.0.2"),
        ("layer:entities", "2.²", "was done after version `2.²`"),
        ("layer:entities", 2, "has a wrong value"),
        ("../x", "y", "unknown item"),
        ("relation:a TO b", {"head_id": "a", "child_id": "c", "label": "TO"}, "has a different relation"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_whole(desk: Desk, item: str, after: Any, needed: str) -> None:
    with pytest.raises(EditError, match=needed.replace("..", r"\.\.")):
        desk.commit(DOC, 0, [edit("t1", "comment:", "kept?"), edit("t2", item, after)])
    assert desk.draft(DOC).version == 0


def test_of_a_layer_that_is_not_in_the_scheme_only_the_lines_of_the_journal_are_left(desk: Desk) -> None:
    draft = desk.draft(DOC)
    kazan = span(draft, "Kazan", "GPE", "s1", entity="kazan")
    joy, act = span(draft, "Russian", "JOY", "s2", "mood"), span(draft, "Kazan", "JOY", "s3", "mood")
    relation = {"head_id": "s1", "child_id": "s2", "label": "FELT"}
    made = [
        edit("k1", "span:s1", kazan),
        edit("k2", "span:s2", joy),
        edit("k3", "relation:s1 FELT s2", relation),
        edit("k4", "layer:mood", "1.0.0"),
        edit("k5", "span:s3", act),
        edit("k6", "span:s3", {**act, "layer": "entities"}, act),
    ]
    journal = Journal(desk.folder / f"{DOC}.journal")
    journal.append(Batch("2026-01-01T00:00:00+00:00", "1.0.0", draft.text, "", tuple(made)))
    journal.close()
    again = reopened(desk)
    assert (again.version, again.ignored) == (6, {"mood"})
    assert again.state[0] == {"span:s1": kazan, "span:s3": {**act, "layer": "entities"}}
    conflict = again.commit(0, [edit("t1", "comment:", "mine")])
    assert conflict is not None
    assert [one.after for one in conflict.edits] == [kazan, None, None, None, None, {**act, "layer": "entities"}]
    assert desk.commit(DOC, 6, [edit("t1", "comment:", "mine")]) is None
    assert read(journal.path)[0].edits == tuple(made)


def test_a_layer_of_a_raters_file_that_is_not_in_the_scheme_goes_into_the_journal(project: Project) -> None:
    table = Desk(project, "r1")
    path = project.raters / "r1" / f"{DOC}.jsonl"
    first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    value = json.loads(first)
    value["meta"]["layers"]["mood"] = "done"
    value["spans"].append({**span(table.draft(DOC), "Kazan", "JOY", "m1", "mood")})
    table.close()
    (table.folder / f"{DOC}.journal").unlink()
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n" + "".join(rest), encoding="utf-8")
    table = Desk(project, "r1")
    draft = table.draft(DOC)
    assert draft.ignored == {"mood"}
    assert "span:m1" not in draft.state[0]
    assert {"span:m1", "layer:mood"} <= {one.item for batch in read(table.folder / f"{DOC}.journal") for one in batch.edits}
    table.close()


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        ("scheme", "mood", "passage 0: layer `arguments` was done after version `mood` of the guidelines; needed: numbers such as 2.0.2"),
        ("scheme", "", "passage 0: layer `arguments` was done after version `` of the guidelines; needed: numbers such as 2.0.2"),
        ("passage", 99, f"belongs to a different text of {DOC}; needed: run redline reanchor"),
    ],
)
def test_a_raters_file_that_no_command_wrote_is_one_line_with_its_name_and_other_documents_open(
    place: str, value: Any, line: str, project: Project
) -> None:
    path = project.raters / "r1" / f"{DOC}.jsonl"
    first, *rest = path.read_bytes().splitlines(keepends=True)
    record = json.loads(first)
    record["meta"][place] = value
    path.write_bytes(json.dumps(record).encode() + b"\n" + b"".join(rest))
    before = path.read_bytes()
    table = Desk(project, "r1")
    with pytest.raises(RedlineError, match=re.escape(f"{path}: {line}")):
        table.draft(DOC)
    assert len(table.draft("dam-wire").state) == 7
    table.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("item", "after", "line"),
    [
        ("layer:entities", "mood", "layer `entities` was done after version `mood` of the guidelines; needed: numbers such as 2.0.2"),
        ("span:a", 3, "item `span:a` has a wrong value (Expected `object`, got `int`)"),
        ("relation:a TO b", {}, "item `relation:a TO b` has a wrong value (Object missing required field `head_id`)"),
    ],
)
def test_a_value_of_a_journal_that_no_page_sends_is_one_line_with_the_name_of_the_file(
    item: str, after: Any, line: str, desk: Desk
) -> None:
    path = desk.folder / f"{DOC}.journal"
    text = desk.draft(DOC).text
    desk.forget(DOC)
    path.write_bytes(encode(Batch("2025-01-01T00:00:00+00:00", "2.0.2", text, "", (edit("t1", item, after, passage=2),))))
    with pytest.raises(RedlineError, match=re.escape(f"{path}: passage 2: {line}")):
        desk.draft(DOC)


def test_opening_and_closing_changes_no_file_of_a_rater(project: Project) -> None:
    files = {path: path.read_bytes() for path in (project.raters / "r1").iterdir()}
    table = Desk(project, "r1")
    for doc in table.sources:
        table.draft(doc)
    table.close()
    assert {path: path.read_bytes() for path in (project.raters / "r1").iterdir()} == files


def test_a_file_that_was_changed_elsewhere_wins_for_its_done_layers(project: Project) -> None:
    table = Desk(project, "r1")
    draft = table.draft(DOC)
    count = len(draft.state[0])
    table.commit(DOC, draft.version, [edit("t1", "comment:", "see act 2")])
    lines = draft.file.read_bytes().split(b"\n")
    first = json.loads(lines[0])
    gone = first["spans"].pop(0)["id"]
    first["relations"] = [r for r in first["relations"] if gone not in r.values()]
    draft.file.write_bytes(json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + b"\n".join(lines[1:]))
    again = reopened(table)
    assert f"span:{gone}" not in again.state[0]
    assert again.state[0]["comment:"] == "see act 2"
    assert len(again.state[0]) <= count
    table.close()


def test_a_crash_between_journal_and_file_is_mended_on_opening(desk: Desk) -> None:
    draft = desk.draft(DOC)
    desk.commit(DOC, 0, [edit("t1", "layer:entities", "1.1.2")])
    old = draft.file.read_bytes()
    desk.commit(DOC, 1, [edit("t2", "span:s1", span(draft, "Kazan", "GPE", "s1", entity="kazan"))])
    new = draft.file.read_bytes()
    draft.file.write_bytes(old)
    assert reopened(desk).file.read_bytes() == new != old


def test_one_process_a_rater_and_one_kind_of_name(desk: Desk, project: Project) -> None:
    with pytest.raises(RedlineError, match="rater `anna` is open in another process"):
        Desk(project, "anna")
    for name in ("../gold", "", "Anna", "a b"):
        with pytest.raises(RedlineError, match="is not a name of a rater"):
            Desk(project, name)


COMMAND = """
import json, sys, time
from redline import project
from redline.project.lock import locked
here = project.find()
with locked(here):
    path = here.raters / "raters.json"
    raters = json.loads(path.read_text())
    print("changing", flush=True)
    time.sleep(0.5)
    path.write_text(json.dumps(raters | {"zoe": {"kind": "person", "guidelines": "1.1.2", "date": "2026-11-25", "how": "by hand"}}))
"""


def test_a_save_waits_for_a_command_that_is_changing_the_project_and_neither_loses_anything(desk: Desk, project: Project) -> None:
    with subprocess.Popen([sys.executable, "-c", COMMAND], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout
        assert command.stdout.readline() == "changing\n"
        desk.commit(DOC, 0, [edit("t1", "layer:entities", "1.1.2")])
        assert command.wait() == 0
    assert {"anna", "zoe"} <= json.loads((project.raters / "raters.json").read_text()).keys()
    assert jsonl.read_one(desk.draft(DOC).file).records[0].meta.layers == {"entities": "done"}


def test_a_raters_file_is_written_only_under_the_lock_of_the_project(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    @contextmanager
    def lock() -> Iterator[None]:
        order.append("locked")
        yield
        order.append("free")

    draft = desk.draft(DOC)
    monkeypatch.setattr(draft, "_lock", lock)
    monkeypatch.setattr("redline.app.draft.write_atomically", lambda *_: order.append("written"))
    draft.commit(0, [edit("t1", "layer:entities", "1.1.2")])
    assert order == ["locked", "written", "free"]


def test_a_new_rater_is_described_once_its_first_file_is_there(desk: Desk, project: Project) -> None:
    path: Path = project.raters / "raters.json"
    before = json.loads(path.read_text())
    desk.commit(DOC, 0, [edit("t1", "comment:", "only a draft")])
    assert json.loads(path.read_text()) == before
    desk.commit(DOC, 1, [edit("t2", "layer:entities", "1.1.2")])
    after = json.loads(path.read_text())
    assert {name: after[name] for name in before} == before
    assert after["anna"]["guidelines"] == desk.taxonomy.version
