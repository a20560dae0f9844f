"""Rules on the bytes of a file and on the document that it holds."""

import re
from collections.abc import Iterator

from redline.core.diagnostic import Problem, Severity
from redline.core.document import Document, Record
from redline.core.taxonomy import Taxonomy
from redline.rules.registry import Scope, rule

BOM = b"\xef\xbb\xbf"


@rule("RL001", scope=Scope.FILE)
def not_utf8(data: bytes, _: Taxonomy | None) -> Iterator[Problem]:
    """A file is UTF-8.

    Wrong: `caf\\xe9` (Latin-1)
    Right: `caf\\xc3\\xa9` (UTF-8)
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Problem(f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8", hint="save the file as UTF-8", line=line)


@rule("RL002", scope=Scope.FILE)
def empty_file(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A file holds at least one record.

    Wrong: a file of 0 bytes
    Right: a line for each passage of the seed
    """
    if not data.strip():
        yield Problem("the file is empty", hint="restore it, or remove it")


@rule("RL003", scope=Scope.FILE)
def byte_order_mark(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """A file has no byte order mark.

    Wrong: `\\xef\\xbb\\xbf{"text": ...`
    Right: `{"text": ...`
    """
    if data.startswith(BOM):
        yield Problem("the file begins with a byte order mark", hint="save it as UTF-8 without BOM", line=1)


@rule("RL004", scope=Scope.FILE)
def carriage_return(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """Lines end with LF alone.

    Wrong: `...}\\r\\n`
    Right: `...}\\n`
    """
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        yield Problem(f"{data.count(bytes([13]))} carriage returns stand in the file", hint="save it with LF line ends", line=line)


@rule("RL005", Severity.WARNING, scope=Scope.FILE)
def blank_line(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """No line is blank.

    Wrong: two records with an empty line between them
    Right: two records on two lines
    """
    if b"\n\n" in data or b"\n \n" in data or data.startswith(b"\n"):
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            if not line.strip():
                yield Problem("the line is blank", hint="remove it", line=number)


@rule("RL006", Severity.WARNING, scope=Scope.FILE)
def no_final_newline(data: bytes, _: Taxonomy) -> Iterator[Problem]:
    """The last line ends with a newline.

    Wrong: a file whose last byte is `}`
    Right: a file whose last byte is a newline
    """
    if data.strip() and not data.endswith(b"\n"):
        yield Problem(
            "the last line has no newline: it may be cut off",
            hint="end the file with a newline",
            line=data.count(b"\n") + 1,
        )


@rule("RL012", scope=Scope.DOCUMENT)
def mixed_documents(document: Document, _: Taxonomy) -> Iterator[Problem]:
    """A file holds one document, and its records name it.

    Wrong: a record of `port-speech` in `dam-wire.jsonl`
    Right: only records of `dam-wire` in `dam-wire.jsonl`
    """
    for index, record in enumerate(document.records):
        if record.meta.doc != document.id:
            yield Problem(
                f"the record says document `{record.meta.doc}`, the file is `{document.id}`",
                hint=f"put `{document.id}`",
                record=index,
            )


@rule("RL013", scope=Scope.DOCUMENT)
def passage_order(document: Document, _: Taxonomy) -> Iterator[Problem]:
    """The records of a document are its passages 0, 1, 2 ... in text order.

    Wrong: passages 0, 2, 1
    Right: passages 0, 1, 2
    """
    before = -1
    for index, record in enumerate(document.records):
        offset = record.meta.offset
        if record.meta.passage != index:
            yield Problem(f"record {index} says passage {record.meta.passage}", hint=f"put passage {index} here", record=index)
        elif offset <= before:
            yield Problem(f"the passage begins at {offset}, the one before at {before}", hint="restore meta.offset", record=index)
        before = offset


@rule("RL015")
def document_id(record: Record, _: Taxonomy) -> Iterator[Problem]:
    """A document's id is made of lower-case ASCII words and digits joined by hyphens, 64 characters at most.

    Wrong: `"doc": "Dam Wire"`
    Right: `"doc": "dam-wire"`
    """
    doc = record.meta.doc
    if len(doc) > 64 or not _id.fullmatch(doc):
        yield Problem(f"`{doc}` is no document id", hint="use lower-case words joined by hyphens")


_id = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
