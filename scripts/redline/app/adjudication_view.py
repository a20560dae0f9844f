"""What the server sends to the page of the adjudicator: the documents, and one of them with readings, differences and decisions."""

from typing import Any

import msgspec

from redline.adjudicate import merge, worklist
from redline.adjudicate.acts import ACT
from redline.adjudicate.decisions import REASONS
from redline.adjudicate.differences import Difference, Passage
from redline.adjudicate.mentions import Mention
from redline.app import view
from redline.app.adjudication import Adjudication, BlindError
from redline.app.desk import home
from redline.app.waiting import waiting
from redline.core.bare import TextMissingError
from redline.core.diagnostic import Diagnostic
from redline.core.errors import RedlineError
from redline.curate import adjudicate
from redline.drawing import styles
from redline.measure.agreement import span_agreement
from redline.measure.score import Bootstrap
from redline.project import decisions, entities, sources

NO_INTERVAL = Bootstrap(1, 1)
"""A single document has no interval."""


def start(table: Adjudication, keys: Any, own: Any) -> dict[str, Any]:
    """Everything that does not change while the page is open: who adjudicates, layers, entity names, keys, reasons."""
    return {
        "rater": table.by,
        "home": home(table.project, table.by),
        "version": table.taxonomy.version,
        "layers": [{**msgspec.to_builtins(layer), "needs": []} for layer in styles.ordered(table.taxonomy)],
        "entities": view.entities(entities(table.project.corpus / "entities.jsonl")),
        "keys": keys,
        "own": own,
        "reasons": REASONS,
    }


def queue(table: Adjudication) -> dict[str, Any]:
    """The documents: first those with open differences, then those without gold, those that wait, those that are done; `missing`
    counts those whose text is missing.
    """
    rows, missing = [], 0
    for doc in table.documents():
        try:
            rows.append(_entry(table, doc))
        except TextMissingError:
            missing += 1
    rows.sort(key=lambda row: (not row["open"], row["gold"] == "made", bool(row["waits"] or row["problem"]), row["doc"]))
    return {"documents": rows, "missing": missing}


def _entry(table: Adjudication, doc: str) -> dict[str, Any]:
    """A document with its open and decided differences by layer, or what it waits for.

    Raises TextMissingError where its text is missing.
    """
    entry = {"doc": doc, "title": _title_and_date(table, doc)[0], "waits": [], "problem": "", "open": 0, "layers": {}, "gold": ""}
    try:
        table.check(doc)
        rows = table.precedents.rows(doc)
    except BlindError as error:
        return {**entry, "waits": error.names}
    except TextMissingError:
        raise
    except RedlineError as error:
        return {**entry, "problem": str(error).split("\n")[0].removeprefix(f"{doc}: ")}
    layers: dict[str, dict[str, int]] = {}
    for _, difference, decision in rows:
        layers.setdefault(difference.layer, {"open": 0, "decided": 0})["decided" if decision else "open"] += 1
    return {**entry, "open": sum(layer["open"] for layer in layers.values()), "layers": layers, "gold": table.state_of_gold(doc)}


def _title_and_date(table: Adjudication, doc: str) -> tuple[str, str | None]:
    """The title and the date of a document by its seed; its id and no date where it has no seed."""
    if not (table.project.seeds / f"{doc}.json").exists():
        return doc, None
    seed = sources.seed(table.project.seeds, doc)
    return seed.title, seed.date


def document(table: Adjudication, doc: str) -> dict[str, Any]:
    """A document: its passages with words, sentences and characters, agreement and comments of its raters, and its state.

    Raises BlindError while its raters are not finished.
    """
    table.check(doc)
    parts = table.passages(doc)
    return {
        "doc": doc,
        "date": _title_and_date(table, doc)[1],
        "raters": list(parts[0].readings) if parts else [],
        "passages": [view.passage(part.record, table.taxonomy) for part in parts],
        "agreement": _agreement(table, doc),
        "comments": table.comments(doc),
        **state(table, doc),
    }


def state(table: Adjudication, doc: str) -> dict[str, Any]:
    """What changes with each decision: the version, what gold has for each mention, the differences, and the state of gold."""
    version, made = table.version(doc), decisions.read(table.project, doc)
    rows = table.precedents.rows(doc)
    parts = table.passages(doc)
    return {
        "version": version,
        "mentions": [merge.carried_out(made, lambda part=part: _mentions(part, merge.settled(part, made))) for part in parts],  # type: ignore[misc]
        "relations": [[{"head": h, "label": name, "child": c} for h, name, c in sorted(part.relations)] for part in parts],
        "differences": [_difference(table, difference, decision) for _, difference, decision in rows],
        "gold": table.state_of_gold(doc),
    }


def _mentions(part: Passage, gold: dict[str, Any]) -> list[dict[str, Any]]:
    """Each mention with its readings by rater and what gold has for it; also what was added to gold."""
    known = {mention.key: mention for mention in part.mentions}
    keys = [*known, *(key for key in gold if key not in known)]
    return [{"key": key, "readings": _readings(part, known.get(key)), "gold": gold.get(key)} for key in keys]


def _readings(part: Passage, mention: Mention | None) -> dict[str, Any]:
    """By rater the span of a mention; its act has the id that all raters share, as in gold."""
    spans = mention.readings if mention else {}
    acts = {rater: {ACT: part.attribute(rater, span, ACT)} if ACT in span.attributes else {} for rater, span in spans.items()}
    return {rater: msgspec.structs.replace(span, attributes={**span.attributes, **acts[rater]}) for rater, span in spans.items()}


def _difference(table: Adjudication, difference: Difference, decision: Any) -> dict[str, Any]:
    layer = table.taxonomy.layers[difference.layer]
    return {
        **{name: getattr(difference, name) for name in ("id", "kind", "layer", "passage", "about", "names", "readings", "sentence")},
        "mentions": [mention.key for mention in difference.mentions],
        "rulings": list(dict.fromkeys(worklist.rulings(layer, difference))),
        "decision": decision,
    }


def _agreement(table: Adjudication, doc: str) -> list[dict[str, Any]]:
    """Exact F1 of the raters of a document by layer and label, with how many spans each rater has; labels that nobody used are left out."""
    raters = {rater: {doc: document} for rater, document in adjudicate.readings(table.project, doc).items()}
    figures = span_agreement(raters, table.taxonomy, NO_INTERVAL)
    return [
        {"layer": one.layer, "label": one.label, "f1": one.score.value, "counts": one.counts}
        for one in figures
        if one.score.metric == "exact_f1" and any(one.counts.values())
    ]


def problems(found: list[Diagnostic]) -> list[dict[str, Any]]:
    """What the rules find in gold."""
    names = ("code", "message", "hint", "passage")
    return [{**{name: getattr(one, name) for name in names}, "severity": one.severity.value} for one in found]


def like(table: Adjudication, doc: str, name: str) -> dict[str, Any]:
    """Earlier decisions on what is like a difference, of documents that this adjudicator may see.

    Raises RedlineError when there is no such difference.
    """
    table.check(doc)
    known = {difference.id: difference for _, difference, _ in table.precedents.rows(doc)}
    if name not in known:
        raise RedlineError(f"{doc}: there is no difference `{name}`; needed: one of this document")
    return table.precedents.like(known[name], [other for other in table.documents() if not waiting(table.project, other, table.by)])
