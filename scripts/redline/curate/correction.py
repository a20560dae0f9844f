"""A document in which gold is corrected: entries of its decisions are put, the new gold is checked, and all is recorded or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from redline.adjudicate import merge
from redline.adjudicate.decisions import REASONS, Addition, Decision, Decisions, Entry
from redline.adjudicate.differences import Passage, passages
from redline.adjudicate.problems import problems, undecided
from redline.core.diagnostic import Severity
from redline.core.document import AttributeValue, Document, Record, Span
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.taxonomy import Taxonomy
from redline.curate import adjudicate
from redline.edit.changes import Change, changes
from redline.formats import jsonl
from redline.project import Project, decisions, lookup
from redline.rules.check import Checker
from redline.rules.registry import Scope, all_rules

Link = tuple[str, str]
"""A relation, and the span at its other end: `PASSAGE:ID` or words."""


class Wanted(Struct, frozen=True):
    """What a span should be: what is None or empty stays as it is.

    The quote is found by `nth` or `within` where the passage has it several times. `without` names attributes, `unrelated`
    relations that go.
    """

    quote: str | None = None
    label: str | None = None
    nth: int | None = None
    within: str | None = None
    attributes: Mapping[str, AttributeValue] = {}
    without: Sequence[str] = ()
    related: Sequence[Link] = ()
    unrelated: Sequence[Link] = ()


class Signature(Struct, frozen=True):
    """Why, by whom and when; `reason` is one of those of decisions."""

    reason: str
    note: str
    by: str
    date: str

    @property
    def filled(self) -> dict[str, str]:
        """What is not empty, by name."""
        return {name: value for name, value in msgspec.to_builtins(self).items() if value}


class Corrected(Struct, frozen=True):
    """The ids under which a correction is recorded, what it changes in gold, and the differences that keep gold from being made.

    `renamed` are spans that stay and have another name now: `PASSAGE:ID` before and after. `undone` is what was recorded under the
    id of an undone correction, and what is recorded under it now (None: nothing).
    """

    ids: list[str]
    changes: list[Change]
    undecided: list[str]
    renamed: list[tuple[str, str]] = []
    undone: tuple[Entry | None, Entry | None] | None = None


class Case:
    """A document with its raters and decisions while a correction is worked out; `ids` are those that it made or changed."""

    def __init__(self, project: Project, doc: str, signature: Signature | None = None) -> None:
        self.project = project
        self.doc = lookup.known(project, doc)
        self.taxonomy: Taxonomy = project.taxonomy()
        self.signature = signature or Signature(REASONS[0], "", "", "")
        if self.signature.reason not in REASONS:
            raise RedlineError(f"reason `{self.signature.reason}` is unknown; needed: one of {', '.join(REASONS)}")
        self.parts = {part.number: part for part in passages(adjudicate.readings(project, self.doc), self.taxonomy)}
        self.before = decisions.read(project, self.doc)
        signed = self.before if self.before.by else Decisions(self.doc, self.signature.by, self.signature.date, {})
        self.made = signed
        self.ids: list[str] = []

    def put(self, name: str, entry: Any, *, agreed: bool = False) -> None:
        """Records an entry under an id."""
        self.made = self.made.put(name, entry, agreed=agreed)
        self.ids.append(name)

    def decide(self, part: Passage, about: str, take: Any) -> None:
        """Records a decision on a difference, or against a reading that all raters share."""
        name = part.identifier(about)
        agreed = all(difference.id != name for difference in part.differences)
        self.put(name, Decision(take, **msgspec.to_builtins(self.signature), about=about), agreed=agreed)

    def span(self, name: str) -> tuple[Passage, str, Span]:
        """The passage, the key and the span of gold that `name` means."""
        keys: dict[tuple[int, str], str] = {}
        records = []
        for part in self.parts.values():
            kept = merge.settled(part, self.made)
            ids = merge.numbered(kept)
            keys |= {(part.number, ids[key]): key for key in kept}
            records.append(structs.replace(part.record, spans=tuple(structs.replace(span, id=ids[key]) for key, span in kept.items())))
        record, span = lookup.span(Document(self.doc, tuple(records)), name)
        return self.parts[record.meta.passage], keys[record.meta.passage, span.id], span

    def relate(self, part: Passage, key: str, link: Link, *, there: bool) -> None:
        """Adds a relation between the span of that key and another one, or takes it away."""
        label, words = link
        other_part, other_key, other = self.span(words)
        span = merge.settled(part, self.made)[key]
        if other_part.number != part.number:
            raise RedlineError(f"{self.doc}: `{words}` is in passage {other_part.number}, the span in {part.number}; needed: one passage")
        head, child = (key, other_key) if self._fits(label, span, other) else (other_key, key)
        if head == other_key and not self._fits(label, other, span):
            raise RedlineError(f"{label} cannot join {span.label} and {other.label}; needed: a relation between these labels")
        about = f"{head} {label} {child}"
        if (head, label, child) in part.relations:
            self.decide(part, about, there)
        elif there:
            self.put(part.identifier(about), Addition(part.number, head, label, child, **msgspec.to_builtins(self.signature)))
        elif self.made.entry(part.identifier(about)) is None:
            raise RedlineError(f"{self.doc}: there is no relation {label} between `{span.text}` and `{other.text}`")
        else:
            self.put(part.identifier(about), None)

    def _fits(self, label: str, head: Span, child: Span) -> bool:
        relation = self.taxonomy.layers[head.layer].by_relation.get(label)
        return relation is not None and head.label in relation.heads and child.label in relation.children

    def recorded(self) -> Corrected:
        """Writes gold where nothing is undecided, and then the decisions.

        A process that is killed before the second write has recorded nothing: the same command does all of it again.

        Raises RedlineError where an entry means nothing or gold would break a rule that it keeps now; nothing is written then.
        """
        parts = list(self.parts.values())
        if lines := list(problems(parts, self.made, self.taxonomy)):
            raise RedlineError("\n".join(f"{self.doc}: {line}" for line in lines))
        old, new = ([merge.merged(part, made) for part in parts] for made in (self.before, self.made))
        if lines := [line for pair in zip(old, new, strict=True) for line in self._broken(*pair)]:
            raise RedlineError("\n".join(f"{self.doc}: {line}" for line in lines))
        keyed = ({(self.doc, record.meta.passage): record for record in records} for records in (old, new))
        difference, waiting = list(changes(*keyed)), list(undecided(parts, self.made))
        if not difference:
            raise RedlineError(f"{self.doc}: the correction changes nothing in gold; needed: a change")
        data = decisions.encoded(self.project, self.made)
        if not waiting:
            jsonl.write([Document(self.doc, tuple(new))], self.project.gold / f"{self.doc}.jsonl")
        write_atomically(decisions.path_of(self.project, self.doc), data)
        return Corrected(self.ids, difference, waiting, [name for pair in zip(old, new, strict=True) for name in _renamed(*pair)])

    def _broken(self, old: Record, new: Record) -> list[str]:
        """What rules of severity error find in a passage and did not find before."""
        rules = [rule for rule in all_rules() if rule.scope is Scope.RECORD and rule.severity is Severity.ERROR]
        checker = Checker(rules, self.taxonomy)
        known = {(problem.code, problem.message) for problem in checker.record(old, "", 1)} if old != new else set()
        problems = checker.record(new, "", 1) if old != new else ()
        return [f"{one.code} {one.message}; {one.hint}" for one in problems if (one.code, one.message) not in known]


def _renamed(old: Record, new: Record) -> list[tuple[str, str]]:
    """The spans of a passage that are in both records under different names."""
    after = {(span.layer, span.label, span.bounds): span.id for span in new.spans}
    names = ((span.id, after.get((span.layer, span.label, span.bounds))) for span in old.spans)
    number = new.meta.passage
    return [(f"{number}:{one}", f"{number}:{other}") for one, other in names if other is not None and other != one]
