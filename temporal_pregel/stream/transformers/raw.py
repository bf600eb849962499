"""Projections that show the payloads of one stream mode, of their own graph only."""

from __future__ import annotations

from typing import Any, ClassVar

from temporal_pregel.stream._types import ProtocolEvent, StreamTransformer
from temporal_pregel.stream.stream_channel import StreamChannel


class _Raw(StreamTransformer):
    _native = True
    _mode: ClassVar[str]

    def __init__(self, scope: tuple[str, ...] = ()) -> None:
        super().__init__(scope)
        self._log: StreamChannel[Any] = StreamChannel()

    def __init_subclass__(cls) -> None:
        if "_mode" in vars(cls):
            cls.required_stream_modes = (cls._mode,)

    def init(self) -> dict[str, Any]:
        """One projection, named like the mode."""
        return {self._mode: self._log}

    def process(self, event: ProtocolEvent) -> bool:
        """Take the payloads of the mode in its own scope."""
        if event["method"] == self._mode and tuple(event["params"]["namespace"]) == self.scope:
            self._log.push(event["params"]["data"])
        return True


class ValuesTransformer(_Raw):
    """``run.values``: the state after each superstep. Always there."""

    _mode = "values"


class UpdatesTransformer(_Raw):
    """``run.updates``: what each node wrote, as it ends."""

    _mode = "updates"


class CustomTransformer(_Raw):
    """``run.custom``: what nodes write with their stream writer."""

    _mode = "custom"


class TasksTransformer(_Raw):
    """``run.tasks``: tasks as they begin and end."""

    _mode = "tasks"


class CheckpointsTransformer(_Raw):
    """``run.checkpoints``: checkpoints as they are saved."""

    _mode = "checkpoints"


class DebugTransformer(_Raw):
    """``run.debug``: tasks and checkpoints, with step and time."""

    _mode = "debug"
