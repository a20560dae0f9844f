"""The comments of raters on passages and spans. They are in the journals only: no record and no release contains them."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from redline.app import edits
from redline.app.edits import COMMENT, SPAN
from redline.app.journal import Batch


class Comment(Struct, frozen=True):
    """A rater's words on a passage; `about` is the words of the span that they are on, "" where they are on the passage."""

    rater: str
    passage: int
    about: str
    text: str


def on_text(rater: str, batches: Sequence[Batch], text: str) -> Iterator[Comment]:
    """The comments in a rater's journal, by passage; none where it is of another text than the one with this hash."""
    return of_rater(rater, batches) if batches and batches[-1].text == text else iter(())


def of_rater(rater: str, batches: Iterable[Batch]) -> Iterator[Comment]:
    """The comments in a rater's journal, by passage."""
    for passage, items in sorted(edits.state_of(batch.edits for batch in batches).items()):
        for item, text in items.items():
            kind, _, name = item.partition(":")
            if kind == COMMENT:
                yield Comment(rater, passage, items.get(f"{SPAN}:{name}", {}).get("text", ""), text)
