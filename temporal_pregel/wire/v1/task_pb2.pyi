from temporal_pregel.wire.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Assignment(_message.Message):
    __slots__ = ("graph", "node", "task_id", "step", "namespace", "path", "triggers", "reads", "state", "arg", "answers", "null_answer", "calls", "inner", "run", "stop", "checkpoint_id", "idempotency_key", "plan_hash", "engine_version", "cause", "timeout", "cache", "wrote")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    READS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ARG_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    NULL_ANSWER_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    INNER_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    PLAN_HASH_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    CACHE_FIELD_NUMBER: _ClassVar[int]
    WROTE_FIELD_NUMBER: _ClassVar[int]
    graph: str
    node: str
    task_id: str
    step: int
    namespace: _containers.RepeatedScalarFieldContainer[str]
    path: _value_pb2.Value
    triggers: _containers.RepeatedScalarFieldContainer[str]
    reads: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    state: _value_pb2.Value
    arg: _value_pb2.Value
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    null_answer: Answer
    calls: _containers.RepeatedCompositeFieldContainer[CallRecord]
    inner: _value_pb2.Value
    run: RunContext
    stop: int
    checkpoint_id: str
    idempotency_key: str
    plan_hash: str
    engine_version: int
    cause: TaskError
    timeout: _value_pb2.Value
    cache: str
    wrote: _containers.RepeatedCompositeFieldContainer[Write]
    def __init__(self, graph: _Optional[str] = ..., node: _Optional[str] = ..., task_id: _Optional[str] = ..., step: _Optional[int] = ..., namespace: _Optional[_Iterable[str]] = ..., path: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., triggers: _Optional[_Iterable[str]] = ..., reads: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., state: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., arg: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping[str, object]]]] = ..., null_answer: _Optional[_Union[Answer, _Mapping[str, object]]] = ..., calls: _Optional[_Iterable[_Union[CallRecord, _Mapping[str, object]]]] = ..., inner: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., run: _Optional[_Union[RunContext, _Mapping[str, object]]] = ..., stop: _Optional[int] = ..., checkpoint_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., plan_hash: _Optional[str] = ..., engine_version: _Optional[int] = ..., cause: _Optional[_Union[TaskError, _Mapping[str, object]]] = ..., timeout: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., cache: _Optional[str] = ..., wrote: _Optional[_Iterable[_Union[Write, _Mapping[str, object]]]] = ...) -> None: ...

class RunContext(_message.Message):
    __slots__ = ("thread_id", "turn_id", "configurable", "metadata", "tags", "context", "run_name", "recursion_limit", "control", "shown")
    THREAD_ID_FIELD_NUMBER: _ClassVar[int]
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIGURABLE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    RUN_NAME_FIELD_NUMBER: _ClassVar[int]
    RECURSION_LIMIT_FIELD_NUMBER: _ClassVar[int]
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    thread_id: str
    turn_id: str
    configurable: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    metadata: _containers.RepeatedCompositeFieldContainer[_value_pb2.Field]
    tags: _containers.RepeatedScalarFieldContainer[str]
    context: _value_pb2.Value
    run_name: str
    recursion_limit: int
    control: Control
    shown: Shown
    def __init__(self, thread_id: _Optional[str] = ..., turn_id: _Optional[str] = ..., configurable: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., metadata: _Optional[_Iterable[_Union[_value_pb2.Field, _Mapping[str, object]]]] = ..., tags: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., run_name: _Optional[str] = ..., recursion_limit: _Optional[int] = ..., control: _Optional[_Union[Control, _Mapping[str, object]]] = ..., shown: _Optional[_Union[Shown, _Mapping[str, object]]] = ...) -> None: ...

class Shown(_message.Message):
    __slots__ = ("modes", "typed")
    MODES_FIELD_NUMBER: _ClassVar[int]
    TYPED_FIELD_NUMBER: _ClassVar[int]
    modes: _containers.RepeatedScalarFieldContainer[str]
    typed: bool
    def __init__(self, modes: _Optional[_Iterable[str]] = ..., typed: bool = ...) -> None: ...

