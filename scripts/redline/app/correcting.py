"""The page on which a text is corrected: where the rater's spans would be, and the files that follow.

Of other raters' files and of gold, the page gets no more than how many there are, so that raters stay independent.
"""

from pathlib import Path
from typing import Any

from msgspec import Struct

from redline.adjudicate.differences import passages as differing
from redline.app import adding, carrying
from redline.app.desk import DRAFTS, Desk, home
from redline.app.edits import EditError
from redline.core.errors import RedlineError
from redline.core.files import read_text
from redline.core.offsets import Offsets
from redline.core.segmentation import passages
from redline.curate import inspection, reanchor
from redline.curate.reanchor import Correction, Outcome
from redline.project import decisions, sources
from redline.project.lock import locked

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
    """What becomes of the rater's spans: how many have a place, and which have other words or none; how many files of others follow.

    `again` are the passages with other words than before in which layers are done: nobody has rated these words.
    """

    passages: int
    again: list[int]
    placed: int
    changed: list[Change]
    lost: list[Change]
    files: int


def start(desk: Desk, doc: str) -> dict[str, Any]:
    """The text of a document, that of its correction if it was cut off, and where the passages begin, in UTF-16 units.

    Raises UnknownDocumentError when there is no such document, RedlineError when its text is not in the project.
    """
    desk.blank(doc)
    source = desk.sources[doc]
    if source.seed.referenced:
        raise RedlineError(f"{doc}: is a referenced document; needed: a document with its text in the project")
    cut = reanchor.pending(desk.project, doc)
    units = Offsets(source.text, "utf16")
    return {
        "home": home(desk.project, desk.rater),
        "title": source.seed.title or doc,
        "text": source.text,
        "cut": read_text(cut) if cut.exists() else None,
        "sha256": source.sha256,
        "begins": [units.from_codepoints(begin) for begin, _ in passages(source.text)],
    }


def look(desk: Desk, sent: Corrected) -> Landing:
    """Where the rater's spans would be.

    Raises RedlineError when the text is unusable, EditError when it is the correction of another text.
    """
    old = _corrected(desk, sent)
    return _landing(desk, sent, old, reanchor.preview(desk.project, _correction(sent), followers=carrying.followers))


def save(desk: Desk, sent: Corrected) -> Landing:
    """Writes the corrected text, and every file for it.

    Raises RedlineError as `look` does and while another rater of the document has the page open, EditError when a span has no place
    that is not the rater's or that may not be removed; nothing is written then.
    """
    with locked(desk.project), carrying.drafts(desk.rater) as drafts:
        old = _corrected(desk, sent)
        _refuse_loss(desk, sent, reanchor.preview(desk.project, _correction(sent), followers=drafts))
        desk.forget(sent.doc)
        outcome = reanchor.reanchor(desk.project, _correction(sent), leave_out=sent.leave_out, followers=drafts)
        desk.forget(sent.doc)
    return _landing(desk, sent, old, outcome)


def _corrected(desk: Desk, sent: Corrected) -> str:
    """The text that is corrected. Raises EditError when it is another one by now, or when hidden characters came into it."""
    source = sources.read(desk.project.seeds, sent.doc, desk.project.texts)
    if source.sha256 != sent.sha256:
        raise EditError(f"{sent.doc}: has another text by now; needed: the present text (copy yours, and load the page again)")
    if more := inspection.hidden(sent.text) - inspection.hidden(source.text):
        raise EditError(f"the text contains new hidden characters ({', '.join(sorted(more))}); needed: a text without them")
    return source.text


def _refuse_loss(desk: Desk, sent: Corrected, outcome: Outcome) -> None:
    own = _own(desk, sent.doc)
    if any(anchored.lost for path, anchored in outcome.files.items() if path not in own):
        raise EditError("spans in files of others have no certain place; needed: another correction, or redline reanchor")
    if any(anchored.lost for anchored in outcome.files.values()) and not sent.leave_out:
        raise EditError("spans of yours have no certain place; needed: another correction, or the tick that removes them")
    if changed := _undecided(desk, sent.doc, outcome):
        raise EditError(f"{changed} decisions are about other words or passages then; needed: another correction, or redline reanchor")


def _undecided(desk: Desk, doc: str, outcome: Outcome) -> int:
    """How many decisions on differences between raters would find no difference any more."""
    made = decisions.read(desk.project, doc).decisions
    if not made:
        return 0
    raters = {path.parent.name: each.document for path, each in outcome.files.items() if path.is_relative_to(desk.project.raters)}
    found = {difference.id for part in differing(raters, desk.taxonomy) for difference in part.differences}
    return len(made.keys() - found)


def _correction(sent: Corrected) -> Correction:
    return Correction(sent.doc, NAME, sent.text)


def _own(desk: Desk, doc: str) -> tuple[Path, Path]:
    """The rater's draft of a document, and the rater's file."""
    return desk.project.corpus / DRAFTS / desk.rater / f"{doc}.journal", desk.project.raters / desk.rater / f"{doc}.jsonl"


def _landing(desk: Desk, sent: Corrected, old: str, outcome: Outcome) -> Landing:
    before = {old[start:end] for start, end in passages(old)}
    own = [outcome.files[path] for path in _own(desk, sent.doc) if path in outcome.files]
    changed = [Change(moved.passage, moved.after.label, moved.before, moved.after.text) for each in own for moved in each.changed]
    lost = [Change(lost.passage, lost.span.label, lost.span.text, why=lost.why) for each in own for lost in each.lost]
    return Landing(
        passages=len(passages(sent.text)),
        again=sorted({r.meta.passage for each in own for r in each.document.records if r.meta.layers and r.text not in before}),
        placed=max((sum(len(record.spans) for record in each.document.records) for each in own), default=0),
        changed=list(dict.fromkeys(changed)),
        lost=list(dict.fromkeys(lost)),
        files=len(outcome.files) - len(own),
    )
