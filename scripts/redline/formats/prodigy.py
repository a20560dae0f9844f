"""Prodigy tasks: our records with derived tokens, token indices and token relations, for `spans.manual` and `rel.manual`.

Prodigy's `token_end` is inclusive, and `head` and `child` of a relation are the index of the span's *last* token, so two
spans that end on one token look alike: our own ids are kept beside them and win when both are there. Source:
https://prodi.gy/docs/api-interfaces
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Document, Meta, Origin, Record, Relation, Span, canonical, encode, group
from redline.core.errors import RedlineError
from redline.core.files import stem, write_atomically
from redline.core.segmentation import sentences
from redline.core.taxonomy import Taxonomy
from redline.core.tokens import Token, covered, tokens
from redline.formats import jsonl
from redline.formats.loss import Loss, loss

LOSES = frozenset({"spans that cut tokens"})


def task(record: Record) -> tuple[dict[str, Any], list[Loss]]:
    """A record as a Prodigy task, and the spans that no tokens hold, which are left out with their relations."""
    found = tokens(record.text)
    places = {span.id: covered(found, span.bounds) for span in record.spans}
    losses = [loss(record, f"{s.label} `{s.id}`", "its edges cut a token") for s in record.spans if places[s.id] is None]
    result: dict[str, Any] = msgspec.json.decode(encode(record))
    result["tokens"] = [_token(token, index) for index, token in enumerate(found)]
    result["spans"] = [span | _tokens_of(places[span["id"]]) for span in result["spans"] if places[span["id"]]]
    by_id = {span["id"]: span for span in result["spans"]}
    result["relations"] = [
        relation | _arrow(by_id[relation["head_id"]], by_id[relation["child_id"]])
        for relation in result["relations"]
        if relation["head_id"] in by_id and relation["child_id"] in by_id
    ]
    losses += [
        loss(record, f"{r.head_id} {r.label} {r.child_id}", "a span of it cuts a token")
        for r in record.relations
        if r.head_id not in by_id or r.child_id not in by_id
    ]
    return result, losses


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


def dump(documents: Iterable[Document]) -> tuple[bytes, list[Loss]]:
    """Documents as Prodigy tasks, one a line, and what they could not hold."""
    lines, losses = [], []
    for document in documents:
        for record in document.records:
            value, left = task(record)
            lines.append(msgspec.json.encode(value) + b"\n")
            losses += left
    return b"".join(lines), losses


def write(documents: Iterable[Document], path: Path) -> list[Loss]:
    """Writes Prodigy tasks atomically; gives what they could not hold."""
    data, losses = dump(documents)
    write_atomically(path, data)
    return losses


def read(path: Path, taxonomy: Taxonomy) -> Iterator[Document]:
    """The documents of a file of Prodigy tasks, ours or anybody's; consecutive tasks of one document are together.

    A task that says no document is one of its own. Keys that Redline does not know are left out; a
    span without layer gets that of its label; rejected and ignored tasks are skipped. Raises RedlineError with the line
    of a task that cannot be used.
    """
    return iter(group(_records(path, taxonomy)))


def _records(path: Path, taxonomy: Taxonomy) -> Iterator[Record]:
    for number, line in jsonl.lines(path):
        place = f"{path}:{number}"
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RedlineError(f"{place}: is no JSON ({error}); needed: a Prodigy task") from None
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise RedlineError(f"{place}: has no `text`; needed: a Prodigy task")
        if value.get("answer", "accept") == "accept":
            try:
                yield record_of(value, taxonomy, f"{stem(path)}-{number}")
            except (KeyError, TypeError, ValueError) as error:
                raise RedlineError(f"{place}: {_reason(error)}; needed: spans with start, end and label") from None


def record_of(value: dict[str, Any], taxonomy: Taxonomy, doc: str) -> Record:
    """The record of a task as decoded from JSON.

    `doc` is its document where its `meta` names none. Raises KeyError, TypeError or ValueError for what is
    no task.
    """
    text = value["text"]
    spans = tuple(_span(entry, index, text, taxonomy) for index, entry in enumerate(value.get("spans") or []))
    relations = tuple(_relation(entry, spans, value) for entry in value.get("relations") or [])
    stated = value.get("meta")
    meta: dict[str, Any] = stated if isinstance(stated, dict) else {}
    layers = meta.get("layers") or dict.fromkeys(sorted({span.layer for span in spans}), "done")
    known = Meta(
        str(meta.get("doc", doc)), int(meta.get("passage", 0)), int(meta.get("offset", 0)),
        str(meta.get("scheme", taxonomy.scheme)), dict(layers), meta.get("rater", msgspec.UNSET), meta.get("predictions", msgspec.UNSET),
    )  # fmt: skip
    bounds = tuple((int(start), int(end)) for start, end in value.get("sentences") or sentences(text))
    return canonical(Record(text, "accept", bounds, spans, relations, known))


def _span(entry: dict[str, Any], index: int, text: str, taxonomy: Taxonomy) -> Span:
    start, end, label = entry["start"], entry["end"], entry["label"]
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise ValueError(f"span {start}..{end} is not inside the text of {len(text)}")
    stored = entry.get("text", text[start:end])
    if stored != text[start:end]:
        raise ValueError(f"span {start}..{end} covers `{text[start:end]}` and stores `{stored}`")
    layer = entry.get("layer") or taxonomy.layer_of_label.get(label, "entities")
    name, attributes = str(entry.get("id") or f"p{index + 1}"), entry.get("attributes") or {}
    origin = msgspec.convert(entry["origin"], Origin) if "origin" in entry else msgspec.UNSET
    return Span(name, layer, label, start, end, stored, attributes, origin)


def _relation(entry: dict[str, Any], spans: tuple[Span, ...], value: dict[str, Any]) -> Relation:
    if "head_id" in entry:
        return Relation(entry["head_id"], entry["child_id"], entry["label"])
    return Relation(_end(entry, "head", spans, value).id, _end(entry, "child", spans, value).id, entry["label"])


def _end(entry: dict[str, Any], side: str, spans: tuple[Span, ...], value: dict[str, Any]) -> Span:
    """The span that a token relation points at: by its `head_span` where given, else the longest that ends on the token."""
    stated = entry.get(f"{side}_span")
    if stated:
        found = [s for s in spans if s.bounds == (stated["start"], stated["end"]) and s.label == stated.get("label", s.label)]
    else:
        end = value["tokens"][entry[side]]["end"]
        found = sorted((s for s in spans if s.end == end), key=lambda s: s.start)
    if not found:
        raise ValueError(f"relation {entry.get('label')} has no span as its {side}")
    return found[0]


def _reason(error: Exception) -> str:
    return f"has no {error}" if isinstance(error, KeyError) else str(error)
