"""What the project and its licence are called in every document."""

NAME = "Redline"
TITLE = "Redline: an annotated corpus of conflict news and political speech"
MAINTAINERS = "The Redline maintainers"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
KEYWORDS = ("threat language", "stance detection", "named entity recognition", "conflict news", "political speech")


def bibtex(version: str, year: str) -> str:
    """The BibTeX entry of a version."""
    name, rest = TITLE.split(":")
    fields = {"title": f"{{{name}}}:{rest}", "author": f"{{{MAINTAINERS}}}", "year": year, "note": f"Version {version}"}
    return "\n".join(["@misc{redline,", *(f"  {key} = {{{value}}}," for key, value in fields.items()), "}"])
