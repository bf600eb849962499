from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from examples import digest
from examples.digest import Progress, app, main
from temporal_pregel.testing import running_worker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everything that folders have."""
    (tmp_path / "a.txt").write_text("House, garden, house. A dog\n" * 3)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "b.md").write_text("Garden GARDEN größer\n")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0word word word")
    (tmp_path / "latin.txt").write_bytes("garden caf\xe9 garden".encode("latin-1"))
    (tmp_path / "wide.txt").write_text("garden", encoding="utf-16")
    (tmp_path / ".hidden").write_text("secret secret")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt")).write_text("odd")
    return tmp_path


def check(result: dict[str, Any]) -> None:
    remarks = {read["file"]: read.get("remark") for read in result["read"]}
    assert remarks == {
        "a.txt": None,
        "'bad\\udcff.txt'": "a name that is no text",
        "empty.txt": "empty",
        "gone.txt": "No such file or directory",
        "inner/b.md": None,
        "latin.txt": "undecodable in places",
        "picture.png": "binary",
        "wide.txt": None,
    }
    assert result["top"][:3] == [
        {"word": "garden", "count": 8},
        {"word": "house", "count": 6},
        {"word": "größer", "count": 1},
    ]
    assert result["words"] == 15
    assert next(read for read in result["read"] if read["file"] == "a.txt")["top"] == ["house", "garden"]


async def test_any_folder_is_digested_in_this_process(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(await digest.digest(app, str(folder), Progress()))
    assert "8 of 8 files" in capsys.readouterr().err


async def test_and_on_temporal(
    folder: Path, client: Client, task_queue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_worker(client, app, task_queue=task_queue) as durable:
        check(await digest.digest(app.on(durable, task_queue=task_queue), str(folder), Progress()))


async def test_files_go_out_in_waves(tmp_path: Path) -> None:
    for number in range(2 * digest.WAVE + 5):
        (tmp_path / f"{number:03}.txt").write_text(f"number {number}")
    waves = []
    async for update in app.astream({"folder": str(tmp_path)}, stream_mode="updates"):
        waves += [len(each["wave"]) for node, each in update.items() if node == "deal"]
    assert waves == [digest.WAVE, digest.WAVE, 5, 0]


def test_an_empty_folder_has_no_words(tmp_path: Path) -> None:
    assert app.invoke({"folder": str(tmp_path)}) == {"words": 0, "top": [], "read": []}


@pytest.mark.parametrize("size", [3, 7, 10, 1_000])
def test_a_word_may_lie_across_two_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(digest, "CHUNK", size)
    (tmp_path / "a.txt").write_text("größer garden grün " * 20)
    assert app.invoke({"folder": str(tmp_path)})["top"] == [
        {"word": "garden", "count": 20},
        {"word": "größer", "count": 20},
        {"word": "grün", "count": 20},
    ]


def test_of_a_huge_file_only_the_start_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "CHUNK", 1 << 16)
    monkeypatch.setattr(digest, "MOST", 1 << 20)
    with (tmp_path / "huge.txt").open("wb") as file:
        file.write(b"word " * (1 << 18))
        file.truncate(1 << 34)  # sixteen gigabytes that take no room
    read = app.invoke({"folder": str(tmp_path)})["read"][0]
    assert read == {"file": "huge.txt", "words": 209_715, "top": ["word"], "remark": "only the first 1 MB"}


def test_what_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="nowhere is no folder"):
        app.invoke({"folder": str(tmp_path / "nowhere")})


def test_the_command_line_prints_a_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("8 files, 15 words, 1 No such file or directory, 1 a name that is no text")
    assert lines[1] == "together    garden 8, house 6, größer 1"
