"""The blind reread of referenced documents after adjudication: its agreement with gold, and verdicts on the differences."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from redline.formats import jsonl
from redline.formats.reading import Reading
from redline.measure.score import Bootstrap
from redline.model import score
from redline.project import Project, json_of

DRAWS = Bootstrap(1000, 1)
VERDICTS = ("gold", "reread", "both", "neither")


class Judged(Struct, frozen=True):
    """A difference between gold and the reread, and which of VERDICTS each judge gave."""

    doc: str
    passage: int
    layer: str
    kind: str
    verdicts: list[str]


class Verdicts(Struct, frozen=True):
    """The findings of judges who could not see which side was gold."""

    date: str
    by: list[str]
    how: str
    differences: list[Judged]


def audit(project: Project) -> str:
    """The agreement of the blind reread with gold, by layer, and the verdicts on the differences; read without words."""
    taxonomy, folder = project.taxonomy(), project.corpus / "audit" / "referenced"
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        return "No referenced document was labelled again."
    gold, again = (
        Reading(place, tuple(record for path in paths for document in jsonl.read_places(place / path.name) for record in document.records))
        for place in (project.gold, folder)
    )
    layers = sorted({name for record in again.records for name in record.meta.layers}.difference(taxonomy.helpers))
    scored = [row for layer in layers for row in score.scored_readings(gold, [again], layer, taxonomy, DRAWS).rows]
    listed = [row for row in scored if row.total and row.score.metric in ("exact_f1", "partial_f1", "triple_f1")]
    head = [f"{len(paths)} documents.", "", "| layer | metric | agreement | in gold | in the second labels |", "|---|---|---|---:|---:|"]
    rows = [f"| {row.layer} | `{row.score.metric}` | {row.score} | {row.score.gold} | {row.score.guessed} |" for row in listed]
    return "\n".join([*head, *rows, *_verdicts(folder)])


def _verdicts(folder: Path) -> Iterator[str]:
    """A table of verdicts: for each judge, and those that all judges gave."""
    found = json_of(folder / "verdicts.json", Verdicts, None)
    if found is None:
        return
    columns = [Counter(one.verdicts[place] for one in found.differences) for place in range(len(found.by))]
    columns.append(Counter(one.verdicts[0] for one in found.differences if len(set(one.verdicts)) == 1))
    yield f"\nVerdicts of {found.date} on {len(found.differences)} differences:\n"
    yield f"| right is | {' | '.join(found.by)} | all judges |"
    yield "|---|" + "---:|" * len(columns)
    for name in VERDICTS:
        yield f"| {name} | {' | '.join(str(column[name]) for column in columns)} |"
