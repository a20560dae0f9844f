"""Runs rules over the bytes of a file, a document with its seed, and a corpus; gives diagnostics in a stable order."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Diagnostic, Problem
from redline.core.document import Document, Record, Span, decode, encode
from redline.core.taxonomy import Taxonomy
from redline.rules.file import BOM
from redline.rules.registry import Rule, Scope

_LAST = ("RL010", "RL011")
Lines = list[tuple[int, Record]]
Seeds = Callable[[str], Source | None]


class Checked(Struct, frozen=True):
    """What came of a file: its diagnostics, and its documents when every line could be read."""

    diagnostics: list[Diagnostic]
    documents: list[Document] | None
    records: int


class Checker:
    """The rules of a run, sorted by what they look at."""

    def __init__(self, rules: Iterable[Rule], taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._rules: dict[Scope, list[Rule]] = {scope: [] for scope in Scope}
        for rule in rules:
            self._rules[rule.scope].append(rule)
        self._hiding = [rule for rule in self._rules[Scope.RECORD] if rule.hides]
        self._plain = [rule for rule in self._rules[Scope.RECORD] if not rule.hides]

    def file(self, data: bytes, path: str, seeds: Seeds, name: str | None = None) -> Checked:
        """Everything that the rules find in a file of records.

        `name` is the one document that the file should hold; without it the file may hold several, one after the other.
        `seeds` gives the seed of a document, or None where it is not known.
        """
        found = list(self._run(Scope.FILE, data, path))
        lines: Lines = []
        whole = bool(data.strip())
        for number, line in enumerate(data.removeprefix(BOM).split(b"\n"), 1):
            if not line.strip():
                continue
            record = _canonical(line)
            if record is None:
                found += self._line(line, path, number)
                record = _readable(line)
            if record is None:
                whole = False
            else:
                lines.append((number, record))
                found += self.record(record, path, number)
        if not whole:
            return Checked(in_order(found), None, len(lines))
        documents = list(_documents(lines, name))
        for document, part in documents:
            disorder = list(self._run(Scope.DOCUMENT, document, path, part))
            found += disorder
            source = None if disorder else seeds(document.id)
            if source:
                found += self._run(Scope.SOURCE, (document, source), path, part)
        return Checked(in_order(found), [document for document, _ in documents], len(lines))

    def part(self, scope: Scope, data: bytes, path: str) -> list[Diagnostic]:
        """What the rules of one scope find in the bytes of a file."""
        return in_order(self._run(scope, data, path))

    def _line(self, line: bytes, path: str, number: int) -> list[Diagnostic]:
        # The first rule that finds something makes the others meaningless: what is no JSON has no shape.
        for rule in sorted(self._rules[Scope.LINE], key=lambda rule: (rule.code in _LAST, rule.code)):
            found = [diagnostic(rule, problem, path, number, None) for problem in rule.check(line, self.taxonomy)]
            if found:
                return found
        return []

    def record(self, record: Record, path: str, number: int) -> Iterator[Diagnostic]:
        """What the rules on records find; spans that a hiding rule problems are unseen by the others."""
        hidden: set[int] = set()
        for rule in self._hiding:
            for problem in rule.check(record, self.taxonomy):
                if isinstance(problem.place, Span):
                    hidden.add(id(problem.place))
                yield diagnostic(rule, problem, path, number, record)
        seen = _without(record, hidden) if hidden else record
        for rule in self._plain:
            for problem in rule.check(seen, self.taxonomy):
                yield diagnostic(rule, problem, path, number, record)

    def corpus(self, corpus: Corpus, root: str) -> list[Diagnostic]:
        """What the rules on the whole corpus find; paths begin with `root`."""
        found = []
        for rule in self._rules[Scope.CORPUS]:
            for problem in rule.check(corpus, self.taxonomy):
                record, line = None, problem.line
                if problem.record is not None:
                    document = corpus.documents[problem.file.removeprefix("gold/").removesuffix(".jsonl")]
                    record, line = document.records[problem.record], problem.record + 1
                found.append(diagnostic(rule, problem, f"{root}/{problem.file}", line, record))
        return in_order(found)

    def _run(self, scope: Scope, subject: Any, path: str, lines: Lines | None = None) -> Iterator[Diagnostic]:
        for rule in self._rules[scope]:
            for problem in rule.check(subject, self.taxonomy):
                number, record = problem.line, None
                if problem.record is not None and lines:
                    number, record = lines[min(problem.record, len(lines) - 1)]
                yield diagnostic(rule, problem, path, number, record)


def diagnostic(rule: Rule, problem: Problem, path: str, line: int | None, record: Record | None) -> Diagnostic:
    """The problem of a rule at its place; `record` is the one that it concerns, if there is one."""
    start, end = problem.bounds or (None, None)
    text, doc, passage = (record.text, record.meta.doc, record.meta.passage) if record else ("", "", None)
    span = problem.place.id if isinstance(problem.place, Span) else ""
    place = (path, line, start, end)
    return Diagnostic(rule.code, rule.name, rule.severity, *place, problem.message, problem.hint, text, doc, passage, problem.about, span)


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by path, line, place and code."""
    return sorted(found, key=lambda d: (d.path, d.line or 0, d.start if d.start is not None else -1, d.code, d.message))


def _documents(lines: Lines, name: str | None) -> Iterator[tuple[Document, Lines]]:
    """The documents of a file with their numbered records."""
    for doc, part in groupby(lines, key=lambda line: name or line[1].meta.doc):
        held = list(part)
        yield Document(doc, tuple(record for _, record in held)), held


def _canonical(line: bytes) -> Record | None:
    # The fast way: a line that is written just as we write it has no problem of form, doubled keys included.
    record = _readable(line)
    return record if record is not None and encode(record) == line else None


def _readable(line: bytes) -> Record | None:
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _without(record: Record, hidden: set[int]) -> Record:
    spans = tuple(span for span in record.spans if id(span) not in hidden)
    gone = {span.id for span in record.spans if id(span) in hidden} - {span.id for span in spans}
    relations = tuple(r for r in record.relations if r.head_id not in gone and r.child_id not in gone)
    return msgspec.structs.replace(record, spans=spans, relations=relations)
