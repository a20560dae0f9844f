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
from redline.core.taxonomy import Taxonomy
from redline.rules.content import Content, in_memory
from redline.rules.line import Line
from redline.rules.places import diagnostic, in_order, of_corpus, plain
from redline.rules.registry import Rule, Scope, with_presumed

Lines = list[tuple[int, Record]]
Seeds = Callable[[str], Source | None]
Keep = Callable[[Document], object]


class Checked(Struct, frozen=True):
    """What came of a file: its diagnostics, how many records it has, and whether it is `whole`: every line could be read.

    `documents` are those of a whole file, where they were kept.
    """

    diagnostics: list[Diagnostic]
    documents: list[Document] | None
    records: int
    whole: bool


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
        """As `content`, of a file that was read, with its documents."""
        documents: list[Document] = []
        found = self.content(in_memory(data), path, seeds, name, documents.append)
        return msgspec.structs.replace(found, documents=documents if found.whole else None)

    def content(self, content: Content, path: str, seeds: Seeds, name: str | None = None, keep: Keep = lambda _: None) -> Checked:
        """Everything that the rules find in a file of records; memory does not grow with the number of documents.

        `name` is the one document that the file should contain; without it the file may contain several, one after the
        other. `seeds` gives the seed of a document, or None where it is not known. A bare record stays wordless
        if no seed gives its text, and only the rules that need no words look at it. `keep` gets each document.
        """
        failed: set[str] = set()
        found = [plain(*problem, path) for problem in self._problems(Scope.FILE, content.form, failed)]
        reader = _Reader(self, path, seeds, failed)
        of_documents: list[Diagnostic] = []
        for document, part in _documents(reader.records(content), name):
            keep(document)
            of_documents += self._document(document, part, path, seeds)
        found += reader.found
        whole = not content.form.empty and not reader.unread
        return Checked(in_order([*found, *of_documents] if whole else found), None, reader.count, whole)

    def line(self, data: bytes, path: str, number: int, failed: set[str]) -> tuple[Record | None, list[Diagnostic]]:
        """The record of a line, and what the rules on lines find; `failed` are the codes of rules on the file that found something."""
        record = _canonical(data)
        if record is not None:
            return record, []
        slow = Line(data)
        found = [diagnostic(*problem, path, number, None) for problem in self._problems(Scope.LINE, slow, set(failed))]
        return slow.record, found

    def part(self, scope: Scope, subject: Any, path: str) -> tuple[list[Diagnostic], set[str]]:
        """What the rules of one scope find in a part of a project that is not a file of records, and the codes that failed."""
        failed: set[str] = set()
        return in_order([plain(*problem, path) for problem in self._problems(scope, subject, failed)]), failed

    def corpus(self, corpus: Corpus, root: str, failed: Iterable[str] = ()) -> tuple[list[Diagnostic], list[str]]:
        """What the rules on the whole corpus find, and the codes of those that could not run; paths begin with `root`.

        `failed` are the codes of the rules with problems that kept a part of the project out of `corpus`.
        """
        failing = set(failed)
        found = [of_corpus(*problem, corpus, root) for problem in self._problems(Scope.CORPUS, corpus, failing)]
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
        """What the rules of a scope find, except rules that presume one in `failed`; adds those that failed or did not run."""
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


class _Reader:
    """One reading of a file: gives its numbered records, and gathers what the rules on lines and records find."""

    def __init__(self, checker: Checker, path: str, seeds: Seeds, failed: set[str]) -> None:
        self._checker, self._path, self._seeds, self._failed = checker, path, seeds, failed
        self.found: list[Diagnostic] = []
        self.count = self.unread = 0

    def records(self, content: Content) -> Iterator[tuple[int, Record]]:
        for number, line in content.lines():
            record, problems = self._checker.line(line, self._path, number, self._failed)
            self.found += problems
            if record is None:
                self.unread += 1
                continue
            record = _completed(record, self._seeds)
            self.count += 1
            self.found += self._checker.record(record, self._path, number)
            yield number, record


def _documents(lines: Iterable[tuple[int, Record]], name: str | None) -> Iterator[tuple[Document, Lines]]:
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
    """The corpus without the documents with missing words."""
    raters = {rater: _with_words(files) for rater, files in corpus.raters.items()}
    return msgspec.structs.replace(corpus, documents=_with_words(corpus.documents), raters=raters)


def _with_words(documents: dict[str, Document]) -> dict[str, Document]:
    return {doc: document for doc, document in documents.items() if has_words(document)}


def _without(record: Record, hidden: set[int]) -> Record:
    # Relations stay: whether both ends are there is the question of a rule that sees all spans.
    return msgspec.structs.replace(record, spans=tuple(span for span in record.spans if id(span) not in hidden))
