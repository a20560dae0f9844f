"""What a file says was annotated is one value: its records, their answers, and the layers that are done in all accepted ones."""

import json
import random
from pathlib import Path
from typing import Any

import conlleval
import pytest
from nervaluate import Evaluator
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from conftest import ROOT
from redline import formats
from redline.cli import main
from redline.core.document import Record, group
from redline.core.errors import RedlineError
from redline.core.predictions import with_spans
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.formats.reading import Options
from redline.measure.score import Bootstrap
from redline.model import own, score

BOOT = Bootstrap(20, 1)
GOLD = ROOT / "corpus" / "gold" / "dam-wire.jsonl"


def tasks(path: Path, *values: dict[str, Any]) -> Path:
    """A file of Prodigy tasks."""
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return path


def named(text: str, *words: str, label: str = "GPE", **others: Any) -> dict[str, Any]:
    """A task with a span on each word."""
    spans = [{"start": text.index(word), "end": text.index(word) + len(word), "label": label} for word in words]
    return {"text": text, "spans": spans, **others}


def exact(gold: Path, guess: Path, taxonomy: Taxonomy, metric: str = "exact_f1", layer: str | None = None) -> float | None:
    rows = score.scored(gold, guess, None, layer, taxonomy, BOOT).rows
    return next(row.score.value for row in rows if row.score.metric == metric and row.label is None)


def test_accepted_tasks_without_spans_count_in_a_score(tmp_path: Path, taxonomy: Taxonomy) -> None:
    # Two of ten gold tasks have a span, which are found; each of the other eight gets a wrong one: P 2/10, R 1, F1 1/3.
    texts = [f"Orla met Belmora on day {number}." for number in range(10)]
    gold = tasks(tmp_path / "gold.jsonl", *(named(text, *(["Orla"] if number < 2 else [])) for number, text in enumerate(texts)))
    guess = tasks(tmp_path / "guess.jsonl", *(named(text, "Orla" if number < 2 else "Belmora") for number, text in enumerate(texts)))
    assert exact(gold, guess, taxonomy, "exact_precision") == pytest.approx(0.2)
    assert exact(gold, guess, taxonomy) == pytest.approx(1 / 3)


