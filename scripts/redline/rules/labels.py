"""Rules on labels, attributes and cues, as the schemas define them."""

import re
from collections.abc import Iterator

from redline.core import edtf
from redline.core.diagnostic import Problem, Severity
from redline.core.document import AttributeValue, Bounds, Record, Span
from redline.core.layer import Attribute, Layer, Requirement
from redline.core.suggest import nearest
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import rule

_id = re.compile(r"[a-z]{1,8}[0-9]{1,6}")
ENTITY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@rule("RL301", words=False)
def unknown_label(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The layer and the label of a span are in the scheme.

    Wrong: label `THREATS` in layer threat
    Right: label `THREAT` in layer threat
    """
    for span in record.spans:
        if span.layer not in taxonomy.layers:
            yield Problem(f"unknown layer `{span.layer}`", span, nearest(span.layer, taxonomy.layers))
        elif span.label not in taxonomy.layers[span.layer].by_label:
            home = taxonomy.layer_of_label.get(span.label)
            hint = f"put it in layer `{home}`" if home else nearest(span.label, taxonomy.layers[span.layer].by_label)
            yield Problem(f"unknown label `{span.label}` in layer {span.layer}", span, hint)


@rule("RL302", presumes=("RL301",), words=False)
def unknown_attribute(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A span has only attributes that its label allows.

    Wrong: GPE with `force`
    Right: GPE with `entity`
    """
    for span in record.spans:
        allowed = taxonomy.attributes_of(span)
        for name in span.attributes:
            if name not in allowed:
                yield Problem(f"{span.label} `{span.id}` cannot have the attribute `{name}`", span, nearest(name, allowed))


@rule("RL303", presumes=("RL301",), words=False)
def missing_attribute(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A span has every attribute that its label requires.

    Wrong: THREAT without `force`
    Right: THREAT with `force`: `economic`
    """
    for span in record.spans:
        for name, attribute in taxonomy.attributes_of(span).items():
            if span.label in attribute.required and name not in span.attributes:
                yield Problem(f"{span.label} `{span.id}` has no `{name}`", span, f"add {_choices(attribute)}")


@rule("RL304", presumes=("RL301",), words=False)
def attribute_value(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The value of an attribute is one of the allowed values, or has the right type.

    Wrong: `force`: `economical`
    Right: `force`: `economic`
    """
    for span in record.spans:
        allowed = taxonomy.attributes_of(span)
        for name, value in span.attributes.items():
            attribute = allowed.get(name)
            if attribute and not _fits(value, attribute):
                yield Problem(f"`{name}` of `{span.id}` is {_shown(value)}", span, _value_hint(value, attribute))


def _fits(value: AttributeValue, attribute: Attribute) -> bool:
    if value is None and attribute.nullable:
        return True
    if attribute.type == "entities":
        return isinstance(value, tuple) and len(set(value)) == len(value) and all(ENTITY.fullmatch(key) for key in value)
    if attribute.type == "boolean":
        return isinstance(value, bool)
    if attribute.type == "id":
        return value is None or (isinstance(value, str) and _id.fullmatch(value) is not None)
    if not isinstance(value, str):
        return False
    if attribute.type == "enum":
        return value in attribute.names
    return ENTITY.fullmatch(value) is not None if attribute.type == "entity" else not value or edtf.valid(value)


def _value_hint(value: AttributeValue, attribute: Attribute) -> str:
    names = [known.name for known in attribute.values]
    return nearest(str(value), names) if names else f"use {_choices(attribute)}"


def _choices(attribute: Attribute) -> str:
    kinds = {
        "boolean": "true or false",
        "id": "an id such as a1, or null",
        "entity": "a key such as red-river-authority",
        "entities": "a list of keys such as [red-river-authority]",
        "edtf": "a date as in EDTF such as 2021-05-03, P2D, or an empty string",
    }
    named = kinds.get(attribute.type) or ", ".join(value.name for value in attribute.values)
    return f"`{attribute.name}`: {named}{', or null' if attribute.nullable else ''}"


def _shown(value: AttributeValue) -> str:
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    return f"`{value}`" if isinstance(value, str) else {True: "true", False: "false", None: "null"}[value]


@rule("RL305", Severity.WARNING)
def requirement_unmet(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """A span has the relations that its label and attributes require.

    Wrong: THREAT with `conditional`: true and no CONDITION
    Right: THREAT with `conditional`: true and a CONDITION
    """
    for layer in taxonomy.layers.values():
        for requirement in layer.requirements:
            for span in record.layer(layer.layer):
                if _applies(span, record, requirement) and not _met(span, record, requirement):
                    yield Problem(
                        f"{requirement.why}; `{span.id}` has none",
                        span,
                        f"add {' or '.join(requirement.needs_any)}, or change the span",
                    )


def _applies(span: Span, record: Record, requirement: Requirement) -> bool:
    if span.label not in requirement.labels:
        return False
    if requirement.first_sentence and record.sentence_of(*span.bounds) != 0:
        return False
    if any(span.attributes.get(name) in values for name, values in requirement.unless.items()):
        return False
    return requirement.attribute is None or span.attributes.get(requirement.attribute) == requirement.equals


def _met(span: Span, record: Record, requirement: Requirement) -> bool:
    if any(relation.head_id == span.id and relation.label in requirement.needs_any for relation in record.relations):
        return True
    words = rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in requirement.or_words)})(?!\w)"
    return bool(requirement.or_words) and re.search(words, span.text.casefold()) is not None


@rule("RL307", Severity.WARNING)
def cue_undecided(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """Each cue word is in a span of its layer, or in a sentence with an act.

    Wrong: `The drone threat has grown.` (no span)
    Right: `The drone [threat] has grown.` (NONTHREAT, other_sense)
    """
    for layer in taxonomy.layers.values():
        if not layer.cues or not record.annotated(layer.layer):
            continue
        for start, end in _undecided(record, layer):
            yield Problem(
                f"the cue `{record.text[start:end]}` is not decided",
                (start, end),
                f"mark the act, or the cue as {layer.cue_label} with its reason",
            )


@rule("RL308", Severity.WARNING)
def cue_label_without_cue(record: Record, taxonomy: Taxonomy) -> Iterator[Problem]:
    """The label for cue words without an act is used only on words of the cue list.

    Wrong: NONTHREAT on `attack`
    Right: NONTHREAT on `retaliation`
    """
    for layer in taxonomy.layers.values():
        for span in record.layer(layer.layer):
            if span.label == layer.cue_label and not layer.cue_bounds(span.text):
                yield Problem(f"`{span.text}` is not in the cue list", span, "remove it, or mark the cue")


def _undecided(record: Record, layer: Layer) -> list[Bounds]:
    """The cues that no span of the layer touches, in sentences without an act."""
    return [cue for cue in layer.cue_bounds(record.text) if not _decided(record, layer, cue)]


def _decided(record: Record, layer: Layer, cue: Bounds) -> bool:
    sentence = record.sentence_of(*cue)
    bounds = record.sentences[sentence] if sentence is not None else (0, len(record.text))
    for span in record.layer(layer.layer):
        if span.start < cue[1] and cue[0] < span.end:
            return True
        if span.label in layer.acts and span.within(bounds):
            return True
    return False
