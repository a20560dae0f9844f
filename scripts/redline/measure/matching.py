"""How spans of two sides are matched, and the credit of each side: exact, partial and overlap."""

from collections import Counter
from collections.abc import Callable, Sequence

from redline.core.document import Bounds, Span, span_order

Match = Callable[[Sequence[Span], Sequence[Span]], tuple[float, float]]


def exact(gold: Sequence[Span], guess: Sequence[Span]) -> tuple[float, float]:
    """Credit of guesses and of gold: spans with equal bounds, each used once; order does not matter."""
    hits = float((Counter(span.bounds for span in gold) & Counter(span.bounds for span in guess)).total())
    return hits, hits


def partial(gold: Sequence[Span], guess: Sequence[Span]) -> tuple[float, float]:
    """Credit one to one: 1 for equal bounds, a half for an overlap, paired so that the sum is greatest.

    Taking equal bounds first costs nothing, since a pair of halves that it prevents is worth no more; what is left is a
    maximum matching of overlaps. Source: MUC-5 scoring (Chinchor and Sundheim 1993), with the best instead of the first
    pairing.
    """
    pairs = matched(gold, guess)
    credit = sum(1.0 if one.bounds == other.bounds else 0.5 for one, other in pairs)
    return credit, credit


def matched(gold: Sequence[Span], guess: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Spans joined one to one: equal bounds first, then as many overlaps as there can be, those that share more preferred.

    The order of the spans does not matter. This is the one matching of scores and of the error gallery.
    """
    left, right = sorted(gold, key=span_order), sorted(guess, key=span_order)
    pairs = []
    for one in list(left):
        same = next((other for other in right if other.bounds == one.bounds), None)
        if same is not None:
            pairs.append((one, same))
            left.remove(one)
            right.remove(same)
    edges = [sorted((n for n, other in enumerate(right) if one.overlaps(other)), key=lambda n: -_shared(one, right[n])) for one in left]
    return pairs + [(left[one], right[other]) for one, other in _matching(edges)]


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _matching(edges: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """A maximum matching of a bipartite graph, by augmenting paths (Kuhn 1955)."""
    owner: dict[int, int] = {}
    for one in range(len(edges)):
        _augment(one, edges, owner)
    return sorted((one, other) for other, one in owner.items())


def _augment(start: int, edges: Sequence[Sequence[int]], owner: dict[int, int]) -> None:
    """Adds `start` to the matching, where a path of exchanges leads to a free vertex of the other side.

    The search is depth first. Its path is a list, because the path may be longer than the stack of Python.
    """
    seen: set[int] = set()
    path, taken = [(start, iter(edges[start]))], list[int]()
    while path:
        other = next((other for other in path[-1][1] if other not in seen), None)
        if other is None:
            path.pop()
            del taken[-1:]
        elif other in owner:
            seen.add(other)
            taken.append(other)
            path.append((owner[other], iter(edges[owner[other]])))
        else:
            owner.update(zip([*taken, other], (one for one, _ in path), strict=True))
            return


def overlap(gold: Sequence[Span], guess: Sequence[Span]) -> tuple[float, float]:
    """Credit by shared characters: each guess earns the share of its length that gold covers, and the reverse.

    A character that several spans cover counts once. Source: Da San Martino et al. 2019, "Fine-Grained Analysis of
    Propaganda in News Articles", section 5, with the union of the other side's spans so that no share exceeds 1.
    """
    return _covered(guess, gold), _covered(gold, guess)


def _covered(spans: Sequence[Span], others: Sequence[Span]) -> float:
    """How much of each span the union of the others covers, as shares that are summed."""
    union = [others[0].bounds] if len(others) == 1 else _union(others)
    total = 0.0
    for span in spans:
        first, last = span.bounds
        shared = 0
        for start, end in union:
            if start < last and first < end:
                shared += min(last, end) - max(first, start)
        total += shared / (last - first)
    return total


def _union(spans: Sequence[Span]) -> list[Bounds]:
    found: list[Bounds] = []
    for start, end in sorted(span.bounds for span in spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


MATCHES: dict[str, Match] = {"exact": exact, "partial": partial, "overlap": overlap}
