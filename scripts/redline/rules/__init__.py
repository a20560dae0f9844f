"""The rules: small pure generators. Importing this package registers them all."""

from redline.rules import (  # noqa: F401
    adjudication,
    answers,
    consistency,
    contrast,
    corpus,
    entities,
    file,
    labels,
    line,
    neighbours,
    record,
    relations,
    seed,
    spans,
    text,
    waivers,
)
from redline.rules.registry import FAMILIES, Rule, Scope, all_rules, find, selected

__all__ = ["FAMILIES", "Rule", "Scope", "all_rules", "find", "selected"]
