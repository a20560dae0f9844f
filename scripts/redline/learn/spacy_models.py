"""spaCy on a CPU: `ner` for layers whose spans do not overlap, `spancat` where they may.

Models are written by spaCy's own `to_disk` (JSON, msgpack and numbers; no pickle) and read into a pipeline that is built
here, never from a configuration in the file.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.training import Example
from spacy.util import filter_spans
from thinc.api import fix_random_seed

from redline.core.document import Record, Span
from redline.core.predictions import with_spans
from redline.learn.alignment import learnable
from redline.learn.baseline import Judge, Setup, annotated

KEY = "spans"
ABOUT = "labels.json"


class SpacyModel:
    """What both components share: the pipeline, the training loop with the best epoch on validation, and the files."""

    component = ""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.labels: list[str] = []
        self.longest = 1
        self.pipeline: Any = None

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Trains for the epochs of the settings and keeps the state that was best on validation; of equals the last."""
        settings = self.setup.settings
        fix_random_seed(self.setup.seed)
        records = annotated(train, self.setup.task)
        self.labels = sorted({span.label for record in records for span in record.layer(self.setup.task.layer)})
        self._build()
        examples = [self._example(record) for record in records]
        self.longest = max((len(span) for example in examples for span in self._reference(example)), default=1)
        self._build()
        examples = [self._example(record) for record in records]
        optimizer = self.pipeline.initialize(lambda: examples)
        order = random.Random(self.setup.seed)
        best, kept = -1.0, self.pipeline.to_bytes()
        for epoch in range(1, settings["epochs"] + 1):
            order.shuffle(examples)
            for batch in _batches(examples, settings["batch"]):
                self.pipeline.update(batch, drop=settings["dropout"], sgd=optimizer)
            if epoch % settings["look_every"] == 0:
                with self.pipeline.use_params(optimizer.averages):
                    value = judge(validation, self.predict(validation))
                    if value >= best:
                        best, kept = value, self.pipeline.to_bytes()
        self.pipeline.from_bytes(kept)

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The records with the spans that the model finds."""
        docs = self.pipeline.pipe(record.text for record in records)
        return [with_spans(record, self.setup.task.layer, self._spans(doc, record)) for doc, record in zip(docs, records, strict=True)]

    def save(self, folder: Path) -> None:
        """Writes the pipeline and what is needed to build it again."""
        self.pipeline.to_disk(folder / "pipeline")
        about = {"labels": self.labels, "longest": self.longest}
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Builds the pipeline and reads its numbers."""
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.labels, self.longest = about["labels"], about["longest"]
        self._build()
        self.pipeline.initialize()
        self.pipeline.from_disk(folder / "pipeline")

    def _build(self) -> None:
        width, depth = self.setup.settings["width"], self.setup.settings["depth"]
        self.pipeline = spacy.blank("en")
        tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": width, "depth": depth, "embed_size": self.setup.settings["rows"]}
        tok2vec |= {"window_size": 1, "maxout_pieces": 3, "subword_features": True, "pretrained_vectors": None}
        component = self.pipeline.add_pipe(self.component, config=self._config(tok2vec))
        for label in self.labels:
            component.add_label(label)

    def _example(self, record: Record) -> Example:
        doc, reference = self.pipeline.make_doc(record.text), self.pipeline.make_doc(record.text)
        found = [reference.char_span(s.start, s.end, label=s.label) for s in learnable(record, self.setup.task.layer)]
        self._annotate(reference, [span for span in found if span is not None])
        return Example(doc, reference)

    def _spans(self, doc: Any, record: Record) -> list[Span]:
        layer = self.setup.task.layer
        found = sorted(self._found(doc), key=lambda span: (span.start_char, -span.end_char, span.label_))
        return [
            Span(f"n{index}", layer, span.label_, span.start_char, span.end_char, span.text)
            for index, span in enumerate((span for span in found if record.sentence_of(span.start_char, span.end_char) is not None), 1)
        ]

    def _config(self, tok2vec: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def _annotate(self, doc: Any, spans: list[Any]) -> None:
        raise NotImplementedError

    def _found(self, doc: Any) -> list[Any]:
        raise NotImplementedError

    def _reference(self, example: Example) -> list[Any]:
        return self._found(example.reference)


class Ner(SpacyModel):
    """spaCy's transition-based entity recogniser; overlapping gold spans are reduced to the longest."""

    component = "ner"

    def _config(self, tok2vec: dict[str, Any]) -> dict[str, Any]:
        shape = {"state_type": "ner", "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2, "use_upper": True, "nO": None}
        return {"model": {"@architectures": "spacy.TransitionBasedParser.v2", **shape, "tok2vec": tok2vec}}

    def _annotate(self, doc: Any, spans: list[Any]) -> None:
        doc.set_ents(filter_spans(spans))

    def _found(self, doc: Any) -> list[Any]:
        return list(doc.ents)


class SpanCat(SpacyModel):
    """spaCy's span categoriser over all n-grams up to the longest span of the settings and of the training records."""

    component = "spancat"

    def _config(self, tok2vec: dict[str, Any]) -> dict[str, Any]:
        longest = min(self.longest, self.setup.settings["longest"])
        suggester = {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": longest}
        reducer = {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 64}
        scorer = {"@layers": "spacy.LinearLogistic.v1", "nO": None, "nI": None}
        model = {"@architectures": "spacy.SpanCategorizer.v1", "tok2vec": tok2vec, "reducer": reducer, "scorer": scorer}
        return {"spans_key": KEY, "threshold": self.setup.settings["threshold"], "suggester": suggester, "model": model}

    def _annotate(self, doc: Any, spans: list[Any]) -> None:
        doc.spans[KEY] = spans

    def _found(self, doc: Any) -> list[Any]:
        return list(doc.spans.get(KEY, ()))


def _batches(examples: list[Example], size: int) -> Iterator[list[Example]]:
    for start in range(0, len(examples), size):
        yield examples[start : start + size]
