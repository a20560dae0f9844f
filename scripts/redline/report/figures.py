"""Figures of the corpus in hand-written pages: `redline docs` writes what is between two comments of a page."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import structs

from redline import project as projects
from redline.core.corpus import SPLITS, Corpus, Reference, contrast_split, records
from redline.core.files import read_text
from redline.curate import agree, sentence_ratings, texts
from redline.formats.reading import DEFAULT_LAYER, Reading
from redline.measure.agreement import Figure
from redline.measure.figures import figures as measured
from redline.measure.score import Bootstrap
from redline.model import score
from redline.project import Project, cited
from redline.report import audit, roles

_block = re.compile(r"(<!-- ([a-z]+): written by `make docs` -->\n).*?(<!-- end -->)", re.DOTALL)
DRAWS = Bootstrap(1000, 1)


def pages(project: Project) -> Iterator[tuple[Path, bytes]]:
    """The pages that have such comments, with the figures of the project between them; none where nobody has rated anything."""
    if not any(project.raters.glob("*/*.jsonl")):
        return
    for path in (project.root / "README.md", *sorted(project.docs.glob("*.md"))):
        if path.exists() and _block.search(text := read_text(path)):
            yield path, _block.sub(partial(_renewed, project), text).encode("utf-8")


def _renewed(project: Project, match: re.Match[str]) -> str:
    """A block with the figures of now; one that needs referenced texts stays as it is where they are not at hand."""
    if match[2] in NEED_TEXTS and any(state != texts.AT_HAND for state in texts.states(project).values()):
        return match[0]
    return f"{match[1]}{BLOCKS[match[2]](project)}\n{match[3]}"


def _corpus(project: Project) -> str:
    """What the corpus consists of: the documents that have gold."""
    corpus = projects.load(project).written()
    corpus.check_seeds()
    sources = [corpus.sources[doc] for doc in corpus.documents]
    seeds = [source.seed for source in sources]
    origins = ", ".join(f"{count} {origin}" for origin, count in sorted(Counter(seed.origin for seed in seeds).items()))
    genres, events = len({seed.genre for seed in seeds}), len({seed.event for seed in seeds})
    words = sum(len(source.text.split()) for source in sources)
    return f"{len(corpus.documents)} documents ({origins}) of {words} words, {genres} genres, {events} events, {len(corpus.raters)} raters."


def _contrast(project: Project) -> str:
    """What the contrast sets consist of."""
    sets = projects.contrast(project)
    counts = [(name, len({record.meta.doc for record in records}), len(records)) for name, records in sorted(sets.items())]
    rows = [f"| `{name}` | {contrast_split(name)} | {groups} | {passages} |" for name, groups, passages in counts]
    return "\n".join(["| contrast set | split | groups | sentences |", "|---|---|---|---|", *rows])


def _agreement(project: Project) -> str:
    """The agreement of the raters on each layer, in total."""
    return _table(projects.load(project).written(), project)


def _referenced(project: Project) -> str:
    """The same of the referenced documents, with their number."""
    corpus = projects.load(project)
    kept = corpus.written()
    counts = Counter(doc for files in corpus.raters.values() for doc in files if doc not in kept.sources)
    shared = {doc for doc, count in counts.items() if count > 1}
    if not shared:
        return "No referenced document has two raters yet."
    raters = {rater: {doc: one for doc, one in files.items() if doc in shared} for rater, files in corpus.raters.items()}
    head = f"{len(shared)} referenced documents have two raters, and {len(corpus.documents) - len(kept.documents)} have gold."
    return f"{head}\n\n{_windows(corpus)}\n\n{_table(structs.replace(corpus, raters=raters), project)}"


def _windows(corpus: Corpus) -> str:
    """How many referenced documents with gold there are, with their sentences and words, by how their passages were chosen and by split."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for doc, document in corpus.documents.items():
        reference = corpus.sources[doc].seed.reference
        if isinstance(reference, Reference):
            place = (reference.window, corpus.splits.get(doc, ""))
            sentences = sum(len(record.sentences) for record in document.records)
            words = sum(len(record.text.split()) for record in document.records)
            for name, count in (("documents", 1), ("sentences", sentences), ("words", words)):
                counts[*place, name] += count
    rows = []
    for window in sorted({window for window, *_ in counts}):
        for split in SPLITS:
            numbers = [str(counts[window, split, name]) for name in ("documents", "sentences", "words")]
            rows.append(f"| {window} | {split} | {' | '.join(numbers)} |")
    return "\n".join(["| passages | split | documents | sentences | words |", "|---|---|---:|---:|---:|", *rows])


def _sentences(project: Project) -> str:
    """The agreement of the raters of each set of single sentences, by class; the sentences that were drawn at random apart."""
    taxonomy, chosen = project.taxonomy(), cited.read_all(project.seeds)
    rows = []
    for name in sentence_ratings.sets(project):
        drawn = [row.id for row in chosen[name] if row.chosen_by == "random"]
        for of, only in (("all", None), ("drawn at random", drawn)):
            found = sentence_ratings.rated(project, name, taxonomy, only)
            alpha = "undefined" if found.alpha is None else f"{found.alpha:.3f}"
            rows.append(f"| `{name}` | {of} | all | {found.sentences} | alpha {alpha} | | |")
            for one in (one for one in found.agreement if one.both + one.one):
                f1 = f"F1 {one.f1:.3f}" if one.f1 is not None else ""
                rows.append(f"| `{name}` | {of} | {one.label} | {one.both + one.one} | {f1} | {one.both} | {one.one} |")
    return "\n".join(
        ["| set | sentences | class | of either rater | agreement | both raters | one |", "|---|---|---|---:|---|---:|---:|", *rows]
    )


def _table(corpus: Corpus, project: Project) -> str:
    raters = agree.comparable({rater: files for rater, files in corpus.raters.items() if files}, project.raters)
    listed = [figure for figure in measured(raters, project.taxonomy(), DRAWS) if _headline(figure)]
    rows = [f"| {figure.layer} | {figure.task or 'all'} | `{figure.score.metric}` | {figure.shown} |" for figure in listed]
    return "\n".join(["| layer | of | metric | agreement |", "|---|---|---|---|", *rows])


def _headline(figure: Figure) -> bool:
    return figure.label is None and figure.score.metric in ("exact_f1", "relation_f1", "triple_f1", "alpha")


def _signature(project: Project) -> str:
    """The score of one layer of a rater against gold in the documents of that rater, with its signature."""
    taxonomy = project.taxonomy()
    rater, layer = sorted(folder.name for folder in project.raters.glob("*/"))[0], DEFAULT_LAYER
    corpus = projects.load(project).written()
    truth, guess = (
        Reading(place, tuple(records(files[doc] for doc in sorted(files) if doc in corpus.raters[rater])))
        for place, files in ((project.gold, corpus.documents), (project.raters / rater, corpus.raters[rater]))
    )
    total = score.scored_readings(truth, [guess], layer, taxonomy, DRAWS).rows[0].score
    return f"`{total.metric}={total}|{total.signature}`"


BLOCKS: dict[str, Callable[[Project], str]] = {
    "corpus": _corpus, "contrast": _contrast, "agreement": _agreement, "signature": _signature, "referenced": _referenced,
    "sentences": _sentences, "audit": audit.audit, "roles": roles.roles,
}  # fmt: skip
NEED_TEXTS = ("referenced",)
