"""spaCy's transition-based entity recogniser on a CPU; overlapping gold spans are reduced to the longest.

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

ABOUT = "labels.json"


class Ner:
    """The pipeline, the training loop with the best epoch on validation, and the files."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.labels: list[str] = []
        self.pipeline: Any = None

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        """Trains for the epochs of the settings and keeps the state that was best on validation; of equals the last."""
        settings = self.setup.settings
        fix_random_seed(self.setup.seed)
        records = annotated(train, self.setup.task)
        self.labels = sorted({span.label for record in records for span in record.layer(self.setup.task.layer)})
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
        (folder / ABOUT).write_text(json.dumps({"labels": self.labels}, ensure_ascii=False), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Builds the pipeline and reads its numbers."""
        self.labels = json.loads((folder / ABOUT).read_text(encoding="utf-8"))["labels"]
        self._build()
        self.pipeline.initialize()
        self.pipeline.from_disk(folder / "pipeline")

    def _build(self) -> None:
        width, depth = self.setup.settings["width"], self.setup.settings["depth"]
        self.pipeline = spacy.blank("en")
        tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": width, "depth": depth, "embed_size": self.setup.settings["rows"]}
        tok2vec |= {"window_size": 1, "maxout_pieces": 3, "subword_features": True, "pretrained_vectors": None}
        shape = {"state_type": "ner", "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2, "use_upper": True, "nO": None}
        model = {"@architectures": "spacy.TransitionBasedParser.v2", **shape, "tok2vec": tok2vec}
        component = self.pipeline.add_pipe("ner", config={"model": model})
        for label in self.labels:
            component.add_label(label)

    def _example(self, record: Record) -> Example:
        doc, reference = self.pipeline.make_doc(record.text), self.pipeline.make_doc(record.text)
        found = [reference.char_span(s.start, s.end, label=s.label) for s in learnable(record, self.setup.task.layer)]
        reference.set_ents(filter_spans([span for span in found if span is not None]))
        return Example(doc, reference)

    def _spans(self, doc: Any, record: Record) -> list[Span]:
        layer = self.setup.task.layer
        found = sorted(doc.ents, key=lambda span: (span.start_char, -span.end_char, span.label_))
        return [
            Span(f"n{index}", layer, span.label_, span.start_char, span.end_char, span.text)
            for index, span in enumerate((span for span in found if record.sentence_of(span.start_char, span.end_char) is not None), 1)
        ]


def _batches(examples: list[Example], size: int) -> Iterator[list[Example]]:
    for start in range(0, len(examples), size):
        yield examples[start : start + size]
