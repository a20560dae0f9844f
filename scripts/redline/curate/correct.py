"""Corrections of gold: a label that no rater gave, and one that is wrong; each with who made it, when and why.

A correction is an entry of the document's decisions. Gold is made again from raters and decisions, and raters' files stay as they are.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from redline.adjudicate.differences import ABSENT, Passage
from redline.core.document import Span
from redline.core.errors import RedlineError
from redline.core.quoting import find, number, occurrences
from redline.core.suggest import nearest
from redline.curate.correction import Case, Corrected, Signature, Wanted
from redline.project import Project
from redline.project.lock import exclusive


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
    case.put(part.identifier(f"{key} span"), entry | {"attributes": dict(wanted.attributes)} | signature.filled)
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
        case.put(part.identifier(f"{key} span"), kept | _reading(part, span, wanted, added) | signature.filled)
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
    """Takes the last correction under an id back and makes gold again; the result has the id where one more can be taken back.

    Raises RedlineError when nothing is recorded under the id.
    """
    case = Case(project, doc)
    if not case.made.knows(name):
        raise RedlineError(f"{case.doc}: there is no entry with the id `{name}`; needed: the id that the correction printed")
    case.made = case.made.undone(name)
    case.ids = [name] if case.made.knows(name) else []
    return structs.replace(case.recorded(), undone=(case.before.entry(name), case.made.entry(name)))


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
