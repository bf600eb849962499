"""Values that JSON has no word for but that one string says exactly: the table of them.

`dump` gives the string of a value, `load` the value of any string that `dump` could have given, and of the usual other
spellings. `Scalar.fits` is false where the string would lose something (a named time zone, a fold), which then needs
a tag with more than a string.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PosixPath, WindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Scalar:
    """How values of the class are said in one string."""

    tag: str
    dump: Callable[[Any], str]
    load: Callable[[str], Any]
    fits: Callable[[Any], bool] = lambda value: True
    bare: bool = True
    """Where the class is declared, the string needs no tag."""
    exact_key: bool = True
    """The string can stand for the value as a key."""


def _plain_clock(value: datetime | time) -> bool:
    zone = value.tzinfo
    return value.fold == 0 and (zone is None or type(zone) is timezone)


def dump_timedelta(value: timedelta) -> str:
    """ISO 8601, exact to the microsecond: ``P1DT2.000003S``, ``-PT5S``."""
    sign, value = ("-", -value) if value.days < 0 else ("", value)
    days = f"{value.days}D" if value.days else ""
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = f"T{value.seconds}{fraction}S" if value.seconds or value.microseconds or not days else ""
    return f"{sign}P{days}{clock}"


_DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,6}))?S)?)?",
    re.ASCII,
)


def load_timedelta(text: str) -> timedelta:
    """The duration that an ISO 8601 text of weeks, days, hours, minutes and seconds says."""
    found = _DURATION.fullmatch(text)
    if found is None or text[-1] in "PT":
        raise ValueError("not an ISO 8601 duration such as P1DT2.5S")
    parts = {name: int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes", "seconds")}
    value = timedelta(microseconds=int((found["fraction"] or "").ljust(6, "0")), **parts)
    return -value if found["sign"] == "-" else value


def dump_bytes(value: bytes) -> str:
    """Base64."""
    return base64.b64encode(value).decode()


def load_bytes(text: str) -> bytes:
    """Bytes from base64, and from nothing else."""
    return base64.b64decode(text, validate=True)


SCALARS: dict[type, Scalar] = {
    datetime: Scalar("$datetime", datetime.isoformat, datetime.fromisoformat, _plain_clock, exact_key=False),
    date: Scalar("$date", date.isoformat, date.fromisoformat),
    time: Scalar("$time", time.isoformat, time.fromisoformat, _plain_clock, exact_key=False),
    timedelta: Scalar("$timedelta", dump_timedelta, load_timedelta),
    UUID: Scalar("$uuid", str, UUID),
    Decimal: Scalar("$decimal", str, Decimal),
    Path: Scalar("$path", str, Path, exact_key=False),
    bytes: Scalar("$bytes", dump_bytes, load_bytes, bare=False, exact_key=False),
}
"""By exact class. (A path's own class depends on the system; `scalar_of` knows.)"""

_ALIASES: dict[type, type] = {PosixPath: Path, WindowsPath: Path}


def scalar_of(kind: type) -> Scalar | None:
    """The row for values of exactly this class."""
    return SCALARS.get(_ALIASES.get(kind, kind))


# -- datetime and time with what a string leaves out --------------------------------------------------------------


def dump_clock(value: datetime | time) -> list[Any]:
    """``[text without zone, zone's name or null, fold]``, for a named zone or a fold."""
    zone = value.tzinfo
    if type(zone) is ZoneInfo and zone.key:
        return [value.replace(tzinfo=None).isoformat(), zone.key, value.fold]
    if zone is None or type(zone) is timezone:
        return [value.isoformat(), None, value.fold]
    raise ValueError("time zones of other libraries can't be named; use zoneinfo.ZoneInfo or datetime.timezone")


def load_clock(kind: type[datetime] | type[time], parts: list[Any]) -> datetime | time:
    """What `dump_clock` made the parts of."""
    text, zone, fold = parts
    value = kind.fromisoformat(text).replace(fold=fold)
    return value if zone is None else value.replace(tzinfo=ZoneInfo(zone))
