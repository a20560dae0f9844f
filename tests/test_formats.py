"""Each format gives back what it was given, but for what it says it loses."""

import json
from pathlib import Path

import msgspec
import pytest

from conftest import NASTY, ROOT, record, span
from redline import formats
from redline.cli import main
from redline.core.bio import decode, encode
from redline.core.document import Document, Origin, Record, Relation, Span
from redline.core.errors import RedlineError
from redline.core.quoting import find
from redline.core.segmentation import sentences
from redline.core.taxonomy import Taxonomy
from redline.core.taxonomy import load as load_taxonomy
from redline.core.tokenizer import Token
from redline.formats import jsonl, prodigy, quotes
from redline.formats.reading import Options

TAXONOMY = load_taxonomy(ROOT / "schemas")
OPTIONS = Options(TAXONOMY, "entities")


def test_a_prodigy_task_points_at_last_tokens_and_counts_the_end_in() -> None:
    text = "The Red Cross left Orla."
    value, losses = prodigy.task(
        record(
            text, (span("entities", "ORG", text, "Red Cross", "a"), span("entities", "GPE", text, "Orla", "b")), (Relation("a", "b", "AT"),)
        )
    )
    assert losses == []
    assert [(s["token_start"], s["token_end"]) for s in value["spans"]] == [(1, 2), (4, 4)]
    assert (value["relations"][0]["head"], value["relations"][0]["child"]) == (2, 4)
    assert [t["text"] for t in value["tokens"]] == ["The", "Red", "Cross", "left", "Orla", "."]
    assert [t["ws"] for t in value["tokens"]] == [True, True, True, True, False, False]


def test_a_span_that_cuts_a_token_is_told_and_left_out_with_its_relation() -> None:
    text = "Orlaville burns"
    value, losses = prodigy.task(
        record(text, (span("entities", "GPE", text, "Orla", "a"), span("entities", "GPE", text, "burns", "b")), (Relation("a", "b", "AT"),))
    )
    assert [s["id"] for s in value["spans"]] == ["b"]
    assert value["relations"] == []
    assert [loss.what for loss in losses] == ["GPE `a`", "a AT b"]


def test_a_plain_prodigy_task_is_read(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "mine.jsonl"
    task = {
        "text": "Orla fell.",
        "spans": [{"start": 0, "end": 4, "label": "GPE"}],
        "_input_hash": 3,
        "tokens": [{"text": "Orla", "start": 0, "end": 4, "id": 0}],
    }
    path.write_text(json.dumps(task) + "\n" + json.dumps({"text": "no", "answer": "reject"}) + "\n")
    (document,) = formats.read(path, Options(taxonomy)).documents
    assert [(s.layer, s.label, s.text) for s in document.records[0].spans] == [("entities", "GPE", "Orla")]
    assert document.records[0].meta.layers == {"entities": "done"}


def test_a_token_relation_of_plain_prodigy_finds_its_spans(taxonomy: Taxonomy) -> None:
    tokens = [{"text": "Orla", "start": 0, "end": 4, "id": 0}, {"text": "fell", "start": 5, "end": 9, "id": 1}]
    spans = [{"start": 0, "end": 4, "label": "GPE"}, {"start": 5, "end": 9, "label": "CONTENT"}]
    task = {"text": "Orla fell", "tokens": tokens, "spans": spans, "relations": [{"head": 1, "child": 0, "label": "AT"}]}
    assert prodigy.record_of(task, Options(taxonomy)).relations == (Relation("p2", "p1", "AT"),)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": 3}', "has no `text`"),
        ('{"text": "ab", "spans": [{"start": 1, "end": 3, "label": "GPE"}]}', "span 1..3 is empty or not inside the text of 2"),
        ('{"text": "ab", "spans": [{"start": 0, "end": 1, "label": "GPE", "text": "b"}]}', "covers `a` and stores `b`"),
        ('{"text": "ab", "spans": [{"start": 0, "label": "GPE"}]}', ": `spans[0]` has no `end`; needed: a `text`, and spans with"),
        ('{"text": "ab", "spans": [{"start": "0", "end": 1, "label": "GPE"}]}', ": `spans[0].start` is of type `str`, not `int`; needed: "),
        (
            '{"text": "a\\nb", "spans": [{"start": 0, "end": 3, "label": "GPE", "text": "b"}]}',
            "span 0..3 covers `a b` and stores `b`; needed: ",
        ),
        ('{"text": "ab", "spans": ["x"]}', ": `spans[0]` is of type `str`, not `object`; needed: "),
        ('{"text": "ab", "sentences": [[0]]}', ": `sentences[0]` has another shape (expected `array` of length 2, got 1); needed: "),
        ('{"text": "ab"', "is not JSON"),
        ('{"text": "ab", "spans": 3}', "needed: a `text`, and spans with start"),
    ],
)
def test_a_bad_task_is_refused_with_its_line(tmp_path: Path, taxonomy: Taxonomy, line: str, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "fine"}\n' + line + "\n")
    with pytest.raises(RedlineError) as error:
        formats.read(path, Options(taxonomy))
    assert str(error.value).startswith(f"{path}:2: ")
    assert says in str(error.value)


