"""Only who did a layer in a passage counts there: in agreement, in gold, in the rules and in the release."""

from collections.abc import Iterable, Mapping

import msgspec
import pytest

from conftest import ROOT, record, span
from redline import project as projects
from redline.adjudicate.decisions import Decision, Decisions
from redline.adjudicate.differences import passages
from redline.adjudicate.merge import merge
from redline.cli import main
from redline.core import taxonomy as taxonomies
from redline.core.corpus import Corpus, Seed
from redline.core.document import Document, Record, Relation
from redline.core.errors import RedlineError
from redline.core.rated import rated
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl, quotes
from redline.measure.agreement import Figure, by_document, confusion, relation_agreement, span_agreement
from redline.measure.class_agreement import kappas
from redline.measure.figures import figures
from redline.measure.score import Bootstrap
from redline.project import Project
from redline.publish import from_rows, tables
from redline.rules.corpus import gold_without_raters, rater_text_differs

BOOT = Bootstrap(20, 1)
TAXONOMY = taxonomies.load(ROOT / "schemas")
TEXT = "The Orla council condemned Belmora. We will strike the port."
ALL = ("entities", "arguments", "stance", "threat")


def only(held: Record, *layers: str) -> Record:
    """What a rater who did these layers alone would have written."""
    spans = tuple(one for one in held.spans if one.layer in layers)
    ids = {one.id for one in spans}
    relations = tuple(one for one in held.relations if {one.head_id, one.child_id} <= ids)
    meta = msgspec.structs.replace(held.meta, layers=dict.fromkeys(layers, "done"))
    return msgspec.structs.replace(held, spans=spans, relations=relations, meta=meta)


def only_of(document: Document, *layers: str) -> Document:
    return Document(document.id, tuple(only(held, *layers) for held in document.records))


def full(*, act: bool = True, target: bool = True) -> Record:
    spans = [
        span("entities", "GPE", TEXT, "Belmora", "e1", entity="belmora"),
        span("stance", "AGAINST", TEXT, "condemned", "s1", holder="entity", explicit=True),
        span("arguments", "ACTOR", TEXT, "We", "c1", mention="PRO"),
    ]
    relations = [Relation("s1", "e1", "TARGET")] if target else []
    if act:
        spans.append(span("threat", "THREAT", TEXT, "We will strike the port", "t1", act="a1", form="direct"))
        relations.append(Relation("t1", "c1", "SPEAKER"))
    return record(TEXT, tuple(spans), tuple(relations))


def raters(**versions: Record) -> dict[str, dict[str, Document]]:
    return {rater: {"case": Document("case", (held,))} for rater, held in versions.items()}


def readings(**versions: Record) -> dict[str, Document]:
    return {rater: Document("case", (held,)) for rater, held in versions.items()}


Facts = dict[tuple[str | None, ...], tuple[object, ...]]


def facts(found: Iterable[Figure], *, without: str = "") -> Facts:
    """What figures say, without the layer named and without the raters' names."""
    return {
        (f.layer, f.task, f.label if f.task is None or "," not in (f.label or "") else "pair", f.score.metric): (
            *(None if value is None else pytest.approx(value) for value in (f.score.value, f.score.low, f.score.high)),
            f.score.signature,
            f.documents,
            sorted(f.counts.values()),
        )
        for f in found
        if f.layer != without
    }


@pytest.fixture(scope="module")
def real() -> dict[str, dict[str, Document]]:
    """What the raters of the corpus said of twelve documents."""
    files = projects.load(projects.find(ROOT)).raters
    docs = sorted(files["r1"])[:12]
    return {rater: {doc: documents[doc] for doc in docs} for rater, documents in files.items() if set(docs) <= set(documents)}


def test_a_third_rater_who_did_entities_alone_changes_no_other_figure(real: Mapping[str, dict[str, Document]]) -> None:
    third = {doc: only_of(document, "entities") for doc, document in real["r1"].items()}
    for name in ("r3", "a0"):
        three = {**real, name: third}
        assert facts(figures(three, TAXONOMY, BOOT), without="entities") == facts(figures(real, TAXONOMY, BOOT), without="entities")
        before, after = ({one.document: one.layers for one in by_document(held, TAXONOMY)} for held in (real, three))
        for doc, layers in before.items():
            assert {**after[doc], "entities": 0} == {**layers, "entities": 0}
        for task in (TAXONOMY.task("act_type"), TAXONOMY.task("hard_negatives")):
            one, other = ([(f.label, f.score) for f in kappas(held, task, TAXONOMY, BOOT)] for held in (real, three))
            assert one == other
        assert confusion(three, "r1", name, "threat") == {}


