"""Gold is what raters agree on and what was decided; every difference needs a decision."""

import json
from typing import Any

import msgspec
import pytest

from conftest import ROOT, record, span
from redline.adjudicate import differences
from redline.adjudicate.decisions import Decision, Decisions, doc_of, identifier
from redline.adjudicate.differences import Difference, Passage
from redline.adjudicate.mentions import mentions
from redline.adjudicate.merge import merge as merged
from redline.cli import main
from redline.core import taxonomy as taxonomies
from redline.core.document import Document, Origin, Record, Relation, Span
from redline.core.errors import RedlineError
from redline.curate import adjudicate, decide
from redline.project import Project
from redline.project import decisions as files

TAXONOMY = taxonomies.load(ROOT / "schemas")
TEXT = "The Orla council condemned Belmora for the raid."
LAST_WEEK = identifier("chess-column", 3, "entities:Last week value")


def passages(versions: dict[str, Document]) -> list[Passage]:
    return differences.passages(versions, TAXONOMY)


def merge(versions: dict[str, Document], made: Decisions) -> Document:
    return merged(versions, made, TAXONOMY)


def rater(quote: str, label: str = "AGAINST", *, target: bool = True, **attributes: bool | str | tuple[str, ...]) -> Record:
    stance = span("stance", label, TEXT, quote, "s9", holder="entity", **attributes)
    place = span("entities", "GPE", TEXT, "Belmora", "e1", entity="belmora")
    return record(TEXT, (stance, place), (Relation("s9", "e1", "TARGET"),) if target else ())


def readings(*records: Record) -> dict[str, Document]:
    return {f"r{number}": Document("case", (held,)) for number, held in enumerate(records, 1)}


def decided(**decisions: Decision) -> Decisions:
    names = (name.replace("__", ":").replace("_", " ").partition(" ") for name in decisions)
    ids = [identifier("case", int(passage), about) for passage, _, about in names]
    return Decisions("case", "somebody", "2026-01-01", dict(zip(ids, decisions.values(), strict=True)))


def about(differences: list[Difference]) -> set[str]:
    return {f"{difference.passage} {difference.about}" for difference in differences}


def test_what_all_say_alike_is_gold_without_a_decision() -> None:
    gold = merge(readings(rater("condemned", explicit=True), rater("condemned", explicit=True)), decided()).records[0]
    assert [(s.label, s.text) for s in gold.spans] == [("AGAINST", "condemned"), ("GPE", "Belmora")]
    assert [(r.head_id, r.label, r.child_id) for r in gold.relations] == [("s1", "TARGET", "s2")]
    assert gold.meta.rater is not None


def test_overlapping_readings_are_one_mention_with_a_difference_of_place() -> None:
    (part,) = passages(readings(rater("condemned", explicit=True), rater("condemned Belmora", explicit=True)))
    assert [(d.about, d.kind) for d in part.differences] == [("stance:condemned span", "span")]


def test_a_reading_that_overlaps_two_mentions_is_of_the_one_that_shares_more() -> None:
    # `council` is shared with the first, `condemned Belmora` with the second.
    first, second = (span("stance", "AGAINST", TEXT, quote, quote) for quote in ("Orla council", "condemned Belmora for"))
    other = span("stance", "AGAINST", TEXT, "council condemned Belmora", "s1")
    joined = mentions({"r1": record(TEXT, (first, second)), "r2": record(TEXT, (other,))})
    assert [list(mention.readings) for mention in joined] == [["r1"], ["r1", "r2"]]


def test_each_kind_of_difference_is_listed() -> None:
    (part,) = passages(readings(rater("condemned", explicit=True), rater("condemned", "FAVOR", explicit=False, target=False)))
    assert [d.kind for d in part.differences] == ["span", "attribute", "relation"]


def test_lists_of_keys_in_another_order_are_no_difference() -> None:
    both = readings(rater("condemned", target_actor=("orla", "belmora")), rater("condemned", target_actor=("belmora", "orla")))
    assert merge(both, decided()).records[0].spans[0].attributes["target_actor"] == ("orla", "belmora")
    (part,) = passages(readings(rater("condemned", target_actor=("orla",)), rater("condemned", target_actor=("belmora", "orla"))))
    assert [d.about for d in part.differences] == ["stance:condemned target_actor"]


