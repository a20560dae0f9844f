"""Engines run one function over many jobs in other processes: in a pool on this machine, or on the workers of a Dask cluster.

A killed worker costs no result: the jobs that it may have died of run again, each one alone, and only a job that
kills its worker each time is lost.
"""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from threading import Thread
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from redline.core.errors import RedlineError
from redline.core.extras import needed
from redline.core.files import reason

Job = TypeVar("Job")
Result = TypeVar("Result")
KILLED = "its worker was killed"
TRIES = 2
"""How often a job runs alone: it may not have begun when another one killed its worker."""
TIMEOUT = "10s"
"""How long a Dask scheduler may take to answer."""


class Lost(Struct, frozen=True):
    """What is there of a job instead of its result: why there is none."""

    why: str


class Together(Protocol):
    """Runs a function over jobs in several processes; gives results as they come, in any order.

    Raises the RedlineError that the function raises; any other exception is a `Lost`.
    """

    def __call__(self, work: Callable[[Job], Result], jobs: Sequence[Job], /) -> Iterator[tuple[Job, Result | Lost]]:
        """Each job with its result."""


Engine = AbstractContextManager[Together]


def run(engine: Engine, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Generator[tuple[Job, Result | Lost]]:
    """Each job once with its result, in any order; `work` is a function of a module.

    Jobs that were in a killed worker run again after the others, each one alone. When the generator is closed, the workers end.
    """
    suspects = []
    with engine as together:
        for job, result in together(work, jobs):
            if result == Lost(KILLED):
                suspects.append(job)
            else:
                yield job, result
        for job in suspects:
            yield job, _alone(together, work, job)


def _alone(together: Together, work: Callable[[Job], Result], job: Job) -> Result | Lost:
    result: Result | Lost = Lost(KILLED)
    for _ in range(TRIES):
        if result == Lost(KILLED):
            ((_, result),) = together(work, [job])
    return result


@contextmanager
def local(workers: int) -> Iterator[Together]:
    """Processes of this machine."""
    yield partial(_pooled, workers)


def _pooled(workers: int, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[tuple[Job, Result | Lost]]:
    """Runs jobs in pools: the next pool takes what a broken one has not begun."""
    waiting = deque(jobs)
    while waiting:
        running: dict[Future[Result], Job] = {}
        with ProcessPoolExecutor(min(workers, len(waiting)), multiprocessing.get_context("spawn"), _follow) as pool:
            # No more jobs are handed over than run, so that a killed worker makes only these suspect.
            while _filled(pool, work, waiting, running, workers):
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), _result(future.exception(), future)


def _filled(
    pool: ProcessPoolExecutor, work: Callable[[Job], Result], waiting: deque[Job], running: dict[Future[Result], Job], workers: int
) -> bool:
    """Hands jobs to the free workers of a pool that is not broken; whether any job is running."""
    with suppress(BrokenProcessPool):
        while waiting and len(running) < workers:
            future = pool.submit(work, waiting[0])
            running[future] = waiting.popleft()
    return bool(running)


def _follow() -> None:
    """Ends this worker when its parent ends, however that ends, and without a word when the user interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def end() -> None:
        assert parent
        parent.join()
        os._exit(1)

    Thread(target=end, daemon=True).start()


@contextmanager
def dask(workers: int, scheduler: str | None = None) -> Iterator[Together]:
    """The workers of the Dask cluster with the scheduler at this address, or of a cluster on this machine.

    Raises RedlineError where Dask is not installed or the scheduler does not answer.
    """
    with needed("scale"):
        from dask import config
        from distributed import Client, LocalCluster
    with ExitStack() as opened:
        # The profiler looks at each worker 100 times a second, which takes 5 % of its time.
        opened.enter_context(config.set({"distributed.worker.profile.enabled": False}))
        silent = {"silence_logs": logging.CRITICAL, "dashboard_address": "127.0.0.1:0"}
        cluster = scheduler or opened.enter_context(LocalCluster(n_workers=workers, threads_per_worker=1, **silent))
        try:
            client = opened.enter_context(Client(cluster, timeout=TIMEOUT, set_as_default=False))
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            raise RedlineError(f"{scheduler}: cannot be reached ({why}); needed: the address of a running Dask scheduler") from None
        yield partial(_submitted, client)


def _submitted(client: Any, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[tuple[Job, Result | Lost]]:
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    futures = {client.submit(work, job, pure=False): job for job in jobs}
    for future in as_completed(list(futures), loop=client.loop):
        if future.cancelled():
            raise RedlineError("the Dask scheduler does not answer; needed: a running scheduler, and --resume")
        error = future.exception()
        yield futures.pop(future), Lost(KILLED) if isinstance(error, KilledWorker) else _result(error, future)


def _result(error: BaseException | None, future: Any) -> Any:
    """The result of a future that is done.

    Raises the RedlineError that its job raised.
    """
    if isinstance(error, RedlineError):
        raise error
    if isinstance(error, BrokenProcessPool):
        return Lost(KILLED)
    if error:
        return Lost(f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')[:200]}")
    return future.result()
