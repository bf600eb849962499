"""A projection that is read like an iterator."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sized
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from temporal_pregel.stream.mux import StreamMux

T = TypeVar("T")


class StreamChannel(Generic[T]):
    """Takes items from a transformer and gives them to one reader, who drives the run by asking for more.

    What nobody reads is not kept: items count from the moment when somebody starts to read, and are gone once read.
    With a ``name``, each item also goes to the run's events, as ``custom:<name>``. ``maxlen`` is taken for
    LangGraph's sake; the reader's pace bounds what waits here.

    Raises:
        ValueError: ``maxlen`` is below 1.
    """

    def __init__(self, name: str | None = None, *, maxlen: int | None = None) -> None:
        if maxlen is not None and maxlen < 1:
            raise ValueError(f"maxlen of a StreamChannel is a positive int or None, not {maxlen}")
        self.name = name
        self._items: deque[tuple[int, T]] = deque()
        self._closed = False
        self._error: BaseException | None = None
        self._subscribed = False
        self._is_async: bool | None = None
        self._mux: StreamMux | None = None
        self._wire_fn: Callable[[T], None] | None = None
        self._request_more: Callable[[], bool] | None = None
        self._arequest_more: Callable[[], Awaitable[bool]] | None = None

    # For whoever owns it

    def push(self, item: T) -> None:
        """Add an item.

        Raises:
            RuntimeError: it is closed.
        """
        if self._closed:
            raise RuntimeError("Cannot push to a closed StreamChannel")
        if self._subscribed:
            self._items.append((0 if self._mux is None else self._mux.stamp(), item))
        if self._wire_fn is not None:
            self._wire_fn(item)

    def close(self) -> None:
        """No more items come."""
        self._closed = True

    def fail(self, err: BaseException) -> None:
        """No more items come, and readers get ``err`` after the ones that have come."""
        if not self._closed:
            self._closed = True
            self._error = err

    # For the mux

    def _bind(self, *, is_async: bool) -> None:
        if self._is_async is not None:
            raise RuntimeError("This StreamChannel is already bound: make one for each transformer")
        self._is_async = is_async

    def _bind_mux(self, mux: StreamMux) -> None:
        self._mux = mux

    def _wire(self, fn: Callable[[T], None]) -> None:
        self._wire_fn = fn

    # For its reader

    def _subscribe(self, *, is_async: bool) -> None:
        if self._is_async is None:
            raise TypeError("This StreamChannel has not been bound: it has to be in what a transformer's init returns")
        if self._is_async is not is_async:
            mode, how = ("async", "async for") if self._is_async else ("sync", "for")
            raise TypeError(f"This StreamChannel is bound to {mode} mode: read it with `{how}`")
        if self._subscribed:
            raise RuntimeError("This StreamChannel already has a subscriber: use .tee(n) or .atee(n) for several")
        self._subscribed = True

    def _release(self) -> None:
        self._subscribed = False
        self._items.clear()

    def __iter__(self) -> Iterator[T]:
        self._subscribe(is_async=False)
        return self._read()

    def __aiter__(self) -> AsyncIterator[T]:
        self._subscribe(is_async=True)
        return self._aread()

    def _read(self) -> Iterator[T]:
        while self._more():
            yield self._items.popleft()[1]

    def _more(self) -> bool:
        """Drive the run until an item is here; whether there is one."""
        while not self._items:
            if not self._closed and self._request_more is not None and self._request_more():
                continue
            if self._items:
                break
            if self._error is not None:
                raise self._error
            return False
        return True

    async def _aread(self) -> AsyncIterator[T]:
        while await self._amore():
            yield self._items.popleft()[1]

    async def _amore(self, got: Sized = ()) -> bool:
        """`_more`; also done when another reader has put something into ``got`` meanwhile."""
        while not self._items and not got:
            if not self._closed and self._arequest_more is not None and await self._arequest_more():
                continue
            if self._items or got:
                break
            if self._error is not None:
                raise self._error
            return False
        return True

    def tee(self, n: int = 2) -> tuple[Iterator[T], ...]:
        """``n`` independent readers. What the slowest has not read yet is kept.

        Raises:
            ValueError: ``n`` is below 1.
        """
        queues: list[deque[T]] = _queues(n)
        self._subscribe(is_async=False)

        def read(mine: deque[T]) -> Iterator[T]:
            while mine or self._more():
                if not mine:
                    _share(self._items, queues)
                yield mine.popleft()

        return tuple(map(read, queues))

    def atee(self, n: int = 2) -> tuple[AsyncIterator[T], ...]:
        """`tee` in async runs."""
        queues: list[deque[T]] = _queues(n)
        self._subscribe(is_async=True)

        async def read(mine: deque[T]) -> AsyncIterator[T]:
            while mine or await self._amore(mine):
                if not mine:
                    _share(self._items, queues)
                yield mine.popleft()

        return tuple(map(read, queues))


def _queues(n: int) -> list[deque[Any]]:
    if n < 1:
        raise ValueError(f"tee() makes 1 or more readers, not {n}")
    return [deque() for _ in range(n)]


def _share(items: deque[tuple[int, T]], queues: list[deque[T]]) -> None:
    while items:
        _, item = items.popleft()
        for queue in queues:
            queue.append(item)
