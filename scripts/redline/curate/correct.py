"""Corrections of gold: a label that no rater gave, and one that is wrong; each with who made it, when and why.

A correction is an entry of the document's decisions. Gold is made anew of raters and decisions, and raters' files stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from redline.adjudicate import merge
from redline.adjudicate.decisions import REASONS, Addition, Decision, Decisions
from redline.adjudicate.differences import ABSENT, Passage, passages
from redline.adjudicate.problems import problems, undecided
from redline.core.diagnostic import Severity
from redline.core.document import AttributeValue, Document, Record, Span
from redline.core.errors import RedlineError
from redline.core.quoting import find, number, occurrences
from redline.core.suggest import nearest
from redline.core.taxonomy import Taxonomy
from redline.curate import adjudicate
from redline.edit.changes import Change, changes
from redline.formats import jsonl
from redline.project import Project, decisions, lookup
from redline.project.lock import exclusive
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


class Corrected(Struct, frozen=True):
    """The ids under which a correction is recorded, what it changes in gold, and the differences that keep gold from being made.

    `renamed` are spans that stay and have another name now: `PASSAGE:ID` before and after.
    """

    ids: list[str]
    changes: list[Change]
    undecided: list[str]
    renamed: list[tuple[str, str]] = []


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
        """Records a decision on a difference, or against what all raters said alike."""
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
        """Writes the decisions, and gold where nothing is undecided.

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
        decisions.write(self.project, self.made)
        if not waiting:
            jsonl.write([Document(self.doc, tuple(new))], self.project.gold / f"{self.doc}.jsonl")
        return Corrected(self.ids, difference, waiting, [name for pair in zip(old, new, strict=True) for name in _renamed(*pair)])

    def _broken(self, old: Record, new: Record) -> list[str]:
        """What rules of severity error find in a passage and did not find before."""
        rules = [rule for rule in all_rules() if rule.scope is Scope.RECORD and rule.severity is Severity.ERROR]
        checker = Checker(rules, self.taxonomy)
        known = {(problem.code, problem.message) for problem in checker.record(old, "", 1)} if old != new else set()
        problems = checker.record(new, "", 1) if old != new else ()
        return [f"{one.code} {one.message}; {one.hint}" for one in problems if (one.code, one.message) not in known]


@exclusive
def add(project: Project, doc: str, wanted: Wanted, signature: Signature, passage: int | None = None) -> Corrected:
    """Labels words that no rater marked; they are looked for in all passages unless one is named.

    Raises RedlineError when the words are not there once, or the scheme refuses the label; nothing is written then.
    """
    case = Case(project, doc, signature)
    label, quote = wanted.label or "", wanted.quote or ""
    if label not in case.taxonomy.layer_of_label:
        raise RedlineError(f"there is no label `{label}`; {nearest(label, case.taxonomy.layer_of_label)}")
    part = _passage(case, quote, passage)
    taken = {entry.get("id") for entry in case.made.spans if entry.get("passage") == part.number}
    key = next(name for name in (f"x{count}" for count in range(1, len(taken) + 2)) if name not in taken)
    place = _place(part.record.text, quote, wanted.nth, wanted.within)
    entry = {"passage": part.number, "id": key, "layer": case.taxonomy.layer_of_label[label], "label": label, **place}
    case.put(part.identifier(f"{key} span"), entry | {"attributes": dict(wanted.attributes)} | _filled(signature))
    for link in wanted.related:
        case.relate(part, key, link, there=True)
    return case.recorded()


@exclusive
def correct(project: Project, doc: str, name: str, wanted: Wanted, signature: Signature, *, remove: bool = False) -> Corrected:
    """Gives a span of gold other words, another label, attributes or relations, or removes it.

    Raises RedlineError when there is no such span, nothing would change, or the scheme refuses it; nothing is written then.
    """
    case = Case(project, doc, signature)
    part, key, span = case.span(name)
    added = next((entry for entry in case.made.spans if (entry.get("passage"), entry.get("id")) == (part.number, key)), None)
    if added is not None and remove:
        case.made = case.made.unrelated(part.number, key)
        case.put(part.identifier(f"{key} span"), None)
    elif remove:
        case.decide(part, f"{key} span", None)
    elif added is not None and _changes(wanted):
        kept = {name: value for name, value in added.items() if name not in ("nth", "in")}
        case.put(part.identifier(f"{key} span"), kept | _reading(part, span, wanted, added) | _filled(signature))
    elif _changes(wanted):
        decision = case.made.on(part.identifier(f"{key} span"))
        earlier = decision.take if decision and isinstance(decision.take, dict) else {}
        case.decide(part, f"{key} span", _reading(part, span, wanted, earlier))
    for links, there in ((wanted.unrelated, False), (wanted.related, True)):
        for link in links:
            case.relate(part, key, link, there=there)
    return case.recorded()


@exclusive
def undo(project: Project, doc: str, name: str) -> Corrected:
    """Takes the last correction under an id back and makes gold anew.

    Raises RedlineError when nothing is recorded under the id.
    """
    case = Case(project, doc)
    if not case.made.knows(name):
        raise RedlineError(f"{case.doc}: there is no entry with the id `{name}`; needed: the id that the correction printed")
    case.made = case.made.undone(name)
    case.ids.append(name)
    return case.recorded()


def _changes(wanted: Wanted) -> bool:
    """Whether the span itself changes, and not only its relations."""
    return bool(wanted.quote or wanted.nth or wanted.label or wanted.attributes or wanted.without)


def _reading(part: Passage, span: Span, wanted: Wanted, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The span as it is wanted, as a decision has it; `earlier` is the reading of none of the raters that gold has now."""
    text = part.record.text
    nth = wanted.nth or (None if wanted.quote else number(text, span.text, span.start))
    place = _place(text, wanted.quote or span.text, nth, wanted.within)
    attributes = {**earlier.get("attributes", {}), **wanted.attributes, **dict.fromkeys(wanted.without, ABSENT)}
    return {**place, "label": wanted.label or span.label, **({"attributes": attributes} if attributes else {})}


def _place(text: str, quote: str, nth: int | None, within: str | None) -> dict[str, Any]:
    """The quote with the number of its place where the text has it several times.

    Raises RedlineError when it is not there, or it is not clear where.
    """
    try:
        count = number(text, quote, find(text, quote, nth, within))
    except ValueError as error:
        raise RedlineError(str(error)) from None
    return {"quote": quote, **({"nth": count} if count else {})}


def _passage(case: Case, quote: str, passage: int | None) -> Passage:
    """The passage that is named, or else the only one that has the quote."""
    numbers = [number for number, part in case.parts.items() if occurrences(part.record.text, quote)] if passage is None else [passage]
    if len(numbers) != 1 or numbers[0] not in case.parts:
        where = f"is in passages {', '.join(map(str, numbers))}" if len(numbers) > 1 else "is in no such passage"
        raise RedlineError(f"{case.doc}: `{quote}` {where}; needed: words of one passage (or --passage N)")
    return case.parts[numbers[0]]


def _filled(signature: Signature) -> dict[str, str]:
    return {name: value for name, value in msgspec.to_builtins(signature).items() if value}


def _renamed(old: Record, new: Record) -> list[tuple[str, str]]:
    """The spans of a passage that are in both records under different names."""
    after = {(span.layer, span.label, span.bounds): span.id for span in new.spans}
    names = ((span.id, after.get((span.layer, span.label, span.bounds))) for span in old.spans)
    number = new.meta.passage
    return [(f"{number}:{one}", f"{number}:{other}") for one, other in names if other is not None and other != one]
