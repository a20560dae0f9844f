"""Models of relations between the spans that a record has: which span is the child of which, and by what relation.

A candidate is an ordered pair of spans in one sentence or in neighbouring ones. Some relation of the training records joins
their labels. The head is of the layer of the task, if it has one. Relations of a record are given to the models in training
alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from redline.core.document import Record, Relation, Span, canonical
from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.learn.baseline import LINKS, Judge, Setup, annotated
from redline.learn.ngrams import Floats
from redline.learn.trivial import Trivial

NUMBERS = "numbers.npy"
NONE = ""
"""The class of a pair without a relation."""
NEAR = 1
"""How many sentences two related spans are apart at most."""
WORDS = 6
"""Words between two spans that are features, of each end half."""
Pair = tuple[Span, Span]


class Known(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The classes, the features, the labels of head and child that may be related, and the least probability of a relation."""

    classes: list[str]
    features: list[str]
    pairs: list[tuple[str, str]]
    threshold: float

    @cached_property
    def places(self) -> dict[str, int]:
        """The column of each feature."""
        return {name: index for index, name in enumerate(self.features)}


class NearestLinks(Trivial):
    """Gives each head the nearest child of each label, by the commonest relation of the two labels; a trivial baseline."""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:  # noqa: ARG002
        """Counts the relations of each two labels."""
        counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for record in annotated(train, self.setup.task):
            for (head, child), label in _gold(record, self.setup.task.layer).items():
                counts[record.by_id[head].label][record.by_id[child].label][label] += 1
        self.known = {
            head: {child: max(labels, key=lambda label: (labels[label], label)) for child, labels in children.items()}
            for head, children in counts.items()
        }

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with these relations in place of theirs."""
        return [linked(record, self._relations(record), self.setup.task.layer) for record in records]

    def _relations(self, record: Record) -> Iterator[Relation]:
        for head in heads(record, self.setup.task.layer):
            for label, relation in self.known.get(head.label, {}).items():
                children = [child for _, child in candidates(record, {(head.label, label)}, [head])]
                if children:
                    yield Relation(head.id, min(children, key=lambda child: (_gap(head, child), child.start)).id, relation)


class LinearLinks:
    """A logistic regression over candidates; its strength C and the least probability of a relation are chosen on validation."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.known = Known([], [], [], 0.5)
        self.numbers: Floats = np.zeros((0, 1))

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Fits a model for each C of the settings and keeps the best on validation with its threshold; of equals the first.

        Raises ValueError where no pair of the training records is related, or each.
        """
        records, layer = annotated(train, self.setup.task), self.setup.task.layer
        pairs = {(r.by_id[head].label, r.by_id[child].label) for r in records for head, child in _gold(r, layer)}
        rows, classes = _lesson(records, pairs, layer)
        if len(set(classes)) < 2:
            raise ValueError(f"the number of classes of pairs of spans in the training records is {len(set(classes))}; needed: two or more")
        best = -1.0
        for known, numbers in self._fitted(rows, classes, sorted(pairs)):
            self.known, self.numbers = known, numbers
            scores = [self._scores(record) for record in validation]
            for threshold in self.setup.settings["thresholds"]:
                self.known = msgspec.structs.replace(known, threshold=threshold)
                value = judge(validation, [self._linked(record, row) for record, row in zip(validation, scores, strict=True)])
                if value > best:
                    best, kept = value, (self.known, self.numbers)
        self.known, self.numbers = kept

    def _fitted(self, rows: list[list[str]], classes: list[str], pairs: list[tuple[str, str]]) -> Iterator[tuple[Known, Floats]]:
        with needed("train"):
            from sklearn.feature_extraction import DictVectorizer
            from sklearn.linear_model import LogisticRegression

        vectorizer = DictVectorizer()
        matrix = vectorizer.fit_transform([dict.fromkeys(row, 1.0) for row in rows])
        for strength in self.setup.settings["C"]:
            model = LogisticRegression(C=strength, max_iter=1000, random_state=self.setup.seed).fit(matrix, classes)
            numbers = np.column_stack([model.coef_, model.intercept_])
            # Of two classes scikit-learn has the weights of the second; those of the first are nothing.
            numbers = np.vstack([np.zeros_like(numbers), numbers]) if len(model.classes_) == 2 else numbers
            known = Known([str(name) for name in model.classes_], [str(name) for name in vectorizer.feature_names_], pairs, 0.5)
            yield known, numbers

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the relations that the model finds in place of theirs."""
        return [self._linked(record, self._scores(record)) for record in records]

    def _scores(self, record: Record) -> list[tuple[Pair, Floats]]:
        """Each candidate with the probability of each class."""
        places, scores = self.known.places, []
        for pair in candidates(record, set(self.known.pairs), heads(record, self.setup.task.layer)):
            columns = [places[name] for name in features(record, pair) if name in places]
            values = self.numbers[:, columns].sum(axis=1) + self.numbers[:, -1]
            powers = np.exp(values - values.max())
            scores.append((pair, powers / powers.sum()))
        return scores

    def _linked(self, record: Record, scores: Sequence[tuple[Pair, Floats]]) -> Record:
        none = self.known.classes.index(NONE) if NONE in self.known.classes else None
        relations = []
        for (head, child), shares in scores:
            some = shares.copy()
            if none is not None:
                some[none] = 0.0
            if some.sum() >= self.known.threshold:
                relations.append(Relation(head.id, child.id, self.known.classes[int(some.argmax())]))
        return linked(record, relations, self.setup.task.layer)

    def save(self, folder: Path) -> None:
        """Writes JSON and an array of numpy."""
        (folder / LINKS).write_bytes(msgspec.json.encode(self.known) + b"\n")
        np.save(folder / NUMBERS, self.numbers, allow_pickle=False)

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote.

        Raises RedlineError where the two files do not fit each other.
        """
        self.known = msgspec.json.decode((folder / LINKS).read_bytes(), type=Known)
        self.numbers = np.load(folder / NUMBERS, allow_pickle=False)
        shape = (len(self.known.classes), len(self.known.features) + 1)
        if self.numbers.shape != shape:
            raise RedlineError(f"{NUMBERS} is {self.numbers.shape}; needed: {shape}, a column for each feature of {LINKS}")


def heads(record: Record, layer: str) -> Sequence[Span]:
    """The spans of a layer; all where it is empty."""
    return record.layer(layer) if layer else record.spans


def linked(record: Record, relations: Sequence[Relation] | Iterator[Relation], layer: str = "") -> Record:
    """The record with these relations in place of its present ones of a layer; of all where it is empty."""
    own = {span.id for span in heads(record, layer)}
    kept = [relation for relation in record.relations if relation.head_id not in own]
    return canonical(msgspec.structs.replace(record, relations=(*kept, *relations)))


def candidates(record: Record, pairs: set[tuple[str, str]], among: Sequence[Span]) -> Iterator[Pair]:
    """Each span of `among` with each other span near it, where `pairs` has their labels."""
    sentence = {span.id: sum(start <= span.start for start, _ in record.sentences) for span in record.spans}
    for head in among:
        for child in record.spans:
            near = abs(sentence[head.id] - sentence[child.id]) <= NEAR
            if near and child.id != head.id and (head.label, child.label) in pairs:
                yield head, child


def features(record: Record, pair: Pair) -> list[str]:
    """What a model sees of a candidate: labels, order, how near, which of its like is nearer, the words between them and in the child."""
    head, child = pair
    labels = f"{head.label}>{child.label}"
    first, second = sorted(pair, key=lambda span: span.start)
    between = re.findall(r"\w+|[^\w\s]", record.text[first.end : second.start].lower())
    crossed = sum(first.end <= start < second.start for start, _ in record.sentences)
    nearer = sum(other.label == child.label and _gap(head, other) < _gap(head, child) for other in record.spans if other.id != head.id)
    rival = sum(other.label == head.label and _gap(other, child) < _gap(head, child) for other in record.spans if other.id != child.id)
    order = "overlap" if head.overlaps(child) else "before" if head is first else "after"
    seen = [order, f"nearer={min(nearer, 3)}", f"rival={min(rival, 3)}", f"words={min(len(between).bit_length(), 5)}", f"crossed={crossed}"]
    seen += [f"head={head.text.lower()}", f"nearer={min(nearer, 3)} rival={min(rival, 3)} {order}"]
    words = [f"word={word}" for word in (*between[:WORDS], *between[-WORDS:])]
    return [labels, *seen, *(f"{labels} {name}" for name in (*seen, *words)), f"child={child.text.lower()}", *_inside(child)]


def _inside(child: Span) -> list[str]:
    """The words of a child, which distinguish a condition from a consequence, and the first of them."""
    words = re.findall(r"\w+", child.text.lower())
    return [*(f"{child.label} in={word}" for word in dict.fromkeys(words)), *(f"{child.label} first={word}" for word in words[:1])]


def _gap(one: Span, other: Span) -> int:
    """The characters between two spans; 0 where they overlap."""
    return max(0, max(one.start, other.start) - min(one.end, other.end))


def _gold(record: Record, layer: str) -> dict[tuple[str, str], str]:
    """(head id, child id) -> the relation, of heads of the layer; of several the first by name."""
    relations = sorted(record.relations, key=lambda relation: relation.label, reverse=True)
    own = {span.id for span in heads(record, layer)}
    return {(r.head_id, r.child_id): r.label for r in relations if r.head_id in own and r.child_id in record.by_id}


def _lesson(records: Sequence[Record], pairs: set[tuple[str, str]], layer: str) -> tuple[list[list[str]], list[str]]:
    """The features and the class of each candidate."""
    rows, classes = [], []
    for record in records:
        gold = _gold(record, layer)
        for head, child in candidates(record, pairs, heads(record, layer)):
            rows.append(features(record, (head, child)))
            classes.append(gold.get((head.id, child.id), NONE))
    return rows, classes
