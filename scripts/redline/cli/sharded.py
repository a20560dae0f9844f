"""`redline label --shards` and `redline validate --shards`: folders of files, in several processes or on a cluster."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from redline.cli.numbers import positive

if TYPE_CHECKING:
    import tempfile

    from redline.model.engines import Engine

ENGINES = ("local", "dask")
ALONE = ("engine", "scheduler", "resume")
"""The options that mean nothing without `--shards`."""


def add_options(sub: argparse.ArgumentParser) -> None:
    """Adds the options of shards to `label`."""
    sub.add_argument("--shards", action="store_true", help="label a folder: each file in IN gets a file with the same name in OUT")
    sub.add_argument("--workers", type=positive, metavar="N", help="with --shards: number of processes (default: one per processor)")
    _add_engine(sub)


def add_options_of_check(sub: argparse.ArgumentParser) -> None:
    """Adds the options of shards to `validate`, which has workers without them too."""
    sub.add_argument("--shards", action="store_true", help="PATH is a folder of shards; a second PATH is the folder for their problems")
    _add_engine(sub)


def _add_engine(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--engine", choices=ENGINES, help="with --shards: processes on this machine, or a Dask cluster (default: local)")
    sub.add_argument("--scheduler", metavar="ADDRESS", help="with --engine dask: the scheduler of a running cluster, as tcp://HOST:PORT")
    sub.add_argument("--resume", action="store_true", help="with --shards: continue a stopped run")


def refuse_alone(options: argparse.Namespace, *alone: str) -> None:
    """Raises RedlineError for options that do not go together; `alone` also mean nothing without shards."""
    from redline.core.errors import RedlineError

    given = [f"--{name}" for name in (*ALONE, *alone) if getattr(options, name)]
    if given and not options.shards:
        raise RedlineError(f"{given[0]} is an option for a folder of shards; needed: --shards")
    if options.scheduler and options.engine != "dask":
        raise RedlineError("--scheduler is an option for a Dask cluster; needed: --engine dask")
    if options.scheduler and options.workers:
        raise RedlineError("--workers and --scheduler are both present; needed: one of them")


def label(options: argparse.Namespace) -> int:
    """Labels a folder of shards; 1 where something could not be labelled."""
    from redline import project
    from redline.cli import progress, show
    from redline.core.errors import RedlineError
    from redline.model import homes, shards
    from redline.model.label import Labeller
    from redline.model.shard import Settings

    if len(options.paths) != 2:
        raise RedlineError(f"{len(options.paths)} paths on the command line; needed: a folder of shards and an output folder")
    source, out = options.paths
    here = project.find_or_none()
    folders = [options.models] if options.models else homes.homes(here)
    settings = Settings(here.root if here else None, tuple(path.resolve() for path in folders), options.model, options.keep, options.fast)
    # If a model is missing, the user sees that before any worker starts.
    Labeller(project.labels(), settings.homes, options.model, fast=options.fast)
    with progress.Words() as words:
        done = shards.label(source, out, settings, _engine(options), resume=options.resume, progress=words)
    _note_others(source)
    left_out = [f"{name}: {why}" for name, why in done.failed.items()]
    if count := done.total("quarantined"):
        left_out.append(f"{out / shards.QUARANTINE}: {show.number(count, 'line')} could not be labelled")
    if count := done.total("left_out"):
        left_out.append(f"{show.number(count, 'span')} with bounds inside a token")
    for line in left_out:
        print(f"left out: {line}", file=sys.stderr)
    if options.json:
        records, annotated = done.total("records"), done.total("annotated")
        show.as_json({"path": str(out), "records": records, "annotated": annotated, "left_out": left_out})
    else:
        show.written(out, f"{show.number(len(done.shards), 'shard')}, {show.number(done.total('records'), 'record')}")
    return 1 if done.failed or done.total("quarantined") else 0


def _engine(options: argparse.Namespace) -> "Engine":
    import os

    from redline.model import engines

    workers = options.workers or os.cpu_count() or 1
    return engines.dask(workers, options.scheduler) if options.engine == "dask" else engines.local(workers)


def check(options: argparse.Namespace, codes: tuple[str, ...]) -> int:
    """Checks a folder of shards; 1 if there is a problem, or a shard that could not be checked."""
    from redline import project
    from redline.cli import progress, show
    from redline.core.errors import RedlineError
    from redline.model import checked_shards
    from redline.model.shard_check import Settings
    from redline.publish.record_rows import documents

    if len(options.paths) not in (1, 2) or options.fix:
        raise RedlineError("--shards checks one folder and repairs nothing; needed: a folder of shards, a folder for problems or none")
    if len(options.paths) == 1 and (options.resume or options.scheduler):
        raise RedlineError("--resume and --scheduler need a folder that stays; needed: a second folder, for the problems")
    here = project.find_or_none()
    settings = Settings(here.root if here else None, codes, documents)
    with ExitStack() as opened:
        out = options.paths[1] if len(options.paths) == 2 else Path(opened.enter_context(_folder()))
        with progress.Words(of="records") as records:
            done = checked_shards.check(options.paths[0], out, settings, _engine(options), resume=options.resume, progress=records)
        _note_others(options.paths[0])
        options.exit_code, options.codes = 0 if done.clean else 1, done.summary()["codes"]
        show.diagnostics(checked_shards.problems(done, options.paths[0], out.resolve()), done.summary(), options.output)
    return int(options.exit_code)


def _note_others(source: Path) -> None:
    """Prints a note on the files of a folder that do not end as shards do."""
    from redline.cli import show
    from redline.model import shard_folder
    from redline.model.shard_lines import SUFFIXES

    if names := shard_folder.others(source):
        many = f"{show.number(len(names), 'file')} ({names[0]}{', ...' * (len(names) > 1)})"
        print(f"note: {source}: {many} not read; shards end in {' or '.join(SUFFIXES)}", file=sys.stderr)


def _folder() -> "tempfile.TemporaryDirectory[str]":
    import tempfile

    return tempfile.TemporaryDirectory(prefix="redline-")
