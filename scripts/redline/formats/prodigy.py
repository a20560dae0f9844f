"""Prodigy tasks: records with derived tokens, token indices and token relations, for `spans.manual` and `rel.manual`.

Prodigy's `token_end` is inclusive, and `head` and `child` of a relation are the index of the span's *last* token, so two
spans that end on one token look the same. Redline's ids are written too, and decide where both are there. Keys that Redline
does not use are kept in `extra` and come back. `prodigy_task` reads. Source: https://prodi.gy/docs/api-interfaces
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import ACCEPT, Document, Extra, Record, encode_whole
from redline.core.errors import RedlineError
from redline.core.tokenizer import Token
from redline.core.tokens import tokens_of
from redline.formats import classes, jsonl, kinds, prodigy_task
from redline.formats.item import PREDICTED, Item
from redline.formats.loss import Loss, loss
from redline.formats.reading import Options
from redline.formats.shapes import reason
from redline.formats.unnamed import Names

LOSES = frozenset({kinds.CUT_TOKENS})


def task(record: Record, *, tokens: bool = True) -> tuple[dict[str, Any], list[Loss]]:
    """A record as a Prodigy task, and the spans with an edge inside a token, which are left out with their relations.

    Without `tokens`, a record without spans lists only those that its file gave.
    """
    extra = record.extra if isinstance(record.extra, Extra) else Extra()
    found = tokens_of(record) if tokens or record.spans else []
    first, last = {token.start: index for index, token in enumerate(found)}, {token.end: index for index, token in enumerate(found)}
    places = {s.id: (first[s.start], last[s.end]) if s.start in first and s.end in last else None for s in record.spans}
    losses = [loss(record, f"{s.label} `{s.id}`", "it cuts a token") for s in record.spans if places[s.id] is None]
    value: dict[str, Any] = msgspec.json.decode(encode_whole(record))
    if tokens or record.spans:
        value["tokens"] = [_token(token, index) for index, token in enumerate(found)]
    kept = [span for span in value["spans"] if places[span["id"]]]
    value["spans"] = [span | _tokens_of(places[span["id"]]) | extra.spans.get(span["id"], {}) for span in kept]
    relations, left = _relations(record, value, extra)
    value["relations"] = relations
    value.pop("extra", None)
    if record.cats == classes.cats({**extra.task, "answer": record.answer, "spans": record.spans}):
        value.pop("cats", None)
    value["meta"] |= extra.meta
    # Who answered the task did not see what a model labelled afterwards.
    unseen = prodigy_task.ANSWERED if record.answer == ACCEPT and PREDICTED in record.meta.layers.values() else frozenset()
    return value | {key: entry for key, entry in extra.task.items() if key not in unseen}, losses + left


def _relations(record: Record, value: dict[str, Any], extra: Extra) -> tuple[list[Any], list[Loss]]:
    """The relations between spans that are in the task, then those between bare tokens; and those that lost an end."""
    by_id = {span["id"]: span for span in value["spans"]}
    relations, losses = [], []
    for relation in value["relations"]:
        head, child = (by_id.get(relation[side]) for side in ("head_id", "child_id"))
        if head is None or child is None:
            losses.append(loss(record, f"{relation['head_id']} {relation['label']} {relation['child_id']}", "a span of it cuts a token"))
        else:
            relations.append(relation | _arrow(head, child) | extra.relations.get(prodigy_task.name_of(relation), {}))
    return [*relations, *extra.bare], losses


def _token(token: Token, index: int) -> dict[str, Any]:
    return {"text": token.text, "start": token.start, "end": token.end, "id": index, "ws": token.ws}


def _tokens_of(place: tuple[int, int] | None) -> dict[str, int]:
    assert place is not None
    return {"token_start": place[0], "token_end": place[1]}


def _arrow(head: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    keys = ("start", "end", "token_start", "token_end", "label")
    return {
        "head": head["token_end"],
        "child": child["token_end"],
        "head_span": {key: head[key] for key in keys},
        "child_span": {key: child[key] for key in keys},
    }


def dump(documents: Iterable[Document], *, tokens: bool = True) -> tuple[bytes, list[Loss]]:
    """Documents as Prodigy tasks, one a line, and what was left out; without `tokens`, a record without spans lists none."""
    lines, losses = [], []
    for document in documents:
        for record in document.records:
            if not (tokens or record.spans or isinstance(record.extra, Extra)):
                lines.append(encode_whole(record) + b"\n")
                continue
            value, left = task(record, tokens=tokens)
            lines.append(msgspec.json.encode(value) + b"\n")
            losses += left
    return b"".join(lines), losses


def write(documents: Iterable[Document], path: Path, _: Options) -> None:
    """Writes Prodigy tasks atomically; spans that cut tokens have been left out before."""
    jsonl.write_lines((msgspec.json.encode(task(record)[0]) for document in documents for record in document.records), path)


def items(path: Path, options: Options) -> Iterator[Item]:
    """The records of a file of Prodigy tasks, also of files that Redline did not write, with any answer.

    A task that names no document gets its document from `unnamed`. A task that names a document but no passage is the
    next of that document. Raises RedlineError with the line of a task that cannot be used.
    """
    names = options.named()
    for number, line in jsonl.lines(path):
        yield parse(line, f"{path}:{number}", options, names)


def parse(line: bytes, place: str, options: Options, names: Names) -> Item:
    """The record of one line; `names` are those of the lines before it, and this one is added.

    `place` begins the error message. Raises RedlineError when the line is not a task.
    """
    try:
        value = prodigy_task.parse(line)
        stated = value.get("meta")
        meta: dict[str, Any] = stated if isinstance(stated, dict) else {}
        doc = str(meta["doc"]) if "doc" in meta else ""
        doc, passage = (doc, names.passage(doc)) if "doc" in meta else names.place(value["text"])
        return prodigy_task.item(value, options, doc, meta.get("passage", passage), place)
    except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
        raise RedlineError(f"{place}: {reason(error)}; needed: a `text`, and spans with start, end and label") from None


def record_of(value: dict[str, Any], options: Options) -> Record:
    """The record of one task as decoded from JSON.

    Raises KeyError, TypeError or ValueError for a value that is not a task.
    """
    return prodigy_task.item(value, options, "task", 0, "").record
