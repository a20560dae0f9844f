"""Our entities and those that people marked in the same statements: re3d (Dstl, Open Government Licence).

    python bench/human_entities.py CLONE

CLONE is a clone of https://github.com/dstl/re3d, of the commit that the seeds name; the texts of the statements must be there
(`redline texts --from CLONE`). re3d's experts marked names, nouns and pronouns with the types of re3d, and a crowd confirmed
them; entities with a confidence below one half are left out. The first table has our spans of each label: how many touch an
entity of re3d, and how many of these one of a type that fits (TYPES). The second has the entities of re3d of each type: how many
touch one of our spans, all of them and those with a capital letter at the start of the last word, as in names. The third has the
statements in which people marked the fewest of our spans: re3d has paragraphs that nobody marked.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from redline import project as projects
from redline.core.corpus import Corpus, Reference
from redline.core.document import Document

TYPES = {
    "PERSON": {"Person"},
    "NORP": {"Nationality", "Organisation"},
    "ORG": {"Organisation"},
    "GPE": {"Location", "Organisation", "Nationality"},
    "LOC": {"Location"},
    "FAC": {"Location"},
    "WEAPON": {"Weapon", "MilitaryPlatform", "Vehicle"},
    "LAW": {"DocumentReference"},
    "DATE": {"Temporal"},
    "EVENT": set(),
}
LEAST, NEAR, FEWEST = 0.5, 40, 5
"""The confidence from which an entity counts; how far its words may be from their offset, in characters (we make white space single);
how many statements the third table has."""


class Entity(Struct, frozen=True):
    """An entity of re3d in our text: `[start, end)` in code points."""

    start: int
    end: int
    type: str
    text: str


def entities(folder: Path, corpus: Corpus, missed: Counter[str]) -> Iterator[tuple[Document, str, list[Entity]]]:
    """Our documents with their text and the entities that re3d has in them; `missed` counts those with words that are not found."""
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for path in sorted(folder.glob("*/entities.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["confidence"] >= LEAST:
                rows[row["documentId"]].append(row)
    for doc, document in sorted(corpus.documents.items()):
        reference = corpus.sources[doc].seed.reference
        if isinstance(reference, Reference) and reference.id in rows:
            text = corpus.sources[doc].text
            shifts = [
                (begin, end, begin - record.meta.offset) for record, (begin, end) in zip(document.records, reference.passages, strict=True)
            ]
            found = [_placed(text, row, shift) for row in rows[reference.id] for shift in _shifts(row, shifts)]
            missed["entities"] += sum(one is None for one in found)
            yield document, text, [one for one in found if one]


def _shifts(row: dict[str, object], shifts: list[tuple[int, int, int]]) -> list[int]:
    """How much less an offset is in our text than in re3d's, for the passage that the entity begins in; none outside of our passages."""
    return [shift for begin, end, shift in shifts if begin <= int(str(row["begin"])) < end]


def _placed(text: str, row: dict[str, object], begin: int) -> Entity | None:
    """The entity at the place of its words that is nearest to its offset less `begin`, or None."""
    words = " ".join(str(row["value"]).split())
    wanted = int(str(row["begin"])) - begin
    places = [at for at in range(max(wanted - NEAR, 0), wanted + NEAR) if text.startswith(words, at)]
    if not places:
        return None
    start = min(places, key=lambda at: abs(at - wanted))
    return Entity(start, start + len(words), str(row["type"]), words)


def main() -> None:
    """Prints both tables."""
    corpus = projects.load(projects.find())
    missed: Counter[str] = Counter()
    ours: dict[str, Counter[str]] = defaultdict(Counter)
    theirs: dict[str, Counter[str]] = defaultdict(Counter)
    shares: dict[str, Counter[str]] = {}
    for document, _, marked in entities(Path(sys.argv[1]), corpus, missed):
        shares[document.id] = Counter()
        spans = [
            (record.meta.offset + span.start, record.meta.offset + span.end, span.label)
            for record in document.records
            for span in record.layer("entities")
        ]
        for start, end, label in spans:
            touching = [one for one in marked if one.start < end and start < one.end]
            ours[label] += Counter(spans=1, touched=bool(touching), fitting=any(one.type in TYPES[label] for one in touching))
            shares[document.id] += Counter(spans=1, touched=bool(touching))
        for one in marked:
            touched = any(start < one.end and one.start < end for start, end, _ in spans)
            name = one.text.split()[-1][:1].isupper()
            theirs[one.type] += Counter(all=1, touched=touched, names=name, touched_names=name and touched)
    print(f"{len(shares)} statements; {missed['entities']} entities of re3d were not found at their place\n")
    print("| our label | spans | marked by people | with a type that fits |\n|---|---:|---:|---:|")
    for label, count in sorted(ours.items()):
        print(f"| {label} | {count['spans']} | {count['touched'] / count['spans']:.3f} | {count['fitting'] / count['spans']:.3f} |")
    total = sum(ours.values(), Counter())
    print(f"| all | {total['spans']} | {total['touched'] / total['spans']:.3f} | {total['fitting'] / total['spans']:.3f} |")
    print("\n| type of re3d | entities | touched by ours | names | touched by ours |\n|---|---:|---:|---:|---:|")
    for kind, count in sorted(theirs.items()):
        share = f"{count['touched_names'] / count['names']:.3f}" if count["names"] else ""
        print(f"| {kind} | {count['all']} | {count['touched'] / count['all']:.3f} | {count['names']} | {share} |")
    print("\n| statement | our spans | marked by people |\n|---|---:|---:|")
    lowest = sorted((count["touched"] / count["spans"], doc, count["spans"]) for doc, count in shares.items() if count["spans"])[:FEWEST]
    for part, doc, spans in lowest:
        print(f"| {doc} | {spans} | {part:.3f} |")


if __name__ == "__main__":
    main()
