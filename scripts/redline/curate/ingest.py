"""Takes texts and labels in: a raw text becomes a seed, a rater's file becomes records."""

import os
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from itertools import count
from pathlib import Path

import msgspec

from redline import project as projects
from redline.core.corpus import Seed, Source
from redline.core.diagnostic import Severity
from redline.core.document import Document, encode
from redline.core.errors import RedlineError
from redline.core.files import read_bytes, read_text, sha256, write_atomically
from redline.core.licence import is_spdx
from redline.core.names import checked
from redline.core.taxonomy import Taxonomy
from redline.curate.convert import Counted, Input
from redline.formats import jsonl, quotes
from redline.project import Project, sources
from redline.project.lock import exclusive, locked
from redline.rules.check import Checker
from redline.rules.registry import all_rules

_nasty = {"\r": "a carriage return", "\x00": "a NUL", "\ufeff": "a byte order mark"}


def ingest(project: Project, file: Path, seed: Seed) -> Document:
    """Adds the text of a file with its provenance, as `add` does.

    Raises RedlineError also when the file is unreadable or not UTF-8.
    """
    return add(project, file, read_text(file), seed)


@exclusive
def add(project: Project, file: Path, text: str, seed: Seed) -> Document:
    """Adds a text with its provenance and gives its empty passages; nothing changes when both are already there.

    `file` is what messages call the text. `seed.sha256` is computed here. A licence `unknown` becomes none, and empty rights become
    `unknown` without a licence and else `open`. Raises RedlineError when the text is empty, contains carriage returns
    or NULs, or was withdrawn, or when another text or provenance has that id.
    """
    refuse_unusable(file, text)
    licence = None if seed.license == "unknown" else seed.license
    rights = seed.rights or ("unknown" if licence is None else "open")
    seed = msgspec.structs.replace(seed, license=licence, rights=rights, sha256=sha256(text.encode("utf-8")))
    source = Source(seed, text, seed.sha256)
    refuse_bad_shape(project, seed)
    refuse_withdrawn(project, [seed])
    if seed.license is not None and not is_spdx(seed.license):
        raise RedlineError(f"{seed.doc}: `{seed.license}` is not an SPDX licence expression; needed: one such as CC-BY-4.0, or `unknown`")
    for doc, other in sources.seeds(project.seeds).items():
        if doc != seed.doc and other.sha256 == seed.sha256:
            raise RedlineError(f"{seed.doc}: seed `{doc}` has the same text; needed: a new text")
    if (project.seeds / f"{seed.doc}.json").exists():
        _refuse_change(sources.read(project.seeds, seed.doc, project.texts), source)
    sources.write(source, project.seeds)
    return sources.blank(source, project.taxonomy().scheme)


@exclusive
def import_quotes(project: Project, path: Path, out: Path | None, rater: str | None, *, replace: bool = False) -> Path:
    """Places a rater's quotes file and writes its records; gives where.

    Raises RedlineError with every mistake of the file, or where the rater's file exists with other content and
    `replace` is False; writes nothing then.
    """
    sheet = quotes.read_sheet(path)
    if rater and rater != sheet.rater:
        raise RedlineError(f"{path}: has rater `{sheet.rater}`, but --rater is `{rater}`; needed: the same name")
    taxonomy = project.taxonomy()
    unknown = [layer for layer in sheet.layers if layer not in taxonomy.layers]
    if unknown:
        raise RedlineError(f"{path}: unknown layer `{unknown[0]}`; there are {', '.join(taxonomy.layers)}")
    document = sources.blank(sources.read(project.seeds, sheet.doc, project.texts), taxonomy.scheme)
    placed, problems = quotes.place(sheet, document, taxonomy)
    problems += _rule_problems(placed, taxonomy)
    if problems:
        raise RedlineError("\n".join(f"{path}: {problem}" for problem in problems))
    target = out or project.raters / checked(sheet.rater, "rater") / f"{sheet.doc}.jsonl"
    keep(project, target, jsonl.dump([placed]), replace=replace)
    jsonl.write([placed], target)
    return target