def test_a_difference_without_decision_stops_the_merge() -> None:
    with pytest.raises(RedlineError, match=r"no decision on case\.0\.[a-z2-7]{6} \(stance:condemned explicit\)"):
        merge(readings(rater("condemned", explicit=True), rater("condemned", explicit=False)), decided())


def test_a_decision_without_difference_stops_the_merge() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=True))
    with pytest.raises(RedlineError, match=r"there is no difference case\.0\.[a-z2-7]{6} \(stance:condemned span\)"):
        merge(both, decided(**{"0_stance__condemned_span": Decision("r1", "slip", about="stance:condemned span")}))


def test_a_reason_must_be_one_of_three() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    with pytest.raises(RedlineError, match="reason `whim` is unknown; needed: one of slip, guideline_gap, ambiguity"):
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
    docs = files.docs(project)
    assert docs
    assert [doc for doc in docs if not adjudicate.holds(project, doc)] == []


def test_adjudication_leaves_the_raters_files_alone(project: Project) -> None:
    before = {path: path.read_bytes() for path in project.raters.rglob("*") if path.is_file()}
    adjudicate.write(project, files.docs(project))
    assert {path: path.read_bytes() for path in project.raters.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("take", "line"),
    [
        ("r7", r"has no answer `r7`; needed: a rater \(r1, r2\), or {value}"),
        (True, "has no answer `True`"),
        ({"label": "AGAINST"}, "the chosen answer has no `value`"),
        ({"value": True, "note": "x"}, "unknown key `note`; needed: one of value"),
    ],
)
def test_a_reading_that_a_difference_cannot_take_is_one_line(take: str | bool | dict[str, str], line: str) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    made = decided(**{"0_stance__condemned_explicit": Decision(take, "slip")})
    with pytest.raises(RedlineError, match=line):
        merge(both, made)


@pytest.mark.parametrize(
    ("take", "line"),
    [
        ({"quote": "nowhere"}, "a decision is invalid"),
        ("r7", r"span case\.0\.\w{6} has no answer `r7`"),
        ({"label": "AGAINST"}, "has no `quote`"),
        ({"quote": "condemned", "label": 3}, "`label` is 3"),
        ({"quote": "condemned", "explicit": True}, "unknown key `explicit`.* attributes belong in `attributes`"),
    ],
)
def test_another_reading_of_a_span_with_a_part_that_means_nothing_is_one_line(take: str | dict[str, str], line: str) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned Belmora", explicit=True))
    with pytest.raises(RedlineError, match=line):
        merge(both, decided(**{"0_stance__condemned_span": Decision(take, "slip")}))


SPAN = {"id": "x1", "passage": 0, "layer": "entities", "label": "GPE", "quote": "Orla", "attributes": {"entity": "orla"}}
LINK = {"passage": 0, "head": "stance:condemned", "label": "TARGET", "child": "x1"}


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ({"spans": [{**SPAN, "passage": 7}]}, "case: spans: `x1`: there is no passage 7"),
        ({"spans": [{**SPAN, "label": "GPEE"}]}, "case: spans: `x1`: layer `entities` has no label `GPEE`"),
        ({"spans": [{**SPAN, "entity": "orla"}]}, "case: spans: `x1`: unknown key `entity`"),
        ({"relations": [LINK]}, "case: relations: passage 0 has no mention `x1`"),
        ({"spans": [SPAN], "relations": [{**LINK, "label": "TARGETS"}]}, "case: relations: there is no relation `TARGETS`"),
        ({"layers": ["thraet"]}, "case: layers: no rater annotated layer `thraet`"),
        ({"keys": {"nobody": "orla"}}, "case: keys: no span has the entity `nobody`"),
    ],
)
def test_an_entry_of_a_decisions_file_that_names_nothing_is_one_line(part: dict[str, object], line: str) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=True))
    made = msgspec.convert({"doc": "case", "by": "me", "date": "2026-01-01", "decisions": {}, **part}, Decisions)
    with pytest.raises(RedlineError) as raised:
        merge(both, made)
    assert str(raised.value).startswith(line)
    assert "\n" not in str(raised.value)


