"""Parquet and DocBin: other libraries read them, files of others are read, and hostile ones are a line."""

import contextlib
import pickle
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import spacy
import srsly
from spacy.tokens import Doc, DocBin

from conftest import ROOT, record, span
from redline import formats
from redline.cli import main
from redline.core.document import Document, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.taxonomy import load
from redline.formats import docbin_file, parquet
from redline.formats.reading import Options

OPTIONS = Options(load(ROOT / "schemas"))
TEXT = "👨‍👩‍👧 Orla fell, and Belmora will burn for it."


def document() -> Document:
    place, act = span("entities", "GPE", TEXT, "Belmora", "e1", entity="belmora"), span("threat", "THREAT", TEXT, "Belmora will burn", "t1")
    made = record(TEXT, (place, act), (Relation("t1", "e1", "SPEAKER"),), doc="d")
    return Document("d", (canonical(made), record("Orla wept.", doc="d", passage=1)))


def written(path: Path) -> Path:
    formats.write([document()], path, path.suffix.replace(".spacy", ".docbin")[1:], OPTIONS)
    return path


def test_other_libraries_query_the_columns_of_parquet(tmp_path: Path) -> None:
    path = written(tmp_path / "d.parquet")
    query = f"select doc, passage, s.text, s.attributes from '{path}', unnest(spans) as u(s) where s.layer = 'entities'"
    assert duckdb.sql(query).fetchall() == [("d", 0, "Belmora", '{"entity":"belmora"}')]


def test_parquet_that_polars_wrote_again_is_read_and_its_own_column_is_listed(tmp_path: Path) -> None:
    table = polars.read_parquet(written(tmp_path / "d.parquet")).with_columns(mine=1)
    table.write_parquet(tmp_path / "again.parquet")
    reading = formats.read(tmp_path / "again.parquet", OPTIONS)
    assert reading.records == document().records
    assert [str(one) for one in reading.left_out] == [f"{tmp_path / 'again.parquet'}: the column `mine`: no record has it"]


def test_more_rows_than_a_group_come_back_in_their_order(tmp_path: Path) -> None:
    records = tuple(record(f"Orla fell {number} times.", doc="d", passage=number) for number in range(parquet.GROUP + 3))
    formats.write([Document("d", records)], tmp_path / "d.parquet", "parquet", OPTIONS)
    assert pq.ParquetFile(tmp_path / "d.parquet").metadata.num_row_groups == 2
    assert formats.read(tmp_path / "d.parquet", OPTIONS).records == records


def test_a_folder_of_shards_is_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for number in (1, 0):
        parts = [Document("d", (record(f"Orla fell {number}.", doc="d", passage=number),))]
        formats.write(parts, tmp_path / f"train-0000{number}.parquet", "parquet", OPTIONS)
    assert [one.text for one in formats.read(tmp_path, OPTIONS).records] == ["Orla fell 0.", "Orla fell 1."]


