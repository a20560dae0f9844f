"""Errors belong to groups: by what gold says of a missed span, by what stands in gold where a guess is false, or by words."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from conftest import ROOT, record, span
from redline.cli import main
from redline.core import error_groups as described
from redline.core.document import Record, Relation, Span, group
from redline.core.errors import RedlineError
from redline.core.examples import Guess, examples
from redline.core.predictions import with_classes
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.measure.error_groups import counts
from redline.report import errors

GROUPS = described.read(ROOT / "schemas")
ACT = {"act": "a1", "conditional": False, "function": "unclear", "force": "unspecified", "time": "now", "commitment": "will"}


def threat(text: str, words: str, **more: str | bool) -> Span:
    return span("threat", "THREAT", text, words, **{**ACT, "form": "quoted", "explicitness": "explicit", **more})


def cue(text: str, words: str, reason: str) -> Span:
    return span("threat", "NONTHREAT", text, words, reason=reason)


def classified(gold: Record, label: str, taxonomy: Taxonomy) -> Record:
    """The record with one class for each of its sentences."""
    task = taxonomy.task("threat_sentence")
    units = examples(gold, task, taxonomy)
    return with_classes(gold, task, units, [Guess(label, {}) for _ in units])


SAID = "We will shell your camps."
HINT = "You will regret this."
TOLD = "Arvenia said it would shell the camps."
NOUN = "His threats carry more weight now."
MAY = "We may shell your camps."


@pytest.mark.parametrize(
    ("text", "gold", "name"),
    [
        (SAID, threat(SAID, SAID[:-1]), "an explicit threat in the speaker's own words, missed"),
        (HINT, threat(HINT, HINT[:-1], explicitness="veiled"), "a veiled threat, missed"),
        (TOLD, threat(TOLD, "said it would shell the camps", form="reported"), "an explicit threat in indirect speech, missed"),
        (NOUN, threat(NOUN, "threats", form="mention"), "a mention by a noun, missed"),
        (MAY, threat(MAY, MAY[:-1], commitment="may"), "a threat kept open by may or could, missed"),
        (SAID, threat(SAID, SAID[:-1], time="earlier", explicitness="veiled"), "an old act told again, missed"),
    ],
)  # fmt: skip
def test_a_missed_threat_belongs_to_the_first_group_whose_value_gold_has(text: str, gold: Span, name: str, taxonomy: Taxonomy) -> None:
    held = record(text, (gold,))
    for task, guess in (("threat_spans", record(text)), ("threat_sentence", classified(held, "NONE", taxonomy))):
        (one,) = counts(taxonomy.task(task), [held], [guess], taxonomy, GROUPS)
        assert (one.task, one.group, one.count, one.of, one.examples) == (task, name, 1, 1, [text])


FEARED = "Analysts expect Arvenia to retaliate next week."
DONE = "Arvenia shelled three depots in retaliation."


@pytest.mark.parametrize(
    ("text", "gold", "name"),
    [
        (FEARED, cue(FEARED, "retaliate", "prediction"), "a prediction taken for an act"),
        (DONE, cue(DONE, "retaliation", "past_violence"), "something past taken for an act"),
        (DONE, cue(DONE, "retaliation", "ascribed_intent"), "own side wrong: blame, a call or another's plan taken for an act"),
        (DONE, cue(DONE, "retaliation", "fear"), "something negated, supposed or feared taken for an act"),
        (DONE, cue(DONE, "retaliation", "capability"), "strength or a promise taken for an act"),
        (DONE, cue(DONE, "retaliation", "other_sense"), "another sense of a cue taken for an act"),
        (DONE, span("threat", "WARNING", DONE, "retaliation", **{**ACT, "form": "quoted"}), "WARNING taken for THREAT"),
        ("Will we shell them?", None, "a question taken for an act"),
        ("We will not shell them.", None, "something negated taken for an act"),
        ("We won't shell them.", None, "something negated taken for an act"),
        ("They will shell the port.", None, "own side wrong: what others will do taken for an act"),
        ("Our guns shelled the port.", None, "something past or present taken for an act"),
        ("We will rebuild the port.", None, "a plan, promise or appeal of the own side taken for an act"),
    ],
)  # fmt: skip
def test_a_false_threat_belongs_to_a_group_by_gold_else_by_words(text: str, gold: Span | None, name: str, taxonomy: Taxonomy) -> None:
    held = record(text, (gold,) if gold else ())
    guessed = record(text, (span("threat", "THREAT", text, gold.text if gold else text[:-1]),))
    for task, guess in (("threat_spans", guessed), ("threat_sentence", classified(held, "THREAT", taxonomy))):
        (one,) = counts(taxonomy.task(task), [held], [guess], taxonomy, GROUPS)
        assert (one.task, one.group, one.count, one.of) == (task, name, 1, None)


def test_groups_are_counted_the_commonest_first_beside_the_number_in_gold(taxonomy: Taxonomy) -> None:
    text = "You will regret it. You will pay. We will shell you. Orla fell."
    veiled = [threat(text, words, explicitness="veiled") for words in ("You will regret it", "You will pay")]
    gold = record(text, (*(structs.replace(one, id=f"v{n}") for n, one in enumerate(veiled)), threat(text, "We will shell you")))
    guess = record(
        text, (structs.replace(veiled[0], end=veiled[0].end - 3, text="You will regret"), span("threat", "THREAT", text, "fell"))
    )
    found = counts(taxonomy.task("threat_spans"), [gold], [guess], taxonomy, GROUPS)
    assert [(one.count, one.of, one.group) for one in found] == [
        (1, 2, "a veiled threat, missed"),
        (1, 1, "an explicit threat in the speaker's own words, missed"),
        (1, None, "something past or present taken for an act"),
        (1, None, "wrong bounds"),
    ]
    found = counts(taxonomy.task("threat_spans"), [gold], [record(text)], taxonomy, GROUPS)
    assert [(one.count, one.of, one.group) for one in found] == [
        (2, 2, "a veiled threat, missed"), (1, 1, "an explicit threat in the speaker's own words, missed"),
    ]  # fmt: skip


def test_other_labels_have_groups_by_their_names(taxonomy: Taxonomy) -> None:
    text = "Orla met Belmora. Tarancay fell."
    gold = record(text, (span("entities", "PERSON", text, "Orla", "s1"), span("entities", "GPE", text, "Belmora", "s2")))
    guess = record(text, (span("entities", "ORG", text, "Orla", "s1"), span("entities", "GPE", text, "Tarancay", "s2")))
    found = counts(taxonomy.task("ner"), [gold], [guess], taxonomy, GROUPS)
    assert {(one.group, one.count, one.of) for one in found} == {
        ("PERSON taken for ORG", 1, None), ("GPE missed", 1, 1), ("GPE where gold has nothing", 1, None),
    }  # fmt: skip


def test_a_pair_that_gold_has_not_is_an_error_in_both_tables(taxonomy: Taxonomy) -> None:
    text = "Rain fell. Orla backed Belmora."
    orla, belmora = span("entities", "GPE", text, "Orla", "a"), span("entities", "GPE", text, "Belmora", "b")
    ends = (Relation("s", "a", "HOLDER"), Relation("s", "b", "TARGET"))
    held = record(text, (orla, belmora, span("stance", "FAVOR", text, "backed", "s")), ends)
    wrong = structs.replace(belmora, label="ORG", start=23, end=28, text="Belmo", id="x")
    said = [{"label": "FAVOR", "scores": {}, "pair": ["a", "b"]}, {"label": "AGAINST", "scores": {}, "pair": ["a", "x"]}]
    meta = structs.replace(held.meta, predictions={"stance_pair": said})
    guess = structs.replace(held, spans=(*held.spans, wrong), meta=meta)
    task = taxonomy.task("stance_pair")
    (one,) = counts(task, [held], [guess], taxonomy, GROUPS)
    assert (one.group, one.count, one.of, one.examples) == ("AGAINST where gold has nothing", 1, None, ["Orla backed Belmora."])
    ((bounds, part),) = errors.errors_of(task, "cues", held, guess, taxonomy, GROUPS)
    assert bounds == (11, 31)
    assert [(one.gold, one.guess, one.words) for one in part.errors] == [("NONE", "AGAINST", "Orla toward Belmo")]


def test_groups_name_what_the_layers_have(taxonomy: Taxonomy) -> None:
    assert len({(one.layer, one.name) for one in GROUPS}) == len(GROUPS)
    for one in GROUPS:
        layer = taxonomy.layers[one.layer]
        assert set(one.labels) <= set(layer.by_label), one.name
        assert bool(one.attribute) != bool(one.words), one.name
        if one.attribute:
            attribute = layer.by_attribute[one.attribute]
            assert one.values, one.name
            assert set(one.values) <= (attribute.names if attribute.type == "enum" else {True, False}), one.name


def test_a_folder_without_groups_has_none_and_a_bad_file_is_refused_in_one_line(tmp_path: Path) -> None:
    assert described.read(tmp_path) == []
    unreadable = {"name": "x", "layer": "threat", "side": "false", "words": "("}
    for content in ("{", json.dumps([unreadable]), json.dumps([unreadable | {"side": "left"}])):
        (tmp_path / described.NAME).write_text(content)
        with pytest.raises(RedlineError, match="is not a list of groups of errors") as refused:
            described.read(tmp_path)
        assert "\n" not in str(refused.value)


def test_score_prints_the_groups_and_their_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    gold = record(HINT, (threat(HINT, HINT[:-1], explicitness="veiled"),))
    for name, held in (("gold.jsonl", gold), ("bare.jsonl", record(HINT))):
        Path(name).write_bytes(jsonl.dump(group([held])))
    command = ["score", "gold.jsonl", "bare.jsonl", "--layer", "threat", "--boot", "10"]
    assert main([*command, "--errors"]) == 0
    printed = capsys.readouterr().out
    assert "threat_spans: errors, of as many in gold, what they are about\n     1      1  a veiled threat, missed\n" in printed
    assert main([*command, "--errors", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["errors"]
    assert {"task": "threat_spans", "group": "a veiled threat, missed", "count": 1, "of": 1, "examples": [HINT]} in found
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["errors"] == []
