"""Scores against values worked by hand, and against scikit-learn where it does the same."""

import random
from typing import Any

import msgspec
import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan
from spacy.training import Example

from conftest import record, span
from redline import project as projects
from redline.cli import main
from redline.core.document import Document, Record, Relation, Span
from redline.core.examples import Guess, examples, sentence_classes
from redline.core.predictions import with_classes
from redline.core.taxonomy import Taxonomy
from redline.curate.splits import assign, closest
from redline.measure import evaluate, matching
from redline.measure.agreement import by_document, confusion, span_agreement
from redline.measure.class_agreement import kappas, sentence_agreement
from redline.measure.classes import average_precision
from redline.measure.coefficients import alpha_of_sums, alpha_sums, cohen, fleiss_of_sums, fleiss_sums
from redline.measure.counts import class_table, span_table
from redline.measure.matching import MATCHES, exact, overlap, partial
from redline.measure.score import FEWEST, Bootstrap, compared, f1, interval, macro, micro, resampled, scored
from redline.project import Project

BOOT = Bootstrap(200, 1)
TEXT = "Orla asked Belmora. Belmora refused."


def at(start: int, end: int, label: str = "GPE") -> Span:
    return Span(f"{label}{start}", "entities", label, start, end, TEXT[start:end])


@pytest.mark.parametrize(
    ("gold", "guess", "credit"),
    [
        ([], [], (0, 0)),
        ([at(0, 4)], [at(0, 4)], (1, 1)),
        ([at(0, 4)], [at(0, 4), at(0, 4)], (1, 1)),
        ([at(0, 4), at(5, 9)], [at(5, 9), at(0, 4)], (2, 2)),
        ([at(0, 4)], [at(0, 5)], (0, 0)),
    ],
)
def test_exact_credit_counts_each_span_once(gold: list[Span], guess: list[Span], credit: tuple[float, float]) -> None:
    assert exact(gold, guess) == credit


@pytest.mark.parametrize(
    ("gold", "guess", "credit"),
    [
        # A guess of 4 characters, 2 of them gold, of which gold has 8: 2/4 and 2/8.
        ([at(0, 8)], [at(6, 10)], (0.5, 0.25)),
        # Two guesses that lie in one gold span: both right; together they cover 6 of 8.
        ([at(0, 8)], [at(0, 4), at(4, 6)], (2.0, 0.75)),
        # Two guesses that cover the same characters do not count twice for gold.
        ([at(0, 8)], [at(0, 4), at(0, 4)], (2.0, 0.5)),
        ([at(0, 4)], [at(10, 14)], (0.0, 0.0)),
    ],
)
def test_overlap_credit_is_shares_of_characters(gold: list[Span], guess: list[Span], credit: tuple[float, float]) -> None:
    assert overlap(gold, guess) == pytest.approx(credit)


def test_f1_of_sums_and_its_edges() -> None:
    assert f1(np.array([2.0, 4.0, 2.0, 3.0])) == pytest.approx(4 / 7)  # P 1/2, R 2/3
    assert f1(np.array([0.0, 3.0, 0.0, 0.0])) == 0
    assert f1(np.array([0.0, 0.0, 0.0, 3.0])) == 0
    assert np.isnan(f1(np.zeros(4)))


def test_micro_sums_labels_and_macro_averages_those_that_occur() -> None:
    sums = np.array([[1.0, 1, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]])
    assert micro(sums) == pytest.approx(0.5)
    assert macro(sums) == pytest.approx(0.5)
    assert np.isnan(macro(np.zeros((2, 4))))


def test_an_unannotated_layer_is_masked() -> None:
    gold = record(TEXT, (at(0, 4),))
    masked = msgspec.structs.replace(gold, meta=msgspec.structs.replace(gold.meta, layers={}))
    assert span_table([[(masked, gold)]], "entities", ["GPE"], "exact").sum() == 0


def test_gold_against_gold_is_one(taxonomy: Taxonomy) -> None:
    held = [record(TEXT, (at(0, 4), at(11, 18)), doc="a"), record(TEXT, (at(20, 27),), doc="b")]
    rows = evaluate.task_rows(taxonomy.task("ner"), [evaluate.beside(held, held)], taxonomy, BOOT)
    assert {row.score.value for row in rows if row.label in (None, "GPE")} == {1.0}
    assert {row.score.value for row in rows if row.label == "PERSON"} == {None}


