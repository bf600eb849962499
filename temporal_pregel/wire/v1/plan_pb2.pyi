from temporal_pregel.wire.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Plan(_message.Message):
    __slots__ = ("graph", "hash", "nodes", "channels", "edges", "input_channels", "output_channels", "interrupt_before", "interrupt_after", "subgraphs", "step_timeout")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    INPUT_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_AFTER_FIELD_NUMBER: _ClassVar[int]
    SUBGRAPHS_FIELD_NUMBER: _ClassVar[int]
    STEP_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    graph: str
    hash: str
    nodes: _containers.RepeatedCompositeFieldContainer[NodePlan]
    channels: _containers.RepeatedCompositeFieldContainer[ChannelPlan]
    edges: _containers.RepeatedCompositeFieldContainer[EdgePlan]
    input_channels: _containers.RepeatedScalarFieldContainer[str]
    output_channels: _containers.RepeatedScalarFieldContainer[str]
    interrupt_before: _containers.RepeatedScalarFieldContainer[str]
    interrupt_after: _containers.RepeatedScalarFieldContainer[str]
    subgraphs: _containers.RepeatedCompositeFieldContainer[Plan]
    step_timeout: float
    def __init__(self, graph: _Optional[str] = ..., hash: _Optional[str] = ..., nodes: _Optional[_Iterable[_Union[NodePlan, _Mapping[str, object]]]] = ..., channels: _Optional[_Iterable[_Union[ChannelPlan, _Mapping[str, object]]]] = ..., edges: _Optional[_Iterable[_Union[EdgePlan, _Mapping[str, object]]]] = ..., input_channels: _Optional[_Iterable[str]] = ..., output_channels: _Optional[_Iterable[str]] = ..., interrupt_before: _Optional[_Iterable[str]] = ..., interrupt_after: _Optional[_Iterable[str]] = ..., subgraphs: _Optional[_Iterable[_Union[Plan, _Mapping[str, object]]]] = ..., step_timeout: _Optional[float] = ...) -> None: ...

class NodePlan(_message.Message):
    __slots__ = ("name", "kind", "triggers", "reads", "defer", "hidden", "activity", "subgraph", "writes", "cached")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    READS_FIELD_NUMBER: _ClassVar[int]
    DEFER_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    SUBGRAPH_FIELD_NUMBER: _ClassVar[int]
    WRITES_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    triggers: _containers.RepeatedScalarFieldContainer[str]
    reads: _containers.RepeatedScalarFieldContainer[str]
    defer: bool
    hidden: bool
    activity: ActivityOptions
    subgraph: str
    writes: _containers.RepeatedCompositeFieldContainer[PlannedWrite]
    cached: bool
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., triggers: _Optional[_Iterable[str]] = ..., reads: _Optional[_Iterable[str]] = ..., defer: bool = ..., hidden: bool = ..., activity: _Optional[_Union[ActivityOptions, _Mapping[str, object]]] = ..., subgraph: _Optional[str] = ..., writes: _Optional[_Iterable[_Union[PlannedWrite, _Mapping[str, object]]]] = ..., cached: bool = ...) -> None: ...

class PlannedWrite(_message.Message):
    __slots__ = ("channel", "value")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    channel: str
    value: _value_pb2.Value
    def __init__(self, channel: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping[str, object]]] = ...) -> None: ...

class ChannelPlan(_message.Message):
    __slots__ = ("key", "kind", "reducer", "type", "names", "guard", "accumulate")
    KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REDUCER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    GUARD_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATE_FIELD_NUMBER: _ClassVar[int]
    key: str
    kind: str
    reducer: str
    type: str
    names: _containers.RepeatedScalarFieldContainer[str]
    guard: bool
    accumulate: bool
    def __init__(self, key: _Optional[str] = ..., kind: _Optional[str] = ..., reducer: _Optional[str] = ..., type: _Optional[str] = ..., names: _Optional[_Iterable[str]] = ..., guard: bool = ..., accumulate: bool = ...) -> None: ...

class EdgePlan(_message.Message):
    __slots__ = ("sources", "target", "conditional", "label")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    CONDITIONAL_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedScalarFieldContainer[str]
    target: str
    conditional: bool
    label: str
    def __init__(self, sources: _Optional[_Iterable[str]] = ..., target: _Optional[str] = ..., conditional: bool = ..., label: _Optional[str] = ...) -> None: ...

class ActivityOptions(_message.Message):
    __slots__ = ("task_queue", "start_to_close", "schedule_to_close", "schedule_to_start", "heartbeat", "retry", "priority", "fairness_key", "fairness_weight")
    TASK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    START_TO_CLOSE_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_CLOSE_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_START_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    FAIRNESS_KEY_FIELD_NUMBER: _ClassVar[int]
    FAIRNESS_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    task_queue: str
    start_to_close: float
    schedule_to_close: float
    schedule_to_start: float
    heartbeat: float
    retry: RetryPolicy
    priority: int
    fairness_key: str
    fairness_weight: float
    def __init__(self, task_queue: _Optional[str] = ..., start_to_close: _Optional[float] = ..., schedule_to_close: _Optional[float] = ..., schedule_to_start: _Optional[float] = ..., heartbeat: _Optional[float] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping[str, object]]] = ..., priority: _Optional[int] = ..., fairness_key: _Optional[str] = ..., fairness_weight: _Optional[float] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("initial_interval", "backoff", "max_interval", "max_attempts", "non_retryable")
    INITIAL_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MAX_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NON_RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    initial_interval: float
    backoff: float
    max_interval: float
    max_attempts: int
    non_retryable: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, initial_interval: _Optional[float] = ..., backoff: _Optional[float] = ..., max_interval: _Optional[float] = ..., max_attempts: _Optional[int] = ..., non_retryable: _Optional[_Iterable[str]] = ...) -> None: ...
