"""Clusters of words that have the same neighbours in the texts of training, for words that are rare in the labelled texts.

Source: distributional clusters as features of Miller, Guinness and Zamanian 2004; here k-means over positive pointwise mutual
information with the word before and the word after, in few dimensions, by scikit-learn.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from redline.core.extras import needed
from redline.core.tokens import words

NAME = "clusters.json"
FEWEST = 3
"""The least frequency of a word with a cluster."""
MOST = 5000
"""The greatest number of words with a cluster; the most frequent ones."""
DIMENSIONS = 50
SEED = 1
Clusters = Mapping[str, int]
"""Word in lower case -> the number of its cluster."""


def learned(texts: Sequence[str], number: int) -> dict[str, int]:
    """The clusters of the words of texts, `number` of them; none if the texts have too few words."""
    rows = [[token.text.lower() for token in words(text)] for text in texts]
    counts = Counter(word for row in rows for word in row)
    known = [word for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if count >= FEWEST][:MOST]
    if len(known) <= max(number, DIMENSIONS):
        return {}
    with needed("train"):
        from sklearn.cluster import KMeans
        from sklearn.decomposition import TruncatedSVD
        from sklearn.preprocessing import normalize

    vectors = normalize(TruncatedSVD(DIMENSIONS, random_state=SEED).fit_transform(_information(rows, known)))
    numbers = KMeans(number, n_init=1, random_state=SEED).fit_predict(vectors)
    return {word: int(cluster) for word, cluster in sorted(zip(known, numbers, strict=True))}


def _information(rows: Sequence[Sequence[str]], known: Sequence[str]) -> Any:
    """(words, 2 * words), sparse: the positive pointwise mutual information of each word with the words before it and after it."""
    import numpy as np
    from scipy.sparse import csr_matrix

    places = {word: index for index, word in enumerate(known)}
    counts: Counter[tuple[int, int]] = Counter()
    for row in rows:
        found = [places.get(word, -1) for word in row]
        for one, other in pairwise(found):
            if one >= 0 and other >= 0:
                counts[other, one] += 1
                counts[one, len(known) + other] += 1
    pairs = np.array(sorted(counts), dtype=np.intp)
    values = np.array([counts[one, other] for one, other in pairs], dtype=float)
    matrix = csr_matrix((values, (pairs[:, 0], pairs[:, 1])), (len(known), 2 * len(known)))
    expected = np.asarray(matrix.sum(axis=1)).ravel()[pairs[:, 0]] * np.asarray(matrix.sum(axis=0)).ravel()[pairs[:, 1]]
    return csr_matrix((np.maximum(0.0, np.log(values * values.sum() / expected)), (pairs[:, 0], pairs[:, 1])), matrix.shape)


def encoded(clusters: Clusters) -> bytes:
    """The clusters as the bytes of a file."""
    return msgspec.json.encode(dict(clusters), order="sorted") + b"\n"


def decoded(data: bytes) -> dict[str, int]:
    """The clusters of a file.

    Raises msgspec.DecodeError if the file is something else.
    """
    return msgspec.json.decode(data, type=dict[str, int])