def test_spans_relations_and_keys_that_name_something_are_taken() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=True))
    parts = {"spans": [SPAN], "relations": [LINK], "keys": {"orla": "orla-city"}, "layers": ["stance"]}
    made = msgspec.convert({"doc": "case", "by": "me", "date": "2026-01-01", "decisions": {}, **parts}, Decisions)
    gold = merge(both, made).records[0]
    assert [(s.text, s.attributes.get("entity")) for s in gold.spans if s.layer == "entities"] == [
        ("Orla", "orla-city"),
        ("Belmora", "belmora"),
    ]
    assert len(gold.relations) == 2


@pytest.mark.parametrize(("take", "count"), [("r1", 1), ("r2", 0), (True, 1), (False, 0)])
def test_a_relation_takes_a_rater_as_well_as_yes_or_no(take: str | bool, count: int) -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=True, target=False))
    made = decided(**{"0_stance__condemned_TARGET_entities__Belmora": Decision(take, "slip")})
    assert len(merge(both, made).records[0].relations) == count


@pytest.mark.parametrize("value", ["yesterday", True])
def test_a_value_that_the_scheme_has_not_is_refused(value: object, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.corpus / "decisions" / "chess-column.json"
    before = path.read_bytes()
    arguments = ["adjudicate", "chess-column", "--decide", LAST_WEEK, "--by", "me", "--reason", "slip"]
    assert main([*arguments, "--take", msgspec.json.encode({"value": value}).decode()]) == 2
    assert "`value` of" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("take", "line"),
    [
        ({"quote": "dissented", "label": "AGAINTS"}, "unknown label `AGAINTS`"),
        ({"quote": "dissented", "attributes": {"holdr": "entity"}}, "cannot have the attribute `holdr`"),
        ({"quote": "dissented", "attributes": {"holder": "nobody"}}, "`holder` of"),
    ],
)
def test_a_label_or_attribute_that_the_scheme_has_not_is_refused(
    take: dict[str, object], line: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (name,) = (d.id for d in adjudicate.differences(project, "airspace-council") if d.about == "stance:dissented span")
    path = project.corpus / "decisions" / "airspace-council.json"
    before = path.read_bytes()
    arguments = ["adjudicate", "airspace-council", "--decide", name, "--by", "me", "--reason", "slip"]
    assert main([*arguments, "--take", msgspec.json.encode(take).decode()]) == 2
    assert line in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_rater_with_fewer_passages_is_refused() -> None:
    with pytest.raises(RedlineError, match="texts differ"):
        passages({"r1": Document("d", (record("One."),)), "r2": Document("d", (record("One."), record("Two.", passage=1)))})


def test_a_raters_relation_to_nowhere_is_passed_over() -> None:
    held = rater("condemned", explicit=True)
    broken = record(TEXT, held.spans, (*held.relations, Relation("s9", "zz", "VIA")))
    assert len(merge(readings(broken, held), decided()).records[0].relations) == 1


def origins(gold: Record) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(span.text, span.origin.how, span.origin.raters) for span in gold.spans if isinstance(span.origin, Origin)]


def test_gold_spans_know_their_origin() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned Belmora", explicit=True))
    made = decided(**{"0_stance__condemned_span": Decision("r2", "slip")})
    assert origins(merge(both, made).records[0]) == [("condemned Belmora", "decided", ("r2",)), ("Belmora", "agreed", ("r1", "r2"))]
    made = decided(**{"0_stance__condemned_span": Decision({"quote": "council condemned"}, "slip")})
    assert origins(merge(both, made).records[0])[0] == ("council condemned", "edited", ())
    made = msgspec.structs.replace(
        made, spans=[{"id": "n", "passage": 0, "layer": "entities", "label": "GPE", "quote": "Orla"}], decisions=made.decisions
    )
    assert origins(merge(both, made).records[0])[0] == ("Orla", "added", ())


def test_a_decided_attribute_makes_a_span_decided_though_all_gave_its_place() -> None:
    both = readings(rater("condemned", explicit=True), rater("condemned", explicit=False))
    gold = merge(both, decided(**{"0_stance__condemned_explicit": Decision("r1", "slip")})).records[0]
    assert origins(gold)[0] == ("condemned", "decided", ("r1", "r2"))


