"""Several calls of a graph side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from temporal_pregel.config import width_of


def configs_of(inputs: Sequence[Any], config: Any) -> tuple[list[Any], int | None]:
    """A config for each input, and how many of them may run at once (None: as many as there are). ``config`` is one
    for all, or a list.

    Raises:
        ValueError: another number of configs than of inputs.
    """
    configs = config if isinstance(config, list) else [config] * len(inputs)
    if len(configs) != len(inputs):
        raise ValueError(
            f"A batch takes one config for all of its inputs, or one for each: got {len(configs)} configs for "
            f"{len(inputs)} inputs"
        )
    return configs, width_of(configs[0] or {}) if configs else None


async def abatch(
    call: Callable[[Any, Mapping[str, Any] | None], Awaitable[Any]],
    inputs: Sequence[Any],
    config: Any,
    *,
    return_exceptions: bool,
) -> list[Any]:
    """``call`` for each input, side by side on this event loop; the results in the order of ``inputs``.

    Raises:
        ValueError: another number of configs than of inputs.
        Exception: the first that a call raised, unless they are to be returned.
    """
    import asyncio

    configs, width = configs_of(inputs, config)
    gate = asyncio.Semaphore(width or max(len(inputs), 1))

    async def one(given: Any, its: Any) -> Any:
        async with gate:
            return await call(given, its)

    pairs = list(zip(inputs, configs, strict=True))
    return list(await asyncio.gather(*(one(*pair) for pair in pairs), return_exceptions=return_exceptions))
