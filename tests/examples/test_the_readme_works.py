from __future__ import annotations

import ast
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from temporalio.client import Client

from examples.approval import app
from temporal_pregel.testing import DevServer, running_worker

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(marked: str) -> list[str]:
    found = re.findall(rf"<!-- run: {marked} -->\n```python\n(.*?)```", README, flags=re.DOTALL)
    assert found
    return found


def test_the_graph_runs_in_process() -> None:
    (block,) = blocks("in process")
    ended = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "{'value': 12}\n"), ended.stderr


def test_the_same_graph_runs_on_temporal(tmp_path: Path) -> None:
    (block,) = blocks("as a script")
    ended = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, "{'value': 12}\n"), ended.stderr


async def test_a_client_does_the_four_things(client: Client, server: DevServer) -> None:
    names: dict[str, Any] = {"Client": Client}
    text = "\n".join(blocks("with make dev")).replace("localhost:7233", server.address)
    for thread in ("t1", "t2"):
        text = text.replace(f'"{thread}"', f'"{thread}-{uuid.uuid4()}"')
    async with running_worker(client, app):
        code = compile(text, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        await eval(code, names)
    assert names["state"].values == {"draft": "hello"}
    assert names["result"] == names["done"] == {"draft": "hello", "published": True}
    assert names["drawing"].startswith("flowchart")


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_make_target_that_is_named_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z]+)", README)):
        assert target in ("alone", "makes") or re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_the_table_of_settings_is_complete() -> None:
    from workers.settings import VARIABLES

    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if name.startswith("TEMPORAL_PREGEL_") and name not in page] == []
