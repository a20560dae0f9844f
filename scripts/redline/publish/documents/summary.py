"""What a release is, in a few sentences for catalogues."""

from redline.publish.documents import authors
from redline.publish.documents.facts import Facts


def summary(facts: Facts) -> str:
    """The content of a release, who wrote and labelled it, and the real text that it refers to."""
    found = facts.counts.referenced
    real = (
        f" It refers to {found.documents} real speeches, statements and press releases and to {found.single} single sentences, "
        "without their words."
        if found.documents or found.single
        else ""
    )
    what = "Documents of conflict news and political speech in English with stand-off annotation of entities, stance and threat language."
    return f"{what} {authors.texts(facts)} {authors.labels(facts)}{real}"
