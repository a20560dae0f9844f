"""CoNLL columns in every layout and scheme that the field uses, and what spaCy, conlleval and seqeval read of ours."""

import json
import random
from pathlib import Path
from typing import Any

import conlleval
import msgspec
import pytest
from conlleval.conlleval import start_of_chunk
from seqeval.metrics import f1_score
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2
from spacy.training.converters import conll_ner_to_docs

from conftest import ROOT, record, span
from redline import formats
from redline.cli import main
from redline.core.document import Document, Relation
from redline.core.errors import RedlineError
from redline.core.taxonomy import load
from redline.formats import jsonl, tags
from redline.formats.reading import Options, Reading

TAXONOMY = load(ROOT / "schemas")
OPTIONS = Options(TAXONOMY, "entities")

CONLL_2003 = """\
-DOCSTART- -X- -X- O

Orla NNP B-NP I-LOC
envoy NN I-NP O
meets VBZ B-VP O
Belmora NNP B-NP I-ORG
Belmora NNP I-NP B-ORG
. . O O

#peace NN B-NP I-MISC
# NN I-NP O

-DOCSTART- -X- -X- O

New NNP B-NP I-LOC
Orla NNP I-NP I-LOC
"""
"""The layout and the IOB1 tags of CoNLL-2003; the sentences are ours."""


def read(folder: Path, text: str, name: str = "a.conll", options: Options = OPTIONS) -> Reading:
    (folder / name).write_bytes(text.encode("utf-8"))
    return formats.read(folder / name, options)


def found(reading: Reading) -> list[list[tuple[str, str]]]:
    return [[(span.text, span.label) for span in record.spans] for record in reading.records]


def columns(rows: list[list[str]]) -> str:
    return "\n".join("".join(f"w{index} {tag}\n" for index, tag in enumerate(sentence)) for sentence in rows)


def test_files_in_the_layout_of_conll_2003_are_read(tmp_path: Path) -> None:
    reading = read(tmp_path, CONLL_2003, "eng.conll")
    assert [(record.meta.doc, record.meta.passage, record.text) for record in reading.records] == [
        ("eng-1", 0, "Orla envoy meets Belmora Belmora ."), ("eng-1", 1, "#peace #"), ("eng-2", 0, "New Orla"),
    ]  # fmt: skip
    assert found(reading) == [[("Orla", "LOC"), ("Belmora", "ORG"), ("Belmora", "ORG")], [("#peace", "MISC")], [("New Orla", "LOC")]]
    assert reading.line() == f"{tmp_path / 'eng.conll'}: CoNLL columns with IOB1 tags; 3 records: 3 accepted; layers: entities"


SAME = {
    "IOB2": "B-GPE I-GPE B-GPE O B-ORG",
    "IOB1": "I-GPE I-GPE B-GPE O I-ORG",
    "IOBES": "B-GPE E-GPE S-GPE O S-ORG",
    "BILOU": "B-GPE L-GPE U-GPE O U-ORG",
    "BMES": "B-GPE E-GPE W-GPE O W-ORG",
}


@pytest.mark.parametrize("scheme", SAME)
def test_one_annotation_in_five_schemes_is_read_alike(scheme: str, tmp_path: Path) -> None:
    reading = read(tmp_path, columns([SAME[scheme].split()]))
    assert found(reading) == [[("w0 w1", "GPE"), ("w2", "GPE"), ("w4", "ORG")]]
    assert reading.forms == (f"CoNLL columns with {scheme} tags",)
    assert reading.notes == ()