def test_order_of_predictions_does_not_matter(taxonomy: Taxonomy) -> None:
    gold = [record(TEXT, (at(0, 4), at(11, 18)))]
    guesses = [[at(11, 18), at(0, 4), at(20, 27)], [at(20, 27), at(0, 4), at(11, 18)]]
    systems = [evaluate.beside(gold, [record(TEXT, tuple(spans))]) for spans in guesses]
    one, other = (evaluate.task_rows(taxonomy.task("ner"), [pairs], taxonomy, BOOT)[0].score for pairs in systems)
    assert one == other
    assert one.value == pytest.approx(0.8)  # P 2/3, R 1


def test_a_label_of_nobodys_scheme_still_counts(taxonomy: Taxonomy) -> None:
    gold = [record(TEXT, (at(0, 4, "PLACE"),))]
    rows = evaluate.task_rows(taxonomy.task("ner"), [evaluate.beside(gold, [record(TEXT)])], taxonomy, BOOT)
    assert rows[0].score.value == 0
    assert {row.label for row in rows} >= {"PLACE"}


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=1, max_size=30))
def test_average_precision_equals_scikit_learn(pairs: list[tuple[bool, float]]) -> None:
    gold, scores = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ours = average_precision(gold, scores)
    if any(gold):
        assert ours == pytest.approx(average_precision_score(gold, scores))
    else:
        assert np.isnan(ours)


def test_weights_repeat_examples() -> None:
    gold, scores = [True, False, True], [0.9, 0.8, 0.7]
    assert average_precision(gold, scores, np.array([2.0, 1, 0])) == average_precision([True, True, False], [0.9, 0.9, 0.8])


def test_the_same_seed_gives_the_same_interval_and_the_signature_says_it() -> None:
    table = np.array([[[1.0, 1, 1, 1]], [[0, 1, 0, 1]], [[1, 2, 1, 1]]] * 4)
    one, other = (scored(table, "exact_f1", micro, {"layer": "x"}, BOOT) for _ in range(2))
    assert one == other
    assert one.low is not None
    assert one.value is not None
    assert one.high is not None
    assert one.low <= one.value <= one.high
    assert one.signature.startswith("layer:x|docs:12|boot:200|seed:1|level:0.95|redline:")


def test_a_bootstrap_of_equal_documents_has_no_width() -> None:
    table = np.repeat(np.array([[[1.0, 2, 1, 2]]]), 5, axis=0)
    assert set(resampled(table, micro, BOOT)) == {0.5}


def test_an_undefined_score_is_none_and_never_a_silent_zero() -> None:
    assert interval("f1", float("nan"), np.array([0.5]), 1, {}, BOOT).value is None
    with pytest.raises(ValueError, match="no documents"):
        scored(np.zeros((0, 1, 4)), "f1", micro, {}, BOOT)


def test_class_counts_leave_the_none_class_out() -> None:
    table = class_table([[("A", "A"), ("A", "NONE"), ("NONE", "B"), ("NONE", "NONE")]], ["A", "B"])
    assert table.tolist() == [[[1, 1, 1, 2], [0, 1, 0, 0]]]


def act(text: str, quote: str, label: str, name: str = "t") -> Span:
    return span("threat", label, text, quote, name)


def test_a_sentence_has_the_first_class_that_stands_in_it(taxonomy: Taxonomy) -> None:
    held = record(TEXT, (act(TEXT, "asked", "DEMAND", "a"), act(TEXT, "Orla", "THREAT", "b"), act(TEXT, "refused", "NONTHREAT", "c")))
    assert sentence_classes(held, taxonomy.task("act_type"), taxonomy.layers["threat"]) == ["THREAT", "NONE"]
    assert sentence_classes(held, taxonomy.task("threat_sentence"), taxonomy.layers["threat"]) == ["THREAT", "NONE"]


def test_pairs_are_ordered_and_take_their_class_from_the_relations(taxonomy: Taxonomy) -> None:
    text = "Orla backed Belmora."
    spans = (
        span("entities", "GPE", text, "Orla", "a"),
        span("entities", "GPE", text, "Belmora", "b"),
        span("stance", "FAVOR", text, "backed", "s"),
    )
    held = record(text, spans, (Relation("s", "a", "HOLDER"), Relation("s", "b", "TARGET")))
    found = {(u.pair[0].text, u.pair[1].text): u.gold for u in examples(held, taxonomy.task("stance_pair"), taxonomy) if u.pair}
    assert found == {("Orla", "Belmora"): "FAVOR", ("Belmora", "Orla"): "NONE"}


