"""Runs rules over the bytes of a file, a document with its seed, and a corpus; gives diagnostics in a stable order."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct

from redline.core.bare import BARE, completed, has_words, is_wordless, wordless
from redline.core.corpus import Corpus, Source
from redline.core.diagnostic import Diagnostic, Problem
from redline.core.document import Document, Record, Span, decode, decode_bare, encode
from redline.core.strict_json import BOM
from redline.core.taxonomy import Taxonomy
from redline.rules.line import Line
from redline.rules.registry import Rule, Scope, with_presumed

Lines = list[tuple[int, Record]]
Seeds = Callable[[str], Source | None]


class Checked(Struct, frozen=True):
    """What came of a file: its diagnostics, how many records it has, and its documents when every line could be read."""

    diagnostics: list[Diagnostic]
    documents: list[Document] | None
    records: int


class Checker:
    """The rules of a run by what they look at, with those that they presume, which run and are not reported."""

    def __init__(self, rules: Iterable[Rule], taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        chosen = list(rules)
        self._reported = {rule.code for rule in chosen}
        self._rules: dict[Scope, list[Rule]] = {scope: [] for scope in Scope}
        for rule in with_presumed(chosen):
            self._rules[rule.scope].append(rule)

    def file(self, data: bytes, path: str, seeds: Seeds, name: str | None = None) -> Checked:
        """Everything that the rules find in a file of records.

        `name` is the one document that the file should contain; without it the file may contain several, one after the
        other. `seeds` gives the seed of a document, or None where it is not known. A bare record whose text no seed gives stays
        wordless, and only the rules that need no words look at it.
        """
        failed: set[str] = set()
        found = [_plain(*problem, path) for problem in self._problems(Scope.FILE, data, failed)]
        lines: Lines = []
        whole = bool(data.strip())
        for number, line in enumerate(data.removeprefix(BOM).split(b"\n"), 1):
            if not line.strip():
                continue
            record = _canonical(line)
            if record is None:
                slow = Line(line)
                found += [diagnostic(*problem, path, number, None) for problem in self._problems(Scope.LINE, slow, set(failed))]
                record = slow.record
            if record is None:
                whole = False
            else:
                record = _completed(record, seeds)
                lines.append((number, record))
                found += self.record(record, path, number)
        if not whole:
            return Checked(in_order(found), None, len(lines))
        documents = list(_documents(lines, name))
        for document, part in documents:
            found += self._document(document, part, path, seeds)
        return Checked(in_order(found), [document for document, _ in documents], len(lines))

    def part(self, scope: Scope, subject: Any, path: str) -> tuple[list[Diagnostic], set[str]]:
        """What the rules of one scope find in a part of a project that is no file of records, and the codes that failed."""
        failed: set[str] = set()
        return in_order([_plain(*problem, path) for problem in self._problems(scope, subject, failed)]), failed

    def corpus(self, corpus: Corpus, root: str, failed: Iterable[str] = ()) -> tuple[list[Diagnostic], list[str]]:
        """What the rules on the whole corpus find, and the codes of those that could not run; paths begin with `root`.

        `failed` are the codes of the rules whose problems kept a part of the project out of `corpus`.
        """
        failing = set(failed)
        found = [_of_corpus(*problem, corpus, root) for problem in self._problems(Scope.CORPUS, corpus, failing)]
        skipped = [rule.code for rule in self._rules[Scope.CORPUS] if failing.intersection(rule.presumes)]
        return in_order(found), sorted(self._reported.intersection(skipped))

    def record(self, record: Record, path: str, number: int) -> Iterator[Diagnostic]:
        """What the rules on records find; a span that a presumed rule finds is hidden from those that presume it."""
        hidden: dict[str, set[int]] = {}
        for rule in self._rules[Scope.RECORD]:
            unseen: set[int] = set().union(*(hidden[code] for code in rule.presumes))
            hidden[rule.code] = set(unseen)
            if rule.words and is_wordless(record):
                continue
            for problem in rule.check(_without(record, unseen) if unseen else record, self.taxonomy):
                if isinstance(problem.subject, Span):
                    hidden[rule.code].add(id(problem.subject))
                if rule.code in self._reported:
                    yield diagnostic(rule, problem, path, number, record)

    def _document(self, document: Document, part: Lines, path: str, seeds: Seeds) -> Iterator[Diagnostic]:
        failed: set[str] = set()
        problems = list(self._problems(Scope.DOCUMENT, document, failed))
        source = seeds(document.id) if self._rules[Scope.SOURCE] else None
        if source:
            problems += self._problems(Scope.SOURCE, (document, source), failed)
        for rule, problem in problems:
            index = problem.place.record
            number, record = (problem.place.line, None) if index is None else part[min(index, len(part) - 1)]
            yield diagnostic(rule, problem, path, number, record)

    def _problems(self, scope: Scope, subject: Any, failed: set[str]) -> Iterator[tuple[Rule, Problem]]:
        """What the rules of a scope find, but for rules that presume one in `failed`; adds those that failed or did not run."""
        for rule in self._rules[scope]:
            if failed.intersection(rule.presumes):
                failed.add(rule.code)
                continue
            if rule.words and scope is Scope.DOCUMENT and not has_words(subject):
                continue
            for problem in rule.check(_worded(subject) if rule.words and scope is Scope.CORPUS else subject, self.taxonomy):
                failed.add(rule.code)
                if rule.code in self._reported:
                    yield rule, problem


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


def _plain(rule: Rule, problem: Problem, path: str) -> Diagnostic:
    file = problem.place.file
    return diagnostic(rule, problem, f"{path}/{file}" if file else path, problem.place.line, None)


def _of_corpus(rule: Rule, problem: Problem, corpus: Corpus, root: str) -> Diagnostic:
    place, line, record = problem.place, problem.place.line, None
    file = f"gold/{place.document}.jsonl" if place.document else place.file
    if place.document and place.record is not None:
        line, record = place.record + 1, corpus.documents[place.document].records[place.record]
    return diagnostic(rule, problem, f"{root}/{file}", line, record)


def _documents(lines: Lines, name: str | None) -> Iterator[tuple[Document, Lines]]:
    """The documents of a file with their numbered records."""
    for doc, part in groupby(lines, key=lambda line: name or line[1].meta.doc):
        numbered = list(part)
        yield Document(doc, tuple(record for _, record in numbered)), numbered


def _canonical(line: bytes) -> Record | None:
    # The fast way: a line that is written just as we write it has no problem of form, doubled keys included.
    try:
        record = wordless(decode_bare(line)) if line.startswith(BARE) else decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return record if encode(record) == line else None


def _completed(record: Record, seeds: Seeds) -> Record:
    """The record with its words where they are at hand and those that were annotated."""
    source = seeds(record.meta.doc) if is_wordless(record) else None
    try:
        return completed(record, source.text) if source else record
    except ValueError:
        return record


def _worded(corpus: Corpus) -> Corpus:
    """The corpus without the documents whose words are not at hand."""
    raters = {rater: _with_words(files) for rater, files in corpus.raters.items()}
    return msgspec.structs.replace(corpus, documents=_with_words(corpus.documents), raters=raters)


def _with_words(documents: dict[str, Document]) -> dict[str, Document]:
    return {doc: document for doc, document in documents.items() if has_words(document)}


def _without(record: Record, hidden: set[int]) -> Record:
    # Relations stay: whether both ends are there is the question of a rule that sees all spans.
    return msgspec.structs.replace(record, spans=tuple(span for span in record.spans if id(span) not in hidden))
