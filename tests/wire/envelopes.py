"""Envelopes to draw."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

from temporal_pregel.wire.envelope import value
from temporal_pregel.wire.v1.plan_pb2 import Plan
from temporal_pregel.wire.v1.run_pb2 import EventPage, RunOptions, Snapshot, StateView
from temporal_pregel.wire.v1.task_pb2 import Assignment, Outcome
from temporal_pregel.wire.v1.value_pb2 import Field, Pieces, Reference, Value
from temporal_pregel.wire.values import encode
from tests.wire.strategies import json_texts

KINDS: list[type[Message]] = [Plan, Assignment, Outcome, RunOptions, Snapshot, StateView, EventPage, Pieces]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
scalars: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: texts,
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.TYPE_DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=5),
}
held = json_texts.map(encode).map(value) | st.builds(
    lambda digest, size: Value(ref=Reference(digest=digest, size=size)), texts, st.integers(0, 2**64 - 1)
)


@st.composite
def messages(draw: st.DrawFn, kind: Any, depth: int = 0) -> Message:
    if kind is Value:
        return draw(held)
    message = kind()
    for field in draw(st.sets(st.sampled_from(list(kind.DESCRIPTOR.fields)), max_size=4)):
        inner = field.message_type
        if inner is None:
            one = scalars[field.type]
        elif depth < 3:
            one = messages(inner._concrete_class, depth + 1)
        else:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend(draw(st.lists(one, max_size=2)))
        elif inner is None:
            setattr(message, field.name, draw(one))
        else:
            getattr(message, field.name).CopyFrom(draw(one))
    if kind is Field:  # a member of an object has a value
        message.value.CopyFrom(draw(held))
    return message
