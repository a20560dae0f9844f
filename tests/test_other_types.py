"""Each key of a valid file, with a value of another type: the file is read, or refused in a line without words of Python."""

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import ROOT, record, span
from redline import formats
from redline.core.document import Document, Extra, Origin, Relation, canonical
from redline.core.errors import RedlineError
from redline.core.segmentation import sentences
from redline.core.taxonomy import load
from redline.formats import brat, quotes
from redline.formats.docbin import OURS
from redline.formats.reading import Options

TAXONOMY = load(ROOT / "schemas")
OPTIONS = Options(TAXONOMY)
TEXT = "Orla fell, and Belmora will burn for it. They wept."
VALUES: list[Any] = [None, True, -1, 1.5, 10**12, "0", [], ["x"], [{}], {"x": 1}]
PYTHON = re.compile(
    r"' object|object (is|of)|not supported between|unpack|literal|indices|unhashable|iterable|subscript|argument|NoneType|"
    r"'(int|str|list|dict|float|bool)'|codec|out of range|must be|Error|has no '|another type"
)
"""Words of Python's exceptions, and the words that replace them where a reader did not name the key."""


def mutations(value: Any) -> Iterator[Any]:
    """The value with one of its parts, at any depth, replaced by each of VALUES or left out."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        for other in [*VALUES, ...]:
            changed = copy.copy(value)
            if other is ...:
                del changed[key]
            else:
                changed[key] = other
            yield changed
        for part in mutations(value[key]):
            changed = copy.copy(value)
            changed[key] = part
            yield changed


def document() -> Document:
    """A document with every kind of content that a format may have."""
    act = {"act": "a1", "force": "conventional_attack", "conditional": True, "explicitness": "explicit"}
    place, hit = span("entities", "GPE", TEXT, "Belmora", "e1"), span("threat", "THREAT", TEXT, "Belmora will burn", "t1")
    hit = msgspec.structs.replace(hit, attributes=act, origin=Origin("agreed", ("r1", "r2")))
    extra = Extra({"id": 3, "data": {"title": "x"}}, {"source": "x"}, {"t1": {"colour": "red"}})
    return Document("d", (canonical(msgspec.structs.replace(
        record(TEXT, (place, hit), doc="d"), relations=(Relation("t1", "e1", "TARGET"),), sentences=sentences(TEXT), extra=extra,
        cats={"war": 1.0},
    )),))  # fmt: skip


def exported(path: Path, name: str) -> Any:
    formats.write([document()], path, name, OPTIONS)
    return json.loads(path.read_bytes())


def changed(path: Path, samples: Iterable[Any]) -> Iterator[Path]:
    """The file with each sample of JSON, first as it is, then with every mutation."""
    for sample in samples:
        for value in (sample, *mutations(sample)):
            path.write_text(json.dumps(value))
            yield path


def jsonl(folder: Path) -> Iterator[Path]:
    path = folder / "a.jsonl"
    return changed(path, [exported(path, "jsonl")])


def prodigy(folder: Path) -> Iterator[Path]:
    path = folder / "a.jsonl"
    bare = {"text": TEXT, "spans": [{"start": 0, "end": 4, "label": "GPE"}], "tokens": [{"text": "Orla", "start": 0, "end": 4, "id": 0}]}
    ends = {"head_span": {"start": 0, "end": 4, "label": "GPE"}, "child_span": {"start": 0, "end": 4}}
    return changed(path, [
        exported(path, "prodigy"),
        bare | {"relations": [{"head": 0, "child": 0, "label": "AT"}, {"head": 0, "child": 0, "label": "AT", **ends}]},
        {"text": TEXT, "options": [{"id": "war", "text": "War"}], "accept": ["war"]},
        {"text": TEXT, "label": "war", "answer": "accept", "target": "Orla"},
    ])  # fmt: skip


def doccano(folder: Path) -> Iterator[Path]:
    path = folder / "a.jsonl"
    return changed(path, [
        exported(path, "doccano"),
        {"id": 1, "text": TEXT, "label": [[0, 4, "GPE"]], "meta": {"doc": "d"}, "Comments": ["x"]},
        {"id": 1, "text": TEXT, "label": ["war"], "Comments": []},
    ])  # fmt: skip


def label_studio(folder: Path) -> Iterator[Path]:
    path = folder / "a.json"
    region = {"id": "a", "from_name": "l", "to_name": "text", "type": "labels", "value": {"start": 0, "end": 4, "labels": ["GPE", "LOC"]}}
    arrow = {"type": "relation", "from_id": "a", "to_id": "a", "direction": "right", "labels": ["AT"]}
    choice = {"id": "a", "from_name": "threat.force", "type": "choices", "value": {"choices": ["economic"]}}
    annotations = [{"id": 1, "was_cancelled": False, "result": [region, arrow, choice]}]
    task = {"id": 1, "data": {"text": TEXT, "title": "x"}, "annotations": annotations, "predictions": [{"result": []}]}
    return changed(path, [exported(path, "label-studio"), [task]])


def brats(folder: Path) -> Iterator[Path]:
    """A folder of brat in which the file beside the texts, a note, or a part of a line has another type."""
    path = folder / "b"
    formats.write([document()], path, "brat", OPTIONS)
    ours, ann = path / brat.OURS, path / "d.ann"
    whole, lines = ours.read_text(encoding="utf-8"), ann.read_text(encoding="utf-8").splitlines()
    for _ in changed(ours, [json.loads(whole)]):
        yield path
    ours.write_text(whole, encoding="utf-8")
    for number, line in enumerate(lines):
        for other in changed_lines(line):
            ann.write_text("\n".join([*lines[:number], other, *lines[number + 1 :]]) + "\n", encoding="utf-8")
            yield path


def changed_lines(line: str) -> Iterator[str]:
    """A line with another value in the JSON of its note, or other words between its blanks."""
    begin, brace, note = line.partition("{")
    if brace:
        yield from (begin + json.dumps(value) for value in mutations(json.loads(brace + note)))
    parts = re.split("([ \t:])", begin)
    for number, part in enumerate(parts):
        for other in ("", "x", "-1", "99999", "1.5", " ", "\t"):
            yield "".join([*parts[:number], other, *parts[number + 1 :]]) + brace + note if part else line


def docbin(folder: Path) -> Iterator[Path]:
    from spacy.lang.en import English
    from spacy.tokens import DocBin

    path = folder / "a.spacy"
    formats.write([document()], path, "docbin", OPTIONS)
    (doc,) = DocBin().from_disk(path).get_docs(English().vocab)
    whole = doc.user_data[OURS]
    for place in (OURS, "doc", "passage", "layers"):
        for value in (whole, *mutations(whole)) if place == OURS else VALUES:
            doc.user_data = {place: value}
            DocBin(store_user_data=True, docs=[doc]).to_disk(path)
            yield path


def parquet(folder: Path) -> Iterator[Path]:
    from pyarrow import ArrowException, Table
    from pyarrow.parquet import read_table, write_table

    path = folder / "a.parquet"
    formats.write([document()], path, "parquet", OPTIONS)
    (row,) = read_table(path).to_pylist()
    for value in (row, *mutations(row)):
        try:
            write_table(Table.from_pylist([value]), path)
        except (ArrowException, TypeError):
            # Parquet has no such column.
            continue
        yield path


def conll(folder: Path) -> Iterator[Path]:
    path = folder / "a.conll"
    formats.write([document()], path, "conll-offsets", Options(TAXONOMY, "entities"))
    yield path
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        for other in changed_lines(line):
            path.write_text("\n".join([*lines[:number], other, *lines[number + 1 :]]) + "\n", encoding="utf-8")
            yield path


FILES: dict[str, Callable[[Path], Iterator[Path]]] = {
    "jsonl": jsonl, "prodigy": prodigy, "doccano": doccano, "label-studio": label_studio, "brat": brats, "docbin": docbin,
    "parquet": parquet, "conll": conll,
}  # fmt: skip


def refusal(path: Path, name: str, *, repair: bool) -> str:
    """Why a file is refused; empty if it is read."""
    try:
        list(formats.items(path, msgspec.structs.replace(OPTIONS, repair=repair), name))
    except RedlineError as error:
        return str(error)
    return ""


def poor(reason: str) -> bool:
    """Whether a refusal has several lines, words of Python or no need."""
    return bool(reason) and ("\n" in reason or "; needed: " not in reason or bool(PYTHON.search(reason.split(": ", 1)[1])))


@pytest.mark.parametrize("repair", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_a_value_of_another_type_is_a_line(name: str, repair: bool, tmp_path: Path) -> None:
    reasons = [refusal(path, name, repair=repair) for path in FILES[name](tmp_path)]
    assert reasons[0] == ""
    assert sum(map(bool, reasons)) > 20
    assert sorted({re.sub(r"\d+", "0", one) for one in reasons if poor(one)}) == []


@pytest.mark.parametrize("name", ["jsonl", "parquet", "label-studio", "brat"])
def test_tokens_of_another_type_in_a_record_are_a_line(name: str, tmp_path: Path) -> None:
    (whole,) = document().records
    task = {"tokens": [{"start": 0, "end": "4"}]}
    formats.write([Document("d", (msgspec.structs.replace(whole, extra=Extra(task)),))], tmp_path / "x", name, OPTIONS)
    reason = refusal(tmp_path / "x", name, repair=False)
    assert "`tokens[0].end` is of type `str`, not `int`" in reason
    assert not poor(reason)


def test_a_quotes_file_with_a_value_of_another_type_is_a_line(tmp_path: Path) -> None:
    whole = document()
    path = tmp_path / "q.json"
    reasons = []
    for _ in changed(path, [exported(path, "quotes")]):
        try:
            reasons += quotes.place(quotes.read_sheet(path), whole, TAXONOMY)[1]
        except RedlineError as error:
            reasons.append(str(error))
    assert len(reasons) > 100
    assert sorted({re.sub(r"\d+", "0", one) for one in reasons if "\n" in one or PYTHON.search(one)}) == []


def test_every_reader_has_such_files() -> None:
    assert {name for name, form in formats.FORMATS.items() if form.items} - FILES.keys() == {"conll-offsets", "text"}
