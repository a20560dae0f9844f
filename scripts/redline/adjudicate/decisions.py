"""Decisions on what raters say differently: what was taken, why, by whom and when."""

import hashlib
from base64 import b32encode
from typing import Any

from msgspec import Struct, structs

AMBIGUITY = "ambiguity"
REASONS = ("slip", "guideline_gap", AMBIGUITY)


def identifier(doc: str, passage: int, about: str) -> str:
    """The id of what `about` names in a passage: document, passage and six letters or digits of a hash, with dots between.

    It stays the same while the words do. A passage has some thirty such names, and the hash a thousand million values.
    """
    digest = b32encode(hashlib.sha256(about.encode()).digest()).decode()
    return f"{doc}.{passage}.{digest[:6].lower()}"


def doc_of(name: str) -> str:
    """The document of an id; the whole where it is none."""
    return name.rsplit(".", 2)[0]


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """How a difference was settled: the rater whose reading is taken, or another reading, and why.

    For a span `take` is a rater, null (no span) or {"quote", "label", "nth" or "in"}; for an attribute a rater or
    {"value": ...}; for a relation or a doubt a rater, true or false; for acts a rater. `reason` is one of REASONS. `by` and `date`
    are those of the document's decisions where they are empty. `about` names in words what the id stands for.
    """

    take: str | bool | dict[str, Any] | None
    reason: str
    note: str = ""
    by: str = ""
    date: str = ""
    about: str = ""


class Addition(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation that no rater stated, between two mentions by their ids."""

    passage: int
    head: str
    label: str
    child: str
    note: str = ""


class Earlier(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision on the difference `id` that a later one replaced."""

    id: str
    decision: Decision


class Decisions(Struct, frozen=True, forbid_unknown_fields=True):
    """All decisions on a document, with who made them and when.

    `overrides` are decisions on what all raters said alike and wrong; `spans` and `relations` are what all of them missed;
    `layers` are those that gold has although one rater alone did them; `keys` maps entity keys of the raters to the ones that gold uses.
    `history` are decisions that later ones replaced, the oldest first; gold does not follow from them.
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

    def decided(self, name: str, decision: Decision) -> "Decisions":
        """These decisions with another one on a difference; the one before it goes to the history."""
        before = [Earlier(name, self.decisions[name])] if name in self.decisions else []
        return structs.replace(self, decisions={**self.decisions, name: decision}, history=[*self.history, *before])

    def undone(self, name: str) -> "Decisions":
        """These decisions without the last one on a difference: the one before it is back, or the difference is open."""
        place = next((at for at, earlier in reversed(list(enumerate(self.history))) if earlier.id == name), None)
        if place is None:
            return structs.replace(self, decisions={key: made for key, made in self.decisions.items() if key != name})
        decisions = {**self.decisions, name: self.history[place].decision}
        return structs.replace(self, decisions=decisions, history=self.history[:place] + self.history[place + 1 :])
