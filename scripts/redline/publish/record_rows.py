"""The documents of one Parquet file of a release, as `redline validate --shards` checks them."""

from collections.abc import Iterator
from pathlib import Path

from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.publish.from_rows import DAMAGE, document
from redline.publish.parquet import rows_of


def documents(path: Path, taxonomy: Taxonomy) -> Iterator[Document | None]:
    """The document of each row, None for a row with a withheld text; streamed.

    Raises RedlineError when the file is not a Parquet file, or when a row is not a document of a release.
    """
    for number, row in enumerate(rows_of(path), 1):
        try:
            made = None if row["text"] is None else document(row, taxonomy)
        except DAMAGE as error:
            raise RedlineError(
                f"{path}:{number}: is not a document of a release ({type(error).__name__}: {error}); needed: its default configuration"
            ) from None
        yield made
