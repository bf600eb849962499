from __future__ import annotations

import pytest

from workers.settings import ROWS, VARIABLES, SettingsError, read_settings, unknown_variables


def test_a_flag_wins_over_its_variable_and_that_over_the_default() -> None:
    words = ["a:b", "--task-queue", "flag"]
    variables = {"TEMPORAL_PREGEL_TASK_QUEUE": "variable", "TEMPORAL_PREGEL_MAX_NODES": "7"}
    settings = read_settings(words, variables)
    assert (settings.task_queue, settings.max_nodes, settings.grace) == ("flag", 7, 30.0)


def test_graphs_come_from_the_words_or_from_their_variable() -> None:
    variables = {"TEMPORAL_PREGEL_GRAPHS": " a:b\n c:d "}
    assert read_settings([], variables).graphs == ("a:b", "c:d")
    assert read_settings(["e:f"], variables).graphs == ("e:f",)


def test_no_graph_is_an_error_that_shows_how_to_name_one() -> None:
    with pytest.raises(SettingsError, match=r"module:attribute.*TEMPORAL_PREGEL_GRAPHS"):
        read_settings([], {})


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("max_nodes", "0", "a whole number of at least 1"),
        ("max_nodes", "many", "a whole number of at least 1"),
        ("max_cached_workflows", "-1", "a whole number of at least 0"),
        ("grace", "soon", "a number of seconds, 0 or more"),
        ("grace", "nan", "a number of seconds, 0 or more"),
        ("serve", "both", "one of all, workflows, nodes"),
        ("task_queue", "  ", "a text that is not empty"),
    ],
)
def test_a_wrong_value_is_named_with_where_it_stands_and_what_it_should_be(field: str, text: str, wanted: str) -> None:
    flag, variable = "--" + field.replace("_", "-"), "TEMPORAL_PREGEL_" + field.upper()
    with pytest.raises(SettingsError, match=f"{flag} is {text!r}; it must be {wanted}"):
        read_settings(["a:b", f"{flag}={text}"], {})
    with pytest.raises(SettingsError, match=f"{variable} is {text!r}; it must be {wanted}"):
        read_settings(["a:b"], {variable: text})


def test_a_port_above_the_last_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="at most 65535"):
        read_settings(["a:b", "--dev-port", "70000"], {})


def test_help_names_every_flag_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_settings(["--help"], {})
    said = capsys.readouterr().out
    assert ended.value.code == 0
    for word in (*VARIABLES, *(row.flag for row in ROWS), "TEMPORAL_API_KEY"):
        assert word in said


def test_a_misspelt_variable_is_pointed_out() -> None:
    lines = unknown_variables({"TEMPORAL_PREGEL_TASKQUEUE": "x", "TEMPORAL_PREGEL_GRACE": "1", "HOME": "/"})
    assert lines == [
        "TEMPORAL_PREGEL_TASKQUEUE is set, and there is no such setting; is TEMPORAL_PREGEL_TASK_QUEUE meant?"
    ]
