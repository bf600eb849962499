"""The server settings that decide how fast a superstep is, in one place.

The development server gets them as flags; the compose file's dynamic-config file holds the same keys (a test compares).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

Setting: TypeAlias = "bool | int | float | str"

SERVER_SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType(
    {
        # A stock server hands out the tasks of one history shard at most 20 times a second: 100 ms a superstep.
        "history.transferProcessorMaxPollRPS": 2000,
        # The same limit for timers, and how late one may be: on a stock server a retry or a sleep takes a second.
        "history.timerProcessorMaxPollRPS": 2000,
        "history.timerProcessorMaxTimeShift": "10ms",
        # An activity for the worker that scheduled it goes back with the answer instead of through the queue.
        "system.enableActivityEagerExecution": True,
        # With the default of four partitions and few pollers, a task can wait 2 s on one that nobody polls.
        "matching.numTaskqueueReadPartitions": 1,
        "matching.numTaskqueueWritePartitions": 1,
    }
)
