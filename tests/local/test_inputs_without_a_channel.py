"""An input for channels that are no input channels is warned of, and is none if that is all."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.channels import EphemeralValue, LastValue
from temporal_pregel.errors import EmptyInputError
from temporal_pregel.pregel import NodeBuilder, Pregel
from tests.local.running import BOTH, Run


def app() -> Any:
    return Pregel(
        nodes={"one": NodeBuilder().subscribe_only("a").do(lambda value: value + 1).write_to("out")},
        channels={"a": EphemeralValue(int), "b": EphemeralValue(int), "out": LastValue(int)},
        input_channels=["a", "b"],
        output_channels="out",
    )


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("given", [{}, {"typo": 1}])
def test_nothing_for_a_channel_is_no_input(run: Run, given: Any) -> None:
    with pytest.raises(EmptyInputError, match="Received no input for a, b"):
        run(app(), given)


@pytest.mark.parametrize("run", BOTH)
def test_what_no_channel_takes_is_named(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    assert run(app(), {"a": 1, "typo": 1}) == 2
    assert "no input channels: typo" in caplog.text
