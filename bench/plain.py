"""`redline train` and plain baselines of the libraries that it uses, on any training and test files.

    python bench/plain.py TRAIN TEST [LAYER]

TRAIN and TEST are files or folders that `redline train` reads. For classes of texts the peers are scikit-learn's
`TfidfVectorizer` with its defaults (words) and with the n-grams of our models, with `LogisticRegression` or `LinearSVC`, whose C
comes from five-fold cross-validation on TRAIN by macro F1. A target is written before its text. For spans the peer is a CRF with
the features and settings of the tutorial of python-crfsuite. All see the same records and tokens, and `redline score` scores all.
"""

import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pycrfsuite

import redline
from redline.core.bio import decode, encode
from redline.core.classified import Classified, classified
from redline.core.document import Record, Span
from redline.core.tokenizer import Token
from redline.core.tokens import words
from redline.learn.crf_scores import divided
from redline.learn.ngrams import WORD

C = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
SETTINGS = {"c1": 1.0, "c2": 1e-3, "max_iterations": 50, "feature.possible_transitions": True}


def classes(train: Sequence[Record], test: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    """For each plain classifier its name, and the test records with the class that it gives."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    warnings.filterwarnings("ignore")
    names = sorted({name for record in train for name in _text(record).cats})
    ngrams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=WORD, sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    for title, vectorizer in {"words": TfidfVectorizer(), "words and characters": ngrams}.items():
        for classifier in (LogisticRegression(max_iter=1000), LinearSVC()):
            steps = make_pipeline(vectorizer, classifier)
            chosen = GridSearchCV(steps, {f"{steps.steps[-1][0]}__C": C}, scoring="f1_macro", cv=5)
            chosen.fit([_seen(record) for record in train], [_text(record).labels[0] for record in train])
            found = chosen.predict([_seen(record) for record in test])
            guesses = [
                msgspec.structs.replace(record, cats={name: float(name == guess) for name in names})
                for record, guess in zip(test, found, strict=True)
            ]
            yield f"{type(classifier).__name__}, {title}", guesses


def _text(record: Record) -> Classified:
    text = classified(record)
    if text is None or len(text.labels) != 1:
        raise SystemExit(f"`{record.text[:40]}` has {len(text.labels) if text else 0} classes; needed: one class for each text")
    return text


def _seen(record: Record) -> str:
    return f"{record.target or ''} {record.text}"


def spans(train: Sequence[Record], test: Sequence[Record], layer: str) -> list[Record]:
    """The test records with the spans that a plain CRF finds."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for record in train:
        tokens, tags = _tagged(record, layer)
        for first, last in divided(tokens, record.sentences):
            trainer.append(_features(tokens[first:last]), tags[first:last])
    trainer.set_params(SETTINGS)
    tagger, found = pycrfsuite.Tagger(), []
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(str(Path(folder) / "model"))
        tagger.open(str(Path(folder) / "model"))
        for record in test:
            tokens = words(record.text)
            mine: list[Span] = []
            for first, last in divided(tokens, record.sentences):
                inside = tokens[first:last]
                for begin, end, label in decode(tagger.tag(_features(inside)), strict=False):
                    bounds = inside[begin].start, inside[end].end
                    mine.append(Span(f"p{len(mine)}", layer, label, *bounds, record.text[slice(*bounds)]))
            found.append(msgspec.structs.replace(record, spans=tuple(mine), relations=()))
    return found


def _tagged(record: Record, layer: str) -> tuple[list[Token], list[str]]:
    tokens = words(record.text)
    return tokens, encode(tokens, record.layer(layer))[0]


def _features(tokens: Sequence[Token]) -> list[dict[str, str | bool]]:
    """The word, its last letters and its case, and the word and case of its neighbours."""
    rows = []
    for index, token in enumerate(tokens):
        word = token.text
        row: dict[str, str | bool] = {"bias": True, "lower": word.lower(), "-3": word[-3:], "-2": word[-2:], "digit": word.isdigit()}
        row |= {"upper": word.isupper(), "title": word.istitle()}
        for step in (-1, 1):
            place = index + step
            if 0 <= place < len(tokens):
                near = tokens[place].text
                row |= {f"{step}lower": near.lower(), f"{step}title": near.istitle(), f"{step}upper": near.isupper()}
            else:
                row[f"{step}edge"] = True
        rows.append(row)
    return rows


def main() -> None:
    """Prints the scores of redline and of each peer."""
    if len(sys.argv) < 3:
        raise SystemExit("the files are missing; needed: TRAIN and TEST")
    train, test = (list(redline.read(path).accepted) for path in sys.argv[1:3])
    layer = sys.argv[3] if len(sys.argv) > 3 else "entities"
    model = "text_linear" if classified(train[0]) else "crf"
    metrics = ("macro_f1", "micro_f1") if model == "text_linear" else ("exact_f1",)
    shown = "classes" if model == "text_linear" else layer
    own = redline.train(sys.argv[1], test=sys.argv[2], model=model, layer=None if model == "text_linear" else layer)
    peers = classes(train, test) if model == "text_linear" else iter([("python-crfsuite, tutorial", spans(train, test, layer))])
    print(f"{len(train)} records to train on, {len(test)} for the scores, {shown}")
    for row in own.scores:
        if row.score.metric in metrics and row.label is None:
            print(f"  {'redline ' + model:<42} {row.score.metric:<9} {row.score.value:.3f}", flush=True)
    for title, guesses in peers:
        result = redline.score(test, guesses)
        for row in result.rows:
            if row.score.metric in metrics and row.label is None and (model == "text_linear" or row.layer == layer):
                print(f"  {title:<42} {row.score.metric:<9} {row.score.value:.3f}", flush=True)


if __name__ == "__main__":
    main()
