"""What a run tells: the queries `state`, `interrupts`, `graph` and `value`, and the details in the UI.

Nothing here changes the run. A value is looked at as its text; where a preview has to fold (finished siblings of a task
that waits), it folds copies, because a reducer may change its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import PUSH, ROOT
from temporal_pregel.core.applying import apply
from temporal_pregel.core.loop import Phase
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Task, due_tasks
from temporal_pregel.temporal.drawing import mermaid
from temporal_pregel.temporal.failures import shortened
from temporal_pregel.temporal.names import DONE, FAILED
from temporal_pregel.temporal.texts import Text, fitted
from temporal_pregel.temporal.verdicts import schema_text
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.limits import DEFAULT, MIB
from temporal_pregel.wire.v1.run_pb2 import StateView
from temporal_pregel.wire.v1.task_pb2 import Interrupt as InterruptMessage
from temporal_pregel.wire.v1.task_pb2 import TaskError
from temporal_pregel.wire.v1.value_pb2 import Field, Piece, Pieces, Value

if TYPE_CHECKING:
    from temporal_pregel.temporal.driving import Driver
    from temporal_pregel.temporal.inbox import Question
    from temporal_pregel.temporal.run import GraphRun

ANSWER: Final = MIB
"""Bytes of values that one answer to `state` holds; larger ones are references, for the query `value`."""


MOST_SHOWN: Final = 20
"""Open questions that the details list."""
LONGEST_DRAWING: Final = 16_000
"""Characters of Mermaid that the details hold; the query `graph` has larger ones."""


def texts_of(driver: Driver, keys: tuple[str, ...] | str) -> dict[str, Text]:
    """The committed values of the channels ``keys`` that can be read, as a node would see them."""
    plan, state = driver.graph.plan, driver.loop.state
    found: dict[str, Text] = {}
    for key in (keys,) if isinstance(keys, str) else keys:
        if key in plan.covered:
            value = plan.readable(state.cells, key)
            if value is not MISSING:
                found[key] = Text(driver.graph.write_codec(key).encode(value, key))
        elif key in state.cells:
            found[key] = driver.shelf.cell(state, key)
    return found


def joined(texts: Mapping[str, Text], *, bare: bool = False) -> str:
    """The JSON object of these values; ``bare``: the one value itself, of a graph that gives no fields."""
    if bare:
        return next((text.text for text in texts.values()), "null")
    return "{" + ",".join(f"{_key(key, len(texts))}:{text.text}" for key, text in texts.items()) + "}"


def _key(key: str, several: int) -> str:
    # The one key of an object that begins with "$" would be read as a tag.
    return dumps(f"${key}" if several == 1 and key.startswith("$") else key)


def live_texts(driver: Driver) -> dict[str, Text]:
    """The state's values as they would be if the tasks that have finished were committed."""
    loop, graph = driver.loop, driver.graph
    finished = [task for task in loop.tasks if task.writes]
    committed = texts_of(driver, graph.plan.streams)
    if not finished or loop.phase in (Phase.DONE, Phase.AFTER):
        return committed
    preview = loop.state.copy()
    for key in {channel: None for task in finished for channel, _ in task.writes or ()}:
        if key in preview.cells and key in graph.plan.channels:
            text = driver.shelf.cell(loop.state, key).text
            preview.cells[key] = graph.cell_codec(key).decode(text)
    try:
        apply(graph.plan, preview, sorted(finished, key=lambda task: task.path))
        return _encoded(driver, preview)
    except Exception:  # a reducer that raises is found when the superstep is committed
        return committed


def kept_texts(driver: Driver) -> dict[str, Text]:
    """`live_texts` of what checkpoints keep."""
    untracked = driver.graph.plan.untracked
    return {key: text for key, text in live_texts(driver).items() if key not in untracked}


def _encoded(driver: Driver, state: State) -> dict[str, Text]:
    graph = driver.graph
    values = {key: graph.plan.readable(state.cells, key) for key in _each(graph.plan.streams)}
    return {
        key: Text(graph.write_codec(key).encode(value, key)) for key, value in values.items() if value is not MISSING
    }


def state(run: GraphRun) -> str:
    """The answer to `state`."""
    return to_text(view_of(run))


def view_of(run: GraphRun, texts_of_state: Callable[[Driver], dict[str, Text]] = live_texts) -> StateView:
    """What a person wants to know of a run."""
    view = StateView(status=run.status, rejected=run.inbox.rejected, interrupts=interrupts(run))
    if run.error is not None:
        view.error.CopyFrom(TaskError(type=run.error.type or "", message=run.error.message))
    driver = run.driver
    if driver is not None:
        loop = driver.loop
        over = run.status == DONE
        view.step = loop.step - 1 if over else loop.step
        view.checkpoint_id = loop.checkpoint_id
        view.next.extend(() if over else due(driver))
        texts = texts_of_state(driver)
        values = referable(run, texts)
        if list(texts) == [ROOT]:
            view.root.CopyFrom(values[ROOT])
        else:
            view.values.extend(Field(key=key, value=value) for key, value in values.items())
    return view


