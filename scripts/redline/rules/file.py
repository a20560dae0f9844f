"""Rules on the bytes of a file, and on the document that its records make up."""

from collections.abc import Iterator

from redline.core.diagnostic import Place, Problem, Severity
from redline.core.document import Document
from redline.core.taxonomy import Taxonomy
from redline.rules.content import Form
from redline.rules.registry import Scope, rule


@rule("RL001", scope=Scope.FILE)
def not_utf8(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """A file is encoded in UTF-8.

    Wrong: `caf\\xe9` (Latin-1)
    Right: `caf\\xc3\\xa9` (UTF-8)
    """
    if form.foreign:
        byte, offset, line = form.foreign
        yield Problem(f"byte {offset} (0x{byte:02x}) is not UTF-8", Place(line=line), "save the file as UTF-8")


@rule("RL002", scope=Scope.FILE)
def empty_file(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """A file has at least one record.

    Wrong: a file of 0 bytes
    Right: a line for each passage of the seed
    """
    if form.empty:
        yield Problem("the file is empty", hint="restore it, or remove it")


@rule("RL003", scope=Scope.FILE)
def byte_order_mark(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """A file has no byte order mark.

    Wrong: `\\xef\\xbb\\xbf{"text": ...`
    Right: `{"text": ...`
    """
    if form.bom:
        yield Problem("the file begins with a byte order mark", Place(line=1), "save it as UTF-8 without BOM")


@rule("RL004", scope=Scope.FILE)
def carriage_return(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """Lines end with LF, not with CR or CR LF.

    Wrong: `...}\\r\\n`
    Right: `...}\\n`
    """
    if form.returns:
        yield Problem(f"the file has {form.returns} carriage returns", Place(line=form.first_return), "save it with LF line ends")


@rule("RL005", Severity.WARNING, scope=Scope.FILE)
def blank_line(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """A file has no blank lines.

    Wrong: two records with an empty line between them
    Right: two records on two lines
    """
    for number in form.blank:
        yield Problem("the line is blank", Place(line=number), "remove it")


@rule("RL006", Severity.WARNING, scope=Scope.FILE)
def no_final_newline(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """The last line of a file ends with a newline.

    Wrong: a file whose last byte is `}`
    Right: a file whose last byte is a newline
    """
    if form.cut_off and not form.empty:
        yield Problem("the last line has no newline: it may be cut off", Place(line=form.lines), "end the file with a newline")


@rule("RL017", scope=Scope.FILE, presumes=("RL001",))
def prodigy_tasks(form: Form, _: Taxonomy) -> Iterator[Problem]:
    """A file contains Redline records. Prodigy tasks must be imported first.

    Wrong: `{"text": "Go.", "spans": [], "_input_hash": 1}`
    Right: `{"text": "Go.", "answer": "accept", "sentences": [[0, 3]], "spans": [], "relations": [], "meta": {...}}`
    """
    if form.tasks:
        yield Problem(
            "these are tasks of Prodigy, not records of Redline",
            hint="run redline import FILE --format prodigy --out RECORDS, then validate RECORDS",
        )


@rule("RL012", scope=Scope.DOCUMENT, words=False)
def mixed_documents(document: Document, _: Taxonomy) -> Iterator[Problem]:
    """A file contains one document, and the `doc` of each record is that document's id.

    Wrong: a record of `port-speech` in `dam-wire.jsonl`
    Right: only records of `dam-wire` in `dam-wire.jsonl`
    """
    for index, record in enumerate(document.records):
        if record.meta.doc != document.id:
            message = f"the record has `doc` `{record.meta.doc}`, but the file contains `{document.id}`"
            yield Problem(message, Place(record=index), f"put `{document.id}`")


@rule("RL013", scope=Scope.DOCUMENT, words=False)
def passage_order(document: Document, _: Taxonomy) -> Iterator[Problem]:
    """The passages of a document are numbered 0, 1, 2 ... in the order of the text.

    Wrong: passages 0, 2, 1
    Right: passages 0, 1, 2
    """
    before = -1
    for index, record in enumerate(document.records):
        offset, place = record.meta.offset, Place(record=index)
        if record.meta.passage != index:
            yield Problem(f"record {index} has passage number {record.meta.passage}", place, f"put passage {index} here")
        elif offset <= before:
            yield Problem(f"the passage begins at {offset}, the one before it at {before}", place, "restore meta.offset")
        before = offset
