"""Makes gold of the raters' files and the decisions on their differences; lists what is still to decide."""

from collections.abc import Iterator

import msgspec

from redline.batch import agree
from redline.batch.project import Project
from redline.core.diagnostic import RedlineError
from redline.core.document import Document
from redline.core.files import read_bytes
from redline.formats import jsonl
from redline.measure import adjudication, mentions
from redline.measure.adjudication import Decisions
from redline.measure.mentions import Difference


def differences(project: Project, doc: str) -> list[Difference]:
    """Everything that the raters of a document say differently."""
    return [difference for part in mentions.passages(readings(project, doc)) for difference in part.differences()]


def gold(project: Project, doc: str) -> Document:
    """The gold document that raters and decisions give.

    Raises RedlineError when a difference is undecided.
    """
    return adjudication.merge(readings(project, doc), decisions(project, doc))


def write(project: Project, docs: list[str]) -> None:
    """Writes gold for all documents, or for none when one of them cannot be made."""
    made = [gold(project, doc) for doc in docs]
    for document in made:
        jsonl.write([document], project.gold / f"{document.id}.jsonl")


def holds(project: Project, doc: str) -> bool:
    """Whether the gold file is what raters and decisions give."""
    path = project.gold / f"{doc}.jsonl"
    return path.exists() and read_bytes(path) == jsonl.dump([gold(project, doc)])


def docs(project: Project) -> list[str]:
    """The documents that have decisions."""
    return [path.stem for path in sorted((project.corpus / "decisions").glob("*.json"))]


def readings(project: Project, doc: str) -> dict[str, Document]:
    """The document by each of its raters.

    Raises RedlineError when fewer than two have rated it.
    """
    held = {rater: files[doc] for rater, files in agree.read(project, None).items() if doc in files}
    if len(held) < 2:
        raise RedlineError(f"{doc}: has {len(held)} rater files; needed: two or more")
    return held


def decisions(project: Project, doc: str) -> Decisions:
    """The decisions on a document."""
    path = project.corpus / "decisions" / f"{doc}.json"
    try:
        return msgspec.json.decode(read_bytes(path), type=Decisions)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: holds no decisions ({error}); needed: doc, by, date, decisions") from None


def work_list(project: Project, doc: str) -> Iterator[str]:
    """The differences of a document as lines for people."""
    for difference in differences(project, doc):
        yield f"{doc}: {difference.id}\n  | {difference.sentence}"
        yield from (f"  {rater}: {reading}" for rater, reading in difference.readings.items())
