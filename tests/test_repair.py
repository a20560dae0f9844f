"""Repairs move edges and order alone; spans follow a corrected text or are listed; waivers fall when their words change."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NASTY, ROOT, record, span
from redline.cli import main
from redline.core.document import Bounds, Document, Record, Relation, Span, encode
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import reanchor
from redline.edit import alignment as alignment_module
from redline.edit.alignment import Alignment, Search
from redline.edit.reanchor import anchored, successors
from redline.edit.repair import repaired, shifted
from redline.project import Project
from redline.rules.spans import span_edge_punctuation
from test_document import records

TEXT = "In Orla, 👨‍👩‍👧 said: “They will pay.” Belmora laughed."


def moved(held: Span, distance: int) -> Span:
    return msgspec.structs.replace(held, start=held.start + distance, end=held.end + distance)


def test_spans_that_are_all_off_by_one_distance_are_set_right() -> None:
    right = (span("entities", "GPE", TEXT, "Orla", "a"), span("entities", "GPE", TEXT, "Belmora", "b"))
    wrong = tuple(moved(held, 3) for held in right)
    assert shifted(record(TEXT, wrong)) == list(right)


def test_spans_that_no_one_distance_sets_right_stay() -> None:
    wrong = (moved(span("entities", "GPE", TEXT, "Orla", "a"), 2), moved(span("entities", "GPE", TEXT, "Belmora", "b"), -1))
    assert shifted(record(TEXT, wrong)) == list(wrong)


def test_two_places_at_equal_right_are_no_repair() -> None:
    text = "Orla and Orla"
    wrong = Span("a", "entities", "GPE", 5, 9, "Orla")
    assert shifted(record(text, (wrong,))) == [wrong]


@pytest.mark.parametrize(
    ("quote", "left"),
    [
        (" Orla,", "Orla"),
        ("“They will pay.”", "They will pay"),
        (": “They will pay.", "They will pay"),
        ("Belmora laughed.", "Belmora laughed"),
        ("said: “They will pay.”", "said: “They will pay.”"),
    ],
)
def test_edges_are_trimmed(quote: str, left: str) -> None:
    fixed, changes = repaired(record(TEXT, (span("entities", "GPE", TEXT, quote, "a"),)))
    assert fixed.spans[0].text == left
    assert TEXT[fixed.spans[0].start : fixed.spans[0].end] == left
    assert len(changes) == (quote != left)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("They saw the “Iron Dome” battery.", "“Iron Dome” battery"),
        ("The “Vow” and “Pledge” sailed.", "“Vow” and “Pledge”"),
        ("He said ‘go’ to ‘them’ twice.", "‘go’ to ‘them’"),
        ("“He said ‘go’ now,” she said.", "said ‘go’"),
        ("The soldiers’ camp burned.", "soldiers’"),
        ("The ’90s ended.", "’90s"),
        ("They met Gen. Ruiz in Orla.", "Gen."),
        ("They met on 5 Dec. in Orla.", "5 Dec."),
        ("Then Sen. Ruiz left.", "Sen."),
        ("He is John F. Kerr of Orla.", "John F."),
        ("He left the U.S.", "U.S."),
        ("They sold it to Kerr Inc.", "Kerr Inc."),
        ("They will pay...", "They will pay..."),
        ("Der „Eiserne“ Dom fiel.", "„Eiserne“ Dom"),
        ("Le «Vœu» et le «Jour» partent.", "«Vœu» et le «Jour»"),
    ],
)
def test_a_right_edge_is_neither_found_nor_repaired(text: str, quote: str, taxonomy: Taxonomy) -> None:
    held = record(text, (span("entities", "GPE", text, quote, "a"),))
    assert list(span_edge_punctuation(held, taxonomy)) == []
    assert repaired(held)[1] == []


@pytest.mark.parametrize(
    ("text", "quote", "left"),
    [
        ("Now comes plan B.", "plan B.", "plan B"),
        ("They said No. They left.", "No.", "No"),
        ("‘They will pay,’ he said.", "‘They will pay,’", "They will pay"),
        ("She said: “They will pay.", ": “They will pay.", "They will pay"),
    ],
)
def test_a_wrong_edge_is_repaired(text: str, quote: str, left: str) -> None:
    fixed, _ = repaired(record(text, (span("entities", "GPE", text, quote, "a"),)))
    assert fixed.spans[0].text == left


def test_a_span_that_stands_twice_is_kept_once_with_the_relations_of_both() -> None:
    one, two = span("entities", "GPE", TEXT, "Orla", "a"), span("entities", "GPE", TEXT, "Orla", "b")
    other = span("entities", "GPE", TEXT, "Belmora", "c")
    fixed, changes = repaired(record(TEXT, (one, two, other), (Relation("b", "c", "AT"), Relation("a", "c", "AT"))))
    assert [s.id for s in fixed.spans] == ["a", "c"]
    assert fixed.relations == (Relation("a", "c", "AT"),)
    assert [str(change) for change in changes] == ["- GPE 3..7 `Orla` b"]


@given(records())
def test_repairing_twice_is_repairing_once_and_changes_no_meaning(value: Record) -> None:
    once, _ = repaired(value)
    twice, changes = repaired(once)
    assert encode(twice) == encode(once)
    assert changes == []
    assert (once.text, once.sentences, once.meta) == (value.text, value.sentences, value.meta)
    before = {(s.layer, s.label, repr(s.attributes)) for s in value.spans}
    assert {(s.layer, s.label, repr(s.attributes)) for s in once.spans} == before


def test_fix_writes_canonical_bytes_and_says_what_it_did(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.gold / "dam-wire.jsonl"
    gold = path.read_bytes()
    tasks = [json.loads(line) for line in gold.splitlines()]
    tasks[0]["spans"].reverse()
    for held in tasks[2]["spans"]:
        held["start"], held["end"] = held["start"] + 2, held["end"] + 2
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join(json.dumps(task) for task in tasks).encode())
    assert main(["validate", "--fix", "corpus/gold/dam-wire.jsonl"]) == 0
    out = capsys.readouterr().out
    assert path.read_bytes() == gold
    assert (
        "corpus/gold/dam-wire.jsonl: repaired\n  - PERSON 2..14 `Justino Lopi` s1  [passage 2]\n  + PERSON 0..12 `Justino Lopi` s1" in out
    )
    assert main(["validate", "--fix", "corpus/gold/dam-wire.jsonl"]) == 0
    assert "repaired" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[:-50], "line 7 is unreadable"),
        (lambda data: data.replace(b'"answer"', b'"answer":"reject","answer"', 1), "line 1 has a duplicate key"),
        (lambda data: b"", "it has no records"),
    ],
)
def test_fix_leaves_what_has_no_one_right_answer(damage: object, says: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.gold / "dam-wire.jsonl"
    damaged = damage(path.read_bytes())  # type: ignore[operator]
    path.write_bytes(damaged)
    assert main(["validate", "--fix", "corpus/gold/dam-wire.jsonl"]) == 1
    assert f"not changed: {says}" in capsys.readouterr().out
    assert path.read_bytes() == damaged


def test_fix_never_touches_a_raters_file(project: Project) -> None:
    path = project.raters / "r1" / "dam-wire.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    damaged = path.read_bytes()
    main(["validate", "--fix", "corpus"])
    assert path.read_bytes() == damaged


# -- waivers


def waive(project: Project, **change: object) -> None:
    path = project.corpus / "waivers.jsonl"
    first = json.loads(path.read_text().splitlines()[0])
    path.write_text(path.read_text() + json.dumps({**first, **change}) + "\n")


def test_a_waiver_silences_its_problem_and_no_other(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.gold / "dam-wire.jsonl"
    task = json.loads(path.read_bytes().splitlines()[4])
    task["spans"] = []
    path.write_bytes(
        b"".join(
            [
                *path.read_bytes().splitlines(keepends=True)[:4],
                msgspec.json.encode(task) + b"\n",
                *path.read_bytes().splitlines(keepends=True)[5:],
            ]
        )
    )
    lines = path.read_bytes().splitlines(keepends=True)
    task = json.loads(lines[6])
    gone = next(s for s in task["spans"] if s["text"] == "Lomé")
    task["spans"].remove(gone)
    lines[6] = msgspec.json.encode(task) + b"\n"
    path.write_bytes(b"".join(lines))
    assert main(["validate", "--select", "RL5,RL7"]) == 1
    assert "RL502 entity-unused: no span has the entity key `lome`" in capsys.readouterr().out
    waive(project, code="RL502", document=None, passage=None, about="lome", reason="the row stays for the next text")
    waive(project, code="RL502", document=None, passage=None, about="caracol-market", reason="the row stays for the next text")
    assert main(["validate", "--select", "RL5"]) == 0
    assert "2 problems waived: clean" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        {"code": "RL609", "passage": 0, "start": 0, "end": 5, "text": "Porto", "about": ""},
        {"about": "threat"},
        {"document": "nowhere"},
    ],
)
def test_a_waiver_that_waives_nothing_is_a_problem(change: dict[str, object], project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    waive(project, **change)
    assert main(["validate", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (found["code"], found["path"], found["line"]) == ("RL702", "corpus/waivers.jsonl", 2)


def test_a_waiver_of_a_rule_that_did_not_run_is_not_judged(project: Project) -> None:
    waive(project, about="threat")
    assert main(["validate", "--select", "RL1,RL702"]) == 0


# -- reanchoring


def test_characters_are_found_where_they_stand_now() -> None:
    alignment = Alignment("The old port fell.", "The port of Orla fell!")
    assert alignment.bounds(8, 12) == (4, 8)
    assert alignment.bounds(13, 17) == (17, 21)
    assert alignment.bounds(4, 12) is None


@pytest.mark.parametrize(
    ("old", "new", "words", "place"),
    [
        ("They came. They will burn the port.", "They will burn the port.", (11, 35), (0, 24)),
        ("They burn the town.", "They said no. They burn the town.", (0, 4), (14, 18)),
        ("I was polite. I will bomb the port.", "I will bomb the port.", (14, 20), (0, 6)),
        ("Go.\n\nGo now.\n\nGo.", "Go now.\n\nGo.", (5, 7), (0, 2)),
        ("He he he\u0301 👨‍👩‍👧. He left", "He left", (17, 19), (0, 2)),
    ],
)
def test_a_sentence_that_goes_or_comes_takes_no_word_of_its_neighbour(old: str, new: str, words: Bounds, place: Bounds) -> None:
    alignment = Alignment(old, new)
    assert alignment.bounds(*words) == place
    if len(old) > len(new):
        assert [alignment.place(at) for at in range(len(old) - len(new))] == [None] * (len(old) - len(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the port of Orla fell", "the port of Orla\u0301 fell"),
        ("he said नमस्ते to all", "he said नमस्तें to all"),
        ("a 👨‍👩‍👧 came", "a 👨‍👩‍👧‍👦 came"),
    ],
)
def test_a_character_with_another_mark_is_another_word(old: str, new: str) -> None:
    at = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    assert Alignment(old, new).place(at - 1) is None


def test_lines_that_all_differ_are_compared_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    real = Search.of
    monkeypatch.setattr(Search, "of", lambda self, one, other: searched.append(len(one) * len(other)) or real(self, one, other))
    old = "\n\n".join(f"The mayor of the town number {n} said that the port is open." for n in range(300))
    alignment = Alignment(old, old.replace(" the ", " teh "))
    assert all(alignment.place(at) == at for at, sign in enumerate(old) if sign.isdigit())
    assert max(searched) <= 600 * 600


def test_only_what_differs_is_searched_for_in_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    real = Search.of
    monkeypatch.setattr(Search, "of", lambda self, one, other: searched.append(len(one) * len(other)) or real(self, one, other))
    words = [f"w{n % 97}" for n in range(20_000)]
    old = "\n\n".join(" ".join(words[at : at + 100]) + "." for at in range(0, len(words), 100))
    new = old.replace("w3 ", "x3 ", 1)[:-3] + "x."
    alignment = Alignment(old, new)
    assert alignment.place(len(old) // 2) == len(old) // 2
    assert max(searched) <= 201 * 201  # the pieces of one line with those of another


def test_texts_that_differ_too_much_are_refused_before_they_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "The port of Orla fell. " * 20, "A storm hit Belmora again. " * 20
    assert Alignment(old, new).place(3) is not None
    monkeypatch.setattr(alignment_module, "MOST", 5000)
    with pytest.raises(RedlineError, match="differs too much from the old one to be compared; needed: fewer corrections at a time"):
        Alignment(old, new)


def test_passages_that_are_joined_and_divided_are_followed() -> None:
    old, new = "Orla fell.\n\nBelmora stayed.\n\nIt rained.", "Orla fell. Belmora stayed.\n\nIt rained."
    texts = old.split("\n\n")
    records = [record(text, (span("entities", "GPE", text, text.split()[0]),), passage=n) for n, text in enumerate(texts[:2])]
    records.append(record(texts[2], passage=2))
    records = [msgspec.structs.replace(one, meta=msgspec.structs.replace(one.meta, offset=old.index(one.text))) for one in records]
    document = Document("case", tuple(records))
    assert successors(document, old, new) == {0: 0, 1: 0, 2: 1}
    moved = anchored(document, old, new)
    assert [[(one.start, one.text) for one in each.spans] for each in moved.document.records] == [[(0, "Orla"), (11, "Belmora")], []]
    assert not moved.lost


LINES = st.lists(st.text(st.sampled_from("ab 👨\u200d.,"), max_size=6), max_size=8).map("\n".join)


@given(LINES, LINES)
def test_a_character_is_placed_on_itself_and_places_are_in_order(old: str, new: str) -> None:
    alignment = Alignment(old, new)
    places = [(at, place) for at in range(len(old)) if (place := alignment.place(at)) is not None]
    assert all(old[at] == new[place] for at, place in places)
    assert [place for _, place in places] == sorted({place for _, place in places})


@given(LINES)
def test_every_character_of_an_unchanged_text_keeps_its_place(text: str) -> None:
    assert [Alignment(text, text).place(at) for at in range(len(text))] == list(range(len(text)))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab 👨\u200dשe\u0301.\n"), max_size=20), st.integers(0, 3))
def test_every_span_is_placed_on_the_same_words_or_listed(added: str, number: int) -> None:
    held = record(NASTY, tuple(span("entities", "GPE", NASTY, quote, quote) for quote in ("said", "नमस्ते", "İstanbul")), doc="d")
    place = (0, NASTY.index("said"), NASTY.index("İstanbul"), len(NASTY))[number]
    new = NASTY[:place] + added + NASTY[place:]
    outcome = anchored(Document("d", (held,)), NASTY, new)
    placed = [s for r in outcome.document.records for s in r.spans]
    assert len(placed) + len(outcome.lost) == 3
    for found in outcome.document.records:
        assert new[found.meta.offset : found.meta.offset + len(found.text)] == found.text
        assert all(found.text[s.start : s.end] == s.text for s in found.spans)


def test_a_correction_moves_every_file_of_the_document(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    new = Path("new.txt")
    new.write_text((project.seeds / "dam-wire.txt").read_text().replace("410 a kilo", "some 410 a kilo"))
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert capsys.readouterr().out.count("0 of them with changed words; 0 lost") == 3
    assert main(["validate"]) == 0
    assert (project.seeds / "dam-wire.txt").read_text() == new.read_text()


def test_the_text_of_a_document_without_annotation_is_corrected_too(project: Project) -> None:
    for path in (project.gold / "dam-wire.jsonl", *project.raters.glob("*/dam-wire.jsonl")):
        path.unlink()
    Path("new.txt").write_text("First of all. " + (project.seeds / "dam-wire.txt").read_text())
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert (project.seeds / "dam-wire.txt").read_text() == Path("new.txt").read_text()


def test_nothing_is_written_while_a_span_has_no_place(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.txt").write_text((project.seeds / "dam-wire.txt").read_text().replace("Lomé", "Accra"))
    before = {path: path.read_bytes() for path in project.root.rglob("dam-wire.*")}
    assert main(["reanchor", "dam-wire", "new.txt"]) == 1
    out = capsys.readouterr().out
    assert "lost: GPE `Lomé`" in out
    assert "nothing was written" in out
    assert {path: path.read_bytes() for path in before} == before
    assert main(["reanchor", "dam-wire", "new.txt", "--leave-out"]) == 1
    assert "Accra" in (project.seeds / "dam-wire.txt").read_text()


def test_a_dry_run_lists_what_the_correction_then_does(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = (project.seeds / "dam-wire.txt").read_text()
    Path("new.txt").write_text(text.replace("Justino Lopi", "Justino Lopii"))
    before = {path: path.read_bytes() for path in project.root.rglob("dam-wire.*")}
    assert main(["reanchor", "dam-wire", "new.txt", "--dry-run"]) == 0
    preview = capsys.readouterr().out.splitlines()
    assert sum(line.endswith("`Justino Lopi` -> `Justino Lopii` [passage 2]; marked unsure") for line in preview) == 3
    assert {path: path.read_bytes() for path in before} == before
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert capsys.readouterr().out.splitlines() == [*preview[:-1], "written"]


@pytest.mark.parametrize("options", [["--dry-run"], ["--dry-run", "--leave-out"]])
def test_a_dry_run_with_a_lost_span_writes_nothing_and_exits_with_1(
    project: Project, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new.txt").write_text((project.seeds / "dam-wire.txt").read_text().replace("Lomé", "Accra"))
    before = {path: path.read_bytes() for path in project.root.rglob("dam-wire.*")}
    assert main(["reanchor", "dam-wire", "new.txt", *options]) == 1
    out = capsys.readouterr().out
    assert "lost: GPE `Lomé`" in out
    assert out.endswith("nothing was written, because of --dry-run\n")
    assert {path: path.read_bytes() for path in before} == before


def test_a_referenced_document_is_refused_with_its_reason_before_its_text_is_asked_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = min((ROOT / "seeds").glob("centcom-*.json"))
    (project.seeds / seed.name).write_bytes(seed.read_bytes())
    assert main(["reanchor", seed.stem, "/dev/null"]) == 2
    needed = "is a referenced document; needed: a document with its text in the project"
    assert capsys.readouterr().err == f"redline: {seed.stem}: {needed}\n"


def test_a_reanchoring_that_was_cut_off_goes_on(project: Project) -> None:
    Path("new.txt").write_text("First of all. " + (project.seeds / "dam-wire.txt").read_text())
    gold = project.gold / "dam-wire.jsonl"
    before, seed = gold.read_bytes(), (project.seeds / "dam-wire.txt").read_bytes()
    provenance = (project.seeds / "dam-wire.json").read_bytes()
    assert reanchor.reanchor(project, reanchor.correction("dam-wire", Path("new.txt")), leave_out=False).written
    after = gold.read_bytes()
    # As if killed after gold was written and before all else was.
    (project.seeds / "dam-wire.txt").write_bytes(seed)
    (project.seeds / "dam-wire.json").write_bytes(provenance)
    for rater in ("r1", "r2"):
        (project.raters / rater / "dam-wire.jsonl").write_bytes((ROOT / "corpus" / "raters" / rater / "dam-wire.jsonl").read_bytes())
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert gold.read_bytes() == after != before
    assert main(["validate"]) == 0


def test_sarif_has_every_rule_and_a_result_for_each_problem(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["validate", "docs/example.jsonl", "--output", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["RL102", "RL304"]
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "docs/example.jsonl"},
        "region": {"startLine": 1},
    }


def test_words_that_changed_inside_a_span_make_it_unsure() -> None:
    old, new = "They will leave the port now.", "They will leave the old port now."
    outcome = anchored(Document("d", (record(old, (span("arguments", "CONTENT", old, "leave the port", "a"),), doc="d"),)), old, new)
    (placed,) = outcome.document.records[0].spans
    assert (placed.text, placed.attributes) == ("leave the old port", {"unsure": True})
    assert [moved.before for moved in outcome.changed] == ["leave the port"]


def test_a_waiver_falls_when_the_words_at_its_place_change(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.gold / "dam-wire.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    task = json.loads(lines[6])
    task["spans"] = [held | {"attributes": {"entity": "nowhere"}} if held["text"] == "Lomé" else held for held in task["spans"]]
    path.write_bytes(b"".join([*lines[:6], msgspec.json.encode(task) + b"\n"]))
    place = {"code": "RL501", "document": "dam-wire", "passage": 6, "start": 41, "end": 45, "about": ""}
    waive(project, **place, text="Lomé", reason="the row is made with the next text")
    assert main(["validate", "--select", "RL501,RL702"]) == 0
    waive(project, **place, text="Rome", reason="the row is made with the next text")
    assert main(["validate", "--select", "RL501,RL702"]) == 1
    assert "RL702 stale-waiver: RL501 finds no problem at `Rome` 41..45 of dam-wire, passage 6" in capsys.readouterr().out


def passage(number: int, offset: int, text: str, spans: tuple[Span, ...] = (), **change: object) -> Record:
    held = record(text, spans, doc="d", passage=number)
    meta = {name: change.pop(name) for name in ("layers", "predictions") if name in change}
    return msgspec.structs.replace(held, meta=msgspec.structs.replace(held.meta, offset=offset, **meta), **change)


def test_each_passage_keeps_its_own_answer_layers_and_sentences() -> None:
    texts = "Nobody left Orla.", "They fell. They rose again.", "The port closed."
    old = "\n".join(texts)
    records = (
        passage(0, 0, texts[0], layers={"entities": "done"}, predictions={"threat_sentence": ["NONE"]}),
        passage(1, 18, texts[1], layers={"threat": "done"}, answer="reject", sentences=((0, len(texts[1])),)),
        passage(2, 46, texts[2], layers={"stance": "done", "threat": "predicted"}, predictions={"act_type": ["NONE"]}),
    )
    new = f"New.\n{texts[0]}\n{texts[1]}\n{texts[2]} Again."
    _, one, two, three = anchored(Document("d", records), old, new).document.records
    assert (one.meta.layers, one.meta.predictions, one.answer) == ({"entities": "done"}, {"threat_sentence": ["NONE"]}, "accept")
    # An unchanged passage is not segmented again: its two sentences stay the one that they were.
    assert (two.meta.layers, two.answer, two.sentences) == ({"threat": "done"}, "reject", ((0, len(texts[1])),))
    # What a model said of the old words is not said of the new ones.
    assert (three.meta.layers, three.meta.predictions) == ({"stance": "done", "threat": "predicted"}, msgspec.UNSET)


def test_a_new_passage_was_annotated_in_no_layer_and_a_joined_one_in_those_of_both() -> None:
    texts = "Nobody left Orla on Monday.", "They fell and rose again."
    records = (
        passage(0, 0, texts[0], layers={"entities": "done", "threat": "done"}),
        passage(1, len(texts[0]) + 1, texts[1], layers={"threat": "done", "stance": "done"}),
    )
    new = f"Quite another story of ships.\n{texts[0]} {texts[1]}"
    added, joined = anchored(Document("d", records), "\n".join(texts), new).document.records
    assert (added.meta.layers, joined.meta.layers) == ({}, {"threat": "done"})


def test_a_span_whose_first_or_last_word_was_corrected_is_kept_and_listed() -> None:
    old, new = "General Joren of Orlaa left.", "General Jorren of Orla left."
    spans = (span("entities", "PERSON", old, "Joren", "a", entity="joren"), span("arguments", "CONTENT", old, "Joren of Orlaa", "b"))
    outcome = anchored(Document("d", (record(old, spans, doc="d"),)), old, new)
    assert outcome.lost == []
    assert [(moved.before, moved.after.text) for moved in outcome.changed] == [("Joren", "Jorren"), ("Joren of Orlaa", "Jorren of Orla")]


def test_words_that_are_only_appended_are_a_correction(project: Project) -> None:
    new = (project.seeds / "dam-wire.txt").read_text().rstrip("\n") + " Nobody was hurt.\n"
    Path("new.txt").write_text(new)
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert (project.gold / "dam-wire.jsonl").read_text().count("Nobody was hurt.") == 1
    assert main(["validate"]) == 0


def test_a_corrected_name_is_proposed_for_the_table(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.txt").write_text((project.seeds / "dam-wire.txt").read_text().replace("Justino Lopi", "Justino Lopii"))
    assert main(["reanchor", "dam-wire", "new.txt"]) == 0
    assert "has the name `Justino Lopi`; the text now has `Justino Lopii`" in capsys.readouterr().out
