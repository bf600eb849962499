"""The one workflow that all graphs are. Its type is the graph's name; what it does is in `run`.

Handlers take raw values and decode inside a `try`: with a named parameter, one malformed signal would fail the workflow
task for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.temporal import views
from temporal_pregel.temporal.events import TERMS, TURN, Told, events
from temporal_pregel.temporal.failures import refusal
from temporal_pregel.temporal.inbox import Refused, one_argument
from temporal_pregel.temporal.names import (
    CATALOG,
    DRAIN,
    EVENTS,
    GRAPH,
    INTERRUPTS,
    INVOKE,
    RESUME,
    SNAPSHOT,
    STATE,
    VALUE,
    WAIT,
)
from temporal_pregel.temporal.run import GraphRun
from temporal_pregel.temporal.standing import full
from temporal_pregel.temporal.turns import (
    another_turn,
    check_terms,
    check_turn,
    go_on_under,
    handover,
    options_of,
    turn_of,
)
from temporal_pregel.temporal.verdicts import heard
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.errors import WireError
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.payloads import parse, raw_json, raw_value
from temporal_pregel.wire.v1.run_pb2 import TurnAnswer
from temporal_pregel.wire.v1.value_pb2 import Pieces

QUERIES: dict[str, Callable[[GraphRun], str]] = {
    STATE: views.state,
    INTERRUPTS: views.interrupts_text,
    GRAPH: views.graph_text,
}


@workflow.defn(dynamic=True)
class GraphWorkflow:
    """A run of the graph that the workflow's type names."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        self._run = GraphRun(workflow.extern_functions()[CATALOG]())

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> RawValue:
        """The graph's input, and options, to its output."""
        return await self._run.run(args)

    @workflow.signal(dynamic=True)
    def on_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """`resume`, `drain`."""
        self._run.on_signal(name, args)

    @workflow.update(dynamic=True)
    async def on_update(self, name: str, args: Sequence[RawValue]) -> RawValue:
        """`resume`, `invoke`, `wait`."""
        run = self._run
        if name == INVOKE:
            try:
                request = one_argument(args, turn_of)
                another_turn(run, request)
                run.told.append(Told(TURN, request))
            except (Refused, WireError) as error:
                raise self._refused("update", name, error) from None
        elif name == RESUME:
            try:
                answered = run.take(one_argument(args[:1], run.decode_answer), early=False)
                if len(args) > 1:
                    options = one_argument(args[1:], options_of)
                    go_on_under(run, options)
                    run.told.append(Told(TERMS, options))
            except (Refused, WireError) as error:
                raise self._refused("update", name, error) from None
            if expected := run.expected(answered):
                await heard(expected)
        else:
            await run.at_rest()
        return raw_value(to_text(TurnAnswer(status=run.status)))

    @on_update.validator
    def check_update(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse, before it enters the history, what can't be taken."""
        run = self._run
        try:
            if name == RESUME:
                run.check(one_argument(args[:1], run.decode_answer), early=False)
                if len(args) > 1:
                    check_terms(run, one_argument(args[1:], options_of))
            elif name == INVOKE:
                check_turn(run, one_argument(args, turn_of))
            elif name != WAIT:
                raise Refused("unknown_update", f"There is no update '{name[:100]}'; there are resume, invoke, wait.")
            elif args:
                raise Refused("no_argument", "The update wait takes no argument.")
        except (Refused, WireError) as error:
            raise self._refused("update", name, error) from None

    @workflow.query(dynamic=True)
    def on_query(self, name: str, args: Sequence[RawValue]) -> RawValue:
        """`state`, `interrupts`, `graph`, `events`, `value`, `snapshot`."""
        try:
            if name == VALUE:
                return raw_value(views.pieces(self._run, parse(_exactly(1, name, args)[0], Pieces)))
            if name == SNAPSHOT:
                return raw_value(handover(self._run, int(raw_json(_exactly(1, name, args)[0]))))
            if name == EVENTS:
                return raw_value(events(self._run, parse(args[0], int) if _at_most(1, name, args) else 0))
            if name == STATE and _at_most(1, name, args):
                return raw_value(full(self._run, parse(args[0], str)))
            if name == DRAIN:
                return raw_value(dumps(self._run.drain))
            if name in QUERIES:
                _exactly(0, name, args)
                return raw_value(QUERIES[name](self._run))
            raise Refused(
                "unknown_query", f"There is no query '{name[:100]}'; there are {', '.join((*QUERIES, EVENTS))}."
            )
        except (Refused, WireError, ValueError) as error:
            raise self._refused("query", name, error) from None

    def _refused(self, what: str, name: str, error: Exception) -> ApplicationError:
        # Kept in memory only: what is refused leaves no event, so a replay does not know of it.
        self._run.inbox.reject(what, name, error)
        details = error.details if isinstance(error, Refused) else {}
        return refusal("Refused", str(error), code=self._run.inbox.rejected[-1].code, **details)


def _exactly(count: int, name: str, args: Sequence[RawValue]) -> Sequence[RawValue]:
    if len(args) != count:
        raise Refused("arguments", f"The query {name} takes {count or 'no'} argument(s), not {len(args)}.")
    return args


def _at_most(count: int, name: str, args: Sequence[RawValue]) -> int:
    if len(args) > count:
        raise Refused("arguments", f"The query {name} takes at most {count} argument(s), not {len(args)}.")
    return len(args)
