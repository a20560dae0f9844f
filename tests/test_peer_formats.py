"""Files of brat, doccano and Label Studio: what they write is read, and what an annotator changed there comes back."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from conftest import ROOT, record, span
from redline import formats
from redline.cli import main
from redline.cli.conversions import UNITS
from redline.core import offsets
from redline.core.document import Document, Extra, Relation, canonical
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy, load
from redline.formats import brat, doccano, label_studio
from redline.formats.reading import Options, Reading

TAXONOMY = load(ROOT / "schemas")
OPTIONS = Options(TAXONOMY)
TEXT = "👨‍👩‍👧 Orla fell, and Belmora will burn for it."


def read(path: Path, text: str, unit: str | None = None) -> Reading:
    path.write_text(text, encoding="utf-8")
    return formats.read(path, Options(TAXONOMY, unit=unit))


def words(reading: Reading) -> list[tuple[str, str]]:
    return [(one.label, one.text) for one in reading.records[0].spans]


def threat() -> Document:
    act = {"act": "a1", "force": "conventional_attack", "conditional": True, "explicitness": "explicit"}
    place, hit = span("entities", "GPE", TEXT, "Belmora", "e1"), span("threat", "THREAT", TEXT, "Belmora will burn", "t1")
    spans = (place, msgspec.structs.replace(hit, attributes=act))
    made = msgspec.structs.replace(record(TEXT, spans, doc="d"), relations=(Relation(hit.id, place.id, "SPEAKER"),))
    return Document("d", (canonical(made),))


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "Orla fell.", "label": [[0, 4, "GPE"]], "id": 4, "Comments": []}',
        '{"text": "Orla fell.", "entities": [{"id": 7, "label": "GPE", "start_offset": 0, "end_offset": 4}], "relations": []}',
    ],
)
def test_what_doccano_exports_is_read(line: str, tmp_path: Path) -> None:
    assert words(read(tmp_path / "all.jsonl", line)) == [("GPE", "Orla")]


@pytest.mark.parametrize("name", [None, "doccano"])
def test_classes_of_doccano_are_read(name: str | None, tmp_path: Path) -> None:
    labels = [[], ["war", "news"], ["sport"]]
    lines = (json.dumps({"id": number, "text": f"Text {number}", "label": label}) for number, label in enumerate(labels))
    reading = formats.read(_file(tmp_path / "all.jsonl", "\n".join(lines)), OPTIONS, name)
    nothing, *others = (one.cats for one in reading.records)
    assert nothing is msgspec.UNSET
    assert others == [{"news": 1.0, "sport": 0.0, "war": 1.0}, {"news": 0.0, "sport": 1.0, "war": 0.0}]
    assert [one.extra for one in reading.records] == [Extra(task={"id": number}) for number in range(3)]


def test_one_class_of_doccano_without_a_list_is_read(tmp_path: Path) -> None:
    path = _file(tmp_path / "all.jsonl", '{"text": "A", "label": "war"}')
    assert [one.cats for one in formats.read(path, OPTIONS, "doccano").records] == [{"war": 1.0}]


def test_meta_of_doccano_that_is_no_object_is_left_out(tmp_path: Path) -> None:
    reading = read(tmp_path / "all.jsonl", '{"text": "Orla fell.", "label": [[0, 4, "GPE"]], "meta": "x"}')
    assert words(reading) == [("GPE", "Orla")]
    assert [(loss.what, loss.why) for loss in reading.left_out] == [("meta x", "it is not an object")]


def test_offsets_of_doccano_are_utf16_units_unless_the_unit_is_named(tmp_path: Path) -> None:
    # The family is 5 code points, 8 UTF-16 units, 18 bytes and 1 grapheme cluster.
    for unit, start in ((None, 9), ("utf16", 9), ("codepoint", 6), ("utf8", 19), ("grapheme", 2)):
        line = json.dumps({"text": TEXT, "label": [[start, start + 4, "GPE"]]})
        assert words(read(tmp_path / "all.jsonl", line, unit)) == [("GPE", "Orla")], unit
    with pytest.raises(RedlineError, match="all.jsonl:1: utf16 offset 1 is not between two characters; needed: text, and spans"):
        read(tmp_path / "all.jsonl", json.dumps({"text": TEXT, "label": [[1, 4, "GPE"]]}))


def test_the_units_of_the_option_are_those_of_offsets() -> None:
    assert UNITS == offsets.UNITS


def test_an_attribute_chosen_in_label_studio_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    formats.write([threat()], path, "label-studio", OPTIONS)
    text = path.read_text(encoding="utf-8")
    assert '"conventional_attack"' in text
    changed = text.replace('"conventional_attack"', '"economic"').replace('"yes"', '"no"')
    (act,) = [one for one in read(path, changed).records[0].spans if one.label == "THREAT"]
    assert act.attributes == {"act": "a1", "force": "economic", "conditional": False, "explicitness": "explicit"}


def test_label_studio_gets_a_configuration_with_every_label_relation_and_choice(tmp_path: Path, taxonomy: Taxonomy) -> None:
    formats.write([threat()], tmp_path / "tasks.json", "label-studio", OPTIONS)
    view = ElementTree.parse(tmp_path / "tasks.xml")
    layers = {one.get("name"): [label.get("value") for label in one] for one in view.iter("Labels")}
    assert layers == {name: list(layer.by_label) for name, layer in taxonomy.layers.items()}
    assert {one.get("value") for one in view.iter("Relation")} == {one for layer in taxonomy.layers.values() for one in layer.by_relation}
    names = [one.get("name") for one in view.iter() if one.get("name")]
    assert len(set(names)) == len(names)


def test_of_several_annotations_the_last_one_is_taken_and_cancelled_ones_are_ignored(tmp_path: Path) -> None:
    def result(label: str) -> list[object]:
        value = {"start": 0, "end": 4, "text": "Orla", "labels": [label]}
        return [{"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}]

    annotations = [{"result": result("GPE")}, {"result": result("LOC")}, {"result": result("ORG"), "was_cancelled": True}]
    reading = read(tmp_path / "p.json", json.dumps([{"data": {"body": "Orla fell."}, "annotations": annotations}]))
    assert words(reading) == [("LOC", "Orla")]
    assert [str(loss) for loss in reading.left_out] != []
    cancelled = read(tmp_path / "p.json", json.dumps([{"data": {"text": "Orla fell."}, "annotations": annotations[2:]}]))
    assert [one.answer for one in cancelled.records] == ["ignore"]


def test_each_prediction_of_a_task_is_listed_as_left_out(tmp_path: Path) -> None:
    result = [{"id": "x", "from_name": "l", "type": "labels", "value": {"start": 0, "end": 4, "text": "Orla", "labels": ["GPE"]}}]
    tasks = [{"data": {"text": "Orla fell."}, "predictions": [{"result": result}, {"result": []}], "annotations": []}]
    reading = read(tmp_path / "p.json", json.dumps(tasks))
    assert words(reading) == []
    assert [(loss.what, loss.why) for loss in reading.left_out] == [("a prediction", "only annotations are read")] * 2


def test_words_that_are_not_at_their_place_are_refused(tmp_path: Path) -> None:
    value = {"start": 1, "end": 5, "text": "Orla", "labels": ["GPE"]}
    task = {"data": {"text": "Orla fell."}, "annotations": [{"result": [{"id": "x", "from_name": "l", "type": "labels", "value": value}]}]}
    with pytest.raises(RedlineError, match=r"task 0: span 1..5 covers `rla ` and stores `Orla`"):
        read(tmp_path / "p.json", json.dumps([task]))


def test_a_folder_of_brat_is_read_without_our_notes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Orla fell.\nBelmora will burn Orla.\n", encoding="utf-8")
    lines = ["T1\tGPE 0 4\tOrla", "T2\tTHREAT 11 28\tBelmora will burn", "T3\tGPE 11 18\tBelmora", "R1\tSPEAKER Arg1:T2 Arg2:T3\t"]
    lines += ["A1\tforce T2 economic", "A2\tconditional T2", "T4\tGPE 0 4;29 33\tOrla Orla", "E1\tTHREAT:T2", "#1\tAnnotatorNotes T2\twhy?"]
    (tmp_path / "a.ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    reading = formats.read(tmp_path, OPTIONS)
    assert [one.text for one in reading.records] == ["Orla fell.", "Belmora will burn Orla."]
    act, place = sorted(reading.records[1].spans, key=lambda one: one.layer, reverse=True)
    assert (act.label, act.attributes, place.text) == ("THREAT", {"force": "economic", "conditional": True}, "Belmora")
    assert [(one.head_id, one.label, one.child_id) for one in reading.records[1].relations] == [(act.id, "SPEAKER", place.id)]
    assert len(reading.left_out) == 3


def test_an_attribute_changed_in_brat_comes_back_and_one_that_was_removed_is_gone(tmp_path: Path) -> None:
    formats.write([threat()], tmp_path / "b", "brat", OPTIONS)
    ann = tmp_path / "b/d.ann"
    kept = [line for line in ann.read_text(encoding="utf-8").splitlines(keepends=True) if "explicitness T" not in line]
    ann.write_text("".join(kept).replace("force T1 conventional_attack", "force T1 economic"), encoding="utf-8")
    (act,) = [one for one in formats.read(tmp_path / "b", OPTIONS).records[0].spans if one.label == "THREAT"]
    assert act.attributes == {"act": "a1", "force": "economic", "conditional": True}


def test_a_folder_of_brat_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats.write([threat()], tmp_path / "b", "brat", OPTIONS)
    with pytest.raises(RedlineError, match="is an existing folder"):
        formats.write([threat()], tmp_path / "b", "brat", OPTIONS)
    (tmp_path / "b/d.txt").write_text(TEXT.replace("for it", "by now") + "\n", encoding="utf-8")
    assert main(["export", str(tmp_path / "b"), "--format", "jsonl", "--out", str(tmp_path / "x.jsonl")]) == 2
    assert "differs from the text of redline.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[", "{}", "[1]", '[{"data": 3}]', '[{"data": {"text": "a"}, "annotations": [{"result": [{}]}]}]'])
def test_damaged_files_of_label_studio_are_a_line(content: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="needed: "):
        list(label_studio.items(_file(tmp_path / "x.json", content), OPTIONS))


@pytest.mark.parametrize(
    "content", ["T1", "T1\tGPE", "T1\tGPE a b\tOrla", "T1\tGPE 0 3\tOrla", "R1\tX", "#1\tAnnotatorNotes T1\t{", "A1\tforce"]
)
def test_damaged_lines_of_brat_are_a_line(content: str, tmp_path: Path) -> None:
    _file(tmp_path / "x.txt", "Orla fell.\n")
    with pytest.raises(RedlineError, match=r"x.ann:1: .*; needed: a line of brat's standoff format"):
        list(brat.items(_file(tmp_path / "x.ann", content), OPTIONS))


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"text": 3, "label": []}', '{"label": [[0, 1, "A"]]}', '{"text": "a", "label": [[0, 9, "A"]]}']
)
def test_damaged_lines_of_doccano_are_a_line(content: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match=r"x.jsonl:1: .*; needed: "):
        list(doccano.items(_file(tmp_path / "x.jsonl", content), OPTIONS))


def _file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def exported(folder: Path) -> Path:
    """A folder of brat with two passages."""
    first, second = record("Orla fell.", doc="d"), record("Belmora wept.", doc="d", passage=1)
    formats.write([Document("d", (first, second))], folder, "brat", OPTIONS)
    return folder


@pytest.mark.parametrize("content", ["{", "[1]\n", '{"meta": {"doc": "d"}}\n', '{"text": "Orla fell."}\n'])
def test_a_damaged_file_beside_the_texts_of_brat_is_a_line(content: str, tmp_path: Path) -> None:
    folder = exported(tmp_path / "b")
    (folder / brat.OURS).write_text(content)
    with pytest.raises(RedlineError, match=r"redline.jsonl:1: is not a passage .*; needed: the file as exported"):
        formats.read(folder, OPTIONS)


def test_a_file_beside_the_texts_of_brat_that_lost_passages_is_refused(tmp_path: Path) -> None:
    folder = exported(tmp_path / "b")
    lines = (folder / brat.OURS).read_text(encoding="utf-8").splitlines(keepends=True)
    for kept in (lines[:1], lines[1:]):
        (folder / brat.OURS).write_text("".join(kept), encoding="utf-8")
        with pytest.raises(RedlineError, match="differs from the text of redline.jsonl"):
            formats.read(folder, OPTIONS)


def test_a_note_of_brat_with_another_shape_is_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    formats.write([threat()], folder, "brat", OPTIONS)
    path = folder / "d.ann"
    path.write_text(path.read_text(encoding="utf-8").replace('"layer":"threat"', '"layer":3'), encoding="utf-8")
    with pytest.raises(RedlineError, match=r"d.ann:5: its note: `layer` is of type `int`, not `str | null`; needed: a line of brat's"):
        formats.read(folder, OPTIONS)


def test_a_passage_of_brat_with_another_shape_is_a_line(tmp_path: Path) -> None:
    path = exported(tmp_path / "b") / brat.OURS
    path.write_text(path.read_text(encoding="utf-8").replace('"answer":"accept"', '"answer":3'), encoding="utf-8")
    wanted = r"d.ann: does not fit its redline.jsonl \(`answer` is of type `int`, not `str`\); needed: both files as exported"
    with pytest.raises(RedlineError, match=wanted):
        formats.read(tmp_path / "b", OPTIONS)


def test_what_brat_joins_over_passages_is_listed(tmp_path: Path) -> None:
    folder = exported(tmp_path / "b")
    lines = ["T1\tGPE 0 4\tOrla", "T2\tGPE 11 18\tBelmora", "T3\tGPE 5 18\tfell. Belmora", "R1\tSPEAKER Arg1:T1 Arg2:T2\t"]
    (folder / "d.ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    reading = formats.read(folder, OPTIONS)
    assert [[span.text for span in one.spans] for one in reading.records] == [["Orla"], ["Belmora"]]
    assert [loss.why for loss in reading.left_out] == ["it is not within one passage", "its spans are not in one passage"]


def test_a_task_of_label_studio_that_nobody_annotated_is_not_one_with_nothing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    formats.write([threat()], path, "label-studio", OPTIONS)
    (task,) = json.loads(path.read_bytes())
    for value in ({**task, "annotations": []}, {"data": {"text": "Orla fell."}}):
        (one,) = read(path, json.dumps([value])).records
        assert (one.answer, one.spans) == ("ignore", ())


def region(name: str, start: int, end: int, *labels: str) -> dict[str, Any]:
    """A region as Label Studio exports it; the control is in no scheme."""
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": {"start": start, "end": end, "labels": labels}}


def exported_task(results: list[dict[str, Any]], **data: object) -> str:
    return json.dumps([{"id": 9, "data": {"text": "Orla fell.", **data}, "annotations": [{"result": results}]}])


@pytest.mark.parametrize(
    ("direction", "pairs"),
    [("right", [("a", "b")]), ("left", [("b", "a")]), ("bi", [("a", "b"), ("b", "a")]), (None, [("a", "b")])],
)
def test_a_relation_of_label_studio_has_the_direction_of_its_arrow(
    direction: str | None, pairs: list[tuple[str, str]], tmp_path: Path
) -> None:
    arrow = {"type": "relation", "from_id": "a", "to_id": "b", "labels": ["AT"], "direction": direction}
    task = exported_task([region("a", 0, 4, "GPE"), region("b", 5, 9, "CONTENT"), arrow])
    (found,) = read(tmp_path / "p.json", task).records
    assert [(one.head_id, one.child_id) for one in found.relations] == pairs


def test_a_region_of_label_studio_with_two_labels_is_two_spans(tmp_path: Path) -> None:
    mood = {"id": "a", "from_name": "threat.force", "to_name": "text", "type": "choices", "value": {"choices": ["economic"]}}
    results = [region("a", 0, 4, "GPE", "THREAT"), region("a-2", 5, 9, "CONTENT"), mood]
    arrow = {"type": "relation", "from_id": "a-2", "to_id": "a", "labels": ["AT"]}
    (found,) = read(tmp_path / "p.json", exported_task([*results, arrow])).records
    assert [(one.id, one.label, one.start, one.end, one.attributes) for one in found.spans] == [
        ("a", "GPE", 0, 4, {}), ("a-3", "THREAT", 0, 4, {"force": "economic"}), ("a-2", "CONTENT", 5, 9, {}),
    ]  # fmt: skip
    assert found.relations == (Relation("a-2", "a", "AT"),)
    with pytest.raises(
        RedlineError, match=r"task 0: result 0: `value.labels` has another shape \(expected `array` of length >= 1\); needed"
    ):
        read(tmp_path / "p.json", exported_task([region("a", 0, 4)]))


def test_other_data_of_label_studio_are_kept_and_come_back(tmp_path: Path) -> None:
    # `label` would be a class in a task of Prodigy; in `data` it is a column like any other.
    others = {"id": 77, "title": "News", "label": "war", "meta": {"page": 3}}
    reading = read(tmp_path / "p.json", exported_task([region("a", 0, 4, "GPE")], **others))
    (found,) = reading.records
    assert (found.extra, found.cats, reading.left_out) == (Extra(task={"data": others}), msgspec.UNSET, ())
    for name, path in (("prodigy", tmp_path / "q.jsonl"), ("label-studio", tmp_path / "again.json")):
        formats.write([Document(found.meta.doc, (found,))], path, name, OPTIONS)
        assert formats.read(path, OPTIONS, name).records == reading.records
    (task,) = json.loads((tmp_path / "again.json").read_bytes())
    assert task["data"].items() > others.items()
    assert "title" not in json.dumps(task["data"]["redline"])


@pytest.mark.parametrize("data", ["a string", {}, {"text": "Orla left."}, {"redline": 1}])
def test_a_key_of_another_tool_that_is_called_data_stays_in_its_place(data: object, tmp_path: Path) -> None:
    one = msgspec.structs.replace(record("Orla fell."), extra=Extra(task={"data": data}))
    formats.write([Document("d", (one,))], tmp_path / "tasks.json", "label-studio", OPTIONS)
    assert formats.read(tmp_path / "tasks.json", OPTIONS).records == (one,)


def test_results_of_label_studio_that_no_record_can_have_are_listed(tmp_path: Path) -> None:
    value = {"start": 0, "end": 4, "text": "Orla", "labels": ["GPE"]}
    results = [
        {"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value},
        {"id": "x", "from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["glad"]}},
        {"id": "y", "from_name": "why", "to_name": "text", "type": "textarea", "value": {"text": ["so"]}},
        {"type": "relation", "from_id": "x", "to_id": "gone", "direction": "right"},
    ]
    reading = read(tmp_path / "p.json", json.dumps([{"data": {"text": "Orla fell."}, "annotations": [{"result": results}]}]))
    assert [(one.label, one.attributes) for one in reading.records[0].spans] == [("GPE", {})]
    assert [loss.what for loss in reading.left_out] == ["choices mood", "textarea why", "relation x gone"]


def test_a_labelling_configuration_that_somebody_changed_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    formats.write([threat()], path, "label-studio", OPTIONS)
    formats.write([threat()], path, "label-studio", OPTIONS)
    (tmp_path / "tasks.xml").write_text("<View/>")
    before = path.read_bytes()
    with pytest.raises(RedlineError, match="tasks.xml: is a different labelling configuration; needed: another --out"):
        formats.write([threat(), threat()], path, "label-studio", OPTIONS)
    assert (path.read_bytes(), (tmp_path / "tasks.xml").read_text()) == (before, "<View/>")
