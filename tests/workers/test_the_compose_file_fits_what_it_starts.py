from __future__ import annotations

import re
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from temporalio.client import Client

from temporal_pregel.testing import SERVER_SETTINGS, DevServer
from tests.workers.process import READY, TOP, worker_process
from workers.settings import PREFIX, VARIABLES

COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def filled(text: str) -> str:
    """What Compose makes of `${NAME:-default}` where NAME isn't set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_the_server_gets_the_settings_that_the_dev_server_gets() -> None:
    mount = SERVICES["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"]
    file = next(v.split(":")[0] for v in SERVICES["temporal"]["volumes"] if v.split(":")[1] == mount)
    rules = yaml.safe_load((TOP / file).read_text())
    assert {key: rule[0]["value"] for key, rule in rules.items()} == dict(SERVER_SETTINGS)


def test_every_variable_of_the_worker_is_one_that_it_reads() -> None:
    ours = {name for name in SERVICES["worker"]["environment"] if name.startswith(PREFIX)}
    assert ours <= set(VARIABLES)
    assert set(SERVICES["worker"]["environment"]) - ours == {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}


async def test_a_worker_starts_from_these_very_variables(server: DevServer, client: Client, task_queue: str) -> None:
    variables = {name: filled(value) for name, value in SERVICES["worker"]["environment"].items()}
    variables |= {"TEMPORAL_ADDRESS": server.address, PREFIX + "TASK_QUEUE": task_queue}
    async with worker_process(environment=variables) as worker:
        await worker.until(READY)
        answer = await client.execute_workflow("adder", {"value": 5}, id=f"run-{uuid.uuid4()}", task_queue=task_queue)
        assert answer == {"value": 12}


def test_running_nodes_get_their_grace_before_the_container_is_killed() -> None:
    grace = float(SERVICES["worker"]["environment"][PREFIX + "GRACE"])
    assert float(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > grace


def test_whatever_is_waited_for_is_a_service_that_can_say_so() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            awaited = SERVICES[name]
            says_so = {"service_healthy": "healthcheck", "service_completed_successfully": "entrypoint"}
            assert says_so[wait["condition"]] in awaited


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_file_that_is_mounted_is_there() -> None:
    mounts = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    for source in mounts:
        assert source in COMPOSE["volumes"] or (TOP / source).is_file()


def test_what_the_image_copies_is_there_and_let_through() -> None:
    dockerfile = (TOP / SERVICES["worker"]["build"]["dockerfile"]).read_text()
    let_through = {line[1:] for line in (TOP / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.M) for name in line.split()}
    assert copied <= let_through
    assert all((TOP / name).exists() for name in copied)


@pytest.mark.parametrize("script", sorted((TOP / "deploy").glob("*.sh")), ids=lambda path: path.name)
def test_the_scripts_of_the_jobs_parse(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script]).returncode == 0
