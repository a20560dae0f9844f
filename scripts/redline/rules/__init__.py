"""The rules: small pure generators. Importing this shelf enters them all into the book."""

from redline.rules import consistency, contrast, corpus, entities, file, labels, line, neighbours, relations, spans, text, waivers  # noqa: F401
from redline.rules.registry import FAMILIES, Rule, Scope, all_rules, find, selected

__all__ = ["FAMILIES", "Rule", "Scope", "all_rules", "find", "selected"]
