"""The detector: one file that marks threats and criticism in a text that a reader pastes, without a network and a server."""

import base64
import zlib
from pathlib import Path
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from redline import __version__
from redline.core.errors import RedlineError
from redline.core.files import write_atomically
from redline.core.taxonomy import Taxonomy
from redline.drawing import script
from redline.learn import artefact
from redline.learn.linear import Linear
from redline.learn.tfidf import Weights
from redline.model.homes import SHIPPED
from redline.report import page, rates
from redline.report.page import Written
from redline.report.real_text import ABOUT
from redline.report.texts import embedded

STATIC = Path(__file__).parent / "detector_page"
LIBRARY = (script.STATIC / "element.js", STATIC / "sentences.js", STATIC / "ngrams.js", STATIC / "reasons.js")
"""What the page's own script uses; each imports only those before it."""
KINDS = {"threat_sentence": "threat", "criticism_sentence": "criticism"}
"""Task -> what its sentences are called on the page."""
MODEL = "linear"
EXAMPLE = (
    "Belmora closed the bridge at Orla on Monday. The minister said: “If their troops cross the river, we will strike back with all "
    "the force we have.” Talks will continue in the spring. Nobody was hurt, and the market opened at nine. “This government "
    "has lied to its own people and betrayed its allies,” the leader of the opposition said."
)
"""An invented text, which is there when the page opens."""


class Detector(Struct, frozen=True):
    """A model of one class as the page uses it, and how often it was wrong on each test split.

    `packed` is what the script reads: `terms` and `numbers` (float32, as `Weights` has them) are deflated and in base64.
    """

    noun: str
    ngrams: int
    packed: dict[str, Any]
    rates: list[rates.Rate]


def write(taxonomy: Taxonomy, out: Path) -> Written:
    """Writes the page.

    Raises RedlineError when a model that it needs is not part of Redline, or was trained for another scheme.
    """
    detectors = [detector(taxonomy, task) for task in KINDS]
    data = page.rendered(values(detectors), "detector.html").encode("utf-8")
    write_atomically(out, data)
    return Written(len(data), [line for one in detectors for rate in one.rates for line in [f"{one.noun}, {rate}"]])


def detector(taxonomy: Taxonomy, task: str, home: Path = SHIPPED) -> Detector:
    """The linear model of a task."""
    folder = home / MODEL / task
    if not folder.is_dir():
        raise RedlineError(f"{folder}: does not exist; needed: a linear model of {task} in the package (redline models)")
    model, made = artefact.load(folder, taxonomy)
    if not isinstance(model, Linear):
        raise RedlineError(f"{folder}: is a model of kind {made.kind}; needed: one of kind {MODEL}")
    noun, several = KINDS[task], rates.of(made)
    named = next((rate for rate in several if rate.split == rates.SHOWN), None)
    facts = {
        "noun": noun, "threshold": model.threshold, "first": model.weights.features.classes[0] != made.of(taxonomy).none,
        "right": named.right(noun) if named else "", "missed": named.missed(noun) if named else "",
    }  # fmt: skip
    ngrams = len(model.weights.features.words) + len(model.weights.features.characters)
    return Detector(noun, ngrams, {**facts, **packed(model.weights)}, several)


def packed(weights: Weights) -> dict[str, Any]:
    """All n-grams of a model with two classes, the lengths of its n-grams and its numbers; `words` counts the n-grams of words."""
    features = weights.features
    return {
        "word_lengths": features.word_lengths, "character_lengths": features.character_lengths, "words": len(features.words),
        "terms": _packed("\n".join([*features.words, *features.characters]).encode()),
        "numbers": _packed(weights.numbers.astype("<f4").tobytes()),
    }  # fmt: skip


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def values(detectors: list[Detector]) -> dict[str, Any]:
    """What the template draws, by name."""
    styles = [page.STATIC / "report.css", STATIC / "page.css"]
    splits = [rate.split for rate in detectors[0].rates]
    return {
        "version": __version__, "example": EXAMPLE, "kinds": [(split, ABOUT[split]) for split in splits],
        "tables": [(f"Sentences of {one.noun}", one.rates) for one in detectors],
        "ngrams": f"{sum(one.ngrams for one in detectors):,}",
        "data": embedded([one.packed for one in detectors]),
        "styles": Markup("".join(path.read_text(encoding="utf-8") for path in styles)),
        "script": Markup(script.joined([*LIBRARY, STATIC / "page.js"])),
    }  # fmt: skip