def changed(path: Path, **columns: object) -> Path:
    """The file with other values in the first row."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[0] |= columns
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    return path


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"text": None}, "row 0: is not a record"),
        ({"spans": None}, "row 0: is not a record"),
        ({"extra": "[1"}, "row 0: is not a record"),
        (
            {"text": "Belmora will burn for it, and Orla fell."},
            "row 0: is not a record (span 21..38 covers ` it, and Orla fel` and stores `Belmora will burn`",
        ),
        ({"sentences": [{"start": None, "end": 3}]}, "row 0: is not a record"),
    ],
)
def test_a_row_that_is_no_record_is_a_line(columns: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match=re.escape(says)):
        formats.read(changed(written(tmp_path / "d.parquet"), **columns), OPTIONS)


def test_parquet_of_another_schema_and_groups_beyond_the_limit_are_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": ["Orla fell."]}), tmp_path / "other.parquet")
    with pytest.raises(RedlineError, match="has no column `doc`; needed: one that `redline export --format parquet` wrote"):
        formats.read(tmp_path / "other.parquet", OPTIONS)
    monkeypatch.setattr(parquet, "LARGEST", 1_000)
    with pytest.raises(RedlineError, match="has a group of [0-9]+ bytes; needed: groups of at most 1000"):
        formats.read(written(tmp_path / "d.parquet"), OPTIONS)


@pytest.mark.parametrize("name", ["d.parquet", "d.spacy"])
def test_cut_pickled_and_empty_files_are_a_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = written(tmp_path / name).read_bytes()
    for data in (b"", whole[:-9], whole[: len(whole) // 2], whole[9:], pickle.dumps({"version": 1}), zlib.compress(b"[1]"), b"PAR1" * 9):
        (tmp_path / name).write_bytes(data)
        assert main(["import", str(tmp_path / name), "--out", str(tmp_path / "out.jsonl")]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert not (tmp_path / "out.jsonl").exists()


def test_a_docbin_that_unpacks_to_too_much_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docbin_file, "LARGEST", 1 << 22)
    (tmp_path / "bomb.spacy").write_bytes(zlib.compress(bytes(1 << 24)))
    with pytest.raises(RedlineError, match="unpacks to more than 4194304 bytes; needed: "):
        formats.read(tmp_path / "bomb.spacy", OPTIONS)


def user_data(made: DocBin) -> None:
    made.user_data[0] = srsly.msgpack_dumps({"redline": {"meta": 3}})


def strings(made: DocBin) -> None:
    made.strings.clear()


def tokens(made: DocBin) -> None:
    """The span of `Belmora` ends with a token that is not there."""
    _forge(made, (9, 10, 21, 28), (9, 999, 21, 28))


def characters(made: DocBin) -> None:
    """The span of `Belmora` has the characters before it."""
    _forge(made, (9, 10, 21, 28), (9, 10, 20, 28))


def _forge(made: DocBin, old: tuple[int, ...], new: tuple[int, ...]) -> None:
    before, after = (struct.pack(">llll", *numbers) for numbers in (old, new))
    assert before in made.span_groups[0]
    made.span_groups[0] = made.span_groups[0].replace(before, after)


@pytest.mark.parametrize("forge", [user_data, strings, tokens, characters])
def test_a_forged_docbin_is_a_line(forge: Callable[[DocBin], None], tmp_path: Path) -> None:
    made = DocBin(store_user_data=True).from_bytes(written(tmp_path / "d.spacy").read_bytes())
    forge(made)
    made.to_disk(tmp_path / "forged.spacy")
    with pytest.raises(RedlineError, match="needed: a file as spaCy's DocBin writes it"):
        formats.read(tmp_path / "forged.spacy", OPTIONS)


def damaged(value: Any, draw: random.Random) -> Any:
    """A value of msgpack with one part of it, at any depth, removed, cut or replaced by a value of any kind."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        key = draw.choice(sorted(value))
        rest = {name: part for name, part in value.items() if name != key}
        return rest if draw.random() < 0.2 else rest | {key: damaged(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.8:
        place = draw.randrange(len(value))
        return [*value[:place], damaged(value[place], draw), *value[place + 1 :]]
    if isinstance(value, bytes) and value and draw.random() < 0.6:
        return value[: draw.randrange(len(value))] + bytes([draw.randrange(256)])
    return draw.choice([None, 0, -1, 2**40, "x", b"", [], {}, [1], 1.5, True])


def test_a_docbin_with_a_damaged_part_is_read_or_is_a_line(tmp_path: Path) -> None:
    whole = srsly.msgpack_loads(zlib.decompress(written(tmp_path / "d.spacy").read_bytes()))
    draw, refused = random.Random(3), 0
    for _ in range(300):
        (tmp_path / "d.spacy").write_bytes(zlib.compress(srsly.msgpack_dumps(damaged(whole, draw))))
        with contextlib.suppress(RedlineError):
            formats.read(tmp_path / "d.spacy", OPTIONS)
            continue
        refused += 1
    assert 150 < refused < 300


def test_a_docbin_of_another_maker_is_read_and_what_no_record_has_is_listed(tmp_path: Path) -> None:
    vocab = spacy.blank("en").vocab
    doc = Doc(vocab, ["Orla", "fell", ".", "Belmora", "won"], [True, False, True, True, False], tags=["N", "V", ".", "N", "V"])
    doc.set_ents([doc.char_span(0, 4, "GPE")])
    doc.spans["sc"] = [doc.char_span(0, 4, "GPE"), doc.char_span(11, 18, "ORG", span_id="b")]
    doc.cats, doc.user_data["source"] = {"war": 1.0, "sport": 0.25}, "wire"
    doc[3].is_sent_start = True
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "x.spacy")
    reading = formats.read(tmp_path / "x.spacy", OPTIONS)
    (one,) = reading.records
    assert [(each.layer, each.label, each.text) for each in one.spans] == [("entities", "GPE", "Orla"), ("entities", "ORG", "Belmora")]
    assert (one.sentences, one.cats, one.meta.layers) == (((0, 10), (11, 22)), {"war": 1.0, "sport": 0.25}, {"entities": "done"})
    assert [loss.what for loss in reading.left_out] == ["user_data source", "TAG of tokens"]


def test_what_somebody_adds_and_removes_in_spacy_comes_back(tmp_path: Path) -> None:
    made, vocab = DocBin().from_bytes(written(tmp_path / "d.spacy").read_bytes()), spacy.blank("en").vocab
    first, second = made.get_docs(vocab)
    first.spans["threat"] = []
    second.set_ents([second.char_span(0, 4, "GPE")])
    DocBin(docs=[first, second], store_user_data=True).to_disk(tmp_path / "d.spacy")
    first, second = formats.read(tmp_path / "d.spacy", OPTIONS).records
    assert ([(one.id, one.attributes) for one in first.spans], first.relations) == ([("e1", {"entity": "belmora"})], ())
    assert second.spans == (Span("p1", "entities", "GPE", 0, 4, "Orla"),)


def test_records_of_a_referenced_text_are_written_with_their_words(tmp_path: Path) -> None:
    bare = record(TEXT, (span("entities", "GPE", TEXT, "Orla", "e1"),), doc="d")
    bare = msgspec.structs.replace(bare, meta=msgspec.structs.replace(bare.meta, sha256="0" * 64))
    for name in (name for name, form in formats.FORMATS.items() if form.items and form.write and name not in ("jsonl", "conll")):
        formats.write([Document("d", (bare,))], tmp_path / name, name, Options(OPTIONS.taxonomy, "entities"))
        reading = formats.read(tmp_path / name, OPTIONS, name if formats.FORMATS[name].items else None)
        assert (name, [one.text for one in reading.records[0].spans]) == (name, ["Orla"])
