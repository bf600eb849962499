"""What a run leaves in the log of its thread."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from temporal_pregel.constants import NS_END, NULL_TASK_ID
from temporal_pregel.core import ids
from temporal_pregel.core.interrupts import first_asking, is_answer_map
from temporal_pregel.core.loop import Loop, Phase, Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, Task, task_id
from temporal_pregel.local.saving import Io, Log, Place
from temporal_pregel.local.showing import Showing
from temporal_pregel.types import Command

if TYPE_CHECKING:
    from temporal_pregel.checkpoint.log import ThreadLog
    from temporal_pregel.local.saving import CountingLog
    from temporal_pregel.local.session import Session

_RAN = (Phase.WAITING, Phase.FAILED)
"""Where the tasks of a superstep have run, and could take what was given."""


class Keeping:
    """The log of one run, and how far it has come there.

    ``direct``: the log, where it does not block and is called as it is. ``tasks``: whether what a task left is kept
    while others of its superstep run.
    """

    def __init__(self, session: Session, log: Log, loop: Loop, place: Place, showing: Showing | None) -> None:
        self.session = session
        self.log = log
        self.loop = loop
        self.direct = None if log.awaits else log
        self.late = session.durability == "exit"
        self.tasks = log.keeps_tasks and not self.late
        self._showing = showing if showing is not None and showing.checkpoints else None
        self._place: Place | None = place
        self._answered = False
        self._asker: str | None = None
        self._line: ThreadLog | None = None
        self._calls: list[Task] = []
        self._taken: list[Any] = []
        self._given: Pending | None = None
        """What a command has given, as long as only this run knows: it belongs to the superstep that it lets go on."""
        self._unsaved: list[Record] = []
        self._trunk = place
        self.before: Place | None = None
        """The checkpoint before the one that the run started from."""

    @property
    def place(self) -> Place:
        """The checkpoint that the run stands at."""
        if self._place is None:
            start, loop = self.session.place, self.loop
            self._place = (
                Place(start.thread, start.ns, None, loop.at)
                if self.log.counts and loop.at >= 0
                else Place(start.thread, start.ns, loop.checkpoint_id)
            )
        return self._place

    def expect(self, command: Command[Any] | None) -> None:
        """Look whose question an answer is for, before the loop takes it; it may be one that an earlier run kept."""
        loop = self.loop
        self._answered = bool(loop.spare)
        if command is not None and command.resume is not None:
            loop.spare = []  # given again, or another one instead: the earlier one was not taken
            if not is_answer_map(command.resume):
                self._answered = True
                self._asker = first_asking(loop)

    def remember(self, taken: list[Any]) -> None:
        """A command was ``taken`` in: what is given is kept when its superstep is committed, too."""
        self._taken = taken
        if not self.late:
            self._given = self.loop.pending.get(NULL_TASK_ID) or Pending()

    def note_call(self, task: Task) -> None:
        """A task of the superstep has called another one, which may be given answers, too."""
        if self._given is not None:
            self._calls.append(task)

    def _remembered(self, record: Record, given: Pending) -> tuple[Plan, Place, dict[str, Pending]]:
        """What the log's `hold` is given to keep what the superstep of ``record`` was given: who goes back there goes
        on with that. Logs that await put the answers of its tasks beside their outcomes."""
        loop, calls = self.loop, self._calls
        self._given, self._calls = None, []
        before = self._place or self._start_of(record)
        kept = {}
        if self.direct is not None:
            calls = [*loop.tasks, *calls]
            if given.writes:
                kept[NULL_TASK_ID] = Pending(given.writes)
        for task in calls:
            if task.answered:
                key = task_id(task.node, task.path, before.id or "", before.ns, record.step)
                kept[key] = task.pending().given()
        return self.session.plan, before, kept

    def keep_given(self, command: Command[Any]) -> Generator[Io, Any, None]:
        """Keep what a command gave at once: its tasks may take long, and their process may die."""
        loop, taken = self.loop, self._taken
        held = loop.pending.get(NULL_TASK_ID)
        answers: list[Any] = []
        if self._answered:
            answers = [None if is_answer_map(command.resume) else loop.spare[0] if loop.spare else command.resume]
        if answers or held is not None:
            given = Pending(None if held is None else held.writes, (), answers)
            yield Io("hold", (self.session.plan, self.place, {NULL_TASK_ID: given}))
        if taken and self.session.plan.deltas:
            from temporal_pregel.local.deltas import Stands

            # It stands under the checkpoint now: with that of the next one, it would count twice.
            taken[0] = Stands(*taken[0])

    def _with_taken(self, pending: dict[str, Pending]) -> dict[str, Pending]:
        """``pending``, and before it that the answer which was kept is taken: no other question may get it."""
        self._answered = False
        held = self.loop.pending.get(NULL_TASK_ID)
        # Savers keep what they are given beside what they had: there a None says that nothing is left.
        nothing: list[Any] = [None] if self.direct is None else []
        taken = Pending(None if held is None or self.tasks else held.writes, (), nothing)
        return {NULL_TASK_ID: taken} | {key: left for key, left in pending.items() if key != NULL_TASK_ID}

    def save(self) -> Generator[Io, Any, None]:
        """Append what the loop has just recorded."""
        if self.direct is not None:
            self.save_now(self.direct)
            return
        record = self.loop.record
        assert record is not None
        self._answered = False
        if self.late:
            self._postpone(record)
            return
        if self._given is not None:
            yield Io("hold", self._remembered(record, self._given))
        self._saved_as(record, (yield Io("append", self._entry(record))))

    def save_now(self, log: Log) -> None:
        """`save`, for a log that does not block."""
        record, session = self.loop.record, self.session
        assert record is not None
        if self.late:
            self._postpone(record)
            return
        if self._given is not None:
            log.hold(*self._remembered(record, self._given))
        if not log.counts:
            self._saved_as(record, log.append(session.plan, self.place, record, self.loop.state, session.metadata))
            return
        line, parent = self._line, record.parent
        assert parent is not None  # the loop counts too
        if line is None or line.gone:
            line = self._line = cast("CountingLog", log).line(session.plan, session.place)
        at = line.append(session.plan, record, parent, self.loop.state, session.metadata)
        if at != record.position:
            self._saved_as(record, ids.checkpoint_id(session.place.thread, session.place.ns, at))
        elif self._showing is not None:
            self._saved_as(record, None)
        else:
            self._place = None

    def kept(self, task: Task) -> tuple[Plan, Place, dict[str, Pending]]:
        """What the log's `hold` is given to keep what a task left."""
        task.kept = True
        left = {task.id: task.pending()}
        if self._answered and not self.loop.spare and self._asker in (None, task.id):
            left = self._with_taken(left)
        return self.session.plan, self.place, left

    def close(self) -> Generator[Io, Any, None]:
        """Leave the log as a later run needs it."""
        plan, loop = self.session.plan, self.loop
        if self._unsaved:
            self._place = self._trunk
            if self._is_over():
                return
            made = yield Io("append", self._entry(self._all_unsaved()))
            self._unsaved = []
            if made is not None:
                loop.moved_to(made)
            self._place = None
        if loop.pending and not self.place.at_head:
            pending = loop.pending
            if self._answered and not loop.spare and loop.phase in _RAN:
                pending = self._with_taken(pending)
            yield Io("hold", (plan, self.place, pending))
        yield Io("settle", (plan, self.place, loop.state))

    def close_now(self) -> None:
        """`close`, for a log that does not block."""
        procedure, answer = self.close(), None
        while True:
            try:
                request = procedure.send(answer)
            except StopIteration:
                return
            answer = getattr(self.log, request.method)(*request.args)

    def _is_over(self) -> bool:
        """Whether a run that saves only at its end need not: it is done, and no later run could go on from there."""
        nested = self.session.run.parent is not None
        return nested and self.loop.phase is Phase.DONE and NS_END in self.place.ns

    def _postpone(self, record: Record) -> None:
        """Go on as if ``record`` were saved; `close` saves all at once."""
        if not self._unsaved:
            self._trunk = self._place or self._start_of(record)
        self._unsaved.append(record)
        self._saved_as(record, self.loop.checkpoint_id, self._trunk)

    def _all_unsaved(self) -> Record:
        """All that was postponed as one record."""
        from temporal_pregel.local.deltas import Late

        applied: list[Sequence[Any]] = []
        for wave, record in enumerate(self._unsaved):
            for writers in record.applied:
                applied.append([Late.of(writer, wave) for writer in writers])
        last = self._unsaved[-1]
        return Record(last.position, last.step, last.source, applied, self._unsaved[0].parent)

    def _entry(self, record: Record) -> tuple[Plan, Place, Record, State, Mapping[str, Any]]:
        session = self.session
        return session.plan, self.place, record, self.loop.state, session.metadata

    def _saved_as(self, record: Record, made: str | None, parent: Place | None = None) -> None:
        """Go on from the checkpoint ``made``, None for the one that the loop takes itself to be at."""
        parent = parent or self._place or self._start_of(record)
        if made is not None:
            self.loop.moved_to(made)
        self._place = Place(parent.thread, parent.ns, self.loop.checkpoint_id)
        if self._showing is not None:
            # What is not saved yet follows, for those who look on, what the run's first checkpoint followed.
            self._showing.checkpoint(record, self.before if self.late else parent, self._place)

    def _start_of(self, record: Record) -> Place:
        """The checkpoint that a record starts from."""
        start, parent = self.session.place, record.parent
        made = None if parent is None or parent < 0 else ids.checkpoint_id(start.thread, start.ns, parent)
        return Place(start.thread, start.ns, made)
