"""The book of rules: how a rule is declared and found. It knows no rule; `redline.rules` brings them in."""

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from msgspec import Struct

from redline.core.diagnostic import Problem, Severity
from redline.core.errors import RedlineError


class Scope(Enum):
    """What a rule looks at; its function takes that and the taxonomy."""

    FILE = "the bytes of a file"
    LINE = "the bytes of a line"
    RECORD = "a record"
    DOCUMENT = "a document"
    SOURCE = "a document with its seed"
    TABLE = "the bytes of the entity table"
    SEED = "the bytes of a seed's provenance"
    SPLITS = "the bytes of splits.json"
    WAIVERS = "the bytes of waivers.jsonl"
    CORPUS = "the corpus"


Check = Callable[[Any, Any], Iterator[Problem]]


class Rule(Struct, frozen=True):
    """A rule: its stable code, its description in a sentence, an example of wrong and right, and its check.

    `hides` marks rules whose problem makes other problems of the same span meaningless: later rules do not see it.
    """

    code: str
    name: str
    family: str
    scope: Scope
    severity: Severity
    summary: str
    wrong: str
    right: str
    hides: bool
    check: Check


FAMILIES = {
    "0": "file",
    "1": "spans",
    "2": "text",
    "3": "labels and attributes",
    "4": "relations",
    "5": "entities",
    "6": "corpus",
    "7": "waivers",
}

_rules: dict[str, Rule] = {}
_example = re.compile(r"^(Wrong|Right): (.+)$", re.MULTILINE)


def rule(code: str, severity: Severity = Severity.ERROR, *, scope: Scope = Scope.RECORD, hides: bool = False) -> Callable[[Check], Check]:
    """Enters a function into the book under a code that is never used again.

    The rule's name is the function's; its summary is the first paragraph of the docstring, which also has the lines
    `Wrong: ...` and `Right: ...`.
    """

    def enter(check: Check) -> Check:
        document = inspect.getdoc(check) or ""
        examples = dict(_example.findall(document))
        if code in _rules:
            raise AssertionError(f"{code} is taken by {_rules[code].name}")
        summary = " ".join(document.split("\n\n")[0].split())
        name = check.__name__.replace("_", "-")
        _rules[code] = Rule(code, name, FAMILIES[code[2]], scope, severity, summary, examples["Wrong"], examples["Right"], hides, check)
        return check

    return enter


def all_rules() -> list[Rule]:
    """Every rule by code."""
    return [_rules[code] for code in sorted(_rules)]


def find(wanted: str) -> Rule:
    """The rule of that code or name.

    Raises RedlineError that names what there is.
    """
    for known in _rules.values():
        if wanted.upper() == known.code or wanted.lower() == known.name:
            return known
    raise RedlineError(f"unknown rule `{wanted}`; there are {', '.join(sorted(_rules))}")


def selected(select: list[str], ignore: list[str]) -> list[Rule]:
    """The rules whose code begins with one of `select` (empty: all) and with none of `ignore`.

    Raises RedlineError for a prefix that fits no rule.
    """
    for prefix in (*select, *ignore):
        if not any(code.startswith(prefix.upper()) for code in _rules):
            raise RedlineError(f"no rule begins with `{prefix}`; there are {', '.join(sorted(_rules))}")
    chosen = tuple(prefix.upper() for prefix in select) or ("",)
    refused = tuple(prefix.upper() for prefix in ignore)
    return [rule for rule in all_rules() if rule.code.startswith(chosen) and not (refused and rule.code.startswith(refused))]
