"""What somebody said to a run while it waited: the query `events`.

All else that a reader of a run has to know is in its history: the input, the plan, what tasks wrote. Answers are there
too, but which question an answer belongs to is known only to the run, which remembers it: no more than the answers
themselves, so a run that nobody asks anything keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from temporal_pregel.temporal.names import RUNNING
from temporal_pregel.temporal.texts import Text
from temporal_pregel.temporal.views import referable
from temporal_pregel.wire.envelope import from_text, to_text
from temporal_pregel.wire.v1.run_pb2 import Event, EventPage, RunOptions, TurnRequest

if TYPE_CHECKING:
    from temporal_pregel.temporal.catalog import ServedGraph
    from temporal_pregel.temporal.run import GraphRun

RESUME: Final = "resume"
"""It went on with answers, by interrupt id."""
AGAIN: Final = "again"
"""The same, and tasks whose questions are still open ask them once more."""
UPDATE: Final = "update"
"""A Command updated the state, or said where to go."""
TERMS: Final = "options"
"""Whoever lets it go on has said under which options."""
LOST: Final = "lost"
"""It has forgotten what nothing keeps."""
TURN: Final = "turn"
"""It was given another input in place of answers."""

MESSAGES: Final[Mapping[str, type[Any]]] = {TERMS: RunOptions, TURN: TurnRequest}

PAGE: Final = 1_000
"""Events in one answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was said: answers by interrupt id, a Command, RunOptions, a TurnRequest; None of what was lost."""

    kind: str
    value: Any


def events(run: GraphRun, offset: int) -> str:
    """The answer to `events`: an EventPage from ``offset`` on; ``done`` where the run rests, so that none follows until
    somebody says something."""
    total = len(run.told)
    offset = min(max(offset, 0), total)
    said = run.told[offset : offset + PAGE]
    page = EventPage(next_offset=offset + len(said), done=run.status != RUNNING and offset + len(said) == total)
    if said:
        assert run.graph is not None
        texts = {str(place): Text(_text(run.graph, each)) for place, each in enumerate(said, offset)}
        for (key, value), each in zip(referable(run, texts).items(), said, strict=True):
            page.events.append(Event(offset=int(key), mode=each.kind, data=value))
    return to_text(page)


def _text(graph: ServedGraph, said: Told) -> str:
    return to_text(said.value) if said.kind in MESSAGES else graph.any.encode(said.value, said.kind)


def told_by(graph: ServedGraph, event: Event, text: str) -> Told:
    """What an event says, whose data has the JSON ``text``."""
    message = MESSAGES.get(event.mode)
    return Told(event.mode, graph.any.decode(text) if message is None else from_text(text, message))
