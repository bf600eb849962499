from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workers import sample
from workers.graphs import load_graphs
from workers.settings import SettingsError

HERE = "tests.workers.sample"


def test_module_and_attribute_lead_to_the_graph() -> None:
    assert load_graphs([f"{HERE}:doubler", f"{HERE}:Shelf.inner"]) == [sample.doubler, sample.dawdler]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_colon", "'no_colon' names no graph. It must be module:attribute"),
        (f"{HERE}:", "It must be module:attribute"),
        ("not_there:app", "there is no module 'not_there'. The folder that holds it must be the current one"),
        ("tests.not_there:app", "there is no module 'tests.not_there'"),
        (f"{HERE}:dubler", "has no 'dubler'. Its compiled graphs: also_doubler, dawdler, doubler."),
        (f"{HERE}:builder", "isn't compiled yet. Serve what its .compile(name=…) returns."),
        (f"{HERE}:number", "is 'int', not a compiled graph."),
    ],
)
def test_a_name_that_leads_to_no_graph_is_an_error_that_says_why(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load_graphs([name])


def test_two_graphs_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match=f"{HERE}:doubler and {HERE}:also_doubler are both named 'doubler'"):
        load_graphs([f"{HERE}:doubler", f"{HERE}:also_doubler"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import surely_not_installed", "imports 'surely_not_installed', which is not installed here"),
        ("1 / 0", "failed: ZeroDivisionError: division by zero"),
        ("def", "failed: SyntaxError"),
    ],
)
def test_a_module_that_fails_is_told_from_one_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "fails_on_import.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SettingsError, match=re.escape(said)) as raised:
        load_graphs(["fails_on_import:app"])
    assert raised.value.__cause__ is not None