def test_renaming_raters_changes_no_figure(real: Mapping[str, dict[str, Document]]) -> None:
    # A third rater who marked fewer spans, and of half of the documents entities and arguments alone.
    third = {}
    for number, (doc, document) in enumerate(real["r2"].items()):
        fewer = Document(doc, tuple(msgspec.structs.replace(held, spans=held.spans[::2], relations=()) for held in document.records))
        third[doc] = only_of(fewer, "entities", "arguments") if number % 2 else fewer
    for doc in list(third)[:2]:
        del third[doc]
    one = {"r1": real["r1"], "r2": real["r2"], "r3": third}
    other = {"r1": third, "r2": real["r1"], "r3": real["r2"]}
    assert facts(figures(one, TAXONOMY, BOOT)) == facts(figures(other, TAXONOMY, BOOT))
    assert by_document(one, TAXONOMY) == by_document(other, TAXONOMY)


def test_a_layer_that_only_one_rater_did_is_absent() -> None:
    found = list(figures(raters(r1=full(), r2=only(full(), "entities")), TAXONOMY, BOOT))
    assert {figure.layer for figure in found} == {"entities"}
    (one,) = by_document(raters(r1=full(), r2=only(full(), "entities")), TAXONOMY)
    assert one.layers == {"entities": 1.0}
    assert list(figures(raters(r1=only(full(), "stance"), r2=only(full(), "entities")), TAXONOMY, BOOT)) == []
    assert by_document(raters(r1=only(full(), "stance"), r2=only(full(), "entities")), TAXONOMY) == []


def test_a_document_in_which_nobody_did_a_layer_counts_for_nothing(real: Mapping[str, dict[str, Document]]) -> None:
    blank = Document("zz", (only(record("A long text in which there is nothing to mark.", doc="zz"), "threat"),))
    more = {rater: {**documents, "zz": blank} for rater, documents in real.items()}
    assert facts(figures(more, TAXONOMY, BOOT), without="threat") == facts(figures(real, TAXONOMY, BOOT), without="threat")


def test_a_passage_that_one_rater_left_out_counts_for_nothing() -> None:
    second = record("Arvenia agreed.", (span("entities", "GPE", "Arvenia agreed.", "Arvenia", "e1", entity="arvenia"),), passage=1)
    both = {rater: {"case": Document("case", (full(), held))} for rater, held in (("r1", second), ("r2", only(second, "threat")))}
    total = next(figure for figure in span_agreement(both, TAXONOMY, BOOT) if figure.layer == "entities")
    assert (total.score.value, total.counts) == (1.0, {"r1": 1, "r2": 1})


def test_helper_spans_are_compared_among_those_who_marked_them_for_the_same_layers() -> None:
    # The third rater marked helper spans for stances alone, where there is none: the ACTOR of the threat is no miss.
    three = raters(r1=full(), r2=full(), r3=only(full(act=False), "stance", "arguments"))
    helper = next(figure for figure in span_agreement(three, TAXONOMY, BOOT) if figure.layer == "arguments")
    assert (helper.score.value, helper.counts) == (1.0, {"r1": 1, "r2": 1})


def test_a_relation_to_a_layer_that_one_rater_did_not_do_is_no_disagreement() -> None:
    two = raters(r1=full(), r2=only(full(), "stance", "threat", "arguments"))
    values = {(f.layer, f.label): f.score.value for f in relation_agreement(two, TAXONOMY, BOOT)}
    # TARGET may lead to an entity, and CONSEQUENCE to helper spans alone.
    assert values["stance", "TARGET"] is None
    assert values["threat", "SPEAKER"] is None
    assert values["stance", None] is None
    both = raters(r1=full(), r2=full(target=False))
    assert {(f.layer, f.label): f.score.value for f in relation_agreement(both, TAXONOMY, BOOT)}["stance", "TARGET"] == 0


def made(**decisions: Decision) -> Decisions:
    return Decisions("case", "somebody", "2026-01-01", decisions)


@pytest.mark.parametrize("names", [("r1", "r2"), ("r2", "r1")])
def test_gold_has_the_layers_that_two_raters_did_whatever_they_are_called(names: tuple[str, str]) -> None:
    both = readings(**dict(zip(names, (only(full(), "entities"), full()), strict=True)))
    both = dict(sorted(both.items()))
    assert [difference for part in passages(both, TAXONOMY) for difference in part.differences] == []
    (gold,) = merge(both, made(), TAXONOMY).records
    assert gold.meta.layers == {"entities": "done"}
    assert [one.text for one in gold.spans] == ["Belmora"]
    assert gold.relations == ()


