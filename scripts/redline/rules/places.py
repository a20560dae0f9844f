"""Problems at their places: from what a rule found to diagnostics, in a stable order."""

from collections.abc import Iterable

from redline.core.bare import is_wordless
from redline.core.corpus import Corpus
from redline.core.diagnostic import Diagnostic, Problem
from redline.core.document import Record, Span
from redline.rules.registry import Rule


def diagnostic(rule: Rule, problem: Problem, path: str, line: int | None, record: Record | None) -> Diagnostic:
    """The problem of a rule at its place; `record` is the one that it is about, if there is one."""
    start, end = problem.place.bounds or (None, None)
    text, doc, passage = (record.text, record.meta.doc, record.meta.passage) if record else ("", "", None)
    if record and is_wordless(record):
        text = ""
    span = problem.subject.id if isinstance(problem.subject, Span) else ""
    place = (path, line, start, end)
    return Diagnostic(rule.code, rule.name, rule.severity, *place, problem.message, problem.hint, text, doc, passage, problem.about, span)


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by path, line, place and code."""
    return sorted(found, key=lambda d: (d.path, d.line or 0, d.start if d.start is not None else -1, d.code, d.message))


def plain(rule: Rule, problem: Problem, path: str) -> Diagnostic:
    """The problem of a rule on a file, or on a file below the folder `path`."""
    file = problem.place.file
    return diagnostic(rule, problem, f"{path}/{file}" if file else path, problem.place.line, None)


def of_corpus(rule: Rule, problem: Problem, corpus: Corpus, root: str) -> Diagnostic:
    """The problem of a rule on the corpus; its path begins with `root`."""
    place, line, record = problem.place, problem.place.line, None
    file = f"gold/{place.document}.jsonl" if place.document else place.file
    if place.document and place.record is not None:
        line, record = place.record + 1, corpus.documents[place.document].records[place.record]
    return diagnostic(rule, problem, f"{root}/{file}", line, record)
