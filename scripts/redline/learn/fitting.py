"""Learns the weights of a logistic regression over n-grams with scikit-learn; what it learned is plain numbers (`learn/tfidf`)."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from redline.core.extras import needed
from redline.learn.baseline import Setup
from redline.learn.ngrams import WORD, Floats
from redline.learn.tfidf import Features, Weights


class Lesson(Struct, frozen=True):
    """The text of an example, its class, the group of its document, and whether it decides on the settings."""

    text: str
    gold: str
    group: str = ""
    decides: bool = True


class Candidate(Struct, frozen=True):
    """Settings to choose among: the strength C, and what an example weighs that does not decide."""

    strength: float
    others: float = 1.0


def fitted(lessons: Sequence[Lesson], setup: Setup, candidates: Sequence[Candidate], vectors: Floats | None = None) -> Iterator[Weights]:
    """The weights for each candidate, in their order; `vectors` of an encoder are added to the n-grams.

    Of more n-grams than `features` of the settings, those with the greatest weights for the greatest C are kept. Raises
    ValueError where the texts are of one class or share no n-gram, and RedlineError where scikit-learn is not installed.
    """
    with needed("train"):
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import normalize

    texts, classes = [lesson.text for lesson in lessons], [lesson.gold for lesson in lessons]
    if len(set(classes)) < 2:
        raise ValueError(f"the number of classes of {setup.task.name} in the training records is {len(set(classes))}; needed: two or more")
    settings = setup.settings
    common = {"sublinear_tf": True, "min_df": settings["min_df"]}
    words = TfidfVectorizer(ngram_range=tuple(settings["words"]), token_pattern=WORD, **common)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(settings["characters"]), **common)
    try:
        blocks = [vectorizer.fit_transform(texts) for vectorizer in (words, characters)]
    except ValueError:
        raise ValueError(f"the training texts ({len(texts)}) do not share any word; needed: more texts") from None
    terms = [np.array([str(term) for term in vectorizer.get_feature_names_out()]) for vectorizer in (words, characters)]
    frequencies = [words.idf_, characters.idf_]
    more = [] if vectors is None else [csr_matrix(vectors)]
    dimensions = 0 if vectors is None else vectors.shape[1]

    def learned(one: Candidate) -> LogisticRegression:
        shares = [1.0 if lesson.decides else one.others for lesson in lessons]
        rows = hstack([*blocks, *more]).tocsr()
        return LogisticRegression(C=one.strength, max_iter=1000, random_state=setup.seed).fit(rows, classes, shares)

    most = settings.get("features", sum(map(len, terms)))
    if most < sum(map(len, terms)):
        weights = np.abs(learned(Candidate(max(settings["C"]), 1.0)).coef_).max(axis=0)[: sum(map(len, terms))]
        kept = np.zeros(len(weights), dtype=bool)
        kept[np.argsort(-weights, kind="stable")[:most]] = True
        parts = np.split(kept, [len(terms[0])])
        blocks = [normalize(block[:, part]) if part.any() else block[:, part] for block, part in zip(blocks, parts, strict=True)]
        terms, frequencies = ([values[part] for values, part in zip(several, parts, strict=True)] for several in (terms, frequencies))
    names = [[str(term) for term in several] for several in terms]
    for one in candidates:
        model = learned(one)
        lengths = tuple(settings["words"]), tuple(settings["characters"])
        features = Features([str(name) for name in model.classes_], *lengths, names[0], names[1], dimensions)
        first = np.concatenate([*frequencies, np.zeros(dimensions + 1)])
        numbers = np.vstack([first, np.column_stack([model.coef_, model.intercept_])])
        yield Weights(features, numbers.astype(np.float32))
