"""Entries of a leaderboard: which is the best of a task, and which are trivial baselines."""

from collections.abc import Sequence

from redline.learn.baseline import KINDS, standing
from redline.model.leaderboard import Entry


def best(several: Sequence[Entry]) -> Entry | None:
    """The entry of the best model, which `standing` puts first."""
    return min(several, key=lambda entry: standing(entry.kind, entry.validation), default=None)


def is_optional(entry: Entry) -> bool:
    """Whether the model needs an additional extra, as an encoder does."""
    return entry.kind in KINDS and KINDS[entry.kind].optional


def is_light(entry: Entry) -> bool:
    """Whether it is neither trivial nor optional."""
    return not is_trivial(entry) and not is_optional(entry)


def is_trivial(entry: Entry) -> bool:
    """Whether the model uses no features."""
    return entry.kind in KINDS and KINDS[entry.kind].trivial
