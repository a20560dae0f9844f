"""datasheet.md, after Gebru et al. 2021, "Datasheets for Datasets"."""

from redline.publish.documents.facts import Facts
from redline.publish.documents.prose import CANARY


def render(facts: Facts) -> str:
    """datasheet.md of a release."""
    counts, manifest = facts.counts, facts.manifest
    count = counts.total(counts.documents)
    return f"""# Datasheet of Redline {manifest.version}

After Gebru et al. 2021, "Datasheets for Datasets". The figures are the same as in the card.

## Motivation
The corpus shows, small and open, how entities, stance and threat language can be annotated, checked, scored and published together. Nobody paid for it.

## Composition
{count} documents, {counts.total(counts.passages)} passages, {counts.total(counts.sentences)} sentences, {counts.total(counts.spans)} gold spans; English. A document is a text with its
provenance; nothing is sampled from a larger set. Splits are by event. Real public persons occur in accounts of documented history, only in indirect speech, and in one withheld
article; there is no data on private persons. Texts speak of war, threats and violence. Known noise: see "Residual error" in the card.

## Collection
Texts were written by a language model for this project, from facts (accounts) or from nothing (fiction); one article was given, with unknown rights. Nothing was scraped. Nobody
was recruited; no person's data were collected, so no consent was needed.

## Preprocessing and labelling
Line endings and spaces were cleaned once, before the text was hashed and frozen. Raters were language models that worked independently from the guidelines; their labels are in the
`raters` configuration; differences were decided with a reason.

## Uses
See "Who it is for" and "What it must not be used for" in the card.

## Distribution
CC BY 4.0 for annotations and open texts; `LICENSES.md` lists the licence of each document. Withheld texts are not distributed.

## Maintenance
Versions follow semantic versioning: major, the meaning of a label changed; minor, documents or labels were added; patch, corrections. A released version never changes. A text is
withdrawn on request of its author or of a person named in it: the next version has only an entry without the text, and its hash keeps the text from being added again. Requests and errors go to the issues of
the project ("Removal, errors, contact" in the card).

Canary: `{CANARY}`.
"""
