"""Decisions on a referenced document without its words: places in the passage take the place of quotes and of mentions.

A quote becomes `start` and `end`, a mention `layer:words` becomes `layer:@start-end`; `about`, which describes an id in
words, is left out, except for the name of an attribute with a decided value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import structs

from redline.adjudicate.decisions import Addition, Decision, Decisions, Earlier
from redline.core.quoting import find, number

Texts = Mapping[int, str]
"""Passage -> its text."""
Entry = dict[str, Any]

_mention = re.compile(r"([^:@]+:)(?!@)(.+?)(#\d+)?", re.DOTALL)
_place = re.compile(r"([^:@]+:)@(\d+)-(\d+)(#\d+)?")


def stripped(made: Decisions, texts: Texts) -> Decisions:
    """The decisions without words.

    Raises ValueError when a quote is not in its passage.
    """

    def about(_: str, one: Decision) -> str:
        return one.about.rpartition(" ")[2] if isinstance(one.take, dict) and "value" in one.take else ""

    return _changed(made, texts, _without_quote, _without_words, about)


def completed(made: Decisions, texts: Texts, names: Mapping[str, str]) -> Decisions:
    """The decisions with their words again; `names` are the words for each id of the document."""
    return _changed(made, texts, _with_quote, _with_words, lambda name, one: names.get(name, one.about))


def _changed(
    made: Decisions,
    texts: Texts,
    entry: Callable[[Entry, str], Entry],
    mention: Callable[[str, str], str],
    about: Callable[[str, Decision], str],
) -> Decisions:
    """Decisions with each entry that names words, each mention and each `about` changed."""

    def decision(name: str, one: Decision) -> Decision:
        take = entry(one.take, texts.get(_passage(name), "")) if isinstance(one.take, dict) else one.take
        return structs.replace(one, take=take, about=about(name, one))

    def span(one: Entry) -> Entry:
        return entry(one, texts.get(one.get("passage", -1), ""))

    def relation(one: Addition) -> Addition:
        text = texts.get(one.passage, "")
        return structs.replace(one, head=mention(one.head, text), child=mention(one.child, text))

    def earlier(one: Earlier) -> Earlier:
        if one.decision is not None:
            return structs.replace(one, decision=decision(one.id, one.decision))
        changed = relation(one.relation) if one.relation else None
        return structs.replace(one, span=span(one.span) if one.span else None, relation=changed)

    return structs.replace(
        made,
        decisions={name: decision(name, one) for name, one in made.decisions.items()},
        overrides={name: decision(name, one) for name, one in made.overrides.items()},
        spans=[span(one) for one in made.spans],
        relations=[relation(one) for one in made.relations],
        history=[earlier(one) for one in made.history],
    )


def _passage(name: str) -> int:
    """The passage of an id, -1 where it names none."""
    middle = name.split(".")[-2:-1]
    return int(middle[0]) if middle and middle[0].isdecimal() else -1


def _without_quote(entry: Entry, text: str) -> Entry:
    if "quote" not in entry:
        return entry
    quote = entry["quote"]
    start = find(text, quote, entry.get("nth"), entry.get("in"))
    return dict(_put(entry, "quote", {"start": start, "end": start + len(quote)}, ("nth", "in")))


def _with_quote(entry: Entry, text: str) -> Entry:
    if not {"start", "end"} <= entry.keys():
        return entry
    quote = text[entry["start"] : entry["end"]]
    nth = number(text, quote, entry["start"])
    return dict(_put(entry, "start", {"quote": quote} | ({"nth": nth} if nth else {}), ("end",)))


def _put(entry: Entry, key: str, instead: Entry, gone: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The items of an entry, with others in the place of `key` and without those of `gone`."""
    for name, value in entry.items():
        if name == key:
            yield from instead.items()
        elif name not in gone:
            yield name, value


def _without_words(key: str, text: str) -> str:
    match = _mention.fullmatch(key)
    start = text.find(match[2]) if match else -1
    return f"{match[1]}@{start}-{start + len(match[2])}{match[3] or ''}" if match and start >= 0 else key


def _with_words(key: str, text: str) -> str:
    match = _place.fullmatch(key)
    return f"{match[1]}{text[int(match[2]) : int(match[3])]}{match[4] or ''}" if match else key
