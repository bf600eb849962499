"""One call of a graph, with everything it was called with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.config import DEFAULT_RECURSION_LIMIT, limit_of, merge_configs, placed, width_of
from temporal_pregel.constants import (
    CONFIG_KEY_CHECKPOINTER,
    CONFIG_KEY_NODE_FINISHED,
    CONFIG_KEY_RUNTIME,
    CONFIG_KEY_STRICT_RESUME,
)
from temporal_pregel.local.saving import RESERVED, Log, Place, kept_metadata, stable_ns
from temporal_pregel.local.streams import CALLED_BACK, UNREAD, Part, Streams
from temporal_pregel.nodes.context import RunContext, TaskContext, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from temporal_pregel.pregel import Pregel

WRITES = frozenset(("updates", "tasks", "debug"))
"""Stream modes that show what tasks write."""


class Session:
    """A graph, its config, where it is kept, who reads along.

    Raises:
        TypeError: a config that is no mapping; a recursion limit or a ``max_concurrency`` that is no number.
        ValueError: one of these below 1; a checkpointer, but no thread_id.
        RuntimeError: ``checkpointer=True`` in a graph that no other graph runs.
        ImportError: callbacks, or a stream that comes through them, without langchain-core.
    """

    finished: Callable[[str], Any] | None = None
    """Is told the name of each node that has ended."""
    _metadata: dict[str, Any] | None = None

    def __init__(
        self,
        app: Pregel,
        config: Mapping[str, Any] | None,
        *,
        context: Any = None,
        modes: Sequence[str] = (),
        sink: Callable[[Part], None] | None = None,
        subgraphs: bool = False,
        outputs: str | tuple[str, ...] | None = None,
        before: Sequence[str] | str | None = None,
        after: Sequence[str] | str | None = None,
        durability: str | None = None,
        control: Any = None,
        typed: bool = False,
        message_events: bool = False,
    ) -> None:
        around = parent = current()
        if parent is not None and config is not None and config is not parent.config and starts_alone(config):
            parent = None  # it runs inside a task, but on a thread of its own
        self.app = app
        self.plan = plan = app.plan
        self.outputs = plan.outputs if outputs is None else outputs
        self.before, self.after = before, after
        merged: Mapping[str, Any]
        if around is None and app.config is None:
            merged = placed(config) if config else {}
        elif around is not parent:
            assert around is not None
            merged = merge_configs(app.config, without_place(around.config), config)
        elif parent is not None and config is parent.config and app.config is None:
            merged = parent.config  # as a node that is a graph is called
        else:
            merged = merge_configs(app.config, parent.config if parent else None, config)
        limit = merged.get("recursion_limit", DEFAULT_RECURSION_LIMIT)
        self.limit: int = limit if type(limit) is int and limit > 0 else limit_of(merged)
        if "max_concurrency" in merged:  # whoever spreads the tasks looks there
            merged = {**merged, "max_concurrency": width_of(merged)}
        self.log, self.place = find_log(app, merged, parent)
        self.durability = durability or (parent.run.durability if parent else None) or "async"
        if parent is None and not modes:
            self.streams = UNREAD
        else:
            self.streams = Streams(modes, sink, self.place.ns, subgraphs, parent.run.streams if parent else None)
            if typed:
                self.streams.typed = True
        self.run = run = RunContext(plan, merged)
        if "configurable" in merged and CONFIG_KEY_NODE_FINISHED in merged["configurable"]:
            self.finished = merged["configurable"][CONFIG_KEY_NODE_FINISHED]
        run.ns = self.place.ns
        run.thread = self.place.thread or None
        run.checkpointer = self.log
        run.context = context
        run.store = app.store
        run.control = control
        if app.cache is not None:
            run.cache = app.cache
        run.durability = self.durability
        run.streams = self.streams
        wanted = self.streams.wanted
        if wanted:
            if "custom" in wanted:
                run.emit = self.streams.emit
            run.shows_updates = not WRITES.isdisjoint(wanted)
        if merged.get("callbacks") or (modes and not CALLED_BACK.isdisjoint(modes)):
            from temporal_pregel.langchain import tracing_of

            run.tracing = tracing_of(app.traced_as or app.name, merged, self.streams, message_events=message_events)
        if parent is not None:
            outer = parent.run
            run.parent = parent
            run.replay = outer.replay
            run.answers, run.spare = outer.answers, outer.spare
            run.context = outer.context if context is None else context
            if run.cache is None:
                run.cache = outer.cache
            run.store = outer.store if app.store is None else app.store
            run.control = outer.control if control is None else control
        elif around is not None:
            outer = around.run
            run.context = outer.context if context is None else context
            run.store = outer.store if app.store is None else app.store
            run.control = outer.control if control is None else control
        elif CONFIG_KEY_RUNTIME in (given := merged.get("configurable", ())):
            server = given[CONFIG_KEY_RUNTIME]
            run.context = getattr(server, "context", None) if context is None else context
            run.store = getattr(server, "store", None) if app.store is None else app.store
            run.control = getattr(server, "control", None) if control is None else control

    @property
    def config(self) -> Mapping[str, Any]:
        """What its nodes see of it."""
        return self.run.config

    @property
    def strict(self) -> bool:
        """Whether answers to what is not open are refused."""
        return bool(self.run.config.get("configurable", {}).get(CONFIG_KEY_STRICT_RESUME))

    @property
    def metadata(self) -> dict[str, Any]:
        """What checkpoints keep of the config, beside their step and source."""
        if self._metadata is None:
            self._metadata = self._make_metadata()
        return self._metadata

    def _make_metadata(self) -> dict[str, Any]:
        kept = kept_metadata(self.run.config)
        parent = self.run.parent
        if parent is not None:
            above = parent.run.checkpoint_id() if parent.run.checkpoint_id else ""
            kept["parents"] = {**parents_of(parent), parent.run.ns: above}
        return kept


def starts_alone(config: Mapping[str, Any]) -> bool:
    """Whether a call inside a task names a thread of its own: it is then no part of the run around it."""
    configurable = placed(config).get("configurable", {})
    return "thread_id" in configurable and "checkpoint_ns" not in configurable


def without_place(config: Mapping[str, Any]) -> dict[str, Any]:
    """A task's config without what says where the task is."""
    configurable = config.get("configurable", {})
    kept = {key: value for key, value in configurable.items() if key not in RESERVED and not key.startswith("__")}
    return {**config, "configurable": kept}


