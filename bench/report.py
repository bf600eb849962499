"""Rows of a comparison, the machine that they come from, and both for readers and for programs."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

_TIMES: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_SIZES: Final = ((1e6, "MB"), (1e3, "KB"), (1, "B"))


@dataclass(frozen=True)
class Row:
    """One comparison. `unit`: "s" or "B" of `ours` and `theirs`. `ratio`: the better it is the larger for times, the
    smaller for memory and for durable runs; `wanted` says which, and is empty where nothing is demanded."""

    case: str
    kind: str
    ours: float
    theirs: float
    unit: str
    ratio: float
    wanted: str = ""
    well: bool = True


def shown(amount: float, unit: str) -> str:
    """A time or a size with three digits."""
    scale, name = next((each for each in (_TIMES if unit == "s" else _SIZES) if amount >= each[0]), (1e-6, "µs"))
    return f"{amount / scale:.3g} {name}" if amount / scale < 100 else f"{amount / scale:.0f} {name}"


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    info = Path("/proc/cpuinfo")
    models = (
        [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if (info.exists())
        else []
    )
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


HEAD: Final = ("case", "", "ours", "theirs", "ratio", "wanted", "")


def cells(row: Row) -> tuple[str, ...]:
    mark = "" if not row.wanted else "ok" if row.well else "MISSED"
    amounts = (shown(row.ours, row.unit), shown(row.theirs, row.unit))
    return (
        row.case,
        row.kind,
        *amounts,
        f"{row.ratio:.2f}" if row.ratio < 10 else f"{row.ratio:.0f}",
        row.wanted,
        mark,
    )


WIDTHS: Final = (46, 6, 10, 10, 7, 8, 6)


def line(texts: Sequence[str]) -> str:
    """One line of the table: two columns of words, then numbers."""
    placed = [
        text.ljust(width) if place < 2 or place == 6 else text.rjust(width)
        for place, (text, width) in enumerate(zip(texts, WIDTHS, strict=True))
    ]
    return " ".join(placed).rstrip()


BEGIN: Final = "<!-- results of `python -m bench --page` -->"
END: Final = "<!-- end of the results -->"


def page(text: str, rows: Sequence[Row], about: str) -> str:
    """`text`, the page, with a table and a picture of the rows between its two markers.

    Raises:
        ValueError: it has no markers.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The page needs the lines {BEGIN} and {END}; the table goes between them.")
    lines = ["| case | | ours | theirs | ratio | wanted | |", "|---|---|---:|---:|---:|---:|---|"]
    table = "\n".join([*lines, *("| " + " | ".join(cells(row)) + " |" for row in rows)])
    return f"{before}{begin}\n{about}\n\n{table}\n\n{chart(rows)}{end}{after}"


def times(rows: Iterable[Row]) -> dict[str, float]:
    """The ratios of times in process, LangGraph's over ours, by the names of their cases."""
    return {f"{row.case} {row.kind}".strip(): row.ratio for row in rows if row.wanted.startswith("≥")}


def summary(rows: Sequence[Row]) -> str:
    """How many cases fall short and which, and what the usual case is."""
    ratios, missed = times(rows), [row for row in rows if not row.well]
    usual = f"; in process the median is {median(ratios.values()):.0f} times as fast" if ratios else ""
    said = [f"{len(rows)} cases, {len(missed)} below what is wanted{usual}"]
    return "\n".join([*said, *(f"  {row.case} {row.kind}".rstrip() for row in missed)])


def chart(rows: Sequence[Row]) -> str:
    """The ratios of times in process as a bar chart in Mermaid; nothing if there are none."""
    bars = times(rows)
    if not bars:
        return ""
    names = ", ".join(f'"{name}"' for name in bars)
    height = 80 + 24 * len(bars)
    return f"""```mermaid
---
config:
  xyChart: {{ width: 1000, height: {height}, xAxis: {{ labelFontSize: 11 }} }}
---
xychart-beta horizontal
  title "How many times as fast as LangGraph"
  x-axis [{names}]
  y-axis "LangGraph's time over ours" 0 --> {math.ceil(max(bars.values()) / 10) * 10}
  bar [{", ".join(f"{ratio:.1f}" for ratio in bars.values())}]
```
"""


def document(rows: Iterable[Row], versions: dict[str, str]) -> dict[str, Any]:
    """Everything, for a program."""
    return {"machine": machine(), "versions": versions, "rows": [asdict(row) for row in rows]}
