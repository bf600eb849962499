"""A pair of functions as one of LangChain's runnables, given by name what a node would be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, run_in_executor

from temporal_pregel.constants import CONFIG_KEY_RUNTIME
from temporal_pregel.graph.drawing import NODE_KIND
from temporal_pregel.nodes.calls import INJECTED, is_async
from temporal_pregel.nodes.context import current
from temporal_pregel.runtime import DEFAULT_RUNTIME

FROM_RUNTIME: Mapping[str, Callable[[Any], Any]] = {
    "runtime": lambda runtime: runtime,
    "writer": lambda runtime: runtime.stream_writer,
    "store": lambda runtime: runtime.store,
    "previous": lambda runtime: runtime.previous,
}
"""Parameter name -> what it gets."""


class RunnableCallable(Runnable[Any, Any]):
    """Calls ``func``, in async runs ``afunc`` if there is one.

    Their parameters ``config``, ``runtime``, ``writer``, ``store`` and ``previous`` get those of the node that is
    running. ``trace``: handlers are told of it. ``recurse``: a runnable that it returns is run, too.
    ``explode_args``: the input is a pair of positional and named arguments.
    """

    def __init__(
        self,
        func: Callable[..., Any] | None,
        afunc: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
        tags: list[str] | None = None,
        trace: bool = True,
        recurse: bool = True,
        explode_args: bool = False,
        **named: Any,
    ) -> None:
        if func is not None and afunc is None and is_async(func):
            func, afunc = None, func
        if func is None and afunc is None:
            raise ValueError("RunnableCallable needs a function: give func, afunc or both")
        self.func = func
        self.afunc = afunc
        self.name = name or getattr(func or afunc, "__name__", type(self).__name__)
        self.tags = tags
        self.trace = trace
        self.recurse = recurse
        self.explode_args = explode_args
        self.named = named
        self._wanted = tuple(key for key in ("config", *FROM_RUNTIME) if key in signature(func or afunc).parameters)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"{self.name}({'recurse' if self.recurse else ''})"

    def lc_id(self) -> list[str]:
        """What drawings say that it is."""
        return NODE_KIND if type(self) is RunnableCallable else [*type(self).__module__.split("."), type(self).__name__]

    def _arguments(self, input: Any, config: RunnableConfig) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, named = input if self.explode_args else ((input,), {})
        named = {**self.named, **named}
        if self._wanted:
            runtime = _runtime_of(config)
            for key in self._wanted:
                if key not in named:
                    named[key] = config if key == "config" else FROM_RUNTIME[key](runtime)
        return tuple(args), named

    def _config(self, config: RunnableConfig | None) -> RunnableConfig:
        whole = ensure_config(config)
        if self.tags:
            whole["tags"] = [*(whole.get("tags") or ()), *self.tags]
        return whole

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """Call the sync function.

        Raises:
            TypeError: there is none.
        """
        if self.func is None:
            raise TypeError(
                f'No synchronous function provided to "{self.name}".\n'
                "Either initialize with a synchronous function or invoke via the async API (ainvoke, astream, etc.)"
            )
        func = self.func

        def call(value: Any, *, config: RunnableConfig) -> Any:
            args, named = self._arguments(value, config)
            return func(*args, **{**named, **kwargs})

        whole = self._config(config)
        if self.trace:
            result = self._call_with_config(call, input, whole)  # type: ignore[arg-type]
        else:
            result = call(input, config=whole)
        return result.invoke(input, whole) if self.recurse and isinstance(result, Runnable) else result

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """Call the async function, or the sync one on a thread."""
        if self.afunc is None:
            return await run_in_executor(config, self.invoke, input, config, **kwargs)
        afunc = self.afunc

        async def call(value: Any, *, config: RunnableConfig) -> Any:
            args, named = self._arguments(value, config)
            return await afunc(*args, **{**named, **kwargs})

        whole = self._config(config)
        if self.trace:
            result = await self._acall_with_config(call, input, whole)  # type: ignore[arg-type]
        else:
            result = await call(input, config=whole)
        return await result.ainvoke(input, whole) if self.recurse and isinstance(result, Runnable) else result


def _runtime_of(config: RunnableConfig) -> Any:
    """The runtime of the node that a config comes from, or of the one that is running."""
    held = (config.get("configurable") or {}).get(CONFIG_KEY_RUNTIME)
    if held is not None:
        return held
    context = current()
    return DEFAULT_RUNTIME if context is None else INJECTED["runtime"](context)