def parents_of(context: TaskContext) -> dict[str, str]:
    """Namespace -> checkpoint id of the runs around the run of a task."""
    outer = context.run.parent
    return (
        {}
        if outer is None
        else {**parents_of(outer), outer.run.ns: outer.run.checkpoint_id() if outer.run.checkpoint_id else ""}
    )


def find_log(app: Pregel, config: Mapping[str, Any], parent: TaskContext | None) -> tuple[Log | None, Place]:
    """The log that a run of ``app`` is kept in, if any, and its place there."""
    configurable = config.get("configurable", {})
    own = app.checkpointer
    if parent is None:
        lent = lent_log(app, config) if own is None and CONFIG_KEY_CHECKPOINTER in configurable else None
        if own is False or (own is None and lent is None):
            thread = configurable.get("thread_id")
            return None, Place("" if thread is None else str(thread))
        if own is True:
            raise RuntimeError("checkpointer=True cannot be used for root graphs.")
        thread = configurable.get("thread_id")
        if thread is None:
            raise ValueError(
                "Checkpointer requires one or more of the following 'configurable' keys: "
                "thread_id, checkpoint_ns, checkpoint_id"
            )
        # A config that names a checkpoint of a graph inside says which one of the outermost belongs to it.
        at = (
            (configurable.get("checkpoint_map") or {}).get("")
            if configurable.get("checkpoint_ns")
            else configurable.get("checkpoint_id")
        )
        place = Place(str(thread), "", None if at is None else str(at))
        return bound(app.log if lent is None else lent, configurable), place
    ns = parent.inner_ns()
    thread = str(configurable.get("thread_id") or parent.run.thread or "")
    if own is False:
        return None, Place(thread, ns)
    # One thread is kept in one place: a saver of its own serves a graph only where it runs alone.
    log = parent.run.checkpointer
    if log is not None and log.awaits and app.plan is not parent.run.plan:
        from temporal_pregel.local.upstream import as_log

        log = as_log(log, app)
    return bound(log, configurable), Place(thread, stable_ns(ns) if own is True else ns)


def bound(log: Any, configurable: Mapping[str, Any]) -> Any:
    """``log``, told what else the caller's ``configurable`` says, if it wants to know."""
    return log.under(configurable) if log is not None and log.awaits and hasattr(log, "under") else log


def lent_log(app: Pregel, config: Mapping[str, Any]) -> Log | None:
    """The log of a checkpointer that ``config`` lends to a graph that may have one and has none of its own."""
    saver = config.get("configurable", {}).get(CONFIG_KEY_CHECKPOINTER)
    if saver is None or app.checkpointer not in (None, True):
        return None
    from temporal_pregel.local.upstream import as_log

    return as_log(saver, app)
