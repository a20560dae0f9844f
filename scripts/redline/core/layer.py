"""A layer of annotation as its schema defines it: labels, attributes, relations, requirements and cues."""

import re
from functools import cached_property

from msgspec import Struct

from redline.core.document import Bounds
from redline.core.edges import in_compound


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence with the span in square brackets, and why it is or isn't one."""

    text: str
    why: str


class Value(Struct, frozen=True, forbid_unknown_fields=True):
    """One value of an attribute, with its code in other schemes; `group` names the coarser value that it belongs to."""

    name: str
    definition: str
    group: str = ""
    codes: dict[str, str] = {}


class Attribute(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A property of a span in addition to its label; `labels` may carry it, `required` must.

    `type` is boolean, enum (one of `values`), id (of this document, or null), entity (a key of the entity table),
    entities (a list of such keys, which may be empty) or edtf (a date). A `nullable` one may be null. The annotator's page
    fills it with `default`, or with the keys of the children of `relation`, until the rater changes it.
    """

    name: str
    type: str
    definition: str
    labels: list[str]
    required: list[str] = []
    values: list[Value] = []
    nullable: bool = False
    default: str = ""
    relation: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its values."""
        return frozenset(value.name for value in self.values)

    @cached_property
    def groups(self) -> dict[str, str]:
        """Its values that belong to a group, and the group."""
        return {value.name: value.group for value in self.values if value.group}


class RelationType(Struct, frozen=True, forbid_unknown_fields=True):
    """A link from a head label to a child label; a head has `least` to `most` of them (None: no limit)."""

    name: str
    definition: str
    heads: list[str]
    children: list[str]
    least: int = 0
    most: int | None = None


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """A label: what it means, shown on examples, and its code in other schemes.

    `act` marks speech acts; `names_any` marks a label with spans that may name an entity of any label.
    """

    name: str
    title: str
    definition: str
    examples: list[Example]
    counterexamples: list[Example]
    codes: dict[str, str | None] = {}
    act: bool = False
    names_any: bool = False


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """The relations or words that a span of certain labels needs, when `attribute` equals `equals` and `unless` does not apply.

    With `first_sentence` only a span in the first sentence of its passage needs it.
    """

    labels: list[str]
    why: str
    needs_any: list[str]
    attribute: str | None = None
    equals: bool | str | None = None
    unless: dict[str, list[str]] = {}
    or_words: list[str] = []
    first_sentence: bool = False


class Cue(Struct, frozen=True, forbid_unknown_fields=True):
    """A word or stem that raters must decide at each place.

    `pattern` is matched on whole words of the text in lower case; every match contains `stem`.
    """

    name: str
    stem: str
    pattern: str


class Layer(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One layer of annotation.

    `overlap` is `none`, or `any` where its spans may overlap each other. A `helper` layer only serves the relations of
    the others and is annotated together with them. `colour` is its colour on light
    paper, `dark` its colour on dark paper; `line` is `solid`, `double`, `hatched` or `dotted`.
    """

    layer: str
    title: str
    version: str
    definition: str
    overlap: str
    labels: list[Label]
    attributes: list[Attribute]
    relations: list[RelationType]
    rulings: list[str]
    colour: str = "#000000"
    dark: str = "#ffffff"
    line: str = "solid"
    helper: bool = False
    requirements: list[Requirement] = []
    cues: list[Cue] = []
    cue_label: str | None = None
    questions: list[str] = []

    @cached_property
    def by_label(self) -> dict[str, Label]:
        """The labels by name."""
        return {label.name: label for label in self.labels}

    @cached_property
    def by_attribute(self) -> dict[str, Attribute]:
        """The attributes by name."""
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def by_relation(self) -> dict[str, RelationType]:
        """The relations by name."""
        return {relation.name: relation for relation in self.relations}

    @cached_property
    def acts(self) -> frozenset[str]:
        """The labels that are acts."""
        return frozenset(label.name for label in self.labels if label.act)

    @property
    def cue_pattern(self) -> str:
        """The pattern of all cues."""
        # On lower-case text and without a boundary in front, the engine can skip by first letters.
        return rf"(?:{'|'.join(cue.pattern for cue in self.cues)})\b"

    @cached_property
    def _cue(self) -> re.Pattern[str] | None:
        return re.compile(self.cue_pattern) if self.cues else None

    def cue_bounds(self, text: str) -> list[Bounds]:
        """Where cues are in `text`, as whole words, upper or lower case; a part of a hyphenated compound is none."""
        if self._cue is None:
            return []
        lower = text.lower()
        if not any(cue.stem in lower for cue in self.cues):
            return []
        # A few letters, such as the Turkish dotted capital I, change their length: then each is lowered by itself.
        lower = lower if len(lower) == len(text) else "".join(c.lower()[0] for c in text)
        found: list[Bounds] = []
        match = self._cue.search(lower)
        while match:
            start, end = match.span()
            whole = start == 0 or not (lower[start - 1].isalnum() or lower[start - 1] == "_")
            if whole and not in_compound(text, start, end):
                found.append((start, end))
            match = self._cue.search(lower, end if whole else start + 1)
        return found
