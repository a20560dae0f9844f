"""What the bytes of a new text contain that a seed may not, the repairs for it, and the documents that the text resembles."""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

from redline.core.corpus import Source
from redline.core.document import Meta, Record
from redline.core.errors import RedlineError
from redline.core.segmentation import passages, sentences
from redline.core.similarity import Likeness, alike
from redline.core.taxonomy import Taxonomy
from redline.curate.ingest import refuse_unusable
from redline.rules.check import Checker
from redline.rules.registry import all_rules
from redline.rules.text import hidden_character

NAME = Path("the text")
"""What messages call a text that has no file."""
ENCODING, MARK, LINES, HIDDEN = "encoding", "mark", "lines", "hidden"
UTF8 = "UTF-8"
_byte_order_mark = "\ufeff"
_line = re.compile(r"[^\r\n]+")
_marks = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_whitespace = {"\u2028": "\n", "\u2029": "\n"}
"""Invisible characters that end a line: a repair that dropped them would join two words."""


class Offer(Struct, frozen=True):
    """A repair by its key, and in words what it does."""

    repair: str
    does: str


class Inspected(Struct, frozen=True):
    """A text as it was sent and as it is with the chosen repairs.

    `line_ends` and `hidden` count what was sent. `refusal` is the reason why the repaired text cannot be saved, or empty. `problems` are
    what the rules on texts find in it; `alike` are its near-duplicates, each with the id of the document as `other`.
    """

    encoding: str
    line_ends: dict[str, int]
    hidden: dict[str, int]
    repairs: list[Offer]
    refusal: str
    problems: list[str]
    passages: list[str]
    sentences: int
    alike: list[Likeness]


def inspected(data: bytes, repairs: Collection[str], known: Mapping[str, Source], taxonomy: Taxonomy) -> Inspected:
    """What a person needs to see about a text before it is saved; `known` are the texts that it is compared with.

    Raises RedlineError when its encoding is unknown.
    """
    encoding, sent = decoded(data)
    text = _changed(sent, repairs)
    cut = [text[start:end] for start, end in passages(text)]
    records = [_record(part, number, taxonomy) for number, part in enumerate(cut)]
    return Inspected(
        encoding, _line_ends(sent), dict(hidden(sent)), _offers(encoding, sent), _refusal(data, repairs),
        _problems(records, taxonomy), cut, sum(len(record.sentences) for record in records), _alike(text, known),
    )  # fmt: skip


def hidden(text: str) -> Counter[str]:
    """How often each invisible character occurs that is not part of a visible one, by code point and name."""
    return Counter(f"U+{ord(text[place]):04X} {unicodedata.name(text[place], 'without a name')}" for place in _hidden(text))


def repaired(data: bytes, repairs: Collection[str]) -> str:
    """The text with the chosen repairs, and no other change.

    Raises RedlineError when it still cannot be the text of a seed.
    """
    encoding, text = decoded(data)
    if encoding != UTF8 and ENCODING not in repairs:
        raise RedlineError(f"{NAME}: is {encoding}; needed: UTF-8, or the repair of the encoding")
    text = _changed(text, repairs)
    refuse_unusable(NAME, text)
    return text


def decoded(data: bytes) -> tuple[str, str]:
    """The name of the encoding, and the text, in which a UTF-8 byte order mark stays.

    Raises RedlineError when it is none of UTF-8, UTF-16 with a byte order mark, and Windows-1252.
    """
    for name in (_marks.get(data[:2], UTF8), "Windows-1252"):
        try:
            return name, data.decode(name)
        except UnicodeDecodeError:
            continue
    raise RedlineError(f"{NAME}: has an unknown encoding; needed: UTF-8, UTF-16 with a byte order mark, or Windows-1252")


def _changed(text: str, repairs: Collection[str]) -> str:
    if MARK in repairs:
        text = text.removeprefix(_byte_order_mark)
    if LINES in repairs:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if HIDDEN in repairs:
        places = set(_hidden(text))
        text = "".join(_whitespace.get(letter, "") if place in places else letter for place, letter in enumerate(text))
    return text


def _hidden(text: str) -> list[int]:
    """The places of invisible characters that are not part of visible ones, without a byte order mark at the start."""
    places = [line.start() + place for line in _line.finditer(text) for place in _hidden_in(line.group())]
    return places[1:] if text.startswith(_byte_order_mark) else places


def _hidden_in(line: str) -> list[int]:
    """The same in one line, in which the rule looks around each such character."""
    record = Record(line, "accept", (), (), (), Meta("text", 0, 0, ""))
    return [problem.subject[0] for problem in hidden_character(record, Taxonomy({}, {})) if isinstance(problem.subject, tuple)]


def _line_ends(text: str) -> dict[str, int]:
    pairs = text.count("\r\n")
    counts = {"CRLF": pairs, "LF": text.count("\n") - pairs, "CR": text.count("\r") - pairs}
    return {name: count for name, count in counts.items() if count}


def _offers(encoding: str, text: str) -> list[Offer]:
    hidden = len(_hidden(text))
    offers = {
        ENCODING: f"convert from {encoding} to UTF-8" if encoding != UTF8 else "",
        MARK: "remove the byte order mark" if text.startswith(_byte_order_mark) else "",
        LINES: "end lines with LF" if "\r" in text else "",
        HIDDEN: f"remove {hidden} hidden {'character' if hidden == 1 else 'characters'}" if hidden else "",
    }
    return [Offer(repair, does) for repair, does in offers.items() if does]


def _refusal(data: bytes, repairs: Collection[str]) -> str:
    try:
        repaired(data, repairs)
    except RedlineError as error:
        return str(error)
    return ""


def _record(text: str, number: int, taxonomy: Taxonomy) -> Record:
    return Record(text, "accept", sentences(text), (), (), Meta("text", number, 0, taxonomy.scheme))


def _problems(records: list[Record], taxonomy: Taxonomy) -> list[str]:
    checker = Checker([rule for rule in all_rules() if rule.family == "text"], taxonomy)
    problems = (problem for record in records for problem in checker.record(record, "", record.meta.passage))
    counts = Counter(f"passage {problem.passage}: {problem.code} {problem.name}: {problem.message}" for problem in problems)
    return [f"{line}, {count} times" if count > 1 else line for line, count in counts.items()]


def _alike(text: str, known: Mapping[str, Source]) -> list[Likeness]:
    return [pair for doc, source in known.items() for pair in alike({"": text, doc: source.text})]
