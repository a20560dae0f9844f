"""Agreement between raters who cut texts differently, on values worked by hand."""

import itertools
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import record, span
from redline.cli import main
from redline.core.document import Document, Record, Relation, Span
from redline.core.rated import Raters
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure import unitizing
from redline.measure.agreement import Figure, relation_agreement, span_agreement, unitizing_agreement
from redline.measure.class_agreement import kappas, sentence_agreement
from redline.measure.pair_agreement import pair_agreement
from redline.measure.score import Bootstrap
from redline.measure.value_agreement import attribute_agreement
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
    found = {(f.layer, f.label): f.score.value for f in unitizing_agreement(raters(cut((2, 6)), cut((2, 6))), taxonomy, BOOT)}
    assert found["entities", None] == found["entities", "GPE"] == 1.0
    assert found["entities", "ORG"] is None
    assert found["stance", None] is None


def test_a_task_without_a_unit_has_no_agreement(taxonomy: Taxonomy) -> None:
    both = raters(cut(), cut(), cut())
    task = taxonomy.task("hard_negatives")
    assert [figure.score.value for figure in sentence_agreement(both, task, taxonomy, BOOT)] == [None]
    assert {figure.score.value for figure in kappas(both, task, taxonomy, BOOT)} == {None}


def test_a_rater_without_a_common_document_is_one_line_when_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    lone = project.raters / "r9" / "elsewhere.jsonl"
    lone.parent.mkdir()
    jsonl.write([Document("elsewhere", (record("Nobody else.", doc="elsewhere"),))], lone)
    assert main(["agree", "--boot", "20"]) == 0
    capsys.readouterr()
    assert main(["agree", "--raters", "r1", "r2", "r9"]) == 2
    assert capsys.readouterr().err == (
        f"redline: {lone.parent}: has no document in common with another rater; needed: files for the same documents\n"
    )


def test_every_figure_is_there_on_request(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agree", "--boot", "20", "--kappa", "--documents", "--confusion", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["metric"] for row in found["scores"]} == {
        "exact_f1", "overlap_f1", "u_alpha", "relation_f1", "triple_f1", "alpha", "cohen_kappa",
    }  # fmt: skip
    assert len(found["documents"]) == len(list(project.gold.iterdir()))
    assert main(["agree", "--boot", "20", "--worst"]) == 0
    assert len(capsys.readouterr().out.split("the worst documents first\n")[1].splitlines()) == 10


SAID = "The Orla council condemned Belmora. Arvenia backed the council and Belmora."


def place(quote: str, name: str, label: str = "GPE", **attributes: str | bool | None) -> Span:
    return span("entities", label, SAID, quote, name, **attributes)


def versions(*held: tuple[Span, ...]) -> Raters:
    return {f"r{number}": {"case": Document("case", (record(SAID, spans),))} for number, spans in enumerate(held)}


def alphas(raters: Raters, taxonomy: Taxonomy) -> dict[tuple[str | None, str | None], Figure]:
    return {(figure.layer, figure.label): figure for figure in attribute_agreement(raters, taxonomy, BOOT)}


def act_of(quote: str, name: str, act: str | None, form: str = "quoted", label: str = "THREAT") -> Span:
    return span("threat", label, SAID, quote, name, act=act, form=form)


def test_attributes_are_compared_on_spans_that_two_of_three_raters_placed(taxonomy: Taxonomy) -> None:
    one = (act_of("condemned", "t1", "a1"), act_of("backed", "t2", "a1"))
    other = (act_of("condemned", "t1", "a1"), act_of("backed", "t2", "a1", "reported"))
    # Values quoted, quoted and quoted, reported: of 4 values 3 and 1, and 2 are apart: 1 - (4 - 1) * 2 / (16 - 9 - 1) = 0.
    for held in (versions(one, other), versions(one, other, ()), versions((), one, other)):
        figure = alphas(held, taxonomy)["threat", "form"]
        assert (figure.score.value, figure.counts) == (pytest.approx(0.0), {"units": 2})
    # The third rater agrees on the first span: of 5 values 4 quoted, 1 reported; apart 2 of 5.
    figure = alphas(versions(one, other, one[:1]), taxonomy)["threat", "form"]
    assert figure.score.value == pytest.approx(1 - 4 * 2 / (25 - 16 - 1))


