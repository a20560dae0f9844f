"""What kind of error a guess is: gold and guessed spans joined one to one, the closest first."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from redline.core.document import Span

RIGHT, LABEL, BOUNDS, BOTH, MISSED, SPURIOUS = "right", "wrong label", "wrong bounds", "wrong label and bounds", "missed", "spurious"
KINDS = (MISSED, SPURIOUS, LABEL, BOUNDS, BOTH, RIGHT)


class Outcome(Struct, frozen=True):
    """A gold span, a guessed one, or two that belong together, and what kind of error that is."""

    kind: str
    gold: Span | None
    guess: Span | None


_CLOSE: tuple[tuple[str, Callable[[Span, Span], bool]], ...] = (
    (RIGHT, lambda one, other: one.bounds == other.bounds and one.label == other.label),
    (LABEL, lambda one, other: one.bounds == other.bounds),
    (BOUNDS, lambda one, other: one.overlaps(other) and one.label == other.label),
    (BOTH, lambda one, other: one.overlaps(other)),
)


def outcomes(gold: Sequence[Span], guess: Sequence[Span]) -> list[Outcome]:
    """Every span of both sides once, in text order; order of the guesses matters only among those equally close."""
    left, right = sorted(gold, key=_place), sorted(guess, key=_place)
    found: list[Outcome] = []
    for kind, close in _CLOSE:
        for one in list(left):
            other = next((other for other in right if close(one, other)), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
                found.append(Outcome(kind, one, other))
    found += [Outcome(MISSED, one, None) for one in left] + [Outcome(SPURIOUS, None, other) for other in right]
    return sorted(found, key=lambda outcome: _place(outcome.gold or outcome.guess))  # type: ignore[arg-type]


def _place(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.label
