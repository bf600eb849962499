from temporal_pregel.wire.v1 import plan_pb2 as _plan_pb2
from temporal_pregel.wire.v1 import task_pb2 as _task_pb2
from temporal_pregel.wire.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RunOptions(_message.Message):
    __slots__ = ("engine_version", "plan", "plan_hash", "recursion_limit", "configurable", "metadata", "tags", "context", "run_name", "interrupt_before", "interrupt_after", "durability", "keep_open", "idle_timeout", "interrupt_on_error", "turn_id", "origin", "continued", "thread_id", "no_input", "command", "shown", "control")
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PLAN_HASH_FIELD_NUMBER: _ClassVar[int]
    RECURSION_LIMIT_FIELD_NUMBER: _ClassVar[int]
    CONFIGURABLE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    RUN_NAME_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_AFTER_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_FIELD_NUMBER: _ClassVar[int]
    KEEP_OPEN_FIELD_NUMBER: _ClassVar[int]
    IDLE_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_ON_ERROR_FIELD_NUMBER: _ClassVar[int]
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    CONTINUED_FIELD_NUMBER: _ClassVar[int]
    THREAD_ID_FIELD_NUMBER: _ClassVar[int]
    NO_INPUT_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    engine_version: int
    plan: _plan_pb2.Plan
    plan_hash: str
    recursion_limit: int
    configurable: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    metadata: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    tags: _containers.RepeatedScalarFieldContainer[str]
    context: _value_pb2.Value
    run_name: str
    interrupt_before: _containers.RepeatedScalarFieldContainer[str]
    interrupt_after: _containers.RepeatedScalarFieldContainer[str]
    durability: str
    keep_open: bool
    idle_timeout: float
    interrupt_on_error: bool
    turn_id: str
    origin: RunOrigin
    continued: Snapshot
    thread_id: str
    no_input: bool
    command: bool
    shown: _task_pb2.Shown
    control: _task_pb2.Control
    def __init__(self, engine_version: _Optional[int] = ..., plan: _Optional[_Union[_plan_pb2.Plan, _Mapping[str, object]]] = ..., plan_hash: _Optional[str] = ..., recursion_limit: _Optional[int] = ..., configurable: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., metadata: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., tags: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., run_name: _Optional[str] = ..., interrupt_before: _Optional[_Iterable[str]] = ..., interrupt_after: _Optional[_Iterable[str]] = ..., durability: _Optional[str] = ..., keep_open: bool = ..., idle_timeout: _Optional[float] = ..., interrupt_on_error: bool = ..., turn_id: _Optional[str] = ..., origin: _Optional[_Union[RunOrigin, _Mapping[str, object]]] = ..., continued: _Optional[_Union[Snapshot, _Mapping[str, object]]] = ..., thread_id: _Optional[str] = ..., no_input: bool = ..., command: bool = ..., shown: _Optional[_Union[_task_pb2.Shown, _Mapping[str, object]]] = ..., control: _Optional[_Union[_task_pb2.Control, _Mapping[str, object]]] = ...) -> None: ...