def test_an_attribute_counts_only_where_both_placed_the_span_and_its_label_carries_it(taxonomy: Taxonomy) -> None:
    one = (act_of("condemned", "t1", "a1"), act_of("backed", "t2", "a1"))
    cue = msgspec.structs.replace(act_of("Arvenia", "t3", None, label="NONTHREAT"), attributes={"form": "quoted", "reason": "narrative"})
    figure = alphas(versions((*one, cue), (one[0], cue)), taxonomy)["threat", "form"]
    assert figure.counts == {"units": 1}


def test_one_label_is_cut_among_its_own_spans_alone(taxonomy: Taxonomy) -> None:
    content = Span("c1", "arguments", "CONTENT", 0, 10, SAID[:10])
    actor = Span("c2", "arguments", "ACTOR", 4, 8, SAID[4:8])
    figures = {f.label: f for f in unitizing_agreement(versions((content,), (content, actor)), taxonomy, BOOT) if f.layer == "arguments"}
    assert figures["CONTENT"].score.value == 1.0
    assert figures["ACTOR"].score.value == pytest.approx(u_alpha_of_one(4, len(SAID)))


def u_alpha_of_one(marked: int, length: int) -> float:
    """Alpha where one of two raters marked a unit and the other nothing: by the equations, on lengths."""
    total, apart = 2 * length, 2 * marked
    own = marked**2 + (length - marked) + length
    expected = total * (total**2 - marked**2 - (total - marked) ** 2) / (total**2 - own)
    return 1 - apart / expected


def test_entity_keys_are_agreed_upon_and_no_key_is_an_answer(taxonomy: Taxonomy) -> None:
    one = (place("Orla", "e1", entity="orla"), place("Belmora", "e2", entity="belmora"), place("Arvenia", "e3", entity="arvenia"))
    other = (*one[:2], place("Arvenia", "e3"))
    alone = span("entities", "ORG", SAID, "council", "e4", entity="orla-council")
    figure = alphas(versions((*one, alone), other), taxonomy)["entities", "entity"]
    # A span of one rater alone counts for nothing.
    # Six values: orla 2, belmora 2, arvenia 1, none 1. Apart 2 of 6; alpha = 1 - 5 * 2 / (36 - 4 - 4 - 1 - 1).
    assert (figure.score.value, figure.counts) == (pytest.approx(1 - 10 / 26), {"units": 3})


def test_dates_are_agreed_upon(taxonomy: Taxonomy) -> None:
    one = (place("Orla", "e1", "DATE", value="2021-05"), place("Arvenia", "e2", "DATE", value=""))
    other = (place("Orla", "e1", "DATE", value="2021-05"), place("Arvenia", "e2", "DATE", value="2021"))
    # 2021-05 twice, empty and 2021 once: 1 - 3 * 2 / (16 - 4 - 1 - 1).
    assert alphas(versions(one, other), taxonomy)["entities", "value"].score.value == pytest.approx(1 - 6 / 10)


