"""Gamma: agreement on spans aligned across raters, by place and label together.

Source: Mathet, Widlöcher and Métivier 2015, "The unified and holistic method gamma", Computational Linguistics 41(3), as
the library pygamma-agreement computes it.
"""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from redline.core.document import Record
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.measure.agreement import Raters, versions
from redline.measure.score import Bootstrap, Score, interval, replicate_weights


def gamma_agreement(raters: Raters, taxonomy: Taxonomy, bootstrap: Bootstrap) -> Iterator[tuple[str, Score]]:
    """(layer, mean gamma of the documents in which any rater marked something), seconds of work a document.

    Raises RedlineError where the library is not installed.
    """
    together = versions(raters)
    for layer in taxonomy.layers:
        marked = [document for document in together if any(record.layer(layer) for records in document for record in records)]
        recipe = {"layer": layer, "samples": "30", "raters": str(len(raters))}
        values = np.array([of_document(document, layer, bootstrap.seed) for document in marked])
        if not len(values):
            yield layer, interval("gamma", float("nan"), values, 0, recipe, bootstrap)
            continue
        means = replicate_weights(len(values), bootstrap) @ values / len(values)
        yield layer, interval("gamma", float(values.mean()), means, len(values), recipe, bootstrap)


def of_document(document: Sequence[Sequence[Record]], layer: str, seed: int) -> float:
    """Gamma of a document, given by its passages as each rater sees them; 1 where all raters say the same."""
    try:
        from pyannote.core import Segment
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
    except ModuleNotFoundError as error:
        raise RedlineError(f"gamma needs `{error.name}`; install redline[gamma]") from None
    continuum = Continuum()
    offset = 0
    for records in document:
        for number, record in enumerate(records):
            continuum.add_annotator(f"r{number}")
            for span in record.layer(layer):
                continuum.add(f"r{number}", Segment(offset + span.start, offset + span.end), span.label)
        offset += len(records[0].text) + 1
    # The library draws from numpy's global state.
    np.random.seed(seed)
    with _silence():
        return float(continuum.compute_gamma(CombinedCategoricalDissimilarity(delta_empty=1, alpha=3, beta=1), n_samples=30).gamma)


@contextmanager
def _silence() -> Iterator[None]:
    """No warnings, and no lines of the solver, which its threads print at times whatever its options say."""
    level, out, nowhere = logging.root.level, os.dup(1), os.open(os.devnull, os.O_WRONLY)
    sys.stdout.flush()
    logging.root.setLevel(logging.ERROR)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(out, 1)
        logging.root.setLevel(level)
        os.close(out)
        os.close(nowhere)
