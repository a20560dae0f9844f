"""What a rule finds does not depend on the selection; what cannot be read hides no other problem."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, record, span
from redline import rules
from redline.cli import main
from redline.core.corpus import Corpus, Entity
from redline.core.document import Document, Record, Span, decode, encode
from redline.core.errors import RedlineError
from redline.core.similarity import alike
from redline.core.strict_json import Flaw, parse
from redline.core.taxonomy import load
from redline.curate.splits import assign
from redline.project import Project
from redline.rules.check import Checker
from redline.rules.consistency import minority_reading
from redline.rules.contrast import contrast_leak
from redline.rules.entities import entity_label_differs
from redline.rules.labels import requirement_unmet
from redline.rules.neighbours import act_twice
from redline.rules.registry import with_presumed

LABELS = load(ROOT / "schemas")
LINES = (ROOT / "corpus" / "gold" / "kazan-drone-strikes.jsonl").read_bytes().splitlines()
CODES = [rule.code for rule in rules.all_rules()]


@st.composite
def damaged(draw: st.DrawFn) -> Record:
    """Real records with spans out of bounds, of unknown layers and labels, empty, or under another's id."""
    value = decode(draw(st.sampled_from(LINES)))
    spans = list(value.spans)
    for _ in range(draw(st.integers(1, 4)) if spans else 0):
        place = draw(st.integers(0, len(spans) - 1))
        bounds = {name: draw(st.integers(-3, len(value.text) + 9)) for name in draw(st.sets(st.sampled_from(("start", "end"))))}
        words = {
            name: draw(st.sampled_from(("", "x", "GPE", "e1"))) for name in draw(st.sets(st.sampled_from(("layer", "label", "id", "text"))))
        }
        spans[place] = msgspec.structs.replace(spans[place], **bounds, **words)
    return msgspec.structs.replace(value, spans=tuple(spans))


@settings(max_examples=150, deadline=None)
@given(damaged(), st.sets(st.sampled_from(CODES)))
def test_a_selection_finds_what_all_rules_find_under_its_codes(value: Record, codes: set[str]) -> None:
    data = encode(value) + b"\n"
    every = Checker(rules.all_rules(), LABELS).file(data, "x", lambda _: None).diagnostics
    chosen = Checker([rule for rule in rules.all_rules() if rule.code in codes], LABELS).file(data, "x", lambda _: None).diagnostics
    assert chosen == [found for found in every if found.code in codes]


def test_a_rule_comes_after_all_that_it_presumes() -> None:
    ordered = [rule.code for rule in with_presumed(rules.all_rules())]
    for rule in rules.all_rules():
        assert all(ordered.index(code) < ordered.index(rule.code) for code in rule.presumes), rule.code


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, set[str], list[str]]:
    code = main(["validate", "--json", *arguments])
    output = json.loads(capsys.readouterr().out)
    return code, {d["code"] for d in output["diagnostics"]}, output["summary"]["not_checked"]