def test_overlapping_spans_do_not_fit_bio() -> None:
    tokens = [Token("New", 0, 3, True), Token("Orla", 4, 8, False)]
    one, two = Span("a", "l", "GPE", 0, 8, "New Orla"), Span("b", "l", "GPE", 4, 8, "Orla")
    assert encode(tokens, [one, two]) == (["B-GPE", "I-GPE"], [two])


def test_a_loose_reading_begins_a_span_where_conlleval_does() -> None:
    assert decode(["O", "I-A", "I-A", "I-B"], strict=False) == [(1, 2, "A"), (3, 3, "B")]


def test_a_quote_that_stands_twice_needs_its_number() -> None:
    text = "Orla and Orla, not Orlaville"
    with pytest.raises(ValueError, match=r"occurs 2 times; needed: nth 1\.\.2, or in"):
        find(text, "Orla")
    assert find(text, "Orla", nth=2) == 9
    assert find(text, "Orla", within="and Orla") == 9
    with pytest.raises(ValueError, match="is not in the passage as whole words"):
        find(text, "ville")


def test_every_mistake_of_a_rater_is_told_at_once(taxonomy: Taxonomy) -> None:
    document = Document("d", (record(NASTY, doc="d"),))
    spans = [{"id": "a", "label": "GPS", "quote": "said"}, {"id": "b", "label": "GPE", "quote": "nowhere"}, {"id": "c", "label": "GPE"}]
    sheet = quotes.Sheet("d", "r", ["entities"], [quotes.Passage(0, spans, [("a", "TARGET", "z")]), quotes.Passage(7)])
    _, problems = quotes.place(sheet, document, taxonomy)
    assert len(problems) == 6
    assert any("unknown label `GPS`; use `GPE`" in problem for problem in problems)


def test_sentences_of_plain_tasks_are_found(taxonomy: Taxonomy) -> None:
    task = {"text": "We left. They stayed."}
    assert prodigy.record_of(task, Options(taxonomy)).sentences == sentences(task["text"]) == ((0, 8), (9, 21))


def test_records_survive_prodigy_byte_for_byte(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = ROOT / "corpus" / "gold" / "island-post.jsonl"
    report = formats.write(jsonl.read(gold), tmp_path / "island-post.jsonl", "prodigy", OPTIONS)
    again = formats.read(tmp_path / "island-post.jsonl", Options(taxonomy)).documents
    assert report.whole
    assert jsonl.dump(again) == gold.read_bytes()
    assert isinstance(again[0].records[0], Record)


def test_quotes_report_the_origins_that_they_drop_and_name_the_passages_that_are_left(tmp_path: Path, taxonomy: Taxonomy) -> None:
    text = "Orla fell."
    orla = msgspec.structs.replace(span("entities", "GPE", text, "Orla"), origin=Origin("agreed", ("r1", "r2")))
    rejected, accepted = msgspec.structs.replace(record(text, (orla,)), answer="reject"), record(text, (orla,), passage=1)
    report = formats.write([Document("case", (rejected, accepted))], tmp_path / "a.json", "quotes", Options(taxonomy))
    assert [str(loss) for loss in report.left_out] == ["case, passage 0: the passage: it was not accepted"]
    assert +report.counts == {"origins": 1}
    assert [(one.passage, len(one.spans)) for one in quotes.read_sheet(tmp_path / "a.json").passages] == [(1, 1)]


def test_passages_that_differ_in_their_layers_are_no_quotes_file(tmp_path: Path, taxonomy: Taxonomy) -> None:
    first, second = record("Orla fell."), record("We left.", passage=1)
    del second.meta.layers["entities"]
    with pytest.raises(
        RedlineError, match="passage 1 of case and passage 0 have different layers; needed: the same layers in each passage"
    ):
        formats.write([Document("case", (first, second))], tmp_path / "a.json", "quotes", Options(taxonomy))


def test_of_two_spans_at_one_place_a_relation_leads_to_the_one_whose_label_it_names(taxonomy: Taxonomy) -> None:
    places = [{"start": 0, "end": 4, "label": "GPE"}, {"start": 0, "end": 4, "label": "ACTOR"}, {"start": 5, "end": 10, "label": "CONTENT"}]
    relation = {"head": 1, "child": 0, "label": "AT", "head_span": places[2], "child_span": places[1]}
    task = {"text": "Orla waits.", "spans": places, "relations": [relation]}
    assert prodigy.record_of(task, Options(taxonomy)).relations == (Relation("p3", "p2", "AT"),)


@pytest.mark.parametrize(
    ("name", "out", "needed"),
    [("label-studio", "x.jsonl", ".json"), ("docbin", "x.txt", ".spacy"), ("conll", "x.json", ".conll, .bio, .iob, .tsv, .txt")],
)
def test_an_extension_of_another_format_is_refused(
    name: str, out: str, needed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(ROOT / "docs" / "example.jsonl"), "--format", name, "--out", str(tmp_path / out)]) == 2
    assert capsys.readouterr().err.endswith(f"{out}: has another extension than files of the format {name}; needed: {needed}\n")
    assert list(tmp_path.iterdir()) == []
