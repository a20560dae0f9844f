"""The scorer on files: equal to seqeval and conlleval where they do the same, and clear about files that don't fit."""

import json
import tempfile
from pathlib import Path
from typing import Any

import conlleval
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from conftest import record, span
from redline.cli import main
from redline.core.document import Document, Record, Relation
from redline.core.errors import RedlineError
from redline.core.examples import Guess
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure.chunks import Scored
from redline.measure.classes import class_rows, precision_recall, reliability
from redline.measure.evaluate import judged_record
from redline.measure.score import Bootstrap
from redline.model.score import scored
from redline.project import Project

BOOT = Bootstrap(100, 1)
TEXT = "Orla asked Belmora to withdraw. Belmora will strike Orla on Monday."


def score(folder: Path, taxonomy: Taxonomy, *sides: list[Record] | str, layer: str | None = None) -> Scored:
    """The scores of the sides (gold, guess, second guess), each records or the text of a CoNLL file."""
    paths = []
    for index, side in enumerate(sides):
        path = folder / f"side{index}.{'conll' if isinstance(side, str) else 'jsonl'}"
        if isinstance(side, str):
            path.write_text(side, encoding="utf-8")
        else:
            jsonl.write([Document(held.meta.doc, (held,)) for held in side], path)
        paths.append(path)
    return scored(paths[0], paths[1], paths[2] if len(paths) > 2 else None, layer, taxonomy, BOOT)


def values(found: Scored) -> dict[tuple[str | None, str | None, str], float | None]:
    return {(row.task or row.layer, row.label, row.score.metric): row.score.value for row in found.rows}


LABELS = ("GPE", "ORG", "LOC")


@st.composite
def tag_rows(draw: st.DrawFn, length: int) -> list[str]:
    """Well-formed BIO tags."""
    rows: list[str] = []
    while len(rows) < length:
        label = draw(st.sampled_from((*LABELS, "")))
        size = draw(st.integers(1, 3))
        rows += [f"B-{label}", *[f"I-{label}"] * (size - 1)] if label else ["O"] * size
    return rows[:length]


@st.composite
def tagged(draw: st.DrawFn) -> list[tuple[list[str], list[str]]]:
    """Sentences, each with two taggings."""
    lengths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    return [(draw(tag_rows(length)), draw(tag_rows(length))) for length in lengths]


def columns(rows: list[list[str]]) -> str:
    return "\n\n".join("\n".join(f"w{index}\t{tag}" for index, tag in enumerate(sentence)) for sentence in rows) + "\n"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(tagged())
