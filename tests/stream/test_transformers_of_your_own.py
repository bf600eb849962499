"""A transformer sees all events, may change or hold them back, and adds projections to the run."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel.stream import CustomTransformer, StreamChannel, StreamTransformer, UpdatesTransformer
from tests.stream.graphs import line, two


class Counting(StreamTransformer):
    """Counts states, and shows the count as ``run.extensions["count"]``."""

    def __init__(self, scope: tuple[str, ...] = ()) -> None:
        super().__init__(scope)
        self.count: StreamChannel[int] = StreamChannel("count")
        self.states = 0

    def init(self) -> dict[str, Any]:
        return {"count": self.count}

    def process(self, event: Any) -> bool:
        if event["method"] == "values":
            self.states += 1
            self.count.push(self.states)
        return True


def test_its_channel_is_read_and_goes_to_the_events() -> None:
    run = two().stream_events({"log": []}, version="v3", transformers=[Counting])
    counts, events = iter(run.extensions["count"]), list(run)
    assert list(counts) == [1, 2, 3]
    assert [event["params"]["data"] for event in events if event["method"] == "custom:count"] == [1, 2, 3]


def test_a_graph_may_bring_its_own() -> None:
    app = line(a=lambda state: {"log": ["a"]}).compile(transformers=[UpdatesTransformer])
    assert list(app.stream_events({"log": []}, version="v3").updates) == [{"a": {"log": ["a"]}}]


def test_only_the_modes_that_transformers_need_are_streamed() -> None:
    def write(state: Any, writer: Any) -> None:
        writer("hello")

    app = line(write=write).compile()
    assert "custom" not in {event["method"] for event in app.stream_events({"log": []}, version="v3")}
    run = app.stream_events({"log": []}, version="v3", transformers=[CustomTransformer])
    assert list(run.custom) == ["hello"]


def test_one_that_comes_first_changes_what_the_others_see_and_may_hold_it_back() -> None:
    class Redacting(StreamTransformer):
        before_builtins = True

        def init(self) -> dict[str, Any]:
            return {}

        def process(self, event: Any) -> bool:
            if event["method"] == "values":
                event["params"]["data"] = "redacted"
            return bool(event["method"] != "values")

    run = two().stream_events({"log": []}, version="v3", transformers=[Redacting])
    values = iter(run.values)
    assert [event for event in run if event["method"] == "values"] == []
    assert set(values) == {"redacted"}


def test_one_is_made_for_each_graph_inside() -> None:
    scopes: list[tuple[str, ...]] = []

    class Noting(Counting):
        def __init__(self, scope: tuple[str, ...] = ()) -> None:
            super().__init__(scope)
            scopes.append(scope)

    _ = line(inner=two()).compile().stream_events({"log": []}, version="v3", transformers=[Noting]).output
    assert [len(scope) for scope in scopes] == [0, 1]


async def test_what_it_schedules_ends_before_the_run_does() -> None:
    class Scoring(StreamTransformer):
        requires_async = True

        def __init__(self, scope: tuple[str, ...] = ()) -> None:
            super().__init__(scope)
            self.scores: StreamChannel[int] = StreamChannel()

        def init(self) -> dict[str, Any]:
            return {"scores": self.scores}

        async def aprocess(self, event: Any) -> bool:
            async def score() -> None:
                await asyncio.sleep(0.01)
                self.scores.push(len(event["params"]["data"]["log"]))

            if event["method"] == "values":
                self.schedule(score(), on_error="raise")
            return True

    run = await two().astream_events({"log": []}, version="v3", transformers=[Scoring])
    assert sorted([score async for score in run.extensions["scores"]]) == [0, 1, 2]
    with pytest.raises(RuntimeError, match=r"requires an async run.*astream_events"):
        two().stream_events({"log": []}, version="v3", transformers=[Scoring])


def test_its_error_ends_the_run() -> None:
    class Failing(Counting):
        def process(self, event: Any) -> bool:
            raise LookupError("not found")

    run = two().stream_events({"log": []}, version="v3", transformers=[Failing])
    with pytest.raises(LookupError, match="not found"):
        _ = run.output


class Values(Counting):
    def init(self) -> dict[str, Any]:
        return {"values": self.count}


class Listing(Counting):
    def init(self) -> Any:
        return [self.count]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"transformers": [Counting()]}, TypeError, "can't be a pre-built instance: give its class"),
        ({"transformers": [5]}, TypeError, "classes or functions that take a scope, got int"),
        ({"transformers": [Values]}, ValueError, r"conflict.*'values' \(of ValuesTransformer\)"),
        ({"transformers": [Listing]}, TypeError, r"Listing.init\(\) must return a dict"),
        ({"stream_mode": "values"}, TypeError, "does not take stream_mode"),
        ({"version": "v2"}, NotImplementedError, "astream_events"),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        two().stream_events({"log": []}, **{"version": "v3", **given})


def test_a_projection_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match=r"'count' \(its projections: lifecycle, messages, subgraphs, values\)"):
        _ = two().stream_events({"log": []}, version="v3").count