class Part(_message.Message):
    __slots__ = ("namespace", "mode", "data", "asked")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    namespace: _containers.RepeatedScalarFieldContainer[str]
    mode: str
    data: _value_pb2.Value
    asked: bool
    def __init__(self, namespace: _Optional[_Iterable[str]] = ..., mode: _Optional[str] = ..., data: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., asked: bool = ...) -> None: ...

class Control(_message.Message):
    __slots__ = ("drain", "at_once")
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    AT_ONCE_FIELD_NUMBER: _ClassVar[int]
    drain: str
    at_once: bool
    def __init__(self, drain: _Optional[str] = ..., at_once: bool = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("task_id", "writes", "interrupts", "parent_command", "state_digest", "inner", "calls", "error", "superseded", "refused", "cached", "drain", "parts", "unshown", "drained")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    WRITES_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTS_FIELD_NUMBER: _ClassVar[int]
    PARENT_COMMAND_FIELD_NUMBER: _ClassVar[int]
    STATE_DIGEST_FIELD_NUMBER: _ClassVar[int]
    INNER_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    UNSHOWN_FIELD_NUMBER: _ClassVar[int]
    DRAINED_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    writes: _containers.RepeatedCompositeFieldContainer[Write]
    interrupts: _containers.RepeatedCompositeFieldContainer[Interrupt]
    parent_command: _value_pb2.Value
    state_digest: str
    inner: _value_pb2.Value
    calls: _containers.RepeatedCompositeFieldContainer[CallRecord]
    error: TaskError
    superseded: bool
    refused: TaskError
    cached: bool
    drain: str
    parts: _containers.RepeatedCompositeFieldContainer[Part]
    unshown: str
    drained: bool
    def __init__(self, task_id: _Optional[str] = ..., writes: _Optional[_Iterable[_Union[Write, _Mapping[str, object]]]] = ..., interrupts: _Optional[_Iterable[_Union[Interrupt, _Mapping[str, object]]]] = ..., parent_command: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., state_digest: _Optional[str] = ..., inner: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., calls: _Optional[_Iterable[_Union[CallRecord, _Mapping[str, object]]]] = ..., error: _Optional[_Union[TaskError, _Mapping[str, object]]] = ..., superseded: bool = ..., refused: _Optional[_Union[TaskError, _Mapping[str, object]]] = ..., cached: bool = ..., drain: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[Part, _Mapping[str, object]]]] = ..., unshown: _Optional[str] = ..., drained: bool = ...) -> None: ...

class Write(_message.Message):
    __slots__ = ("channel", "value")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    channel: str
    value: _value_pb2.Value
    def __init__(self, channel: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class Interrupt(_message.Message):
    __slots__ = ("id", "value", "node", "task_id", "namespace", "index", "when", "response_schema")
    ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    id: str
    value: _value_pb2.Value
    node: str
    task_id: str
    namespace: _containers.RepeatedScalarFieldContainer[str]
    index: int
    when: str
    response_schema: _value_pb2.Value
    def __init__(self, id: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., node: _Optional[str] = ..., task_id: _Optional[str] = ..., namespace: _Optional[_Iterable[str]] = ..., index: _Optional[int] = ..., when: _Optional[str] = ..., response_schema: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("interrupt_id", "value")
    INTERRUPT_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    interrupt_id: str
    value: _value_pb2.Value
    def __init__(self, interrupt_id: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class CallRecord(_message.Message):
    __slots__ = ("index", "name", "result", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    name: str
    result: _value_pb2.Value
    error: TaskError
    def __init__(self, index: _Optional[int] = ..., name: _Optional[str] = ..., result: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ..., error: _Optional[_Union[TaskError, _Mapping[str, object]]] = ...) -> None: ...

class TaskError(_message.Message):
    __slots__ = ("type", "message", "traceback", "attempts")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TRACEBACK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    type: str
    message: str
    traceback: str
    attempts: int
    def __init__(self, type: _Optional[str] = ..., message: _Optional[str] = ..., traceback: _Optional[str] = ..., attempts: _Optional[int] = ...) -> None: ...
