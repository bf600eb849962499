"""Map-reduce over a folder: count and rank the words of each text file, and of all of them together.

    python -m examples.digest docs/
    python -m examples.digest docs/ --durable                    on a Temporal server and a worker started for it
    python -m examples.digest docs/ --address 127.0.0.1:7233     by the worker of `make dev`

`deal` hands out the files in waves, as one `Send` each, so that a superstep stays small however large the folder is;
`count` reads one file; reducers put together what the files of a wave gave; `rank` makes the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import codecs
import operator
import os
import re
import stat
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TextIO, TypedDict

from examples import running
from temporal_pregel import END, START, Send, StateGraph

WAVE = 100
"""Files that are counted in one superstep."""
KEPT = 100
"""Ranked words of a file that go into the count of all: with all its rare words the state would outgrow the texts."""
SHOWN = 10
CHUNK = 1 << 20
"""Bytes read at once."""
MOST = 64 << 20
"""Bytes of a file that are read at all."""
WORD = re.compile(r"[^\W\d_]{4,}")
"""Letters of any script; shorter words say little about a text."""
LONGEST_CARRY = 1_000
"""Characters kept from one chunk to the next: no word is longer."""


class Folder(TypedDict):
    folder: str


class Ranked(TypedDict):
    word: str
    count: int


class Read(TypedDict, total=False):
    """What became of one file. `remark`: why it was not read, or not in full."""

    file: str
    words: int
    top: list[str]
    remark: str


class Digest(TypedDict):
    words: int
    top: list[Ranked]
    read: list[Read]


class Item(TypedDict):
    folder: str
    file: str


def add_counts(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    """The sum of two counts. Neither is changed: a reducer has to be pure."""
    return {**left, **{word: left.get(word, 0) + count for word, count in right.items()}}


class State(Folder, Digest):
    files: list[str]
    total: int
    done: Annotated[int, operator.add]
    wave: list[str]
    dealt: int
    counts: Annotated[dict[str, int], add_counts]
    read: Annotated[list[Read], operator.add]


def find(state: Folder) -> dict[str, Any]:
    """The folder's files by name; hidden ones and what is no plain file are left out.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    folder = Path(state["folder"])
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder on the machine where this node runs; give the path of one.")
    files, remarks = [], []
    for name in sorted(plain_files(folder)):
        try:
            name.encode()
        except UnicodeEncodeError:  # the bytes of its name are no text, and nothing else can be sent or shown
            remarks.append(Read(file=ascii(name), words=0, top=[], remark="a name that is no text"))
        else:
            files.append(name)
    return {"files": files, "total": len(files) + len(remarks), "done": len(remarks), "read": remarks}


def plain_files(folder: Path) -> Iterator[str]:
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and is_plain(path):
                yield path.relative_to(folder).as_posix()


def is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)  # opening a pipe would wait for somebody to write
    except OSError:
        return True  # `count` says what is wrong with it


class Dealt(TypedDict, total=False):
    files: list[str]
    dealt: int


def deal(state: Dealt) -> dict[str, Any]:
    wave = state["files"][state.get("dealt", 0) :][:WAVE]
    return {"wave": wave, "dealt": state.get("dealt", 0) + len(wave)}


def hand_out(state: State) -> list[Send] | str:
    return [Send("count", Item(folder=state["folder"], file=file)) for file in state["wave"]] or "rank"


def count(item: Item) -> dict[str, Any]:
    """One file: its most frequent words, and how often each stands there."""
    try:
        with Path(item["folder"], item["file"]).open("rb") as source:
            counts, remark = count_words(source)
    except OSError as error:
        counts, remark = Counter(), error.strerror or type(error).__name__
    top = ranked(counts)[:KEPT]
    read = Read(file=item["file"], words=counts.total(), top=[word for word, _ in top[:3]])
    if remark:
        read["remark"] = remark
    return {"counts": dict(top), "read": [read], "done": 1}


def count_words(source: BinaryIO) -> tuple[Counter[str], str]:
    """The words of a file, and a remark on it where there is something to say."""
    counts: Counter[str] = Counter()
    chunk = source.read(CHUNK)
    if not chunk:
        return counts, "empty"
    encoding = encoding_of(chunk)
    if encoding is None:
        return counts, "binary"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    size, carry, damaged = 0, "", False
    while chunk and size < MOST:
        size += len(chunk)
        fresh = decoder.decode(chunk)
        damaged = damaged or "\N{REPLACEMENT CHARACTER}" in fresh
        text = carry + fresh
        end = len(text)
        while end and len(text) - end < LONGEST_CARRY and text[end - 1].isalpha():
            end -= 1  # a word may go on in the next chunk
        counts.update(word.lower() for word in WORD.findall(text[:end]))
        carry = text[end:]
        chunk = source.read(CHUNK)
    counts.update(word.lower() for word in WORD.findall(carry))
    if chunk:
        return counts, f"only the first {MOST >> 20} MB"
    return counts, "undecodable in places" if damaged else ""


