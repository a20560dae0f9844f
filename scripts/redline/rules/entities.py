"""Rules on the entity table, alone and against the spans that name its rows."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from redline.core.corpus import Corpus, Entity
from redline.core.diagnostic import Place, Problem, Severity
from redline.core.document import Span
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import UNREAD, Scope, rule
from redline.rules.shape import lines_problems

TABLE = "entities.jsonl"


@rule("RL500", scope=Scope.TABLE)
def entity_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """Each line of the entity table matches schemas/entity.json, and has a unique id.

    Wrong: `{"id": "Port of Orla"}`
    Right: `{"id": "port-of-orla", "label": "FAC", "name": "Port of Orla", ...}`
    """
    problems = list(lines_problems(data, "entity"))
    yield from problems
    if problems:
        return
    lines: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        key = msgspec.json.decode(line)["id"] if line.strip() else None
        if key in lines:
            yield Problem(f"entity `{key}` is also in line {lines[key]}", Place(line=number), "merge the two rows")
        elif key:
            lines[key] = number


@rule("RL501", scope=Scope.CORPUS, presumes=("RL500",), words=False)
def entity_unknown(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The entity key of a gold span is in the entity table.

    Wrong: `entity`: `port-of-oral`, which is not in the table
    Right: `entity`: `port-of-orla`, a row of the table
    """
    for doc, index, span, key in _mentions(corpus, taxonomy):
        if key not in corpus.entities:
            place = Place(document=doc, record=index, bounds=span.bounds)
            yield Problem(f"entity `{key}` is not in the table", place, f"add it to {TABLE}, or use a row of it")


@rule("RL502", Severity.WARNING, scope=Scope.CORPUS, presumes=("RL500", *UNREAD), words=False)
def entity_unused(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """Each row of the entity table is used by a span, or is a whole that another row is part of.

    Wrong: a row without a span in any document
    Right: a row with a span
    """
    used = {key for _, _, _, key in _mentions(corpus, taxonomy)}
    owners = {entity.part_of for entity in corpus.entities.values()}
    for number, key in enumerate(corpus.entities, 1):
        if key not in used and key not in owners:
            yield Problem(f"no span has the entity key `{key}`", Place(file=TABLE, line=number), "remove the row", key)


@rule("RL503", scope=Scope.CORPUS, presumes=("RL500",), words=False)
def entity_label_differs(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The labels of the entity table are in the scheme, and `part_of` is the id of another row.

    Wrong: a row with label `COUNTRY`, or one that is part of itself
    Right: a row with label `GPE` and `part_of` null
    """
    for number, (key, entity) in enumerate(corpus.entities.items(), 1):
        place = Place(file=TABLE, line=number)
        if entity.label not in taxonomy.layer_of_label:
            yield Problem(f"entity `{key}` has the unknown label `{entity.label}`", place, "use a label of the scheme")
        if entity.part_of is not None and (entity.part_of == key or entity.part_of not in corpus.entities):
            yield Problem(f"entity `{key}` is part of `{entity.part_of}`", place, "use the id of another row, or null")


@rule("RL504", Severity.WARNING, scope=Scope.CORPUS, presumes=("RL500",), words=False)
def entity_label_of_span(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A span with an entity key has the label of that entity. Labels with `names_any` may have any entity key.

    Wrong: ORG on `Orla`, which is a GPE in the table
    Right: GPE on `Orla`
    """
    for doc, index, span, key in _mentions(corpus, taxonomy):
        entity = corpus.entities.get(key)
        label = taxonomy.label(span)
        if entity is None or entity.label not in taxonomy.layer_of_label or (span.layer, span.label) not in taxonomy.naming:
            continue
        if label is None or label.names_any or span.label == entity.label:
            continue
        place = Place(document=doc, record=index, bounds=span.bounds)
        message = f"`{span.text.strip() or span.id}` is {span.label}, in the table `{key}` is {entity.label}"
        yield Problem(message, place, f"label it {entity.label}, or use another entity key")


@rule("RL505", scope=Scope.CORPUS, presumes=("RL500",), words=False)
def part_of_circle(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """An entity is not part of itself through a chain of `part_of`.

    Wrong: `a` part of `b` and `b` part of `a`
    Right: `a` part of `b`, and `b` not part of another row
    """
    for number, key in enumerate(corpus.entities, 1):
        chain, at = [key], corpus.entities[key].part_of
        while at in corpus.entities and at not in chain:
            chain.append(at)
            at = corpus.entities[at].part_of
        if at == key and len(chain) > 1:
            yield Problem(f"`{' part of '.join([*chain, key])}`", Place(file=TABLE, line=number), "remove one `part_of` of the circle", key)


@rule("RL506", Severity.WARNING, scope=Scope.CORPUS, presumes=("RL500",), words=False)
def entity_name_twice(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """Two rows of one label do not have the same name (ignoring case and spaces).

    Wrong: rows `orla` and `city-of-orla`, both GPE and named Orla
    Right: one row `orla`
    """
    rows: dict[tuple[str, str], list[tuple[int, Entity]]] = defaultdict(list)
    for number, entity in enumerate(corpus.entities.values(), 1):
        rows[entity.label, " ".join(entity.name.casefold().split())].append((number, entity))
    for (_number, first), *others in rows.values():
        for number, entity in others:
            message = f"`{entity.id}` and `{first.id}` are both {entity.label} `{entity.name}`"
            yield Problem(message, Place(file=TABLE, line=number), "merge the two rows", entity.id)


def _mentions(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[tuple[str, int, Span, str]]:
    """(document, record index, span, key) for each key of an entity that a span has."""
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            for span in record.spans:
                yield from ((doc, index, span, key) for _, key in sorted(taxonomy.keys_of(span)))
