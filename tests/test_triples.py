"""Triples of a sentence: who is for or against whom by the keys of actors, scored and agreed upon."""

import msgspec
import pytest

from conftest import record, span
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.measure import evaluate
from redline.measure.figures import figures
from redline.measure.score import Bootstrap
from redline.measure.triples import states, triple_table, triples

TEXT = "Cordane condemned and rejected it. Arvenia backed Cordane."


def stance(label: str, quote: str, name: str, holder: str | None, *targets: str):
    return span("stance", label, TEXT, quote, name, holder="entity", explicit=True, holder_actor=holder, target_actor=targets)


GOLD = record(TEXT, (stance("AGAINST", "condemned", "s1", "cordane", "belmora"), stance("FAVOR", "backed", "s2", "arvenia", "cordane")))


def test_a_triple_is_sentence_class_and_keys_whatever_the_words(taxonomy: Taxonomy):
    task = taxonomy.task("stance_triples")
    other = record(TEXT, (stance("AGAINST", "rejected", "x", "cordane", "belmora"), stance("FAVOR", "backed", "s2", "arvenia", "cordane")))
    assert triples(GOLD, task) == triples(other, task) == {(0, "AGAINST", "cordane", "belmora"), (1, "FAVOR", "arvenia", "cordane")}


def test_each_target_is_a_triple_and_one_without_a_key_is_one_too(taxonomy: Taxonomy):
    task = taxonomy.task("stance_triples")
    made = record(TEXT, (stance("AGAINST", "condemned", "s1", "cordane", "belmora", "arvenia"), stance("FAVOR", "backed", "s2", None)))
    assert triples(made, task) == {(0, "AGAINST", "cordane", "belmora"), (0, "AGAINST", "cordane", "arvenia"), (1, "FAVOR", None, None)}


@pytest.mark.parametrize(
    ("spans", "counts"),
    [
        ((), [[0, 0, 0, 1], [0, 0, 0, 1]]),
        ((stance("AGAINST", "rejected", "x", "cordane", "belmora"),), [[0, 0, 0, 1], [1, 1, 1, 1]]),
        # Another target beside the right one is a wrong triple, and the other sentence's stance is missing.
        ((stance("AGAINST", "condemned", "x", "cordane", "belmora", "arvenia"),), [[0, 0, 0, 1], [1, 2, 1, 1]]),
        # The right actors in the wrong sentence.
        ((stance("AGAINST", "backed", "x", "cordane", "belmora"),), [[0, 0, 0, 1], [0, 1, 0, 1]]),
    ],
)
def test_triples_are_counted_by_sentence(taxonomy: Taxonomy, spans, counts):
    task = taxonomy.task("stance_triples")
    assert list(task.classes) == ["FAVOR", "AGAINST"]
    assert triple_table([[(GOLD, record(TEXT, spans))]], task)[0].tolist() == counts


def test_a_record_without_keys_states_no_triple(taxonomy: Taxonomy):
    task = taxonomy.task("stance_triples")
    assert states(GOLD, task)
    bare = record(TEXT, (span("stance", "AGAINST", TEXT, "condemned", holder="entity", explicit=True),))
    assert not states(bare, task)
    assert triples(bare, task) == set()


def test_the_headline_of_triples_is_the_value_that_the_row_prints(taxonomy: Taxonomy):
    task = taxonomy.task("stance_triples")
    pairs = evaluate.beside([GOLD], [record(TEXT, (stance("AGAINST", "condemned", "x", "cordane", "belmora", "arvenia"),))])
    rows = evaluate.task_rows(task, [pairs], taxonomy, Bootstrap(replicates=10, seed=1))
    # One of two guessed triples is right, of two that gold has: precision 1/2, recall 1/2.
    assert (rows[0].score.metric, rows[0].score.value) == ("triple_f1", 0.5)
    assert evaluate.headline(task, pairs, taxonomy) == 0.5
    assert {row.label: row.score.value for row in rows if row.score.metric == "triple_recall"} == {None: 0.5, "FAVOR": 0.0, "AGAINST": 1.0}


def test_raters_who_name_no_actors_have_no_agreement_on_them(taxonomy: Taxonomy):
    bare = Document("a", (record(TEXT, (span("stance", "AGAINST", TEXT, "condemned", holder="entity", explicit=True),), doc="a"),))
    named = Document("a", (msgspec.structs.replace(GOLD, meta=msgspec.structs.replace(GOLD.meta, doc="a")),))
    boot = Bootstrap(replicates=10, seed=1)

    def of_actors(one: Document, other: Document) -> dict[str, float | None]:
        rows = (figure for figure in figures({"r1": {"a": one}, "r2": {"a": other}}, taxonomy, boot) if figure.label is None)
        return {figure.score.metric: figure.score.value for figure in rows if figure.task == "stance_triples"}

    assert of_actors(bare, bare) == {}
    assert of_actors(named, named) == {"triple_f1": 1.0}