def test_another_rater_only_adds_differences() -> None:
    text = "Orla and Orla met Orla."

    def marks(*starts: int) -> Record:
        return record(text, tuple(Span(f"e{at}", "entities", "GPE", at, at + 4, "Orla", {"entity": f"k{at}"}) for at in starts))

    two = about([d for part in passages(readings(marks(9), marks(9, 18))) for d in part.differences])
    three = about([d for part in passages(readings(marks(9), marks(9, 18), marks(0, 9, 18))) for d in part.differences])
    assert two == {"0 entities:Orla#2 span"}
    assert three == two | {"0 entities:Orla#3 span"}


THREATS = "Go now. We will strike Orla. We will close the port."


def acts(*names: str) -> Record:
    quotes = ("Go now", "We will strike Orla", "We will close the port")
    held = zip(quotes, names, strict=True)
    return record(THREATS, tuple(span("threat", "THREAT", THREATS, quote, f"t{n}", act=act) for n, (quote, act) in enumerate(held)))


@pytest.mark.parametrize(("take", "expected"), [("r1", ["a1", "a1", "a1"]), ("r2", ["a1", "a1", "a2"])])
def test_an_act_that_one_rater_split_is_a_difference(take: str, expected: list[str]) -> None:
    both = readings(acts("a5", "a5", "a5"), acts("a1", "a1", "a7"))
    (difference,) = [d for part in passages(both) for d in part.differences]
    assert (difference.about, difference.kind) == ("threat:Go now acts", "acts")
    assert difference.readings["r2"] == [["0 threat:Go now", "0 threat:We will strike Orla"], ["0 threat:We will close the port"]]
    gold = merge(both, decided(**{"0_threat__Go_now_acts": Decision(take, "slip")})).records[0]
    assert [span.attributes["act"] for span in gold.spans] == expected


def test_acts_that_cross_are_one_torn_act() -> None:
    both = readings(acts("a1", "a1", "a2"), acts("a1", "a2", "a2"))
    assert [d.about for part in passages(both) for d in part.differences] == ["threat:Go now acts"]
    gold = merge(both, decided(**{"0_threat__Go_now_acts": Decision("r2", "slip")})).records[0]
    assert [span.attributes["act"] for span in gold.spans] == ["a1", "a2", "a2"]


