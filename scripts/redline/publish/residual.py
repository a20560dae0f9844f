"""How much of gold is still wrong: what a blind rating after all was done found, and what it cannot exclude."""

from collections.abc import Sequence
from math import comb

from msgspec import Struct

from redline import project
from redline.core import suggested
from redline.core.corpus import WITHDRAWN, Corpus
from redline.curate import human_results
from redline.project import Project, decisions, texts

AUDIT = "audit"
MODEL, TOOL = "language model", "redline "
"""What the name of a decider contains, or begins with, if the decider is not a person."""


class Verdicts(Struct, frozen=True):
    """How a blind rating after all was done compares: which gold spans are wrong, and which are missing, each in a line."""

    wrong: list[str]
    missing: list[str]


def counts(here: Project, corpus: Corpus, apart: Sequence[str] = ()) -> dict[str, int]:
    """What the audit found, in numbers; how many sentences people have checked; how many spans of gold began as a suggestion.

    Also the number of decisions, and of those by people, on the documents of the corpus and on the referenced ones, `apart`.

    Without what was not done, or has no gold span.
    """
    by_people = human_results.result(here, corpus.documents, here.taxonomy())
    people = {"people_checked": by_people.checked, "people_planned": by_people.planned}
    people["suggested_spans"] = suggested.count(corpus.documents, corpus.raters)
    people |= _decided(here, [doc for doc in corpus.documents if corpus.sources[doc].seed.rights != WITHDRAWN] + [*apart])
    path = here.corpus / AUDIT / "verdicts.json"
    verdicts: Verdicts | None = project.json_of(path, Verdicts, None)
    if verdicts is None:
        return people
    held = [corpus.documents[doc] for doc in texts.documents(here.corpus / AUDIT, here.words()) if doc in corpus.documents]
    records = [record for document in held for record in document.records]
    spans = sum(len(record.spans) for record in records)
    if not spans + len(verdicts.missing):
        return people
    return {**people, "passages": len(records), "gold_spans": spans, "wrong": len(verdicts.wrong), "missing": len(verdicts.missing)}


def _decided(here: Project, docs: Sequence[str]) -> dict[str, int]:
    """The number of decisions and additions in gold, and of those by people; empty if there is none."""
    by = [name for doc in docs for name, _ in decisions.stored(here, doc).signatures]
    people = sum(MODEL not in name and not name.startswith(TOOL) for name in by if name)
    return {"decisions": len(by), "decisions_by_people": people} if by else {}


def upper(found: dict[str, int]) -> float:
    """The upper end of the exact 95 % interval of the share of errors. Source: Clopper and Pearson 1934."""
    errors, spans = found["wrong"] + found["missing"], found["gold_spans"] + found["missing"]
    low, high = errors / spans, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tail = sum(comb(spans, k) * middle**k * (1 - middle) ** (spans - k) for k in range(errors + 1))
        low, high = (middle, high) if tail > 0.025 else (low, middle)
    return high
