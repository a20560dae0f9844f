"""`redline label --shards`: folders of files, labelled in several processes or on a cluster."""

import argparse
import sys
from typing import TYPE_CHECKING

from redline.cli.numbers import positive

if TYPE_CHECKING:
    from redline.model.engines import Engine

ENGINES = ("local", "dask")
ALONE = ("engine", "workers", "scheduler", "resume")
"""The options that mean nothing without `--shards`."""


def add_options(sub: argparse.ArgumentParser) -> None:
    """Adds the options of shards to `label`."""
    sub.add_argument("--shards", action="store_true", help="IN is a folder; each file in it becomes a file of the same name in a folder")
    sub.add_argument("--engine", choices=ENGINES, help="with --shards: processes of this machine, or a Dask cluster (default: local)")
    sub.add_argument("--workers", type=positive, metavar="N", help="with --shards: number of processes (default: one a processor)")
    sub.add_argument("--scheduler", metavar="ADDRESS", help="with --engine dask: the scheduler of a running cluster, as tcp://HOST:PORT")
    sub.add_argument("--resume", action="store_true", help="with --shards: go on with a folder; what is done is not done again")


def refuse_alone(options: argparse.Namespace) -> None:
    """Raises RedlineError for options that do not go together."""
    from redline.core.errors import RedlineError

    given = [f"--{name}" for name in ALONE if getattr(options, name)]
    if given and not options.shards:
        raise RedlineError(f"{given[0]} is only for a folder of shards; needed: --shards")
    if options.scheduler and options.engine != "dask":
        raise RedlineError("--scheduler is only for a Dask cluster; needed: --engine dask")
    if options.scheduler and options.workers:
        raise RedlineError("--workers is only for workers that this command starts; needed: --scheduler alone")
    if options.shards and len(options.paths) != 2:
        raise RedlineError(f"{len(options.paths)} paths were named; needed: a folder of shards and a folder for the tasks")


def label(options: argparse.Namespace) -> int:
    """Labels a folder of shards; 1 where something could not be labelled."""
    from redline import project
    from redline.cli import progress, show
    from redline.model import homes, shards
    from redline.model.label import Labeller
    from redline.model.shard import Settings

    source, out = options.paths
    here = project.find_or_none()
    folders = [options.models] if options.models else homes.homes(here)
    settings = Settings(here.root if here else None, tuple(path.resolve() for path in folders), options.model, options.keep, options.fast)
    # Where there is no model, the user sees that before any worker starts.
    Labeller(project.labels(), settings.homes, options.model, fast=options.fast)
    with progress.Words() as words:
        done = shards.label(source, out, settings, _engine(options), resume=options.resume, progress=words)
    left_out = [f"{name}: {why}" for name, why in done.failed.items()]
    if count := done.total("quarantined"):
        left_out.append(f"{out / shards.QUARANTINE}: {show.number(count, 'line')} could not be labelled")
    if count := done.total("left_out"):
        left_out.append(f"{show.number(count, 'span')} with edges that cut a token")
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