def test_a_decision_is_recorded_with_who_and_when(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.corpus / "decisions" / "chess-column.json"
    name = LAST_WEEK
    before = msgspec.json.decode(path.read_bytes())
    arguments = ["adjudicate", "--decide", name, "--by", "somebody", "--note", "why not"]
    assert main([*arguments, "--take", "r1", "--reason", "ambiguity"]) == 0
    after = msgspec.json.decode(path.read_bytes())
    made = after["decisions"].pop(name)
    earlier = before["decisions"].pop(name)
    assert after == {**before, "history": [{"id": name, "decision": earlier}]}
    assert made == {
        "about": "entities:Last week value",
        "take": "r1",
        "reason": "ambiguity",
        "note": "why not",
        "by": "somebody",
        "date": made["date"],
    }
    held = path.read_bytes()
    for take, reason, complaint in (
        ("r9", "slip", "has no answer `r9`; needed: a rater (r1, r2), or {value}"),
        ("yes", "slip", "has no answer `True`"),
        ("r1", "whim", "reason `whim` is unknown; needed: one of"),
        ("{", "slip", "--take is not JSON"),
    ):
        assert main([*arguments, "--take", take, "--reason", reason]) == 2
        assert complaint in capsys.readouterr().err
    assert path.read_bytes() == held


def test_the_first_decision_on_a_document_makes_its_file(project: Project) -> None:
    path = project.corpus / "decisions" / "chess-column.json"
    held = files.read(project, "chess-column")
    path.unlink()
    for name, made in held.decisions.items():
        decide.decide(project, "chess-column", name, msgspec.structs.replace(made, by=held.by, date=held.date))
    assert files.read(project, "chess-column").decisions.keys() == held.decisions.keys()
    assert adjudicate.holds(project, "chess-column")


def test_the_work_list_shows_the_readings_in_the_text_and_the_rulings(project: Project) -> None:
    rows = adjudicate.rows(project, "airspace-council")
    lines = list(adjudicate.work_list(project, rows))
    at = next(index for index, line in enumerate(lines) if line.endswith(" stance:dissented span"))
    assert lines[at + 1].startswith("  r1 AGAINST | Costa Quebrada [dissented], holding that")
    assert lines[at + 2].startswith("  r2 nothing | Costa Quebrada dissented, holding that")
    assert lines[at + 3].startswith("  = AGAINST: ")
    assert all(decision for _, _, decision in rows)


@pytest.mark.parametrize(("take", "expected"), [("r1", ["a1", "a2", "a1"]), ("r2", ["a1", "a2", "a2"])])
def test_acts_that_a_later_mention_shows_to_be_one_are_one_torn_act(take: str, expected: list[str]) -> None:
    both = readings(acts("a1", "a2", "a1"), acts("x1", "y1", "y1"))
    assert [d.about for part in passages(both) for d in part.differences] == ["threat:Go now acts"]
    gold = merge(both, decided(**{"0_threat__Go_now_acts": Decision(take, "slip")})).records[0]
    assert [span.attributes["act"] for span in gold.spans] == expected


def test_a_document_on_which_raters_agree_becomes_gold_without_a_decisions_file(project: Project) -> None:
    path = project.gold / "chess-column.jsonl"
    agreed = (project.raters / "r1" / path.name).read_bytes()
    (project.raters / "r2" / path.name).write_bytes(agreed.replace(b'"rater":"r1"', b'"rater":"r2"'))
    (project.corpus / "decisions" / "chess-column.json").unlink()
    path.unlink()
    assert main(["adjudicate", "chess-column"]) == 0
    origins = [s.origin for line in path.read_bytes().splitlines() for s in msgspec.json.decode(line, type=Record).spans]
    assert origins == [Origin("agreed", ("r1", "r2"))] * len(origins)


def test_a_document_with_differences_and_no_decisions_file_is_not_made_gold(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.corpus / "decisions" / "chess-column.json").unlink()
    assert main(["adjudicate", "chess-column"]) == 2
    assert "(entities:Last week value)" in capsys.readouterr().err


def test_deciding_again_keeps_the_earlier_decision_and_undo_brings_it_back(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path, name = project.corpus / "decisions" / "chess-column.json", LAST_WEEK
    before = path.read_bytes()
    first = msgspec.json.decode(before)["decisions"][name]
    arguments = ["adjudicate", "chess-column", "--decide", name, "--by", "somebody", "--reason", "ambiguity"]
    assert main([*arguments, "--take", "r1", "--note", "second"]) == 0
    once = path.read_bytes()
    assert main([*arguments, "--take", "r2", "--note", "third"]) == 0
    history = msgspec.json.decode(path.read_bytes())["history"]
    assert [(earlier["id"], earlier["decision"]["note"]) for earlier in history] == [(name, first["note"]), (name, "second")]
    assert history[0]["decision"] == first
    undo = ["adjudicate", "chess-column", "--undo", name]
    assert main(undo) == 0
    assert path.read_bytes() == once
    assert main(undo) == 0
    assert path.read_bytes() == before
    assert "third" in capsys.readouterr().out


def test_undoing_the_only_decision_leaves_the_difference_open(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    name = LAST_WEEK
    assert main(["adjudicate", "chess-column", "--undo", name]) == 0
    assert capsys.readouterr().out.endswith("now: open\n")
    assert name not in files.read(project, "chess-column").decisions
    assert main(["adjudicate", "chess-column", "--undo", name]) == 2
    assert "there is no decision on" in capsys.readouterr().err


def test_gold_does_not_follow_from_the_history(project: Project) -> None:
    name = LAST_WEEK
    made = files.read(project, "chess-column").decisions[name]
    other = next(rater for rater in ("r1", "r2") if rater != made.take)
    for take in (other, made.take):
        decide.decide(project, "chess-column", name, msgspec.structs.replace(made, take=take))
    assert adjudicate.holds(project, "chess-column")


def test_an_id_is_document_passage_and_six_characters_of_a_hash() -> None:
    # The SHA-256 of the words begins with e6 09 2f 25: 11100 11000 00100 10010 11110 01001 in fives, which base 32 writes as 4yes6j.
    assert identifier("dam-wire", 3, "entities:Orla span") == "dam-wire.3.4yes6j"
    assert doc_of("dam-wire.3.4yes6j") == "dam-wire"
    assert doc_of("v1.2-draft.3.4yes6j") == "v1.2-draft"


def test_no_two_items_of_the_corpus_share_an_id(project: Project) -> None:
    for doc in files.docs(project):
        parts = passages(adjudicate.readings(project, doc))
        names = [name for part in parts for name in part.names]
        items = [(part.number, about) for part in parts for about in part.names.values()]
        assert len(set(names)) == len(names) == len(set(items))
        assert all(difference.id in part.names for part in parts for difference in part.differences)


def test_differences_are_json_with_the_words_and_counts_of_what_is_open(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    main(["adjudicate", "--undo", LAST_WEEK])
    capsys.readouterr()
    assert main(["adjudicate", "chess-column", "dam-wire", "--differences", "--open", "--json"]) == 0
    listed = msgspec.json.decode(capsys.readouterr().out)
    (one,) = listed["differences"]
    assert (one["id"], one["about"], one["kind"], one["layer"]) == (LAST_WEEK, "entities:Last week value", "attribute", "entities")
    assert (one["doc"], one["passage"], one["text"][:9], one["decision"]) == ("chess-column", 3, "Last week", None)
    assert one["readings"] == {"r1": "", "r2": "2025-09-01/2025-09-07"}
    counts = listed["counts"]
    assert counts["document"]["chess-column"]["open"] == counts["layer"]["entities"]["open"] == counts["kind"]["attribute"]["open"] == 1
    total = sum(len(adjudicate.differences(project, doc)) for doc in ("chess-column", "dam-wire"))
    assert [sum(count["differences"] for count in table.values()) for table in counts.values()] == [total] * 3
    assert [sum(count["open"] for count in table.values()) for table in counts.values()] == [1] * 3
    assert main(["adjudicate", "chess-column", "--counts"]) == 0
    assert "  attribute " in capsys.readouterr().out


def doubtful(*doubts: bool) -> dict[str, Document]:
    return readings(*(rater("condemned", explicit=True, **({"unsure": True} if doubt else {})) for doubt in doubts))


@pytest.mark.parametrize("doubts", [(True, False), (False, True), (True, True)])
def test_a_span_that_a_rater_is_unsure_of_is_a_difference_of_its_own_kind(doubts: tuple[bool, bool]) -> None:
    both = doubtful(*doubts)
    (difference,) = [d for part in passages(both) for d in part.differences]
    assert (difference.kind, difference.about) == ("doubt", "stance:condemned unsure")
    assert difference.readings == dict(zip(("r1", "r2"), doubts, strict=True))
    with pytest.raises(RedlineError, match=r"no decision on case\.0\.\w{6} \(stance:condemned unsure\)$"):
        merge(both, decided())


def test_a_span_that_one_rater_alone_marked_and_doubts_is_two_differences() -> None:
    both = readings(rater("condemned", explicit=True, unsure=True), record(TEXT, rater("condemned").spans[1:]))
    assert [d.kind for part in passages(both) for d in part.differences] == ["span", "doubt", "relation"]


@pytest.mark.parametrize(("take", "unsure"), [(True, True), (False, False), ("r1", True), ("r2", False)])
def test_the_decision_on_a_doubt_clears_it_or_leaves_it_marked(take: str | bool, unsure: bool) -> None:
    gold = merge(doubtful(True, False), decided(**{"0_stance__condemned_unsure": Decision(take, "slip")})).records[0]
    assert gold.spans[0].attributes == {"explicit": True, "holder": "entity", **({"unsure": True} if unsure else {})}
    assert origins(gold)[0] == ("condemned", "agreed", ("r1", "r2"))


def test_a_doubt_that_both_raters_have_can_be_cleared() -> None:
    gold = merge(doubtful(True, True), decided(**{"0_stance__condemned_unsure": Decision(False, "slip")})).records[0]
    assert "unsure" not in gold.spans[0].attributes


def test_a_doubt_takes_no_other_reading() -> None:
    made = decided(**{"0_stance__condemned_unsure": Decision({"value": True}, "slip")})
    with pytest.raises(
        RedlineError, match=r"doubt case\.0\.\w{6} has no answer .* needed: a rater \(r1, r2\), yes \(gold is unsure\) or no"
    ):
        merge(doubtful(True, False), made)


def test_gold_that_was_changed_by_hand_is_an_error_at_its_place(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = adjudicated.gold / "chess-column.jsonl"
    arguments = ["validate", "--select", "RL617"]
    assert main(arguments) == 0
    path.write_bytes(path.read_bytes().replace(b'"label":"EVENT"', b'"label":"LAW"', 1))
    capsys.readouterr()
    assert main(arguments) == 1
    line = capsys.readouterr().out.splitlines()[0]
    place = "corpus/gold/chess-column.jsonl:1: error RL617 gold-not-of-raters"
    assert line == f"{place}: LAW `Orlowitz Memorial` differs from the merge of raters and decisions"
    path.write_bytes(
        path.read_bytes()
        .replace(b'"label":"LAW"', b'"label":"EVENT"', 1)
        .replace(b'"edited"', b'"agreed"')
        .replace(b'"agreed"', b'"edited"', 1)
    )
    assert main(arguments) == 1


def test_gold_with_an_open_difference_is_an_error_that_names_it(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    main(["adjudicate", "--undo", LAST_WEEK])
    capsys.readouterr()
    assert main(["validate", "--select", "RL617"]) == 1
    assert (
        f"differs from the result of merging its raters: no decision on {LAST_WEEK} (entities:Last week value)" in capsys.readouterr().out
    )


def test_gold_without_its_raters_is_not_compared(adjudicated: Project) -> None:
    path = adjudicated.gold / "chess-column.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"label":"EVENT"', b'"label":"LAW"', 1))
    (adjudicated.raters / "r2" / "chess-column.jsonl").unlink()
    assert main(["validate", "--select", "RL617"]) == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("--open", "--open does nothing alone; needed: --differences"),
        ("--counts --open", "--open does nothing with --counts; needed: --differences"),
        ("--reason slip", "--reason does nothing alone; needed: --decide or --add"),
        ("--check --undo x", "--check does nothing with --undo; needed: one of them"),
        ("--check --differences", "--check does nothing with --differences; needed: one of them"),
        ("--undo x --by anna", "--by does nothing with --undo; needed: --decide or --add"),
        ("--decide x --take r1 --reason slip --by anna --passage 0", "--passage does nothing with --decide; needed: --add"),
        ("--passage 0", "--passage does nothing alone; needed: --add"),
        ("dam-wire --add ", "--add is empty; needed: a value"),
        ("dam-wire --add  --label ACTOR --reason slip --by anna", "--add is empty; needed: a value"),
        ("dam-wire --label ", "--label is empty; needed: a value"),
    ],
)
def test_options_that_would_do_nothing_write_nothing(
    arguments: str, line: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = adjudicated.gold / "dam-wire.jsonl"
    path.unlink()
    assert main(["adjudicate", *arguments.split(" ")]) == 2
    assert line in capsys.readouterr().err
    assert not path.exists()


def test_every_act_prints_one_json_object(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> dict[str, Any]:
        main(["adjudicate", *arguments, "--json"])
        value: dict[str, Any] = json.loads(capsys.readouterr().out)
        return value

    assert printed("--check") == {"documents": ["chess-column", "dam-wire"], "changed": []}
    (adjudicated.gold / "dam-wire.jsonl").unlink()
    assert printed("--check") == {"documents": ["chess-column", "dam-wire"], "changed": ["dam-wire"]}
    assert printed() == {"documents": ["chess-column", "dam-wire"], "changed": ["dam-wire"]}
    assert printed("dam-wire") == {"documents": ["dam-wire"], "changed": []}
    made = printed("--decide", LAST_WEEK, "--take", "r1", "--reason", "slip", "--by", "anna")
    assert (made["doc"], made["id"], made["decision"]["take"]) == ("chess-column", LAST_WEEK, "r1")
    back = printed("--undo", LAST_WEEK)
    assert (back["doc"], back["id"], back["undone"]["take"], back["decision"]["take"]) == ("chess-column", LAST_WEEK, "r1", "r2")
    words = ("dam-wire", "--add", "commerce minister", "--label", "ACTOR", "--attribute", "mention=NOM", "--relation", "TARGET")
    added = printed(*words, "announced, cement", "--reason", "slip", "--by", "anna")
    assert set(added) == {"doc", "changes", "ids", "undecided", "renamed"}
    assert len(added["ids"]) == 2
