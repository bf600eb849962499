"""add_messages on plain dicts: what has a known id replaces, what removes removes, all else is appended."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel import add_messages
from temporal_pregel.graph.message import REMOVE_ALL_MESSAGES

Message = dict[str, Any]


def message(id: str, content: str = "") -> Message:
    return {"role": "user", "content": content, "id": id}


def remove(id: str) -> Message:
    return {"role": "remove", "id": id}


ids = st.sampled_from("abcdef")
messages = st.lists(st.builds(message, ids, st.text(max_size=3)), max_size=8)


def last_of_each(items: list[Message]) -> dict[str, Message]:
    return {item["id"]: item for item in items}


def held(items: list[Message]) -> list[Message]:
    """A list as a channel holds it."""
    merged: list[Message] = add_messages([], items)
    return merged


@given(messages, messages)
def test_every_id_is_there_once_with_its_last_message(left: list[Message], right: list[Message]) -> None:
    merged = add_messages(held(left), right)
    assert {item["id"]: item for item in merged} == {**last_of_each(left), **last_of_each(right)}
    assert len(merged) == len({item["id"] for item in merged})


@given(messages, messages)
def test_what_was_held_keeps_its_place(left: list[Message], right: list[Message]) -> None:
    before = held(left)
    merged = add_messages(before, right)
    assert [item["id"] for item in merged[: len(before)]] == [item["id"] for item in before]


@given(messages, messages)
def test_it_changes_neither_argument_and_is_repeatable(left: list[Message], right: list[Message]) -> None:
    before = held(left)
    copies = [dict(item) for item in before], [dict(item) for item in right]
    assert add_messages(before, right) == add_messages(before, right)
    assert (before, right) == copies


@given(messages, ids)
def test_a_remove_message_takes_one_away(left: list[Message], gone: str) -> None:
    before = held([*left, message(gone)])
    assert add_messages(before, remove(gone)) == [item for item in before if item["id"] != gone]


@given(messages, messages, messages)
def test_removing_all_leaves_what_comes_after(left: list[Message], before: list[Message], after: list[Message]) -> None:
    assert add_messages(held(left), [*before, remove(REMOVE_ALL_MESSAGES), *after]) == after


def test_removing_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Attempting to delete a message with an ID that doesn't exist \('b'\)"):
        add_messages([message("a")], [remove("b")])


def test_a_message_that_comes_back_after_its_removal_stays() -> None:
    assert add_messages([message("a", "old")], [remove("a"), message("a", "new")]) == [message("a", "new")]


@pytest.mark.parametrize(
    ("given", "role", "content"),
    [
        ("hi", "user", "hi"),
        (("human", "hi"), "user", "hi"),
        (("ai", "hello"), "assistant", "hello"),
        (("system", "be kind"), "system", "be kind"),
        ({"role": "tool", "content": "42"}, "tool", "42"),
    ],
)
def test_what_stands_for_a_message_becomes_one(
    given: Any, role: str, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "langchain_core.messages", raising=False)
    (made,) = add_messages([], given)
    assert (made["role"], made["content"]) == (role, content)
    assert made["id"]


@pytest.mark.parametrize("nonsense", [3, {"content": "no role"}, ("one", "two", "three"), None])
def test_anything_else_is_refused(nonsense: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "langchain_core.messages", raising=False)
    with pytest.raises(ValueError, match=r"Expected a message|Must specify"):
        add_messages([], nonsense)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="Unrecognized format='xml'"):
        add_messages([], [], format="xml")  # type: ignore[arg-type]
    assert add_messages(format="langchain-openai") is add_messages(format="langchain-openai")
