"""Which program becomes the server, in which order, and what is said when none can be had.

A shell script that answers `--version` as the CLI does stands for one that runs, here and nowhere else.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from temporal_pregel.testing import ServerUnavailableError, find_server
from temporal_pregel.testing.binary import VERSION, cache_folder

RUNS = "#!/bin/sh\necho 'temporal version 0.0.0 (Server 1.29.1, UI 2.42.1)'\n"
BREAKS = "#!/bin/sh\necho 'no such thing' >&2; exit 3\n"
# Stands for Go: `go install` into $GOBIN, with what `-v` says on the way.
BUILDS = f"#!/bin/sh\necho go.temporal.io/server >&2\ncat > $GOBIN/temporal <<'END'\n{RUNS}END\n"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No server, an empty cache, no network, and no Go beside the system's own programs."""
    monkeypatch.delenv("TEMPORAL_CLI", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"]))
    monkeypatch.setattr("temporal_pregel.testing.binary._USUAL_PLACE_OF_GO", str(tmp_path / "no-go"))
    # The SDK's download obeys the proxy variables: where this one points nobody listens.
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def cached() -> Path:
    return cache_folder() / f"temporal-{VERSION.removeprefix('v')}" / "temporal"


def test_the_program_that_the_environment_names_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path / "named", RUNS)
    program(tmp_path / "bin" / "temporal", RUNS)
    monkeypatch.setenv("TEMPORAL_CLI", str(named))
    assert find_server() == named


@pytest.mark.parametrize("text", [BREAKS, "\x7fELF and no more", None], ids=["fails", "cut short", "missing"])
def test_a_named_program_that_does_not_run_is_an_error_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    named = program(tmp_path / "named", text) if text else tmp_path / "named"
    program(tmp_path / "bin" / "temporal", RUNS)
    monkeypatch.setenv("TEMPORAL_CLI", str(named))
    with pytest.raises(ServerUnavailableError, match=f"TEMPORAL_CLI is set to '{named}'"):
        find_server()


def test_the_path_comes_before_the_cache(tmp_path: Path) -> None:
    program(cached(), RUNS)
    assert find_server() == cached()
    on_path = program(tmp_path / "bin" / "temporal", RUNS)
    assert find_server() == on_path


def test_a_program_on_the_path_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "temporal", BREAKS)
    program(cached(), RUNS)
    assert find_server() == cached()


def test_without_network_the_server_is_built_with_go_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    go = program(tmp_path / "bin" / "go", BUILDS)
    assert find_server() == cached()
    assert f"cmd/temporal@{VERSION}" in capsys.readouterr().err
    go.unlink()
    assert find_server() == cached()


def test_while_that_takes_long_it_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("temporal_pregel.testing.binary.REPORT_EVERY_SECONDS", 0.1)
    program(tmp_path / "bin" / "go", BUILDS.replace("cat >", "sleep 1\ncat >"))
    find_server()
    assert "s, 1 packages, now go.temporal.io/server\n" in capsys.readouterr().err


def test_a_broken_cached_server_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(cached(), "\x7fELF and no more")
    program(tmp_path / "bin" / "go", BUILDS)
    assert find_server() == cached()
    assert "was broken" in capsys.readouterr().err
    assert cached().read_text() == RUNS


def test_where_no_way_leads_to_a_server_one_error_names_them_all(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "go", "#!/bin/sh\necho 'dial tcp: no route to host' >&2; exit 1\n")
    with pytest.raises(ServerUnavailableError) as refused:
        find_server()
    said = str(refused.value)
    for way in ("$TEMPORAL_CLI: not set", "there is no `temporal`", "isn't there yet", "the SDK's download: "):
        assert way in said
    assert "ended with code 1: dial tcp: no route to host" in said
    assert "set TEMPORAL_CLI" in said
