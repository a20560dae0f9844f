"""Agreement between raters who cut texts differently, on values worked by hand."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import record
from redline.cli import main
from redline.core.document import Document, Record, Span
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure import gamma, unitizing
from redline.measure.agreement import kappas, sentence_agreement, unitizing_agreement
from redline.measure.score import Bootstrap
from redline.project import Project

BOOT = Bootstrap(100, 1)
TEXT = "0123456789"


def cut(*bounds: tuple[int, int], label: str = "GPE") -> Record:
    return record(TEXT, tuple(Span(f"x{n}", "entities", label, start, end, TEXT[start:end]) for n, (start, end) in enumerate(bounds)))


def raters(*held: Record) -> dict[str, dict[str, Document]]:
    return {f"r{index}": {"d": Document("d", (one,))} for index, one in enumerate(held)}


def u_alpha(places: dict[str, int], *held: Record) -> float:
    return unitizing.alpha(unitizing.of_document([held], "entities", places))


def test_unitizing_alpha_of_two_units_that_half_overlap() -> None:
    # Units [2, 6) and [4, 8) of ten characters. Observed: 4 in both units, 8 in both gaps, 8 torn. Margins 8 and 12 of 20.
    # A unit is no pair with itself: 16 + 16, nor a character of a gap: 6 + 6. Expected apart: 20 (400 - 64 - 144) / (400 - 44).
    assert u_alpha({"GPE": 1}, cut((2, 6)), cut((4, 8))) == pytest.approx(1 - 8 / (20 * 192 / 356))


def test_unitizing_alpha_knows_labels_apart() -> None:
    # The same unit with two labels: 8 of 20 torn. Margins 4, 4, 12; expected apart 20 (400 - 16 - 16 - 144) / (400 - 16 - 16 - 12).
    found = u_alpha({"GPE": 1, "ORG": 2}, cut((2, 6)), cut((2, 6), label="ORG"))
    assert found == pytest.approx(1 - 8 / (20 * 224 / 356))


def test_unitizing_alpha_of_three_raters_divides_by_the_pairs_of_each() -> None:
    # Raters one and two mark [0, 5), the third nothing. Of 30: in both units 2 * 5 / 2 = 5, torn 2 * (5 + 5) / 2 = 10, in both gaps
    # the rest, 15. Units 25 + 25, gaps 5 + 5 + 10.
    assert u_alpha({"GPE": 1}, cut((0, 5)), cut((0, 5)), cut()) == pytest.approx(1 - 10 / (30 * (900 - 100 - 400) / (900 - 70)))


def test_what_nobody_marked_has_no_unitizing_alpha() -> None:
    assert u_alpha({"GPE": 1}, cut(), cut()) != u_alpha({"GPE": 1}, cut(), cut())


def test_one_label_alone_is_cut_against_all_else() -> None:
    both = (cut((2, 6)), record(TEXT, (*cut((4, 8)).spans, *cut((0, 2), label="ORG").spans)))
    sums = unitizing.of_document([both], "entities", {"GPE": 1, "ORG": 2})
    assert unitizing.of_label(sums, 1).tolist() == unitizing.of_document([both], "entities", {"GPE": 1}).tolist()


def test_the_inner_of_two_overlapping_spans_counts() -> None:
    spans = (*cut((0, 8)).spans, *cut((2, 4), label="ORG").spans)
    assert unitizing.segments(spans, 10, {"GPE": 1, "ORG": 2}) == [(0, 2, 1), (2, 4, 2), (4, 8, 1), (8, 10, 0)]


stretches = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.sampled_from(["GPE", "ORG"])), max_size=5)


def drawn(found: list[tuple[int, int, str]]) -> Record:
    spans = (Span(f"x{n}", "entities", label, a, min(a + size, 10), "") for n, (a, size, label) in enumerate(found))
    return record(TEXT, tuple(spans))


@given(stretches)
def test_a_cut_text_is_whole_and_says_of_each_character_what_the_shortest_span_says(found: list[tuple[int, int, str]]) -> None:
    spans = drawn(found).spans
    pieces = unitizing.segments(spans, 10, {"GPE": 1, "ORG": 2})
    assert [piece[0] for piece in pieces] == [0, *(piece[1] for piece in pieces[:-1])]
    assert pieces[-1][1] == 10
    for start, end, label in pieces:
        for place in range(start, end):
            over = [span for span in spans if span.start <= place < span.end]
            least = min((span.end - span.start for span in over), default=0)
            assert label in ({"GPE": 1, "ORG": 2}[s.label] for s in over if s.end - s.start == least) if over else label == 0


@given(st.tuples(stretches, stretches, stretches))
def test_unitizing_statistics_equal_counting_characters(found: tuple[list[tuple[int, int, str]], ...]) -> None:
    held = [unitizing.segments(drawn(one).spans, 10, {"GPE": 1, "ORG": 2}) for one in found]
    said = [[label for start, end, label in pieces for _ in range(start, end)] for pieces in held]
    sums = unitizing.statistics(held, 2)
    for one, other in itertools.product(range(3), repeat=2):
        pairs = sum(a[place] == one and b[place] == other for a, b in itertools.permutations(said, 2) for place in range(10))
        assert sums[one][other] == pytest.approx(pairs / 2)


def test_unitizing_agreement_is_one_for_equal_raters(taxonomy: Taxonomy) -> None:
    found = {(layer, label): score.value for layer, label, score in unitizing_agreement(raters(cut((2, 6)), cut((2, 6))), taxonomy, BOOT)}
    assert found["entities", None] == found["entities", "GPE"] == 1.0
    assert found["entities", "ORG"] is None
    assert found["stance", None] is None


def test_a_task_without_a_unit_has_no_agreement(taxonomy: Taxonomy) -> None:
    both = raters(cut(), cut(), cut())
    task = taxonomy.task("hard_negatives")
    assert sentence_agreement(both, task, taxonomy, BOOT).value is None
    assert {score.value for _, score in kappas(both, task, taxonomy, BOOT)} == {None}


def test_gamma_is_one_for_equal_raters_and_less_for_a_shift(taxonomy: Taxonomy) -> None:
    same = [(cut((0, 3), (5, 9)), cut((0, 3), (5, 9)))]
    moved = [(cut((0, 3), (5, 9)), cut((1, 4), (5, 8), label="ORG"))]
    assert gamma.of_document(same, "entities", 1) == pytest.approx(1.0)
    assert gamma.of_document(moved, "entities", 1) < 1.0
    assert gamma.of_document(moved, "entities", 1) == gamma.of_document(moved, "entities", 1)
    found = dict(gamma.gamma_agreement(raters(*same[0]), taxonomy, BOOT))
    assert found["entities"].value == pytest.approx(1.0)
    assert found["stance"].value is None


@settings(max_examples=8, deadline=None)
@given(stretches, stretches)
def test_gamma_never_exceeds_one(one: list[tuple[int, int, str]], other: list[tuple[int, int, str]]) -> None:
    if one or other:
        assert gamma.of_document([(drawn(one), drawn(other))], "entities", 1) <= 1.0 + 1e-9


def test_a_rater_without_a_common_document_is_one_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    lone = project.raters / "r3" / "elsewhere.jsonl"
    lone.parent.mkdir()
    jsonl.write([Document("elsewhere", (record("Nobody else.", doc="elsewhere"),))], lone)
    assert main(["agree"]) == 2
    assert capsys.readouterr().err == (
        f"redline: {lone.parent}: shares no document with another rater; needed: files of the same documents\n"
    )


def test_every_figure_is_there_on_request(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agree", "--boot", "20", "--kappa", "--documents", "--confusion", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["metric"] for row in found["scores"]} == {"exact_f1", "overlap_f1", "u_alpha", "relation_f1", "alpha", "cohen_kappa"}
    assert len(found["documents"]) == 25
    assert main(["agree", "--boot", "20", "--worst"]) == 0
    assert len(capsys.readouterr().out.split("the worst documents first\n")[1].splitlines()) == 10