def test_gold_has_a_layer_of_one_rater_where_the_decisions_name_it() -> None:
    both = readings(r1=full(), r2=only(full(), "entities"))
    (gold,) = merge(both, msgspec.structs.replace(made(), layers=["threat", "arguments"]), TAXONOMY).records
    assert gold.meta.layers == dict.fromkeys(("arguments", "entities", "threat"), "done")
    assert [one.text for one in gold.spans] == ["Belmora", "We will strike the port", "We"]
    assert [relation.label for relation in gold.relations] == ["SPEAKER"]


def test_a_helper_span_goes_to_gold_with_the_layer_that_it_serves() -> None:
    both = readings(r1=full(), r2=only(full(act=False), "entities", "stance", "arguments"))
    assert [difference for part in passages(both, TAXONOMY) for difference in part.differences] == []
    (gold,) = merge(both, made(), TAXONOMY).records
    assert gold.meta.layers == dict.fromkeys(("arguments", "entities", "stance"), "done")
    assert [one.text for one in gold.spans] == ["condemned", "Belmora"]


def test_who_did_a_layer_and_marked_nothing_differs_from_who_marked_something() -> None:
    both = readings(r1=full(), r2=full(act=False))
    (part,) = passages(both, TAXONOMY)
    assert [(difference.kind, difference.readings["r2"]) for difference in part.differences] == [("span", None), ("relation", False)]


def corpus(gold: Record, **versions: Record) -> Corpus:
    return Corpus({"case": Document("case", (gold,))}, {}, {}, {}, raters(**versions))


def test_gold_needs_two_raters_of_each_layer() -> None:
    halves = corpus(full(), r1=only(full(), "entities"), r2=only(full(), "threat"), r3=only(full(), "entities"))
    assert [(problem.about, problem.message) for problem in gold_without_raters(halves, TAXONOMY)] == [
        ("arguments", "layer arguments of `case` has 0 raters in 1 of 1 passages"),
        ("stance", "layer stance of `case` has 0 raters in 1 of 1 passages"),
        ("threat", "layer threat of `case` has 1 raters in 1 of 1 passages"),
    ]
    assert list(gold_without_raters(corpus(full(), r1=full(), r2=full()), TAXONOMY)) == []
    assert [problem.about for problem in gold_without_raters(corpus(full(), r1=full()), TAXONOMY)] == list(ALL)


def other_bounds(*bounds: tuple[int, int]) -> Record:
    return msgspec.structs.replace(full(), sentences=bounds)