def test_gold_that_is_compared_with_itself_is_noted(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold, copy, other = (
        tasks(tmp_path / f"{name}.jsonl", named("Orla met Belmora.", word))
        for name, word in (("gold", "Orla"), ("copy", "Orla"), ("other", "Belmora"))
    )
    link = tmp_path / "link.jsonl"
    link.symlink_to(gold)
    due = {gold: True, copy: True, link: True, other: False}
    for guess, noted in due.items():
        notes = score.scored(gold, guess, None, None, taxonomy, BOOT).notes
        assert any(f"{guess}: is the same as {gold}" in note for note in notes) is noted, guess


LABELS = ("GPE", "ORG", "PERSON")


def tagging(draw: random.Random, length: int, share: float) -> list[str]:
    """Well-formed BIO tags; a sentence has none with the chance `share`."""
    tags: list[str] = []
    empty = draw.random() < share
    while len(tags) < length:
        label, size = draw.choice(LABELS), draw.randint(1, 3)
        tags += ["O"] if empty or draw.random() < 0.6 else [f"B-{label}", *[f"I-{label}"] * (size - 1)]
    return tags[:length]


def with_errors(draw: random.Random, tags: list[str]) -> list[str]:
    """What a system makes of a sentence: the same, nothing, another tagging, or other labels."""
    other = draw.choice(LABELS)
    return draw.choice([
        tags, ["O"] * len(tags), tagging(draw, len(tags), 0.2), [tag if tag == "O" else f"{tag[:2]}{other}" for tag in tags],
    ])  # fmt: skip


def as_task(tags: list[str], number: int) -> dict[str, Any]:
    """A sentence of one-letter words as a Prodigy task with the spans of its tags, told apart by its number."""
    text = " ".join("w" for _ in tags) + f" {number}"
    spans: list[dict[str, Any]] = []
    for index, tag in enumerate(tags):
        if tag.startswith("B-"):
            spans.append({"start": 2 * index, "end": 2 * index + 1, "label": tag[2:]})
        elif tag.startswith("I-"):
            spans[-1]["end"] = 2 * index + 1
    return {"text": text, "spans": spans}


@pytest.mark.parametrize("seed", range(10))
def test_exact_f1_equals_that_of_the_field(seed: int, tmp_path: Path, taxonomy: Taxonomy) -> None:
    draw = random.Random(seed)
    gold = [tagging(draw, draw.randint(2, 12), 0.6) for _ in range(40)]
    guess = [with_errors(draw, tags) for tags in gold]
    files = [tasks(tmp_path / f"{side}.jsonl", *map(as_task, rows, range(40))) for side, rows in (("a", gold), ("b", guess))]
    columns = [tmp_path / f"{side}.conll" for side in "ab"]
    for path, rows in zip(columns, (gold, guess), strict=True):
        path.write_text("\n\n".join("\n".join(f"w{index} {tag}" for index, tag in enumerate(tags)) for tags in rows) + "\n")
    pairs = [[*zip(one, two, strict=True), ("O", "O")] for one, two in zip(gold, guess, strict=True)]
    chunks: Any = conlleval.evaluate([f"w {one} {two}" for rows in pairs for one, two in rows])
    nervaluate: Any = Evaluator(gold, guess, tags=list(LABELS), loader="list").evaluate()["overall"]
    for one, two in (files, columns):
        ours = exact(one, two, taxonomy)
        assert ours == pytest.approx(chunks["overall"]["chunks"]["evals"]["f1"])
        assert ours == pytest.approx(f1_score(gold, guess, mode="strict", scheme=IOB2))
        assert ours == pytest.approx(nervaluate["strict"].f1)
        assert exact(one, two, taxonomy, "untyped_f1") == pytest.approx(nervaluate["exact"].f1)


def test_a_layer_that_one_accepted_task_contains_is_done_in_all_accepted_ones(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tasks(
        tmp_path / "a.jsonl",
        named("Orla fell.", "Orla"),
        named("Nobody came."),
        named("Belmora fell.", "fell", label="THREAT", answer="reject"),
        named("Skip me.", answer="ignore"),
    )
    reading = formats.read(path, Options(taxonomy))
    assert [record.meta.layers for record in reading.records] == [{"entities": "done"}, {"entities": "done"}, {}, {}]
    assert [record.text for record in reading.done("entities")] == ["Orla fell.", "Nobody came."]
    assert reading.line() == f"{path}: 4 records: 2 accepted, 1 rejected, 1 ignored; layers: entities"


def test_the_layer_that_is_named_is_done_where_no_task_contains_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = tasks(tmp_path / "a.jsonl", named("Orla fell."))
    guess = tasks(tmp_path / "b.jsonl", named("Orla fell.", "Orla"))
    with pytest.raises(RedlineError, match=r"a\.jsonl: has no layer annotated; needed: spans, classes, or --layer"):
        exact(gold, guess, taxonomy)
    assert exact(gold, guess, taxonomy, layer="entities") == 0.0


def test_canonical_records_keep_their_own_layers(tmp_path: Path, taxonomy: Taxonomy) -> None:
    lines = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    del lines[1]["meta"]["layers"]["entities"]
    path = tasks(tmp_path / "gold.jsonl", *lines)
    reading = formats.read(path, Options(taxonomy, "entities"))
    assert [record.annotated("entities") for record in reading.records[:3]] == [True, False, True]
    assert reading.records[2] == formats.read(GOLD, Options(taxonomy)).records[2]


def predicted(text: str, **others: Any) -> dict[str, Any]:
    """A task with a span that a model found."""
    return named(text, "Orla", **others) | {"meta": {"layers": {"entities": "predicted"}}}


def test_predictions_that_a_person_gives_as_annotations_are_gold(tmp_path: Path, taxonomy: Taxonomy) -> None:
    # Of three texts with a predicted span one was rejected: two are gold, and the guesses have one of their spans: P 1, R 1/2.
    texts = [f"Orla came on day {number}." for number in range(3)]
    gold = tasks(
        tmp_path / "gold.jsonl",
        *(predicted(text, answer=answer) for text, answer in zip(texts, ("accept", "accept", "reject"), strict=True)),
    )
    guess = tasks(tmp_path / "guess.jsonl", named(texts[0], "Orla"), named(texts[1]))
    line = f"{gold}: has layers that a model predicted (entities in 2 records); here they count as annotated by a person"
    result = score.scored(gold, guess, None, None, taxonomy, BOOT)
    assert (result.rows[0].score.value, result.rows[0].score.gold) == (pytest.approx(2 / 3), 2)
    assert (result.notes, result.readings[0].layers) == ([line], ("entities",))
    notes: list[str] = []
    data = own.data_from({"train": [gold]}, Options(taxonomy), notes.append)
    assert (notes[0], notes[1]) == (f"{gold}: 3 records: 2 accepted, 1 rejected; layers: entities", f"note: {line}")
    assert [one.annotated("entities") for one in (*data.train, *data.validation)] == [True, True]
    assert formats.read(gold, Options(taxonomy)).layers == ()


@pytest.mark.parametrize(
    ("others", "state"),
    [
        ({}, "predicted"),
        ({"_session_id": None}, "predicted"),
        ({"_session_id": "set-ann"}, "done"),
        ({"_annotator_id": "ann"}, "done"),
        ({"_annotator_id": "ann", "answer": "ignore"}, "predicted"),
    ],
)
def test_predictions_that_a_person_accepted_in_prodigy_are_annotations(
    others: dict[str, Any], state: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    (one,) = formats.read(tasks(tmp_path / "a.jsonl", predicted("Orla came.", **others)), Options(taxonomy))
    assert one.meta.layers == {"entities": state}
    later = with_spans(one, "stance", [])
    back = tmp_path / "back.jsonl"
    formats.write(group([later]), back, "prodigy", Options(taxonomy))
    assert [again.meta.layers for again in formats.read(back, Options(taxonomy))] == [later.meta.layers]


def test_train_learns_from_tasks_without_spans(tmp_path: Path, taxonomy: Taxonomy) -> None:
    paths = [
        tasks(tmp_path / name, *(named(f"{place} fell {number}.", *([place] if number % 2 else [])) for number in range(10)))
        for name, place in (("a.jsonl", "Orla"), ("b.jsonl", "Belmora"))
    ]
    lines: list[str] = []
    data = own.data_from({"train": paths[:1], "test": paths[1:]}, Options(taxonomy), lines.append)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [9, 1, 10]
    assert all(record.annotated("entities") for record in [*data.train, *data.validation, *data.test])
    assert lines[:2] == [f"{path}: 10 records: 10 accepted; layers: entities" for path in paths]


def test_the_answer_of_a_task_gives_its_classes(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tasks(
        tmp_path / "a.jsonl",
        {"text": "A", "label": "HOSTILE", "answer": "accept"},
        {"text": "B", "label": "HOSTILE", "answer": "reject", "target": "Orla"},
        {"text": "C", "label": "HOSTILE", "answer": "ignore"},
        {"text": "D", "options": [{"id": "x"}, {"id": 2}], "accept": [2]},
        {"text": "E", "options": [{"id": "x"}, {"id": 2}], "accept": ["x", 2]},
        {"text": "F", "cats": {"x": True, "y": 0.25}},
    )
    examples = formats.read(path, Options(taxonomy)).classes
    assert [(one.text, one.cats) for one in examples] == [
        ("A", {"HOSTILE": 1.0}), ("B", {"HOSTILE": 0.0}),
        ("D", {"x": 0.0, "2": 1.0}), ("E", {"x": 1.0, "2": 1.0}), ("F", {"x": 1.0, "y": 0.25}),
    ]  # fmt: skip
    assert [one.target for one in examples[:2]] == ["", "Orla"]
    assert [one.label for one in examples if one.text != "E"] == ["HOSTILE", "", "2", "x"]
    with pytest.raises(RedlineError, match="`E` has the classes 2, x; needed: at most one class per text"):
        _ = examples[3].label


def test_what_redline_does_not_know_comes_back_on_export(tmp_path: Path) -> None:
    hashes = {"_input_hash": -3, "_task_hash": 4, "_view_id": "ner", "_session_id": "s"}
    value = named("Orla fell.", "Orla", label="ZORB", answer="accept", own=[1.5], **hashes)
    value["spans"][0] |= {"id": 7, "score": 0.12345678901234567}
    value["meta"] = {"source": "s"}
    words = [("Orla", 0, 4, True), ("fell.", 5, 10, False)]
    value["tokens"] = [{"text": t, "start": a, "end": b, "id": i, "ws": ws} for i, (t, a, b, ws) in enumerate(words)]
    value["relations"] = [{"head": 0, "child": 1, "label": "BARE"}]
    path, choice = tmp_path / "a.jsonl", {"text": "B", "options": [{"id": "x", "text": "X"}], "accept": ["x"], "answer": "accept"}
    tasks(path, value, choice, {"text": "No.", "answer": "reject", "label": "POS"})
    records, back = tmp_path / "records.jsonl", tmp_path / "back.jsonl"
    assert main(["import", str(path), "--out", str(records)]) == 0
    assert main(["export", str(records), "--format", "prodigy", "--out", str(back)]) == 0
    one, two, three = (json.loads(line) for line in back.read_text(encoding="utf-8").splitlines())
    value["spans"][0]["id"] = "7"
    assert all(one[key] == entry for key, entry in value.items() if key not in ("spans", "meta"))
    assert value["spans"][0].items() <= one["spans"][0].items()
    assert one["meta"]["source"] == "s"
    assert choice.items() <= two.items()
    assert (three["answer"], three["label"]) == ("reject", "POS")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "a", "text": "b"}', "key `text` occurs twice"),
        ('{"text": "a", "x": 1e999}', "`1e999` is too large"),
        ('{"text": "a", "x": NaN}', "is not JSON"),
        ('\ufeff{"text": "a"}', "is not JSON"),
        ('{"text": "a\\ud800"}', "contains a lone surrogate"),
        ('{"text": "a", "spans": [{"start": 0, "end": 1, "label": 3}]}', "`spans[0].label` is of type `int`, not `str`"),
    ],
)
def test_what_srsly_lets_pass_is_refused_with_its_line(line: str, says: str, tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "fine"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(RedlineError) as error:
        formats.read(tmp_path / "a.jsonl", Options(taxonomy))
    assert str(error.value).startswith(f"{tmp_path / 'a.jsonl'}:2: ")
    assert says in str(error.value)


@pytest.mark.parametrize("name", ["a.csv", "a.md", "a", "a.jsonl.bz2"])
def test_an_unknown_ending_names_those_that_are_read(name: str, tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / name).write_text("Orla fell.")
    endings = r"\.ann, \.bio, \.conll, \.iob, \.json, \.jsonl, \.jsonl\.gz, \.parquet, \.spacy, \.tsv, \.txt"
    with pytest.raises(RedlineError, match=f"has the unknown extension `.*`; needed: {endings}"):
        formats.read(tmp_path / name, Options(taxonomy))


def test_an_unknown_format_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(GOLD), "--format", "brass", "--out", str(tmp_path / "x")]) == 2
    assert f"unknown format `brass`; there are {', '.join(formats.FORMATS)}" in capsys.readouterr().err


