"""What kind of error a guess is: gold and guessed spans joined one to one, by the matching that scores use."""

from collections.abc import Sequence

from msgspec import Struct

from redline.core.document import Span
from redline.measure.matching import matched

RIGHT, LABEL, BOUNDS, BOTH, MISSED, SPURIOUS = "right", "wrong label", "wrong bounds", "wrong label and bounds", "missed", "spurious"
KINDS = (MISSED, SPURIOUS, LABEL, BOUNDS, BOTH, RIGHT)


class Outcome(Struct, frozen=True):
    """A gold span, a guessed one, or two that belong together, and what kind of error that is."""

    kind: str
    gold: Span | None
    guess: Span | None


def outcomes(gold: Sequence[Span], guess: Sequence[Span]) -> list[Outcome]:
    """Every span of both sides once, in text order: first those of one label are joined, as scores join them, then the rest."""
    left, right = list(gold), list(guess)
    outcomes: list[Outcome] = []
    for label in sorted({span.label for span in left}):
        sides = [[span for span in side if span.label == label] for side in (left, right)]
        outcomes += [_joined(one, other, RIGHT, BOUNDS) for one, other in _taken(matched(*sides), left, right)]
    outcomes += [_joined(one, other, LABEL, BOTH) for one, other in _taken(matched(left, right), left, right)]
    outcomes += [Outcome(MISSED, one, None) for one in left] + [Outcome(SPURIOUS, None, other) for other in right]
    return sorted(outcomes, key=lambda outcome: _place(outcome.gold or outcome.guess))  # type: ignore[arg-type]


def _taken(pairs: list[tuple[Span, Span]], left: list[Span], right: list[Span]) -> list[tuple[Span, Span]]:
    """The pairs; takes their spans out of both sides."""
    for one, other in pairs:
        left.remove(one)
        right.remove(other)
    return pairs


def _joined(gold: Span, guess: Span, same: str, moved: str) -> Outcome:
    return Outcome(same if gold.bounds == guess.bounds else moved, gold, guess)


def _place(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.label
