"""Plain text: each line that is more than white space is a passage of one document, with nothing annotated."""

from collections.abc import Iterator
from pathlib import Path

from redline.core.document import ACCEPT, Meta, Record
from redline.core.errors import RedlineError
from redline.core.files import read_text, stem
from redline.core.segmentation import passages, sentences
from redline.formats.item import Item
from redline.formats.reading import Options

SUFFIXES = (".txt",)


def items(path: Path, options: Options) -> Iterator[Item]:
    """The passages of a text.

    Raises RedlineError when the file is empty.
    """
    text = read_text(path)
    if not text.strip():
        raise RedlineError(f"{path}: is empty; needed: a text, or records")
    for index, (start, end) in enumerate(passages(text)):
        part = text[start:end]
        meta = Meta(stem(path), index, start, options.taxonomy.scheme)
        yield Item(Record(part, ACCEPT, sentences(part), (), (), meta))
