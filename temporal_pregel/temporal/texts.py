"""Texts of values on the workflow's side: made once per change, inline where small, by reference where large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from temporal_pregel.core.state import State
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.wire.limits import DEFAULT, digest, size_of
from temporal_pregel.wire.v1.value_pb2 import Reference, Value

SMALL = 128
"""Bytes up to which a value is inline whatever else there is: a reference would hardly be shorter."""


@dataclass(frozen=True)
class Text:
    """JSON text of a value."""

    text: str

    @cached_property
    def size(self) -> int:
        """Bytes of UTF-8."""
        return size_of(self.text)

    @cached_property
    def digest(self) -> str:
        """By which it is referred to."""
        return digest(self.text)

    @property
    def inline(self) -> Value:
        """The value itself."""
        return Value(json=self.text)

    @property
    def reference(self) -> Value:
        """Where to find it."""
        return Value(ref=Reference(digest=self.digest, size=self.size))


class Shelf:
    """Texts of the cells of one state. A cell that no superstep has changed is not written again."""

    def __init__(self, graph: ServedGraph) -> None:
        self._graph = graph
        self._texts: dict[str, tuple[int, Text]] = {}

    def cell(self, state: State, channel: str) -> Text:
        """The text of what a channel holds.

        Raises:
            UnserializableValue: a reducer made something that can't be written; the path names the channel.
        """
        version = state.versions.get(channel, 0)
        held = self._texts.get(channel)
        if held is None or held[0] != version:
            text = self._graph.cell_codec(channel).encode(state.cells[channel], channel)
            held = self._texts[channel] = version, Text(text)
        return held[1]


def fitted(texts: Mapping[str, Text], budget: int = DEFAULT.inline) -> dict[str, bool]:
    """For each of ``texts``, in their order, whether it goes inline: the smallest ones do, up to ``budget`` bytes."""
    if sum(text.size for text in texts.values()) <= budget:
        return dict.fromkeys(texts, True)
    inline: set[str] = set()
    for key in sorted(texts, key=lambda key: (texts[key].size, key)):
        size = texts[key].size
        if size <= SMALL or size <= budget:
            inline.add(key)
            budget -= size
    return {key: key in inline for key in texts}


def echo_of(graph: ServedGraph, nested: bool, channels: Iterable[str], digest_of: Callable[[str], str]) -> str:
    """What an outcome says of the state that its task read, so that a replay can compare.

    Only of channels that a user's function has folded; inside subgraphs of all, because these take values over from the
    graph around them.
    """
    return " ".join(f"{key}={digest_of(key)[:8]}" for key in channels if nested or graph.folds_by_user_code(key))


def differing(mine: str, theirs: str) -> list[str]:
    """The channels of which two echoes say different things. What only one of them names is not compared."""
    said = dict(part.rsplit("=", 1) for part in mine.split())
    return [key for key, value in (part.rsplit("=", 1) for part in theirs.split()) if said.get(key, value) != value]


def text_of(value: Any) -> str:
    """The JSON text of a Value that is inline; ``null`` where none was given."""
    return value.json or "null"
