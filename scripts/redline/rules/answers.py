"""Rules on the answers of raters to the questions about each sentence."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from redline.core.answers import Filled, Row, unlike
from redline.core.answers import Place as Sentence
from redline.core.diagnostic import Place, Problem, Severity
from redline.core.strict_json import Flaw, parse
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule
from redline.rules.shape import flaws


@rule("RL618", scope=Scope.ANSWERS)
def answers_shape(filled: Filled, _: Taxonomy) -> Iterator[Problem]:
    """A file of answers lists each sentence once, with answers that follow from the questions and the label that they lead to.

    Wrong: `"given": {"answers": {"1": false, "5": true}, "label": null}`, although no to question 1 leads to no label
    Right: `"given": {"answers": {"1": false}, "label": null}`
    """
    problems = [*flaws(parse(filled.data), *Flaw)]
    yield from problems
    if problems:
        return
    try:
        rows = msgspec.json.decode(filled.data, type=list[Row])
    except msgspec.ValidationError as error:
        yield Problem(f"the file does not contain answers ({error})", Place(), "restore the file")
        return
    for row in rows:
        if problem := unlike(filled.questions, row.given):
            yield Problem(f"{_sentence(row)}: {problem}", Place(), "answer the questions about the sentence again")
    for place, count in Counter(row.place for row in rows).items():
        if count > 1:
            yield Problem(f"{_sentence(place)} occurs {count} times", Place(), "keep one row")


@rule("RL619", Severity.WARNING, scope=Scope.ANSWERS, presumes=("RL618",))
def answers_outdated(filled: Filled, _: Taxonomy) -> Iterator[Problem]:
    """Answers are about sentences of the document as it is now.

    Wrong: answers with the hash of a sentence before its text was corrected
    Right: answers with the hash of the present sentence
    """
    if filled.places is None:
        return
    if not filled.places:
        yield Problem("there is no such document", Place(), "remove the file")
        return
    for row in msgspec.json.decode(filled.data, type=list[Row]):
        if row.place not in filled.places:
            yield Problem(f"{_sentence(row)} has other words by now", Place(), "remove the row, and answer the questions again")


def _sentence(about: Row | Sentence) -> str:
    return f"passage {about.passage}, sentence {about.sentence}"
