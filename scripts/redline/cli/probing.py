"""The command that tests a detector on the contrast groups."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.cli import shapes

if TYPE_CHECKING:
    from redline.measure.contrasts import Probed

SHOWN = 20
"""The most wrong passages that are printed."""


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("probe", help="tests any threat detector on contrast groups, by kind of edit")
    sub.add_argument("path", nargs="?", type=Path, metavar="FILE", help="the texts with the labels of a detector (default: trained models)")
    sub.add_argument("--texts", type=Path, metavar="OUT", help="only write the texts of the groups, for your own detector")
    sub.add_argument("--task", help="the task for the class of a sentence (default: the first task)")
    sub.add_argument("--model", help="only trained models of this name")
    sub.add_argument("--models", type=Path, default=None, metavar="FOLDER", help="folder of trained models")
    sub.add_argument("--all", action="store_true", help=f"print every wrong passage, not {SHOWN}")
    shapes.add_option(sub, "probe")
    sub.set_defaults(run=_probe)


def _probe(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from redline import project
    from redline.cli import show
    from redline.core.document import group
    from redline.formats import jsonl
    from redline.formats.reading import Options
    from redline.measure import contrasts
    from redline.model import probe

    here = project.find()
    corpus, taxonomy = project.load(here), here.taxonomy()
    task = probe.task_of(taxonomy, options.task)
    if options.texts:
        texts = probe.texts(corpus)
        jsonl.write(group(texts), options.texts)
        show.written(
            options.texts,
            f"{show.number(len(texts), 'text')}; next: add an answer to each, `cats` with {' or '.join(task.classes)} from 0 to 1",
        )
        return 0
    if options.path:
        passages = probe.of_file(corpus, task, options.path, Options(taxonomy, task.layer))
    else:
        passages = probe.of_models(corpus, task, taxonomy, options.models or here.models, options.model)
    rows = contrasts.table(passages)
    if options.json:
        wrong = [to_builtins(one) for one in passages if not one.right]
        show.as_json({"task": task.name, "rows": [to_builtins(row) for row in rows], "wrong": wrong})
        return 0
    print(f"{task.title}: {rows[0].whole} of {rows[0].groups} groups whole, {rows[0].right} of {rows[0].passages} passages right")
    print(f"{'edit':<22} {'passages':>8} {'right':>6} {'groups':>7} {'whole':>6}")
    for row in rows[1:]:
        print(f"{row.edit:<22} {row.passages:>8} {row.right:>6} {row.groups:>7} {row.whole:>6}")
    for line in _wrong(passages, None if options.all else SHOWN):
        print(line)
    return 0


def _wrong(passages: "Sequence[Probed]", most: int | None) -> Iterator[str]:
    """A line for each passage that is wrong: group, edit, gold, guess, text."""
    wrong = [one for one in passages if not one.right]
    for one in wrong[:most]:
        yield f"{one.group} {one.edit}: {one.guess} for {one.gold}: {one.text}"
    if most is not None and len(wrong) > most:
        yield f"{len(wrong) - most} more wrong passages: --all"
