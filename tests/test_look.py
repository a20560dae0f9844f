"""Looking at the corpus: what is next, a document with its spans, a concordance, and how a label came about."""

import io
import json
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NASTY, record, span
from redline.cli import main
from redline.cli.excerpt import columns
from redline.cli.lanes import draw
from redline.cli.style import Style, by_name
from redline.core.document import Document, Relation, Span
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.curate import concordance, status
from redline.curate.concordance import Query, matches
from redline.formats import jsonl
from redline.project import Project, lookup

TEXT = "Orla warned Belmora on Monday. It will pay dearly, Orla’s premier said."
COLOURS = by_name(["entities", "stance", "threat", "arguments"])


def spans() -> tuple[Span, ...]:
    return (
        span("entities", "GPE", TEXT, "Orla", "e1", entity="orla"),
        span("entities", "GPE", TEXT, "Belmora", "e2", entity="belmora"),
        span("threat", "THREAT", TEXT, "will pay dearly", "t1", form="quoted", conditional=False),
        span("arguments", "ACTOR", TEXT, "It", "c1", entity="belmora"),
    )


CASE = record(TEXT, spans(), (Relation("t1", "c1", "TARGET"),))


def state(project: Project, doc: str = "dam-wire") -> tuple[str, str]:
    (step,) = status.steps(project, [doc])
    return step.state, step.command


def test_a_document_goes_through_its_states_in_order(adjudicated: Project) -> None:
    assert state(adjudicated) == ("complete", "")
    (adjudicated.corpus / "splits.json").unlink()
    assert state(adjudicated) == ("without a split", "redline split")
    gold = adjudicated.gold / "dam-wire.jsonl"
    gold.write_bytes(gold.read_bytes().replace(b'"agreed"', b'"edited"', 1))
    assert state(adjudicated) == ("gold out of date", "redline adjudicate dam-wire")
    gold.unlink()
    assert state(adjudicated) == ("gold missing", "redline adjudicate dam-wire")
    (adjudicated.corpus / "decisions" / "dam-wire.json").unlink()
    assert state(adjudicated) == ("undecided", "redline adjudicate dam-wire --differences --open")
    (adjudicated.raters / "r2" / "dam-wire.jsonl").unlink()
    assert state(adjudicated) == ("half rated", status.RATE)
    (adjudicated.raters / "r1" / "dam-wire.jsonl").unlink()
    assert state(adjudicated) == ("unrated", status.RATE)


def test_a_layer_that_one_rater_did_in_some_passages_is_half_done(adjudicated: Project) -> None:
    path = adjudicated.raters / "r1" / "dam-wire.jsonl"
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first.replace(b'"stance":"done",', b"") + b"\n" + rest)
    (step,) = status.steps(adjudicated, ["dam-wire"])
    count = len(jsonl.read_one(path).records)
    assert (step.state, step.what) == ("half rated", f"layer stance: {count - 1} of {count} passages by r1")


@pytest.mark.parametrize("data", [b"{", b"", b"\n\n"])
def test_a_damaged_file_is_one_document_s_state_and_hides_no_other(data: bytes, adjudicated: Project) -> None:
    (adjudicated.raters / "r1" / "dam-wire.jsonl").write_bytes(data)
    assert [(step.doc, step.state) for step in status.steps(adjudicated)] == [("chess-column", "complete"), ("dam-wire", "unreadable")]