@pytest.mark.parametrize("bounds", [((0, 60),), ((0, 30), (31, 60))])
def test_other_sentence_bounds_are_an_error_with_a_line(
    bounds: tuple[tuple[int, int], ...], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    other = other_bounds(*bounds)
    (problem,) = rater_text_differs(corpus(full(), r1=full(), r2=other), TAXONOMY)
    assert problem.message == "the sentence bounds differ from those of gold `case`"
    assert (problem.place.file, problem.place.line) == ("raters/r2/case.jsonl", 1)
    with_no_gold = msgspec.structs.replace(corpus(full(), r1=full(), r2=other), documents={})
    assert [one.message for one in rater_text_differs(with_no_gold, TAXONOMY)] == ["the sentence bounds differ from those of r1 `case`"]
    with pytest.raises(RedlineError, match="sentence bounds differ"):
        passages(readings(r1=full(), r2=other), TAXONOMY)
    for rater, held in (("r1", full()), ("r2", other)):
        jsonl.write([Document("case", (held,))], project.raters / rater / "case.jsonl")
    assert main(["agree"]) == 2
    assert "the raters of `case` have different sentence bounds" in capsys.readouterr().err


@pytest.mark.parametrize("bounds", [(5, 5), (5, 3), (50, 70)])
def test_a_span_without_words_is_an_error_with_a_line(
    bounds: tuple[int, int], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = msgspec.structs.replace(full().spans[0], start=bounds[0], end=bounds[1])
    for rater, held in (("r1", full()), ("r2", record(TEXT, (broken,)))):
        jsonl.write([Document("case", (held,))], project.raters / rater / "case.jsonl")
    assert main(["agree"]) == 2
    place = f"{bounds[0]}..{bounds[1]}"
    assert f"r2/case.jsonl:1: is not a record (span {place} is empty or not inside the text of {len(TEXT)})" in capsys.readouterr().err
    assert main(["validate", str(project.raters / "r2" / "case.jsonl")]) == 1
    assert "RL101" in capsys.readouterr().out


def test_an_import_does_the_helper_layer_only_for_the_layers_that_it_serves(taxonomy: Taxonomy) -> None:
    blank = Document("case", (record(TEXT),))
    for layers, done in ((["entities"], ["entities"]), (["stance"], ["arguments", "stance"]), (["threat"], ["arguments", "threat"])):
        placed, _ = quotes.place(quotes.Sheet("case", "r1", layers, []), blank, taxonomy)
        assert sorted(placed.records[0].meta.layers) == done


def test_a_release_restores_who_did_which_layer_even_where_nothing_was_marked() -> None:
    nothing = only(record(TEXT), "threat", "arguments")
    second = record("Arvenia agreed.", passage=1)
    versions = {
        "r1": Document("case", (full(), only(second, "entities"))),
        "r2": Document("case", (nothing, only(second, "threat"))),
    }
    seed = Seed("case", "t", "wire", "fiction", "en", "2026-01-01", "e", "open", "CC0-1.0", "a", [], "0" * 64)
    item = tables.Item(Document("case", (full(), second)), seed, TEXT + "\nArvenia agreed.", "train", versions)
    rows = list(tables.rows(item, TAXONOMY))
    document = next(row for name, row in rows if name == "documents")
    spans = [row for name, row in rows if name == "raters"]
    assert {tuple(row["layers"]) for row in spans} == {tuple(sorted(ALL))}
    layers = from_rows.layers_of_raters(document)
    for rater, version in versions.items():
        own = [row for row in spans if row["rater"] == rater]
        restored = from_rows.rated(own, item.document, layers[rater], TAXONOMY)
        assert [held.meta.layers for held in restored.records] == [held.meta.layers for held in version.records]
        assert [held.spans for held in restored.records] == [held.spans for held in version.records]


def test_who_rated_is_who_says_so() -> None:
    assert list(rated({"r1": full(), "r2": only(full(), "stance")}, "threat")) == ["r1"]


def answered(answer: str, held: Record) -> Record:
    return msgspec.structs.replace(held, answer=answer)


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_a_passage_that_a_rater_did_not_accept_is_not_rated_by_that_rater(answer: str) -> None:
    # The second passage, in which the two differ wholly, is one that r2 did not accept.
    second = record("Arvenia agreed.", (span("entities", "GPE", "Arvenia agreed.", "Arvenia", "e1", entity="arvenia"),), passage=1)
    left = answered(answer, record("Arvenia agreed.", passage=1))
    versions = {"r1": Document("case", (full(), second)), "r2": Document("case", (full(), left))}
    by_rater = {rater: {"case": document} for rater, document in versions.items()}
    entities = next(figure for figure in span_agreement(by_rater, TAXONOMY, BOOT) if figure.layer == "entities")
    assert (entities.score.value, entities.counts) == (1.0, {"r1": 1, "r2": 1})
    parts = passages(versions, TAXONOMY)
    assert [list(part.differences) for part in parts] == [[], []]
    gold = merge(versions, made(), TAXONOMY)
    assert [(one.answer, sorted(one.meta.layers), len(one.spans)) for one in gold.records] == [
        ("accept", sorted(ALL), 5 - 1),
        ("accept", [], 0),
    ]
    both = Corpus({"case": Document("case", (full(), second))}, {}, {}, {}, by_rater)
    assert {problem.message.partition(" of `")[2] for problem in gold_without_raters(both, TAXONOMY)} == {
        "case` has 1 raters in 1 of 2 passages"
    }
    seed = Seed("case", "t", "wire", "fiction", "en", "2026-01-01", "e", "open", "CC0-1.0", "a", [], "0" * 64)
    item = tables.Item(gold, seed, TEXT + "\nArvenia agreed.", "train", versions)
    document = next(row for name, row in tables.rows(item, TAXONOMY) if name == "documents")
    assert document["passages"][1]["raters"] == [{"rater": "r1", "layers": sorted(ALL)}, {"rater": "r2", "layers": []}]


@pytest.mark.parametrize("names", [("r1", "r2"), ("r2", "r1")])
def test_gold_is_accepted_though_the_first_rater_rejected_the_passage(names: tuple[str, str]) -> None:
    three = dict(zip(names, (answered("reject", full()), full()), strict=True)) | {"r3": full()}
    (gold,) = merge(readings(**dict(sorted(three.items()))), made(), TAXONOMY).records
    assert (gold.answer, len(gold.spans)) == ("accept", 4)


def test_a_layer_that_the_decisions_name_needs_a_rater_who_accepted_the_passage() -> None:
    both = readings(r1=answered("reject", full()), r2=only(full(), "entities"))
    (gold,) = merge(both, msgspec.structs.replace(made(), layers=["entities"]), TAXONOMY).records
    assert gold.meta.layers == {"entities": "done"}