def test_entity_scores_equal_seqeval_strict_and_conlleval(taxonomy: Taxonomy, held: list[tuple[list[str], list[str]]]) -> None:
    gold, guess = [list(side) for side in zip(*held, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        ours = values(score(Path(folder), taxonomy, columns(gold), columns(guess), layer="entities"))
    theirs: Any = classification_report(gold, guess, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    lines = [f"w {one} {other}" for rows in held for one, other in [*zip(*rows, strict=True), ("O", "O")]]
    chunks: Any = conlleval.evaluate(lines)
    assert (ours["entities", None, "exact_f1"] or 0.0) == pytest.approx(theirs["micro avg"]["f1-score"] if "micro avg" in theirs else 0.0)
    assert (ours["entities", None, "exact_f1"] or 0.0) == pytest.approx(chunks["overall"]["chunks"]["evals"]["f1"])
    for label in LABELS:
        if label in theirs:
            for name, part in (("f1-score", "f1"), ("precision", "precision"), ("recall", "recall")):
                assert (ours["entities", label, f"exact_{part}"] or 0.0) == pytest.approx(theirs[label][name])
        if label in chunks["slots"]["chunks"]:
            assert (ours["entities", label, "exact_f1"] or 0.0) == pytest.approx(chunks["slots"]["chunks"][label]["evals"]["f1"])


def annotated() -> Record:
    """A demand and a threat, who makes it to whom, and a stance."""
    spans = (
        span("entities", "GPE", TEXT, "Orla", "a"),
        span("entities", "GPE", TEXT, "Belmora", "b"),
        span("threat", "DEMAND", TEXT, "asked Belmora to withdraw", "d", form="reported"),
        span("threat", "THREAT", TEXT, "will strike Orla", "t", form="reported", conditional=False),
        span("stance", "AGAINST", TEXT, "asked", "s", explicit=True),
    )
    relations = (Relation("d", "a", "SPEAKER"), Relation("s", "a", "HOLDER"), Relation("s", "b", "TARGET"))
    return record(TEXT, spans, relations)


def test_gold_against_gold_is_one_for_each_metric(tmp_path: Path, taxonomy: Taxonomy) -> None:
    found = values(score(tmp_path, taxonomy, [annotated()], [annotated()]))
    assert {value for (_, _, name), value in found.items() if value is not None and name != "false_alarms"} == {1.0}
    assert found["threat_sentence", None, "false_alarms"] == 0.0
    assert {name for _, label, name in found if label is None} >= {
        "exact_f1", "partial_f1", "overlap_f1", "untyped_f1", "exact_macro_f1", "relation_f1", "relation_matched_f1", "positive_f1",
        "macro_f1", "stance_mean_f1",
    }  # fmt: skip


def test_classes_come_from_the_spans_where_nothing_is_predicted(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    guess = msgspec.structs.replace(held, spans=tuple(one for one in held.spans if one.id != "d"), relations=held.relations[1:])
    found = values(score(tmp_path, taxonomy, [held], [guess]))
    assert found["threat_sentence", None, "positive_f1"] == 1.0
    assert (found["act_type", "DEMAND", "f1"], found["act_type", "THREAT", "f1"]) == (0.0, 1.0)
    assert found["act_type", None, "macro_f1"] == 0.5
    assert found["stance_pair", "AGAINST", "f1"] == 1.0
    assert ("threat_sentence", None, "average_precision") not in found


def predicted(*entries: tuple[str, float], task: str = "threat_sentence") -> Record:
    held = annotated()
    said = [{"label": label, "scores": {"THREAT": value}} for label, value in entries]
    return msgspec.structs.replace(held, spans=(), relations=(), meta=msgspec.structs.replace(held.meta, predictions={task: said}))


def test_predictions_are_ranked_and_their_scores_are_judged(tmp_path: Path, taxonomy: Taxonomy) -> None:
    found = score(tmp_path, taxonomy, [annotated()], [predicted(("THREAT", 0.9), ("NONE", 0.4))])
    held = values(found)
    # The second sentence is the threat and comes second: precision 1/2 at recall 1. Squared errors 0.81 and 0.36.
    assert held["threat_sentence", None, "average_precision"] == pytest.approx(0.5)
    assert held["threat_sentence", None, "brier"] == pytest.approx((0.81 + 0.36) / 2)
    # The one sentence without a threat was guessed to be one.
    (alarms,) = (row.score for row in found.rows if row.score.metric == "false_alarms" and row.task == "threat_sentence")
    assert (alarms.value, alarms.gold, alarms.guessed, alarms.documents) == (1.0, 1, 1, 1)
    assert [(one.low, one.count, one.positive_share) for one in found.bins["threat_sentence", "THREAT"]] == [(0.4, 1, 1.0), (0.9, 1, 0.0)]


def test_two_systems_are_compared_on_every_metric(tmp_path: Path, taxonomy: Taxonomy) -> None:
    good, bad = predicted(("NONE", 0.1), ("THREAT", 0.9)), predicted(("THREAT", 0.9), ("NONE", 0.4))
    found = {
        row.score.metric: row.difference
        for row in score(tmp_path, taxonomy, [annotated()], [good], [bad]).rows
        if row.task == "threat_sentence"
    }
    assert {name: pytest.approx(one.value) for name, one in found.items() if one} == {
        "positive_f1": 1.0, "positive_precision": 1.0, "positive_recall": 1.0, "average_precision": 0.5,
        "false_alarms": -1.0, "brier": (0.01 + 0.01 - 0.81 - 0.36) / 2,
    }  # fmt: skip


def test_a_pair_that_gold_has_not_counts_against_the_guess(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    wrong = span("entities", "ORG", TEXT, "Belmora to", "x")
    said = [{"label": "AGAINST", "scores": {"AGAINST": 1.0}, "pair": ["a", "b"]}, {"label": "FAVOR", "scores": {}, "pair": ["a", "x"]}]
    meta = msgspec.structs.replace(held.meta, predictions={"stance_pair": said})
    found = values(score(tmp_path, taxonomy, [held], [msgspec.structs.replace(held, spans=(*held.spans, wrong), meta=meta)]))
    assert (found["stance_pair", "AGAINST", "f1"], found["stance_pair", "FAVOR", "f1"]) == (1.0, 0.0)
    assert found["stance_pair", None, "stance_mean_f1"] == 0.5


def test_arrows_are_also_scored_where_both_sides_marked_their_ends(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    # The guess misses the span `b` and with it the TARGET, and gives the demand another speaker.
    spans = tuple(one for one in held.spans if one.id != "b")
    guess = msgspec.structs.replace(held, spans=spans, relations=held.relations[:2])
    found = values(score(tmp_path, taxonomy, [held], [guess]))
    assert found["stance", None, "relation_f1"] == pytest.approx(2 / 3)
    assert found["stance", None, "relation_matched_f1"] == 1.0


def test_attributes_are_scored_on_matched_spans(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    other = [msgspec.structs.replace(one, attributes={**one.attributes, "form": "quoted"}) if one.id == "d" else one for one in held.spans]
    found = values(score(tmp_path, taxonomy, [held], [msgspec.structs.replace(held, spans=tuple(other))]))
    # Of two acts one has another form: reported P 1, R 1/2; quoted P 0.
    assert found["threat", "form", "attribute_macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert found["threat", "conditional", "attribute_macro_f1"] == 1.0


def test_an_attribute_of_a_span_that_one_side_alone_has_counts_for_nothing(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    alone = span("threat", "THREAT", TEXT, "strike Orla", "x", form="quoted")
    guess = msgspec.structs.replace(held, spans=(*(one for one in held.spans if one.id != "t"), alone))
    # Over all three spans, reported would have P 1 and R 1/2, and quoted P 0: a mean of 1/3.
    assert values(score(tmp_path, taxonomy, [held], [guess]))["threat", "form", "attribute_macro_f1"] == 1.0


def test_cue_sentences_alone_count_for_hard_negatives(tmp_path: Path, taxonomy: Taxonomy) -> None:
    text = "They warned of frost. Belmora will strike. A threat to bees grew."
    gold = record(text, (span("threat", "NONTHREAT", text, "warned", "n"), span("threat", "THREAT", text, "will strike", "t")))
    guess = record(text, (span("threat", "WARNING", text, "warned of frost", "w"),))
    found = values(score(tmp_path, taxonomy, [gold], [guess]))
    # Two sentences hold a cue, neither holds an act; one was guessed.
    assert found["hard_negatives", None, "positive_precision"] == 0.0
    assert found["hard_negatives", None, "positive_recall"] is None


def test_files_without_ids_are_joined_by_their_text(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold, guess = annotated(), msgspec.structs.replace(annotated(), meta=msgspec.structs.replace(annotated().meta, doc="other"))
    assert values(score(tmp_path, taxonomy, [gold], [guess]))["entities", None, "exact_f1"] == 1.0


def test_files_of_different_texts_are_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(RedlineError, match=r"has no passage of .*needed: predictions for its texts"):
        score(tmp_path, taxonomy, [annotated()], [record("Another text.", doc="other")])
    with pytest.raises(RedlineError, match="has another text than in"):
        score(tmp_path, taxonomy, [annotated()], [record("Another text.")])


def test_a_passage_that_occurs_twice_is_refused_by_name(tmp_path: Path, taxonomy: Taxonomy) -> None:
    first, second = annotated(), record("Another text.", passage=1)
    for files in ([first, second, second], [first]), ([first], [first, second, second]):
        with pytest.raises(RedlineError, match=r"side[01].jsonl: passage 1 of case occurs twice; needed: each passage once"):
            score(tmp_path, taxonomy, *files)


def test_a_passage_of_gold_may_be_in_parts_with_different_layers(tmp_path: Path, taxonomy: Taxonomy) -> None:
    def of(layer: str) -> Record:
        return msgspec.structs.replace(annotated(), meta=msgspec.structs.replace(annotated().meta, layers={layer: "done"}))

    rejected = msgspec.structs.replace(annotated(), answer="reject")
    found = score(tmp_path, taxonomy, [of("entities"), of("stance"), rejected], [annotated()])
    assert {row.layer for row in found.rows} == {"entities", "stance"}


def test_gold_without_a_record_is_one_line(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(RedlineError, match="side0.jsonl: contains no accepted record; needed: gold to score against"):
        score(tmp_path, taxonomy, [], [annotated()])


def test_what_is_odd_is_told(tmp_path: Path, taxonomy: Taxonomy) -> None:
    strange = record(TEXT, (span("entities", "PLACE", TEXT, "Orla"),))
    found = score(tmp_path, taxonomy, [annotated(), record("Second.", doc="two")], [strange, record("Third.", doc="three")])
    assert [note.split(": ", 1)[1].split(str(tmp_path))[0] for note in found.notes] == [
        "does not contain 1 of 2 passages of ", "has 1 passages that are not in ", "`PLACE` of entities is neither in ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        [{"label": "THREAT"}],
        [{"label": "THREAT", "scores": {"THREAT": 2.0}}] * 2,
        [{"scores": {}}] * 2,
        ["THREAT", "NONE"],
    ],
)
def test_predictions_that_cannot_be_read_are_one_line(tmp_path: Path, taxonomy: Taxonomy, said: list[Any]) -> None:
    held = annotated()
    wrong = msgspec.structs.replace(held, meta=msgspec.structs.replace(held.meta, predictions={"threat_sentence": said}))
    with pytest.raises(RedlineError, match="passage 0 of case: predictions of threat_sentence"):
        score(tmp_path, taxonomy, [held], [wrong])


def test_a_missing_passage_counts_as_one_without_spans(tmp_path: Path, taxonomy: Taxonomy) -> None:
    second = msgspec.structs.replace(annotated(), meta=msgspec.structs.replace(annotated().meta, doc="two"))
    found = values(score(tmp_path, taxonomy, [annotated(), second], [annotated()]))
    assert found["entities", None, "exact_recall"] == 0.5
    assert found["entities", None, "exact_precision"] == 1.0


def test_nothing_is_undefined_and_not_zero(tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    jsonl.write([Document("case", (record(TEXT),))], tmp_path / "a.jsonl")
    assert main(["score", str(tmp_path / "a.jsonl"), str(tmp_path / "a.jsonl"), "--json"]) == 0
    rows = msgspec.json.decode(capsys.readouterr().out)["scores"]
    assert {row["value"] for row in rows if row["metric"] != "false_alarms"} == {None}
    assert {row["value"] for row in rows if row["metric"] == "false_alarms" and row["gold"]} == {0.0}


probabilities = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.tuples(st.booleans(), probabilities), min_size=1, max_size=40))
def test_bins_hold_every_unit_once(pairs: list[tuple[bool, float]]) -> None:
    system = [[("A" if gold else "B", Guess("A", {"A": value})) for gold, value in pairs]]
    bins = reliability(system, "A")
    assert sum(one.count for one in bins) == len(pairs)
    assert sum(one.count * one.positive_share for one in bins) == pytest.approx(sum(gold for gold, _ in pairs))
    # A mean of equal numbers may differ from them in its last digit.
    assert all(one.low - 1e-12 <= one.mean_score <= one.high + 1e-12 for one in bins)


@pytest.mark.parametrize(("score", "low"), [(0.0, 0.0), (0.3, 0.3), (0.29999999999999993, 0.2), (0.7, 0.7), (1.0, 0.9)])
def test_a_score_on_an_edge_is_in_the_bin_above(score: float, low: float) -> None:
    assert reliability([[("A", Guess("A", {"A": score}))]], "A")[0].low == low


@given(st.lists(st.tuples(st.booleans(), probabilities), min_size=1, max_size=40))
def test_recall_never_falls_along_the_curve(pairs: list[tuple[bool, float]]) -> None:
    curve = precision_recall([gold for gold, _ in pairs], [value for _, value in pairs])
    assert [recall for recall, _ in curve] == sorted(recall for recall, _ in curve)
    assert bool(curve) == any(gold for gold, _ in pairs)


def test_a_system_against_itself_has_no_difference_in_ranking(taxonomy: Taxonomy) -> None:
    system = [[("THREAT", Guess("THREAT", {"THREAT": 0.7})), ("NONE", Guess("NONE", {"THREAT": 0.2}))]] * 12
    found = {row.score.metric: row.difference for row in class_rows(taxonomy.task("threat_sentence"), [system, system], BOOT)}
    assert {(one.value, one.p) for one in found.values() if one} == {(0.0, 1.0)}


def test_a_pair_that_nobody_joins_and_gold_has_not_is_no_unit(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = annotated()
    wrong = span("entities", "ORG", TEXT, "Belmora to", "x")
    sure = {"FAVOR": 0.0, "AGAINST": 0.0}
    said = [
        {"label": "AGAINST", "scores": {**sure, "AGAINST": 1.0}, "pair": ["a", "b"]},
        {"label": "NONE", "scores": {**sure, "FAVOR": 0.9}, "pair": ["a", "x"]},
    ]
    meta = msgspec.structs.replace(held.meta, predictions={"stance_pair": said})
    guess = msgspec.structs.replace(held, spans=(*held.spans, wrong), meta=meta)
    # Gold's other pair has no guess and thus no scores; none are judged as probabilities, and only two pairs count.
    assert values(score(tmp_path, taxonomy, [held], [guess]))["stance_pair", None, "stance_mean_f1"] == 1.0
    assert len(judged_record(taxonomy.task("stance_pair"), held, guess, taxonomy)) == 2


def test_predictions_on_other_sentences_are_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    wrong = msgspec.structs.replace(predicted(("THREAT", 0.9), ("NONE", 0.4)), sentences=((0, 10), (10, len(TEXT))))
    with pytest.raises(RedlineError, match="are not of gold's sentences; needed: one for each of 2"):
        score(tmp_path, taxonomy, [annotated()], [wrong])


def test_an_attribute_counts_on_the_labels_that_carry_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    gold, guess = (record(TEXT, (span("threat", "NONTHREAT", TEXT, "asked", form=form),)) for form in ("quoted", "reported"))
    assert values(score(tmp_path, taxonomy, [gold], [guess]))["threat", "form", "attribute_macro_f1"] is None


def test_the_brier_score_of_several_classes_counts_the_one_of_none(taxonomy: Taxonomy) -> None:
    task = taxonomy.task("stance_pair")
    system = [[("FAVOR", Guess("FAVOR", {"FAVOR": 0.6, "AGAINST": 0.1})), ("NONE", Guess("NONE", {"FAVOR": 0.2, "AGAINST": 0.0}))]]
    found = next(row.score.value for row in class_rows(task, [system], BOOT) if row.score.metric == "brier")
    # FAVOR: 0.4, 0.1, and 0.3 for none; NONE: 0.2, 0, and 0.2 short of 1.
    assert found == pytest.approx(((0.16 + 0.01 + 0.09) + (0.04 + 0.04)) / 2)


def test_folders_are_scored_as_the_files_in_them(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(project.gold), str(project.raters / "r1"), "--layer", "entities", "--json"]) == 0
    rows = msgspec.json.decode(capsys.readouterr().out)["scores"]
    total = next(row for row in rows if (row["metric"], row["label"]) == ("exact_f1", None))
    assert f"docs:{len(list(project.gold.iterdir()))}|" in total["signature"]
    # The rater did not rate each document of gold.
    assert 0.5 < total["value"] < 1


@pytest.mark.parametrize(("label", "tasks"), [("BUYER", set()), ("THREAT", {"threat_sentence", "act_type"})])
def test_tasks_of_a_layer_are_scored_only_where_a_span_has_a_label_of_the_scheme(
    label: str, tasks: set[str], taxonomy: Taxonomy, tmp_path: Path
) -> None:
    text = "Orla paid Belmora."
    (tmp_path / "gold.jsonl").write_text(json.dumps({"text": text, "spans": [{"start": 0, "end": 4, "label": label}]}) + "\n")
    rows = scored(tmp_path / "gold.jsonl", tmp_path / "gold.jsonl", None, "threat", taxonomy, BOOT).rows
    assert {row.task for row in rows if row.task} >= tasks
    assert any(row.task for row in rows) == bool(tasks)
    assert {row.label for row in rows if row.score.metric == "exact_f1" and row.score.gold} == {None, label}
