"""Makes gold of the raters' files and the decisions on their differences; lists what is still to decide."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from redline import project as projects
from redline import rules
from redline.adjudicate import merge, worklist
from redline.adjudicate.decisions import Decision, Decisions
from redline.adjudicate.differences import Difference, passages
from redline.core.document import AttributeValue, Document
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.names import checked
from redline.curate import agree
from redline.formats import jsonl
from redline.project import Project
from redline.project.lock import exclusive


def differences(project: Project, doc: str) -> list[Difference]:
    """Everything that the raters of a document say differently."""
    return [difference for part in passages(readings(project, doc), project.taxonomy()) for difference in part.differences()]


def gold(project: Project, doc: str) -> Document:
    """The gold document that raters and decisions give.

    Raises RedlineError when a difference is undecided.
    """
    return merge.merge(readings(project, doc), decisions(project, doc), project.taxonomy())


@exclusive
def write(project: Project, docs: list[str]) -> None:
    """Writes gold for all documents, or for none when one of them cannot be made."""
    made = [gold(project, doc) for doc in docs]
    for document in made:
        jsonl.write([document], project.gold / f"{checked(document.id, 'document')}.jsonl")


def holds(project: Project, doc: str) -> bool:
    """Whether the gold file is what raters and decisions give."""
    path = project.gold / f"{doc}.jsonl"
    return path.exists() and read_bytes(path) == jsonl.dump([gold(project, doc)])


def docs(project: Project) -> list[str]:
    """The documents that have decisions."""
    return [path.stem for path in sorted((project.corpus / "decisions").glob("*.json"))]


def readings(project: Project, doc: str) -> dict[str, Document]:
    """The document by each of its raters, in the order of raters.json, so that a later rater only adds differences.

    Raises RedlineError when fewer than two have rated it.
    """
    files = agree.read(project, None)
    order = [name for name in projects.described(project.raters / "raters.json") if name in files]
    held = {name: files[name][doc] for name in (*order, *sorted(set(files) - set(order))) if doc in files[name]}
    if len(held) < 2:
        raise RedlineError(f"{doc}: has {len(held)} rater files; needed: two or more")
    return held


def decisions(project: Project, doc: str) -> Decisions:
    """The decisions on a document; none where it has no file of them, as where its raters agree wholly."""
    path = project.corpus / "decisions" / f"{checked(doc, 'document')}.json"
    if not path.exists():
        return Decisions(doc, "", "", {})
    try:
        return msgspec.json.decode(read_bytes(path), type=Decisions)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: holds no decisions ({error}); needed: doc, by, date, decisions") from None


@exclusive
def decide(project: Project, doc: str, name: str, decision: Decision) -> None:
    """Records a decision on a difference of a document; an earlier one on it goes to the history.

    Raises RedlineError when there is no such difference, or the decision is none; nothing is written then.
    """
    checked(doc, "document")
    known = {difference.id: difference for difference in differences(project, doc)}
    if name not in known:
        raise RedlineError(f"{doc}: there is no difference `{name}`; needed: one that redline adjudicate {doc} --differences lists")
    first = Decisions(doc, decision.by, decision.date, {})
    before = decisions(project, doc) if _path(project, doc).exists() else first
    made = before.decided(name, decision)
    merge.tried(readings(project, doc), made, known[name], project.taxonomy())
    if lines := list(_unlawful(project, doc, known[name], decision)):
        raise RedlineError("\n".join(f"{doc}: {line}" for line in lines))
    _write(project, made)


LAWS = ("RL301", "RL302", "RL304")
"""The rules on labels, attribute names and values."""


def _unlawful(project: Project, doc: str, difference: Difference, decision: Decision) -> Iterator[str]:
    """A line for each label, attribute name and value of another reading that the scheme has not."""
    if not isinstance(decision.take, dict):
        return
    spans = list(difference.mentions[0].readings.values())
    span = next((span for span in spans if difference.names[0] in span.attributes), spans[0])
    attributes = decision.take.get("attributes", {})
    if difference.kind == "attribute":
        attributes = {difference.names[0]: decision.take["value"]}
    given = msgspec.convert(attributes, dict[str, AttributeValue])
    trial = structs.replace(span, label=decision.take.get("label", span.label), attributes=given)
    record = structs.replace(next(iter(readings(project, doc).values())).records[0], spans=(trial,), relations=())
    for code in LAWS:
        yield from (f"{problem.message}; {problem.hint}" for problem in rules.find(code).check(record, project.taxonomy()))


@exclusive
def undo(project: Project, doc: str, name: str) -> tuple[Decision, Decision | None]:
    """Takes the last decision on a difference back; the result is that decision, and the one that is in force again.

    Raises RedlineError when nothing was decided on it.
    """
    before = decisions(project, doc)
    if name not in before.decisions:
        raise RedlineError(f"{doc}: there is no decision on `{name}`; needed: the id of a difference that was decided")
    after = before.undone(name)
    _write(project, after)
    return before.decisions[name], after.decisions.get(name)


def _path(project: Project, doc: str) -> Path:
    return project.corpus / "decisions" / f"{doc}.json"


def _write(project: Project, made: Decisions) -> None:
    write_atomically(_path(project, made.doc), msgspec.json.format(msgspec.json.encode(_sparse(made)), indent=1) + b"\n")


def _sparse(held: Decisions) -> dict[str, Any]:
    """The decisions without what is empty, as their files write them."""
    value: dict[str, Any] = msgspec.to_builtins(held)
    for name in ("decisions", "overrides"):
        value[name] = {key: _filled(decision) for key, decision in value[name].items()}
    value["history"] = [{**earlier, "decision": _filled(earlier["decision"])} for earlier in value["history"]]
    return {name: entry for name, entry in value.items() if entry or name == "decisions"}


def _filled(decision: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if name == "take" or value != ""}


def work_list(project: Project, doc: str, *, undecided: bool = False) -> Iterator[str]:
    """The differences of a document for people: side by side in the text, what the scheme says, and what was decided."""
    path = project.corpus / "decisions" / f"{doc}.json"
    made = decisions(project, doc).decisions if path.exists() else {}
    taxonomy = project.taxonomy()
    for part in passages(readings(project, doc), project.taxonomy()):
        for difference in part.differences():
            if not (undecided and difference.id in made):
                yield from worklist.entry(doc, part, difference, made.get(difference.id), taxonomy)
