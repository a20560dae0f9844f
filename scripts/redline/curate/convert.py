"""Between files of other formats and records: every slice is verified, every loss is reported, memory does not grow with the records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct, structs

from redline import formats
from redline.core.document import Document, Record, group
from redline.core.errors import RedlineError
from redline.core.files import is_read_once, refuse_same
from redline.formats.item import Item
from redline.formats.loss import Report
from redline.formats.reading import Options
from redline.formats.summary import Summary
from redline.formats.unnamed import Names


class Input:
    """A file or folder that is read twice: for its summary, since all records decide which layers are done, and for its records.

    The records of what can be read once, such as standard input, are in memory. Raises RedlineError when a file cannot be used.
    """

    def __init__(self, path: Path, options: Options, name: str | None) -> None:
        self._items: Callable[[Names], Iterable[Item]] = lambda names: formats.items(path, structs.replace(options, names=names), name)
        names = options.named()
        self._held = list(self._items(names)) if is_read_once(path) else None
        self.summary = Summary(path, options.layer)
        for item in self._items(names) if self._held is None else self._held:
            self.summary.add(item)

    def records(self, names: Names) -> Iterator[Record]:
        """The records in their order; `names` are those of the texts without a document in the inputs before."""
        for item in self._items(names) if self._held is None else self._held:
            if self._held is not None:
                names.note(item.record)
            yield self.summary.completed(item)


def read(paths: Iterable[Path], options: Options, name: str | None) -> list[Input]:
    """The inputs of a command, in which a text without a document that occurs again has another name."""
    options = structs.replace(options, names=Names())
    return [Input(path, options, name) for path in paths]


def records(path: Path, options: Options) -> Iterator[Record]:
    """The records of a file or folder, one by one; a plain one has the layers that are done in its file or folder.

    Canonical records are read once, plain ones and those of single classes twice. Raises RedlineError when a file cannot be used.
    """
    if is_read_once(path):
        yield from Input(path, options, None).records(Names())
        return
    for index, item in enumerate(formats.items(path, options)):
        if item.plain or item.single:
            yield from islice(Input(path, options, None).records(Names()), index, None)
            return
        yield item.record


class Converted(Struct, frozen=True):
    """What was read, how many documents were written, and what was left out of them."""

    summaries: list[Summary]
    report: Report
    documents: int


class Counted:
    """Documents of inputs, counted as they pass by."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self._inputs = inputs
        self.count = 0

    def __iter__(self) -> Iterator[Document]:
        names = Names()
        for document in group(record for each in self._inputs for record in each.records(names)):
            self.count += 1
            yield document


def refuse_output(out: Path, paths: Iterable[Path]) -> None:
    """Raises RedlineError when `out` is one of the inputs or a file in a folder of them, or has the name of a compressed file."""
    if out.suffix == ".gz":
        raise RedlineError(f"{out}: compressed files are only read; needed: a name without .gz")
    for path in paths:
        refuse_same(out, path, *(path.rglob("*") if path.is_dir() and out.exists() else ()))


def convert(paths: Iterable[Path], out: Path, target: str, options: Options, source: str | None = None) -> Converted:
    """Reads files or folders, in the format `source` or that which fits, and writes all their records as one file.

    `unit` of the options is that of the file that is written. Raises RedlineError when a file cannot be used; nothing is written then.
    """
    paths = list(paths)
    refuse_output(out, paths)
    formats.refuse_extension(out, target)
    inputs = read(paths, structs.replace(options, unit=None), source)
    if not any(each.summary.answers for each in inputs):
        raise RedlineError("the input has no records; needed: a file with records")
    documents = Counted(inputs)
    report = formats.write(documents, out, target, options)
    return Converted([each.summary for each in inputs], report, documents.count)
