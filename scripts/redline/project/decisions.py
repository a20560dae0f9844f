"""The decisions on a document as they are on disk: `corpus/decisions/DOC.json`."""

from pathlib import Path
from typing import Any

import msgspec

from redline.adjudicate.decisions import Decisions
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.names import checked
from redline.project import Project


def docs(project: Project) -> list[str]:
    """The documents that have decisions."""
    return [path.stem for path in sorted((project.corpus / "decisions").glob("*.json"))]


def path_of(project: Project, doc: str) -> Path:
    """Where the decisions on a document are; the file may be missing."""
    return project.corpus / "decisions" / f"{checked(doc, 'document')}.json"


def read(project: Project, doc: str) -> Decisions:
    """The decisions on a document; none where it has no file of them, as where its raters agree wholly.

    Raises RedlineError when the file has another shape.
    """
    path = path_of(project, doc)
    if not path.exists():
        return Decisions(doc, "", "", {})
    try:
        return msgspec.json.decode(read_bytes(path), type=Decisions)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: contains no decisions ({error}); needed: doc, by, date, decisions") from None


def write(project: Project, decisions: Decisions) -> None:
    """Writes the decisions on a document, without what is empty in them."""
    write_atomically(path_of(project, decisions.doc), msgspec.json.format(msgspec.json.encode(_sparse(decisions)), indent=1) + b"\n")


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
