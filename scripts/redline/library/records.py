"""Records from files and to files, checked against the rules, and as spaCy documents."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from redline import formats, rules
from redline import project as projects
from redline.core.diagnostic import Diagnostic
from redline.core.document import group
from redline.curate import project_validation
from redline.curate import validate as checks
from redline.formats.loss import Report
from redline.formats.reading import Options, Reading
from redline.library.arguments import checked
from redline.library.sources import Records, StrPath, records_of, warn

if TYPE_CHECKING:
    from spacy.tokens import DocBin


@checked
def read(path: StrPath, *, format: str | None = None, layer: str | None = None) -> Reading:  # noqa: A002
    """The records of a file or folder in any format that `redline score` reads, in order, with any answer.

    A reading is a sequence of records. `left_out` lists the parts that were not read, and `accepted` contains the accepted records.
    `format` is detected by default. `layer` is the layer of CoNLL columns and of labels outside of the scheme.
    Raises RedlineError if the file is unusable.
    """
    return formats.read(Path(path), Options(projects.labels(), layer, texts=projects.words()), format)


@checked
def write(records: Records, path: StrPath, *, format: str = "jsonl", layer: str | None = None) -> Report:  # noqa: A002
    """Writes records, or those of a file, as one file, completely or not at all; returns a report of the losses.

    `format` is jsonl (which loses nothing) or any other that `redline export` writes. Raises RedlineError if the file cannot be written.
    """
    return formats.write(list(group(records_of(records, layer))), Path(path), format, Options(projects.labels(), layer))


@checked
def validate(source: Records, *, select: str = "", ignore: str = "") -> list[Diagnostic]:
    """The problems that the rules find in records, in files of records, or in a whole project (its folder).

    `select` and `ignore` are rule codes or prefixes, separated by commas. Warns if a rule could not run. Raises
    RedlineError for a missing path and for an unknown code.
    """
    chosen = rules.selected(select, ignore)
    outcome = _outcome(source, chosen)
    for line in outcome.not_checked():
        warnings.warn(line, stacklevel=3)
    return outcome.diagnostics


def _outcome(source: Records, chosen: list[rules.Rule]) -> checks.Outcome:
    if not isinstance(source, (str, Path)):
        return checks.validate_records(source, "records", chosen, projects.labels())
    path = Path(source)
    if (path / projects.NAME).is_file():
        return project_validation.validate_project(projects.find(path), chosen)
    return checks.validate_paths([path], chosen, projects.labels(), projects.find_or_none())


@checked
def to_docbin(records: Records) -> "DocBin":
    """Records, or those of a file, as spaCy's DocBin: a Doc each, every layer as a span group, entities that do not overlap as `ents`.

    `user_data` of a Doc names its document, passage and annotated layers. Warns about spans that cut a token; spaCy cannot contain them.
    """
    from redline.formats import spacy_docs

    made, losses = spacy_docs.docbin(records_of(records))
    warn(losses, "to_docbin")
    return made