def _rule_problems(document: Document, taxonomy: Taxonomy) -> list[str]:
    """What the rules of severity error find in a rater's records: no file of a rater is in the corpus that they refuse."""
    checker = Checker([rule for rule in all_rules() if rule.severity is Severity.ERROR], taxonomy)
    found = (one for record in document.records for one in checker.record(record, "", record.meta.passage))
    return [f"passage {one.passage}: {one.code} {one.name}: {one.message}" for one in found]


def write_records(project: Project | None, inputs: Sequence[Input], out: Path, *, replace: bool = False) -> int:
    """Writes all records of inputs as canonical lines; gives the number of documents.

    Raises RedlineError when there is none, or `out` is a rater's file with other content and `replace` is
    False.
    """
    if not any(each.summary.answers for each in inputs):
        raise RedlineError(f"{inputs[0].summary.path}: contains no records; needed: a file with records")
    documents = Counted(inputs)
    with nullcontext() if project is None else locked(project):
        if project is not None and _is_of_a_rater(project, out):
            held = list(documents)
            keep(project, out, jsonl.dump(held), replace=replace)
            jsonl.write(held, out)
        else:
            jsonl.write_lines((encode(record) for document in documents for record in document.records), out)
    return documents.count


def keep(project: Project, target: Path, data: bytes, *, replace: bool) -> None:
    """Copies a rater's file that is about to be replaced by other `data` to the first free name in its folder: `DOC.jsonl.1`, `.2`, ...

    Raises RedlineError when there is such a file and `replace` is False.
    """
    if not _is_of_a_rater(project, target) or not target.is_file() or read_bytes(target) == data:
        return
    if not replace:
        raise RedlineError(f"{target}: is a rater's file with different content; needed: --replace, which keeps the old file as a copy")
    names = (target.with_name(f"{target.name}.{number}") for number in count(1))
    write_atomically(next(name for name in names if not name.exists()), read_bytes(target))


def _is_of_a_rater(project: Project, path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(project.raters.resolve())


def refuse_unusable(file: Path, text: str) -> None:
    """Raises RedlineError when a text is empty or contains what no seed may contain."""
    if not text.strip():
        raise RedlineError(f"{file}: is empty; needed: a text")
    for character, name in _nasty.items():
        if character in text:
            line = text.count("\n", 0, text.index(character)) + 1
            raise RedlineError(f"{file}:{line}: contains {name}; needed: UTF-8 text with LF line ends")


def refuse_bad_shape(project: Project, seed: Seed) -> None:
    """Raises RedlineError when a provenance is not of the shape of schemas/seed.json, or has the id of the passages for practice."""
    import jsonschema_rs

    if seed.doc == projects.PRACTICE:
        raise RedlineError(f"`{seed.doc}` is the id of the passages for practice; needed: another id for the document")
    schema = msgspec.json.decode((project.schemas / "seed.json").read_bytes())
    for error in jsonschema_rs.validator_for(schema).iter_errors(msgspec.to_builtins(seed)):
        place = "/".join(str(part) for part in error.instance_path) or "seed"
        raise RedlineError(f"{seed.doc}: {place}: {error.message}; needed: provenance as in schemas/seed.json")


def refuse_withdrawn(project: Project, seeds: Iterable[Seed]) -> None:
    """Raises RedlineError when the text of a seed was withdrawn, and its old seed deleted."""
    gone = {digest: doc for doc, digest in projects.withdrawn(project).items()}
    for seed in seeds:
        if seed.sha256 in gone:
            raise RedlineError(f"{seed.doc}: its text was withdrawn as `{gone[seed.sha256]}` ({projects.WITHDRAWN}); needed: another text")


def _refuse_change(old: Source, new: Source) -> None:
    if old.sha256 != new.sha256:
        raise RedlineError(f"{new.seed.doc}: another text has this id (sha256 {old.sha256[:12]}); needed: the same text, or another id")
    if old.seed != new.seed:
        changed = [name for name in Seed.__struct_fields__ if getattr(old.seed, name) != getattr(new.seed, name)]
        raise RedlineError(
            f"{new.seed.doc}: already exists with different {', '.join(changed)}; needed: the same values, or edit its seed file"
        )
