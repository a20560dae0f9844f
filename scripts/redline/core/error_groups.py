"""Groups of errors as `schemas/errors.json` describes them, by which new texts are chosen: values of a gold span, or words."""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from redline.core.document import Span
from redline.core.errors import RedlineError
from redline.core.files import read_bytes

NAME = "errors.json"


class ErrorGroup(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Errors of one sort in a layer: gold spans that are `missed`, or `false` guesses.

    A gold span belongs to it by the value of an attribute; a false guess by that of a gold span there, or by the regular
    expression `words`, which is searched in its sentence in lower case. `labels` are those of the span that is missed or
    guessed (none: all).
    """

    name: str
    layer: str
    side: Literal["missed", "false"]
    attribute: str = ""
    values: list[bool | str] = []
    words: str = ""
    labels: list[str] = []

    def fits(self, span: Span) -> bool:
        """Whether a gold span has one of the values."""
        return bool(self.attribute) and span.attributes.get(self.attribute) in self.values

    def found_in(self, sentence: str) -> bool:
        """Whether the words are in a sentence."""
        return self._words is not None and bool(self._words.search(sentence.lower()))

    def about(self, labels: set[str]) -> bool:
        """Whether it is about spans of one of the labels."""
        return not self.labels or bool(labels & set(self.labels))

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        return re.compile(self.words, re.DOTALL) if self.words else None


def read(folder: Path) -> list[ErrorGroup]:
    """The groups of a schema folder in their order, of which an error belongs to the first that fits; none without the file.

    Raises RedlineError when it has another shape or a regular expression cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return []
    try:
        groups = msgspec.json.decode(read_bytes(path), type=list[ErrorGroup])
        for group in groups:
            re.compile(group.words)
    except (msgspec.DecodeError, UnicodeDecodeError, re.error) as error:
        raise RedlineError(
            f"{path}: is not a list of groups of errors ({error}); needed: name, layer, side, and attribute or words"
        ) from None
    return groups
