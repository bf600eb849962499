"""Writes the Python of the protos to temporal_pregel/wire/v1, or checks that what is committed there is current.

    python proto/generate.py            write
    python proto/generate.py --check    write nothing; exit code 1 and the names of stale files if there are any

Needs the grpcio-tools that pyproject.toml pins (the `dev` extra): its protobuf version is the lowest that the generated
code runs with. Two things are changed in what protoc writes: modules import each other by the place where they stand,
and the stubs' mappings say of what.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path

PROTO = Path(__file__).resolve().parent
SOURCES = PROTO / "temporal_pregel" / "v1"
TARGET = PROTO.parent / "temporal_pregel" / "wire" / "v1"
PYPROJECT = PROTO.parent / "pyproject.toml"
INIT = '"""The messages of the contract, made by proto/generate.py from proto/temporal_pregel/v1."""\n'

REWRITES = (
    (re.compile(r"^# NO CHECKED-IN PROTOBUF GENCODE\n", re.M), ""),
    (re.compile(r"^from temporal_pregel\.v1 import", re.M), "from temporal_pregel.wire.v1 import"),
    (re.compile(r"\b_Mapping\]"), "_Mapping[str, object]]"),
    (re.compile(r"'temporal_pregel\.v1\.(\w+_pb2)'"), r"'temporal_pregel.wire.v1.\1'"),
)


def pinned() -> str:
    """The version of grpcio-tools that pyproject.toml names."""
    dev = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["dev"]
    return next(line.partition("==")[2].strip() for line in dev if line.startswith("grpcio-tools=="))


def generated() -> dict[str, str]:
    """File name -> text, of everything that belongs into the target folder."""
    import grpc_tools
    from grpc_tools import protoc

    names = sorted(path.name for path in SOURCES.glob("*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        arguments = [
            "protoc",
            f"-I{PROTO}",
            f"-I{Path(grpc_tools.__file__).parent / '_proto'}",
            f"--python_out={folder}",
            f"--pyi_out={folder}",
            *(f"temporal_pregel/v1/{name}" for name in names),
        ]
        if protoc.main(arguments) != 0:
            raise SystemExit("protoc refused the protos; its words stand above")
        written = sorted(Path(folder).rglob("*_pb2.py*"))
        texts = {path.name: path.read_text(encoding="utf-8") for path in written}
    for pattern, replacement in REWRITES:
        texts = {name: pattern.sub(replacement, text) for name, text in texts.items()}
    return {"__init__.py": INIT, **texts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the committed code is current")
    check = parser.parse_args().check
    if (installed := version("grpcio-tools")) != (wanted := pinned()):
        print(f"grpcio-tools is {installed}; needed: pip install grpcio-tools=={wanted}", file=sys.stderr)
        return 2
    texts = generated()
    present = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.py*")}
    stale = sorted(name for name in texts.keys() | present.keys() if texts.get(name) != present.get(name))
    if check:
        for name in stale:
            print(f"{TARGET / name} is not what the protos say: run python proto/generate.py", file=sys.stderr)
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in texts:
            (TARGET / name).write_text(texts[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()
    print(f"{len(texts)} files, {len(stale)} changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
