"""Another turn of a thread: a new run of the same workflow id takes the state up where the last one has left it.

The new run's options name the last one. An activity asks that run by a query, which works on runs that are over, and
its result puts the state into the new run's history: in parts, where it does not fit into one payload. Steps and
checkpoints are counted on, so that no id of a thread comes twice (invariant 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from temporalio.exceptions import ActivityError

from temporal_pregel.constants import NS_SEP, NULL_TASK_ID
from temporal_pregel.core.ids import position_of
from temporal_pregel.core.interrupts import is_answer_map
from temporal_pregel.core.loop import Loop, Phase, Record
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.errors import EmptyInputError
from temporal_pregel.local.saving import tracked
from temporal_pregel.temporal.assignments import Clerk
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import writes_of_command
from temporal_pregel.temporal.failures import Where, failure, of_activity, refusal, safe_text, shortened
from temporal_pregel.temporal.inbox import Refused
from temporal_pregel.temporal.names import TAKE_UP, WAITING
from temporal_pregel.temporal.options import RETRIES, Terms, check_options, terms_of
from temporal_pregel.temporal.texts import text_of
from temporal_pregel.types import Command
from temporal_pregel.wire.envelope import from_text, to_text
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.limits import MIB, digest, size_of
from temporal_pregel.wire.payloads import raw_json
from temporal_pregel.wire.v1.run_pb2 import (
    Cell,
    ChannelVersion,
    Handover,
    PendingTask,
    RunOptions,
    Seen,
    Snapshot,
    TurnRequest,
)
from temporal_pregel.wire.v1.task_pb2 import Answer, Outcome, TaskError, Write
from temporal_pregel.wire.v1.value_pb2 import Value

if TYPE_CHECKING:
    from temporal_pregel.temporal.driving import Driver
    from temporal_pregel.temporal.run import GraphRun

WHOLE: Final = MIB
"""Bytes of a state that is handed over as it is, for people to read."""
PART: Final = 250_000
"""Characters of a part of a larger one: a megabyte at most, with every quote of it escaped."""
LONGEST: Final = timedelta(minutes=2)
"""For one attempt at asking an earlier run: its worker may have to replay it first."""


# The run that is over


def handover(run: GraphRun, offset: int) -> str:
    """The answer to `snapshot`: the state, or its JSON from the character ``offset`` on."""
    answer = Handover(graph=run.graph_name)
    if run.driver is None or run.graph is None:
        if run.origin is not None:
            answer.origin.CopyFrom(run.origin)
        return to_text(answer)
    try:
        snapshot = _snapshot(run.graph, run.driver.loop, driver=run.driver)
        for inside, loop in run.kept_graphs.items():
            snapshot.subgraphs.append(_snapshot(_graph_at(run.graph, inside), loop, inside))
    except Exception as error:
        answer.error.CopyFrom(TaskError(type=type(error).__name__, message=shortened(safe_text(error))))
        return to_text(answer)
    text = to_text(snapshot)
    if size_of(text) <= WHOLE:
        answer.whole.CopyFrom(snapshot)
    else:
        answer.part, answer.size, answer.digest = text[offset : offset + PART], len(text), digest(text)
    return to_text(answer)


def _snapshot(graph: ServedGraph, loop: Loop, inside: tuple[str, ...] = (), driver: Driver | None = None) -> Snapshot:
    state, plan = loop.state, loop.plan
    snapshot = Snapshot(checkpoint_id=loop.checkpoint_id, step=loop.step, namespace=inside, updated=state.updated)
    if loop.record is not None:
        snapshot.source = loop.record.source
    for key in dict.fromkeys((*state.versions, *state.cells)):
        cell = Cell(channel=key, version=state.versions.get(key, 0))
        if key in state.cells and key not in plan.untracked:
            cell.value.CopyFrom(Value(json=graph.cell_codec(key).encode(state.cells[key], key)))
        snapshot.cells.append(cell)
    for node, versions in state.seen.items():
        seen = [ChannelVersion(channel=key, version=version) for key, version in versions.items()]
        snapshot.seen.append(Seen(node=node, versions=seen))
    if driver is not None:
        snapshot.tasks.extend(_unfinished(graph, driver))
    return snapshot


def _unfinished(graph: ServedGraph, driver: Driver) -> Iterator[PendingTask]:
    """What is known of the tasks of a superstep that was not committed (invariant 3). Questions are asked again."""
    loop, known = driver.loop, dict(driver.loop.pending)
    if loop.phase is not Phase.AFTER:
        known.update((task.id, task.pending()) for task in loop.tasks)
    known.pop(NULL_TASK_ID, None)  # its writes are in the state
    for key, held in known.items():
        task = PendingTask(task_id=key)
        if held.writes is not None:
            task.outcome.SetInParent()
            for channel, value in tracked(loop.plan, held.writes):
                text = graph.write_codec(channel).encode(value, channel)
                task.outcome.writes.append(Write(channel=channel, value=Value(json=text)))
        elif key in driver.inner:
            inner = driver.inner[key]
            task.inner.CopyFrom(_snapshot(inner.graph, inner.loop, driver=inner))
        elif key in driver.left:
            task.inner.CopyFrom(driver.left[key])
        elif driver.done_inside.get(key):
            task.inside.json = driver.done_inside[key]
        for answer in held.answers:
            task.answers.append(Answer(value=Value(json=graph.any.encode(answer))))
        yield task


def _graph_at(graph: ServedGraph, inside: tuple[str, ...]) -> ServedGraph:
    for name in inside:
        graph = graph.inner[name]
    return graph


# The run that goes on


async def taken_up(run: GraphRun) -> Snapshot | None:
    """The state that the earlier run of this thread has left from which ``run`` is to go on; None if it has left none.

    Raises:
        ApplicationError: there is no such run any more, it is one of another graph, its state can't be written.
    """
    if run.origin is None:
        return None
    graph, run_id, text, found = run.graph_name, run.origin.run_id, "", ""
    while True:
        answer = await _ask(run, run_id, len(text))
        if answer.graph != graph:
            said = f"The run {run_id} is one of '{answer.graph}', not of the graph '{graph}'."
            raise refusal("InvalidInput", said, graph=graph)
        if answer.HasField("error"):
            said = f"The state of the run {run_id} can't be taken up: {answer.error.type}: {answer.error.message}"
            raise refusal("InvalidState", said, graph=graph)
        if answer.HasField("origin"):
            run_id, text = answer.origin.run_id, ""
            continue
        if not answer.size:
            return answer.whole if answer.HasField("whole") else None
        if found and found != answer.digest:  # new code writes it in another way: begin again
            found, text = "", ""
            continue
        found, text = answer.digest, text + answer.part
        if len(text) >= answer.size:
            return from_text(text, Snapshot)


async def _ask(run: GraphRun, run_id: str, offset: int) -> Handover:
    try:
        raw = await run.execute(
            TAKE_UP,
            run_id,
            offset,
            start_to_close_timeout=LONGEST,
            retry_policy=RETRIES,
            summary="the state of the last turn",
        )
    except ActivityError as error:
        raise of_activity(error, Where(run.graph_name)) from None
    return from_text(raw_json(raw), Handover)


def opened_loop(run: GraphRun, graph: ServedGraph, last: Snapshot | None, thread: str) -> Loop:
    """The loop of a run, from where an earlier one has left it."""
    terms = run.terms
    given: dict[str, Any] = {"limit": terms.limit, "thread": thread}
    loop = loop_at(graph, last, before=terms.before, after=terms.after, **given)
    if last is not None:
        run.kept_graphs.update(kept_loops(graph, last, **given))
        run.began_at = loop.state.top
    return loop


def take_in(run: GraphRun, driver: Driver, last: Snapshot | None, text: str) -> None:
    """Take the input of a run in, or what there is in its place.

    Raises:
        WireError, EmptyInputError: it does not fit, or there is none.
        ApplicationError: see `go_on`.
    """
    if run.goes_on:
        run.began_at = 0
        go_on(driver, last, text)
    elif run.commanded:
        driver.begin(_command(driver, text))
    else:
        driver.begin(run.read_input(driver.graph, text))


def loop_at(graph: ServedGraph, snapshot: Snapshot | None, earlier: Loop | None = None, **given: Any) -> Loop:
    """The loop of a graph, where a snapshot has left it; else with the state that an ``earlier`` one has left.

    Raises:
        WireError: newer code declares other types than the snapshot has.
    """
    if snapshot is None and earlier is not None:
        return Loop(graph.plan, earlier.state, step=earlier.step, position=earlier.position, **given)
    if snapshot is None:
        return Loop(graph.plan, State.initial(graph.plan), **given)
    cells = {
        cell.channel: graph.cell_codec(cell.channel).decode(text_of(cell.value), cell.channel)
        for cell in snapshot.cells
        if cell.HasField("value") and cell.channel in graph.plan.channels
    }
    versions = {cell.channel: cell.version for cell in snapshot.cells if cell.version}
    seen = {each.node: {item.channel: item.version for item in each.versions} for each in snapshot.seen}
    pending = {
        task.task_id: Pending(
            _writes(graph, task.outcome) if task.HasField("outcome") else None,
            answers=[graph.any.decode(text_of(answer.value)) for answer in task.answers],
        )
        for task in snapshot.tasks
    }
    state = State.restored(graph.plan, cells, versions, seen, snapshot.updated)
    key = snapshot.checkpoint_id
    place = position_of(key)
    loop = Loop(graph.plan, state, step=snapshot.step, position=place, checkpoint_id=key, pending=pending, **given)
    if snapshot.source:
        loop.record = Record(place, snapshot.step - 1, snapshot.source, ())
    return loop


def _writes(graph: ServedGraph, outcome: Outcome) -> list[tuple[str, Any]]:
    return [
        (write.channel, graph.write_codec(write.channel).decode(text_of(write.value), write.channel))
        for write in outcome.writes
    ]


def go_on(driver: Driver, snapshot: Snapshot | None, text: str) -> None:
    """Go on without an input: with what has not finished, and with what a Command says.

    Raises:
        EmptyInputError: there is nothing to go on from.
        ApplicationError: the Command does not fit.
        WireError: it is none.
    """
    command = _command(driver, text)
    if command.resume is not None:
        if not is_answer_map(command.resume):
            raise MalformedPayload(
                "wrong_shape", "with no_input the Command names its questions: {interrupt id: answer}."
            )
        driver.loop.answers.update(command.resume)
    if snapshot is None:
        raise EmptyInputError("The thread has no state to go on from. Give it an input.")
    driver.recall(snapshot)
    try:
        driver.take(writes_of_command(driver.graph.plan, command))
    except Exception as error:
        raise failure(error, driver.where(), "InvalidUpdateError") from None
    driver.take_up()


def _command(driver: Driver, text: str) -> Command[Any]:
    command = driver.run.decode_answer(text)
    if not isinstance(command, Command):
        raise MalformedPayload("wrong_shape", "with these options the first argument is a Command.")
    return command


def left_of(snapshot: Snapshot) -> dict[str, Snapshot]:
    """By task, how far the graphs inside have come that had not finished."""
    return {task.task_id: task.inner for task in snapshot.tasks if task.HasField("inner")}


def kept_loops(graph: ServedGraph, snapshot: Snapshot, **given: Any) -> Iterator[tuple[tuple[str, ...], Loop]]:
    """The loops of the graphs inside that keep their state from call to call."""
    for kept in snapshot.subgraphs:
        inside, inner = tuple(kept.namespace), graph
        for name in inside:
            found = inner.inner.get(name)
            if found is None:
                break  # newer code has no such graph any more
            inner = found
        else:
            yield inside, loop_at(inner, kept, ns=NS_SEP.join(inside), **given)


# A run that waits


def turn_of(text: str) -> TurnRequest:
    """What the update `invoke` carries.

    Raises:
        WireError: it is no TurnRequest.
    """
    return from_text(text, TurnRequest)


def check_turn(run: GraphRun, request: TurnRequest) -> tuple[Any, Terms]:
    """The input of another turn and its terms, for a run that waits.

    Raises:
        Refused: the run does not wait.
        WireError: the input, or an option, does not fit.
    """
    if run.driver is None or run.graph is None or run.status != WAITING:
        raise Refused("not_waiting", "The run does not wait; it takes another input only then. Look at `state`.")
    options = request.options
    check_options(run.graph, options)
    if options.HasField("origin") or options.no_input or options.command:
        raise MalformedPayload("wrong_shape", "another turn of a run takes an input, and has no origin.")
    return run.read_input(run.graph, text_of(request.input)), terms_of(options)


def another_turn(run: GraphRun, request: TurnRequest) -> None:
    """Begin another turn: what the run waits for is dropped, as in process.

    Raises:
        Refused: see `check_turn`; or the input is none.
        WireError: see `check_turn`.
    """
    given, terms = check_turn(run, request)
    driver = run.driver
    assert driver is not None
    loop = driver.loop
    began_at = loop.state.top
    run.lose()
    try:
        driver.begin(given)
    except Exception as error:  # nothing has changed then
        raise Refused("invalid_input", safe_text(error)) from None
    driver.inner.clear()
    under(run, terms, loop.step + terms.limit)
    run.began_at, run.turned = began_at, True
    run.inbox.drop()


def options_of(text: str) -> RunOptions:
    """What comes with the update `resume` beside the answer: the options of the call.

    Raises:
        WireError: they are no RunOptions.
    """
    return from_text(text, RunOptions)


def check_terms(run: GraphRun, options: RunOptions) -> None:
    """Whether a run that goes on may do so under these options.

    Raises:
        WireError: it may not.
    """
    assert run.graph is not None
    check_options(run.graph, options)
    if options.HasField("origin") or options.no_input or options.command or options.HasField("plan"):
        raise MalformedPayload("wrong_shape", "a run that goes on keeps its plan, and has no origin.")


def go_on_under(run: GraphRun, options: RunOptions) -> None:
    """Let a run that waits go on under the options of a new call, as in process."""
    assert run.driver is not None
    terms = terms_of(options)
    under(run, terms, run.driver.loop.step + terms.limit + 1)


def under(run: GraphRun, terms: Terms, stop: int) -> None:
    """Put a run under other terms, up to the superstep ``stop``."""
    driver = run.driver
    assert driver is not None
    loop, plan = driver.loop, driver.graph.plan
    run.terms, run.drain = terms, terms.drain
    loop.limit, loop.stop = terms.limit, stop
    loop.before = plan.interrupt_before if terms.before is None else terms.before
    loop.after = plan.interrupt_after if terms.after is None else terms.after
    drivers = [driver]
    for each in drivers:
        each.clerk = Clerk(each.graph, each.loop, terms, each.shelf)
        drivers.extend(each.inner.values())
        if each is not driver:
            each.loop.limit, each.loop.stop = terms.limit, each.loop.step + terms.limit + 1
