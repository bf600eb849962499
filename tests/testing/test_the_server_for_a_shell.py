from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from temporal_pregel.testing import DevServer
from temporal_pregel.testing.__main__ import main

COMMAND = [sys.executable, "-m", "temporal_pregel.testing"]


def test_it_runs_with_a_ui_until_it_is_told_to_end(server: DevServer) -> None:
    words = [*COMMAND, "server", "--port", "0", "--ui-port", "0", "--dynamic-config-value", "limit.maxIDLength=99"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines = "".join(process.stdout.readline() for _ in range(3))
        address, ui = re.findall(r"(\S+:\d+)", lines)
        assert address != server.address
        subprocess.run([server.program, "workflow", "list", "--address", address], check=True)
        with urllib.request.urlopen(ui) as page:
            assert page.read().lower().startswith(b"<!doctype html>")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def test_it_says_where_its_program_is(server: DevServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find"]) == 0
    assert Path(capsys.readouterr().out.strip()) == server.program


def test_a_port_that_is_taken_is_one_line_and_exit_code_1(
    server: DevServer, capsys: pytest.CaptureFixture[str]
) -> None:
    port = server.address.split(":")[1]
    assert main(["server", "--headless", "--port", port]) == 1
    assert f"can't listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"), [("no-equals", "is not KEY=JSON"), ("limit.x=oops", "the value of limit.x is not JSON")]
)
def test_a_malformed_setting_is_explained(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["server", "--dynamic-config-value", text])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
