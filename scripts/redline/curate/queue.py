"""What waits for whom: by document and layer the passages that a rater has begun, that need a rater, or that need a decision."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from redline.adjudicate.differences import passages as differing
from redline.core.bare import TextMissingError
from redline.core.corpus import WITHDRAWN, Source
from redline.core.document import Document
from redline.core.segmentation import passages
from redline.project import Project, decisions, lookup, sources

FIRST, SECOND, ADJUDICATOR = "a first rater", "a second rater", "an adjudicator"
NEEDED = (FIRST, SECOND)
"""Who a layer waits for that no rater, or one, has begun."""


class Waiting(Struct, frozen=True):
    """How many passages of a layer of a document wait, and for whom: the name of a rater who has begun it, or one of the above.

    `begun` are the raters who have begun the layer.
    """

    doc: str
    title: str
    date: str | None
    genre: str
    layer: str
    passages: int
    whom: str
    begun: tuple[str, ...]


def waiting(project: Project, docs: list[str] | None = None) -> list[Waiting]:
    """What waits in the documents named (default: all with a text that is neither missing nor withdrawn), the oldest text first.

    Raises RedlineError when there is no such document, or a file of it cannot be read.
    """
    chosen = [lookup.known(project, doc) for doc in docs] if docs else None
    known = sources.read_all(project.seeds, project.texts)
    wanted = [known[doc] for doc in (known if chosen is None else chosen) if doc in known and known[doc].seed.rights != WITHDRAWN]
    ordered = sorted(wanted, key=lambda source: (source.seed.date or "9999", source.seed.doc))
    return [one for source in ordered for one in _of(project, source)]


def drafting(project: Project, doc: str) -> list[str]:
    """The raters who have begun a document on the annotator's page of this machine."""
    journals = (project.corpus / "drafts").glob(f"*/{doc}.journal")
    return sorted(path.parent.name for path in journals if path.stat().st_size)


def _of(project: Project, source: Source) -> Iterator[Waiting]:
    doc, seed = source.seed.doc, source.seed
    readings, layers, number = lookup.places(project, doc), project.taxonomy().layers, len(passages(source.text))
    undecided = _undecided(project, doc) if len(readings) > 1 else {}
    for layer in layers:
        done = {rater: sum(record.annotated(layer) for record in document.records) for rater, document in readings.items()}
        begun = {**dict.fromkeys(drafting(project, doc), 0), **{rater: count for rater, count in done.items() if count}}
        waits = {rater: number - count for rater, count in begun.items()}
        if len(begun) < len(NEEDED):
            waits[NEEDED[len(begun)]] = number
        waits[ADJUDICATOR] = len(undecided.get(layer, ()))
        for whom, count in waits.items():
            if count > 0:
                yield Waiting(doc, seed.title, seed.date, seed.genre, layer, count, whom, tuple(begun))


def _undecided(project: Project, doc: str) -> Mapping[str, set[int]]:
    """Layer -> the passages with a difference that nobody has decided; nothing where the text of a rater's file is not at hand."""
    try:
        readings: Mapping[str, Document] = lookup.readings(project, doc)
    except TextMissingError:
        return {}
    made, found = decisions.read(project, doc).decisions, dict[str, set[int]]()
    for difference in (one for part in differing(readings, project.taxonomy()) for one in part.differences):
        if difference.id not in made:
            found.setdefault(difference.layer, set()).add(difference.passage)
    return found
