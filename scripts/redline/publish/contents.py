"""What goes into a release: the gold and raters of a project, the files that go along, and the scores of its baselines."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from redline import project
from redline.core.corpus import OPEN, SPLITS, WITHDRAWN, Corpus, Seed
from redline.core.document import Document, Record, Span, encode
from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.core.files import read_bytes
from redline.core.taxonomy import Taxonomy
from redline.curate import human_results
from redline.curate.human_results import Agreement
from redline.formats import jsonl
from redline.project import Project
from redline.project import commit as commits
from redline.project.lock import exclusive
from redline.publish import baselines as trained
from redline.publish import changes, references, residual, withheld
from redline.publish.baselines import Baselines
from redline.publish.references import Referenced
from redline.publish.tables import Item

LABELS = "labels.json"


class Named(Struct, frozen=True):
    """A version with its date, as CITATION.cff has them."""

    version: str
    date: str


class Release(Struct, frozen=True):
    """The contents of a release.

    `items` returns the documents from the first one at each call, streamed and in order of split and id. `label_ids` maps a
    layer to its labels in the order of their numbers. `withdrawn` has the hashes of texts that may never come back. `files` are
    published unchanged, by name. `people` is the agreement of people with gold. `baselines` has the scores of models that were
    trained on the texts of the release. `commit` is that of the project.
    """

    version: str
    date: str
    taxonomy: Taxonomy
    items: Callable[[], Iterator[Item]]
    label_ids: Mapping[str, Sequence[str]]
    contrast: Mapping[str, tuple[Record, ...]] = {}
    edits: Mapping[str, Sequence[str]] = {}
    withdrawn: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = {}
    residual: dict[str, int] = {}
    people: Sequence[Agreement] = ()
    referenced: Sequence[Referenced] = ()
    baselines: Baselines | None = None
    commit: str | None = None


def of_project(here: Project, progress: Callable[[str], None], *, baselines: bool) -> Release:
    """The release of a project.

    Raises RedlineError when a text has no licence or split, a version is malformed, or a label has no number yet.
    """
    corpus, taxonomy, named = project.load(here).written(), here.taxonomy(), cited(here.root / "CITATION.cff")
    seeds = [source.seed for source in corpus.sources.values()]
    if not corpus.documents:
        raise RedlineError(f"{here.gold}: contains no document to publish; needed: gold (redline adjudicate)")
    _ready(corpus, seeds)
    apart = references.of_project(here, corpus.splits)
    for one in apart:
        if one.split not in SPLITS:
            raise RedlineError(f"{one.document.id}: is in no split; needed: run redline split")
    numbered = label_ids(here)
    hashes = frozenset([*project.withdrawn(here).values(), *(seed.sha256 for seed in seeds if seed.rights == WITHDRAWN)])
    history = changes.history(here.corpus / changes.NAME)
    state = _state(here, corpus, named)
    files = {
        "CHANGELOG.md": changes.page(read_bytes(here.root / "CHANGELOG.md").decode("utf-8"), state, history).encode("utf-8"),
        "entities.jsonl": _entities(here, corpus, taxonomy),
        "raters.json": _described(here),
    }
    return Release(
        named.version, named.date, taxonomy, lambda: items(corpus), numbered, corpus.contrast, corpus.edits, hashes, files,
        residual.counts(here, corpus, [one.document.id for one in apart]),
        human_results.result(here, corpus.documents, taxonomy).agreement, apart,
        trained.of_project(here, progress) if baselines else None, commits.state(here.root).commit,
    )  # fmt: skip


def _entities(here: Project, corpus: Corpus, taxonomy: Taxonomy) -> bytes:
    """The entity table without what only withheld documents give away."""
    own = [item for item in items(corpus) if item.open]
    hidden = [item for item in items(corpus) if not item.open]
    records = [record for part in corpus.contrast.values() for record in part]
    apart = [record for one in references.of_project(here, corpus.splits) for record in one.document.records]
    texts = "\n".join([*(item.text for item in own), *(record.text for record in records)])
    keys = _keys(own, taxonomy) | _used((span for record in (*records, *apart) for span in record.spans), taxonomy)
    rows = withheld.public(corpus.entities.values(), keys, _keys(hidden, taxonomy), texts, "\n".join(item.text for item in hidden))
    return b"".join(msgspec.json.encode(entity) + b"\n" for entity in rows)


def _keys(chosen: Sequence[Item], taxonomy: Taxonomy) -> set[str]:
    """The entity keys that documents use, in gold or by a rater."""
    documents = [document for item in chosen for document in (item.document, *item.raters.values())]
    return _used((span for document in documents for record in document.records for span in record.spans), taxonomy)


def _used(spans: Iterable[Span], taxonomy: Taxonomy) -> set[str]:
    return {key for span in spans for _, key in taxonomy.keys_of(span)}


def _described(here: Project) -> bytes:
    """The descriptions of the raters, as the project has them."""
    path = here.raters / "raters.json"
    return read_bytes(path) if path.exists() else b"{}\n"


@exclusive
def record(here: Project) -> None:
    """Adds the release to the history, against which the next one is counted."""
    named = cited(here.root / "CITATION.cff")
    changes.record(_state(here, project.load(here).written(), named), here.corpus / changes.NAME)


def _state(here: Project, corpus: Corpus, named: Named) -> changes.State:
    """The state of all that goes out: gold by split, seeds with their texts, raters' files, contrast sets, the entity table.

    Of withdrawn documents these are the id, the hash and the split.
    """
    documents: dict[str, list[Document]] = {split: [] for split in SPLITS}
    others: list[bytes] = []
    for item in items(corpus):
        if item.seed.rights == WITHDRAWN:
            others.append(msgspec.json.encode([item.seed.doc, item.seed.sha256, item.split]))
            continue
        documents[item.split].append(item.document)
        others.append(msgspec.json.encode(item.seed))
        others += [f"{rater}\n".encode() + jsonl.dump([document]) for rater, document in item.raters.items()]
    for one in references.of_project(here, corpus.splits):
        documents[one.split].append(one.document)
        others.append(msgspec.json.encode(one.seed))
        others += [f"{rater}\n".encode() + jsonl.dump([document]) for rater, document in one.raters.items()]
    sets = corpus.contrast
    others += [encode(record) for name in sorted(sets) for record in sets[name]]
    others.append(msgspec.json.encode(corpus.edits, order="sorted"))
    return changes.state(
        named.version, named.date, documents, here.taxonomy(), [*others, _entities(here, corpus, here.taxonomy()), _described(here)]
    )


def cited(path: Path) -> Named:
    """The version and date of a CITATION.cff.

    Raises RedlineError when it has none.
    """
    with needed("release"):
        import yaml
    try:
        value = yaml.safe_load(read_bytes(path).decode("utf-8"))
        named = Named(str(value["version"]), str(value["date-released"]))
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise RedlineError(f"{path}: has no version ({type(error).__name__}); needed: version and date-released") from None
    changes.parts(named.version)
    return named


def _ready(corpus: Corpus, seeds: Sequence[Seed]) -> None:
    for seed in seeds:
        if seed.rights == OPEN and not seed.license:
            raise RedlineError(f"{seed.doc}: is open and has no licence; needed: an SPDX expression in its seed")
    in_splits(corpus)


def in_splits(corpus: Corpus) -> None:
    """Raises RedlineError when a document is in no split."""
    for doc in sorted(corpus.documents):
        if corpus.splits.get(doc) not in SPLITS:
            raise RedlineError(f"{doc}: is in no split; needed: run redline split")


def items(corpus: Corpus) -> Iterator[Item]:
    """The documents in order of split and id, withdrawn ones as removed entries in train.

    Raises RedlineError when a gold document has no seed.
    """
    corpus.check_seeds()
    for split in SPLITS:
        for doc, source in sorted(corpus.sources.items()):
            if corpus.splits.get(doc, "train") == split and (doc in corpus.documents or source.seed.rights == WITHDRAWN):
                raters = {rater: files[doc] for rater, files in sorted(corpus.raters.items()) if doc in files}
                gold = corpus.documents.get(doc) or Document(doc, ())
                yield Item(gold, source.seed, source.text, split, raters)


def label_ids(here: Project) -> dict[str, list[str]]:
    """Layer -> labels in the order in which they were added, which is their number.

    Raises RedlineError when a label of the scheme is not there yet.
    """
    numbered: dict[str, list[str]] = project.json_of(here.corpus / LABELS, dict[str, list[str]], {})
    for name, layer in here.taxonomy().layers.items():
        for label in layer.by_label:
            if label not in numbered.get(name, []):
                raise RedlineError(f"{here.corpus / LABELS}: `{label}` of {name} is missing; needed: `{label}` at the end of its list")
    return numbered
