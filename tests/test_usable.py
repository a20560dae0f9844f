"""No reader gives a record with impossible places; a line or an element that does not end is refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import spacy
from spacy.tokens import DocBin

from conftest import record, span
from redline import formats
from redline.cli import main
from redline.core.document import encode
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.formats import array, jsonl, parquet, text
from redline.formats.reading import Options

TEXT = "Orla closed the port."
GOOD = json.loads(encode(record(TEXT, (span("entities", "GPE", TEXT, "Orla", "e1"),))))
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"start": 0, "end": 0}, "span 0..0 is empty or not inside the text of 21"),
    "reversed": ({"start": 4, "end": 1}, "span 4..1 is empty or not inside the text of 21"),
    "beyond": ({"start": 16, "end": 22}, "span 16..22 is empty or not inside the text of 21"),
    "negative": ({"start": -4, "end": 3}, "span -4..3 is empty or not inside the text of 21"),
}
LOOSE = {"head_id": "e1", "label": "TARGET", "child_id": "e2"}
COMMANDS = {
    "stats": ["stats", "{bad}"],
    "score gold": ["score", "{bad}", "{good}", "--boot", "10"],
    "score": ["score", "{good}", "{bad}", "--boot", "10"],
    "diff": ["diff", "{good}", "{bad}"],
    "doccano": ["export", "{bad}", "--format", "doccano", "--out", "{out}.jsonl"],
    "label-studio": ["export", "{bad}", "--format", "label-studio", "--out", "{out}.json"],
    "train": ["train", "--train", "{bad}", "--out", "{out}"],
    "import": ["import", "{bad}", "--out", "{out}.jsonl"],
}


def misplaced(change: dict[str, Any]) -> dict[str, Any]:
    """The record with a span at another place, where its words are those of the text."""
    where = {**GOOD["spans"][0], **change}
    return {**GOOD, "spans": [{**where, "text": TEXT[where["start"] : where["end"]]}]}


def put(path: Path, *values: object) -> Path:
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"import"}))
@pytest.mark.parametrize("kind", BAD)
def test_every_command_refuses_a_record_with_an_impossible_span_in_one_line(
    kind: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, says = BAD[kind]
    paths = {
        "good": put(tmp_path / "good.jsonl", GOOD),
        "bad": put(tmp_path / "bad.jsonl", GOOD, misplaced(change)),
        "out": tmp_path / "out",
    }
    assert main([word.format(**paths) for word in COMMANDS[command]]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"redline: {paths['bad']}:2: is not a record ({says}); needed: a line as in schemas/record.json"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_relation_without_its_span(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loose = {**GOOD, "relations": [LOOSE]}
    paths = {"good": put(tmp_path / "good.jsonl", GOOD), "bad": put(tmp_path / "bad.jsonl", loose), "out": tmp_path / "out"}
    assert main([word.format(**paths) for word in COMMANDS[command]]) == 2
    assert "bad.jsonl:1: is not a record (relation e1 TARGET e2: there is no span `e2`); needed: " in capsys.readouterr().err


def test_a_sentence_outside_of_the_text_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = put(tmp_path / "x.jsonl", {**GOOD, "sentences": [[0, 22]]})
    with pytest.raises(RedlineError, match=r"x.jsonl:1: is not a record \(sentence 0..22 is empty or not inside the text of 21\)"):
        formats.read(path, Options(taxonomy))


def label_studio(path: Path, start: int, end: int, *, ours: bool) -> Path:
    value = {"start": start, "end": end, "labels": ["GPE"]}
    rest = {key: entry for key, entry in GOOD.items() if key not in ("text", "spans", "relations")}
    data = {"text": TEXT} | ({"redline": rest} if ours else {})
    task = {"data": data, "annotations": [{"result": [{"id": "a", "from_name": "entities", "type": "labels", "value": value}]}]}
    path.write_text(json.dumps([task]), encoding="utf-8")
    return path


@pytest.mark.parametrize("ours", [True, False])
def test_label_studio_has_no_empty_span(ours: bool, tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(RedlineError, match=r"x.json: task 0: span 4..4 is empty or not inside the text of 21"):
        formats.read(label_studio(tmp_path / "x.json", 4, 4, ours=ours), Options(taxonomy))
    assert formats.read(label_studio(tmp_path / "x.json", 0, 4, ours=ours), Options(taxonomy))[0].spans[0].text == "Orla"


@pytest.mark.parametrize("ours", [True, False])
def test_brat_has_no_empty_span(ours: bool, tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "case.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    (tmp_path / "case.ann").write_text("T1\tGPE 4 4\t\n", encoding="utf-8")
    if ours:
        put(tmp_path / "redline.jsonl", {key: entry for key, entry in GOOD.items() if key not in ("spans", "relations")})
    with pytest.raises(RedlineError, match=r"case.ann: .*span 4..4 is empty or not inside the text of 21"):
        formats.read(tmp_path, Options(taxonomy))


def test_parquet_has_no_empty_span(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "x.parquet"
    parquet.write(jsonl.read(put(tmp_path / "x.jsonl", GOOD)), path, Options(taxonomy))
    bad = jsonl.decode(json.dumps(misplaced(BAD["empty"][0])).encode())
    parquet.write([formats.Document("case", (bad,))], path, Options(taxonomy))
    with pytest.raises(RedlineError, match=r"x.parquet: row 0: is not a record \(span 0..0 is empty or not inside the text of 21\)"):
        formats.read(path, Options(taxonomy))


ROWS = {
    "cats": ([{"name": "A", "value": 0.2}, {"name": "A", "value": 0.9}], "`A` has two values"),
    "layers": ([{"name": "threat", "state": "done"}, {"name": "threat", "state": "predicted"}], "`threat` has two values"),
    "extra": (f'{{"task": {{"x": {"[" * 100_000}{"]" * 100_000}}}}}', "is nested too deeply"),
}


@pytest.mark.parametrize("column", ROWS)
def test_a_row_of_parquet_loses_nothing_in_silence(column: str, tmp_path: Path, taxonomy: Taxonomy) -> None:
    path, (value, says) = tmp_path / "x.parquet", ROWS[column]
    parquet.write(jsonl.read(put(tmp_path / "x.jsonl", GOOD)), path, Options(taxonomy))
    table = pyarrow.parquet.read_table(path)
    changed = pyarrow.Table.from_pylist([{**table.to_pylist()[0], column: value}], schema=table.schema)
    pyarrow.parquet.write_table(changed, path)
    with pytest.raises(RedlineError, match=rf"x.parquet: row 0: is not a record \({says}\)"):
        formats.read(path, Options(taxonomy))


def test_a_relation_of_a_docbin_without_its_span_is_listed(tmp_path: Path, taxonomy: Taxonomy) -> None:
    doc = spacy.blank("en")(TEXT)
    doc.user_data["redline"] = {"meta": GOOD["meta"], "spans": {}, "relations": [LOOSE]}
    (tmp_path / "x.spacy").write_bytes(DocBin(docs=[doc], store_user_data=True).to_bytes())
    found = formats.read(tmp_path / "x.spacy", Options(taxonomy))
    assert [(loss.what, loss.why) for loss in found.left_out] == [("relation e1 TARGET e2", "a span of it is missing")]


def test_doccano_has_no_relation_without_a_span(tmp_path: Path, taxonomy: Taxonomy) -> None:
    entity = {"id": 7, "label": "GPE", "start_offset": 0, "end_offset": 4}
    path = put(tmp_path / "x.jsonl", {"text": TEXT, "entities": [entity], "relations": [{"from_id": 7, "to_id": 8, "type": "TARGET"}]})
    with pytest.raises(RedlineError, match=r"x.jsonl:1: relation 7 TARGET 8: there is no span `8`; needed: "):
        formats.read(path, Options(taxonomy))


def test_a_span_that_is_not_found_takes_its_relations_with_it_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = {**misplaced(BAD["negative"][0]), "relations": [{**LOOSE, "child_id": "e1"}]}
    assert main(["import", str(put(tmp_path / "x.jsonl", lost)), "--repair", "--out", str(tmp_path / "out.jsonl")]) == 2
    assert "cannot repair: " in (told := capsys.readouterr().err)
    assert "x.jsonl:1: GPE `e1` -4..3: it has no words" in told


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.txt", "x.conll"])
def test_a_line_beyond_the_limit_is_refused_before_it_is_read_whole(
    name: str, tmp_path: Path, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "LONGEST", 1000)
    path, begin = tmp_path / name, {".txt": b"One line.\n", ".conll": b"Orla\tB-GPE\n"}.get(Path(name).suffix, encode(record(TEXT)) + b"\n")
    path.write_bytes((gzip.compress if name.endswith(".gz") else bytes)(begin + b"x" * 5000))
    with pytest.raises(RedlineError, match=f"{name}:2: is a line of more than 1000 bytes; needed: shorter lines"):
        formats.read(path, Options(taxonomy))


def test_an_element_of_a_list_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array, "LONGEST", 1000)
    monkeypatch.setattr(array, "CHUNK", 100)
    (tmp_path / "x.json").write_text('[1, "' + "x" * 5000 + '"]', encoding="utf-8")
    with pytest.raises(RedlineError, match="x.json: after task 0: has an element of more than 1000 bytes; needed: a list"):
        list(array.values(tmp_path / "x.json", "task", "a list"))


def test_two_spans_with_one_id_are_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path / "x.jsonl", {**GOOD, "spans": [*GOOD["spans"], {**GOOD["spans"][0], "start": 5, "end": 11, "text": "closed"}]})
    assert main(["export", str(path), "--format", "prodigy", "--out", str(tmp_path / "out.jsonl")]) == 2
    assert capsys.readouterr().err.endswith("redline: passage 0 of case: two spans have the id `e1`; needed: each id once\n")


GPE = {"start": 0, "end": 4, "label": "GPE", "id": 1}
ENTITY = {"id": 1, "label": "GPE", "start_offset": 0, "end_offset": 4}
LINES: dict[str, tuple[str, object, str]] = {
    "id": ("prodigy", {"text": TEXT, "spans": [GPE, {**GPE, "id": "1"}]}, "two spans have the id `1`"),
    "token": ("prodigy", {"text": TEXT, "tokens": [{"start": 20, "end": 22}]}, "token 20..22 is not inside the text of 21"),
    "entities": ("doccano", {"text": TEXT, "entities": [ENTITY, ENTITY]}, "two spans have the id `1`"),
    "lists": ("doccano", {"text": TEXT, "entities": [ENTITY], "label": ["A"]}, "has both `entities` and `label`"),
}


@pytest.mark.parametrize(("name", "line", "says"), LINES.values(), ids=list(LINES))
def test_a_line_that_would_lose_something_in_silence_is_refused(
    name: str, line: object, says: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    with pytest.raises(RedlineError, match=f"x.jsonl:1: {says}; needed: "):
        formats.read(put(tmp_path / "x.jsonl", line), Options(taxonomy), name)


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("name", ["jsonl", "prodigy", "doccano", None])
def test_a_line_that_is_nested_too_deeply_is_named(name: str | None, tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "x.jsonl").write_text(f'{json.dumps(GOOD)[:-1]}, "extra": {{"task": {{"x": {DEEP}}}}}}}\n', encoding="utf-8")
    with pytest.raises(RedlineError, match=r"x.jsonl:1: is not "):
        formats.read(tmp_path / "x.jsonl", Options(taxonomy), name)


@pytest.mark.parametrize("value", [2**70, [[]]])
def test_what_a_docbin_cannot_contain_is_a_line(value: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(600 if isinstance(value, list) else 0):
        value = [value]
    path = put(tmp_path / "x.jsonl", {**GOOD, "extra": {"task": {"x": value}}})
    assert main(["export", str(path), "--format", "docbin", "--out", str(tmp_path / "out.spacy")]) == 2
    assert "redline: passage 0 of case: cannot be in a DocBin" in capsys.readouterr().err


ANNS = {
    "T1\tGPE 0 4\tOrla\nT1\tGPE 5 11\tclosed\n": "case.ann:2: T1 occurs twice",
    "T1\tGPE 4 0\t\n": "case.ann: span 4..0 is empty or not inside the text of 21; needed: spans of the text case.txt",
}


@pytest.mark.parametrize("ann", ANNS)
def test_brat_with_a_doubled_id_or_a_reversed_span_is_refused(ann: str, tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "case.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    (tmp_path / "case.ann").write_text(ann, encoding="utf-8")
    with pytest.raises(RedlineError, match=ANNS[ann]):
        formats.read(tmp_path, Options(taxonomy))


def test_annotations_of_brat_on_a_text_without_words_are_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    for doc, words in (("case", ""), ("other", f"{TEXT}\n")):
        (tmp_path / f"{doc}.txt").write_text(words, encoding="utf-8")
        (tmp_path / f"{doc}.ann").write_text("E1\tAttack:T1\n", encoding="utf-8")
    with pytest.raises(RedlineError, match=r"case.ann: has annotations, and case.txt has no words; needed: the text"):
        formats.read(tmp_path, Options(taxonomy))


def test_what_brat_states_of_missing_spans_or_twice_is_listed(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "case.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    (tmp_path / "case.ann").write_text(
        'T1\tGPE 0 4\tOrla\nA1\tform T9 own\nA2\tform T1 own\nA3\tform T1 quoted\n#1\tAnnotatorNotes T8\t{"id": "q"}\n', encoding="utf-8"
    )
    found = formats.read(tmp_path, Options(taxonomy))
    assert found[0].spans[0].attributes == {"form": "own"}
    assert [loss.what for loss in found.left_out] == ["A3\tform T1 quoted", "form of T9", "AnnotatorNotes of T8"]


def test_label_studio_loses_nothing_in_silence(tmp_path: Path, taxonomy: Taxonomy) -> None:
    value = {"start": 0, "end": 4, "labels": ["GPE"]}
    region = {"id": "a", "from_name": "entities", "type": "labels", "value": value, "meta": {"text": ["a note"]}}
    results = [
        region,
        {"id": "a", "from_name": "threat.form", "type": "choices", "value": {"choices": ["own", "quoted"]}},
        {"type": "relation", "from_id": "a", "to_id": "a", "labels": ["ONE", "TWO"]},
    ]
    (tmp_path / "x.json").write_text(json.dumps([{"data": {"text": TEXT}, "annotations": [{"result": results}]}]), encoding="utf-8")
    found = formats.read(tmp_path / "x.json", Options(taxonomy))
    assert [one.label for one in found[0].relations] == ["ONE", "TWO"]
    assert [(loss.what, loss.why) for loss in found.left_out] == [
        ("text of region a", "no record has it"),
        ("choice threat.form quoted", "the first choice is used"),
    ]
    (tmp_path / "x.json").write_text('[{"data": {"text": "Orla", "text": "Belmora"}}]', encoding="utf-8")
    with pytest.raises(RedlineError, match=r"x.json: task 0: has the key `text` twice in one object; needed: a list of tasks"):
        formats.read(tmp_path / "x.json", Options(taxonomy))
