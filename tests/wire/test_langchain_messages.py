"""LangChain's messages cross the wire where langchain_core is loaded, and loading them isn't our business."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)

from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.values import decode, encode

CALL = {"name": "look", "args": {"x": 1}, "id": "c1", "type": "tool_call"}
MESSAGES: list[BaseMessage] = [
    HumanMessage("hi", id="1"),
    HumanMessage([{"type": "text", "text": "hi"}], name="ann"),
    AIMessage("", tool_calls=[CALL], usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}),
    AIMessageChunk("part", response_metadata={"model": "m"}),
    SystemMessage("be brief", unknown_field=5),
    ToolMessage("42", tool_call_id="c1", artifact={"rows": (1, 2)}),
    ChatMessage("x", role="critic"),
    RemoveMessage(id="1"),
]
DECLARED = [Any, list[AnyMessage], list[BaseMessage], list, Annotated[list[AnyMessage], "reducer"], list[HumanMessage]]


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: str(declared)[:30])
def test_messages_survive_whatever_is_declared(declared: Any) -> None:
    back = decode(encode(MESSAGES, declared), declared)
    assert back == MESSAGES
    assert [type(message) for message in back] == [type(message) for message in MESSAGES]


def test_a_declared_message_reads_without_a_tag_and_without_its_defaults() -> None:
    assert encode([HumanMessage("hi", id="1")], list[AnyMessage]) == '[{"content":"hi","type":"human","id":"1"}]'


def test_an_undeclared_message_is_tagged() -> None:
    assert encode(HumanMessage("hi")) == '{"$message":{"content":"hi","type":"human"}}'


def test_two_restored_messages_share_no_defaults() -> None:
    one, other = decode(encode([HumanMessage("a"), HumanMessage("b")]))
    one.additional_kwargs["x"] = 1
    assert other.additional_kwargs == {}


@pytest.mark.parametrize("said", [{"role": "user", "content": "hi"}, ["human", "hi"], "hi"], ids=str)
def test_other_spellings_are_left_to_the_reducer(said: Any) -> None:
    assert encode([said], list[AnyMessage]) == encode([said])
    assert decode(encode([said]), list[AnyMessage], validate=True) == [said]


def test_a_client_writes_a_message_by_hand() -> None:
    read = decode('[{"type": "human", "content": "hi"}]', list[AnyMessage], validate=True)
    assert read == [HumanMessage("hi")]


def test_a_message_of_no_known_type_is_refused() -> None:
    with pytest.raises(UndecodableValue, match="no message class 'robot'"):
        decode('{"$message": {"type": "robot", "content": ""}}')


def test_langchain_is_not_loaded_for_it() -> None:
    code = """
import sys
from temporal_pregel.wire.values import decode, encode
encode({"x": [1]})
try:
    decode('{"$message": {"type": "human", "content": ""}}')
except ValueError as error:
    print(error)
print("langchain_core" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.splitlines() == [
        "$: no message class 'human' is loaded. Import langchain_core.messages.",
        "False",
    ]
