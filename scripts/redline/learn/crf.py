"""A conditional random field over surface features of tokens, for the spans of one layer.

Source: CRFsuite (Okazaki 2007) by python-crfsuite; features after Ratinov and Roth 2009. Its model files hold numbers
and strings, no code.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycrfsuite

from redline.core.bio import decode, encode
from redline.core.document import Bounds, Record, Span
from redline.core.predictions import with_spans
from redline.core.tokenizer import Token
from redline.core.tokens import words
from redline.learn.alignment import learnable
from redline.learn.baseline import Judge, Setup, annotated

NAME = "model.crfsuite"
Features = list[str]


class Crf:
    """A linear-chain CRF over the sentences of a record; its penalties are chosen on validation."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.model = b""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Fits a model for each pair of penalties of the settings and keeps the best on validation; of equals the first."""
        sequences = [sequence for record in annotated(train, self.setup.task) for sequence in self._sequences(record)]
        best = -1.0
        for l1, l2 in self.setup.settings["penalties"]:
            self.model = self._trained(sequences, l1, l2)
            value = judge(validation, self.predict(validation))
            if value > best:
                best, kept = value, self.model
        self.model = kept

    def _trained(self, sequences: list[tuple[list[Features], list[str]]], l1: float, l2: float) -> bytes:
        import tempfile

        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        for features, labels in sequences:
            trainer.append(features, labels)
        trainer.set_params({"c1": l1, "c2": l2, "max_iterations": self.setup.settings["iterations"], "feature.possible_transitions": True})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            trainer.train(str(path))
            return path.read_bytes()

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the spans that the model finds; a tag that continues nothing begins a span."""
        tagger = pycrfsuite.Tagger()
        tagger.open_inmemory(self.model)
        return [with_spans(record, self.setup.task.layer, self._spans(record, tagger)) for record in records]

    def save(self, folder: Path) -> None:
        """Writes CRFsuite's own format."""
        (folder / NAME).write_bytes(self.model)

    def load(self, folder: Path) -> None:
        """Reads CRFsuite's own format."""
        self.model = (folder / NAME).read_bytes()
        pycrfsuite.Tagger().open_inmemory(self.model)

    def _sequences(self, record: Record) -> Iterator[tuple[list[Features], list[str]]]:
        found = words(record.text)
        labels, _ = encode(found, learnable(record, self.setup.task.layer))
        for first, last in _sentences(found, record.sentences):
            yield features(found[first:last], record.text), labels[first:last]

    def _spans(self, record: Record, tagger: Any) -> list[Span]:
        spans: list[Span] = []
        for inside, items in _items(record.text, record.sentences):
            for begin, end, label in decode(tagger.tag(items), strict=False):
                start, stop = inside[begin].start, inside[end].end
                spans.append(Span(f"c{len(spans) + 1}", self.setup.task.layer, label, start, stop, record.text[start:stop]))
        return spans


@lru_cache(maxsize=512)
def _items(text: str, sentences: tuple[Bounds, ...]) -> list[tuple[list[Token], Any]]:
    """The tokens and the features of each sentence; kept, since models of several layers read the same texts."""
    found = words(text)
    return [(found[first:last], pycrfsuite.ItemSequence(features(found[first:last], text))) for first, last in _sentences(found, sentences)]


def _sentences(found: list[Token], sentences: Sequence[Bounds]) -> Iterator[tuple[int, int]]:
    """The (first, past last) token of each sentence that has any."""
    for start, end in sentences:
        inside = [index for index, token in enumerate(found) if start <= token.start < end]
        if inside:
            yield inside[0], inside[-1] + 1


def features(found: Sequence[Token], text: str) -> list[Features]:
    """The features of each token of a sentence: its form and that of its neighbours, and whether a quotation is open."""
    forms = [_form(token.text) for token in found]
    quoted = _quoted(found, text)
    rows = []
    for index in range(len(found)):
        row = ["bias", *(f"0:{item}" for item in forms[index]), f"quoted={quoted[index]}"]
        for step in (-2, -1, 1, 2):
            place = index + step
            near = forms[place][:3] if 0 <= place < len(found) else ["edge"]
            row += [f"{step}:{item}" for item in near]
        if index + 1 < len(found):
            row.append(f"0+1:{found[index].text.lower()}|{found[index + 1].text.lower()}")
        if index:
            row.append(f"-1+0:{found[index - 1].text.lower()}|{found[index].text.lower()}")
        rows.append(row)
    return rows


def _form(word: str) -> Features:
    lower = word.lower()
    shape = "".join("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    short = "".join(c for i, c in enumerate(shape) if i == 0 or shape[i - 1] != c)
    return [f"w={lower}", f"s={short}", f"t={word.istitle()}", *(f"p={lower[:n]}" for n in (2, 3)), *(f"e={lower[-n:]}" for n in (2, 3, 4))]


def _quoted(found: Sequence[Token], text: str) -> list[bool]:
    """Whether each token stands inside quotation marks that opened in its passage."""
    if not found:
        return []
    open_, result = text.count("“", 0, found[0].start) > text.count("”", 0, found[0].start), []
    for token in found:
        open_ = (open_ or token.text == "“") and token.text != "”"
        result.append(open_)
    return result
