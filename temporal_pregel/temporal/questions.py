"""What the tasks of a loop have asked, and the answers that they are given. A part of `driving.Driver`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.core import ids
from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.core.task import Task
from temporal_pregel.temporal.inbox import Question
from temporal_pregel.types import Interrupt

if TYPE_CHECKING:
    from temporal_pregel.temporal.run import GraphRun


BREAKPOINTS = {Phase.BEFORE: "before", Phase.AFTER: "after"}


class Questions:
    """Questions and answers of the tasks of ``loop``, and of the graphs inside them."""

    run: GraphRun
    loop: Loop
    inside: tuple[str, ...]
    inner: Mapping[str, Questions]
    _asked: dict[str, dict[str, None]]
    """By task, the ids of all that it has asked in this superstep."""

    def breakpoint(self) -> Interrupt:
        """The question that a breakpoint is: whether to go on."""
        return Interrupt(None, ids.digest(f"{self.loop.checkpoint_id}\0{self.loop.phase.value}"))

    def resume(self, answers: dict[str, Any], *, again: bool = False) -> None:
        """Take answers, by interrupt id, and go on from where the loop stopped. ``again``: with all tasks that have not
        finished, also those whose questions are open."""
        at_breakpoint = self.loop.phase in BREAKPOINTS
        self.loop.resume()
        if answers and not at_breakpoint:
            self.loop.answer(answers)
        if again:
            for held in self.loop.pending.values():
                held.interrupts = ()

    def _give_answers(self, task: Task) -> None:
        """The task's own questions, in the order of its calls, as far as they are answered."""
        while (key := task.question(None).id) in self.loop.answers:
            task.answers.append(self.loop.answers[key])

    def keep_answers(self) -> None:
        """Give what was answered to tasks that do not run again in this run, for the next one to find it with them."""
        for task in self.loop.tasks:
            inner = self.inner.get(task.id)
            if inner is None:
                self._give_answers(task)
            else:
                inner.loop.answers.update(self.loop.answers)
                inner.keep_answers()

    def _place_of(self, task: Task, key: str) -> int:
        """Which of the answered questions of a task has this id; their number, if none has."""
        places = range(len(task.answers))
        return next((place for place in places if ids.interrupt_id(task.ns, place) == key), len(places))

    def forget(self, key: str) -> None:
        """Forget the answer to a question, here and in the graphs inside."""
        self.loop.answers.pop(key, None)
        for inner in self.inner.values():
            inner.forget(key)

    def _ask(self, task: Task, questions: Sequence[Interrupt], when: str = "during") -> None:
        task.ask(questions)
        asked = self._asked.setdefault(task.id, {})
        for question in questions:
            asked[question.id] = None
            self.run.inbox.ask(Question(question, task.name, task.id, self.inside, when))

    def asked(self) -> Iterator[str]:
        """Ids of the questions of this superstep's tasks, in the order of the tasks."""
        for task in self.loop.tasks:
            inner = self.inner.get(task.id)
            if inner is not None and task.runnable:  # it still runs
                yield from inner.asked()
            else:
                yield from (question.id for question in task.interrupts)
