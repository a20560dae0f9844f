"""Splits by event: the documents of an event stay together, and what was assigned never moves.

Source: the greedy order of iterative stratification (Sechidis et al. 2011), on events instead of examples.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from redline import project as projects
from redline.core.corpus import Corpus, Reference
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import sha256
from redline.core.similarity import alike, shared
from redline.project import Project, sources
from redline.project.lock import exclusive

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}


@exclusive
def renew(project: Project) -> tuple[Corpus, dict[str, str]]:
    """Assigns the new documents of a project and writes its splits; gives the corpus as it was, and all assignments.

    A referenced document goes to the split that its reference names. Raises RedlineError when a gold document has no seed.
    """
    corpus, seeds = projects.load(project), sources.seeds(project.seeds)
    corpus.check_seeds()
    meant = {doc: one.reference.split for doc, one in seeds.items() if isinstance(one.reference, Reference) and one.reference.split}
    before = {doc: split for doc, split in meant.items() if (project.gold / f"{doc}.jsonl").exists()} | corpus.splits
    elsewhere = {doc: split for doc, split in before.items() if _is_bare(project, corpus, doc)}
    here = {doc: split for doc, split in before.items() if doc not in elsewhere}
    events, genres = ({doc: getattr(one, name) for doc, one in seeds.items()} for name in ("event", "genre"))
    assigned = assign(corpus.documents, events, here, genres) | elsewhere
    projects.write_splits(assigned, project.corpus / "splits.json")
    return corpus, assigned


def _is_bare(project: Project, corpus: Corpus, doc: str) -> bool:
    """Whether gold of a document is there and its text is not at hand."""
    return doc not in corpus.documents and (project.gold / f"{doc}.jsonl").exists()


def assign(
    documents: Mapping[str, Document], events: Mapping[str, str], before: Mapping[str, str], genres: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Document -> split for all documents.

    `events` and `genres` give each document's, `before` the assignments that do not change. Near-duplicates count as one event.
    New events go, the one with the rarest labels and genres first, to the split that needs these most. The same input
    gives the same output.

    Raises RedlineError for a split that is not one of SHARES.
    """
    for doc, split in before.items():
        if split not in SHARES:
            raise RedlineError(f"document `{doc}` is in the unknown split `{split}`; needed: one of {', '.join(SHARES)}")
    events = joined(events, documents)
    held = {split: Counter[str]() for split in SHARES}
    placed = {events[doc]: split for doc, split in before.items() if doc in events}
    totals: Counter[str] = Counter()
    sizes: dict[str, Counter[str]] = defaultdict(Counter)
    for doc, document in documents.items():
        sizes[events[doc]] += _contents(document, (genres or {}).get(doc))
    for event, contents in sizes.items():
        totals += contents
        if event in placed:
            held[placed[event]] += contents
    for event in sorted(set(sizes) - set(placed), key=lambda event: (-_rarity(sizes[event], totals), sha256(event.encode()))):
        placed[event] = max(SHARES, key=lambda split: (_need(sizes[event], held[split], totals, SHARES[split]), SHARES[split]))
        held[placed[event]] += sizes[event]
    return {doc: before.get(doc) or placed[events[doc]] for doc in documents}


def joined(events: Mapping[str, str], documents: Mapping[str, Document]) -> dict[str, str]:
    """Document -> event, where the events of near-duplicates are one: the first by name."""
    result = dict(events)
    for pair in alike(_texts(documents)):
        name, gone = sorted((result[pair.one], result[pair.other]))
        result = {doc: name if event == gone else event for doc, event in result.items()}
    return result


def closest(documents: Mapping[str, Document], splits: Mapping[str, str], most: int = 3) -> list[tuple[str, str, float]]:
    """The leak report: documents of different splits that share five-word runs, with the share of the shorter one's runs."""
    across = [pair for pair in shared(_texts(documents)) if splits.get(pair.one) != splits.get(pair.other)]
    ordered = sorted(across, key=lambda pair: (-pair.containment, pair.one, pair.other))
    return [(pair.one, pair.other, pair.containment) for pair in ordered[:most]]


def _texts(documents: Mapping[str, Document]) -> dict[str, str]:
    return {doc: "\n".join(record.text for record in document.records) for doc, document in documents.items()}


def _contents(document: Document, genre: str | None) -> Counter[str]:
    """How many sentences and spans of each label a document contains, and its genre."""
    found = Counter(span.label for record in document.records for span in record.spans)
    found["sentences"] = sum(len(record.sentences) for record in document.records)
    if genre is not None:
        found[f"genre {genre}"] = 1
    return found


def _rarity(contents: Counter[str], totals: Counter[str]) -> float:
    return sum(count / totals[name] for name, count in contents.items())


def _need(contents: Counter[str], held: Counter[str], totals: Counter[str], share: float) -> float:
    """How much the split needs what the event has, as a share of all there is of each label; less when it would overflow."""
    need = 0.0
    for name, count in contents.items():
        lack = share - held[name] / totals[name]
        need += min(lack, count / totals[name]) / share - max(0.0, count / totals[name] - lack) / share
    return need
