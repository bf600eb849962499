"""Where the Temporal development server comes from.

Five places are asked in turn, and the first that answers is used:

1. `$TEMPORAL_CLI`: a path. When it is set and doesn't run, that is an error, never a silent change to another server.
2. `temporal` on the PATH.
3. The cache, `<user cache>/temporal_pregel/temporal-<version>/temporal`, which 4 and 5 fill. A broken file is replaced.
4. The Temporal SDK's own download.
5. `go install` of the pinned version, where Go is installed (some minutes, once).

A program counts as the Temporal CLI when `temporal --version` says so.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

VERSION: Final = "v1.5.1"
"""Of the Temporal CLI: the last one that `go install` takes (later ones carry a replace directive)."""

MODULE: Final = f"github.com/temporalio/cli/cmd/temporal@{VERSION}"
DOWNLOAD_SECONDS: Final = 300.0
REPORT_EVERY_SECONDS: Final = 10.0
_PROGRAM: Final = "temporal.exe" if os.name == "nt" else "temporal"
_SAYS_SO: Final = re.compile(r"temporal version .+\(Server ", re.IGNORECASE)
_USUAL_PLACE_OF_GO: Final = "/usr/local/go/bin/go"


class ServerUnavailableError(RuntimeError):
    """No Temporal development server could be found, got or started. The message says what was tried and what to do."""


def find_server() -> Path:
    """The path of a Temporal CLI that runs on this machine; gets one where none is there, with progress on stderr.

    Blocks: milliseconds when one is there, some minutes when it must be built.

    Raises:
        ServerUnavailableError: `$TEMPORAL_CLI` is set and doesn't run, or none of the ways led to a server.
    """
    if given := os.environ.get("TEMPORAL_CLI"):
        path = shutil.which(given) or given
        if fault := _fault(Path(path)):
            raise ServerUnavailableError(
                f"TEMPORAL_CLI is set to {given!r}, and that is no Temporal CLI which runs here: {fault}. "
                "Set it to the path of the `temporal` program, or unset it to let one be found."
            )
        return Path(path)

    refusals: list[str] = ["$TEMPORAL_CLI: not set"]
    for name, way in _WAYS:
        try:
            return way()
        except _NotHere as refusal:
            refusals.append(f"{name}: {refusal}")
    raise ServerUnavailableError(
        "There is no Temporal server on this machine, and none could be got:\n"
        + "".join(f"  - {line}\n" for line in refusals)
        + "Any one of these mends it: install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on "
        "the PATH, set TEMPORAL_CLI to where it is, let this machine reach the internet for a download, or install Go."
    )


def cache_folder() -> Path:
    """Where a downloaded or built server is kept: the user's cache folder, as the platform has it."""
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        base = Path(xdg)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path.home() / ".cache"
    return base / "temporal_pregel"


class _NotHere(Exception):
    """One way led nowhere; the message says why."""


def _cached() -> Path:
    return cache_folder() / f"temporal-{VERSION.removeprefix('v')}" / _PROGRAM


