"""The committed Python is what the protos say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GENERATE = Path(__file__).parents[2] / "proto" / "generate.py"


def test_generating_again_changes_nothing() -> None:
    run = subprocess.run([sys.executable, str(GENERATE), "--check"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
