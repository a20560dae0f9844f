"""The official scorer: intervals and p against full enumeration, counts beside every value, tasks that are checked."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from conftest import ROOT, record, span
from redline.core import taxonomy as taxonomies
from redline.core.document import Relation, Span
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.metric import CLASSES, METRICS, ONE_CLASS, PRECISION, RELATIONS, SPANS, TRIPLES, TWO_OF_PAIRS
from redline.core.taxonomy import Taxonomy
from redline.measure import classes, evaluate
from redline.measure.classes import class_rows
from redline.measure.errors import BOUNDS, RIGHT, SPURIOUS, outcomes
from redline.measure.matching import partial
from redline.measure.rows import Row
from redline.measure.score import FEWEST, TOTALS, Bootstrap, compared, exchanged, f1, micro, resampled, scored

BOOT = Bootstrap(200, 1)
TEXT = "Orla asked Belmora. Belmora refused."


def at(start: int, end: int, label: str = "GPE") -> Span:
    return Span(f"{label}{start}", "entities", label, start, end, TEXT[start:end])


def act(text: str, quote: str, label: str, name: str = "t") -> Span:
    return span("threat", label, text, quote, name, form="reported")


bounds = st.builds(
    lambda start, size, label: at(start, start + size, label), st.integers(0, 30), st.integers(1, 6), st.sampled_from(("GPE", "ORG"))
)


EXACT = Bootstrap(40_000, 1)
UNEQUAL = np.array([[[1.0, 1, 1, 4]], [[0, 2, 0, 1]], [[3, 3, 3, 3]]])
"""Three documents: F1 of any draw of three depends on which were drawn."""


def test_the_bootstrap_has_the_quantiles_of_all_27_draws_of_three_documents() -> None:
    draws = [f1(UNEQUAL[list(drawn), 0].sum(axis=0)) for drawn in product(range(3), repeat=3)]
    replicates = resampled(UNEQUAL, micro, EXACT)
    for value in set(np.round(draws, 12)):
        share = np.isclose(draws, value).mean()
        assert np.isclose(replicates, value).mean() == pytest.approx(share, abs=0.01)
    for level in (0.05, 0.3, 0.5, 0.7, 0.95):
        assert np.quantile(replicates, level) == pytest.approx(np.quantile(draws, level, method="inverted_cdf"), abs=1e-9)


def test_p_is_the_share_of_all_sixteen_exchanges_of_four_documents() -> None:
    one = np.array([[[2.0, 2, 2, 2]], [[1, 1, 1, 2]], [[0, 1, 0, 1]], [[1, 1, 1, 1]]])
    other = np.array([[[1.0, 3, 1, 2]], [[0, 1, 0, 2]], [[1, 1, 1, 1]], [[1, 2, 1, 1]]])

    def difference(swapped: tuple[int, ...]) -> float:
        sides = [np.where(np.array(swapped)[:, None, None], second, first).sum(axis=0) for first, second in ((one, other), (other, one))]
        return float(micro(sides[0]) - micro(sides[1]))

    differences = np.array([difference(swapped) for swapped in product((0, 1), repeat=4)])
    due = (np.abs(differences) >= abs(differences[0]) - 1e-12).mean()
    assert 0.1 < due < 0.9
    assert exchanged(one, other, micro, EXACT) == pytest.approx(due, abs=0.01)


def test_exchanges_without_a_value_count_on_neither_side() -> None:
    one, other = np.array([[[1.0, 1, 1, 1]], [[0, 0, 0, 1]]]), np.array([[[0.0, 0, 0, 1]], [[0, 1, 0, 1]]])
    # The four exchanges of precision give 1, undefined, undefined, -1: both defined ones are as large as the observed one.
    assert exchanged(one, other, TOTALS[PRECISION], EXACT) == 1.0


def test_p_of_a_ranking_is_the_share_of_all_eight_exchanges_of_three_documents() -> None:
    one = [(0.1, 0.7), (0.25, 0.35), (0.8, 0.3)]
    other = [(0.6, 0.2), (0.9, 0.5), (0.4, 0.15)]

    def ranked(scores: Sequence[tuple[float, float]]) -> classes.System:
        """The first sentence of each document is a threat."""
        return [[(gold, Guess(gold, {"THREAT": score})) for gold, score in zip(("THREAT", "NONE"), pair, strict=True)] for pair in scores]

    def precision(scores: Sequence[tuple[float, float]]) -> float:
        return float(average_precision_score([1, 0] * 3, [score for pair in scores for score in pair]))

    differences = []
    for swapped in product((0, 1), repeat=3):
        sides = [[pairs[(index + side) % 2] for index, pairs in zip(swapped, zip(one, other, strict=True), strict=True)] for side in (0, 1)]
        differences.append(precision(sides[0]) - precision(sides[1]))
    due = (np.abs(differences) >= abs(differences[0]) - 1e-12).mean()
    # The differences are 0.28, 0.50, 0.08 and 0.20, each twice.
    assert due == 0.5
    assert classes._exchanged([ranked(one), ranked(other)], "THREAT", differences[0], Bootstrap(4000, 1)) == pytest.approx(due, abs=0.03)


@pytest.mark.parametrize(("documents", "has"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_score_of_few_documents_has_counts_and_no_interval(documents: int, has: bool) -> None:
    empty = np.zeros((30, 1, 4))
    table = np.concatenate([np.tile([[[1.0, 2, 1, 3]]], (documents, 1, 1)), empty])
    score = scored(table, "exact_f1", micro, {}, BOOT)
    assert (score.gold, score.guessed, score.documents) == (3 * documents, 2 * documents, documents)
    assert (score.low is not None) is has
    between = compared(table, table * [0, 1, 0, 1], "exact_f1", micro, {}, BOOT)
    assert (between.p is not None) is (between.low is not None) is has


def test_every_row_has_the_counts_that_it_is_made_of(taxonomy: Taxonomy) -> None:
    gold = [record(TEXT, (at(0, 4), at(11, 18)), doc="a"), record(TEXT, (at(0, 4, "ORG"),), doc="b"), record(TEXT, doc="c")]
    guess = [record(TEXT, (at(0, 4),), doc="a"), record(TEXT, (at(11, 18),), doc="b"), record(TEXT, doc="c")]
    rows = evaluate.task_rows(taxonomy.task("ner"), [evaluate.beside(gold, guess)], taxonomy, BOOT)
    counts = {row.label: (row.score.gold, row.score.guessed, row.score.documents) for row in rows if row.score.metric == "exact_f1"}
    assert (counts[None], counts["GPE"], counts["ORG"], counts["PERSON"]) == ((3, 2, 2), (2, 2, 2), (1, 0, 1), (0, 0, 0))
    assert {"gold", "guessed", "documents"} <= set(rows[0].plain())
    assert Row.from_plain(rows[0].plain()) == rows[0]


@pytest.mark.parametrize("metric", [name for name, metric in METRICS.items() if metric.headline and metric.shape != TRIPLES])
def test_the_headline_is_the_value_that_the_row_prints(metric: str, taxonomy: Taxonomy) -> None:
    shape = METRICS[metric].shape
    tasks = {SPANS: "ner", ONE_CLASS: "threat_sentence", CLASSES: "act_type", TWO_OF_PAIRS: "stance_pair", RELATIONS: "threat_roles"}
    name = tasks[shape]
    task = msgspec.structs.replace(taxonomy.task(name), metric=metric)
    text = "Go or we strike. We will strike. Withdraw. It rained."
    acts = (
        act(text, "Go or we strike", "ULTIMATUM", "a"),
        act(text, "We will strike", "THREAT", "b"),
        act(text, "Withdraw", "DEMAND", "c"),
    )
    wrong = (
        act(text, "Go or we strike", "ULTIMATUM", "a"),
        act(text, "We will strike", "WARNING", "b"),
        act(text, "It rained", "DEMAND", "c"),
    )
    places = tuple(msgspec.structs.replace(one, id=f"p{n}") for n, one in enumerate((at(0, 2), at(20, 24, "ORG"), at(33, 37))))
    arrows = (Relation("a", "p0", "SPEAKER"), Relation("b", "p1", "TARGET"))
    pairs = [[(record(text, (*acts, *places), arrows), record(text, (*wrong, *places[:2]), arrows))]]
    (row,) = (row for row in evaluate.task_rows(task, [pairs], taxonomy, BOOT) if (row.score.metric, row.label) == (metric, None))
    assert evaluate.headline(task, pairs, taxonomy) == pytest.approx(row.score.value or 0.0)


def test_micro_f1_of_classes_is_over_all_of_them(taxonomy: Taxonomy) -> None:
    task = msgspec.structs.replace(taxonomy.task("act_type"), metric="micro_f1")
    system = [[("THREAT", Guess("THREAT", {}))] * 4 + [("DEMAND", Guess("NONE", {}))]]
    values = {row.score.metric: row.score.value for row in class_rows(task, [system], BOOT) if row.label is None}
    # Four of five are found and nothing else is guessed: P 1, R 0.8. By class: 1 and 0.
    assert values == {"micro_f1": pytest.approx(8 / 9), "macro_f1": pytest.approx(0.5)}


def test_a_pair_with_two_classes_has_the_first_of_the_task(taxonomy: Taxonomy) -> None:
    text = "Orla backed and damned Belmora."
    spans = [span("entities", "GPE", text, "Orla", "a"), span("entities", "GPE", text, "Belmora", "b")]
    stances = [span("stance", "FAVOR", text, "backed", "s"), span("stance", "AGAINST", text, "damned", "t")]
    relations = tuple(Relation(head, child, name) for head in "st" for child, name in (("a", "HOLDER"), ("b", "TARGET")))
    for order in (stances, stances[::-1]):
        units = examples(record(text, (*spans, *order), relations), taxonomy.task("stance_pair"), taxonomy)
        assert [unit.gold for unit in units] == ["FAVOR", "NONE"]


BROKEN: list[tuple[dict[str, object], str]] = [
    ({"metric": "accuracy"}, "unknown metric `accuracy`; there are exact_f1,"),
    ({"metric": "macro_f1"}, "metric `macro_f1` does not fit it; needed: one of exact_f1,"),
    ({"metric": "exact_precision"}, "metric `exact_precision` does not fit it"),
    ({"layer": "mood"}, "unknown layer `mood`; there are arguments, entities, stance, threat"),
    ({"shape": "tree"}, "unknown shape `tree`; there are spans, classify"),
    ({"unit": "sentence"}, "unknown unit of shape `spans` `sentence`; there are span"),
    ({"classes": {"A": ["GPE"]}}, "has classes, `none`, `pair` or `actors`; needed: shape `classify` or `triples` for these"),
]
BROKEN_CLASSES: list[tuple[dict[str, object], str]] = [
    ({"metric": "positive_f1"}, "metric `positive_f1` does not fit it; needed: one of macro_f1, micro_f1, stance_mean_f1"),
    ({"metric": "brier"}, "metric `brier` does not fit it"),
    ({"classes": {"A": ["LIKE"]}}, "unknown label of layer stance `LIKE`; there are"),
    ({"pair": ["HOLDER", "OWNER"]}, "unknown relation of layer stance `OWNER`; there are"),
    ({"pair": None}, "needed: `pair` with two relations, for unit `pair` and only there"),
    ({"none": "FAVOR"}, "`none` is `FAVOR`, which is a class too"),
    ({"none": ""}, "has no classes or no `none`"),
    ({"among": "words"}, "unknown value of `among` `words`; there are cues"),
]


@pytest.mark.parametrize(
    ("task", "change", "says"), [*(("ner", *case) for case in BROKEN), *(("stance_pair", *case) for case in BROKEN_CLASSES)]
)
def test_a_task_that_does_not_fit_is_one_line(task: str, change: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(RedlineError) as error:
        with_tasks(tmp_path, {task: change})
    assert str(error.value).startswith(f"{tmp_path / 'schemas' / 'tasks.json'}: task `{task}`: {says}")
    assert "\n" not in str(error.value)


def test_a_misspelt_key_of_a_task_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="tasks.json: is not a usable schema .*unknown field `metrics`"):
        with_tasks(tmp_path, {"ner": {"metrics": "exact_f1"}})


def with_tasks(folder: Path, changes: dict[str, dict[str, object]]) -> Taxonomy:
    """The repository's schemas with some tasks changed."""
    schemas = Path(shutil.copytree(ROOT / "schemas", folder / "schemas"))
    tasks = json.loads((schemas / "tasks.json").read_bytes())
    (schemas / "tasks.json").write_text(json.dumps([task | changes.get(task["name"], {}) for task in tasks]))
    return taxonomies.load(schemas)


@settings(max_examples=100, deadline=None)
@given(st.lists(bounds, max_size=6), st.lists(bounds, max_size=6), st.randoms())
def test_the_error_gallery_joins_as_the_scores_do(gold: list[Span], guess: list[Span], rng: random.Random) -> None:
    kinds = Counter(outcome.kind for outcome in outcomes(gold, guess))
    labels = {span.label for span in gold}
    credit = sum(partial([s for s in gold if s.label == label], [s for s in guess if s.label == label])[0] for label in labels)
    assert kinds[RIGHT] + 0.5 * kinds[BOUNDS] == credit
    rng.shuffle(guess)
    assert Counter(outcome.kind for outcome in outcomes(gold, guess)) == kinds


def test_a_span_is_joined_to_the_one_that_shares_more() -> None:
    text = "x" * 20
    first, second, third = (
        Span(name, "entities", "GPE", *place, text[slice(*place)]) for name, place in (("g", (5, 15)), ("a", (0, 6)), ("b", (6, 15)))
    )
    assert [(o.kind, o.guess.id if o.guess else "") for o in outcomes([first], [second, third])] == [(SPURIOUS, "a"), (BOUNDS, "b")]
