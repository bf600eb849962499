from __future__ import annotations

import logging
from pathlib import Path

import pytest

from temporal_pregel.testing import DevServer
from workers.connect import ServerUnreachableError, connect, connect_words
from workers.settings import SettingsError, read_settings

NOBODY = "127.0.0.1:9"
PROFILE = """
[profile.prod]
address = "prod:7233"
namespace = "sales"

[profile.prod.tls]
server_name = "sales.example"
"""


def words_for(environment: dict[str, str], *flags: str) -> dict[str, object]:
    # Without a file of the machine's own, unless a test names one.
    environment = {"TEMPORAL_CONFIG_FILE": "/dev/null", **environment}
    return connect_words(read_settings(["a:b", *flags], environment), environment)


def test_by_default_it_is_on_this_machine() -> None:
    assert words_for({}) == {"target_host": "localhost:7233", "namespace": "default"}


def test_variables_name_address_namespace_and_key() -> None:
    variables = {"TEMPORAL_ADDRESS": "far:7233", "TEMPORAL_NAMESPACE": "ours", "TEMPORAL_API_KEY": "secret"}
    assert words_for(variables) == {"target_host": "far:7233", "namespace": "ours", "api_key": "secret", "tls": True}


def test_a_profile_of_the_toml_file_is_read_and_flags_win(tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text(PROFILE)
    found = words_for({"TEMPORAL_PROFILE": "prod", "TEMPORAL_CONFIG_FILE": str(file)})
    assert (found["target_host"], found["namespace"]) == ("prod:7233", "sales")
    assert getattr(found["tls"], "domain", None) == "sales.example"
    found = words_for({}, "--profile", "prod", "--config-file", str(file), "--namespace", "tests")
    assert (found["target_host"], found["namespace"]) == ("prod:7233", "tests")


def test_a_broken_profile_is_an_error_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text("[profile.prod\n")
    with pytest.raises(SettingsError, match="can't be read"):
        words_for({"TEMPORAL_CONFIG_FILE": str(file)})


async def test_a_server_that_is_not_there_yet_is_waited_for_and_then_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(ServerUnreachableError) as raised:
        await connect({"target_host": NOBODY, "namespace": "default"}, [], patience=0.5)
    assert f"The Temporal server at {NOBODY} (namespace default) can't be used" in str(raised.value)
    assert "TEMPORAL_ADDRESS" in str(raised.value)
    assert f"waiting for the Temporal server at {NOBODY}" in caplog.text


async def test_a_namespace_that_is_missing_is_named(server: DevServer) -> None:
    with pytest.raises(ServerUnreachableError, match="it has no namespace 'elsewhere'"):
        await connect({"target_host": server.address, "namespace": "elsewhere"}, [], patience=0)


async def test_a_server_that_answers_gives_a_client(server: DevServer) -> None:
    client = await connect({"target_host": server.address, "namespace": "default"}, [], patience=0)
    assert client.namespace == "default"
