"""The leaderboard: every trained baseline with its scores, as JSON for programs and as Markdown for people.

It carries a digest of all that the numbers rest on, so that a check can tell when it is stale.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from redline.core.errors import RedlineError
from redline.core.files import read_bytes, write_atomically
from redline.core.layer import Layer
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.model.train import Result, configuration_files
from redline.project import Project

JSON = "leaderboard.json"
MARKDOWN = "LEADERBOARD.md"


CODE = (
    "learn/*.py", *(f"measure/{name}.py" for name in ("classes", "counts", "rows", "score", "tasks")),
    *(f"core/{name}.py" for name in ("bio", "tokens", "examples")),
)  # fmt: skip


def digest(project: Project) -> str:
    """A hash of gold, splits, tasks, labels, model configurations, and the code that learns and measures.

    Of the labels only what models see counts: names, cues and relations, not their explanations.
    """
    return _hashed(project, [*sorted(project.gold.glob("*.jsonl")), project.corpus / "splits.json"])


def code(project: Project) -> str:
    """A hash of what learns and measures: as the digest, without the data."""
    return _hashed(project, [])


def _hashed(project: Project, files: list[Path]) -> str:
    files = [*files, project.schemas / "tasks.json", *configuration_files(project)]
    files += [path for pattern in CODE for path in sorted(Path(__file__).parents[1].glob(pattern))]
    total = hashlib.sha256(msgspec.json.encode([_seen(layer) for layer in project.taxonomy().layers.values()]))
    for path in files:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(read_bytes(path)).digest())
    return total.hexdigest()


def _seen(layer: Layer) -> list[Any]:
    relations = [[relation.name, relation.heads, relation.children] for relation in layer.relations]
    return [layer.layer, list(layer.by_label), [cue.pattern for cue in layer.cues], relations]


def write(project: Project, results: Sequence[Result], counts: dict[str, str], taxonomy: Taxonomy) -> None:
    """Writes both files."""
    value = {
        "digest": digest(project),
        "data": counts,
        "models": [
            {"task": r.task, "model": r.model, "dev": r.dev, "train_seconds": round(r.train_seconds, 2), "bytes": r.size,
             "sentences_per_second": round(r.sentences_per_second)}
            for r in results
        ],
        "scores": [row for result in results for row in result.plain()],
    }  # fmt: skip
    write_atomically(project.models / JSON, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    write_atomically(project.models / MARKDOWN, "\n".join(_page(results, counts, taxonomy)).encode() + b"\n")


def read(project: Project) -> dict[str, Any]:
    """The JSON of the leaderboard.

    Raises RedlineError when there is none, or it is no JSON.
    """
    path = project.models / JSON
    try:
        value: dict[str, Any] = msgspec.json.decode(read_bytes(path))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RedlineError(f"{path}: is no leaderboard ({error}); needed: run make train") from None
    return value


def stale(project: Project) -> str:
    """Why the leaderboard no longer holds, or an empty string."""
    if not (project.models / JSON).exists():
        return f"{project.models / JSON} is missing; run make train"
    if read(project).get("digest") != digest(project):
        return f"{project.models / JSON} rests on other data or code than there is; run make train"
    return ""


def best(project: Project) -> dict[str, str]:
    """Task -> the model with the best headline metric on dev."""
    found: dict[str, dict[str, Any]] = {}
    for row in read(project)["models"]:
        if row["task"] not in found or row["dev"] > found[row["task"]]["dev"]:
            found[row["task"]] = row
    return {task: row["model"] for task, row in found.items()}


def table(results: Sequence[Result]) -> Iterator[str]:
    """The totals as lines of a plain table."""
    yield f"{'task':<16} {'model':<14} {'metric':<14} {'test':<22} {'dev':>6} {'train s':>8} {'KB':>7} {'sent/s':>8}"
    for result, metric, shown in _totals(results):
        seconds, size = f"{result.train_seconds:.1f}", f"{result.size / 1000:.0f}"
        yield (
            f"{result.task:<16} {result.model:<14} {metric:<14} {shown:<22} {result.dev:>6.3f} "
            f"{seconds:>8} {size:>7} {result.sentences_per_second:>8.0f}"
        )


def _totals(results: Sequence[Result]) -> Iterator[tuple[Result, str, str]]:
    for result in results:
        for row in result.rows:
            if row.label is None and not row.part and not row.score.metric.endswith("_macro_f1"):
                yield result, row.score.metric, str(row.score)


def _page(results: Sequence[Result], counts: dict[str, str], taxonomy: Taxonomy) -> Iterator[str]:
    yield "<!-- written by `make train` -->\n# Leaderboard\n"
    yield f"Trained on {counts['train']}, settings chosen on {counts['dev']}, scored once on {counts['test']}."
    yield "Values with 95 % bootstrap intervals over test documents; `dev` is the headline metric on dev, which picks the model that"
    yield "`redline label` uses. Seconds and sentences a second were measured on the machine that ran `make train`."
    for task in taxonomy.tasks.values():
        held = [result for result in results if result.task == task.name]
        if held:
            yield from _section(task, held)
    yield "\n## Signatures\n"
    for result in results:
        yield from (
            f"- {result.task}, {result.model}: `{row.score.metric}|{row.score.signature}`"
            for row in result.rows
            if row.label is None and not row.part
        )


def _section(task: Task, results: Sequence[Result]) -> Iterator[str]:
    yield f"\n## {task.title} (`{task.name}`)\n"
    yield "| model | metric | test | dev | train seconds | kB | sentences/s |\n|---|---|---|---|---|---|---|"
    for result, metric, shown in _totals(results):
        dev = f"{result.dev:.3f}" if metric == task.metric else ""
        yield (
            f"| {result.model} | {metric} | {shown} | {dev} | {result.train_seconds:.1f} "
            f"| {result.size / 1000:.0f} | {result.sentences_per_second:.0f} |"
        )
