"""Threads for nodes that are plain functions, which may block.

They are daemons, so that a node that never returns does not keep a process that was told to stop; and they are used
again, because to start one the event loop has to wait until the system has really done so, a millisecond for each of a
hundred tasks that come at once.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from temporalio.exceptions import CancelledError

T = TypeVar("T")

IDLE: Final = 60.0
"""Seconds after which a thread without work ends."""


async def in_thread(work: Callable[[], T]) -> T:
    """``work()`` on a thread, with this context's variables; cancelled when this is.

    Raises:
        BaseException: what it raised; what would end the process (SystemExit) as a RuntimeError.
    """
    context = copy_context()
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: Any, error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = context.run(_tamed, work)
        except BaseException as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(tell, result, error)
        except RuntimeError:  # the loop was closed while the node ran: nobody waits any more
            return

    job = THREADS.start(run)
    try:
        return await done
    except asyncio.CancelledError:
        job.interrupt()
        raise


def _tamed(work: Callable[[], T]) -> T:
    try:
        return work()
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        raise RuntimeError(f"The node raised {type(error).__name__}({error})") from error
    except StopIteration as error:
        raise RuntimeError(f"The node raised StopIteration({error.value!r})") from error


class Job:
    """Work that a thread has been given."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._over = False
        self.interrupted = False

    def do(self) -> None:
        """Do it, unless nobody wants it any more."""
        with self._lock:
            if self.interrupted:
                return
            self._thread = threading.get_ident()
        try:
            self._work()
        finally:
            with self._lock:
                self._over = True

    def interrupt(self) -> None:
        """Raise CancelledError in it, as the SDK does in its own activities: at its next line of Python."""
        with self._lock:
            if not self._over:
                self.interrupted = True
                if self._thread is not None:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self._thread), ctypes.py_object(CancelledError)
                    )


class Threads:
    """As many threads as there is work at once. Any thread may ask for one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Job]] = []
        """Where threads without work wait for some, the latest last."""

    def start(self, work: Callable[[], None]) -> Job:
        """Begin ``work`` on a thread of its own; it must not raise."""
        job = Job(work)
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            inbox.put(job)
            threading.Thread(target=self._serve, args=(inbox,), name="temporal_pregel-node", daemon=True).start()
        else:
            inbox.put(job)
        return job

    def _serve(self, inbox: SimpleQueue[Job]) -> None:
        while (job := self._next(inbox)) is not None:
            try:
                job.do()
            except CancelledError:  # came when the work was just over
                return
            if job.interrupted:
                return  # the exception may still be on its way
            del job
            with self._lock:
                self._idle.append(inbox)

    def _next(self, inbox: SimpleQueue[Job]) -> Job | None:
        while True:
            try:
                return inbox.get(timeout=IDLE)
            except Empty:
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return None
                # Somebody has taken it out already: the work is on its way.


THREADS: Final = Threads()
"""This process's."""
