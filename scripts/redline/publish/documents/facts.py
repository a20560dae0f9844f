"""What the documents of a release are made of."""

from pathlib import Path

from msgspec import Struct

from redline.core.taxonomy import Taxonomy
from redline.publish.counts import Counts
from redline.publish.manifest import Manifest


class Facts(Struct, frozen=True):
    """A release folder with its manifest, what was counted in it, and the label definitions."""

    folder: Path
    manifest: Manifest
    counts: Counts
    taxonomy: Taxonomy
