"""What the project and its licence are called in every document."""

NAME = "Redline"
TITLE = "Redline: an annotated corpus of conflict news"
MAINTAINERS = "The Redline maintainers"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SUMMARY = (
    "Documents of conflict news in English with stand-off annotation of entities, stance and threat language. Texts and labels "
    "are machine-written."
)
