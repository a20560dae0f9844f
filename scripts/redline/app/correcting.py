"""The page on which a text is corrected: where the rater's spans would be, and the files that follow.

Of other raters' files and of gold, the page gets counts and no words, so that raters stay independent.
"""

from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.app import adding, carrying
from redline.app.desk import DRAFTS, Desk
from redline.app.edits import EditError
from redline.core.corpus import Source
from redline.core.errors import RedlineError
from redline.core.offsets import Offsets
from redline.core.segmentation import passages
from redline.curate import reanchor
from redline.curate.reanchor import Correction, Outcome
from redline.edit.reanchor import Anchored
from redline.project import sources

PAGE = Path(__file__).parent / "correct_page"
FILES = (*PAGE.iterdir(), adding.PAGE / "add.css")
NAME = Path("the text")
"""What messages call a text that came from the page."""


class Corrected(Struct, frozen=True, forbid_unknown_fields=True):
    """A corrected text, the SHA-256 of the text that it corrects, and whether the rater's spans without a place are removed."""

    doc: str
    sha256: str
    text: str
    leave_out: bool = False


class Change(Struct, frozen=True):
    """A span of the rater with other words than before, or, with a reason, without a place."""

    passage: int
    label: str
    before: str
    after: str = ""
    why: str = ""


class Landing(Struct, frozen=True):
    """What becomes of the spans: of the rater's the number that have a place, and which have other words or none; of others' counts."""

    passages: int
    placed: int
    changed: list[Change]
    lost: list[Change]
    files: int
    unplaced: int


def start(desk: Desk, doc: str) -> dict[str, Any]:
    """The text of a document, and where its passages begin, in UTF-16 units.

    Raises UnknownDocumentError when there is no such document, RedlineError when its text is not in the project.
    """
    desk.blank(doc)
    source = _source(desk, doc)
    if source.seed.referenced:
        raise RedlineError(f"{doc}: is a referenced document; needed: a document with its text in the project")
    units = Offsets(source.text, "utf16")
    begins = [units.from_codepoints(begin) for begin, _ in passages(source.text)]
    return {"title": source.seed.title or doc, "text": source.text, "sha256": source.sha256, "begins": begins}


def look(desk: Desk, sent: Corrected) -> Landing:
    """Where the spans of all files would be.

    Raises RedlineError when the text is unusable, and while another rater of the document has the page open.
    """
    _refuse_other(desk, sent)
    with carrying.drafts(desk.rater) as drafts:
        return _landing(desk, sent, reanchor.preview(desk.project, _correction(sent), followers=drafts))


def save(desk: Desk, sent: Corrected) -> Landing:
    """Writes the corrected text, and every file for it. What is not certain is not written: all or nothing.

    Raises RedlineError as `look` does, EditError when a span has no place that is not the rater's or that may not be removed.
    """
    landing = look(desk, sent)
    if landing.unplaced:
        raise EditError(
            f"{landing.unplaced} spans in files of others have no certain place; needed: another correction, or redline reanchor"
        )
    if landing.lost and not sent.leave_out:
        raise EditError(
            f"{len(landing.lost)} of your spans have no certain place; needed: another correction, or the tick that removes them"
        )
    desk.forget(sent.doc)
    with carrying.drafts(desk.rater) as drafts:
        outcome = reanchor.reanchor(desk.project, _correction(sent), leave_out=sent.leave_out, followers=drafts)
    desk.forget(sent.doc)
    return _landing(desk, sent, outcome)


def _source(desk: Desk, doc: str) -> Source:
    """The text as it is on the disk: another command may have corrected it."""
    return sources.read(desk.project.seeds, doc, desk.project.texts)


def _correction(sent: Corrected) -> Correction:
    return Correction(sent.doc, NAME, sent.text)


def _refuse_other(desk: Desk, sent: Corrected) -> None:
    """Raises EditError when the text of the document is not the one that was corrected."""
    if _source(desk, sent.doc).sha256 != sent.sha256:
        raise EditError(f"{sent.doc}: has another text by now; needed: the present text (copy yours, and load the page again)")


def _landing(desk: Desk, sent: Corrected, outcome: Outcome) -> Landing:
    draft = desk.project.corpus / DRAFTS / desk.rater / f"{sent.doc}.journal"
    file = desk.project.raters / desk.rater / f"{sent.doc}.jsonl"
    own = outcome.files.get(draft) or outcome.files.get(file)
    others = [anchored for path, anchored in outcome.files.items() if path not in (draft, file)]
    return Landing(
        passages=len(passages(sent.text)),
        placed=_placed(own) if own else 0,
        changed=[Change(moved.passage, moved.after.label, moved.before, moved.after.text) for moved in own.changed] if own else [],
        lost=[Change(lost.passage, lost.span.label, lost.span.text, why=lost.why) for lost in own.lost] if own else [],
        files=len(others),
        unplaced=sum(len(anchored.lost) for anchored in others),
    )


def _placed(anchored: Anchored) -> int:
    return sum(len(record.spans) for record in anchored.document.records)
