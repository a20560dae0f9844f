"""Between files and documents: the one table of formats. A format is added here, and only here.

`read(path, options)` picks the format by the ending of the file and by its content. `loses` of a format lists the kinds of
things that it cannot contain; `write` leaves these out and reports them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from msgspec import Struct, structs

from redline.core import listing
from redline.core.document import Document, restricted
from redline.core.errors import RedlineError
from redline.core.files import STANDARD, is_standard_output, next_byte
from redline.formats import brat, conll, conll_offsets, docbin, doccano, jsonl, kinds, label_studio, parquet, prodigy, quotes, text
from redline.formats.item import Item
from redline.formats.kinds import Kind
from redline.formats.loss import Report
from redline.formats.places import MisplacedError, Move
from redline.formats.reading import DEFAULT_LAYER, Options, Reading, gather

Reader = Callable[[Path, Options], Iterator[Item]]
Writer = Callable[[Iterable[Document], Path, Options], object]


class Format(Struct, frozen=True):
    """A format: what it is, its reader and writer where it has them, the file endings it is read from, what it loses."""

    about: str
    items: Reader | None
    write: Writer | None
    suffixes: tuple[str, ...]
    loses: frozenset[Kind] = frozenset()
    fits: Callable[[Path], bool] | None = None


FORMATS = {
    "jsonl": Format("canonical records", jsonl.items, jsonl.export, jsonl.SUFFIXES, jsonl.LOSES, jsonl.fits),
    "doccano": Format("doccano's JSON lines", doccano.items, doccano.write, jsonl.SUFFIXES, doccano.LOSES, doccano.fits),
    "prodigy": Format("Prodigy tasks", prodigy.items, prodigy.write, jsonl.SUFFIXES, prodigy.LOSES),
    "label-studio": Format("Label Studio's JSON", label_studio.items, label_studio.write, label_studio.SUFFIXES, label_studio.LOSES),
    "brat": Format("brat's folders of .txt and .ann", brat.items, brat.write, (".ann",), brat.LOSES, brat.fits),
    "conll": Format("CoNLL columns, one layer", conll.items, conll.write, conll.SUFFIXES, conll.LOSES, conll.fits),
    "conll-offsets": Format("CoNLL columns with offsets", conll.items, conll_offsets.write, (), conll_offsets.LOSES),
    "parquet": Format("Parquet, one row per record", parquet.items, parquet.write, parquet.SUFFIXES, parquet.LOSES),
    "docbin": Format("spaCy's DocBin", docbin.items, docbin.write, docbin.SUFFIXES, docbin.LOSES),
    "text": Format("plain text, one passage per line", text.items, None, text.SUFFIXES),
    "quotes": Format("a rater's quotes, which name words", None, quotes.write, (), quotes.LOSES),
}
"""By name. Of several formats with the ending of a file, the first that fits its content reads it."""


def read(path: Path, options: Options, name: str | None = None) -> Reading:
    """The annotations of a file, or of all files of a folder; in the named format, or in the one that fits.

    Raises RedlineError when a file cannot be used.
    """
    return gather(path, items(path, options, name), options)


def items(path: Path, options: Options, name: str | None = None) -> Iterator[Item]:
    """The records of a file or folder one by one, before it is known which layers are done; only names of texts stay in memory."""
    options = structs.replace(options, names=options.named())
    for file in [path] if brat.fits(path) or name == "brat" else _files(path):
        reader = find(name).items if name else _fitting(file).items
        if reader is None:
            raise RedlineError(f"{file}: the format {name} cannot be read without the text; needed: redline import PATH --format {name}")
        yield from _found(file, reader(file, options)) if options.repair else reader(file, options)


def _found(path: Path, read: Iterator[Item]) -> Iterator[Item]:
    """The items of a file in which every span was found.

    Raises MisplacedError, at the end of a file, where one was not.
    """
    moves: list[Move] = []
    lost = False
    for item in read:
        moves += item.moves
        lost = lost or any(move.new is None for move in item.moves)
        if not lost:
            yield item
    if lost:
        count = sum(move.new is None for move in moves)
        raise MisplacedError(f"{path}: {count} spans cannot be moved to their words; needed: the offsets of these words, or --unit", moves)


def find(name: str) -> Format:
    """The format of that name.

    Raises RedlineError that names those there are.
    """
    if name not in FORMATS:
        raise RedlineError(f"unknown format `{name}`; there are {', '.join(FORMATS)}")
    return FORMATS[name]


def write(documents: Iterable[Document], path: Path, name: str, options: Options) -> Report:
    """Writes documents in a format, atomically and one by one; returns the report of what is not in the file.

    Spans of other layers count as lost where the layer of a format with one layer was not chosen. Raises RedlineError for a format
    that is only read, and where nothing is left to write.
    """
    form = find(name)
    if form.write is None:
        written = ", ".join(other for other, one in FORMATS.items() if one.write)
        raise RedlineError(f"the format {name} cannot be written; needed: one of {written}")
    if options.layer and kinds.OTHER_LAYERS in form.loses:
        layers = {options.layer}
        documents = (Document(one.id, tuple(restricted(record, layers) for record in one.records)) for one in documents)
    report = Report([], Counter())
    kept = kinds.without(documents, form.loses, options.layer or DEFAULT_LAYER, report)
    first = next(kept, None)
    if first is None:
        why = report.left_out[0] if report.left_out else "there are none"
        raise RedlineError(f"{path}: no record can be written: {why}; needed: accepted passages with the layer")
    form.write(chain([first], kept), path, options)
    return report


def refuse_extension(path: Path, name: str) -> None:
    """Raises RedlineError when a file has an extension that no reader of the format takes; a device, pipe or folder has any."""
    endings = () if name == "brat" else find(name).suffixes
    usual = not is_standard_output(path) and (path.is_file() or not path.exists())
    if endings and usual and not path.name.endswith(endings):
        raise RedlineError(f"{path}: has another extension than files of the format {name}; needed: {', '.join(endings)}")


def _fitting(path: Path) -> Format:
    """The first format with the ending of a file that fits what is in it; standard input is records or text."""
    if brat.fits(path):
        return FORMATS["brat"]
    if path == STANDARD:
        return FORMATS["prodigy" if next_byte() == b"{" else "text"]
    named = [form for form in FORMATS.values() if path.name.endswith(form.suffixes) and form.suffixes]
    if not named and not path.exists():
        raise RedlineError(f"{path}: cannot be read (no such file or directory); needed: a file or a folder")
    if not named and path.is_fifo():
        raise RedlineError(f"{path}: is a pipe, whose format is unknown; needed: a file, or - for records or text on standard input")
    if not named:
        endings = sorted({suffix for form in FORMATS.values() for suffix in form.suffixes})
        raise RedlineError(f"{path}: has the unknown extension `{path.suffix}`; needed: {', '.join(endings)}")
    return next((form for form in named if form.fits is None or form.fits(path)), named[-1])


def _files(path: Path) -> list[Path]:
    """The file itself, or the files of records in a folder; without any, those of Parquet, of DocBins, of CoNLL columns, or of text.

    What begins with a dot is left out. Raises RedlineError for a folder without any, and for one with texts that are of brat, or of
    the same name.
    """
    if not path.is_dir():
        return [path]
    below = _below(path)
    columns = tuple(suffix for suffix in conll.SUFFIXES if suffix not in text.SUFFIXES)
    for suffixes in (jsonl.SUFFIXES, parquet.SUFFIXES, docbin.SUFFIXES, columns, text.SUFFIXES):
        if files := [file for file in below if file.name.endswith(suffixes)]:
            if suffixes == text.SUFFIXES:
                _refuse_texts(path, files, below)
            return files
    raise RedlineError(f"{path}: contains no {' or '.join((*jsonl.SUFFIXES, *columns, *text.SUFFIXES))} file; needed: records")


def _below(folder: Path) -> list[Path]:
    """The files of a folder in order, without those that begin with a dot and the table of entities."""
    visible = (file for file in listing.below(folder) if not any(part.startswith(".") for part in file.relative_to(folder).parts))
    return [file for file in visible if file.name != "entities.jsonl"]


def left_out(path: Path) -> Counter[str]:
    """Ending -> the number of files with it that `items` does not read in a folder, because it has files of records, or other ones."""
    if not path.is_dir() or brat.fits(path):
        return Counter()
    read = set(_files(path))
    return Counter(file.suffix or file.name for file in _below(path) if file not in read)


def _refuse_texts(folder: Path, files: list[Path], below: list[Path]) -> None:
    """Raises RedlineError if a folder below contains annotations of brat, or if two texts have the same name: it is their document."""
    if notes := [file for file in below if file.suffix == ".ann"]:
        raise RedlineError(f"{folder}: contains annotations of brat in a folder below ({notes[0]}); needed: that folder")
    by_name = {file.stem: file for file in reversed(files)}
    if again := [file for file in files if by_name[file.stem] != file]:
        raise RedlineError(f"{again[0]}: has the name of {by_name[again[0].stem]}; needed: texts with different names")