def test_acts_are_agreed_upon_over_pairs_of_mentions(taxonomy: Taxonomy) -> None:
    def acts(*names: str | None) -> tuple[Span, ...]:
        return tuple(act_of(quote, f"t{n}", act) for n, (quote, act) in enumerate(zip(("condemned", "backed", "Orla"), names, strict=True)))

    # Pairs: same, apart, apart by one; all same by the other: 6 values, 4 same and 2 apart; 4 pairs of values differ: 2 units, each 2.
    figure = alphas(versions(acts("a1", "a1", "a2"), acts("a7", "a7", "a7")), taxonomy)["threat", "act"]
    assert (figure.score.value, figure.counts) == (pytest.approx(1 - 5 * 4 / (36 - 16 - 4)), {"units": 3})
    # The names of acts are each rater's own.
    assert alphas(versions(acts("a1", "a1", "a2"), acts("a5", "a5", "a3")), taxonomy)["threat", "act"].score.value == 1.0
    # An act that is null is unknown: one pair is left.
    assert alphas(versions(acts("a1", "a1", None), acts("a1", "a1", "a1")), taxonomy)["threat", "act"].counts == {"units": 1}


def stance_of(holder: str | None, target: str, label: str = "AGAINST", quote: str = "condemned") -> Record:
    spans = [span("stance", label, SAID, quote, "s1", holder="entity" if holder else "author"), place(target, "e2")]
    relations = [Relation("s1", "e2", "TARGET")]
    if holder:
        spans.append(place(holder, "e1"))
        relations.append(Relation("s1", "e1", "HOLDER"))
    return record(SAID, tuple(spans), tuple(relations))


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (stance_of("Orla", "Belmora"), stance_of("Orla", "Belmora", quote="backed"), 1.0),
        (stance_of("Orla", "Belmora"), stance_of("Belmora", "Orla"), 0.0),
        (stance_of("Orla", "Belmora"), stance_of("Orla", "Belmora", "FAVOR"), 0.0),
        (stance_of("Orla", "Belmora"), stance_of(None, "Belmora"), 0.0),
        (stance_of(None, "Belmora"), stance_of(None, "Belmora"), 1.0),
    ],
)
def test_stance_triples_leave_out_the_words_of_the_stance(one: Record, other: Record, value: float, taxonomy: Taxonomy) -> None:
    task = taxonomy.task("stance_pair")
    found = next(pair_agreement(raters(one, other), task, taxonomy, BOOT))
    assert (found.score.value, found.counts) == (value, {"r0": 1, "r1": 1})


def test_relations_agree_only_between_spans_of_equal_labels(taxonomy: Taxonomy) -> None:
    one, other = stance_of("Orla", "Belmora"), stance_of("Orla", "Belmora", "FAVOR")
    found = {(f.layer, f.label): f.score.value for f in relation_agreement(raters(one, other), taxonomy, BOOT)}
    assert found["stance", None] == 0
    child = msgspec.structs.replace(one, spans=tuple(msgspec.structs.replace(s, label="ORG") if s.id == "e2" else s for s in one.spans))
    found = {(f.layer, f.label): f.score.value for f in relation_agreement(raters(one, child), taxonomy, BOOT)}
    assert (found["stance", "HOLDER"], found["stance", "TARGET"]) == (1, 0)


def test_a_figure_below_ten_documents_has_no_interval_and_says_how_many_there_are(taxonomy: Taxonomy) -> None:
    def figures(documents: int, blank: int) -> Figure:
        marked, empty = cut((2, 6)), cut()
        one = {f"d{n}": Document(f"d{n}", (marked if n < documents else empty,)) for n in range(documents + blank)}
        return next(f for f in span_agreement({"r1": one, "r2": one}, taxonomy, BOOT) if f.layer == "entities" and f.label == "GPE")

    few, enough = figures(9, 5), figures(10, 0)
    assert (few.score.value, few.score.low, few.documents, few.counts) == (1.0, None, 9, {"r1": 9, "r2": 9})
    assert (enough.score.low, enough.documents) == (1.0, 10)
    assert {**few.plain(), "signature": ""} == {
        "task": None, "model": None, "split": None, "layer": "entities", "label": "GPE", "metric": "exact_f1", "value": 1.0,
        "low": None, "high": None, "signature": "", "given": None, "gold": None, "guessed": None, "documents": 9,
        "counts": {"r1": 9, "r2": 9},
    }  # fmt: skip
