"""What callers may say about one run, as a `Session` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.graph.validation import breakpoints
from temporal_pregel.local.printing import printer_of
from temporal_pregel.nodes.context import current
from temporal_pregel.warnings import deprecated_name

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.types import Durability

AS_GIVEN = ("control", "modes", "sink", "subgraphs", "typed", "message_events")
"""Options that a `Session` takes as they are."""
DURABILITIES = ("sync", "async", "exit")


def session_options(app: Pregel, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a call as `Session` takes them.

    Raises:
        TypeError: an option that no graph has, or that is of another type than it takes.
        ValueError: an output key that this one lacks; a mode to print, or a durability, that there is not.
    """
    known: dict[str, Any] = {key: options.pop(key) for key in AS_GIVEN if key in options}
    known["outputs"] = output_keys_of(app, options.pop("output_keys", None))
    known["context"] = coerce_context(app.context_schema, options.pop("context", None))
    if "subgraphs" in known:
        known["subgraphs"] = bool(known["subgraphs"])
    for key, name in (("before", "interrupt_before"), ("after", "interrupt_after")):
        nodes = options.pop(name, None)
        known[key] = None if nodes is None else breakpoints(name, nodes)
    known["durability"] = durability_of(options, stacklevel=6)
    printer = printer_of(app, options, (), subgraphs=known.get("subgraphs", False))
    if printer is not None and "modes" not in known:  # else its reader prints
        known.update(modes=printer.modes, sink=printer.sink, typed=shows_typed())
    if options:
        raise TypeError(f"Unknown arguments: {', '.join(options)}")
    return known


def output_keys_of(app: Pregel, keys: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """The keys that a caller wants of the state, None if he leaves it to the graph.

    Raises:
        ValueError: the graph lacks one.
    """
    plan = app.plan
    if keys is None or keys is plan.outputs or keys is plan.streams:
        return keys if keys is None or isinstance(keys, str) else tuple(keys)
    try:
        outputs = keys if isinstance(keys, str) else tuple(keys)
    except TypeError:
        raise TypeError(f"output_keys takes a key of graph '{app.name}', or a list of keys; got {keys!r}") from None
    for key in (outputs,) if isinstance(outputs, str) else outputs:
        if not isinstance(key, str) or key not in plan.channels:
            raise ValueError(
                f"output_keys names {key!r}, which is no key of graph '{app.name}'. "
                f"It has: {', '.join(sorted(plan.shown))}."
            )
    return outputs


def durability_of(options: dict[str, Any], *, stacklevel: int) -> Durability | None:
    """Take out of ``options`` when checkpoints are to be made, in its present words or its former ones.

    Raises:
        ValueError: it is none of the three, or said in both words.
    """
    during = options.pop("checkpoint_during", None)
    durability: Durability | None = options.pop("durability", None)
    if during is not None:
        if durability is not None:
            raise ValueError("checkpoint_during is the old name of durability: give durability alone.")
        deprecated_name("checkpoint_during", "durability", stacklevel=stacklevel)
        return "async" if during else "exit"
    if durability is not None and durability not in DURABILITIES:
        raise ValueError(f"durability is one of 'sync', 'async' and 'exit', not {durability!r}.")
    return durability


def shows_typed() -> bool:
    """Whether the run around this one shows states typed: so must a run do of which a reader of that one sees parts."""
    around = current()
    return around is not None and around.run.streams.typed


def coerce_context(schema: Any, context: Any) -> Any:
    """A dict given as context, as the graph's ``context_schema``: a dataclass or a pydantic model."""
    if context is None or schema is None or not isinstance(context, dict) or not isinstance(schema, type):
        return context
    if hasattr(schema, "model_validate") or hasattr(schema, "__dataclass_fields__"):
        return schema(**context)
    return context
