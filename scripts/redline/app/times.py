"""How long raters worked: each edit in a journal has the seconds that led to it. No record and no release contains them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from redline.app import edits
from redline.app.edits import LAYER, RELATION, SPAN, Edit, Items
from redline.app.journal import Batch


class Work(Struct, frozen=True):
    """The seconds of an edit: its passage, the layer that it changed ("" for a comment), and the version of the guidelines."""

    passage: int
    layer: str
    guidelines: str
    seconds: float


def seconds(batches: Iterable[Batch]) -> float:
    """The seconds in a journal."""
    return sum(edit.seconds for batch in batches for edit in batch.edits)


def work(batches: Iterable[Batch]) -> Iterator[Work]:
    """The edits in a journal that have seconds."""
    state: dict[int, Items] = defaultdict(dict)
    for batch in batches:
        for edit in batch.edits:
            if edit.seconds:
                yield Work(edit.passage, _layer(edit, state[edit.passage]), batch.guidelines, edit.seconds)
            edits.apply(state, (edit,))


def _layer(edit: Edit, items: Items) -> str:
    """The layer that an edit changes; that of a relation is the layer of its head."""
    kind, _, name = edit.item.partition(":")
    value = edit.after or edit.before
    if kind == LAYER:
        return name
    if kind == RELATION:
        value = items.get(f"{SPAN}:{value['head_id']}") if value else None
    return str(value["layer"]) if isinstance(value, dict) and "layer" in value else ""
