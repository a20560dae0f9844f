"""How fast the scorer is: 20,000 documents with 25 spans each, compared with spaCy's `Scorer` and nervaluate, and a large bootstrap.

nervaluate is not among the requirements: `pip install nervaluate` brings it in. Peers are timed on fewer documents and
their time is scaled, since they would take minutes.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from redline.core.document import Meta, Record, Span
from redline.measure.counts import span_table
from redline.measure.score import Bootstrap, f1, micro, resampled

DOCUMENTS, SPANS, SHARE = 20_000, 25, 20
LABELS = ["PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "WEAPON", "EVENT", "LAW", "DATE"]


def records(rng: random.Random) -> tuple[list[Record], list[Record]]:
    """Gold and guesses: a tenth of the spans is missing, a tenth has another label, a tenth another end."""
    gold, guess = [], []
    for number in range(DOCUMENTS):
        spans = [Span(str(i), "entities", LABELS[(number + i) % 11], 12 * i, 12 * i + 8, "word") for i in range(SPANS)]
        found = []
        for span in spans:
            throw = rng.random()
            if throw >= 0.1:
                label = rng.choice(LABELS) if throw < 0.2 else span.label
                found.append(msgspec.structs.replace(span, label=label, end=span.end + (0.2 <= throw < 0.3)))
        meta = Meta(f"d{number}", 0, 0, "2.0", {"entities": "done"})
        text = ("word ok " + "    ") * SPANS
        gold.append(Record(text, "accept", ((0, len(text)),), tuple(spans), (), meta))
        guess.append(Record(text, "accept", ((0, len(text)),), tuple(found), (), meta))
    return gold, guess


def timed(work: Callable[[], object]) -> float:
    """The seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def with_spacy(gold: list[Record], guess: list[Record]) -> float:
    """Seconds of spaCy's Scorer on documents made beforehand."""
    import spacy
    from spacy.scorer import Scorer
    from spacy.tokens import Doc
    from spacy.training import Example

    vocabulary = spacy.blank("en").vocab

    def doc(record: Record) -> Any:
        # One token a character, so that every span begins and ends at tokens.
        made = Doc(vocabulary, words=list("x" * 12 * (SPANS + 1)), spaces=[False] * 12 * (SPANS + 1))
        made.spans["sc"] = [spacy.tokens.Span(made, s.start, s.end, label=s.label) for s in record.spans]
        return made

    examples = [Example(doc(found), doc(truth)) for truth, found in zip(gold, guess, strict=True)]
    return timed(lambda: Scorer.score_spans(examples, attr="sc", getter=lambda made, key: made.spans[key], allow_overlap=True))


def with_nervaluate(gold: list[Record], guess: list[Record]) -> float | None:
    """Seconds of nervaluate, or None where it is not installed."""
    try:
        from nervaluate import Evaluator
    except ImportError:
        return None
    sides = [[[{"label": s.label, "start": s.start, "end": s.end - 1} for s in r.spans] for r in side] for side in (gold, guess)]
    return timed(lambda: Evaluator(*sides, tags=LABELS, loader="dict").evaluate())


def main() -> None:
    """Prints the table."""
    gold, guess = records(random.Random(1))
    pairs = [[pair] for pair in zip(gold, guess, strict=True)]
    print(f"{DOCUMENTS} documents of {SPANS} spans")
    for match in ("exact", "untyped", "overlap", "partial"):
        took = min(timed(lambda match=match: span_table(pairs, "entities", LABELS, match)) for _ in range(3))
        print(f"  {match:<10} {took:6.2f} s")
        if match == "exact":
            ours = took
    table = span_table(pairs, "entities", LABELS, "exact")
    print(f"  exact micro F1 {float(micro(table.sum(axis=0))):.4f}, by label {np.round(f1(table.sum(axis=0)), 3).tolist()}")
    part = DOCUMENTS // SHARE
    for name, peer in (("spaCy Scorer", with_spacy), ("nervaluate", with_nervaluate)):
        took = peer(gold[:part], guess[:part])
        if took is None:
            print(f"  {name}: not installed")
        else:
            print(f"  {name:<14} {took * SHARE:6.2f} s (measured on {part} documents), {took * SHARE / ours:.0f} times ours")
    took = timed(lambda: resampled(table[:500], micro, Bootstrap(10_000, 1)))
    print(f"  10,000 bootstrap replicates over 500 documents: {took:.2f} s")


if __name__ == "__main__":
    main()
