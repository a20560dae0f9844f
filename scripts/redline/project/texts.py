"""Where referenced texts are: `texts/DOC.txt`, ignored by git, and which of them a command had to do without."""

from pathlib import Path

from redline.core.bare import TextMissingError, Texts
from redline.core.document import Document
from redline.core.listing import matching
from redline.core.names import usable
from redline.formats import jsonl
from redline.project import cited, sources

_left_out: set[str] = set()


def at_hand(seeds: Path, texts: Path) -> Texts:
    """What gives the text of a referenced document of a project, or None where it is not at hand."""
    known: dict[str, str | None] = {}

    def text(doc: str) -> str | None:
        if doc not in known and not (seeds / f"{doc}.json").exists():
            known.update({name: source.text or None for name, source in cited.sources(seeds, texts).items()})
        if doc not in known:
            known[doc] = _text(seeds, texts, doc)
        if known[doc] is None:
            _left_out.add(doc)
        return known[doc]

    return text


def _text(seeds: Path, texts: Path, doc: str) -> str | None:
    if not usable(doc) or not (seeds / f"{doc}.json").exists():
        return None
    try:
        return sources.read(seeds, doc, texts).text
    except TextMissingError:
        return None


def documents(folder: Path, texts: Texts) -> dict[str, Document]:
    """The documents of a folder with one file each, by id, without those with missing texts."""
    read: dict[str, Document] = {}
    for path in matching(folder, ".jsonl"):
        try:
            document = jsonl.read_one(path, texts)
        except TextMissingError:
            continue
        read[document.id] = document
    return read


def note() -> str:
    """A line on the texts that were left out since this was last asked; empty where none was."""
    count = len(_left_out)
    _left_out.clear()
    of = f"{count} missing referenced text{'s were' if count > 1 else ' was'}"
    return f"{of} left out (redline texts --clone)" if count else ""
