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
The corpus is a small, open example of the annotation, checking, scoring and publication of entities, stance and threat language. It had no funding.

## Composition
{count} documents, {counts.total(counts.passages)} passages, {counts.total(counts.sentences)} sentences, {counts.total(counts.spans)} gold spans; English. A document is a text with its
provenance. The documents are not a sample of a larger set. Splits are by event. Real public persons occur in accounts of documented history, only in indirect speech, and in one withheld
article. There are no data about private persons. The texts are about war, threats and violence. Known noise: see "Residual error" in the card.

## Collection
A language model wrote the texts for this project, from facts (accounts) or without a source (fiction). One article with unknown rights comes from outside of the project. No text was scraped. No
people were recruited and no personal data were collected, so no consent was needed.

## Preprocessing and labelling
Line endings and spaces were cleaned once, before the text was hashed. It did not change afterwards. The raters were language models. They labelled independently, by the guidelines. Their labels are in the
configuration `raters`. Each difference was decided, with a reason.

## Uses
See "Uses" and "Forbidden uses" in the card.

## Distribution
CC BY 4.0 for annotations and open texts; `LICENSES.md` lists the licence of each document. Withheld texts are not distributed.

## Maintenance
Versions follow semantic versioning: major, the meaning of a label changed; minor, documents or labels were added; patch, corrections. A released version never changes. A text is
withdrawn on request of its author or of a person named in it. The next version contains only an entry without the text. Its hash prevents that the text is added again. Please send requests and errors to the issues of
the project ("Removal, errors, contact" in the card).

Canary: `{CANARY}`.
"""