def test_a_complete_document_with_a_problem_is_not_complete(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = adjudicated.corpus / "entities.jsonl"
    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if b'"id":"senna-gorge"' not in line))
    assert main(["validate", "corpus/gold/dam-wire.jsonl"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "1 file, 7 records: clean\n"
    assert shown.err == "note: rules on tables and on the whole corpus did not run (redline validate without a path)\n"
    assert main(["validate", "corpus/gold/dam-wire.jsonl", "--select", "RL1"]) == 0
    assert capsys.readouterr().err == ""
    chess, dam = status.steps(adjudicated)
    assert (chess.state, dam.state, dam.command) == ("complete", "with problems", "redline validate")
    assert dam.what.startswith("2 problems, first RL501: ")
    assert main(["status", "dam-wire"]) == 1


@pytest.mark.parametrize("name", ["corpus/entities.jsonl", "corpus/gold/../entities.jsonl"])
def test_the_entity_table_is_no_file_of_records(name: str, adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", name]) == 2
    assert "entities.jsonl: is the entity table; needed: files of records" in capsys.readouterr().err


def test_status_exits_1_while_something_waits(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "dam-wire"]) == 0
    (adjudicated.gold / "dam-wire.jsonl").unlink()
    capsys.readouterr()
    assert main(["status", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["summary"] == {"gold missing": 1, "complete": 1}
    assert {step["doc"]: step["command"] for step in found["documents"]}["dam-wire"] == "redline adjudicate dam-wire"


def test_an_empty_corpus_is_no_error(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(adjudicated.corpus)
    shutil.rmtree(adjudicated.seeds)
    assert status.steps(adjudicated) == []
    main(["status", "--all"])
    assert capsys.readouterr().out.endswith("0 documents\n")
    assert main(["find", "peace"]) == 1
    assert main(["show", "dam-wire"]) == 2


def test_a_document_that_nobody_rated_is_shown_without_spans(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (adjudicated.gold, adjudicated.raters / "r1", adjudicated.raters / "r2"):
        (path / "dam-wire.jsonl").unlink()
    assert main(["show", "dam-wire", "1"]) == 0
    shown = capsys.readouterr().out
    assert "no labels yet" in shown
    assert "1.2 A registrar in Porto Malafo" in shown
    assert "└" not in shown
    assert main(["why", "dam-wire", "0:s1"]) == 2
    assert main(["show", "dam-wire", "--rater", "r1"]) == 2
    assert "has no file of r1; its raters are: none" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["show", "dam-wir"], ["why", "dam-wir", "0:s1"], ["status", "dam-wir"]], ids=lambda c: c[0])
def test_a_misspelt_document_is_named_rightly(command: list[str], adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    assert capsys.readouterr().err == "redline: there is no document `dam-wir`; use `dam-wire`\n"


def test_a_passage_that_is_not_there_is_told_with_those_that_are(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "chess-column", "99"]) == 2
    assert "there is no passage 99; there are 0 to " in capsys.readouterr().err


def test_every_span_has_a_bar_below_its_words() -> None:
    drawn = list(draw(TEXT, (0, 30), spans(), COLOURS, width=80, style=Style(io.StringIO())))
    assert drawn == ["Orla warned Belmora on Monday.", "└──┘GPE     └GPE──┘"]


def test_spans_that_overlap_have_bars_of_their_own() -> None:
    text = "They will pay dearly."
    outer, inner = span("threat", "THREAT", text, "They will pay dearly"), span("arguments", "ACTOR", text, "They")
    drawn = list(draw(text, (0, len(text)), [outer, inner], COLOURS, width=80, style=Style(io.StringIO())))
    assert drawn == ["They will pay dearly.", "└THREAT────────────┘", "└──┘ACTOR"]


def test_a_span_over_a_line_end_goes_on_without_a_beginning() -> None:
    text = "They will pay dearly."
    drawn = list(
        draw(text, (0, len(text)), [span("threat", "THREAT", text, "will pay dearly")], COLOURS, width=14, style=Style(io.StringIO()))
    )
    assert drawn == ["They will pay", "     └THREAT─", "dearly.", "─────┘THREAT"]


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from(list(NASTY + " ab漢字")), min_size=1, max_size=60), st.data())
def test_no_word_is_lost_and_no_line_is_wider_than_the_terminal(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    one = Span("s1", "threat", "THREAT", start, end, text[start:end])
    drawn = list(draw(text, (0, len(text)), [one], COLOURS, width=20, style=Style(io.StringIO())))
    bars = [line for line in drawn if set(line) & set("└─┘│") and "THREAT" in line]
    words = [line for line in drawn if line not in bars]
    assert bars
    assert all(columns(line) <= 20 for line in words)


@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("FORCE_COLOR", True), ("", False)])
def test_a_pipe_has_no_colour_and_no_color_wins(
    variable: str, coloured: bool, adjudicated: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
    for command in (["show", "dam-wire"], ["find", "water"], ["why", "dam-wire", "Senna"]):
        assert main(command) == 0
        assert ("\x1b[" in capsys.readouterr().out) is coloured


def found(query: Query, taxonomy: Taxonomy) -> list[str]:
    return [match.text for match in matches([CASE], query, taxonomy)]


def words(text: str, *, expression: bool = False) -> Query:
    return Query(words=concordance.words(text, expression=expression))


def test_words_are_whole_and_of_any_case(taxonomy: Taxonomy) -> None:
    assert found(words("orla"), taxonomy) == ["Orla", "Orla"]
    assert found(words("Orl"), taxonomy) == []
    assert found(words(r"\bwill \w+", expression=True), taxonomy) == ["will pay"]


def test_spans_are_found_by_all_that_is_asked_for(taxonomy: Taxonomy) -> None:
    assert found(Query(label="GPE"), taxonomy) == ["Orla", "Belmora"]
    assert found(Query(label="GPE", words=concordance.words("belmora", expression=False)), taxonomy) == ["Belmora"]
    assert found(Query(attributes={"conditional": "no"}), taxonomy) == ["will pay dearly"]
    assert found(Query(relation="TARGET"), taxonomy) == ["will pay dearly"]
    assert found(Query(relation="SPEAKER"), taxonomy) == []


def test_an_actor_is_named_by_a_span_or_by_what_its_relations_lead_to(taxonomy: Taxonomy) -> None:
    assert found(Query(actor="belmora"), taxonomy) == ["Belmora", "will pay dearly", "It"]
    assert found(Query(actor="belmora", relation="TARGET"), taxonomy) == ["will pay dearly"]
    assert found(Query(actor="orla", relation="TARGET"), taxonomy) == []


def test_cues_are_found_in_sentences_with_the_words(taxonomy: Taxonomy) -> None:
    assert found(Query(cue=concordance.cue("", taxonomy)), taxonomy) == ["warned"]
    assert found(Query(cue=concordance.cue("warns", taxonomy), words=concordance.words("premier", expression=False)), taxonomy) == []
    with pytest.raises(RedlineError, match="there is no cue `bomb`"):
        concordance.cue("bomb", taxonomy)


def test_attributes_are_checked_against_the_scheme(taxonomy: Taxonomy) -> None:
    assert concordance.attributes(["conditional=true", "form=quoted"], taxonomy) == {"conditional": "yes", "form": "quoted"}
    for pair, says in (("form", "needed: NAME=VALUE"), ("from=quoted", "use `form`"), ("form=quotd", "use `quoted`")):
        with pytest.raises(RedlineError, match=says):
            concordance.attributes([pair], taxonomy)


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from(list(NASTY)), min_size=1, max_size=40))
def test_a_match_is_where_its_offsets_say_it_is(text: str) -> None:
    case = record(text)
    for quote in text.split():
        for match in matches([case], words(quote), Taxonomy({}, {})):
            found = case.text[slice(*match.bounds)]
            assert match.text == found
            # Letters that only differ in case are equal, and `İ`, of which `lower` makes two characters, is an `i`.
            assert found.lower().replace("i\u0307", "i") == quote.lower().replace("i\u0307", "i") or found.casefold() == quote.casefold()
            before, after = match.around
            assert before + match.text + after in case.text


