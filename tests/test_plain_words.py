"""Pages, guidelines, messages and templates are in plain words: the words that were replaced once do not come back."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

PACKAGE = ROOT / "scripts" / "redline"
OTHERS = ("guidelines.md", "scores.md")
"""Pages from the schemas and from the leaderboard."""
DOCUMENTED = (
    "adjudicate", "app", "cli", "core", "curate", "drawing", "edit", "formats", "learn", "library", "measure", "model", "project",
    "publish", "report", "rules",
)  # fmt: skip
"""Packages whose docstrings are in plain words."""

REFUSED = re.compile(
    r"\b(told|tells?|somebody|anybody|everybody|alike|anew|ours|beside|whatever|whichever|therein|thereof|wherein|hence|upon"
    r"|lacks?|mend(s|ed)?|parted|knows?|but for|for good|in one go|what is so|of (its|their|our) own|nothing leaves|comes? with"
    r"|where there (is|are)|wherever|retold|told again|hangs? on|stands here|(?<!there )(is|are) no (?!longer))\b",
    re.IGNORECASE,
)
"""Words with a simpler one: `told` is printed or listed, `lacks` is does not contain, `is no file` is is not a file."""


def pages() -> Iterator[tuple[Path, str]]:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        if path.name not in (*OTHERS, "CHANGELOG.md"):
            yield path, re.sub(r"```.*?```|`[^`]*`", "` `", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for path in PACKAGE.rglob("*.html"):
        yield path, path.read_text(encoding="utf-8")


def messages() -> Iterator[tuple[Path, str]]:
    """The strings of each module with a blank in them, without docstrings; of scripts, without comments."""
    for path in PACKAGE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        bare = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        strings = (node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in bare)
        yield path, "\n".join(text for text in strings if isinstance(text, str) and " " in text)
    for path in PACKAGE.rglob("*.js"):
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        yield path, "\n".join(text for text in re.findall(r"'[^'\n]*'|`[^`\n]*`", code) if " " in text)


def docstrings() -> Iterator[tuple[Path, str]]:
    """The docstrings of the packages in DOCUMENTED and of bench/, those of constants too, without the code in them."""
    folders = [*(PACKAGE / package for package in DOCUMENTED), ROOT / "bench"]
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        nodes = (node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Expr))
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        yield path, re.sub(r"`[^`\n]*`", "` `", "\n".join(texts))


EXPLANATIONS = ("definition", "why", "description", "title", "rulings", "questions")
"""Keys of a schema whose text is ours; the text of an example is not."""


def explanations(value: Any, key: str = "") -> Iterator[str]:
    """The explanations of a schema, without the examples quoted in them."""
    if isinstance(value, dict):
        yield from (text for name, item in value.items() for text in explanations(item, name))
    elif isinstance(value, list):
        yield from (text for item in value for text in explanations(item, key))
    elif isinstance(value, str) and key in EXPLANATIONS:
        yield re.sub(r"“[^”]*”", "“”", value)


def schemas() -> Iterator[tuple[Path, str]]:
    for path in (ROOT / "schemas").glob("*.json"):
        yield path, "\n".join(explanations(json.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("texts", [pages, messages, docstrings, schemas])
def test_no_replaced_word_comes_back(texts: Callable[[], Iterator[tuple[Path, str]]]) -> None:
    found = [(path.name, text[max(0, match.start() - 30) : match.end() + 30]) for path, text in texts() for match in REFUSED.finditer(text)]
    assert found == []


def test_the_texts_are_found() -> None:
    """The list is not empty by accident: a page, a template, a message of a command and one of the annotator's page."""
    assert {"README.md", "rating.md", "report.html"} <= {path.name for path, _ in pages()}
    found = {path.name: text for path, text in messages()}
    assert "removes a document from all future releases" in found["chores.py"]
    assert "no span selected" in found["label.js"]
    assert "is not a folder; needed: a folder of shards" in found["shard_folder.py"]
    assert "The only exception that ends a command." in dict(docstrings())[PACKAGE / "core" / "errors.py"]
    guidelines = {path.name: text for path, text in schemas()}
    assert "A threat is a statement, not a deed" in guidelines["threat.json"]
    assert "told Belmora" not in guidelines["threat.json"]


@pytest.mark.parametrize(
    "text", ["A span is no word.", "The file lacks a line.", "a test of its own", "Somebody said so.", "It hangs on a condition."]
)
def test_a_replaced_word_is_found(text: str) -> None:
    assert REFUSED.search(text)


@pytest.mark.parametrize("text", ["There is no split.", "It is no longer there.", "A known word beneath.", "Blacks"])
def test_other_words_are_not(text: str) -> None:
    assert not REFUSED.search(text)
