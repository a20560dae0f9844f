"""The annotation guidelines as Markdown, rendered from the schemas so that the two cannot differ."""

from collections.abc import Iterator

from redline.core.layer import Attribute, Example, Label, Layer, RelationType
from redline.core.taxonomy import Taxonomy

INTRODUCTION = """\
<!-- generated from schemas/ by `make docs`; edit the schemas -->
# Annotation guidelines, version {version}

This page contains everything that a rater needs. It is generated from `schemas/`, which the validator and the scorer also read.

## How to read this page

A label has a definition, examples (the span in [brackets]) and counterexamples. Rulings decide hard cases. If a
ruling fits, it overrides the definition.

Common to all spans:

- A span is a part of the passage. It is inside one sentence and begins and ends at word boundaries, never inside a hyphenated compound.
- A span has no white space and no final `. , ; :` at its edges. Quotation marks are outside of the span.
- Attributes describe the mention as the text presents it. Do not use your knowledge of the world.
- `unsure: true` sends a span to adjudication. Use it if you would have to guess. Most spans do not need it.
- Use only the text and these guidelines. Do not use the annotation of another rater.

Label a passage layer by layer: first all entities, then stance, then threat language. Add a helper span only if a relation
needs it as a child.
"""


def render(taxonomy: Taxonomy) -> str:
    """The guidelines of all layers."""
    order = sorted(taxonomy.layers, key=lambda name: (taxonomy.layers[name].helper, list(taxonomy.layers).index(name)))
    parts = [INTRODUCTION.format(version=taxonomy.version)]
    parts += ["\n".join(_layer(taxonomy.layers[name])) for name in order]
    return "\n".join(parts) + "\n"


def _layer(layer: Layer) -> Iterator[str]:
    overlap = {
        "none": "Spans of this layer do not overlap each other.",
        "any": "Spans of this layer may overlap anything.",
    }[layer.overlap]
    yield f"## {layer.title} (layer `{layer.layer}`)\n\n{layer.definition} {overlap}\n"
    if layer.questions:
        yield "### Decision questions\n"
        yield from (f"{number}. {question}" for number, question in enumerate(layer.questions, 1))
        yield ""
    yield "### Labels\n"
    for label in layer.labels:
        yield from _label(label)
    yield "### Attributes\n"
    for attribute in layer.attributes:
        yield from _attribute(attribute)
    if layer.relations:
        yield "### Relations\n\nThe head is a span of this layer. The child is in the same sentence.\n"
        yield "| relation | meaning | head | child | number |\n|---|---|---|---|---|"
        yield from (_relation(relation) for relation in layer.relations)
        yield ""
    if layer.cues:
        yield ("### Cues\n\nWhole words, upper or lower case: " + "; ".join(f"`{cue.name}`" for cue in layer.cues) + ".\n")
    if layer.requirements:
        yield "### Requirements\n"
        yield from (f"- {requirement.why[0].upper()}{requirement.why[1:]}." for requirement in layer.requirements)
        yield ""
    yield "### Rulings\n"
    yield from (f"- {ruling}" for ruling in layer.rulings)
    yield ""


def _label(label: Label) -> Iterator[str]:
    codes = ", ".join(f"{scheme} {code}" for scheme, code in label.codes.items() if code)
    yield f"#### {label.name}: {label.title.lower()}\n\n{label.definition}{f' ({codes})' if codes else ''}\n"
    yield from (f"- yes: {_example(example)}" for example in label.examples)
    yield from (f"- no: {_example(example)}" for example in label.counterexamples)
    yield ""


def _example(example: Example) -> str:
    return f"{example.text} *{example.why}*"


def _attribute(attribute: Attribute) -> Iterator[str]:
    needed = "required" if set(attribute.required) == set(attribute.labels) else "optional"
    if attribute.required and needed == "optional":
        needed = f"required for {', '.join(attribute.required)}"
    yield f"- `{attribute.name}` ({attribute.type}, {needed}; {', '.join(attribute.labels)}): {attribute.definition}"
    for value in attribute.values:
        codes = ", ".join(f"{scheme} {code}" for scheme, code in value.codes.items())
        yield f"    - `{value.name}`: {value.definition}{f' ({codes})' if codes else ''}"


def _relation(relation: RelationType) -> str:
    most = "n" if relation.most is None else str(relation.most)
    heads, children = ", ".join(relation.heads), ", ".join(relation.children)
    return f"| `{relation.name}` | {relation.definition} | {heads} | {children} | {relation.least}..{most} |"