def encoding_of(start: bytes) -> str | None:
    """The encoding of a text that begins so; None for what is no text."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None if b"\0" in start else "utf-8-sig"


def ranked(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The most frequent first; of equals the first in the alphabet, so that every run gives the same order."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def rank(state: State) -> dict[str, Any]:
    top = [Ranked(word=word, count=count) for word, count in ranked(state["counts"])[:SHOWN]]
    return {"words": sum(read["words"] for read in state["read"]), "top": top}


builder = StateGraph(State, input_schema=Folder, output_schema=Digest)
builder.add_node(find)
builder.add_node(deal)
builder.add_node(count, input_schema=Item)
builder.add_node(rank)
builder.add_edge(START, "find")
builder.add_edge("find", "deal")
builder.add_conditional_edges("deal", hand_out, ["count", "rank"])
builder.add_edge("count", "deal")
builder.add_edge("rank", END)
app = builder.compile(name="digest")


class Progress:
    """How many files are done: a bar on a terminal, else a line at each tenth."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._start = time.monotonic()
        self._shown = -1

    def show(self, done: int, total: int) -> None:
        terminal = self._out.isatty()
        part = done * (40 if terminal else 10) // max(total, 1)
        if part == self._shown and not (terminal and done == total):
            return
        self._shown = part
        text = f"{done} of {total} files, {time.monotonic() - self._start:.1f} s"
        if terminal:
            text = f"\r[{'#' * part}{'.' * (40 - part)}] {text}"
        print(text, end="\n" if not terminal or done == total else "", file=self._out, flush=True)


async def in_this_process(graph: Any, given: Folder) -> AsyncIterator[tuple[int, int, Any]]:
    """Files done and files in all, as they change; with the last ones the graph's output."""
    done = total = 0
    result = None
    async for mode, part in graph.astream(given, stream_mode=["updates", "values"]):
        if mode == "values":
            result = part
            continue
        for update in part.values():
            total = update.get("total", total)
            done += update.get("done", 0)
        yield done, total, None
    yield total, total, result


async def on_temporal(graph: Any, given: Folder) -> AsyncIterator[tuple[int, int, Any]]:
    """The same, asked of the run while workers work."""
    from temporalio.service import RPCError

    thread = running.new_thread(graph)
    run = graph.client.get_workflow_handle(thread["configurable"]["thread_id"])
    work = asyncio.ensure_future(graph.ainvoke(given, thread))
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=0.2)
            try:
                values = (await run.query("state"))["values"]
            except RPCError:
                continue  # not started yet, or no worker there just now
            yield values.get("done", 0), values.get("total", 0), None
        result = await work
        yield len(result["read"]), len(result["read"]), result
    finally:
        work.cancel()


async def digest(graph: Any, folder: str, progress: Progress) -> Any:
    """The graph's output for a folder."""
    given = Folder(folder=os.path.abspath(folder))  # the worker may have another current folder
    follow = in_this_process if graph is app else on_temporal
    async for done, total, result in follow(graph, given):
        if total:
            progress.show(done, total)
        if result is not None:
            return result
    raise RuntimeError("The graph ended without an output.")


def report(result: Digest) -> Iterator[str]:
    """The answer for a reader, in lines."""
    remarks = Counter(read["remark"] for read in result["read"] if "remark" in read)
    yield f"{len(result['read'])} files, {result['words']:,} words" + "".join(
        f", {number} {remark}" for remark, number in sorted(remarks.items())
    )
    yield "together    " + ", ".join(f"{each['word']} {each['count']}" for each in result["top"])
    width = min(max((len(read["file"]) for read in result["read"]), default=0), 50)
    for read in sorted(result["read"], key=lambda read: -read["words"])[:SHOWN]:
        yield f"{read['words']:>9,}   {read['file']:<{width}}  {', '.join(read['top']) or read.get('remark', '')}"


def arguments(words: list[str] | None) -> argparse.Namespace:
    line = running.parser(__doc__)
    line.add_argument("folder", help="a folder of text files")
    return line.parse_args(words)


def main(words: list[str] | None = None) -> None:
    chosen = arguments(words)
    if not os.path.isdir(chosen.folder):
        sys.exit(f"{chosen.folder} is no folder.")
    result = running.run(app, chosen, lambda graph: digest(graph, chosen.folder, Progress()))
    print("\n".join(report(result)))


if __name__ == "__main__":
    main()
