"""The bookkeeping of values that are asked of a run: who waits for what, and what happens when they stop waiting."""

from __future__ import annotations

import asyncio

import pytest

from temporal_pregel.temporal.fetching import Fetcher, Forgotten, obtained
from temporal_pregel.wire.v1.value_pb2 import Piece, Pieces
from tests.temporal.graphs import soon


class Run:
    """Has some texts, gives them in pieces of four bytes, and notes what it was asked."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.asked: list[list[str]] = []
        self.idle = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, wanted: Pieces) -> Pieces:
        self.asked.append([piece.digest for piece in wanted.pieces])
        await self.gate.wait()
        found = Pieces()
        for piece in wanted.pieces:
            data = self.texts.get(piece.digest, "").encode()
            part = data[piece.offset : piece.offset + 4]
            found.pieces.append(Piece(digest=piece.digest, offset=piece.offset, size=len(data), data=part))
        return found

    def fetcher(self) -> Fetcher:
        def rests() -> None:
            self.idle += 1

        return Fetcher(self.answer, rests)


async def test_all_that_is_wanted_at_once_is_one_question():
    run = Run(a="1234", b="5678")
    fetcher = run.fetcher()
    found = await asyncio.gather(*(fetcher.obtain(key) for key in "abaab"))
    assert found == ["1234", "5678", "1234", "1234", "5678"]
    assert (run.asked, run.idle) == ([["a", "b"]], 1)


async def test_long_texts_come_in_pieces_that_may_cut_a_character():
    run = Run(long="aääää", short="x")
    assert await obtained(run.fetcher(), ["long", "short", "long"]) == {"long": "aääää", "short": "x"}
    assert run.asked == [["long", "short"], ["long"], ["long"]]


async def test_what_comes_while_a_question_is_under_way_is_in_the_next():
    run = Run(a="1", b="2", c="3")
    run.gate.clear()
    fetcher = run.fetcher()
    tasks = [asyncio.ensure_future(fetcher.obtain("a"))]
    await soon(lambda: bool(run.asked))
    tasks += [asyncio.ensure_future(fetcher.obtain(key)) for key in "bca"]
    await asyncio.sleep(0)
    run.gate.set()
    assert await asyncio.gather(*tasks) == ["1", "2", "3", "1"]
    assert run.asked == [["a"], ["b", "c"]]


async def test_what_the_run_keeps_no_more_is_told_to_who_wants_it_and_to_nobody_else():
    run = Run(a="1")
    fetcher = run.fetcher()
    kept, gone = await asyncio.gather(fetcher.obtain("a"), fetcher.obtain("gone"), return_exceptions=True)
    assert kept == "1"
    assert isinstance(gone, Forgotten)


async def test_who_stops_waiting_takes_nothing_from_the_others():
    run = Run(a="1")
    run.gate.clear()
    fetcher = run.fetcher()
    first, second = asyncio.ensure_future(fetcher.obtain("a")), asyncio.ensure_future(fetcher.obtain("a"))
    await soon(lambda: bool(run.asked))
    first.cancel()
    await asyncio.sleep(0)
    run.gate.set()
    assert await second == "1"


async def test_nobody_is_asked_when_nobody_waits_and_it_can_be_asked_again():
    run = Run(a="1")
    run.gate.clear()
    fetcher = run.fetcher()
    first = asyncio.ensure_future(fetcher.obtain("a"))
    await soon(lambda: bool(run.asked))
    first.cancel()
    await asyncio.sleep(0)
    assert run.idle == 1
    run.gate.set()
    assert await fetcher.obtain("a") == "1"
    assert len(run.asked) == 2


async def test_a_failure_is_told_to_all_who_wait():
    async def fails(wanted: Pieces) -> Pieces:
        raise ConnectionError("no way")

    fetcher = Fetcher(fails)
    found = await asyncio.gather(fetcher.obtain("a"), fetcher.obtain("b"), return_exceptions=True)
    assert [str(error) for error in found] == ["no way", "no way"]


async def test_an_answer_with_nothing_in_it_is_a_failure():
    async def empty(wanted: Pieces) -> Pieces:
        return Pieces()

    with pytest.raises(RuntimeError, match="gave nothing"):
        await Fetcher(empty).obtain("a")
