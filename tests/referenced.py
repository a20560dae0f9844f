"""A document of a project made a referenced one: its text goes to texts/, its records and decisions become bare."""

from pathlib import Path

from msgspec import structs

from redline.core.bare import marked
from redline.core.corpus import Reference
from redline.core.document import Document
from redline.core.files import sha256
from redline.core.segmentation import passages
from redline.formats import jsonl
from redline.project import Project, decisions, lookup, sources

REPOSITORY = "https://example.org/speeches.git"


def refer(here: Project, doc: str, repository: str = REPOSITORY, commit: str = "0" * 40) -> Path:
    """Makes a document a referenced one; gives where its text is."""
    source = sources.read(here.seeds, doc, here.texts)
    made = decisions.read(here, doc)
    bounds = passages(source.text)
    reference = Reference(repository, commit, f"data/{doc}.txt", sha256(source.text.encode()), bounds, "whole", "arvenia", "ARV")
    text = "".join(f"{source.text[start:end]}\n" for start, end in bounds)
    here.texts.mkdir(exist_ok=True)
    (here.texts / f"{doc}.txt").write_bytes(text.encode())
    (here.seeds / f"{doc}.txt").unlink()
    seed = structs.replace(source.seed, sha256=sha256(text.encode()), origin="referenced", event=f"speaker-{doc}", reference=reference)
    sources.write_seed(seed, here.seeds)
    for path in (lookup.path_of(here, doc, None), *here.raters.glob(f"*/{doc}.jsonl")):
        document = jsonl.read_one(path)
        moved = zip(document.records, [start for start, _ in passages(text)], strict=True)
        records = (structs.replace(record, meta=structs.replace(record.meta, offset=start)) for record, start in moved)
        jsonl.write([Document(document.id, tuple(map(marked, records)))], path)
    if decisions.path_of(here, doc).exists():
        decisions.write(here, made)
    return here.texts / f"{doc}.txt"
