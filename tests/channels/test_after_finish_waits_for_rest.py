from __future__ import annotations

import pytest

from temporal_pregel.channels import LastValueAfterFinish, NamedBarrierValueAfterFinish


def last_value() -> LastValueAfterFinish:
    channel = LastValueAfterFinish(int)
    assert channel.update([1, 2])
    return channel


def barrier() -> NamedBarrierValueAfterFinish:
    channel = NamedBarrierValueAfterFinish(str, {"a", "b"})
    assert channel.update(["a", "b"])
    return channel


@pytest.mark.parametrize(("make", "value"), [(last_value, 2), (barrier, None)])
def test_it_is_seen_only_once_the_graph_has_come_to_rest(make, value) -> None:  # type: ignore[no-untyped-def]
    channel = make()
    assert not channel.is_available()
    assert not channel.consume()
    assert channel.finish()
    assert not channel.finish()
    assert channel.get() == value


@pytest.mark.parametrize("make", [last_value, barrier])
def test_being_consumed_empties_it(make) -> None:  # type: ignore[no-untyped-def]
    channel = make()
    channel.finish()
    assert channel.consume()
    assert not channel.is_available()
    assert not channel.finish()


@pytest.mark.parametrize("make", [last_value, barrier])
def test_a_checkpoint_knows_whether_it_was_finished(make) -> None:  # type: ignore[no-untyped-def]
    channel = make()
    assert not channel.from_checkpoint(channel.checkpoint()).is_available()
    channel.finish()
    assert channel.from_checkpoint(channel.checkpoint()).is_available()


def test_a_new_value_waits_for_the_next_rest() -> None:
    channel = last_value()
    channel.finish()
    channel.update([3])
    assert not channel.is_available()


def test_an_incomplete_barrier_does_not_finish() -> None:
    channel = NamedBarrierValueAfterFinish(str, {"a", "b"})
    channel.update(["a"])
    assert not channel.finish()
