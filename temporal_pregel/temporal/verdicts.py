"""Answers to questions that say what an answer looks like (`interrupt(response_schema=...)`).

Only the node knows its schema's type, so an answer is looked at when the node runs again with it. One that does not
fit comes back with the node's outcome: the question is open again, `state` shows the refusal, and whoever gave the
answer by an update is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from temporal_pregel.temporal.failures import refusal
from temporal_pregel.wire.errors import UnserializableValue
from temporal_pregel.wire.jsontext import dumps, loads
from temporal_pregel.wire.v1.task_pb2 import Interrupt as InterruptMessage

INVALID_ANSWER: Final = "invalid_answer"
"""Code of the refusal."""


class Verdict:
    """What became of one answer. ``why``: it was refused."""

    def __init__(self) -> None:
        self.known = False
        self.why = ""


class Verdicts:
    """Answers whose givers wait to hear whether they fit, by the id of the question."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, Verdict]] = {}

    def __bool__(self) -> bool:
        return bool(self._open)

    def expect(self, key: str, task_id: str) -> Verdict:
        """Somebody waits for what becomes of the answer to a question that a task asked."""
        verdict = Verdict()
        self._open[key] = task_id, verdict
        return verdict

    def refuse(self, key: str, why: str) -> None:
        """The answer to a question does not fit."""
        if key in self._open:
            _, verdict = self._open.pop(key)
            verdict.known, verdict.why = True, why

    def settle(self, task_id: str | None = None) -> None:
        """A task has run with its answers, or all have: what was not refused fits."""
        for key in [key for key, (task, _) in self._open.items() if task_id is None or task == task_id]:
            self._open.pop(key)[1].known = True


async def heard(verdicts: Iterable[tuple[str, Verdict]]) -> None:
    """Wait until it is known whether answers fit.

    Raises:
        ApplicationError: one does not; the others were taken.
    """
    pairs = list(verdicts)
    await workflow.wait_condition(lambda: all(verdict.known for _, verdict in pairs))
    for key, verdict in pairs:
        if verdict.why:
            raise unfit(key, verdict.why)


def unfit(key: str, why: str) -> ApplicationError:
    """What is said to whoever gave an answer that does not fit."""
    said = f"The answer to the question {key} does not fit its response_schema, and the question is still open: {why}"
    return refusal("Refused", said, code=INVALID_ANSWER, interrupt_id=key)


def schema_text(schema: dict[str, Any], node: str) -> str:
    """A JSON Schema as it is shown: plain JSON, but for one that reads as a reference by itself.

    Raises:
        UnserializableValue: it is no JSON.
    """
    alone = len(schema) == 1 and next(iter(schema)).startswith("$")
    try:
        return dumps({f"${key}": value for key, value in schema.items()} if alone else schema)
    except (TypeError, ValueError, AttributeError) as error:
        raise UnserializableValue(schema, f"The response_schema of a question of {node} is no JSON: {error}") from None


def schema_of(asked: InterruptMessage) -> dict[str, Any] | None:
    """The schema that came with a question."""
    if not asked.HasField("response_schema"):
        return None
    schema: dict[str, Any] = loads(asked.response_schema.json)
    alone = len(schema) == 1 and next(iter(schema)).startswith("$$")
    return {key[1:]: value for key, value in schema.items()} if alone else schema
