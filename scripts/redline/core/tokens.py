"""Tokens of a text: those of spaCy's blank English, as Prodigy and the spaCy baselines see them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from redline.core.document import Bounds, Extra, Record
from redline.core.tokenizer import Token, english


def tokens(text: str) -> list[Token]:
    """The tokens of a text; white space beyond single spaces makes separate tokens."""
    return english()(text)


def words(text: str) -> list[Token]:
    """The tokens of a text that are not white space."""
    return [token for token in tokens(text) if not token.text.isspace()]


def tokens_of(record: Record) -> list[Token]:
    """The tokens that the file of a record gave, else those of its text."""
    listed = listed_tokens(record.extra.task) if isinstance(record.extra, Extra) else None
    return tokens(record.text) if listed is None else listed


def listed_tokens(task: Mapping[str, Any]) -> list[Token] | None:
    """The tokens that a task of Prodigy lists, or None where it lists none.

    Raises KeyError or TypeError for an entry that is not a token.
    """
    if task.get("tokens") is None:
        return None
    return [Token(str(each.get("text", "")), int(each["start"]), int(each["end"]), bool(each.get("ws", True))) for each in task["tokens"]]


def with_tokens(record: Record, among: Sequence[Token]) -> Record:
    """The record that lists its tokens, where they are not the words of its text."""
    extra = record.extra if isinstance(record.extra, Extra) else Extra()
    task = {name: value for name, value in extra.task.items() if name != "tokens"}
    if [(token.start, token.end) for token in among] != [(token.start, token.end) for token in words(record.text)]:
        task["tokens"] = [msgspec.to_builtins(token) | {"id": index} for index, token in enumerate(among)]
    extra = msgspec.structs.replace(extra, task=task)
    return msgspec.structs.replace(record, extra=UNSET if extra == Extra() else extra)


def covered(found: list[Token], bounds: Bounds) -> tuple[int, int] | None:
    """The indices of the first and last token of a span (both inclusive), or None when its edges cut a token."""
    first = next((index for index, token in enumerate(found) if token.start == bounds[0]), None)
    last = next((index for index, token in enumerate(found) if token.end == bounds[1]), None)
    return (first, last) if first is not None and last is not None and first <= last else None