def test_a_file_that_cannot_be_read_hides_no_other_problem_and_makes_no_waiver_stale(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.gold / "chess-column.jsonl"
    path.write_bytes(path.read_bytes()[:-40] + b"\n")
    table = project.corpus / "entities.jsonl"
    table.write_bytes(table.read_bytes().replace(b'"id":"kazan"', b'"id":"kasan"'))
    code, codes, notes = found(capsys)
    # A waiver of RL610 names the file, and no RL702 calls it stale. RL501 runs without the file; RL502, which would take
    # the file's entities for unused, does not.
    assert (code, codes) == (1, {"RL007", "RL501"})
    assert notes[0].startswith("corpus/gold/chess-column.jsonl is not fully readable")
    assert "RL502, RL601" in notes[1]


def test_a_broken_table_stops_only_the_rules_that_presume_it(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.corpus / "entities.jsonl").write_bytes(b"{\n")
    path = project.gold / "dam-wire.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"answer":"accept"', b'"answer":"reject"', 1))
    code, codes, notes = found(capsys)
    assert (code, codes) == (1, {"RL500", "RL616"})
    assert notes == [
        "rules that did not run, because rules that they depend on found problems: RL501, RL502, RL503, RL504, RL505, RL506, RL617"
    ]


def test_tasks_of_prodigy_are_one_line_with_the_command_that_imports_them(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("tasks.jsonl").write_text("".join(f'{{"text":"Nobody spoke {n}.","spans":[],"_input_hash":{n}}}\n' for n in range(20)))
    assert main(["validate", "tasks.jsonl"]) == 1
    output = capsys.readouterr().out
    assert output.count("error") == 1
    assert "redline import FILE --format prodigy" in output


def test_json_is_parsed_once_and_every_flaw_is_listed() -> None:
    parsed = parse(b'{"a": 1, "a": NaN, "b": [1e999, "\\ud83d"]}')
    assert [finding.flaw for finding in parsed.findings] == [Flaw.NUMBER, Flaw.NUMBER, Flaw.KEY, Flaw.SURROGATE]
    assert not parse(b"\xff").readable
    assert parse(b'{"a": "\\ud83c\\udf0a"}').findings == ()


# -- the leak gate


def test_a_short_text_that_a_long_one_contains_is_alike() -> None:
    words = [f"w{number}" for number in range(1850)]
    (pair,) = alike({"long": " ".join(words), "short": " ".join(words[:150])})
    # 1,846 runs and 146 runs, all of which the long text has.
    assert (pair.resemblance, pair.containment) == (146 / 1846, 1.0)
    assert pair.resemblance < 0.1
    texts = {"long": " ".join(words), "short": " ".join(words[:150])}
    documents = {doc: Document(doc, (record(text, doc=doc),)) for doc, text in texts.items()}
    assigned = assign(documents, {"long": "one", "short": "two"}, {})
    assert assigned["long"] == assigned["short"]


def test_a_shared_phrase_makes_no_texts_alike() -> None:
    phrase = "the ministry of defence said in a statement"
    texts = {name: f"{phrase} " + " ".join(f"{name}{number}" for number in range(60)) for name in ("one", "two")}
    assert alike(texts) == []


def test_a_contrast_passage_is_counted_in_the_words_that_are_compared() -> None:
    text = "half-a-million tonne-kilometre-hours two-and-a-half"
    train = Document("a", (record(f"{text} and more of it", doc="a"),))
    corpus = Corpus({"a": train}, {}, {}, {"a": "train"}, contrast={"set": (record(text, doc="c1"),)})
    # Three words between spaces, ten words of letters.
    assert [problem.place.file for problem in contrast_leak(corpus, LABELS)] == ["contrast/set.jsonl"]


def test_an_unknown_split_is_named() -> None:
    documents = {"a": Document("a", (record("Nobody spoke.", doc="a"),))}
    with pytest.raises(RedlineError, match="document `a` is in the unknown split `dve`; needed: one of"):
        assign(documents, {"a": "e"}, {"a": "dve"})


# -- thresholds and conditions of single rules


def corpus_of(*texts: tuple[str, tuple[Span, ...]], entities: dict[str, Entity] | None = None) -> Corpus:
    documents = {f"d{n}": Document(f"d{n}", (record(text, spans, doc=f"d{n}"),)) for n, (text, spans) in enumerate(texts)}
    return Corpus(documents, {}, entities or {}, {})


@pytest.mark.parametrize(("usual", "rare", "problems"), [(4, 1, 1), (3, 1, 0), (8, 2, 2), (7, 2, 0), (1, 1, 0)])
def test_a_reading_is_unusual_at_a_fifth_of_five_or_more_mentions(usual: int, rare: int, problems: int) -> None:
    labels = ["GPE"] * usual + ["LOC"] * rare
    corpus = corpus_of(*(("Orla fell.", (span("entities", label, "Orla fell.", "Orla"),)) for label in labels))
    assert len(list(minority_reading(corpus, LABELS))) == problems


@pytest.mark.parametrize(("owner", "problems"), [(None, 0), ("b", 0), ("a", 1), ("nowhere", 1)])
def test_an_entity_is_part_of_another_row(owner: str | None, problems: int) -> None:
    rows = {name: Entity(name, "GPE", name, [], None, None, part_of) for name, part_of in (("a", owner), ("b", None))}
    assert len(list(entity_label_differs(corpus_of(entities=rows), LABELS))) == problems


@pytest.mark.parametrize(
    ("words", "form", "problems"),
    [
        ("leave at once", "quoted", 1),
        ("leave at once", "mention", 0),
        ("the ultimatum", "quoted", 0),
        ("a final word", "quoted", 0),
        ("finally leave", "quoted", 1),
    ],
)
def test_a_requirement_is_met_by_whole_words_and_lifted_by_its_exception(words: str, form: str, problems: int) -> None:
    (layer, requirement) = next((layer, r) for layer in LABELS.layers.values() for r in layer.requirements if r.or_words and r.unless)
    text = f"They said {words} now."
    act = span(layer.layer, requirement.labels[0], text, words, form=form)
    assert len(list(requirement_unmet(record(text, (act,)), LABELS))) == problems


def test_an_act_is_twice_in_one_sentence_and_not_in_two_or_across() -> None:
    (layer,) = (layer for layer in LABELS.layers.values() if layer.acts)
    label = sorted(layer.acts)[0]
    text = "They will pay and pay. They will regret it."

    def problems(*quotes: str) -> int:
        spans = tuple(span(layer.layer, label, text, quote, quote, act="a1") for quote in quotes)
        return len(list(act_twice(record(text, spans), LABELS)))

    assert (problems("will pay", "and pay"), problems("will pay", "regret it")) == (1, 0)
    # What crosses sentences has a rule of its own and is of no one sentence.
    assert problems("pay. They will", "and pay. They") == 0
