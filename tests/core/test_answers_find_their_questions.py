"""Invariant 5: a task runs again only when its question is answered; answers go by id, or by the order of calls."""

from __future__ import annotations

import pytest

from temporal_pregel.core.loop import Phase
from tests.core.driving import Drive, made
from tests.differential.specs import GraphSpec, NodeSpec

START = "__start__"
TWO = GraphSpec(
    (NodeSpec("a", asks=2), NodeSpec("b", asks=1), NodeSpec("c")), ((START, "a"), (START, "b"), (START, "c"))
)


def asked() -> Drive:
    drive = Drive.started(made(TWO)[1]).go()
    assert drive.loop.phase is Phase.WAITING
    return drive


def answer(drive: Drive, value: object) -> None:
    drive.loop.answer(value)
    drive.loop.resume()
    drive.go()


def log(drive: Drive) -> list[str]:
    found: list[str] = drive.loop.state.cells["log"]
    return found


def test_all_questions_of_a_superstep_are_open_in_task_order() -> None:
    assert [question.value for question in asked().loop.questions] == ["a? 0", "b? 0"]


def test_one_value_for_several_questions_is_refused_with_their_ids() -> None:
    drive = asked()
    with pytest.raises(RuntimeError, match="multiple pending interrupts") as caught:
        drive.loop.answer("yes")
    assert all(question.id in str(caught.value) for question in drive.loop.questions)


def test_only_the_task_that_was_answered_runs_again() -> None:
    drive = asked()
    ran = len(drive.ran)
    a, b = drive.loop.questions
    answer(drive, {b.id: "yes"})
    assert len(drive.ran) == ran + 1
    assert drive.loop.questions == (a,)


def test_answers_of_one_task_are_matched_by_the_order_of_its_calls() -> None:
    drive = asked()
    a, b = drive.loop.questions
    answer(drive, {a.id: "first", b.id: "only"})
    answer(drive, "second")
    assert drive.loop.phase is Phase.DONE
    assert any("['first', 'second']" in line for line in log(drive))
    assert any("['only']" in line for line in log(drive))


def test_a_task_keeps_its_answers_while_it_asks_again() -> None:
    drive = asked()
    a, _b = drive.loop.questions
    answer(drive, {a.id: "first"})
    assert [question.value for question in drive.loop.questions] == ["a? 1", "b? 0"]
    again = Drive.taken_up(drive)
    again.loop.tick()
    answer(again, {question.id: "later" for question in again.loop.questions})
    assert again.loop.phase is Phase.DONE
    assert any("['first', 'later']" in line for line in log(again))


def test_an_answer_to_no_question_changes_nothing() -> None:
    drive = asked()
    ran, questions = len(drive.ran), drive.loop.questions
    answer(drive, {"0" * 32: "lost"})
    assert drive.loop.questions == questions
    assert len(drive.ran) == ran


def test_an_early_value_is_taken_by_the_first_that_asks_and_only_once() -> None:
    drive = Drive.started(made(TWO)[1])
    drive.loop.answer("early")
    drive.go()
    assert [question.value for question in drive.loop.questions] == ["a? 1", "b? 0"]


def test_an_attempt_after_an_error_reuses_the_answers() -> None:
    world, plan = made(GraphSpec((NodeSpec("a", asks=1), NodeSpec("b", fails=1)), ((START, "a"), (START, "b"))))
    drive = Drive.started(plan).go()
    assert drive.loop.phase is Phase.FAILED
    answer(drive, {question.id: "once" for question in drive.loop.questions})
    assert drive.loop.phase is Phase.FAILED
    assert drive.loop.questions == ()
    world.healed = True
    drive.loop.resume()
    drive.go()
    assert drive.loop.phase is Phase.DONE
    assert any("['once']" in line for line in log(drive))


def test_new_input_discards_what_was_pending() -> None:
    drive = asked()
    drive.loop.begin([(START, {"log": ["new"]})])
    assert drive.loop.questions == ()
    assert [task.name for task in drive.loop.tick()] == [START]
    drive.go()
    assert [question.value for question in drive.loop.questions] == ["a? 0", "b? 0"]
