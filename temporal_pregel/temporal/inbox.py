"""What people send to a run: answers to its questions, and everything that is refused.

An answer goes to its question by id. A bare value goes to the one open question. Where several are open, a signal, to
whose sender nobody can reply, goes to the first one in the order of the tasks; where none is, it is kept for the next.
Nothing that anybody sends raises here but `Refused`, which says what and why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from temporalio.common import RawValue

from temporal_pregel.core.interrupts import is_answer_map
from temporal_pregel.types import Interrupt
from temporal_pregel.wire.errors import WireError
from temporal_pregel.wire.payloads import raw_json
from temporal_pregel.wire.v1.run_pb2 import RejectedInput

MOST_EARLY: Final = 100
"""Answers that wait for their question."""
MOST_REJECTED: Final = 20
"""Refusals that `state` shows, the latest ones."""
LONGEST_REASON: Final = 300


class Refused(Exception):
    """Something sent from outside that the run does not take. ``code`` is stable, the text says why and what to do.
    ``details``: ids that it is about."""

    def __init__(self, code: str, reason: str, **details: list[str]) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.details = details


@dataclass(frozen=True, slots=True)
class Question:
    """An open question and who asked it. ``when``: "during" a node, or "before" or "after" it for a breakpoint."""

    interrupt: Interrupt
    node: str
    task_id: str = ""
    ns: tuple[str, ...] = ()
    when: str = "during"


class Inbox:
    """Questions that are open, answers that nobody has taken yet, and what was refused."""

    def __init__(self) -> None:
        self.open: dict[str, Question] = {}
        self.rejected: deque[RejectedInput] = deque(maxlen=MOST_REJECTED)
        self.told = False
        """Whether somebody has said that the run is to go on, with or without answers."""
        self._answers: dict[str, Any] = {}
        self._early: deque[Any] = deque()

    # The run's side

    def ask(self, question: Question) -> None:
        """Open a question."""
        self.open[question.interrupt.id] = question

    def order(self, keys: Iterable[str]) -> None:
        """Put the open questions into the order of ``keys``: they came in the order in which tasks happened to ask."""
        first = {key: self.open[key] for key in keys if key in self.open}
        self.open = {**first, **self.open}

    def match_early(self) -> None:
        """Give answers that came early to the questions that are open now, one after the other."""
        for key in self.unanswered:
            if not self._early:
                return
            self._answers[key] = self._early.popleft()

    def collect(self) -> dict[str, Any]:
        """Take the answers that are there, by interrupt id, and close their questions."""
        answers, self._answers = self._answers, {}
        for key in answers:
            del self.open[key]
        return answers

    @property
    def answered(self) -> bool:
        """Whether a run that waits has something to go on with."""
        return self.told or bool(self._answers)

    def drop(self) -> None:
        """Close all questions: nobody will answer them any more. Answers that came early stay."""
        self.told = False
        self.open.clear()
        self._answers.clear()

    def ask_again(self) -> dict[str, Any]:
        """Close the questions of tasks that will run again, and ask anew what they then still want to know. (Those of
        graphs inside stay open: these graphs know what is answered.) Gives the breakpoints among them their go."""
        self.told = False
        closed = {key: question for key, question in self.open.items() if not question.ns}
        for key in closed:
            del self.open[key]
        return {key: None for key, question in closed.items() if question.when != "during"}

    @property
    def unanswered(self) -> list[str]:
        """Ids of the questions that nobody has answered, in the order in which they were asked."""
        return [key for key in self.open if key not in self._answers]

    # The outside's side

    def check(self, answer: Any, *, early: bool) -> None:
        """Whether `take` would take an answer. ``early``: it may come before its question, and needs to name none.

        Raises:
            Refused: an id without an open question, several open questions, nothing pending.
        """
        waiting = self.unanswered
        if not early or is_answer_map(answer):
            check_answer(answer, waiting)
        elif not waiting and len(self._early) >= MOST_EARLY:
            raise Refused("too_many_early", f"{MOST_EARLY} answers wait for their questions already.")

    def take(self, answer: Any, *, early: bool) -> list[Question]:
        """Take an answer; the questions that it is to.

        Raises:
            Refused: see `check`.
        """
        self.check(answer, early=early)
        waiting = self.unanswered
        if not is_answer_map(answer):
            if not waiting or self._early:
                self._early.append(answer)  # behind those that came before it
                return []
            answer = {waiting[0]: answer}
        self._answers.update(answer)
        return [self.open[key] for key in answer]

    def reject(self, what: str, name: str, why: Exception) -> None:
        """Remember that something was refused."""
        code = why.code if isinstance(why, (Refused, WireError)) else type(why).__name__
        fault = getattr(why, "fault", code)
        reason = str(why)[:LONGEST_REASON].encode(errors="replace").decode()
        self.rejected.append(RejectedInput(what=what, name=name[:100], code=str(fault), reason=reason))


def check_answer(answer: Any, waiting: list[str]) -> None:
    """Whether an answer fits what is open: the questions with the ids ``waiting``.

    Raises:
        Refused: an id without an open question, several open questions, nothing pending.
    """
    if is_answer_map(answer):
        if not answer:
            raise Refused("no_answer", "An empty object answers nothing: send an answer, or {interrupt id: answer}.")
        unknown = [key for key in answer if key not in waiting]
        if unknown:
            known = ", ".join(waiting) or "none"
            said = f"No open question has the id {unknown[0]}. Open: {known}."
            raise Refused("unknown_interrupt", said, interrupt_ids=unknown, pending_ids=waiting)
    elif len(waiting) > 1:
        raise Refused("several_questions", _SEVERAL + ", ".join(waiting), pending_ids=waiting)
    elif not waiting:
        raise Refused("nothing_pending", "The run has no open question. Look at the query `state`.")


_SEVERAL = "Several questions are open, so the answer has to name its own: {interrupt id: answer}. Open: "


def one_argument(args: Sequence[RawValue], decode: Callable[[str], Any]) -> Any:
    """The one value that a signal or update carries.

    Raises:
        Refused: there is none, or more than one.
        WireError: it can't be read.
    """
    if len(args) != 1:
        given = "no argument" if not args else f"{len(args)} arguments"
        raise Refused("one_argument", f"{given} came; exactly one is needed: the answer, as JSON.")
    return decode(raw_json(args[0]))