def test_a_query_streams_and_its_json_is_one_object(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "water", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["matches"]
    assert rows
    texts = {(r.meta.doc, r.meta.passage): r.text for path in adjudicated.gold.glob("*.jsonl") for r in jsonl.read_records(path)}
    assert all(texts[row["doc"], row["passage"]][row["start"] : row["end"]].lower() == "water" for row in rows)
    assert main(["find", "xyzzy", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"matches": []}


def test_a_reader_that_has_enough_ends_the_search_quietly(adjudicated: Project) -> None:
    command = f"{sys.executable} -m redline find --layer entities | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_why_names_who_said_what_and_who_decided(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "dam-wire", "two years after", "--json"]) == 0
    why = json.loads(capsys.readouterr().out)
    assert [why["readings"][rater]["text"] for rater in ("r1", "r2")] == ["two years", "two years after"]
    (decision, _) = (difference["decision"] for difference in why["differences"])
    assert (decision["take"], decision["reason"], decision["by"]) == ("r2", "guideline_gap", "adjudicator (language model)")
    assert why["rulings"][0].startswith("DATE: ")
    assert why["added"] is None


def test_every_span_of_gold_has_a_provenance(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for path in adjudicated.gold.glob("*.jsonl"):
        for one in jsonl.read_records(path):
            for each in one.spans:
                assert main(["why", path.stem, f"{one.meta.passage}:{each.id}"]) == 0


def test_words_that_mean_several_spans_list_them(adjudicated: Project) -> None:
    document = lookup.document(adjudicated, "dam-wire")
    with pytest.raises(RedlineError, match=r"`Burontá` matches \d+ spans; needed: one of 0:s5 GPE, "):
        lookup.span(document, "Burontá")
    assert lookup.span(document, "0:s5")[1].text == "Burontá"
    assert lookup.span(Document("case", (CASE,)), "pay dear")[1].id == "t1"


def test_gold_that_does_not_follow_from_its_raters_has_no_reasons(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = adjudicated.gold / "chess-column.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"label":"PERSON"', b'"label":"ORG"', 1))
    document = lookup.document(adjudicated, "chess-column")
    place = next(f"{r.meta.passage}:{s.id}" for r in document.records for s in r.spans if s.label == "ORG")
    assert main(["why", "chess-column", place]) == 2
    assert "differs from the merge of raters and decisions; run redline adjudicate chess-column first" in capsys.readouterr().err
