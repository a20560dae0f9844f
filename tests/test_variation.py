"""Variation: words with two readings in one layer, and words that are labelled here and not there."""

import json
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import NASTY, record, span
from redline.cli import main
from redline.core.document import Document, Record, Span
from redline.curate.variation import Expression, counts, expressions
from redline.project import Project

FIRST = "He condemned it. They Condemned it."
SECOND = "She condemned him, and condemned her, and scorned us."


def stance(text: str, quote: str, label: str = "AGAINST", *, explicit: bool = True) -> Span:
    return span("stance", label, text, quote, f"s{text.index(quote)}", explicit=explicit)


def documents() -> list[Document]:
    first = record(FIRST, (stance(FIRST, "condemned"), stance(FIRST, "Condemned", explicit=False)))
    second = record(SECOND, (stance(SECOND, "condemned"), stance(SECOND, "scorned")))
    return [Document("one", (first,)), Document("two", (second,))]


def by_words(found: list[Expression]) -> dict[str, Expression]:
    return {one.words: one for one in found}


def test_words_are_compared_without_regard_to_case_and_a_reading_has_the_attributes_asked_for() -> None:
    plain = by_words(expressions(documents(), "stance"))
    assert {words: one.labelled for words, one in plain.items()} == {"condemned": 3, "scorned": 1}
    assert list(plain["condemned"].readings) == ["AGAINST"]
    explicit = expressions(documents(), "stance", ["explicit"])
    assert explicit[0].words == "condemned"
    assert {reading: len(found) for reading, found in explicit[0].readings.items()} == {"AGAINST explicit=yes": 2, "AGAINST explicit=no": 1}
    assert [(reading, match.text) for reading, (match,) in explicit[0].rare] == [("AGAINST explicit=no", "Condemned")]
    assert counts(explicit) == {"expressions": 2, "repeated": 1, "varying": 1}


def test_an_unlabelled_place_is_one_that_no_span_of_the_layer_touches() -> None:
    found = by_words(expressions(documents(), "stance", unlabelled=True))
    (place,) = found["condemned"].unlabelled
    assert (place.bounds, place.around) == ((23, 32), ("She condemned him, and ", " her, and scorned us."))
    assert found["scorned"].unlabelled == []


def test_a_layer_that_was_not_annotated_and_a_text_that_is_not_there_are_left_out() -> None:
    case = documents()[1].records[0]
    other = replace(case, meta=replace(case.meta, layers={"entities": "done"}))
    bare = replace(case, text="")
    assert expressions([Document("two", (other, bare))], "stance", unlabelled=True) == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*NASTY, " ", "a", "b", "\n"]), min_size=1, max_size=40).map("".join))
def test_every_place_of_a_labelled_word_is_labelled_or_unlabelled(text: str) -> None:
    words = text.split()
    if not words:
        return
    chosen = span("stance", "AGAINST", text, words[0])
    twice: list[Record] = [record(text, (chosen,)), record(text, (chosen,), passage=1)]
    for one in expressions([Document("case", tuple(twice))], "stance", unlabelled=True):
        for match in one.unlabelled:
            assert " ".join(match.text.lower().split()) == one.words
        places = chain(one.unlabelled, *one.readings.values())
        bounds = sorted(match.bounds for match in places if match.record.meta.passage == 0)
        assert all(before[1] <= after[0] for before, after in pairwise(bounds))


def test_the_command_prints_rare_readings_in_their_context(adjudicated: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = adjudicated.gold / "dam-wire.jsonl"
    once = path.read_bytes()
    assert once.count(b'"entity":"quessaba"') > 1
    path.write_bytes(once.replace(b'"entity":"quessaba"', b'"entity":"senna"', 1))
    assert main(["variation", "--layer", "entities", "--attribute", "entity"]) == 0
    printed = capsys.readouterr().out
    assert "1 in several ways" in printed
    assert "entity=senna 1" in printed
    assert "[Quessaba]" in printed
    assert main(["variation", "--layer", "entities", "--attribute", "entity", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)["layers"]["entities"]
    assert value["counts"]["varying"] == 1
    assert main(["variation", "--layer", "stanc"]) == 2
    assert "use `stance`" in capsys.readouterr().err
