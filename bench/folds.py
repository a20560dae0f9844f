"""Train cut into folds, for benches that choose features."""

import random
from collections import defaultdict
from collections.abc import Iterator

from redline.core.document import Record
from redline.learn.linear import FOLDS
from redline.model.training import Data


def folds(data: Data) -> Iterator[tuple[list[Record], list[Record]]]:
    """The records to train on and those to score, FOLDS times; events and speakers stay together."""
    groups = list(dict.fromkeys(data.groups.get(record.meta.doc, record.meta.doc) for record in data.train))
    random.Random(1).shuffle(groups)
    for fold in range(FOLDS):
        sides: dict[bool, list[Record]] = defaultdict(list)
        for record in data.train:
            sides[data.groups.get(record.meta.doc, record.meta.doc) in groups[fold::FOLDS]].append(record)
        yield sides[False], sides[True]
