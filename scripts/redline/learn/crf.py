"""A conditional random field over surface features of tokens, for the spans of one layer.

Source: CRFsuite (Okazaki 2007) by python-crfsuite; features after Ratinov and Roth 2009. Its model files contain numbers
and strings, no code.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from redline.core.bio import decode, encode
from redline.core.document import Bounds, Record, Span
from redline.core.extras import needed
from redline.core.predictions import with_spans
from redline.core.tokenizer import Token
from redline.core.tokens import words
from redline.learn import clusters, crf_cues
from redline.learn.alignment import learnable
from redline.learn.baseline import Judge, Setup, annotated
from redline.learn.crf_features import Features, features
from redline.learn.crf_file import parameters
from redline.learn.crf_scores import Scores, Sentences, divided, sentences

NAME = "model.crfsuite"


class Crf:
    """A linear-chain CRF over the sentences of a record; its penalties are chosen on validation."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.model = b""
        self.layer = setup.taxonomy.layers[setup.task.layer]
        self.clusters: clusters.Clusters = {}
        self.scores: Scores

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Fits a model for each pair of penalties of the settings and keeps the best on validation; of equals the first."""
        records, number = annotated(train, self.setup.task), self.setup.settings.get("clusters", {}).get(self.setup.task.name, 0)
        self.clusters = clusters.learned(self.setup.texts, number) if number else {}
        sequences = [sequence for record in records for sequence in self._sequences(record)]
        best = -1.0
        for l1, l2 in self.setup.settings["penalties"]:
            self._take(self._trained(sequences, l1, l2))
            value = judge(validation, self.predict(validation))
            if value > best:
                best, kept = value, self.model
        self._take(kept)

    def _trained(self, sequences: list[tuple[list[Features], list[str]]], l1: float, l2: float) -> bytes:
        import tempfile

        with needed("train"):
            import pycrfsuite

        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        for rows, labels in sequences:
            trainer.append(rows, labels)
        trainer.set_params({"c1": l1, "c2": l2, "max_iterations": self.setup.settings["iterations"], "feature.possible_transitions": True})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            trainer.train(str(path))
            return path.read_bytes()

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the spans that the model finds; a tag that continues nothing begins a span."""
        text = _sentences(tuple((record.text, record.sentences) for record in records))
        spans: list[list[Span]] = [[] for _ in records]
        cues = [self.layer.cue_bounds(record.text) for record in records]
        for number, found, labels in zip(text.owners, text.tokens, self.scores.best(text, cues), strict=True):
            spans[number] += self._spans(records[number], found, labels)
        return [with_spans(record, self.setup.task.layer, mine) for record, mine in zip(records, spans, strict=True)]

    def save(self, folder: Path) -> None:
        """Writes CRFsuite's own format, and the clusters if there are any."""
        (folder / NAME).write_bytes(self.model)
        if self.clusters:
            (folder / clusters.NAME).write_bytes(clusters.encoded(self.clusters))

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote.

        Raises ValueError where it is something else.
        """
        path = folder / clusters.NAME
        self.clusters = clusters.decoded(path.read_bytes()) if path.exists() else {}
        self._take((folder / NAME).read_bytes())

    def _take(self, model: bytes) -> None:
        self.model, self.scores = model, Scores(parameters(model), self.clusters)

    def _sequences(self, record: Record) -> Iterator[tuple[list[Features], list[str]]]:
        found = words(record.text)
        labels, _ = encode(found, learnable(record, self.setup.task.layer))
        for first, last in divided(found, record.sentences):
            inside = found[first:last]
            several = zip(features(inside, record.text, self.clusters), crf_cues.features(inside, record.text, self.layer), strict=True)
            yield [[*row, *more] for row, more in several], labels[first:last]

    def _spans(self, record: Record, found: Sequence[Token], labels: Sequence[str]) -> Iterator[Span]:
        """The spans of a sentence."""
        for begin, end, label in decode(labels, strict=False):
            start, stop = found[begin].start, found[end].end
            yield Span("", self.setup.task.layer, label, start, stop, record.text[start:stop])


@lru_cache(maxsize=2)
def _sentences(several: tuple[tuple[str, tuple[Bounds, ...]], ...]) -> Sentences:
    """The sentences of texts; kept, since models of several layers read the same texts."""
    return sentences(several)
