"""Which segmenter to use: boundary F1 and whole passages right on `bench/sentences.txt`, for those that are installed.

The peers are not among the requirements: `pip install pysbd syntok nupunkt blingfire` brings them in.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

Segmenter = Callable[[str], list[str]]


def passages() -> Iterator[list[str]]:
    """The hand-segmented passages, each as its sentences."""
    for block in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n\n"):
        sentences = [line for line in block.strip().split("\n") if not line.startswith("#")]
        if sentences:
            yield sentences


def starts(text: str, sentences: list[str]) -> set[int]:
    """Where the second and later sentences begin in the text."""
    found, reached = set(), 0
    for sentence in (sentence.strip() for sentence in sentences):
        if sentence:
            place = text.index(sentence, reached)
            reached = place + len(sentence)
            found.add(place)
    return found - {0}


def segmenters() -> Iterator[tuple[str, Segmenter]]:
    """The segmenters that are installed."""
    import sentencex
    import spacy

    yield "sentencex", lambda text: list(sentencex.segment("en", text))
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    yield "spacy sentencizer", lambda text: [sentence.text for sentence in pipeline(text).sents]
    for load in (_pysbd, _syntok, _nupunkt, _blingfire):
        try:
            yield load.__name__.strip("_"), load()
        except ImportError:
            print(f"{load.__name__.strip('_'):<18} not installed")


def _pysbd() -> Segmenter:
    import pysbd

    segment: Segmenter = pysbd.Segmenter(language="en", clean=False).segment
    return segment


def _syntok() -> Segmenter:
    from syntok import segmenter

    def segment(text: str) -> list[str]:
        return [text[s[0].offset : s[-1].offset + len(s[-1].value)] for paragraph in segmenter.analyze(text) for s in paragraph]

    return segment


def _nupunkt() -> Segmenter:
    import nupunkt

    return lambda text: list(nupunkt.sent_tokenize(text))


def _blingfire() -> Segmenter:
    import blingfire

    return lambda text: blingfire.text_to_sentences(text).split("\n")


def main() -> None:
    gold = list(passages())
    print(f"{len(gold)} passages, {sum(map(len, gold))} sentences")
    for name, segment in segmenters():
        hits = guessed = known = whole = 0
        for sentences in gold:
            text = " ".join(sentences)
            truth, found = starts(text, sentences), starts(text, segment(text))
            hits, guessed, known = hits + len(truth & found), guessed + len(found), known + len(truth)
            whole += truth == found
        print(f"{name:<18} boundary F1 {2 * hits / (guessed + known):.3f}  passages right {whole}/{len(gold)}")


if __name__ == "__main__":
    main()
