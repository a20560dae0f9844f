"""What the project and its licence are called in every document."""

NAME = "Redline"
TITLE = "Redline: an annotated corpus of conflict news"
MAINTAINERS = "The Redline maintainers"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SUMMARY = (
    "Documents of conflict news in English with stand-off annotation of entities, stance and threat language. "
    "A language model wrote the texts and labels."
)


def bibtex(version: str, year: str) -> str:
    """The BibTeX entry of a version."""
    name, rest = TITLE.split(":")
    fields = {"title": f"{{{name}}}:{rest}", "author": f"{{{MAINTAINERS}}}", "year": year, "note": f"Version {version}"}
    return "\n".join(["@misc{redline,", *(f"  {key} = {{{value}}}," for key, value in fields.items()), "}"])
