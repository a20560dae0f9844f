"""Decisions on differences between raters: what was taken, why, by whom and when."""

import hashlib
from base64 import b32encode
from functools import reduce
from typing import Any

from msgspec import Struct, structs

AMBIGUITY, GAP = "ambiguity", "guideline_gap"
REASONS = ("slip", GAP, AMBIGUITY)


def identifier(doc: str, passage: int, about: str) -> str:
    """The id of what `about` names in a passage: document, passage and six letters or digits of a hash, with dots between.

    It stays the same while the words do. A passage has some thirty such names, and the hash a thousand million values.
    """
    digest = b32encode(hashlib.sha256(about.encode()).digest()[:5]).decode()
    return f"{doc}.{passage}.{digest[:6].lower()}"


def doc_of(name: str) -> str:
    """The document of an id; the whole where it is none."""
    return name.rsplit(".", 2)[0]


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """How a difference was settled: a rater, whose reading is taken, or another reading, and why.

    For a span `take` is a rater, null (no span) or {"quote", "label", "nth" or "in"}; for an attribute a rater or
    {"value": ...}; for a relation or a doubt a rater, true or false; for acts a rater. `reason` is one of REASONS. `by` and `date`
    are those of the document's decisions where they are empty. `about` describes the id in words.
    """

    take: str | bool | dict[str, Any] | None
    reason: str
    note: str = ""
    by: str = ""
    date: str = ""
    about: str = ""


class Addition(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation that no rater stated, between two mentions by their ids, with who added it, when and why."""

    passage: int
    head: str
    label: str
    child: str
    note: str = ""
    reason: str = ""
    by: str = ""
    date: str = ""


Entry = Decision | dict[str, Any] | Addition
"""The entry of an id: a decision, an added span or an added relation."""


class Earlier(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the id stood for until a later decision or correction: one of the three."""

    id: str
    decision: Decision | None = None
    span: dict[str, Any] | None = None
    relation: Addition | None = None

    @property
    def entry(self) -> Entry | None:
        """The one of the three that there is."""
        return self.decision or self.span or self.relation


def earlier(name: str, entry: Entry) -> Earlier:
    """An entry as the history has it."""
    if isinstance(entry, Decision):
        return Earlier(name, decision=entry)
    return Earlier(name, relation=entry) if isinstance(entry, Addition) else Earlier(name, span=entry)


class Decisions(Struct, frozen=True, forbid_unknown_fields=True):
    """All decisions on a document, with who made them and when.

    `overrides` are decisions against wrong readings that all raters share; `spans` and `relations` are what all of them missed;
    `layers` are those that gold has although one rater alone did them; `keys` maps entity keys of the raters to the ones that gold uses.
    `history` are entries that later ones replaced, the oldest first; gold does not follow from them.
    """

    doc: str
    by: str
    date: str
    decisions: dict[str, Decision]
    overrides: dict[str, Decision] = {}
    keys: dict[str, str] = {}
    spans: list[dict[str, Any]] = []
    relations: list[Addition] = []
    layers: list[str] = []
    history: list[Earlier] = []

    def on(self, name: str) -> Decision | None:
        """The decision or override on a difference or agreed item."""
        return self.decisions.get(name) or self.overrides.get(name)

    def signed(self, decision: Decision) -> Decision:
        """A decision with its author and date, which are those of the document's decisions where it has none."""
        return structs.replace(decision, by=decision.by or self.by, date=decision.date or self.date)

    def entry(self, name: str) -> Entry | None:
        """The entry of an id, or None where nothing is decided or added."""
        return self.on(name) or self.added_spans.get(name) or self.added_relations.get(name)

    def knows(self, name: str) -> bool:
        """Whether an id has an entry, or had one."""
        return self.entry(name) is not None or any(earlier.id == name for earlier in self.history)

    @property
    def signatures(self) -> list[tuple[str, str]]:
        """Who made each decision and addition, and when; both may be empty."""
        given = [(one.by, one.date) for one in (*self.decisions.values(), *self.overrides.values())]
        given += [(one.by, one.date) for one in self.relations]
        given += [(span.get("by", ""), span.get("date", "")) for span in self.spans]
        return [(by or self.by, date or self.date) for by, date in given]

    @property
    def added_spans(self) -> dict[str, dict[str, Any]]:
        """The added spans by id."""
        return {identifier(self.doc, span.get("passage", 0), f"{span.get('id')} span"): span for span in self.spans}

    @property
    def added_relations(self) -> dict[str, Addition]:
        """The added relations by id."""
        return {identifier(self.doc, one.passage, f"{one.head} {one.label} {one.child}"): one for one in self.relations}

    def put(self, name: str, entry: Entry | None, *, agreed: bool = False) -> "Decisions":
        """These decisions with another entry under an id (None: without one); the one before it goes to the history.

        A decision on a reading that all raters share (`agreed`) is an override.
        """
        before = self.entry(name)
        history = [*self.history, earlier(name, before)] if before is not None else self.history
        return structs.replace(self._with(name, entry, agreed), history=history)

    def undone(self, name: str) -> "Decisions":
        """These decisions without the last entry under an id: the one before it is back, or there is none.

        The relations that were added to a span which is no longer there go to the history.
        """
        place = next((at for at, earlier in reversed(list(enumerate(self.history))) if earlier.id == name), None)
        if place is None:
            span = self.added_spans.get(name)
            without = self._with(name, None, False)
            return without.unrelated(span["passage"], span["id"]) if span else without
        back = self._with(name, self.history[place].entry, name in self.overrides)
        return structs.replace(back, history=self.history[:place] + self.history[place + 1 :])

    def unrelated(self, passage: int, key: str) -> "Decisions":
        """These decisions without the added relations of a mention, which go to the history."""
        names = [name for name, one in self.added_relations.items() if one.passage == passage and key in (one.head, one.child)]
        return reduce(lambda made, name: made.put(name, None), names, self)

    def _with(self, name: str, entry: Entry | None, agreed: bool) -> "Decisions":
        tables: dict[str, dict[str, Any]] = {
            "decisions": dict(self.decisions),
            "overrides": dict(self.overrides),
            "spans": self.added_spans,
            "relations": self.added_relations,
        }
        for table in tables.values():
            if entry is None:
                table.pop(name, None)
        if isinstance(entry, Decision):
            tables["overrides" if agreed else "decisions"][name] = entry
        elif entry is not None:
            tables["relations" if isinstance(entry, Addition) else "spans"][name] = entry
        lists = {name: list(tables[name].values()) for name in ("spans", "relations")}
        return structs.replace(self, decisions=tables["decisions"], overrides=tables["overrides"], **lists)
