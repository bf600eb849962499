from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NotRequired

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.channels import DeltaChannel
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.graph.schema import channel_of
from temporal_pregel.types import Overwrite


def extend(held: list[int] | None, writes: Sequence[list[int]]) -> list[int]:
    return [*(held or []), *(item for write in writes for item in write)]


def merge(held: dict[str, int], writes: Sequence[dict[str, int]]) -> dict[str, int]:
    return {key: value for each in (held, *writes) for key, value in each.items()}


LISTS = DeltaChannel(extend).named("k")
BATCHES = st.lists(st.lists(st.lists(st.integers())))


@given(BATCHES)
def test_a_replay_gives_what_the_supersteps_gave(batches: list[list[list[int]]]) -> None:
    cell = LISTS.seed()
    for batch in batches:
        folded = LISTS.fold(cell, batch)
        cell = cell if folded is UNCHANGED else folded
    assert LISTS.replay(LISTS.seed(), [write for batch in batches for write in batch]) == cell


def test_the_reducer_is_called_once_for_a_superstep() -> None:
    calls: list[Sequence[Any]] = []
    channel = DeltaChannel(lambda held, writes: calls.append(writes) or held)
    channel.fold([], [[1], [2]])
    assert calls == [[[1], [2]]]


def test_an_overwrite_discards_the_other_writes_of_its_superstep() -> None:
    assert LISTS.fold([1], [[2], Overwrite([3]), [4]]) == [3]
    with pytest.raises(InvalidUpdateError, match="At key 'k': Can receive only one Overwrite"):
        LISTS.fold([1], [Overwrite([2]), Overwrite([3])])


def test_a_replay_goes_on_from_the_last_overwrite() -> None:
    assert LISTS.replay([1], [[2], Overwrite([3]), [4], Overwrite([5]), [6]]) == [5, 6]


def test_an_overwrite_with_none_empties_it() -> None:
    assert LISTS.fold([1], [Overwrite(None)]) == []


def test_it_starts_as_the_annotated_type_unless_another_was_given() -> None:
    assert channel_of("k", Annotated[NotRequired[dict[str, int]], DeltaChannel(merge)]).seed() == {}
    assert channel_of("k", Annotated[Any, DeltaChannel(extend, list)]).seed() == []
    assert DeltaChannel(extend).seed() == []


def test_a_type_without_an_empty_value_starts_from_none() -> None:
    class Needs:
        def __init__(self, value: int) -> None:
            self.value = value

    channel = DeltaChannel(lambda held, writes: (held, *writes), Needs)
    assert channel.seed() is MISSING
    assert channel.fold(channel.seed(), [1]) == (None, 1)


def test_as_an_object_it_keeps_nothing_but_takes_any_start() -> None:
    channel = LISTS.from_checkpoint([1])
    channel.replay_writes([("task", "k", [2]), ("task", "k", [3])])
    assert channel.get() == [1, 2, 3]
    assert channel.checkpoint() is MISSING


@pytest.mark.parametrize("frequency", [0, -1, 1.5, None])
def test_a_frequency_is_a_positive_number(frequency: Any) -> None:
    with pytest.raises(ValueError, match="snapshot_frequency must be a positive int"):
        DeltaChannel(extend, snapshot_frequency=frequency)


def test_channels_are_equal_by_reducer_and_frequency() -> None:
    assert DeltaChannel(extend) == DeltaChannel(extend)
    assert DeltaChannel(extend) != DeltaChannel(merge)
    assert DeltaChannel(extend) != DeltaChannel(extend, snapshot_frequency=5)
