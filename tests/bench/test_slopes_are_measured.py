from __future__ import annotations

import pytest

from bench import slopes
from bench.main import main


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slopes, "SIZES", (10, 20, 40))
    monkeypatch.setattr(slopes, "STEPS", 20)


def test_every_row_has_a_cost_for_each_size() -> None:
    rows = list(slopes.measured(1))
    assert [row.name for row in rows] == [*slopes.TIMES, *slopes.BYTES]
    for row in rows:
        assert len(row.costs) == 3
        assert all(cost > 0 for cost in row.costs)


def test_what_grows_with_the_size_is_not_flat() -> None:
    assert not slopes.Slope("grows", "µs", [10.0, 20.0, 40.0]).flat
    assert slopes.Slope("grows", "µs", [10.0, 20.0, 40.0]).slope == pytest.approx(1)
    assert slopes.Slope("rests", "µs", [90.0, 20.0, 20.0]).flat


def test_what_is_not_flat_shows_in_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steep = slopes.Slope("grows", "B", [10.0, 20.0, 40.0])
    monkeypatch.setattr(slopes, "measured", lambda rounds, only: [steep])
    assert main(["--slopes", "--check"]) == 1
    assert "NOT FLAT" in capsys.readouterr().out
    assert main(["--slopes"]) == 0
