"""Engines: every job comes back once, whatever becomes of the workers."""

import os
import signal
import socket
import sys
import warnings
from contextlib import suppress
from pathlib import Path

import pytest

from redline.core.errors import RedlineError
from redline.model import engines
from redline.model.engines import KILLED, Lost

Job = tuple[str, Path]


def work(job: Job) -> str:
    """The name of the job in capitals, from another process; some jobs kill it, or raise."""
    name, folder = job
    if name == "dies once" and not (folder / "died").exists():
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "dies always":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "raises":
        raise KeyError("a model has no such key")
    if name == "ends the run":
        raise RedlineError("the disk is full")
    return name.upper()


def profiled(_: Job) -> bool:
    """Whether Dask's profiler interrupts the worker."""
    from dask import config

    return bool(config.get("distributed.worker.profile.enabled"))


def test_a_killed_worker_of_a_pool_costs_no_result_and_no_job_comes_back_twice(tmp_path: Path) -> None:
    jobs = [(job, tmp_path) for job in ("a", "dies once", "b", "dies always", "raises", "c")]
    results = [(job, result) for (job, _), result in engines.run(engines.local(2), work, jobs)]
    assert sorted(results, key=lambda pair: pair[0]) == [
        ("a", "A"),
        ("b", "B"),
        ("c", "C"),
        ("dies always", Lost(KILLED)),
        ("dies once", "DIES ONCE"),
        ("raises", Lost("KeyError: 'a model has no such key'")),
    ]


def test_a_killed_worker_of_dask_costs_no_result(tmp_path: Path) -> None:
    """A job that killed one worker is suspect at once here, where Dask would try it three times more."""
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    jobs = [(job, tmp_path) for job in ("a", "dies once", "raises")]
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        results = {job: result for (job, _), result in engines.run(engines.dask(1), work, jobs)}
    assert results == {"a": "A", "dies once": "DIES ONCE", "raises": Lost("KeyError: 'a model has no such key'")}


def test_a_cluster_on_this_machine_needs_no_certain_port_and_is_not_profiled(tmp_path: Path) -> None:
    """8787 is the port of Dask's pages, which another cluster may have."""
    pytest.importorskip("distributed")
    with socket.socket() as other, warnings.catch_warnings():
        with suppress(OSError):
            other.bind(("127.0.0.1", 8787))
            other.listen()
        warnings.simplefilter("error", UserWarning)
        with engines.dask(1) as together:
            assert list(together(work, [("a", tmp_path)])) == [(("a", tmp_path), "A")]
            assert list(together(profiled, [("a", tmp_path)])) == [(("a", tmp_path), False)]


def test_an_error_of_the_world_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RedlineError, match="the disk is full"):
        list(engines.run(engines.local(1), work, [("a", tmp_path), ("ends the run", tmp_path)]))


def test_dask_is_asked_for_by_the_name_of_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RedlineError, match=r"`distributed` is not installed; needed: pip install 'redline\[scale\]'"):
        list(engines.run(engines.dask(1), work, []))
    assert list(engines.run(engines.local(1), work, [])) == []
