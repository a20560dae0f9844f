"""Every kind of damage, planted alone into a copy of some real documents, is reported under its code at its line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import CASES, WITHHELD, small
from redline import rules
from redline.cli import main
from redline.project import Project

Task = dict[str, Any]
Plant = Callable[[Project], object]

DOC = WITHHELD
DOCUMENTS = {
    DOC: "train",
    "island-post": "train",
    "chess-column": "validation",
    "weather-bulletin": "validation",
    "dam-speech": "test",
    "dam-wire": "test",
}
GOLD = f"corpus/gold/{DOC}.jsonl"


def raw(change: Callable[[bytes], bytes], name: str = GOLD) -> Plant:
    """Changes the bytes of a file of the project."""

    def plant(project: Project) -> None:
        path = project.root / name
        path.write_bytes(change(path.read_bytes()))

    return plant


def swap(old: str, new: str, name: str = GOLD) -> Plant:
    return raw(lambda data: data.replace(old.encode(), new.encode("utf-8", "surrogatepass"), 1), name)


def line(number: int, change: Callable[[Task], object], name: str = GOLD) -> Plant:
    """Changes the record of a line (1-based), in canonical order."""

    def apply(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        task = json.loads(lines[number - 1])
        change(task)
        task["spans"].sort(key=lambda s: (s["start"], -s["end"], s["layer"], s["label"], s["id"]))
        task["relations"].sort(key=lambda r: (r["head_id"], r["label"], r["child_id"]))
        lines[number - 1] = msgspec.json.encode(task) + b"\n"
        return b"".join(lines)

    return raw(apply, name)


def row(number: int, change: dict[str, Any], name: str) -> Plant:
    """Changes keys of the object in a line of a table."""

    def apply(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        lines[number - 1] = json.dumps(json.loads(lines[number - 1]) | change, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return b"".join(lines)

    return raw(apply, name)


def span(task: Task, **wanted: str) -> Task:
    return next(s for s in task["spans"] if all(s[key] == value for key, value in wanted.items()))


def put(task: Task, quote: str, layer: str, label: str, name: str = "zz", **attributes: object) -> None:
    start = task["text"].index(quote)
    task["spans"].append(
        {"id": name, "layer": layer, "label": label, "start": start, "end": start + len(quote), "text": quote, "attributes": attributes}
    )


def stretch(task: Task, left: int, right: int, **wanted: str) -> None:
    found = span(task, **wanted)
    found["start"], found["end"] = found["start"] + left, found["end"] + right
    found["text"] = task["text"][found["start"] : found["end"]]


def arrow(task: Task, head: str, label: str, child: str) -> None:
    task["relations"].append({"head_id": head, "child_id": child, "label": label})


def drop(task: Task, label: str) -> None:
    task["relations"] = [r for r in task["relations"] if r["label"] != label]


def without(task: Task, **wanted: str) -> None:
    gone = {s["id"] for s in task["spans"] if all(s[key] == value for key, value in wanted.items())}
    assert gone
    task["spans"] = [s for s in task["spans"] if s["id"] not in gone]
    task["relations"] = [r for r in task["relations"] if r["head_id"] not in gone and r["child_id"] not in gone]


def copied(split: str) -> Plant:
    """Adds a document that is dam-wire under another id, of an event of its own."""

    def plant(project: Project) -> None:
        for path in sorted(project.root.rglob("dam-wire.jsonl")):
            path.with_name("dam-again.jsonl").write_bytes(path.read_bytes().replace(b'"doc":"dam-wire"', b'"doc":"dam-again"'))
        (project.seeds / "dam-again.txt").write_bytes((project.seeds / "dam-wire.txt").read_bytes())
        seed = json.loads((project.seeds / "dam-wire.json").read_bytes()) | {"doc": "dam-again", "event": "again"}
        (project.seeds / "dam-again.json").write_text(json.dumps(seed))
        splits = json.loads((project.corpus / "splits.json").read_bytes()) | {"dam-again": split}
        (project.corpus / "splits.json").write_text(json.dumps(splits))

    return plant


def referenced(code: str) -> Plant:
    """Adds the referenced document of the bad case of a rule."""

    def plant(project: Project) -> None:
        case = CASES / "rules" / f"{code}.bad"
        for path in (
            *case.glob("seeds/*.*"),
            *case.glob("seeds/sentences/*"),
            *case.glob("texts/*"),
            *case.glob("corpus/gold/*"),
            *case.glob("corpus/raters/*/*"),
        ):
            place = project.root / path.relative_to(case)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(path.read_bytes())

    return plant


def contrast(one: str, other: str) -> Plant:
    """Adds a contrast pair without spans."""

    def plant(project: Project) -> None:
        folder = project.corpus / "contrast"
        folder.mkdir(exist_ok=True)
        rest = {"scheme": "2.0", "layers": {"entities": "done"}}
        tasks = [
            {"text": text, "answer": "accept", "sentences": [[0, len(text)]], "spans": [], "relations": []}
            | {"meta": {"doc": "c001", "passage": number, "offset": number * 1000, **rest}}
            for number, text in enumerate((one, other))
        ]
        (folder / "small.jsonl").write_bytes(b"".join(msgspec.json.encode(task) + b"\n" for task in tasks))

    return plant


def every(change: Callable[[Task], object], name: str) -> Plant:
    """Changes the record of every line of a file."""
    return lambda project: [line(n, change, name)(project) for n in range(1, (project.root / name).read_bytes().count(b"\n") + 1)]


def demand_with_consequence(task: Task) -> None:
    act = span(task, label="THREAT")
    act.update(label="DEMAND", attributes={"act": "a1", "form": "reported"})
    arrow(task, act["id"], "CONSEQUENCE", span(task, label="CONTENT")["id"])


def answered(number: int) -> Plant:
    """Adds an answer of r1 about words that are in no sentence, to the question of this number."""

    def plant(project: Project) -> None:
        given = {"answers": {str(number): False}, "label": None}
        (project.root / ANSWERS).parent.mkdir(parents=True)
        row = {"passage": 0, "sentence": 0, "sha256": "0" * 64, "guidelines": "2.0.2", "given": given}
        (project.root / ANSWERS).write_bytes(msgspec.json.encode([row]))

    return plant


def withdrawn(project: Project) -> None:
    seed = json.loads((project.seeds / "dam-wire.json").read_bytes())
    (project.corpus / "withdrawn.json").write_text(json.dumps({"old": seed["sha256"]}))


def unlink(*names: str) -> Plant:
    return lambda project: [(project.root / name).unlink() for name in names]


TABLE, SPLITS, WAIVERS = "corpus/entities.jsonl", "corpus/splits.json", "corpus/waivers.jsonl"
ANSWERS = "corpus/answers/r1/dam-wire.json"
POST = "corpus/gold/island-post.jsonl"
WAIVER = (
    b'{"code":"RL610","document":"dam-wire","passage":0,"start":null,"end":null,"text":null,"about":"stance","reason":"a reason of a test",'
    b'"by":"a test","date":"2026-11-26"}\n'
)
ACT = {"act": "a1", "form": "mention", "explicitness": "explicit", "conditional": False, "function": "unclear", "force": "unspecified"}

DAMAGE: list[tuple[str, str, int | None, str, Plant]] = [
    ("RL001", GOLD, 2, "Latin-1", raw(lambda data: data.replace("“".encode(), b"\x93", 1))),
    ("RL002", GOLD, None, "an empty file", raw(lambda _: b"")),
    ("RL003", GOLD, 1, "a byte order mark", raw(lambda data: b"\xef\xbb\xbf" + data)),
    ("RL004", GOLD, 1, "Windows line ends", raw(lambda data: data.replace(b"\n", b"\r\n"))),
    ("RL005", GOLD, 2, "a blank line", raw(lambda data: data.replace(b"\n", b"\n\n", 1))),
    ("RL006", GOLD, 13, "no final newline", raw(lambda data: data[:-1])),
    ("RL007", GOLD, 13, "a cut file", raw(lambda data: data[:-40] + b"\n")),
    ("RL007", GOLD, 4, "a merge conflict", raw(lambda data: data.replace(b'\n{"text":"Days before', b'\n<<<<<<< HEAD\n{"text":"Days before'))),
    ("RL008", GOLD, 1, "a doubled key", swap('"answer"', '"answer":"reject","answer"')),
    ("RL009", GOLD, 1, "NaN", swap('"offset":0', '"offset":NaN')),
    ("RL009", GOLD, 1, "a number beyond all", swap('"offset":0', '"offset":1e999')),
    ("RL010", GOLD, 3, "an unknown key", line(3, lambda task: task.update(colour="red"))),
    ("RL010", GOLD, 3, "a missing key", line(3, lambda task: task.pop("meta"))),
    ("RL010", GOLD, 5, "an offset that is a string", swap('"passage":4', '"passage":"4"')),
    ("RL011", GOLD, 1, "escaped letters", raw(lambda data: json.dumps(json.loads(data.split(b"\n")[0])).encode() + data[data.index(b"\n") :])),
    ("RL012", GOLD, 2, "a record of another document", swap(f'"doc":"{DOC}","passage":1', '"doc":"dam-wire","passage":1')),
    ("RL013", GOLD, 2, "a passage that is missing", raw(lambda data: data.split(b"\n", 1)[0] + b"\n" + data.split(b"\n", 2)[2])),
    ("RL014", GOLD, 1, "half a character", swap("Russian President", "\\\\ud800Russian President".replace("\\\\", "\\"))),
    ("RL015", GOLD, 1, "a document id with a blank", swap(f'"doc":"{DOC}","passage":0', '"doc":"Kazan Strikes","passage":0')),
    ("RL016", GOLD, 1, "an answer that Prodigy has not", swap('"answer":"accept"', '"answer":"accepted"')),
    ("RL017", GOLD, None, "tasks of Prodigy", raw(lambda _: b'{"text":"They left.","spans":[]}\n')),
    ("RL101", GOLD, 4, "an end beyond the text", line(4, lambda task: task["spans"][-1].update(end=99999))),
    ("RL102", GOLD, 1, "offsets off by one", line(1, lambda t: t["spans"][0].update(start=t["spans"][0]["start"] + 1, end=t["spans"][0]["end"] + 1))),
    ("RL103", GOLD, 1, "a blank at an edge", line(1, lambda task: stretch(task, -1, 0, text="Kazan"))),
    ("RL104", GOLD, 1, "half a word", line(1, lambda task: stretch(task, 0, -1, text="Kazan"))),
    ("RL105", GOLD, 1, "a comma at an edge", line(1, lambda task: stretch(task, 0, 1, text="Kazan"))),
    ("RL106", GOLD, 11, "a piece of a compound", line(11, lambda task: put(task, "drone", "entities", "WEAPON", entity="drone"))),
    ("RL107", GOLD, 1, "a span over two sentences", line(1, lambda t: put(t, "Russia. The attacks", "arguments", "CONTENT"))),
    ("RL108", GOLD, 1, "a span twice", line(1, lambda task: task["spans"].append({**span(task, text="Kazan"), "id": "zz"}))),
    ("RL109", GOLD, 1, "overlapping names", line(1, lambda task: put(task, "Kazan, located", "entities", "GPE", entity="kazan"))),
    ("RL110", GOLD, 1, "one id twice", line(1, lambda task: span(task, text="Kazan").update(id=span(task, text="Ukraine")["id"]))),
    ("RL111", POST, 6, "half an emoji", line(6, lambda task: put(task, "✍", "arguments", "CONTENT"), POST)),
    ("RL112", GOLD, 1, "one act twice in a sentence", line(1, lambda task: put(task, "dire warnings", "threat", "THREAT", **ACT))),
    ("RL113", GOLD, 1, "two labels in one place", line(1, lambda task: task["spans"].append({**span(task, text="Kazan"), "id": "zz", "label": "LOC"}))),
    ("RL201", GOLD, 8, "a text that is not the seed's", swap("resonate", "reverberate")),
    ("RL202", "corpus/gold/dam-wire.jsonl", None, "a changed seed", raw(lambda data: data + b"More.\n", "seeds/dam-wire.txt")),
    ("RL203", GOLD, None, "the last passage gone", raw(lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n")),
    ("RL204", GOLD, 2, "a sentence that begins late", line(2, lambda task: task["sentences"][1].__setitem__(0, task["sentences"][1][0] + 3))),
    ("RL205", "seeds/dam-wire.json", None, "unknown rights", swap('"rights": "open"', '"rights": "public"', "seeds/dam-wire.json")),
    ("RL206", GOLD, 1, "a decomposed letter", swap("Tatarstan region", "Tatarsta\u0301n region")),
    ("RL207", GOLD, 1, "a zero-width space", swap("Tatarstan region", "Tatar\u200bstan region")),
    ("RL208", GOLD, 1, "a replacement character", swap("Tatarstan region", "Tatarst\ufffdn region")),
    ("RL209", GOLD, 2, "text decoded twice", swap("According to", "Accordingâ€™ to")),
    ("RL210", GOLD, 1, "a Cyrillic letter in a Latin word", swap("Tatarstan region", "Tаtarstan region")),
    ("RL211", "seeds/dam-wire.json", None, "a licence that SPDX does not list", swap('"CC-BY-4.0"', '"CC BY 4"', "seeds/dam-wire.json")),
    ("RL212", "seeds/dam-wire.json", None, "a text under a second id", copied("test")),
    ("RL213", "seeds/case.json", None, "bounds of a reference that overlap", referenced("RL213")),
    ("RL214", "corpus/gold/case.jsonl", None, "a bare record of another text", referenced("RL214")),
    ("RL215", "corpus/gold/case.jsonl", None, "words of a referenced text", referenced("RL215")),
    ("RL216", "seeds/sentences/speeches.jsonl", 1, "bounds of a sentence that are turned round", referenced("RL216")),
    ("RL217", "corpus/withdrawn.json", None, "a text that was withdrawn", withdrawn),
    ("RL301", GOLD, 1, "an unknown label", line(1, lambda task: span(task, text="Kazan").update(label="GPES"))),
    ("RL301", GOLD, 1, "a label of another layer", line(1, lambda task: span(task, text="Kazan").update(layer="stance"))),
    ("RL302", GOLD, 1, "a forbidden attribute", line(1, lambda task: span(task, text="Kazan")["attributes"].update(force="cyber"))),
    ("RL303", GOLD, 1, "a missing attribute", line(1, lambda task: span(task, label="THREAT")["attributes"].pop("force"))),
    ("RL304", GOLD, 1, "an unknown value", line(1, lambda task: span(task, label="THREAT")["attributes"].update(force="militarily"))),
    ("RL304", GOLD, 1, "a date that is none", line(1, lambda task: span(task, label="DATE")["attributes"].update(value="Dec 22"))),
    ("RL305", GOLD, 1, "a condition that is not there", line(1, lambda task: span(task, label="THREAT")["attributes"].update(conditional=True))),
    ("RL306", GOLD, 1, "a layer that is not declared", line(1, lambda task: task["meta"]["layers"].pop("threat"))),
    ("RL307", GOLD, 10, "a cue without decision", line(10, lambda task: without(task, layer="threat"))),
    ("RL308", GOLD, 10, "a decision without cue", line(10, lambda task: put(task, "offensive", "threat", "NONTHREAT", reason="capability"))),
    ("RL309", GOLD, 1, "an old scheme", swap('"scheme":"2.0"', '"scheme":"1.0"')),
    ("RL401", GOLD, 1, "a relation to nowhere", line(1, lambda task: arrow(task, span(task, label="THREAT")["id"], "TARGET", "zz"))),
    ("RL402", GOLD, 1, "an unknown relation", line(1, lambda task: task["relations"][0].update(label="SPEAKS"))),
    ("RL403", GOLD, 1, "a relation that the head has not", line(1, demand_with_consequence)),
    ("RL404", GOLD, 1, "a date as a target", line(1, lambda t: arrow(t, span(t, label="THREAT")["id"], "TARGET", span(t, label="DATE")["id"]))),
    ("RL405", GOLD, 1, "a second speaker", line(1, lambda task: arrow(task, span(task, label="THREAT")["id"], "SPEAKER", span(task, label="GPE")["id"]))),
    ("RL406", GOLD, 1, "a relation to itself", line(1, lambda t: arrow(t, span(t, label="THREAT")["id"], "TARGET", span(t, label="THREAT")["id"]))),
    ("RL407", GOLD, 1, "a relation twice", line(1, lambda task: task["relations"].append(dict(task["relations"][0])))),
    ("RL408", GOLD, 1, "a speaker of another sentence", line(1, lambda t: arrow(t, span(t, label="THREAT")["id"], "TARGET", span(t, text="Kremlin")["id"]))),
    ("RL409", GOLD, 7, "a helper that nobody needs", line(7, lambda task: put(task, "several towns", "arguments", "ACTOR", mention="NOM"))),
    ("RL500", TABLE, 3, "an entity without name", row(3, {"name": ""}, TABLE)),
    ("RL500", TABLE, 1, "a Wikidata id that is none", row(1, {"kb_id": "kazan"}, TABLE)),
    ("RL501", GOLD, 1, "an entity that is not in the table", line(1, lambda t: span(t, text="Kazan")["attributes"].update(entity="kasan"))),
    ("RL502", TABLE, None, "an entity that nobody mentions", raw(lambda data: data + data.split(b"\n")[0].replace(b'"id":"', b'"id":"zz-').replace(b'"name":"', b'"name":"Zz ') + b"\n", TABLE)),
    ("RL503", TABLE, 2, "a table row with an unknown label", row(2, {"label": "HUMAN"}, TABLE)),
    ("RL504", GOLD, 1, "a span against the table", line(1, lambda task: span(task, text="Kazan").update(label="LOC"))),
    ("RL505", TABLE, 1, "a circle of parts", lambda p: (row(1, {"part_of": "agencia-do-golfo"}, TABLE)(p), row(2, {"part_of": "a-tuulvik"}, TABLE)(p))),
    ("RL506", TABLE, 7, "two rows of one name", row(7, {"name": "a.  TUULVIK"}, TABLE)),
    ("RL601", SPLITS, None, "a document without split", swap(' "chess-column": "validation",\n', "", SPLITS)),
    ("RL602", SPLITS, None, "an event across splits", swap('"dam-wire": "test"', '"dam-wire": "train"', SPLITS)),
    ("RL603", "corpus/gold/dam-wire.jsonl", None, "a gold document without seed", unlink("seeds/dam-wire.json", "seeds/dam-wire.txt")),
    ("RL604", "corpus/gold/dam-wire.jsonl", None, "a rater's file that is gone", unlink("corpus/raters/r2/dam-wire.jsonl")),
    ("RL605", "corpus/gold/dam-wire.jsonl", None, "a copy in the same split", copied("test")),
    ("RL606", SPLITS, None, "a copy in another split", copied("train")),
    ("RL607", SPLITS, None, "a label that a split lacks", line(1, lambda task: without(task, label="EVENT"), "corpus/gold/chess-column.jsonl")),
    ("RL608", GOLD, 1, "a reading against all others", line(1, lambda task: span(task, text="Ukraine").update(label="ORG"))),
    ("RL609", GOLD, 3, "a name that was missed", line(3, lambda task: without(task, text="Kazan"))),
    ("RL610", "corpus/gold/island-post.jsonl", 1, "a layer emptied", every(lambda task: [s["layer"] == "stance" and without(task, id=s["id"]) for s in list(task["spans"])], POST)),
    ("RL611", "corpus/raters/r1/dam-wire.jsonl", 4, "a rater's other text", swap("Four-fifths", "Five-sixths", "corpus/raters/r1/dam-wire.jsonl")),
    ("RL612", "corpus/raters/raters.json", None, "a rater nobody knows", swap('"r2"', '"r8"', "corpus/raters/raters.json")),
    ("RL613", SPLITS, None, "a document in two splits", swap('"chess-column": "validation"', '"chess-column": "test", "chess-column": "validation"', SPLITS)),
    ("RL614", "corpus/contrast/small.jsonl", 2, "a contrast pair without contrast", contrast("The gates stay shut.", "The gates stay open.")),
    ("RL615", "corpus/contrast/small.jsonl", 1, "a contrast pair from train", contrast("Lauvrand came aboard for coffee, refused the good mug.", "Lauvrand came aboard for tea, refused the good mug.")),
    ("RL616", GOLD, 1, "a rejected passage in gold", swap('"answer":"accept"', '"answer":"reject"')),
    ("RL617", GOLD, 1, "a label that nobody decided", line(1, lambda task: span(task, label="THREAT")["attributes"].update(function="deter"))),
    ("RL618", ANSWERS, None, "an answer to a question that is not asked", answered(5)),
    ("RL619", ANSWERS, None, "an answer about words of before", answered(1)),
    ("RL701", WAIVERS, 1, "a waiver without reason", raw(lambda data: WAIVER.replace(b"a reason of a test", b"") + data, WAIVERS)),
    ("RL702", WAIVERS, 1, "a waiver that waives nothing", raw(lambda data: WAIVER + data, WAIVERS)),
]  # fmt: skip


Problem = tuple[str, str, int | None, str]


def problems(capsys: pytest.CaptureFixture[str]) -> set[Problem]:
    """Code, path, line and message of each problem that `validate` finds in the working folder."""
    assert main(["validate", "--json"]) == 1
    return {(d["code"], d["path"], d["line"], d["message"]) for d in json.loads(capsys.readouterr().out)["diagnostics"]}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of some documents, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    return small(tmp_path, DOCUMENTS)


BEFORE: set[Problem] = set()


@pytest.fixture
def before(here: Project, capsys: pytest.CaptureFixture[str]) -> set[Problem]:
    """The problems without damage: few documents do not have every label in every split."""
    if not BEFORE:
        BEFORE.update(problems(capsys))
        assert {code for code, *_ in BEFORE} == {"RL607"}
    return BEFORE


@pytest.mark.parametrize(("code", "path", "number", "title", "plant"), DAMAGE, ids=[f"{code} {title}" for code, _, _, title, _ in DAMAGE])
def test_damage_is_reported_under_its_code_at_its_line(
    code: str,
    path: str,
    number: int | None,
    title: str,
    plant: Plant,
    before: set[Problem],
    here: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = contents(here)
    plant(here)
    planted = contents(here)
    assert planted != whole
    found = problems(capsys) - before
    places = {(at, line) for name, at, line, _ in found if name == code}
    assert places, sorted({name for name, *_ in found})
    assert (path, number) in places or (number is None and any(place[0] == path for place in places)), places
    assert contents(here) == planted


def contents(project: Project) -> dict[Path, bytes]:
    return {file: file.read_bytes() for folder in (project.seeds, project.corpus) for file in folder.rglob("*") if file.is_file()}


def test_every_rule_has_a_damage() -> None:
    assert {code for code, *_ in DAMAGE} == {rule.code for rule in rules.all_rules()}
    assert len(DAMAGE) >= 60
