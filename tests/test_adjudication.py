"""Gold is what raters agree on and what was decided; every difference needs a decision."""

import pytest

from conftest import record, span
from redline.batch import adjudicate
from redline.batch.project import Project
from redline.core.diagnostic import RedlineError
from redline.core.document import Document, Record, Relation
from redline.measure.adjudication import Decision, Decisions, merge
from redline.measure.mentions import passages

TEXT = "The Orla council condemned Belmora for the raid."


def rater(quote: str, label: str = "AGAINST", *, target: bool = True, **attributes: bool | str) -> Record:
    stance = span("stance", label, TEXT, quote, "s9", holder="entity", **attributes)
    place = span("entities", "GPE", TEXT, "Belmora", "e1", entity="belmora")
    return record(TEXT, (stance, place), (Relation("s9", "e1", "TARGET"),) if target else ())


def readings(*records: Record) -> dict[str, Document]:
    return {f"r{number}": Document("case", (held,)) for number, held in enumerate(records, 1)}


def decided(**decisions: Decision) -> Decisions:
    return Decisions(
        "case", "somebody", "2026-01-01", {name.replace("__", ":").replace("_", " "): value for name, value in decisions.items()}
    )


def test_what_all_say_alike_is_gold_without_a_decision() -> None:
    gold = merge(readings(rater("condemned", explicit=True), rater("condemned", explicit=True)), decided()).records[0]
    assert [(s.label, s.text) for s in gold.spans] == [("AGAINST", "condemned"), ("GPE", "Belmora")]
    assert [(r.head_id, r.label, r.child_id) for r in gold.relations] == [("s1", "TARGET", "s2")]
    assert gold.meta.rater is not None


def test_overlapping_readings_are_one_mention_with_a_difference_of_place() -> None:
    (part,) = passages(readings(rater("condemned", explicit=True), rater("condemned Belmora", explicit=True)))
    assert [(d.id, d.kind) for d in part.differences()] == [("0 stance:condemned span", "span")]


def test_each_kind_of_difference_is_listed() -> None:
    (part,) = passages(readings(rater("condemned", explicit=True), rater("condemned", "FAVOR", explicit=False, target=False)))
    assert [d.kind for d in part.differences()] == ["span", "attribute", "relation"]


def test_a_difference_without_decision_stops_the_merge() -> None:
    with pytest.raises(RedlineError, match="no decision on `0 stance:condemned explicit`"):
        merge(readings(rater("condemned", explicit=True), rater("condemned", explicit=False)), decided())


def test_a_decision_without_difference_stops_the_merge() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=True))
    with pytest.raises(RedlineError, match="there is no difference `0 stance:condemned span`"):
        merge(both, decided(**{"0_stance__condemned_span": Decision("r1", "slip")}))


def test_a_reason_must_be_one_of_three() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    with pytest.raises(RedlineError, match="reason `whim` is none of slip, guideline_gap, ambiguity"):
        merge(both, decided(**{"0_stance__condemned_explicit": Decision("r1", "whim")}))


@pytest.mark.parametrize(("take", "value"), [("r1", True), ("r2", False), ({"value": "other"}, "other")])
def test_a_decision_takes_a_reading_or_another_value(take: str | dict[str, str], value: bool | str) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    gold = merge(both, decided(**{"0_stance__condemned_explicit": Decision(take, "slip")})).records[0]
    assert gold.spans[0].attributes["explicit"] == value
    assert "unsure" not in gold.spans[0].attributes


def test_a_true_ambiguity_stays_visible() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    gold = merge(both, decided(**{"0_stance__condemned_explicit": Decision("r1", "ambiguity")})).records[0]
    assert gold.spans[0].attributes["unsure"] is True


def test_a_dropped_span_takes_its_relations_along() -> None:
    alone = record(TEXT, (span("entities", "GPE", TEXT, "Belmora", "e1", entity="belmora"),))
    both = readings(rater("condemned", explicit=True), alone)
    made = decided(
        **{"0_stance__condemned_span": Decision(None, "slip"), "0_stance__condemned_TARGET_entities__Belmora": Decision(True, "slip")}
    )
    gold = merge(both, made).records[0]
    assert [s.text for s in gold.spans] == ["Belmora"]
    assert gold.relations == ()


def test_raters_of_different_texts_are_refused() -> None:
    with pytest.raises(RedlineError, match="texts differ"):
        passages({"r1": Document("d", (record("One."),)), "r2": Document("d", (record("Two."),))})


def test_gold_of_the_corpus_is_what_raters_and_decisions_give(project: Project) -> None:
    docs = adjudicate.docs(project)
    assert len(docs) >= 25
    assert [doc for doc in docs if not adjudicate.holds(project, doc)] == []


def test_adjudication_leaves_the_raters_files_alone(project: Project) -> None:
    before = {path: path.read_bytes() for path in project.raters.rglob("*") if path.is_file()}
    adjudicate.write(project, adjudicate.docs(project))
    assert {path: path.read_bytes() for path in project.raters.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("take", ["r7", {"quote": "nowhere"}, {"label": "AGAINST"}])
def test_a_decision_that_cannot_be_carried_out_is_told_in_a_line(take: str | dict[str, str]) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    made = decided(**{"0_stance__condemned_explicit": Decision(take, "slip")})
    with pytest.raises(RedlineError, match="a decision cannot be carried out"):
        merge(both, made)


def test_a_rater_with_fewer_passages_is_refused() -> None:
    with pytest.raises(RedlineError, match="texts differ"):
        passages({"r1": Document("d", (record("One."),)), "r2": Document("d", (record("One."), record("Two.", passage=1)))})


def test_a_raters_relation_to_nowhere_is_passed_over() -> None:
    held = rater("condemned", explicit=True)
    broken = record(TEXT, held.spans, (*held.relations, Relation("s9", "zz", "VIA")))
    assert len(merge(readings(broken, held), decided()).records[0].relations) == 1
