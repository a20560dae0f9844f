"""datasheet.md, after Gebru et al. 2021, "Datasheets for Datasets"."""

from redline.publish.documents import authors
from redline.publish.documents.facts import Facts
from redline.publish.documents.prose import CANARY
from redline.publish.features import BARE, REFERENCED_RATERS


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
provenance. The documents are not a sample of a larger set. Splits are by event. The texts are about war, threats and violence. Known noise: see "Residual error" in the card.
{_referenced(facts)}
{persons(facts)}

## Collection
{collection(facts)}{" No people were recruited, so no consent was needed." if authors.machine_labels(facts) else ""}

## Preprocessing and labelling
Line endings and spaces were cleaned once, before the text was hashed. It did not change afterwards. {authors.labels(facts)} The raters labelled independently, by the guidelines. Their labels are in
the configurations `raters` and `{REFERENCED_RATERS}`. {authors.decisions(facts)}

## Uses
See "Uses" and "Forbidden uses" in the card.

## Distribution
CC BY 4.0 for annotations and open texts; `LICENSES.md` lists the licence of each document, and of the sources of referenced documents. Withheld and referenced texts are not distributed.

## Maintenance
Versions follow semantic versioning: major, the meaning of a label changed; minor, documents or labels were added; patch, corrections. A released version never changes. A text is
withdrawn on request of its author or of a person named in it. The next version contains only an entry without the text. Its hash prevents that the text is added again. Please send requests and errors to the issues of
the project ("Removal, errors, contact" in the card).

Canary: `{CANARY}`.
"""


def collection(facts: Facts) -> str:
    """Where the texts come from."""
    withheld = _withheld(facts)
    lines = [authors.texts(facts), "Accounts are written from facts, and fiction has no source."]
    lines += [f"The words of {withheld} of these documents are withheld."] if withheld else []
    found = facts.counts.referenced
    if found.licences:
        repositories = len({repository for repository, _ in found.licences})
        lines.append(
            f"The referenced texts are from {repositories} public repositories with official speeches, statements and press releases."
        )
    return " ".join(lines)


def persons(facts: Facts) -> str:
    """Which persons the data are about."""
    lines = "The open texts name public persons in accounts of documented history, in indirect speech."
    lines += " Other persons in them are invented." if authors.machine_texts(facts) else " Texts by people may also name real persons."
    lines += " The annotations of withheld texts are about real persons." if _withheld(facts) else ""
    found = facts.counts.referenced
    if not found.speakers:
        return lines
    return (
        f"{lines} The referenced documents and sentences are by {len(found.speakers)} real speakers (persons, states and "
        "bodies), whom the column `speaker` names. Their labels are statements about these speakers and about real persons, states and "
        "groups: whom a text names, whom it is for or against, and whom it threatens or warns."
    )


def _withheld(facts: Facts) -> int:
    return sum(count for name, count in facts.counts.rights.items() if name in ("unknown", "restricted"))


def _referenced(facts: Facts) -> str:
    found = facts.counts.referenced
    if not found.documents and not found.single:
        return ""
    layers = ", ".join(f"{count} {layer}" for layer, count in sorted(found.spans.items()))
    rows = sum(part.rows for name in BARE for part in facts.manifest.parts.get(name, {}).values())
    return (
        f"\nThe `referenced_*` configurations describe real texts, without their words, in {rows} rows: {found.documents} speeches, statements and "
        f"press releases with {found.sentences} sentences and {sum(found.spans.values())} gold spans ({layers}), {found.single} single sentences, "
        f"and {found.ratings} passages as a rater labelled them. The words are in public repositories.\n"
    )
