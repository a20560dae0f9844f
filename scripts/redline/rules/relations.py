"""Rules on relations between spans, as the schemas define them."""

from collections import Counter
from collections.abc import Iterator

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Record, Relation, Span
from redline.core.layer import RelationType
from redline.core.suggest import nearest
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule


@rule("RL401", words=False)
def relation_to_nowhere(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The head and the child of a relation are spans of the record.

    Wrong: a relation from `t1` to a missing span `e9`
    Right: a relation from `t1` to `e2`
    """
    for relation in record.relations:
        for end in (relation.head_id, relation.child_id):
            if end not in record.by_id:
                place = record.by_id.get(relation.head_id) or record.by_id.get(relation.child_id)
                yield Problem(f"{_shown(relation)}: there is no span `{end}`", place, nearest(end, record.by_id))


@rule("RL402", presumes=("RL301",), words=False)
def unknown_relation(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The label of a relation belongs to the layer of its head.

    Wrong: `t1 SPEAKS e1`
    Right: `t1 SPEAKER e1`
    """
    for relation, head, _child in _ends(record):
        known = taxonomy.layers[head.layer].by_relation
        if relation.label not in known:
            yield Problem(f"{_shown(relation)}: layer {head.layer} has no such relation", head, nearest(relation.label, known))


@rule("RL403", presumes=("RL301",), words=False)
def relation_head(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The head of a relation has a label that allows this relation.

    Wrong: CONSEQUENCE from a DEMAND
    Right: CONSEQUENCE from a THREAT
    """
    for relation, head, _, kind in _known(record, taxonomy):
        if head.label not in kind.heads:
            yield Problem(
                f"{_shown(relation)}: {head.label} has no {relation.label}",
                head,
                f"begin it at {', '.join(kind.heads)}",
            )


@rule("RL404", presumes=("RL301",), words=False)
def relation_child(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The child of a relation has a label that allows this relation.

    Wrong: SPEAKER to a DATE
    Right: SPEAKER to a PERSON
    """
    for relation, head, child, kind in _known(record, taxonomy):
        if child is not head and child.label not in kind.children:
            yield Problem(
                f"{_shown(relation)}: {child.label} cannot be {relation.label}",
                child,
                f"end it at {', '.join(kind.children)}",
            )


@rule("RL405", presumes=("RL301",), words=False)
def relation_count(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The number of relations of a kind at a span is within the limits of the scheme.

    Wrong: a THREAT with two SPEAKER, a stance without TARGET
    Right: a THREAT with one SPEAKER, a stance with a TARGET
    """
    counts = Counter((relation.head_id, relation.label) for relation in record.relations)
    for span in record.spans:
        for kind in taxonomy.layers[span.layer].relations:
            count = counts[span.id, kind.name]
            if span.label in kind.heads and (count < kind.least or (kind.most is not None and count > kind.most)):
                most = "any number of" if kind.most is None else str(kind.most)
                yield Problem(f"{span.label} `{span.id}` has {count} {kind.name}", span, f"give it {kind.least} to {most}")


@rule("RL406", words=False)
def relation_to_itself(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A span has no relation to itself.

    Wrong: `t1 SPEAKER t1`
    Right: `t1 SPEAKER e1`
    """
    for relation, head, _child in _ends(record):
        if relation.head_id == relation.child_id:
            yield Problem(f"{_shown(relation)}: the head and the child are the same span", head, "use the participant as the child")


@rule("RL407", words=False)
def relation_duplicate(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A record has each relation only once.

    Wrong: `t1 TARGET e2` twice
    Right: `t1 TARGET e2` once
    """
    for relation, count in Counter(record.relations).items():
        if count > 1:
            yield Problem(f"{_shown(relation)} occurs {count} times", record.by_id.get(relation.head_id), "keep one")


@rule("RL408", presumes=("RL101", "RL102"), words=False)
def relation_crosses_sentence(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """The head and the child of a relation are in one sentence.

    Wrong: a SPEAKER in the previous sentence
    Right: a SPEAKER in the same sentence, or none
    """
    for relation, head, child in _ends(record):
        sentence = record.sentence_of(*head.bounds)
        if sentence is not None and record.sentence_of(*child.bounds) not in (sentence, None):
            yield Problem(
                f"{_shown(relation)}: the head and the child are in different sentences",
                child,
                "use a child in the sentence of the head, or remove the relation",
            )


@rule("RL409", Severity.WARNING, words=False)
def helper_unused(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A helper span is the child of a relation.

    Wrong: an ACTOR that no relation points at
    Right: an ACTOR that is the SPEAKER of a THREAT
    """
    used = {relation.child_id for relation in record.relations}
    for name in taxonomy.helpers:
        for span in record.layer(name):
            if span.id not in used:
                yield Problem(f"no relation points at {span.label} `{span.id}`", span, "add the relation, or remove the span")


def _ends(record: Record) -> Iterator[tuple[Relation, Span, Span]]:
    """The relations between existing spans, with head and child."""
    for relation in record.relations:
        head, child = record.by_id.get(relation.head_id), record.by_id.get(relation.child_id)
        if head and child:
            yield relation, head, child


def _known(record: Record, taxonomy: Taxonomy) -> Iterator[tuple[Relation, Span, Span, RelationType]]:
    """The relations of an existing kind between existing spans, with head, child and kind."""
    for relation, head, child in _ends(record):
        kind = taxonomy.layers[head.layer].by_relation.get(relation.label)
        if kind:
            yield relation, head, child, kind


def _shown(relation: Relation) -> str:
    return f"{relation.head_id} {relation.label} {relation.child_id}"
