"""Other tools read what Redline writes, and Redline reads what they write. `compare.py ENVIRONMENTS`; exit 1 where something differs.

`make test-peers` installs the tools into folders of ENVIRONMENTS. Texts are three of the corpus, and some with emoji, joined families,
combining marks, right-to-left words, line ends of Windows, overlaps, and spans over sentence bounds.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from redline import formats
from redline.core import taxonomy as taxonomies
from redline.core.document import Document, Meta, Record, Relation, Span, canonical, restricted
from redline.core.segmentation import sentences
from redline.formats import jsonl, kinds
from redline.formats.loss import Report
from redline.formats.reading import Options

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
OPTIONS = Options(taxonomies.load(ROOT / "schemas"), "entities")
LAYERS = dict.fromkeys(("arguments", "entities", "stance", "threat"), "done")
NASTY = (
    "👨‍👩‍👧 Orla fell. They wept — “𝔊o!” said the king of Belmora.",
    "שלום Belmora, e\u0301tait Orla? 🇺🇦 it will burn for Orla.",
    "Orla\r\nburns. Belmora will\r\nburn for it, he said.",
)


def documents() -> list[Document]:
    """The texts with their spans."""
    open_texts = [one for name in ("dam-wire", "chess-column", "court-report") for one in jsonl.read(ROOT / f"corpus/gold/{name}.jsonl")]
    return [*open_texts, Document("nasty", tuple(_nasty(number, text) for number, text in enumerate(NASTY)))]


def _nasty(number: int, text: str) -> Record:
    def at(name: str, layer: str, label: str, words: str) -> Span:
        start = text.index(words)
        return Span(name, layer, label, start, start + len(words), words)

    last = text.index("Belmora") + len("Belmora")
    first = text.index("Orla") if text.index("Orla") < last else 0
    long = Span("t1", "threat", "THREAT", first, last, text[first:last])
    spans = (at("e1", "entities", "GPE", "Orla"), at("e2", "entities", "GPE", "Belmora"), long)
    relations = (Relation("t1", "e2", "SPEAKER"),)
    return canonical(Record(text, "accept", sentences(text), spans, relations, Meta("nasty", number, 0, OPTIONS.taxonomy.scheme, LAYERS)))


def run(python: Path, script: str, *arguments: object) -> str:
    """What a script prints under the Python of an environment."""
    command = [str(python), "-W", "ignore", *script.split(), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def forgotten(name: str, layer: str = "entities") -> list[Record]:
    """The texts without what a format loses."""
    loses = formats.FORMATS[name].loses
    return [kept for document in documents() for record in document.records if (kept := kinds.forget(record, loses, layer))]


def differences(expected: list[Record], found: list[Record]) -> Iterator[str]:
    """Each field in which records differ; what the other tool adds of its own is left aside."""
    if len(expected) != len(found):
        yield f"{len(found)} records instead of {len(expected)}"
    for one, other in zip(expected, found, strict=False):
        for name in one.__struct_fields__:
            before, after = getattr(one, name), getattr(other, name)
            if name != "extra" and before != after:
                yield f"{one.meta.doc} {one.meta.passage}: {name}: {before} became {after}"


def again(exported: Path, name: str, options: Options) -> None:
    """Exports what was imported from another tool, and prints the keys that it has and the new file has not."""
    second = exported.with_name("again" + exported.suffix)
    formats.write(formats.read(exported, options, name).documents, second, name, options)
    lost = set(_keys(exported.read_bytes())) - set(_keys(second.read_bytes()))
    print(f"{name}: keys of its export that a second export lacks: {', '.join(sorted(lost)) or 'none'}")


def _keys(data: bytes) -> Iterator[str]:
    """The paths of keys in JSON, or in lines of it."""
    todo: list[tuple[str, object]] = [
        ("", value) for value in ([json.loads(data)] if data[:1] == b"[" else map(json.loads, data.splitlines()))
    ]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            yield from (f"{path}{key}" for key in value)
            todo += [(f"{path}{key}.", entry) for key, entry in value.items()]
        elif isinstance(value, list):
            todo += [(path, entry) for entry in value]


def label_studio(environment: Path, folder: Path) -> Iterator[str]:
    """The converter of label-studio-sdk: tasks as JSON, and entities as CoNLL."""
    formats.write(documents(), folder / "tasks.json", "label-studio", OPTIONS)
    yield from run(environment / "bin/python", f"{HERE / 'label_studio_tasks.py'}", folder / "tasks.json", folder).splitlines()
    yield from differences(forgotten("label-studio"), list(formats.read(folder / "result.json", OPTIONS).records))
    again(folder / "result.json", "label-studio", OPTIONS)
    apart = [Document("d", tuple(restricted(record, {"entities"}) for one in documents()[:3] for record in one.records))]
    kept = list(kinds.without(apart, {kinds.OVERLAPS}, "entities", Report([], Counter())))
    formats.write(kept, folder / "places.json", "label-studio", OPTIONS)
    run(environment / "bin/python", f"{HERE / 'label_studio_tasks.py'}", folder / "places.json", folder)
    records = [record for document in kept for record in document.records]
    # Its tokens are what is between white space, so that an entity has the punctuation at its edges.
    yield from _unlike(_entities(records), _entities(formats.read(folder / "result.conll", OPTIONS).records), within=True)


def _entities(records: Iterable[Record]) -> list[tuple[str, str]]:
    """The label and words of each span, in the order of the text."""
    return [(span.label, "".join(span.text.split())) for record in records for span in record.spans]


def _unlike(expected: list[tuple[str, str]], found: list[tuple[str, str]], *, within: bool = False) -> Iterator[str]:
    """The entities of CoNLL columns that differ."""
    if len(expected) != len(found):
        yield f"CoNLL: {len(found)} entities instead of {len(expected)}"
    for (label, words), (other, among) in zip(expected, found, strict=False):
        if label != other or (words not in among if within else words != among):
            yield f"CoNLL: {label} {words} became {other} {among}"


def doccano(environment: Path, folder: Path) -> Iterator[str]:
    """A real project of doccano, in both units that it has."""
    for unit, option in (("utf16", []), ("grapheme", ["--grapheme"])):
        options = msgspec.structs.replace(OPTIONS, unit=unit)
        formats.write(documents(), folder / "in.jsonl", "doccano", options)
        said = run(environment / "bin/python", f"{HERE / 'doccano_project.py'}", folder / "in.jsonl", folder / f"{unit}.jsonl", *option)
        if "0 refused" not in said:
            yield said
        yield from differences(forgotten("doccano"), list(formats.read(folder / f"{unit}.jsonl", options, "doccano").records))
    again(folder / "utf16.jsonl", "doccano", OPTIONS)


def brat(environment: Path, folder: Path) -> Iterator[str]:
    """pybrat reads each document."""
    formats.write(documents(), folder / "brat", "brat", OPTIONS)
    found = {
        value["id"]: value
        for value in map(json.loads, run(environment / "bin/python", f"{HERE / 'brat_folder.py'}", folder / "brat").splitlines())
    }
    for document in documents():
        offset, spans, relations = 0, [], []
        for record in document.records:
            spans += [
                [offset + one.start, offset + one.end, one.label, one.text.replace("\r", " ").replace("\n", " ")] for one in record.spans
            ]
            relations += [
                [one.label, *(offset + record.by_id[end].start for end in (one.head_id, one.child_id))] for one in record.relations
            ]
            offset += len(record.text) + 1
        for name, expected in (("entities", sorted(spans)), ("relations", sorted(relations))):
            if expected != found[document.id][name]:
                yield f"{document.id}: {name}: {expected} became {found[document.id][name]}"


def spacy(environment: Path, folder: Path) -> Iterator[str]:
    """spaCy reads a DocBin and writes it again; `spacy convert` makes one of CoNLL columns."""
    formats.write(documents(), folder / "in.spacy", "docbin", OPTIONS)
    run(environment / "bin/python", f"{HERE / 'spacy_docs.py'}", folder / "in.spacy", folder / "out.spacy")
    yield from differences(forgotten("docbin"), list(formats.read(folder / "out.spacy", OPTIONS).records))
    formats.write(documents(), folder / "in.conll", "conll", OPTIONS)
    run(environment / "bin/python", "-m spacy convert", folder / "in.conll", folder, "-c", "ner", "-n", 1)
    yield from _unlike(*(_entities(formats.read(folder / name, OPTIONS).records) for name in ("in.conll", "in.spacy")))


CHECKS = {"converters": (label_studio, brat, spacy), "doccano": (doccano,)}
"""What is compared with the tools of each environment."""


def main(environments: Path) -> int:
    """Prints for each tool what differs."""
    records = [record for document in documents() for record in document.records]
    print(f"{len(records)} records, {sum(len(one.spans) for one in records)} spans, {sum(len(one.relations) for one in records)} relations")
    total = 0
    for name, check in ((name, check) for name, checks in CHECKS.items() for check in checks):
        with tempfile.TemporaryDirectory() as folder:
            found = list(check(environments / name, Path(folder)))
        print(f"{check.__doc__.splitlines()[0]} Differences: {len(found)}.")
        print("".join(f"  {line}\n" for line in found), end="")
        total += len(found)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
