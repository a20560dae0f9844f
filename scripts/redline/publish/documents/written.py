"""The documents that follow from a release's data, so that they can be written again and compared."""

import msgspec

from redline.publish.documents import card, citation, croissant, datasheet, licences, zenodo
from redline.publish.documents.facts import Facts
from redline.publish.manifest import Manifest

NAMES = ("README.md", "datasheet.md", "LICENSES.md", "CITATION.cff", "croissant.json", ".zenodo.json")
REQUIRED = (*NAMES, "CHANGELOG.md", "entities.jsonl", "labels.json", "raters.json")
"""Files that every release of data has, in addition to its manifest and sums."""


def render(facts: Facts) -> dict[str, bytes]:
    """The documents by name."""
    return {
        "README.md": card.render(facts).encode("utf-8"),
        "datasheet.md": datasheet.render(facts).encode("utf-8"),
        "LICENSES.md": licences.render(facts).encode("utf-8"),
        "CITATION.cff": citation.render(facts).encode("utf-8"),
        "croissant.json": croissant.render(facts),
        ".zenodo.json": zenodo.render(facts),
    }


def without(manifest: Manifest) -> Manifest:
    """A manifest as it was when these documents were written: without them among its files."""
    return msgspec.structs.replace(manifest, files={name: file for name, file in manifest.files.items() if name not in NAMES})