def _fault(path: Path) -> str | None:
    """What is wrong with the program at `path` as a Temporal CLI, or None."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, errors="replace")
    except OSError as error:
        return error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return "`--version` gave no answer within 60 s"
    if answer.returncode == 0 and _SAYS_SO.search(answer.stdout):
        return None
    said = (answer.stdout + answer.stderr).strip().splitlines()
    return f"`--version` ended with code {answer.returncode} and said {said[-1] if said else 'nothing'!r}"


def _from_path() -> Path:
    found = shutil.which(_PROGRAM)
    if found is None:
        raise _NotHere("there is no `temporal`")
    if fault := _fault(Path(found)):
        raise _NotHere(f"{found} doesn't run as one: {fault}")
    return Path(found)


def _from_cache() -> Path:
    path = _cached()
    if not path.exists():
        raise _NotHere(f"{path} isn't there yet")
    if fault := _fault(path):
        path.unlink()
        _say(f"the cached Temporal server was broken ({fault}) and is replaced: {path}")
        raise _NotHere(f"{path} was broken ({fault}) and has been removed")
    return path


def _from_sdk() -> Path:
    from temporalio.testing import WorkflowEnvironment

    async def download(folder: str) -> None:
        # The SDK downloads as a part of starting; there is no call for the one without the other.
        start = WorkflowEnvironment.start_local(download_dest_dir=folder, dev_server_download_version=VERSION)
        environment = await asyncio.wait_for(start, DOWNLOAD_SECONDS)
        await environment.shutdown()

    with _workshop() as folder, _Progress(f"asking the Temporal SDK to download the CLI {VERSION}") as progress:
        try:
            asyncio.run(download(folder))
        except TimeoutError:
            raise _NotHere(f"it took longer than {DOWNLOAD_SECONDS:.0f} s") from None
        except RuntimeError as error:
            raise _NotHere(" ".join(str(error).split())) from error
        files = [file for file in Path(folder).iterdir() if file.is_file()]
        if not files:
            raise _NotHere("it said that it had downloaded the server, and left no file")
        progress.done()
        return _keep(max(files, key=lambda file: file.stat().st_size))


def _from_go() -> Path:
    go = shutil.which("go") or shutil.which(_USUAL_PLACE_OF_GO)
    if go is None:
        raise _NotHere("Go is not installed")
    with _workshop() as folder, _Progress(f"building the Temporal server with Go ({MODULE}), some minutes") as progress:
        build = subprocess.Popen(
            [go, "install", "-v", MODULE],
            env={**os.environ, "GOBIN": folder, "GOFLAGS": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        last: deque[str] = deque(maxlen=5)
        try:
            assert build.stderr is not None
            for line in build.stderr:
                last.append(line.strip())
                progress.at(line.strip())
            code = build.wait()
        finally:
            build.kill()
            build.wait()
        built = Path(folder) / _PROGRAM
        if code != 0 or not built.exists():
            raise _NotHere(f"`go install {MODULE}` ended with code {code}: {' / '.join(last) or 'without a word'}")
        progress.done()
        return _keep(built)


def _keep(program: Path) -> Path:
    """Move a program that has proved itself into the cache, in one step: another process never sees half of it."""
    program.chmod(0o755)
    if fault := _fault(program):
        raise _NotHere(f"what came of it doesn't run: {fault}")
    path = _cached()
    path.parent.mkdir(parents=True, exist_ok=True)
    program.replace(path)
    return path


def _workshop() -> tempfile.TemporaryDirectory[str]:
    """A folder inside the cache, so that the move out of it stays on one file system."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder, prefix="new-")
    except OSError as error:
        raise _NotHere(f"the cache folder {folder} can't be written: {error.strerror}") from error


_WAYS: Final[tuple[tuple[str, Callable[[], Path]], ...]] = (
    ("`temporal` on the PATH", _from_path),
    ("the cache", _from_cache),
    ("the SDK's download", _from_sdk),
    ("go install", _from_go),
)


class _Progress:
    """Says on stderr that a long step is under way: at once, then every ten seconds with what is being done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._now = ""
        self._packages = 0
        self._start = time.monotonic()
        self._ended = threading.Event()
        self._teller = threading.Thread(target=self._tell, daemon=True)

    def at(self, now: str) -> None:
        """Name the piece of work that is being done now."""
        self._now = now
        self._packages += not now.startswith("go: ")

    def done(self) -> None:
        _say(f"done after {self._seconds():.0f} s")

    def __enter__(self) -> _Progress:
        _say(self._what)
        self._teller.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._ended.set()
        self._teller.join()

    def _tell(self) -> None:
        while not self._ended.wait(REPORT_EVERY_SECONDS):
            built = f", {self._packages} packages" if self._packages else ""
            now = f", now {self._now.removeprefix('go: ')}" if self._now else ""
            _say(f"  {self._seconds():.0f} s{built}{now}")

    def _seconds(self) -> float:
        return time.monotonic() - self._start


def _say(line: str) -> None:
    with suppress(OSError, ValueError):  # a closed stderr is no reason to have no server
        print(f"temporal_pregel: {line}", file=sys.stderr, flush=True)