class RunOrigin(_message.Message):
    __slots__ = ("workflow_id", "run_id", "checkpoint_id")
    WORKFLOW_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    workflow_id: str
    run_id: str
    checkpoint_id: str
    def __init__(self, workflow_id: _Optional[str] = ..., run_id: _Optional[str] = ..., checkpoint_id: _Optional[str] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("engine_version", "checkpoint_id", "parent_checkpoint_id", "source", "step", "stop", "turn", "namespace", "cells", "seen", "updated", "tasks", "null_writes", "questions", "early", "rejected", "stream_offset", "open_turns", "finished_turns", "subgraphs", "answers", "status")
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    TURN_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NULL_WRITES_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    EARLY_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    STREAM_OFFSET_FIELD_NUMBER: _ClassVar[int]
    OPEN_TURNS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_TURNS_FIELD_NUMBER: _ClassVar[int]
    SUBGRAPHS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    engine_version: int
    checkpoint_id: str
    parent_checkpoint_id: str
    source: str
    step: int
    stop: int
    turn: int
    namespace: _containers.RepeatedScalarFieldContainer[str]
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    seen: _containers.RepeatedCompositeFieldContainer[Seen]
    updated: _containers.RepeatedScalarFieldContainer[str]
    tasks: _containers.RepeatedCompositeFieldContainer[PendingTask]
    null_writes: _containers.RepeatedCompositeFieldContainer[_task_pb2.Write]
    questions: _containers.RepeatedCompositeFieldContainer[_task_pb2.Interrupt]
    early: _containers.RepeatedCompositeFieldContainer[_task_pb2.Answer]
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedInput]
    stream_offset: int
    open_turns: _containers.RepeatedScalarFieldContainer[str]
    finished_turns: _containers.RepeatedScalarFieldContainer[str]
    subgraphs: _containers.RepeatedCompositeFieldContainer[Snapshot]
    answers: _containers.RepeatedCompositeFieldContainer[_task_pb2.Answer]
    status: str
    def __init__(self, engine_version: _Optional[int] = ..., checkpoint_id: _Optional[str] = ..., parent_checkpoint_id: _Optional[str] = ..., source: _Optional[str] = ..., step: _Optional[int] = ..., stop: _Optional[int] = ..., turn: _Optional[int] = ..., namespace: _Optional[_Iterable[str]] = ..., cells: _Optional[_Iterable[_Union[Cell, _Mapping[str, object]]]] = ..., seen: _Optional[_Iterable[_Union[Seen, _Mapping[str, object]]]] = ..., updated: _Optional[_Iterable[str]] = ..., tasks: _Optional[_Iterable[_Union[PendingTask, _Mapping[str, object]]]] = ..., null_writes: _Optional[_Iterable[_Union[_task_pb2.Write, _Mapping[str, object]]]] = ..., questions: _Optional[_Iterable[_Union[_task_pb2.Interrupt, _Mapping[str, object]]]] = ..., early: _Optional[_Iterable[_Union[_task_pb2.Answer, _Mapping[str, object]]]] = ..., rejected: _Optional[_Iterable[_Union[RejectedInput, _Mapping[str, object]]]] = ..., stream_offset: _Optional[int] = ..., open_turns: _Optional[_Iterable[str]] = ..., finished_turns: _Optional[_Iterable[str]] = ..., subgraphs: _Optional[_Iterable[_Union[Snapshot, _Mapping[str, object]]]] = ..., answers: _Optional[_Iterable[_Union[_task_pb2.Answer, _Mapping[str, object]]]] = ..., status: _Optional[str] = ...) -> None: ...

class Handover(_message.Message):
    __slots__ = ("graph", "whole", "part", "size", "digest", "origin", "error")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    graph: str
    whole: Snapshot
    part: str
    size: int
    digest: str
    origin: RunOrigin
    error: _task_pb2.TaskError
    def __init__(self, graph: _Optional[str] = ..., whole: _Optional[_Union[Snapshot, _Mapping[str, object]]] = ..., part: _Optional[str] = ..., size: _Optional[int] = ..., digest: _Optional[str] = ..., origin: _Optional[_Union[RunOrigin, _Mapping[str, object]]] = ..., error: _Optional[_Union[_task_pb2.TaskError, _Mapping[str, object]]] = ...) -> None: ...

class Cell(_message.Message):
    __slots__ = ("channel", "value", "version")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    channel: str
    value: _value_pb2.Value
    version: int
    def __init__(self, channel: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., version: _Optional[int] = ...) -> None: ...

class Seen(_message.Message):
    __slots__ = ("node", "versions")
    NODE_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    node: str
    versions: _containers.RepeatedCompositeFieldContainer[ChannelVersion]
    def __init__(self, node: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[ChannelVersion, _Mapping[str, object]]]] = ...) -> None: ...