def test_stance_mean_is_the_mean_of_two_f1s(taxonomy: Taxonomy) -> None:
    text = "Orla backed Belmora."
    spans = (
        span("entities", "GPE", text, "Orla", "a"),
        span("entities", "GPE", text, "Belmora", "b"),
        span("stance", "FAVOR", text, "backed", "s"),
    )
    held = [record(text, spans, (Relation("s", "a", "HOLDER"), Relation("s", "b", "TARGET")))]
    task = taxonomy.task("stance_pair")
    labelled = [with_classes(held[0], task, examples(held[0], task, taxonomy), [Guess("FAVOR", {}), Guess("AGAINST", {})])]
    # FAVOR 1.0; AGAINST guessed once and never gold: 0.
    assert evaluate.task_rows(task, [evaluate.beside(held, labelled)], taxonomy, BOOT)[0].score.value == pytest.approx(0.5)


def test_alpha_of_krippendorffs_worked_example() -> None:
    # Krippendorff 2011, section C (nominal data, four observers, missing values): alpha = 0.743.
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units_ = list(zip(*rows, strict=True))
    assert alpha_of_sums(alpha_sums(units_, [1, 2, 3, 4, 5])) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_two_observers_and_binary_data() -> None:
    # Krippendorff 2011, section A: ten articles, two observers, alpha = 0.095.
    one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha_of_sums(alpha_sums(list(zip(one, other, strict=True)), [0, 1])) == pytest.approx(0.095, abs=0.0005)


def test_alpha_without_variation_is_undefined() -> None:
    assert np.isnan(alpha_of_sums(alpha_sums([(1, 1), (1, 1)], [1, 2])))


def raters(*documents: Record) -> dict[str, dict[str, Document]]:
    return {f"r{index}": {"d": Document("d", (held,))} for index, held in enumerate(documents)}


def test_raters_who_say_the_same_agree_wholly(taxonomy: Taxonomy) -> None:
    held = record(TEXT, (act(TEXT, "Orla", "THREAT"),))
    both = raters(held, held)
    values = {(f.layer, f.label, f.score.metric): f.score.value for f in span_agreement(both, taxonomy, BOOT)}
    assert values["threat", None, "exact_f1"] == 1
    assert values["threat", "THREAT", "overlap_f1"] == 1
    assert values["stance", None, "exact_f1"] is None
    assert [f.score.value for f in sentence_agreement(both, taxonomy.task("act_type"), taxonomy, BOOT)] == [1]


def test_pairwise_f1_of_one_shared_span_in_three(taxonomy: Taxonomy) -> None:
    one = record(TEXT, (at(0, 4), at(11, 18)))
    other = record(TEXT, (at(0, 4),))
    values = {(f.layer, f.label, f.score.metric): f.score.value for f in span_agreement(raters(one, other), taxonomy, BOOT)}
    assert values["entities", "GPE", "exact_f1"] == pytest.approx(2 / 3)


def test_a_split_keeps_events_together_and_never_moves_what_stands() -> None:
    texts = {f"d{index}": " ".join(f"{word}{index}" for word in TEXT.split() * 2) for index in range(20)}
    documents = {
        doc: Document(doc, (record(text, (Span("a", "entities", "GPE", 0, 4, text[:4]),), doc=doc),)) for doc, text in texts.items()
    }
    events = {doc: f"e{int(doc[1:]) // 2}" for doc in documents}
    first = assign({doc: documents[doc] for doc in list(documents)[:10]}, events, {})
    later = assign(documents, events, first)
    assert {doc: later[doc] for doc in first} == first
    assert all(len({later[doc] for doc in documents if events[doc] == event}) == 1 for event in events.values())
    assert later == assign(documents, events, first)
    sizes = {split: sum(value == split for value in later.values()) for split in ("train", "validation", "test")}
    assert sizes == {"train": 12, "validation": 4, "test": 4}


