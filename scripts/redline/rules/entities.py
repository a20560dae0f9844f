"""Rules on the entity table, alone and against the spans that point to it."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from redline.core.corpus import Corpus, Entity
from redline.core.diagnostic import Problem, Severity
from redline.core.document import Span
from redline.core.taxonomy import Taxonomy
from redline.rules.line import lines_problems
from redline.rules.registry import Scope, rule

TABLE = "entities.jsonl"


@rule("RL500", scope=Scope.TABLE)
def entity_shape(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """Each line of the entity table has the shape of schemas/entity.json, and no id stands twice.

    Wrong: `{"id": "Port of Orla"}`
    Right: `{"id": "port-of-orla", "label": "FAC", "name": "Port of Orla", ...}`
    """
    problems = list(lines_problems(data, "entity"))
    yield from problems
    if problems:
        return
    seen: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        key = msgspec.json.decode(line)["id"] if line.strip() else None
        if key in seen:
            yield Problem(f"entity `{key}` stands in line {seen[key]} too", hint="merge the two rows", line=number)
        elif key:
            seen[key] = number


@rule("RL501", scope=Scope.CORPUS)
def entity_unknown(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """An entity that a gold span names is in the entity table.

    Wrong: `entity`: `port-of-oral`, which the table lacks
    Right: `entity`: `port-of-orla`, a row of the table
    """
    for doc, index, span, key in _mentions(corpus):
        if key not in corpus.entities:
            yield Problem(
                f"entity `{key}` is not in the table",
                span,
                f"add it to {TABLE}, or use a row of it",
                record=index,
                file=f"gold/{doc}.jsonl",
            )


@rule("RL502", Severity.WARNING, scope=Scope.CORPUS)
def entity_unused(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """A row of the entity table is named by a span, or is what such a row belongs to.

    Wrong: a row that no document mentions
    Right: a row that a span names
    """
    used = {key for _, _, _, key in _mentions(corpus)}
    owners = {entity.part_of for entity in corpus.entities.values()}
    for number, key in enumerate(corpus.entities, 1):
        if key not in used and key not in owners:
            yield Problem(f"entity `{key}` is named by no span", hint="remove the row", line=number, file=TABLE, about=key)


@rule("RL503", scope=Scope.CORPUS)
def entity_label_differs(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The table's labels are of the scheme and its `part_of` is another row.

    Wrong: a row with label `COUNTRY`, or `part_of` itself
    Right: a row with label `GPE` and `part_of` null
    """
    for number, (key, entity) in enumerate(corpus.entities.items(), 1):
        if entity.label not in taxonomy.layer_of_label:
            yield Problem(
                f"entity `{key}` has the unknown label `{entity.label}`",
                hint="use a label of the scheme",
                line=number,
                file=TABLE,
            )
        if entity.part_of is not None and (entity.part_of == key or entity.part_of not in corpus.entities):
            yield Problem(
                f"entity `{key}` is part of `{entity.part_of}`",
                hint="name another row, or null",
                line=number,
                file=TABLE,
            )


@rule("RL504", Severity.WARNING, scope=Scope.CORPUS)
def entity_label_of_span(corpus: Corpus, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A span that names an entity has the entity's label; one adjective label may name any.

    Wrong: ORG on `Orla`, which the table has as GPE
    Right: GPE on `Orla`
    """
    for doc, index, span, key in _mentions(corpus):
        entity = corpus.entities.get(key)
        label = taxonomy.label(span)
        if entity is None or entity.label not in taxonomy.layer_of_label or span.layer in taxonomy.helpers:
            continue
        if label is None or label.names_any or span.label == entity.label:
            continue
        hint = f"label it {entity.label}, or give it another entity"
        yield Problem(
            f"`{span.text}` is {span.label}, the table has `{key}` as {entity.label}", span, hint, record=index, file=f"gold/{doc}.jsonl"
        )


@rule("RL505", scope=Scope.CORPUS)
def part_of_circle(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """`part_of` leads from an entity to larger ones and never back.

    Wrong: `a` part of `b` and `b` part of `a`
    Right: `a` part of `b`, `b` part of nothing
    """
    for number, key in enumerate(corpus.entities, 1):
        seen, at = [key], corpus.entities[key].part_of
        while at in corpus.entities and at not in seen:
            seen.append(at)
            at = corpus.entities[at].part_of
        if at == key and len(seen) > 1:
            yield Problem(f"`{' part of '.join([*seen, key])}`", hint="break the circle", line=number, file=TABLE, about=key)


@rule("RL506", Severity.WARNING, scope=Scope.CORPUS)
def entity_name_twice(corpus: Corpus, _: Taxonomy) -> Iterator[Problem]:
    """No two rows of one label have the same name, case and spacing apart.

    Wrong: rows `orla` and `city-of-orla`, both GPE and named Orla
    Right: one row `orla`
    """
    rows: dict[tuple[str, str], list[tuple[int, Entity]]] = defaultdict(list)
    for number, entity in enumerate(corpus.entities.values(), 1):
        rows[entity.label, " ".join(entity.name.casefold().split())].append((number, entity))
    for held in rows.values():
        for number, entity in held[1:]:
            message = f"`{entity.id}` and `{held[0][1].id}` are both {entity.label} `{entity.name}`"
            yield Problem(message, hint="merge the two rows", line=number, file=TABLE, about=entity.id)


def _mentions(corpus: Corpus) -> Iterator[tuple[str, int, Span, str]]:
    for doc, document in corpus.documents.items():
        for index, record in enumerate(document.records):
            for span in record.spans:
                key = span.attributes.get("entity")
                if isinstance(key, str):
                    yield doc, index, span, key
