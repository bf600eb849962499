"""The command line of `python -m bench`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import measuring, processes, report
from bench.cases import CASES
from bench.libraries import OURS, THEIRS, build, load

LEGEND = """\
Ratios of times in process: LangGraph's time over ours, so larger is better. Of memory and imports: ours over its own.
Of durable runs: ours over those of a workflow written by hand for the same work."""
DESCRIPTION = "Compares temporal_pregel with LangGraph, and durable runs with workflows written by hand. " + LEGEND


def parser() -> argparse.ArgumentParser:
    line = argparse.ArgumentParser(prog="python -m bench", description=DESCRIPTION)
    line.add_argument(
        "--only", metavar="TEXT", help="only cases whose name or kind has this text, e.g. 'loop', 'durable'"
    )
    line.add_argument("--rounds", type=int, default=7, help="samples of each library in a case (default: %(default)s)")
    line.add_argument(
        "--cpu", action="store_true", help="time of the processor, for a machine where others compute too"
    )
    line.add_argument(
        "--json", metavar="FILE", help="write everything to this file too; - for stdout in place of the table"
    )
    line.add_argument("--page", metavar="FILE", help="put the table into this page, between its markers")
    line.add_argument("--check", action="store_true", help="exit code 1 when a wanted ratio is missed")
    line.add_argument(
        "--slopes", action="store_true", help="instead: what a superstep costs as graphs and runs grow, which is flat"
    )
    line.add_argument("--list", action="store_true", help="the names of the cases, and nothing else")
    return line


def measured(chosen: argparse.Namespace) -> Iterator[report.Row]:
    """The chosen rows, each as soon as it is there."""

    def wanted(name: str, kind: str) -> bool:
        return not chosen.only or chosen.only in f"{name} {kind}"

    cases = [case for case in CASES if wanted(case.name, "saver" if case.saver else "")]
    if cases:
        ours, theirs = load(OURS), load(THEIRS)
        for case in cases:
            clock = time.process_time if chosen.cpu else time.perf_counter
            yield measuring.compare(case, ours, theirs, chosen.rounds, clock)
    for scenario, (title, *_) in processes.SCENARIOS.items():
        if wanted(title, "process"):
            yield processes.compare(scenario, min(chosen.rounds, 5))
    from bench import durable

    yield from durable.compare([name for name in durable.NAMES if wanted(name, "durable")], chosen.rounds)


def main(words: list[str] | None = None) -> int:
    chosen = parser().parse_args(words)
    if chosen.list:
        from bench import durable

        titles = [title for title, *_ in processes.SCENARIOS.values()]
        print("\n".join(dict.fromkeys([*(case.name for case in CASES), *titles, *durable.NAMES])))
        return 0
    if chosen.slopes:
        return show_slopes(chosen)
    versions = {name: version(name.replace("_", "-")) for name in (OURS, THEIRS, "temporalio")}
    versions["build"] = build()
    out = sys.stderr if chosen.json == "-" else sys.stdout
    about = ", ".join(f"{name} {value}" for name, value in {**versions, **report.machine()}.items())
    say(out, about)
    say(out, LEGEND + "\n")
    say(out, report.line(report.HEAD))
    rows = []
    for row in measured(chosen):
        rows.append(row)
        say(out, report.line(report.cells(row)))
    document = report.document(rows, versions)
    if chosen.json == "-":
        print(json.dumps(document, indent=1))
    elif chosen.json:
        Path(chosen.json).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if chosen.page:
        page = Path(chosen.page)
        page.write_text(report.page(page.read_text(encoding="utf-8"), rows, about), encoding="utf-8")
    say(out, "\n" + report.summary(rows))
    return 1 if chosen.check and not all(row.well for row in rows) else 0


def show_slopes(chosen: argparse.Namespace) -> int:
    """Measure and print what ought to be flat; 1 where it is not and ``--check`` was given."""
    from bench import slopes

    about = {"build": build(), **report.machine()}
    say(sys.stdout, ", ".join(f"{name} {value}" for name, value in about.items()))
    say(sys.stdout, slopes.HEAD)
    steep = 0
    for row in slopes.measured(min(chosen.rounds, 5), chosen.only or ""):
        say(sys.stdout, slopes.line(row))
        steep += not row.flat
    return 1 if steep and chosen.check else 0


def say(out: Any, text: str) -> None:
    print(text, file=out, flush=True)
