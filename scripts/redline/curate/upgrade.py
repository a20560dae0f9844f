"""Brings a corpus, or single files, from an earlier scheme to the present one."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import structs

from redline.adjudicate.decisions import Decisions
from redline.adjudicate.differences import passages
from redline.core.bare import TextMissingError
from redline.core.decoding import of_file
from redline.core.document import AttributeValue
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.listing import below, folders
from redline.core.names import checked
from redline.core.taxonomy import Taxonomy
from redline.curate.adjudicate import readings
from redline.edit import upgrade
from redline.edit.upgrade import Upgrade
from redline.formats import jsonl
from redline.project import Project, decisions, entities, lookup
from redline.project.lock import exclusive, locked

Values = dict[str, dict[str, dict[str, AttributeValue]]]
"""Document -> passage and span id -> attributes."""


def files(project: Project | None, paths: Iterable[Path], taxonomy: Taxonomy) -> list[Path]:
    """Upgrades record files in place, and gives those that were of an earlier scheme; `project` is the one that is locked."""
    steps = upgrade.upgrades()
    with locked(project):
        return [path for path in paths if _file(path, steps, taxonomy)]


def _file(path: Path, steps: Sequence[Upgrade], taxonomy: Taxonomy) -> bool:
    before = list(jsonl.read_places(path))
    after = [upgrade.upgraded(document, steps, taxonomy) for document in before]
    if after != before:
        jsonl.write(after, path)
    return after != before


@exclusive
def corpus(project: Project) -> list[Path]:
    """Upgrades every record file of the corpus, its entity table and its decisions, and gives the record files that changed.

    Decisions on differences that are no longer there go to the history.
    """
    changed = files(project, _record_files(project), project.taxonomy())
    table = project.corpus / "entities.jsonl"
    rows = upgrade.relabelled(entities(table), upgrade.upgrades())
    write_atomically(table, b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    for doc in decisions.docs(project):
        with suppress(TextMissingError):
            if len(lookup.readings(project, doc)) > 1:
                _prune(project, doc)
    return changed


def _record_files(project: Project) -> list[Path]:
    others = (project.corpus / "contrast", project.corpus / "audit", project.corpus / "roles")
    found = (path for folder in (project.gold, *folders(project.raters), *others) for path in below(folder))
    return [path for path in found if path.suffix == ".jsonl"]


def _prune(project: Project, doc: str) -> None:
    before = decisions.read(project, doc)
    after = pruned(before, project, doc)
    if after != before:
        decisions.write(project, after)


def pruned(made: Decisions, project: Project, doc: str) -> Decisions:
    """The decisions with the present labels, and without those that name nothing any more, which go to the history."""
    for name, decision in {**made.decisions, **made.overrides}.items():
        if isinstance(decision.take, dict) and (take := upgrade.relabelled_entry(decision.take, upgrade.upgrades())) != decision.take:
            made = made.put(name, structs.replace(decision, take=take), agreed=name in made.overrides)
    parts = passages(readings(project, doc), project.taxonomy())
    open_ = {difference.id for part in parts for difference in part.differences}
    known = {name for part in parts for name in part.names}
    relations = {relation.name for layer in project.taxonomy().layers.values() for relation in layer.relations}
    for name in [name for name in made.decisions if name not in open_] + [name for name in made.overrides if name not in known]:
        made = made.put(name, None)
    for name, one in list(made.added_relations.items()):
        if one.label not in relations:
            made = made.put(name, None)
    children = {one.child for one in made.added_relations.values()}
    for name, span in list(made.added_spans.items()):
        if span["layer"] in project.taxonomy().helpers and span["id"] not in children:
            made = made.put(name, None)
    return made


@exclusive
def complete(project: Project, rater: str, path: Path) -> int:
    """Gives a rater's spans the attributes of a JSON file (Values) that they do not have, and counts the spans.

    Raises RedlineError when the file has another shape, or names a document or span that the rater has not; nothing is written then.
    """
    folder = project.raters / checked(rater, "rater")
    values = of_file(path, Values, "contains no values", "document -> `PASSAGE SPAN` -> attributes")
    made = []
    for doc, spans in values.items():
        file = folder / f"{checked(doc, 'document')}.jsonl"
        if not file.exists():
            raise RedlineError(f"{rater} has not rated `{doc}`; needed: documents of {folder}")
        document = jsonl.read_one(file, project.words())
        if document.id != doc:
            raise RedlineError(f"{file}: contains document {document.id}; needed: {doc}")
        made.append(upgrade.completed(document, spans))
    for document in made:
        jsonl.write([document], folder / f"{document.id}.jsonl")
    return sum(len(spans) for spans in values.values())
