"""The comments of raters on passages and spans. They are in the journals only: no record and no release contains them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from redline.app import edits
from redline.app.edits import COMMENT, SPAN, Items
from redline.app.journal import Batch


class Comment(Struct, frozen=True):
    """A rater's words on a passage; `about` is the words of the span that they are on, "" where they are on the passage."""

    rater: str
    passage: int
    about: str
    text: str


def on_text(rater: str, batches: Iterable[Batch], text: str) -> Iterator[Comment]:
    """The comments in a rater's journal on the text with this hash, by passage."""
    return of_rater(rater, (batch for batch in batches if batch.text == text))


def of_rater(rater: str, batches: Iterable[Batch]) -> Iterator[Comment]:
    """The comments in a rater's journal, by passage."""
    state: dict[int, Items] = defaultdict(dict)
    for batch in batches:
        edits.apply(state, batch.edits)
    for passage, items in sorted(state.items()):
        for item, text in items.items():
            kind, _, name = item.partition(":")
            if kind == COMMENT:
                yield Comment(rater, passage, items.get(f"{SPAN}:{name}", {}).get("text", ""), text)
