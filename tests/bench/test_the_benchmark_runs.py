from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.cases import CASES
from bench.main import main
from bench.measuring import DifferentResultsError, plain
from bench.report import Row, cells, shown


def test_one_case_is_measured_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "all.json"
    main(["--only", "interrupt and resume", "--rounds", "1", "--json", str(target)])
    document = json.loads(target.read_text())
    assert [row["case"] for row in document["rows"]] == ["interrupt and resume", "async, interrupt and resume"]
    for row in document["rows"]:
        assert row["ratio"] == pytest.approx(row["theirs"] / row["ours"])
    assert document["versions"].keys() == {"temporal_pregel", "langgraph", "temporalio", "build"}
    assert "2 cases" in capsys.readouterr().out


def test_no_two_cases_are_the_same() -> None:
    named = [(case.name, case.saver) for case in CASES]
    assert len(named) == len(set(named))


def test_a_missed_ratio_shows_in_the_row_and_in_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Row("slow", "", 1.0, 2.0, "s", 2.0, "≥ 20", well=False)
    monkeypatch.setattr("bench.main.measured", lambda chosen: [slow])
    assert main(["--check"]) == 1
    assert "MISSED" in capsys.readouterr().out
    assert main([]) == 0


def test_times_of_different_results_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    results = iter([{"value": 1}, {"value": 2}])
    monkeypatch.setattr("bench.measuring._call_once", lambda case, lib: next(results))
    with pytest.raises(DifferentResultsError):
        main(["--only", "subgraph", "--rounds", "1"])


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (0.0000123, "s", "12.3 µs"),
        (0.25, "s", "250 ms"),
        (2.0, "s", "2 s"),
        (56_700_000, "B", "56.7 MB"),
        (650_000, "B", "650 KB"),
    ],
)
def test_amounts_have_three_digits_and_a_unit(amount: float, unit: str, text: str) -> None:
    assert shown(amount, unit) == text


def test_a_row_without_a_wish_has_no_mark() -> None:
    assert cells(Row("import", "", 0.1, 1.0, "s", 0.1))[-1] == ""


def test_a_result_is_compared_without_the_ids_of_its_questions() -> None:
    from langgraph.types import Interrupt as Theirs

    from temporal_pregel import Interrupt

    assert plain({"a": (Interrupt("why", "1"),)}) == plain({"a": [Theirs("why", id="2")]}) == {"a": ["why"]}