@pytest.mark.parametrize("seed", range(5))
def test_any_tags_are_read_as_conlleval_reads_them(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    letters = draw.choice(["BI", "BIES", "I"])
    rows = [["O" if draw.random() < 0.3 else f"{draw.choice(letters)}-{draw.choice('XY')}" for _ in range(9)] for _ in range(20)]
    ours = [
        [(one.start, one.label) for one in record.spans] for record in read(tmp_path, columns(rows), options=Options(TAXONOMY, "x")).records
    ]
    theirs = []
    for row in rows:
        pairs = zip(["O", *row], row, strict=False)
        starts = [start_of_chunk(before[0], tag[0], before[2:], tag[2:], "O") for before, tag in pairs]
        theirs.append([(3 * index, row[index][2:]) for index, starting in enumerate(starts) if starting])
    assert ours == theirs


def test_tags_that_their_scheme_does_not_allow_are_told_with_their_place(tmp_path: Path) -> None:
    reading = read(tmp_path, "Orla B-GPE\nfell O\n\nNew I-GPE\nOrla B-GPE\n")
    path = tmp_path / "a.conll"
    assert found(reading) == [[("Orla", "GPE")], [("New", "GPE"), ("Orla", "GPE")]]
    assert [str(note) for note in reading.notes] == [f"{path}:4: `I-GPE`: continues no GPE; read as B-GPE"]
    assert reading.line().endswith(f"layers: entities; ill-formed tags: 1, the first at {path}:4")
    open_end = read(tmp_path, "New B-GPE\nOrla O\nUN U-ORG\n")
    assert [note.why for note in open_end.notes] == ["its GPE has no end tag; read with its end here"]


def test_line_ends_of_windows_and_no_break_spaces_are_no_part_of_a_tag(tmp_path: Path) -> None:
    reading = read(tmp_path, "10\u00a0km B-DATE\r\nOrla O\r\n\r\nfell O\r\n")
    assert found(reading) == [[("10\u00a0km", "DATE")], []]


def test_a_hash_with_a_tag_is_a_token_and_a_line_of_words_a_comment(tmp_path: Path) -> None:
    reading = read(tmp_path, "# id 7 domain=en\n#Ukraine B-GPE\n# O\n\n# a comment\n#\tO\n")
    assert [record.text for record in reading.records] == ["#Ukraine #", "#"]
    assert found(reading) == [[("#Ukraine", "GPE")], []]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Orla B-GPE\nfell X-GPE\n", ":2: `X-GPE` is not a tag; needed: O, or a letter of BIESLUMW, a hyphen and a label"),
        ("Orla B-\n", ":1: `B-` is not a tag"),
        ("Orla O\nfell\n", ":2: has 1 columns; needed: first a token, last its tag, and 2 columns as in the other lines"),
        ("Orla O\n#peace\n", ":2: has 1 columns"),
        ("\tO\nfell\tO\n", ":1: has an empty first column; needed: a token"),
        ("# newpar = 0\nOrla\t0\t4\tO\nfell\tfive\t9\tO\n", ":3: `five` is not an offset; needed: a whole number"),
        (
            f"# newpar = 0\nOrla\t0\t4\tO\nfell\t{10**30}\t9\tO\n",
            ":3: `1000000000000000000000000000000` is not an offset; needed: a whole number",
        ),
        (
            "# newpar = 0\nOrla\t0\t4\tO\nfell\t900000000\t900000004\tO\n",
            ":3: `fell` begins 899999996 code points after the token before it",
        ),
        (f"# newpar = {10**30}\nOrla\t0\t4\tO\n", ":1: `1000000000000000000000000000000` is not an offset"),
        ("# newpar = 0\nOrla\t5\t9\tO\nfell\t5\t9\tO\n", ":3: `fell` overlaps the token before it"),
        ("# newpar = 0\nOrla\t0\t9\tO\n", ":2: `Orla` ends at 9; needed: 4, its start and its length"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.conll").write_text(text)
    with pytest.raises(RedlineError) as error:
        formats.read(tmp_path / "bad.conll", OPTIONS, "conll")
    assert str(error.value).startswith(f"{tmp_path / 'bad.conll'}{says}")


TEXT = "Orla met #peace. We fell! New Orla’s 👨‍👩‍👧 envoy won’t go."
FAMILY = "👨 \u200d 👩 \u200d 👧"
"""The family of the text as its tokens have it."""
LOST = {
    "c": "it cuts a token",
    "o": "it overlaps another span",
    "b": "it runs over a sentence bound",
    "w": "its label contains white space",
}


def nasty() -> Document:
    """A passage of three sentences with spans that columns contain, and one for each reason why they do not."""
    spans = [
        span("entities", label, TEXT, quote, name)
        for name, label, quote in (
            ("s1", "GPE", "Orla"), ("s2", "EVENT", "#peace"), ("s3", "GPE", "New Orla"), ("s4", "ORG", "👨‍👩‍👧"),
            ("c", "GPE", "voy"), ("o", "PERSON", "New"), ("b", "ORG", "fell! New"), ("w", "head of", "envoy"),
        )
    ]  # fmt: skip
    return Document("case", (record(TEXT, tuple(spans)), record("We left.", (), passage=1)))


def test_spans_that_columns_do_not_contain_are_told_each_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonl.write([nasty()], tmp_path / "a.jsonl")
    arguments = ["export", str(tmp_path / "a.jsonl"), "--format", "conll", "--layer", "entities", "--out", str(tmp_path / "a.conll")]
    assert main([*arguments, "--strict", "--json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert {loss["what"].split("`")[1]: loss["why"] for loss in value["left_out"]} == LOST
    assert found(formats.read(tmp_path / "a.conll", OPTIONS)) == [
        [("Orla", "GPE"), ("# peace", "EVENT")], [], [("New Orla", "GPE"), (FAMILY, "ORG")], [],
    ]  # fmt: skip
    assert main(arguments) == 0
    assert capsys.readouterr().err.count("left out: case, passage 0: ") == 4


def test_spacy_convert_takes_what_is_written(tmp_path: Path) -> None:
    other = Document("other", (record("Belmora fell.", (span("entities", "GPE", "Belmora fell.", "Belmora"),), doc="other"),))
    formats.write([nasty(), other], tmp_path / "two.conll", "conll", OPTIONS)
    formats.write([nasty()], tmp_path / "one.conll", "conll", OPTIONS)
    expected = [("Orla", "GPE"), ("# peace", "EVENT"), ("New Orla", "GPE"), (FAMILY, "ORG")]
    text = (tmp_path / "two.conll").read_text(encoding="utf-8")
    docs = list(conll_ner_to_docs(text, n_sents=0))
    assert [[(one.text, one.label_) for one in doc.ents] for doc in docs] == [expected, [("Belmora", "GPE")]]
    assert [len(list(doc.sents)) for doc in docs] == [4, 1]
    (plain,) = conll_ner_to_docs((tmp_path / "one.conll").read_text(encoding="utf-8"), n_sents=0)
    assert [(one.text, one.label_) for one in plain.ents] == expected
    assert all(len(line.split("\t")) == 2 for line in text.splitlines() if line and not line.startswith("-DOCSTART-"))


def test_conlleval_and_seqeval_read_what_is_written(tmp_path: Path) -> None:
    formats.write([nasty()], tmp_path / "one.conll", "conll", OPTIONS)
    lines = (tmp_path / "one.conll").read_text(encoding="utf-8").splitlines()
    overall: Any = conlleval.evaluate([f"{line}\t{line.split()[-1]}" if line else "" for line in lines])
    assert overall["overall"]["chunks"]["evals"]["f1"] == 1.0
    assert overall["overall"]["chunks"]["stats"]["gold"] == 4
    rows = [[line.split("\t")[1] for line in part.splitlines()] for part in "\n".join(lines).split("\n\n")]
    assert f1_score(rows, rows, mode="strict", scheme=IOB2) == 1.0
    assert [label for row in rows for label, _, _ in get_entities(row)] == ["GPE", "EVENT", "GPE", "ORG"]


def test_what_was_imported_is_exported_with_the_tokens_of_its_file(tmp_path: Path) -> None:
    text = "won’t\tO\n10-year\tB-DATE\nplan\tI-DATE\n(U.N.)\tB-ORG\n\n"
    reading = read(tmp_path, text)
    formats.write(reading.documents, tmp_path / "b.conll", "conll", OPTIONS)
    assert (tmp_path / "b.conll").read_text(encoding="utf-8") == text


def test_a_passage_that_is_not_annotated_in_the_layer_is_not_exported(tmp_path: Path) -> None:
    first, second = record("Orla fell."), record("We left.", passage=1)
    del second.meta.layers["entities"]
    report = formats.write([Document("case", (first, second))], tmp_path / "a.conll", "conll", OPTIONS)
    assert [str(loss) for loss in report.left_out] == ["case, passage 1: the passage: the layer was not annotated in it"]
    with pytest.raises(RedlineError, match="no record can be written: case, passage 1"):
        formats.write([Document("case", (second,))], tmp_path / "a.conll", "conll", OPTIONS)


def test_a_scheme_is_decided_by_the_whole_file() -> None:
    assert tags.scheme([["O"], ["B-X", "I-X"]]) == "IOB2"
    assert tags.scheme([["B-X", "I-X"], ["I-X"]]) == "IOB2"
    assert tags.scheme([["I-X", "B-X"], ["O", "I-Y"]]) == "IOB1"


def test_other_layers_are_lost_unless_the_layer_is_named(tmp_path: Path) -> None:
    text = "Orla will strike."
    spans = (span("entities", "GPE", text, "Orla", "a"), span("threat", "THREAT", text, "will strike", "t", form="own"))
    document = Document("case", (record(text, spans, (Relation("t", "a", "SPEAKER"),)),))
    lost = {"relations": 1, "spans of other layers": 1}
    assert +formats.write([document], tmp_path / "a.conll", "conll", Options(TAXONOMY)).counts == lost
    assert formats.write([document], tmp_path / "b.conll", "conll", OPTIONS).whole
    assert formats.write([document], tmp_path / "c.conll", "conll", Options(TAXONOMY, "threat")).counts["attributes"] == 1


OTHER, SEVERAL = "1 white space other than spaces", "1 texts with several spaces together"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("We saw Al.", {"conll": "", "conll-offsets": ""}),
        ("We  saw Al.", {"conll": SEVERAL, "conll-offsets": ""}),
        (" We saw Al.", {"conll": SEVERAL, "conll-offsets": ""}),
        ("We saw\u00a0Al.", {"conll": OTHER, "conll-offsets": OTHER}),
        ("We saw\r\nAl.", {"conll": OTHER, "conll-offsets": OTHER}),
        ("We saw\n  Al.", {"conll": f"{SEVERAL}, {OTHER}", "conll-offsets": OTHER}),
    ],
)
@pytest.mark.parametrize("name", ["conll", "conll-offsets"])
def test_white_space_that_does_not_come_back_counts_as_lost(
    name: str, text: str, lost: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = record(text, (span("entities", "PERSON", text, "Al", "s1"),))
    bare = msgspec.structs.replace(one, meta=msgspec.structs.replace(one.meta, layers={"entities": "done"}))
    jsonl.write([Document("case", (bare,))], tmp_path / "a.jsonl")
    command = ["export", str(tmp_path / "a.jsonl"), "--format", name, "--out", str(tmp_path / "a.conll"), "--layer", "entities"]
    assert main([*command, "--strict"]) == bool(lost[name])
    assert capsys.readouterr().out.endswith(f"lost in this format: {lost[name] or 'nothing'}\n")
