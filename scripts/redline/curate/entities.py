"""Keys of entities: rows for names without one, a key renamed everywhere, two keys merged."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from redline import project as projects
from redline.adjudicate.decisions import Decisions
from redline.adjudicate.keys import rekeyed
from redline.core.bare import TextMissingError
from redline.core.corpus import Entity
from redline.core.document import Document, Span
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.listing import below
from redline.core.suggest import closest
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.project import Project, decisions, lookup
from redline.project.lock import exclusive
from redline.rules.labels import ENTITY

FOLDERS = ("gold", "raters", "contrast", "audit", "roles")


class Counts(Struct):
    """How many spans of each folder, decisions and rows of the table name another key now; `continued` after an interruption."""

    spans: dict[str, int]
    decisions: int = 0
    rows: int = 0
    continued: bool = False


@exclusive
def propose(project: Project, *, dry_run: bool = False) -> tuple[list[Entity], list[str]]:
    """Adds a row for each key of gold that is not in the table; returns the rows, and the keys without a span that names an entity.

    Without gold, the raters' spans count. A row has the most frequent label and the longest name of the key's spans, and the
    other names as aliases.
    """
    taxonomy, table = project.taxonomy(), _table(project)
    names: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for span in _spans(project):
        for _, key in taxonomy.keys_of(span):
            if key not in table:
                names[key].update([(span.label, span.text)] if (span.layer, span.label) in taxonomy.naming else [])
    rows = [_row(key, texts, taxonomy) for key, texts in sorted(names.items()) if texts]
    if not dry_run and rows:
        _write(project, {**table, **{row.id: row for row in rows}})
    return rows, sorted(key for key, texts in names.items() if not texts)


def _spans(project: Project) -> Iterator[Span]:
    """The spans of gold; of a document without gold, those of its raters."""
    words = project.words()
    for doc in lookup.ids(project):
        gold = project.gold / f"{doc}.jsonl"
        with suppress(TextMissingError):
            documents = [jsonl.read_one(gold, words)] if gold.exists() else lookup.readings(project, doc).values()
            yield from _all(documents)


def _row(key: str, texts: Counter[tuple[str, str]], taxonomy: Taxonomy) -> Entity:
    labels: Counter[str] = Counter()
    for (name, _), count in texts.items():
        # A label that may name any entity is little evidence of which one it is.
        label = taxonomy.layers[taxonomy.layer_of_label[name]].by_label[name]
        labels[name] += 0 if label.names_any else count
    chosen = labels.most_common(1)[0][0]
    own = sorted({text for label, text in texts if label == chosen}, key=lambda text: (-len(text), text))
    return Entity(key, chosen, own[0], sorted(own[1:]), None, None, None)


@exclusive
def rename(project: Project, old: str, new: str, *, dry_run: bool = False) -> Counts:
    """Gives an entity another key in gold, raters' files, contrast sets, audits, roles, decisions and the table.

    Nothing else of these files changes. If both keys are used and the table has a row of only one, a rename was interrupted, and it
    is continued. Raises RedlineError when the old key is nowhere, the new one is another entity, or it is not a key.
    """
    if not ENTITY.fullmatch(new):
        raise RedlineError(f"`{new}` is not a key; needed: lower-case words joined by hyphens such as red-river-authority")
    table, taxonomy, keys = _table(project), project.taxonomy(), {old: new}
    used = {key for _, documents in _files(project) for span in _all(documents) for _, key in taxonomy.keys_of(span)} | set(table)
    made = [decisions.read(project, doc) for doc in decisions.docs(project)]
    changed = [after for before in made if (after := rekeyed(before, keys, taxonomy)) != before]
    if old not in used and not changed:
        close = closest(old, used)
        raise RedlineError(f"there is no entity key `{old}`; {f'use `{close}`' if close else 'needed: one of corpus/entities.jsonl'}")
    continued = new in used
    if continued and (old in table) == (new in table):
        rows = "" if new in table else "redline entities propose, then "
        raise RedlineError(f"key `{new}` already exists; needed: a new key, or {rows}redline entities merge {new} {old}")
    counts = _in_files(project, keys, FOLDERS, dry_run)
    counts = structs.replace(counts, decisions=len(changed), continued=continued)
    for after in () if dry_run else changed:
        decisions.write(project, after)
    _retable(project, {keys.get(key, key): _part(row, keys) for key, row in table.items()}, counts, dry_run)
    return counts


@exclusive
def merge(project: Project, kept: str, other: str, *, dry_run: bool = False) -> Counts:
    """Makes one entity of two: gold has the key `kept` alone, and its row the names of both.

    Raters' files stay as they are; the `keys` of the decisions map the keys in them. Raises RedlineError when a row is missing, or the two
    have different labels.
    """
    table, taxonomy, keys = _table(project), project.taxonomy(), {other: kept}
    one, two = (table[lookup.one_of(key, table, "entity", "corpus/entities.jsonl lists them")] for key in (kept, other))
    if one.label != two.label or kept == other:
        raise RedlineError(f"`{kept}` is {one.label} and `{other}` {two.label}; needed: two rows of one label")
    counts = _in_files(project, keys, ("gold", "contrast", "audit"), dry_run)
    for doc in sorted({path.stem for path in project.raters.glob("*/*.jsonl")}):
        made = decisions.read(project, doc)
        spans = list(_all(document for path in project.raters.glob(f"*/{doc}.jsonl") for document in jsonl.read_places(path)))
        if any(key == other for span in spans for _, key in taxonomy.keys_of(span)) or rekeyed(made, keys, taxonomy) != made:
            counts.decisions += 1
            if not dry_run:
                decisions.write(project, _mapping(made, keys))
    names = [name for name in (*one.aliases, two.name, *two.aliases) if name != one.name]
    row = structs.replace(
        one,
        aliases=list(dict.fromkeys(names)),
        kb_id=one.kb_id or two.kb_id,
        actor_code=one.actor_code or two.actor_code,
        part_of=next((owner for owner in (one.part_of, two.part_of) if owner not in (None, kept, other)), None),
    )
    rest = {key: _part(value, keys) for key, value in table.items() if key != other}
    _retable(project, rest | {kept: row}, counts, dry_run)
    return counts


def _mapping(made: Decisions, keys: Mapping[str, str]) -> Decisions:
    """Decisions with `keys` that lead to the kept key, also by way of the other."""
    signed = made if made.by else structs.replace(made, by="redline entities", date=datetime.date.today().isoformat())
    return structs.replace(signed, keys={key: keys.get(value, value) for key, value in made.keys.items()} | dict(keys))


def _in_files(project: Project, keys: Mapping[str, str], folders: Iterable[str], dry_run: bool) -> Counts:
    """Renames keys in the record files of some folders; counts the spans that change."""
    counts, taxonomy = Counts(dict.fromkeys(folders, 0)), project.taxonomy()
    for path, documents in _files(project):
        folder = path.relative_to(project.corpus).parts[0]
        if folder not in counts.spans:
            continue
        changed = [_rekeyed(document, keys, taxonomy) for document in documents]
        count = sum(one != other for one, other in zip(_all(documents), _all(changed), strict=True))
        counts.spans[folder] += count
        if count and not dry_run:
            jsonl.write(changed, path)
    return counts


def _files(project: Project) -> Iterator[tuple[Path, list[Document]]]:
    for folder in FOLDERS:
        yield from ((path, list(jsonl.read_places(path))) for path in below(project.corpus / folder) if path.suffix == ".jsonl")


def _all(documents: Iterable[Document]) -> Iterator[Span]:
    return (span for document in documents for record in document.records for span in record.spans)


def _rekeyed(document: Document, keys: Mapping[str, str], taxonomy: Taxonomy) -> Document:
    records = (structs.replace(r, spans=tuple(taxonomy.rekeyed(span, keys) for span in r.spans)) for r in document.records)
    return Document(document.id, tuple(records))


def _part(row: Entity, keys: Mapping[str, str]) -> Entity:
    return structs.replace(row, id=keys.get(row.id, row.id), part_of=keys.get(row.part_of, row.part_of) if row.part_of else None)


def _table(project: Project) -> dict[str, Entity]:
    return {entity.id: entity for entity in projects.entities(project.corpus / "entities.jsonl")}


def _retable(project: Project, table: Mapping[str, Entity], counts: Counts, dry_run: bool) -> None:
    """Writes the table where it changes; counts the rows that do, or go."""
    before = _table(project)
    counts.rows = sum(row != table.get(key) for key, row in before.items())
    if before != table and not dry_run:
        _write(project, table)


def _write(project: Project, table: Mapping[str, Entity]) -> None:
    rows = (msgspec.json.encode(table[key]) + b"\n" for key in sorted(table))
    write_atomically(project.corpus / "entities.jsonl", b"".join(rows))
