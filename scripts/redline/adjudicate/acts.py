"""The acts of a document as its raters share them: which mentions are of one act, and where raters split them differently."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from redline.adjudicate.mentions import Mention
from redline.core.document import Record

ACT = "act"


class Acts:
    """The acts of a document as all raters share them: those of two raters that have a mention in common are one.

    Where a rater thereby has several acts in one shared act, the others joined what this one split: the act is *torn*.
    `shared` maps by rater its act ids to the shared ones.
    """

    def __init__(self, rows: Sequence[Mapping[str, Record]], marked: Sequence[Sequence[Mention]]) -> None:
        self.shared: dict[str, dict[str, str]] = {rater: {} for rater in rows[0]}
        self._mentions: dict[str, list[tuple[int, str, dict[str, str]]]] = {}
        count = 0
        for row, mentions in zip(rows, marked, strict=True):
            for mention in mentions:
                named = {rater: str(span.attributes[ACT]) for rater, span in mention.readings.items() if span.attributes.get(ACT)}
                known = [self.shared[rater][act] for rater, act in named.items() if act in self.shared[rater]]
                count += bool(named and not known)
                act = known[0] if known else f"a{count}"
                self._join(known)
                for rater, own in named.items():
                    self.shared[rater].setdefault(own, act)
                if named:
                    self._mentions.setdefault(act, []).append((next(iter(row.values())).meta.passage, mention.key, named))

    def _join(self, known: Sequence[str]) -> None:
        """Makes acts that a mention shows to be one so in all tables."""
        for other in sorted(set(known[1:]) - {known[0]} if known else ()):
            self._mentions[known[0]] = sorted(self._mentions.get(known[0], []) + self._mentions.pop(other, []), key=lambda m: m[0])
            for table in self.shared.values():
                table.update({own: known[0] for own, act in table.items() if act == other})

    def part(self, act: str, place: int) -> str:
        """The id of a part of a torn act: the first keeps the act's, the others get new ones behind all."""
        if place == 0:
            return act
        torn = [name for name in self._mentions if self.torn(name)]
        sizes = [max(len(self.groups(name, rater)) for rater in self.shared) - 1 for name in torn[: torn.index(act)]]
        return f"a{max(int(name[1:]) for name in self._mentions) + sum(sizes) + place}"

    def groups(self, act: str, rater: str) -> list[str]:
        """The rater's own acts that are in a shared one, in text order."""
        return list(dict.fromkeys(named[rater] for _, _, named in self._mentions.get(act, []) if rater in named))

    def torn(self, act: str) -> tuple[int, str] | None:
        """The passage and the key of the first mention of a shared act that a rater split, or None."""
        if any(len(self.groups(act, rater)) > 1 for rater in self.shared):
            return self._mentions[act][0][:2]
        return None

    def torn_at(self, passage: int, key: str) -> str | None:
        """The torn act with this first mention, or None."""
        return self._torn.get((passage, key))

    @cached_property
    def _torn(self) -> dict[tuple[int, str], str]:
        """The torn acts by passage and key of their first mention."""
        return {place: act for act in self._mentions if (place := self.torn(act)) is not None}

    def partition(self, act: str) -> dict[str, list[list[str]]]:
        """By rater the mentions of a shared act, grouped as the rater grouped them."""
        return {
            rater: [
                [f"{number} {key}" for number, key, named in self._mentions[act] if named.get(rater) == own]
                for own in self.groups(act, rater)
            ]
            for rater in self.shared
        }
