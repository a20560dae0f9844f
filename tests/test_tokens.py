"""Our tokens are those of spaCy's blank English, and need no spaCy."""

import random
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import msgspec
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NASTY, ROOT
from redline import project as projects
from redline.core.tokenizer import RULES, Rules, english

OTHER = spacy.__version__ != msgspec.json.decode(RULES.read_bytes(), type=Rules).spacy
pytestmark = pytest.mark.skipif(OTHER, reason="the rules are those of another spaCy")
PIECES = [
    "can't", "Gonna", "o'clock", "U.S.", "Ph.D.", "a.m.", "5km", "10pm", "$5", "1,000.5", "(", ")", "“", "”", "‘", "’s", "…", "...",
    ":-)", ":)", "(:", "<3", "8-D", "¯\\_(ツ)_/¯", "https://a.b/c?d=e", "a@b.org", "x.com", "post-drone", "one—two", "and/or", "a:b", "#x",
    "\n", "\t", "\r\n", "  ", " ", "\u00a0", "\u2028", "é", "ß", "שלום", "سلام", "👨‍👩‍👧", "🇺🇦", "e\u0301", "\u200d", "-",
    "--", "*", "_", "%", ".", ",", "3.", "'s", "A", "z", "9",
]  # fmt: skip


@cache
def theirs() -> Any:
    return spacy.blank("en").tokenizer


def same(text: str) -> None:
    due = [(token.text, token.idx, bool(token.whitespace_)) for token in theirs()(text)]
    assert [(token.text, token.start, token.ws) for token in english()(text)] == due
    assert all(text[token.start : token.end] == token.text for token in english()(text))


def test_the_rules_are_those_of_spacy() -> None:
    spec = spec_from_file_location("bench_tokens", ROOT / "bench" / "tokens.py")
    assert spec is not None
    assert spec.loader is not None
    bench = module_from_spec(spec)
    spec.loader.exec_module(bench)
    assert bench.encoded(bench.rules()) == RULES.read_bytes()


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map("".join))
def test_tokens_are_those_of_spacy(text: str) -> None:
    same(text)


def test_every_passage_of_the_corpus_and_every_exception_has_the_tokens_of_spacy() -> None:
    texts = [record.text for document in projects.load(projects.find(ROOT)).documents.values() for record in document.records]
    exceptions = list(theirs().rules)
    random.Random(1).shuffle(exceptions)
    for text in (*texts, NASTY, *map(str.join, ("(", " ", ". ", ", "), 4 * [exceptions])):
        same(text)
