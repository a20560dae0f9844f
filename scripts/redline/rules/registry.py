"""The registry of rules: how a rule is declared and found. It contains no rule; importing `redline.rules` registers them."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
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
    SEEDS = "all seeds"
    WITHDRAWN = "withdrawn.json and all seeds"
    CITED = "the bytes of a table of cited sentences"
    SPLITS = "the bytes of splits.json"
    ANSWERS = "the bytes of a file of answers to the questions"
    WAIVERS = "the bytes of waivers.jsonl"
    OUTCOME = "the waivers and the problems of the other rules"
    CORPUS = "the corpus"


UNREAD = ("RL001", "RL002", "RL007", "RL009", "RL010", "RL014", "RL017")
"""The rules with problems that leave a file unread; a rule that concludes from what is absent presumes them."""

Check = Callable[[Any, Any], Iterator[Problem]]


class Rule(Struct, frozen=True):
    """A rule: its stable code, its description in a sentence, an example of wrong and right, and its check.

    `presumes` are the codes of the rules that must find nothing before this one means anything. They always run first,
    also if they are not selected: a span that one of them finds is hidden from this rule; any other problem of theirs keeps it
    from running on that line, record, document or corpus. A rule that needs no `words` also runs on records of referenced
    texts that are not at hand, which are blanks.
    """

    code: str
    name: str
    family: str
    scope: Scope
    severity: Severity
    summary: str
    wrong: str
    right: str
    presumes: tuple[str, ...]
    check: Check
    words: bool = True


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


def rule(
    code: str,
    severity: Severity = Severity.ERROR,
    *,
    scope: Scope = Scope.RECORD,
    presumes: tuple[str, ...] = (),
    words: bool = True,
) -> Callable[[Check], Check]:
    """Registers a function under a code that is never used for another rule.

    The rule's name is the function's; its summary is the first paragraph of the docstring, which also has the lines
    `Wrong: ...` and `Right: ...`.
    """

    def register(check: Check) -> Check:
        document = inspect.getdoc(check) or ""
        examples = dict(_example.findall(document))
        if code in _rules:
            raise AssertionError(f"{code} is taken by {_rules[code].name}")
        summary = " ".join(document.split("\n\n")[0].split())
        name = check.__name__.replace("_", "-")
        wrong, right = examples["Wrong"], examples["Right"]
        _rules[code] = Rule(code, name, FAMILIES[code[2]], scope, severity, summary, wrong, right, presumes, check, words)
        return check

    return register


def all_rules() -> list[Rule]:
    """Every rule by code."""
    return [_rules[code] for code in sorted(_rules)]


def with_presumed(rules: Iterable[Rule]) -> list[Rule]:
    """The rules and all that they presume, directly or through others, each after those that it presumes."""
    ordered: dict[str, Rule] = {}

    def add(rule: Rule) -> None:
        if rule.code not in ordered:
            for code in rule.presumes:
                add(_rules[code])
            ordered[rule.code] = rule

    for rule in sorted(rules, key=lambda rule: rule.code):
        add(rule)
    return list(ordered.values())


def find(wanted: str) -> Rule:
    """The rule of that code or name.

    Raises RedlineError that names what there is.
    """
    for known in _rules.values():
        if wanted.upper() == known.code or wanted.lower() == known.name:
            return known
    raise RedlineError(f"unknown rule `{wanted}`; there are {', '.join(sorted(_rules))}")


def selected(select: str, ignore: str) -> list[Rule]:
    """The rules with a code that begins with one of `select` (empty: all) and with none of `ignore`: prefixes, separated by commas.

    Raises RedlineError for a prefix that fits no rule.
    """
    wanted, unwanted = (tuple(part.strip() for part in text.split(",") if part.strip()) for text in (select, ignore))
    for prefix in (*wanted, *unwanted):
        if not any(code.startswith(prefix.upper()) for code in _rules):
            raise RedlineError(f"no rule begins with `{prefix}`; there are {', '.join(sorted(_rules))}")
    chosen = tuple(prefix.upper() for prefix in wanted) or ("",)
    refused = tuple(prefix.upper() for prefix in unwanted)
    return [rule for rule in all_rules() if rule.code.startswith(chosen) and not (refused and rule.code.startswith(refused))]
