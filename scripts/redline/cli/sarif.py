"""Diagnostics as SARIF 2.1.0 (OASIS 2020), which code-review tools read."""

from pathlib import PurePath
from typing import Any

from redline import __version__
from redline.core.diagnostic import Diagnostic
from redline.rules import all_rules
from redline.rules.registry import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def log(found: list[Diagnostic]) -> dict[str, Any]:
    """The SARIF log of a run: every rule, and a result for each diagnostic."""
    rules = all_rules()
    place = {rule.code: index for index, rule in enumerate(rules)}
    driver = {"name": "redline", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": [_result(d, place) for d in found]}]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": f"wrong: {rule.wrong}\nright: {rule.right}"},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(found: Diagnostic, place: dict[str, int]) -> dict[str, Any]:
    # Columns would be of the JSON line, which nobody reads; the place in the text goes into the properties.
    location: dict[str, Any] = {"artifactLocation": {"uri": PurePath(found.path).as_posix()}}
    if found.line:
        location["region"] = {"startLine": found.line}
    message = f"{found.message}; {found.hint}" if found.hint else found.message
    result = {
        "ruleId": found.code,
        "ruleIndex": place[found.code],
        "level": found.severity.value,
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
    }
    if found.start is not None:
        result["properties"] = {"document": found.doc, "passage": found.passage, "start": found.start, "end": found.end}
    return result
