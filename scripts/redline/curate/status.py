"""What is next for every document, from its text to its split, and the command for it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from redline import project as projects
from redline.adjudicate import merge
from redline.adjudicate.differences import passages
from redline.core.bare import TextMissingError
from redline.core.corpus import WITHDRAWN
from redline.core.diagnostic import Diagnostic
from redline.core.document import Document
from redline.core.errors import RedlineError
from redline.core.files import read_bytes
from redline.curate import project_validation
from redline.formats import jsonl
from redline.project import Project, decisions, lookup, sources
from redline.rules.registry import all_rules

COMPLETE = "complete"
FAULTY = "with problems"
WORDLESS = "without its text"
STATES = (
    "unreadable",
    "unrated",
    "half rated",
    WORDLESS,
    "undecided",
    "gold missing",
    "gold out of date",
    "without a split",
    FAULTY,
    COMPLETE,
    WITHDRAWN,
)
"""In the order in which a document goes through them."""

RATE = "redline import FILE --format quotes"


class Step(Struct, frozen=True):
    """What is next for a document: its state (one of STATES), the details, and the command; empty when nothing is next."""

    doc: str
    state: str
    what: str
    command: str = ""


def steps(project: Project, docs: list[str] | None = None) -> list[Step]:
    """The next step of each document named (default: all), by id. The rules run if a document is otherwise complete.

    Raises RedlineError when there is no such document.
    """
    chosen = [lookup.known(project, doc) for doc in docs] if docs else lookup.ids(project)
    splits = projects.splits(project.corpus / "splits.json")
    found = [_step(project, doc, splits) for doc in chosen]
    problems = _problems(project) if any(step.state == COMPLETE for step in found) else {}
    return [_faulty(step, problems[step.doc]) if step.state == COMPLETE and step.doc in problems else step for step in found]


def _problems(project: Project) -> dict[str, list[Diagnostic]]:
    """Document -> what the rules find in its files: they are named after it."""
    by_doc: dict[str, list[Diagnostic]] = {}
    for diagnostic in project_validation.validate_project(project, all_rules()).diagnostics:
        by_doc.setdefault(Path(diagnostic.path).stem, []).append(diagnostic)
    return by_doc


def _faulty(step: Step, problems: list[Diagnostic]) -> Step:
    number = f"{len(problems)} problem{'s' * (len(problems) > 1)}"
    return Step(step.doc, FAULTY, f"{number}, first {problems[0].code}: {problems[0].message}", "redline validate")


def summary(found: list[Step]) -> dict[str, int]:
    """State -> number of documents, in the order of STATES, without states that no document is in."""
    counts = Counter(step.state for step in found)
    return {state: counts[state] for state in STATES if counts[state]}


def _step(project: Project, doc: str, splits: Mapping[str, str]) -> Step:
    try:
        return next(_waiting(project, doc, splits), Step(doc, COMPLETE, f"complete, in {splits.get(doc)}"))
    except RedlineError as error:
        return Step(doc, "unreadable", str(error).split("\n")[0], "redline validate")


def _waiting(project: Project, doc: str, splits: Mapping[str, str]) -> Iterator[Step]:
    """What waits, the first first: what comes later in a document's life cannot be done before."""
    if (project.seeds / f"{doc}.json").exists() and sources.seed(project.seeds, doc).rights == WITHDRAWN:
        yield Step(doc, WITHDRAWN, "future releases do not contain its text")
    readings = lookup.places(project, doc)
    if len(readings) < 2:
        state = "half rated" if readings else "unrated"
        yield Step(doc, state, f"rated by {', '.join(readings) or 'nobody'}; needed: two raters", RATE)
    half = "; ".join(_half(readings))
    if half:
        yield Step(doc, "half rated", half, RATE)
    try:
        yield from _gold(project, doc, lookup.readings(project, doc))
    except TextMissingError:
        yield Step(doc, WORDLESS, "its text is missing, so open differences are unknown", "redline texts --clone")
    if doc not in splits:
        yield Step(doc, "without a split", "in no split", "redline split")


def _half(readings: Mapping[str, Document]) -> Iterator[str]:
    """A line for each layer that fewer than two raters annotated in some passage."""
    for layer in dict.fromkeys(layer for document in readings.values() for record in document.records for layer in record.meta.layers):
        done = {rater: sum(record.annotated(layer) for record in document.records) for rater, document in readings.items()}
        sizes = {rater: len(document.records) for rater, document in readings.items()}
        parts = [f"{done[rater]} of {sizes[rater]} passages by {rater}" for rater in readings if done[rater] < sizes[rater]]
        twice = all(
            sum(record.annotated(layer) for record in row) > 1 for row in zip(*(d.records for d in readings.values()), strict=False)
        )
        if not twice:
            yield f"layer {layer}: {', '.join(parts)}"


def _gold(project: Project, doc: str, readings: Mapping[str, Document]) -> Iterator[Step]:
    taxonomy = project.taxonomy()
    differences = [difference for part in passages(readings, taxonomy) for difference in part.differences]
    made = decisions.read(project, doc)
    undecided = sum(difference.id not in made.decisions for difference in differences)
    if undecided:
        what = f"{undecided} of {len(differences)} differences are undecided"
        yield Step(doc, "undecided", what, f"redline adjudicate {doc} --differences --open")
    path = lookup.path_of(project, doc, None)
    if not path.exists():
        yield Step(doc, "gold missing", "there is no gold file", f"redline adjudicate {doc}")
    elif read_bytes(path) != jsonl.dump([merge.merge(readings, made, taxonomy)]):
        yield Step(doc, "gold out of date", "gold differs from the merge of raters and decisions", f"redline adjudicate {doc}")