def referable(run: GraphRun, texts: Mapping[str, Text]) -> dict[str, Value]:
    """Values that fit into one answer together; what does not is a reference, which `value` resolves."""
    inline = fitted(texts, ANSWER)
    found: dict[str, Value] = {}
    for key, text in texts.items():
        if not inline[key]:
            run.shown[text.digest] = text.text
        found[key] = text.inline if inline[key] else text.reference
    return found


def due(driver: Driver) -> list[str]:
    """The nodes that have to run before the superstep is committed."""
    return [task.name for task in open_tasks(driver) if task.writes is None]


def open_tasks(driver: Driver) -> list[Task]:
    """The tasks of the superstep that is not committed yet: Sends in their order, and then nodes in the order of their
    declaration."""
    loop, plan = driver.loop, driver.graph.plan
    tasks = due_tasks(loop) if loop.phase is Phase.AFTER else loop.tasks  # none have begun
    if len(tasks) == 1:
        return tasks
    return sorted(tasks, key=lambda task: -1 if task.path[0] == PUSH else plan.places[task.name])


def interrupts(run: GraphRun) -> list[InterruptMessage]:
    """The open questions."""
    return [interrupt(run, run.inbox.open[key]) for key in run.inbox.unanswered]


def interrupt(run: GraphRun, question: Question) -> InterruptMessage:
    """A question, as it is told."""
    assert run.graph is not None
    text = run.graph.any.encode(question.interrupt.value, f"interrupt of {question.node}")
    message = InterruptMessage(id=question.interrupt.id, node=question.node, task_id=question.task_id)
    message.namespace.extend(question.ns)
    if question.when == "during":
        message.value.CopyFrom(Value(json=text))
        if question.interrupt.response_schema is not None:
            message.response_schema.json = schema_text(question.interrupt.response_schema, question.node)
    else:
        message.when = question.when
    return message


def interrupts_text(run: GraphRun) -> str:
    """The answer to `interrupts`."""
    return "[" + ",".join(map(to_text, interrupts(run))) + "]"


def graph_text(run: GraphRun) -> str:
    """The answer to `graph`: Mermaid, with the nodes that are due marked."""
    if run.graph is None:
        raise ValueError(f"This worker does not serve the graph '{run.graph_name}'.")
    return dumps(mermaid(run.graph.plan, due(run.driver) if run.driver is not None else ()))


def pieces(run: GraphRun, wanted: Pieces) -> str:
    """The answer to `value`: what references stand for, each from its offset on, as much as fits into one answer.

    A piece without a size: nothing that runs refers to that digest any more.
    """
    room, found = DEFAULT.piece, Pieces()
    for asked in wanted.pieces:
        text = next((kept[asked.digest] for kept in _kept(run) if asked.digest in kept), "")
        data = text.encode()
        part = data[asked.offset : asked.offset + room]
        room -= len(part)
        found.pieces.append(Piece(digest=asked.digest, offset=asked.offset, size=len(data), data=part))
        if not room:
            break
    return to_text(found)


def _kept(run: GraphRun) -> Iterable[Mapping[str, str]]:
    drivers = [run.driver] if run.driver is not None else []
    for driver in drivers:
        yield driver.clerk.kept
        drivers.extend(driver.inner.values())
    yield run.shown


def details(run: GraphRun) -> str:
    """What the UI shows of the run: Markdown, with the graph as a Mermaid diagram."""
    driver = run.driver
    if driver is None or run.graph is None:
        said = f"**{run.status}**"
        return said + (f": {shortened(run.error.message)}" if run.error is not None else "")
    nodes = () if run.status in (DONE, FAILED) else due(driver)
    lines = [f"**{run.status}** · step {driver.loop.step - (run.status == DONE)}" + _names(nodes)]
    if run.error is not None:
        lines.append(shortened(run.error.message))
    asked = run.inbox.unanswered
    for key in asked[:MOST_SHOWN]:
        question = run.inbox.open[key]
        said = "go on?" if question.when != "during" else _short(run, question.interrupt.value)
        lines.append(f"- **{question.node}** asks: {said}  \n  `{key}`")
    if len(asked) > MOST_SHOWN:
        lines.append(f"… and {len(asked) - MOST_SHOWN} more questions: see the query `interrupts`.")
    drawn = mermaid(run.graph.plan, nodes)
    if len(drawn) <= LONGEST_DRAWING:
        lines.append(f"```mermaid\n{drawn}\n```")
    return "\n\n".join(lines)


def _names(nodes: Iterable[str]) -> str:
    names = list(dict.fromkeys(nodes))
    return f" · {', '.join(names)}" if names else ""


def _short(run: GraphRun, value: Any) -> str:
    assert run.graph is not None
    text = value if isinstance(value, str) else run.graph.any.encode(value)
    return text if len(text) <= 500 else f"{text[:500]}…"


def _each(keys: tuple[str, ...] | str) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else keys
