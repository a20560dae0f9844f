"""Records what is decided on a difference between raters, takes it back, and makes what was decided before the decision again."""

from collections.abc import Iterator

import msgspec
from msgspec import structs

from redline import rules
from redline.adjudicate import merge
from redline.adjudicate.decisions import Decision, Decisions, Entry
from redline.adjudicate.differences import ABSENT, Difference
from redline.core.document import AttributeValue
from redline.core.errors import RedlineError
from redline.core.names import checked
from redline.curate.adjudicate import differences, readings
from redline.project import Project, decisions
from redline.project.lock import exclusive

LAWS = ("RL301", "RL302", "RL304")
"""The rules on labels, attribute names and values."""


@exclusive
def decide(project: Project, doc: str, name: str, decision: Decision) -> None:
    """Records a decision on a difference of a document; an earlier one on it goes to the history.

    Raises RedlineError when there is no such difference, or the decision is none; nothing is written then.
    """
    checked(doc, "document")
    known = {difference.id: difference for difference in differences(project, doc)}
    if name not in known:
        raise RedlineError(f"{doc}: there is no difference `{name}`; needed: an id from redline adjudicate {doc} --differences")
    before = decisions.read(project, doc)
    before = before if before.by else Decisions(doc, decision.by, decision.date, {})
    made = before.put(name, structs.replace(decision, about=known[name].about))
    merge.tried(readings(project, doc), made, known[name], project.taxonomy())
    if lines := list(_unlawful(project, doc, known[name], decision)):
        raise RedlineError("\n".join(f"{doc}: {line}" for line in lines))
    decisions.write(project, made)


def _unlawful(project: Project, doc: str, difference: Difference, decision: Decision) -> Iterator[str]:
    """A line for each label, attribute name and value of another reading that the scheme has not."""
    if not isinstance(decision.take, dict):
        return
    spans = list(difference.mentions[0].readings.values())
    span = next((span for span in spans if difference.names[0] in span.attributes), spans[0])
    attributes = decision.take.get("attributes", {})
    if difference.kind == "attribute":
        attributes = {difference.names[0]: decision.take["value"]}
    given = msgspec.convert({name: value for name, value in attributes.items() if value != ABSENT}, dict[str, AttributeValue])
    trial = structs.replace(span, label=decision.take.get("label", span.label), attributes=given)
    record = structs.replace(next(iter(readings(project, doc).values())).records[0], spans=(trial,), relations=())
    for code in LAWS:
        yield from (f"{problem.message}; {problem.hint}" for problem in rules.find(code).check(record, project.taxonomy()))


@exclusive
def undo(project: Project, doc: str, name: str) -> tuple[Entry | None, Entry | None]:
    """Takes the last decision or correction under an id back; returns the entry of the id before and after.

    Raises RedlineError when nothing was decided or corrected under it.
    """
    before = decisions.read(project, doc)
    if not before.knows(name):
        raise RedlineError(f"{doc}: there is no decision on `{name}`; needed: the id of a decided difference")
    after = before.undone(name)
    decisions.write(project, after)
    return before.entry(name), after.entry(name)


@exclusive
def put_back(project: Project, doc: str, name: str, before: Decision | None) -> None:
    """Makes `before` the decision on a difference again (None: it is open again); the one that it replaces goes to the history.

    `before` has its author and date, also where the file has them once for all decisions.

    Raises RedlineError when there is no decision to replace, or `before` never was one on this difference; nothing is written then.
    """
    made = decisions.read(project, checked(doc, "document"))
    if made.on(name) is None:
        raise RedlineError(f"{doc}: there is no decision on `{name}`; needed: the id of a difference that is decided")
    earlier = [one.decision for one in made.history if one.id == name and one.decision and made.signed(one.decision) == before]
    if before is not None and not earlier:
        raise RedlineError(f"{doc}: this was never decided on `{name}`; needed: a decision of its history, or none")
    decisions.write(project, made.put(name, earlier[-1] if earlier else None))
