"""The part of a compiled graph's face that says what it was compiled with, and makes others of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Plan
    from temporal_pregel.types import All, RetryPolicy

PLANNED: Final = {
    "name": "name",
    "input_channels": "inputs",
    "output_channels": "outputs",
    "stream_channels": "streams",
    "interrupt_before_nodes": "interrupt_before",
    "interrupt_after_nodes": "interrupt_after",
}
"""Attribute of a graph -> that of its plan."""
OWN: Final = frozenset(
    ("cache", "checkpointer", "config", "context_schema", "debug", "name", "step_timeout", "store", "stream_mode")
)
"""What else a copy may have of its own."""
ATTRIBUTES: Final = frozenset(
    (
        *("input_channels", "output_channels", "stream_channels", "stream_channels_list", "stream_channels_asis"),
        *("interrupt_before_nodes", "interrupt_after_nodes", "trigger_to_nodes", "retry_policy", "cache_policy"),
    )
)
FIXED: Final = frozenset(
    (
        *("plan", "builder", "nodes", "channels", "state_schema", "input_schema_type", "output_schema_type", "log"),
        *("input_channels", "output_channels", "stream_channels", "stream_channels_list", "stream_channels_asis"),
        *("interrupt_before_nodes", "interrupt_after_nodes", "trigger_to_nodes"),
    )
)
"""What all runs of a graph share, and is set once."""


class Attributes:
    """Mixed into `Pregel`; needs its ``plan``. What is made of that is to be read; `copy` changes it. What a graph has
    beside it (its name, checkpointer, store, step_timeout, ...) may be set; a run goes by what it was when it began.
    """

    plan: Plan
    retry_policy: Sequence[RetryPolicy] = ()
    """Of nodes without one of their own, in a graph that is said in channels."""
    cache_policy: Any = None
    """The same for caches."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIXED or name.startswith("_"):
            self._refuse_change(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in FIXED:
            self._refuse_change(name)
        super().__delattr__(name)

    def _refuse_change(self, name: str) -> None:
        """Refuse to change what is set already, or what nobody but the graph itself sets."""
        own = name in ("_log", "__orig_class__")
        if own or (name in FIXED and name not in self.__dict__ and not hasattr(type(self), name)):
            return
        raise AttributeError(
            f"Graph {self.plan.name!r} is compiled: its {name!r} can't be changed, because runs that go on share it. "
            f"copy(update={{...}}) makes a graph with another {', '.join(sorted((PLANNED.keys() | OWN) - {name}))}; "
            "for anything else, change the builder and compile it anew."
        )

    @property
    def input_channels(self) -> str | list[str]:
        """What a run's input is written to: a channel, or those that its keys name."""
        return _shown(self.plan.inputs)

    @property
    def output_channels(self) -> str | list[str]:
        """What `invoke` returns: a channel's bare value, or those of several by key."""
        return _shown(self.plan.outputs)

    @property
    def stream_channels(self) -> str | list[str]:
        """What the ``values`` stream shows, in the same form."""
        return _shown(self.plan.streams)

    stream_channels_asis = stream_channels

    @property
    def stream_channels_list(self) -> list[str]:
        """`stream_channels`, always as a list."""
        return list(_several(self.plan.streams))

    @property
    def interrupt_before_nodes(self) -> All | list[str]:
        """The nodes before which every run stops, "*" for all."""
        return _shown(self.plan.interrupt_before)  # type: ignore[return-value]

    @property
    def interrupt_after_nodes(self) -> All | list[str]:
        """The nodes after which every run stops, "*" for all."""
        return _shown(self.plan.interrupt_after)  # type: ignore[return-value]

    @property
    def trigger_to_nodes(self) -> dict[str, list[str]]:
        """Channel -> the names of the nodes that run when it is written to."""
        return {channel: [node.name for node in nodes] for channel, nodes in self.plan.triggered_by.items()}

    def validate(self) -> Self:
        """The graph itself, if it can run: for those that were made with ``auto_validate=False``.

        Raises:
            ValueError: a channel or a node is named that is not there; nothing reads an input.
        """
        from temporal_pregel.pregel.building import check

        check(self.plan)
        return self

    def get_prompts(self, config: Any = None) -> list[Any]:
        """The prompts that LangChain finds in a runnable: none, for it doesn't look into nodes."""
        return []

    def copy(self, update: Mapping[str, Any] | None = None) -> Self:
        """The same graph as another object, with other attributes: its ``name``, ``checkpointer``, ``store``,
        ``cache``, ``config``, ``debug``, ``stream_mode``, ``step_timeout``, ``context_schema``, its channels
        (``input_channels``, ...) and breakpoints (``interrupt_before_nodes``, ``interrupt_after_nodes``).

        Raises:
            TypeError: another attribute, of which graphs are compiled anew; a checkpointer that is none.
            ValueError: a channel or a node that the graph doesn't have.
        """
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        if update:
            new.__dict__.update(self._changed(update))
        return new

    def _changed(self, update: Mapping[str, Any]) -> dict[str, Any]:
        from temporal_pregel.graph.compiled import ensure_valid_checkpointer
        from temporal_pregel.graph.validation import graph_name

        unknown = update.keys() - PLANNED.keys() - OWN
        if unknown:
            raise TypeError(
                f"A copy of a graph can't have its own {', '.join(sorted(unknown))}; it can have "
                f"{', '.join(sorted(PLANNED.keys() | OWN))}. For anything else, compile a graph anew."
            )
        ensure_valid_checkpointer(update.get("checkpointer"))
        if "name" in update:
            graph_name(update["name"])
        planned: dict[str, Any] = {PLANNED[key]: _kept(value) for key, value in update.items() if key in PLANNED}
        for key, named in planned.items():
            if key != "name":
                self._check(named, self.plan.nodes if key.startswith("interrupt") else self.plan.channels)
        own = {key: value for key, value in update.items() if key in OWN}
        return {**own, "plan": replace(self.plan, **planned)} if planned else own

    def _check(self, named: str | tuple[str, ...], there: Mapping[str, Any]) -> None:
        kind = "node" if there is self.plan.nodes else "channel"
        for name in _several(named):
            if name not in there and not (kind == "node" and name == "*"):
                known = ", ".join(map(repr, there))
                raise ValueError(f"Graph {self.plan.name!r} has no {kind} {name!r}; it has {known}")


def _shown(named: str | tuple[str, ...]) -> str | list[str]:
    return named if isinstance(named, str) else list(named)


def _several(named: str | tuple[str, ...]) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named


def _kept(named: str | Sequence[str]) -> str | tuple[str, ...]:
    return named if isinstance(named, str) else tuple(named)