def test_gold_and_predictions_join_in_any_order_and_under_any_name(tmp_path: Path, taxonomy: Taxonomy) -> None:
    values = [named("Orla fell.", "Orla"), named("Belmora stood.", "Belmora"), named("Orla fell.", "fell")]
    for folder in ("gold", "pred"):
        (tmp_path / folder).mkdir()
    gold = tasks(tmp_path / "gold" / "test.jsonl", *values)
    for path in (tmp_path / "pred" / "test.jsonl", tmp_path / "other.jsonl"):
        assert exact(gold, tasks(path, values[1], values[0], values[2]), taxonomy) == 1.0


def test_a_task_that_names_a_document_alone_is_its_next_passage(tmp_path: Path, taxonomy: Taxonomy) -> None:
    values = [named(text, "Orla", meta={"doc": "news1"}) for text in ("Orla fell.", "Orla rose.")]
    path = tasks(tmp_path / "a.jsonl", *values)
    (document,) = formats.read(path, Options(taxonomy)).documents
    assert [(record.meta.doc, record.meta.passage) for record in document.records] == [("news1", 0), ("news1", 1)]
    assert exact(path, path, taxonomy) == 1.0
    assert exact(path, tasks(tmp_path / "b.jsonl", *reversed(values)), taxonomy) == 1.0


