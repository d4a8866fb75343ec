"""The extraction pool: processes that may hang, crash or swell without hurting a run."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool
from pydantic import InstanceOf

from dedup.marks import Marks
from dedup.shingles import Shingles
from flows.garbage import collect_seldom
from schemas.article import Article
from schemas.document import Document
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from schemas.settings import ExtractSettings
from schemas.verdict import Fingerprint

log = logging.getLogger(__name__)

#: Pages waiting or worked on at once, for each worker: enough to keep it busy, and few
#: enough that their bytes (each at most fetch.max_bytes) stay few.
_AHEAD = 10
#: Parsers leak and caches grow: a worker is replaced after so many pages.
_PAGES_PER_WORKER = 1000
#: Address space of a worker, bytes: a page that wants more gets a MemoryError, and the
#: machine does not swap. Ten times what a large page needs.
_WORKER_MEMORY = 3 << 30
#: What the process that workers are forked from loads: they start at once with everything
#: imported and read, and inherit no threads and no locks of the run's own process.
_READY, _READY_FOR_MANY = "flows.ready", "flows.ready_for_many"
_NO_WORKERS = (
    "no process can be started to extract pages; see what was said above, and whether memory, "
    "processes (ulimit) and temporary space (TMPDIR) suffice"
)


class NoWorkersError(OSError):
    """No process can be started that extracts: memory, processes or temporary space are out."""


class Extraction(Frozen):
    """What a worker made of one document; the document comes back without its bytes.

    `seconds` is the CPU time that it took, 0 where its worker did not live to say.
    """

    document: Document
    size: int
    result: Article | Rejection
    fingerprint: Fingerprint | None = None
    shingles: InstanceOf[Shingles] | None = None
    seconds: float = 0.0


_Made = tuple[Article | Rejection, Marks | None]
Work = Callable[[Document], _Made]


def extract_one(document: Document, rules: Path | None = None) -> _Made:
    """A document's article and its marks; runs in a worker.

    `rules` is a folder with publisher rules of the user's own.
    """
    # loading the extractors takes a second, and the run's own process has no use for them
    from flows.extraction import read_article  # noqa: PLC0415

    return read_article(document, rules)


class _Failure(Frozen):
    """What a worker raised, in words: not every exception survives the way between processes."""

    error: str
    traceback: str


def prepare_workers(*, many: bool = False) -> None:
    """Starts the process that workers are forked from, and does not wait for it.

    The earlier it is called, the sooner the first page is extracted. With `many` pages
    ahead it loads more, which costs it a second and saves each worker as much. Where it
    runs already, nothing happens.
    """
    forkserver.set_forkserver_preload([_READY_FOR_MANY if many else _READY])
    # it inherits what is blocked: a Ctrl-C before it has learned to ignore that would show as
    # its traceback; one for us waits until then
    resource_tracker.ensure_running()  # which it would begin, and unblock what we blocked
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def extract_all(
    documents: Iterable[Document | None], settings: ExtractSettings, *, work: Work = extract_one
) -> Generator[Extraction | None]:
    """The extractions of documents in their order, a few at a time in each worker.

    None among the documents says that there is none for the moment: it comes back after
    what is done by then.
    A page that takes longer than `settings.timeout` seconds, or that kills its worker, is a
    rejection like any other. `work` runs in the workers and must be importable there. Raises
    NoWorkersError where no worker can be started.
    """
    workers = settings.workers or os.cpu_count() or 1
    # only for a pool that nothing was prepared for: it has no effect once the server runs
    forkserver.set_forkserver_preload([_READY])
    pool = ProcessPool(
        max_workers=workers,
        max_tasks=_PAGES_PER_WORKER,
        initializer=_prepare_worker,
        context=multiprocessing.get_context("forkserver"),
    )
    waiting: deque[tuple[Document, Future[Any]]] = deque()
    try:
        for document in documents:
            if document is None:
                while waiting and waiting[0][1].done():
                    yield _outcome(*waiting.popleft(), settings.timeout)
                yield None
                continue
            try:
                future = pool.schedule(_attempt, args=[work, document], timeout=settings.timeout)
            except BrokenProcessPool as error:
                raise NoWorkersError(_NO_WORKERS) from error
            waiting.append((document, future))
            if len(waiting) >= workers * _AHEAD:
                yield _outcome(*waiting.popleft(), settings.timeout)
        while waiting:
            yield _outcome(*waiting.popleft(), settings.timeout)
    finally:
        # nothing is waited for that nobody will read
        pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it bare
        pool.join()


def _prepare_worker() -> None:
    # Ctrl-C reaches the whole group of processes; the run itself ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in (_WORKER_MEMORY, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    collect_seldom()


def _attempt(work: Work, document: Document) -> tuple[_Made | _Failure, float]:
    started = time.thread_time()
    return _try(work, document), time.thread_time() - started


def _try(work: Work, document: Document) -> _Made | _Failure:
    try:
        return work(document)
    except BaseException as error:  # noqa: BLE001 - the boundary of one page: not even an
        # exit that a parser asks for may travel to the run and end it
        return _Failure(error=repr(error), traceback=traceback.format_exc())


def _outcome(document: Document, future: Future[Any], timeout: float) -> Extraction:
    marks: Marks | None = None
    result: Article | Rejection
    seconds = 0.0
    try:
        made, seconds = future.result()
        if isinstance(made, _Failure):
            log.warning("extraction of %s failed\n%s", document.requested_url, made.traceback)
            result = document.refuse(Reason.CRASHED, f"extraction failed: {made.error}")
        else:
            result, marks = made
    except FutureTimeoutError:
        detail = f"extraction took longer than {timeout:g} seconds (extract.timeout)"
        result = document.refuse(Reason.TIMED_OUT, detail)
    except ProcessExpired as error:
        detail = f"extraction killed its process (exit code {error.exitcode})"
        result = document.refuse(Reason.CRASHED, detail)
    except Exception as error:  # a result that cannot be sent, for one
        log.warning("extraction of %s failed", document.requested_url, exc_info=error)
        result = document.refuse(Reason.CRASHED, f"extraction failed: {error!r}")
    if isinstance(result, Rejection):
        # the discovered address has this fate, whatever the page says of itself
        result = result.model_copy(update={"url": document.requested_url})
    return Extraction(
        document=document.model_copy(update={"content": b""}),
        size=len(document.content),
        result=result,
        fingerprint=marks.fingerprint if marks else None,
        shingles=marks.shingles if marks else None,
        seconds=seconds,
    )
