"""The decisions on a document as they are on disk: `corpus/decisions/DOC.json`."""

from pathlib import Path
from typing import Any

import msgspec

from redline.adjudicate import bare
from redline.adjudicate.decisions import Decisions
from redline.adjudicate.differences import passages
from redline.core.bare import TextMissingError
from redline.core.decoding import of_file
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.listing import matching
from redline.core.names import checked
from redline.project import Project, lookup, sources


def docs(project: Project) -> list[str]:
    """The documents that have decisions."""
    return [path.stem for path in matching(project.corpus / "decisions", ".json")]


def path_of(project: Project, doc: str) -> Path:
    """Where the decisions on a document are; the file may be missing."""
    return project.corpus / "decisions" / f"{checked(doc, 'document')}.json"


def read(project: Project, doc: str) -> Decisions:
    """The decisions on a document; none where it has no file of them, as where its raters agree wholly.

    Those on a referenced document have their words where its text is at hand.

    Raises RedlineError when the file has another shape.
    """
    made = stored(project, doc)
    texts = _referenced(project, doc) if path_of(project, doc).exists() else None
    return bare.completed(made, texts, _names(project, doc)) if texts else made


def stored(project: Project, doc: str) -> Decisions:
    """As `read`, but as the file has them: those on a referenced document are bare."""
    path = path_of(project, doc)
    if not path.exists():
        return Decisions(doc, "", "", {})
    return of_file(path, Decisions, "is not a file of decisions", "doc, by, date, decisions")


def write(project: Project, decisions: Decisions) -> None:
    """Writes the decisions on a document, as `encoded` gives them."""
    write_atomically(path_of(project, decisions.doc), encoded(project, decisions))


def encoded(project: Project, decisions: Decisions) -> bytes:
    """The content of the file of decisions on a document, without what is empty in them; those on a referenced one are bare.

    Raises RedlineError where the words of one are not in the text.
    """
    if (texts := _referenced(project, decisions.doc)) is not None:
        try:
            decisions = bare.stripped(decisions, texts)
        except ValueError as error:
            raise RedlineError(f"{decisions.doc}: {error}") from None
    return msgspec.json.format(msgspec.json.encode(_sparse(decisions)), indent=1) + b"\n"


def _referenced(project: Project, doc: str) -> dict[int, str] | None:
    """Passage -> text of a referenced document; empty if the text is missing, None for any other document."""
    if not (project.seeds / f"{doc}.json").exists() or not sources.seed(project.seeds, doc).referenced:
        return None
    try:
        records = sources.blank(sources.read(project.seeds, doc, project.texts), "").records
    except TextMissingError:
        return {}
    return {record.meta.passage: record.text for record in records}


def _names(project: Project, doc: str) -> dict[str, str]:
    """Everything that can be decided in a document, in words, by id."""
    readings = lookup.readings(project, doc)
    return {name: about for part in passages(readings, project.taxonomy()) for name, about in part.names.items()} if readings else {}


def _sparse(decisions: Decisions) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.to_builtins(decisions)
    for name in ("decisions", "overrides"):
        value[name] = {key: _filled(decision) for key, decision in value[name].items()}
    value["relations"] = [_filled(relation) for relation in value["relations"]]
    value["history"] = [
        {name: entry if name == "id" else _filled(entry) for name, entry in earlier.items()} for earlier in value["history"]
    ]
    return {name: entry for name, entry in value.items() if entry or name == "decisions"}


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    """A decision or addition as its file has it: what it is about first, and nothing empty but a take."""
    ordered = {"about": entry.get("about", ""), **entry}
    return {name: value for name, value in ordered.items() if name == "take" or value != ""}