def test_rejected_gold_is_left_out_and_told(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold = tasks(tmp_path / "a.jsonl", named("Orla fell.", "Orla"), named("Belmora fell.", "Belmora", answer="reject"))
    guess = tasks(tmp_path / "b.jsonl", named("Orla fell.", "Orla"), named("Belmora fell.", "fell"))
    found = score.scored(gold, guess, None, None, taxonomy, BOOT)
    assert found.rows[0].score.value == 1.0
    assert found.notes == []
    assert found.readings[0].line() == f"{gold}: 2 records: 1 accepted, 1 rejected; layers: entities"


def test_a_folder_without_records_is_read_as_its_conll_files(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "a.conll").write_text("Orla B-GPE\nfell O\n", encoding="utf-8")
    (tmp_path / "b.bio").write_text("Belmora B-GPE\nfell O\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not columns\n", encoding="utf-8")
    reading = formats.read(tmp_path, Options(taxonomy, "entities"))
    assert [(record.meta.doc, record.text) for record in reading] == [("a", "Orla fell"), ("b", "Belmora fell")]


def test_a_folder_is_read_as_the_files_in_it(taxonomy: Taxonomy, tmp_path: Path) -> None:
    written = [path for path in GOLD.parent.glob("*.jsonl") if not jsonl.is_bare(path.read_bytes())]
    for path in written:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    reading = formats.read(tmp_path, Options(taxonomy))
    assert len(reading.documents) == len(written) > 40
    assert isinstance(reading.records[0], Record)
