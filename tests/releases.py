"""Small releases: documents of two passages, and what goes along with them."""

from typing import Any

import msgspec

from conftest import NASTY, ROOT, record, span
from redline.core import taxonomy as taxonomies
from redline.core.corpus import Seed
from redline.core.document import Document, Origin, Relation, canonical
from redline.core.files import sha256
from redline.publish import contents
from redline.publish.tables import Item

TAXONOMY = taxonomies.load(ROOT / "schemas")
TEXT = f"Orla warned Belmora. {NASTY}\nBelmora refused."
FILES = {"CHANGELOG.md": b"# Changelog\n", "entities.jsonl": b"", "raters.json": b"{}"}


def item(doc: str = "d", rights: str = "open", text: str = TEXT, split: str = "train", *, raters: bool = False) -> Item:
    """A document of two passages with nasty characters, all kinds of values among its attributes."""
    records, offset = [], 0
    for number, part in enumerate(text.split("\n")):
        spans = (
            span("entities", "GPE", part, "Belmora", "e1", entity="belmora", unsure=True),
            span("threat", "WARNING", part, part.split()[1].rstrip("."), "t1", act=None, conditional=False),
        )
        spans = tuple(msgspec.structs.replace(one, origin=Origin("agreed", ("r1", "r2"))) for one in spans)
        held = record(part, spans, (Relation("t1", "e1", "TARGET"),), doc, number)
        records.append(canonical(msgspec.structs.replace(held, meta=msgspec.structs.replace(held.meta, offset=offset))))
        offset += len(part) + 1
    licence = "CC-BY-4.0" if rights == "open" else None
    seed = Seed(
        doc, "A title of the author", "wire", "fiction", "en", "2024-01-01", "e", rights, licence, "somebody", [], sha256(text.encode())
    )  # fmt: skip
    document = Document(doc, tuple(records))
    return Item(document, seed, text, split, {"r1": document, "r2": document} if raters else {})


def of(held: list[Item], **changed: Any) -> contents.Release:
    frozen = {layer: list(held.by_label) for layer, held in TAXONOMY.layers.items()}
    made = contents.Release("1.0.0", "2026-01-01", TAXONOMY, lambda: iter(held), frozen, files=FILES)
    return msgspec.structs.replace(made, **changed)
