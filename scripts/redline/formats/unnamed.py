"""Documents and passages for texts of files that name none.

Each such text is a document, named after its words, so that two files with the same texts have the same names. If a file has a text
again, that is another document: `t-1c2d3e4f5a6b`, then `t-1c2d3e4f5a6b-2`, `t-1c2d3e4f5a6b-3`.
"""

from collections import Counter
from hashlib import sha256

from redline.core.document import Record

DIGITS = 12
"""Hexadecimal digits of the hash in a name."""


class Names:
    """Names for the texts of files that are read together, in their order; about 100 bytes stay in memory for each different text.

    With `together`, a text that occurs again is the next passage of its document: for training and scores, which keep the
    passages of a document together.
    """

    def __init__(self, *, together: bool = False) -> None:
        self._together = together
        self._texts: dict[int, int] = {}
        self._passages: Counter[str] = Counter()

    def place(self, text: str) -> tuple[str, int]:
        """The document and the passage of the next text without a name."""
        digits = sha256(text.encode()).hexdigest()[:DIGITS]
        key = int(digits, 16)
        count = self._texts[key] = self._texts.get(key, 0) + 1
        if self._together:
            return f"t-{digits}", count - 1
        return (f"t-{digits}" if count == 1 else f"t-{digits}-{count}"), 0

    def passage(self, doc: str) -> int:
        """The number of the next passage of a document that the file names."""
        self._passages[doc] += 1
        return self._passages[doc] - 1

    def note(self, record: Record) -> None:
        """Counts the text of a record that was named before."""
        if record.meta.doc.startswith(f"t-{sha256(record.text.encode()).hexdigest()[:DIGITS]}"):
            self.place(record.text)