def test_dev_is_read_as_validation_and_written_by_that_name(project: Project) -> None:
    path = project.corpus / "splits.json"
    before = projects.splits(path)
    path.write_bytes(path.read_bytes().replace(b'"validation"', b'"dev"'))
    assert projects.splits(path) == before
    assert set(before.values()) == {"train", "validation", "test"}
    assert main(["split"]) == 0
    assert b'"dev"' not in path.read_bytes()
    assert projects.splits(path) == before


@pytest.mark.parametrize(
    ("gold", "guess", "credit"),
    [
        # Equal bounds 1, an overlap a half, nothing for the rest.
        ([at(0, 4), at(5, 9), at(20, 24)], [at(0, 4), at(6, 12), at(30, 34)], 1.5),
        # One guess over two gold spans pays once.
        ([at(0, 4), at(5, 9)], [at(0, 9)], 0.5),
        # The first overlap at hand would leave the second guess alone; the best pairing gives both a half.
        ([at(0, 10), at(11, 20)], [at(8, 13), at(0, 3)], 1.0),
        ([at(0, 10), at(11, 20)], [at(0, 3), at(8, 13)], 1.0),
        ([], [at(0, 3)], 0.0),
    ],
)
def test_partial_credit_is_the_best_pairing(gold: list[Span], guess: list[Span], credit: float) -> None:
    assert partial(gold, guess) == (credit, credit)
    assert partial(guess, gold) == (credit, credit)


@given(st.lists(st.lists(st.integers(0, 7), unique=True, max_size=6), max_size=8))
def test_the_matching_is_that_of_the_recursive_search(edges: list[list[int]]) -> None:
    owner: dict[int, int] = {}

    def augment(one: int, seen: set[int]) -> bool:
        for other in edges[one]:
            if other not in seen:
                seen.add(other)
                if other not in owner or augment(owner[other], seen):
                    owner[other] = one
                    return True
        return False

    for one in range(len(edges)):
        augment(one, set())
    assert matching._matching(edges) == sorted((one, other) for other, one in owner.items())


def test_a_thousand_spans_that_overlap_in_a_row_are_matched() -> None:
    # Each guess overlaps two gold spans, except the last one.
    gold, guess = ([at(10 * n + shift, 10 * n + shift + 10) for n in range(1200)] for shift in (0, 5))
    assert partial(gold, guess) == (600, 600)


def test_untyped_looks_at_bounds_alone() -> None:
    gold, guess = record(TEXT, (at(0, 4), at(11, 18))), record(TEXT, (at(0, 4, "ORG"), at(11, 17)))
    assert span_table([[(gold, guess)]], "entities", ["GPE", "ORG"], "untyped").tolist() == [[[1, 2, 1, 2]]]
    assert span_table([[(gold, guess)]], "entities", ["GPE", "ORG"], "exact").tolist() == [[[0, 1, 0, 2], [0, 1, 0, 0]]]


bounds = st.tuples(st.integers(0, 30), st.integers(1, 6)).map(lambda pair: at(pair[0], pair[0] + pair[1]))


@given(st.lists(bounds, max_size=6), st.lists(bounds, max_size=6), st.randoms())
def test_every_way_of_matching_is_free_of_order_and_bounded(gold: list[Span], guess: list[Span], rng: random.Random) -> None:
    for match in MATCHES.values():
        credit = match(gold, guess)
        other, same = list(guess), list(gold)
        rng.shuffle(other)
        rng.shuffle(same)
        assert match(same, other) == pytest.approx(credit)
        assert credit[0] <= len(guess) + 1e-9
        assert credit[1] <= len(gold) + 1e-9
        assert match(gold, gold) == pytest.approx((len(gold), len(gold)))


def test_overlap_equals_counting_characters() -> None:
    gold, guess = [at(0, 8), at(4, 12)], [at(2, 6), at(3, 20)]
    covered = {n for s in gold for n in range(s.start, s.end)}
    counted = sum(sum(n in covered for n in range(s.start, s.end)) / (s.end - s.start) for s in guess)
    assert overlap(gold, guess)[0] == pytest.approx(counted)