class ChannelVersion(_message.Message):
    __slots__ = ("channel", "version")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    channel: str
    version: int
    def __init__(self, channel: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PendingTask(_message.Message):
    __slots__ = ("task_id", "node", "path", "triggers", "arg", "outcome", "answers", "inner", "inside")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    ARG_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    INNER_FIELD_NUMBER: _ClassVar[int]
    INSIDE_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    node: str
    path: _value_pb2.Value
    triggers: _containers.RepeatedScalarFieldContainer[str]
    arg: _value_pb2.Value
    outcome: _task_pb2.Outcome
    answers: _containers.RepeatedCompositeFieldContainer[_task_pb2.Answer]
    inner: Snapshot
    inside: _value_pb2.Value
    def __init__(self, task_id: _Optional[str] = ..., node: _Optional[str] = ..., path: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., triggers: _Optional[_Iterable[str]] = ..., arg: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., outcome: _Optional[_Union[_task_pb2.Outcome, _Mapping[str, object]]] = ..., answers: _Optional[_Iterable[_Union[_task_pb2.Answer, _Mapping[str, object]]]] = ..., inner: _Optional[_Union[Snapshot, _Mapping[str, object]]] = ..., inside: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class RejectedInput(_message.Message):
    __slots__ = ("what", "name", "code", "reason")
    WHAT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    what: str
    name: str
    code: str
    reason: str
    def __init__(self, what: _Optional[str] = ..., name: _Optional[str] = ..., code: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class StateView(_message.Message):
    __slots__ = ("status", "step", "values", "next", "interrupts", "rejected", "checkpoint_id", "root", "error", "source", "created_at", "parent_checkpoint_id", "run", "tasks")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTS_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    PARENT_CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    status: str
    step: int
    values: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    next: _containers.RepeatedScalarFieldContainer[str]
    interrupts: _containers.RepeatedCompositeFieldContainer[_task_pb2.Interrupt]
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedInput]
    checkpoint_id: str
    root: _value_pb2.Value
    error: _task_pb2.TaskError
    source: str
    created_at: str
    parent_checkpoint_id: str
    run: _task_pb2.RunContext
    tasks: _containers.RepeatedCompositeFieldContainer[TaskView]
    def __init__(self, status: _Optional[str] = ..., step: _Optional[int] = ..., values: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., next: _Optional[_Iterable[str]] = ..., interrupts: _Optional[_Iterable[_Union[_task_pb2.Interrupt, _Mapping[str, object]]]] = ..., rejected: _Optional[_Iterable[_Union[RejectedInput, _Mapping[str, object]]]] = ..., checkpoint_id: _Optional[str] = ..., root: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., error: _Optional[_Union[_task_pb2.TaskError, _Mapping[str, object]]] = ..., source: _Optional[str] = ..., created_at: _Optional[str] = ..., parent_checkpoint_id: _Optional[str] = ..., run: _Optional[_Union[_task_pb2.RunContext, _Mapping[str, object]]] = ..., tasks: _Optional[_Iterable[_Union[TaskView, _Mapping[str, object]]]] = ...) -> None: ...

class TaskView(_message.Message):
    __slots__ = ("id", "node", "path", "finished", "writes", "interrupts", "error", "inner", "inside")
    ID_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    WRITES_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    INNER_FIELD_NUMBER: _ClassVar[int]
    INSIDE_FIELD_NUMBER: _ClassVar[int]
    id: str
    node: str
    path: _value_pb2.Value
    finished: bool
    writes: _containers.RepeatedCompositeFieldContainer[_task_pb2.Write]
    interrupts: _containers.RepeatedCompositeFieldContainer[_task_pb2.Interrupt]
    error: _task_pb2.TaskError
    inner: StateView
    inside: _value_pb2.Value
    def __init__(self, id: _Optional[str] = ..., node: _Optional[str] = ..., path: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., finished: bool = ..., writes: _Optional[_Iterable[_Union[_task_pb2.Write, _Mapping[str, object]]]] = ..., interrupts: _Optional[_Iterable[_Union[_task_pb2.Interrupt, _Mapping[str, object]]]] = ..., error: _Optional[_Union[_task_pb2.TaskError, _Mapping[str, object]]] = ..., inner: _Optional[_Union[StateView, _Mapping[str, object]]] = ..., inside: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("offset", "step", "namespace", "mode", "node", "task_id", "data")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    offset: int
    step: int
    namespace: _containers.RepeatedScalarFieldContainer[str]
    mode: str
    node: str
    task_id: str
    data: _value_pb2.Value
    def __init__(self, offset: _Optional[int] = ..., step: _Optional[int] = ..., namespace: _Optional[_Iterable[str]] = ..., mode: _Optional[str] = ..., node: _Optional[str] = ..., task_id: _Optional[str] = ..., data: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class EventPage(_message.Message):
    __slots__ = ("events", "next_offset", "done")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_OFFSET_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[Event]
    next_offset: int
    done: bool
    def __init__(self, events: _Optional[_Iterable[_Union[Event, _Mapping[str, object]]]] = ..., next_offset: _Optional[int] = ..., done: bool = ...) -> None: ...

class TurnRequest(_message.Message):
    __slots__ = ("turn_id", "input", "options")
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    turn_id: str
    input: _value_pb2.Value
    options: RunOptions
    def __init__(self, turn_id: _Optional[str] = ..., input: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., options: _Optional[_Union[RunOptions, _Mapping[str, object]]] = ...) -> None: ...

class TurnAnswer(_message.Message):
    __slots__ = ("turn_id", "status", "run_id", "error")
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    turn_id: str
    status: str
    run_id: str
    error: _task_pb2.TaskError
    def __init__(self, turn_id: _Optional[str] = ..., status: _Optional[str] = ..., run_id: _Optional[str] = ..., error: _Optional[_Union[_task_pb2.TaskError, _Mapping[str, object]]] = ...) -> None: ...
