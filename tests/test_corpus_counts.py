"""The counts of documents: sentences of each task by themselves, and words between white space."""

from conftest import record, span
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.measure.corpus_counts import corpus_counts

TEXT = "We will bomb the port. We threaten you. He blamed the men of Ford–Lee. It rained."


def test_sentences_are_counted_by_task_and_words_are_between_white_space(taxonomy: Taxonomy) -> None:
    spans = (
        span("threat", "THREAT", TEXT, "We will bomb the port", "x1"),
        span("threat", "ULTIMATUM", TEXT, "We threaten you", "x2"),
        span("threat", "WARNING", TEXT, "It rained", "x3"),
        span("stance", "AGAINST", TEXT, "blamed", "x4"),
    )
    counts = corpus_counts([Document("case", (record(TEXT, spans),))], taxonomy)
    assert (counts.documents, counts.passages, counts.sentences, counts.words) == (1, 1, 4, 16)
    assert counts.positive == {"threat_sentence": 2, "criticism_sentence": 1}
    assert counts.cued == {"threat_sentence": 1}
    assert (counts.labels["THREAT"], counts.labels["FAVOR"]) == (1, 0)