def test_a_system_against_itself_differs_by_nothing() -> None:
    table = np.array([[[1.0, 2, 1, 2]], [[0, 1, 0, 1]], [[2, 2, 2, 3]]] * 4)
    found = compared(table, table, "exact_f1", micro, {}, BOOT)
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_system_that_is_better_in_each_of_many_documents_is_so_by_no_chance() -> None:
    right, wrong = np.tile([[[1.0, 1, 1, 1]]], (12, 1, 1)), np.tile([[[0.0, 1, 0, 1]]], (12, 1, 1))
    found = compared(right, wrong, "exact_f1", micro, {}, Bootstrap(999, 1))
    # Of 4096 exchanges only the two extreme ones differ as much; 999 draws meet few of them.
    assert (found.value, found.low, found.high) == (1, 1, 1)
    assert found.p is not None
    assert 0.001 <= found.p <= 0.005


def test_tables_of_different_documents_are_not_compared() -> None:
    with pytest.raises(ValueError, match="needed: the same documents"):
        compared(np.zeros((2, 1, 4)), np.zeros((3, 1, 4)), "f1", micro, {}, BOOT)


@pytest.fixture(scope="module")
def pipeline() -> Any:
    """Making an English pipeline takes as long as scoring a hundred texts with it."""
    return spacy.blank("en")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_exact_scores_equal_spacys_scorer(pipeline: Any, data: st.DataObject) -> None:
    tokens = st.tuples(st.integers(0, 9), st.integers(1, 3), st.sampled_from(["GPE", "ORG", "PERSON"]))
    examples, table = [], []
    for _ in range(data.draw(st.integers(1, 4))):
        sides = []
        for _ in range(2):
            drawn = data.draw(st.lists(tokens, max_size=5, unique=True))
            doc = Doc(pipeline.vocab, words=list("abcdefghijkl"), spaces=[False] * 12)
            doc.spans["sc"] = [TokenSpan(doc, start, start + size, label=label) for start, size, label in drawn]
            spans = tuple(Span(str(n), "entities", label, start, start + size, "") for n, (start, size, label) in enumerate(drawn))
            sides.append((doc, record("abcdefghijkl", spans)))
        examples.append(Example(sides[1][0], sides[0][0]))
        table.append([(sides[0][1], sides[1][1])])
    labels = ["GPE", "ORG", "PERSON"]
    sums = span_table(table, "entities", labels, "exact").sum(axis=0)
    theirs = Scorer.score_spans(examples, attr="sc", getter=lambda doc, key: doc.spans[key], allow_overlap=True)
    if any(doc.spans["sc"] for example in examples for doc in (example.reference, example.predicted)):
        assert float(np.nan_to_num(micro(sums))) == pytest.approx(theirs["sc_f"] or 0.0)
        for label, scores in theirs["sc_per_type"].items():
            assert float(np.nan_to_num(f1(sums[labels.index(label)]))) == pytest.approx(scores["f"])


def test_cohens_kappa_of_a_two_by_two_table() -> None:
    # 35 of 50 alike: 0.7 observed, 0.5 by chance.
    assert cohen(np.array([[20.0, 5], [10, 15]])) == pytest.approx(0.4)
    assert np.isnan(cohen(np.array([[7.0, 0], [0, 0]])))


def test_fleiss_kappa_of_the_usual_worked_example() -> None:
    # Ten subjects, fourteen raters, five categories: observed 0.378, by chance 0.213, kappa 0.210.
    rows = "0 0 0 0 14, 0 2 6 4 2, 0 0 3 5 6, 0 3 9 2 0, 2 2 8 1 1, 7 7 0 0 0, 3 2 6 3 0, 2 5 3 2 2, 6 5 2 1 0, 0 2 2 3 7"
    counts = np.array([[float(n) for n in row.split()] for row in rows.split(", ")])
    assert fleiss_of_sums(fleiss_sums(counts)) == pytest.approx(0.210, abs=0.0005)


def test_confusion_counts_stretches_and_documents_are_ranked(taxonomy: Taxonomy) -> None:
    one = record(TEXT, (at(0, 4), at(11, 18), at(20, 27)))
    other = record(TEXT, (at(0, 4), at(11, 18, "ORG")))
    held = raters(one, other)
    found = confusion(held, "r0", "r1", "entities")
    assert found == {("GPE", "GPE"): 1, ("GPE", "ORG"): 1, ("GPE", "nothing"): 1}
    assert confusion(held, "r1", "r0", "entities")["ORG", "GPE"] == 1
    held["r0"]["e"] = held["r1"]["e"] = Document("e", (one,))
    held["r0"]["f"] = held["r1"]["f"] = Document("f", (record(TEXT),))
    ranked = [(one.document, one.exact_f1) for one in by_document(held, taxonomy)]
    assert ranked == [("d", pytest.approx(2 / 5)), ("e", 1.0), ("f", None)]


