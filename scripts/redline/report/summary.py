"""The five sentences at the top of the report, computed from what is below them."""

from redline.core.corpus import Corpus
from redline.measure.score import FEWEST
from redline.report.agreement import AgreementSection
from redline.report.corpus import CorpusSection
from redline.report.models import ModelSection, Pick
from redline.report.parts import listed, number


def sentences(corpus: Corpus, counted: CorpusSection, agreed: AgreementSection | None, models: ModelSection) -> list[str]:
    """Size, agreement, what models reach, what of that could be chance, and whether models and corpus belong together."""
    return [_size(corpus, counted), _agreement(agreed), _reach(models.picks), _chance(models.picks), _state(models.changed)]


def _size(corpus: Corpus, counted: CorpusSection) -> str:
    counts = counted.counts
    genres = len({corpus.sources[doc].seed.genre for doc in corpus.documents if doc in corpus.sources})
    documents, words, spans = number(counts["documents"], "document"), number(counts["words"], "word"), number(counts["spans"], "span")
    return f"The corpus contains {documents} of {number(genres, 'genre')} with {words} and {spans}."


def _agreement(agreed: AgreementSection | None) -> str:
    if agreed is None or not agreed.layers:
        return "No document has two raters yet."
    least, most = min(agreed.layers, key=agreed.layers.__getitem__), max(agreed.layers, key=agreed.layers.__getitem__)
    return (
        f"The {number(agreed.raters, 'rater')} agree most on {most.lower()} (exact F1 {agreed.layers[most]:.2f}) "
        f"and least on {least.lower()} ({agreed.layers[least]:.2f})."
    )


def _reach(picks: list[Pick]) -> str:
    pairs = [(pick, one, other) for pick in picks if pick.trivial is not pick.best for one, other in [_values(pick)] if other is not None]
    above = [(pick, one, other) for pick, one, other in pairs if one is not None and one > other]
    head = f"On {len(above)} of {number(len(picks), 'task')} the best model on validation scores above the best trivial baseline on test"
    if not above:
        return f"{head}."
    pick, one, other = max(above, key=lambda each: each[1] - each[2])
    return f"{head}; the largest difference is on {pick.best.task.title.lower()} ({one:.2f} against {other:.2f})."


def _values(pick: Pick) -> tuple[float | None, float | None]:
    return pick.best.rows[0].score.value, pick.trivial.rows[0].score.value if pick.trivial else None


def _chance(picks: list[Pick]) -> str:
    documents = max((pick.best.rows[0].score.documents or 0 for pick in picks), default=0)
    if documents < FEWEST:
        least = f"The test split has at most {number(documents, 'document')} with labels"
        return f"{least}; below {FEWEST} documents no difference between two models is significant."
    sure = [
        pick.best.task.title.lower() for pick in picks if pick.difference and pick.difference.p is not None and pick.difference.p < 0.05
    ]
    if not sure:
        return "No difference between a best model and a trivial baseline is significant (p below 0.05)."
    return f"The difference is significant (p below 0.05) on {listed(sure)}."


def _state(changed: list[str]) -> str:
    if not changed:
        return "All models were trained on the current corpus with the current code."
    models = number(len(changed), "model")
    return f"Data, code or libraries changed since the training of {models}, so make train may give different scores: {listed(changed)}."