def test_confusion_counts_each_label_of_spans_at_one_place(taxonomy: Taxonomy) -> None:
    one, other = (
        record(TEXT, (at(0, 4), at(0, 4, "ORG"), at(11, 18))),
        record(TEXT, (at(0, 4, "PERSON"), at(0, 4), at(11, 18), at(11, 18, "ORG"))),
    )
    found = confusion(raters(one, other), "r0", "r1", "entities")
    assert found == {("GPE", "GPE"): 2, ("ORG", "PERSON"): 1, ("nothing", "ORG"): 1}


def test_three_raters_get_three_pairs_and_one_fleiss(taxonomy: Taxonomy) -> None:
    threat, calm = record(TEXT, (act(TEXT, "Orla", "THREAT"),)), record(TEXT)
    figures = kappas(raters(threat, threat, calm), taxonomy.task("threat_sentence"), taxonomy, BOOT)
    found = {figure.label: figure.score for figure in figures}
    assert set(found) == {"r0, r1", "r0, r2", "r1, r2", "all"}
    assert found["r0, r1"].value == 1
    # One of two sentences alike, as chance would have it.
    assert found["r0, r2"].value == pytest.approx(0.0)
    # Sentences (2 THREAT, 1 NONE) and (0, 3): observed 2/3, by chance 1/9 + 4/9.
    assert found["all"].value == pytest.approx((2 / 3 - (4 + 16) / 36) / (1 - (4 + 16) / 36))


def test_near_duplicates_go_to_one_split_whatever_their_events_are_called() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    texts = {f"d{n}": " ".join(f"other{n}x{m}" for m in range(40)) for n in range(8)} | {"a": f"{words} one.", "b": f"{words} two."}
    documents = {doc: Document(doc, (record(text, doc=doc),)) for doc, text in texts.items()}
    assigned = assign(documents, {doc: f"event-{doc}" for doc in documents}, {})
    assert assigned["a"] == assigned["b"]
    assert closest(documents, assigned) == []
    torn = {**assigned, "a": "train", "b": "test"}
    # 41 words make 37 runs on each side, of which 36 are shared.
    assert closest(documents, torn) == [("a", "b", pytest.approx(36 / 37))]


def test_a_guess_that_is_given_twice_hits_once() -> None:
    gold, guess = record(TEXT, (at(0, 4),)), record(TEXT, (at(0, 4), at(0, 4)))
    assert span_table([[(gold, guess)]], "entities", ["GPE"], "exact").tolist() == [[[1, 2, 1, 1]]]


def test_an_interval_leaves_half_of_the_rest_on_each_side() -> None:
    found = interval("f1", 0.5, np.arange(101) / 100, FEWEST, {}, Bootstrap(101, 1, level=0.9))
    assert (found.low, found.high) == (pytest.approx(0.05), pytest.approx(0.95))


def test_genres_are_spread_over_splits_like_labels() -> None:
    documents = {f"d{n:02}": Document(f"d{n:02}", (record(" ".join(f"w{n}x{m}" for m in range(12)), doc=f"d{n:02}"),)) for n in range(20)}
    genres = {doc: "radio" if int(doc[1:]) % 4 == 0 else "wire" for doc in documents}
    assigned = assign(documents, {doc: doc for doc in documents}, {}, genres)
    spread = {
        split: sum(genres[doc] == "radio" for doc, held in assigned.items() if held == split) for split in ("train", "validation", "test")
    }
    # Five of the genre: three fifths, one fifth, one fifth.
    assert spread == {"train": 3, "validation": 1, "test": 1}


def test_an_assignment_that_tears_an_event_stands_too() -> None:
    documents = {name: Document(name, (record(f"{name} said so on day {name}.", doc=name),)) for name in ("one", "two", "new")}
    assigned = assign(documents, dict.fromkeys(documents, "event"), {"one": "train", "two": "test"})
    assert (assigned["one"], assigned["two"]) == ("train", "test")
