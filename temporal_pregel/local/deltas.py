"""What a saver of whole states is told of a `DeltaChannel`.

Such a saver gets what was written to the channel, under the checkpoint that the superstep started from, and makes the
value again by walking back: all that stands under each older checkpoint, up to one that holds the whole value (a
snapshot). It reads what stands under one checkpoint in the order (path, task, index). So a checkpoint may leave the
value out exactly if that walk leads to it. Where it would not, the checkpoint has a snapshot: another branch has
written there, a task has run anew, an `Overwrite` discarded what stands beside it, the order would be another. And it
has one every so often, so that no walk is long.

A channel that nobody wrote to before has nothing to take a snapshot of. If the walk from it would find what another
branch wrote, its checkpoint says so in its metadata (`SEVERED`), and its first value is a snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from temporal_pregel.channels.binop import overwrite_value
from temporal_pregel.constants import NULL_TASK_ID
from temporal_pregel.core.applying import Writer
from temporal_pregel.core.ids import digest
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, task_id
from temporal_pregel.local.saving import Place

COUNTERS = "counters_since_delta_snapshot"
"""Metadata: channel -> [supersteps that wrote to it, supersteps] since its last snapshot."""
SEVERED = "severed_delta_channels"
"""Metadata: the channels without a value whose older writes belong to other branches."""
STUB_STEP = -2
"""The step of an empty checkpoint under which a thread's first writes stand, if nothing else is there to hold them."""
LATER = "~~"
"""How the paths of writes begin that come after those of the tasks of a checkpoint: '~' sorts after all of theirs."""


class Late(NamedTuple):
    """A `Writer` of a run that saves all its supersteps at once. ``place`` is its task's path, ``wave`` the number of
    the superstep within the run."""

    name: str
    triggers: tuple[str, ...]
    writes: Sequence[Write]
    place: tuple[Any, ...] | None
    wave: int
    path: None = None

    @classmethod
    def of(cls, writer: Any, wave: int) -> Late:
        """A writer of superstep number ``wave``."""
        return cls(writer.name, writer.triggers, writer.writes, writer.path, wave)


class Stands(Writer):
    """A writer outside of all tasks, where the saver has what it wrote."""


class Standing(NamedTuple):
    """What is known of the checkpoint that a state stands at.

    ``counters``: see `COUNTERS`. ``written``: task -> what it wrote there. ``newest``: whether no other checkpoint can
    have come from it. ``stored``: the channels of which it has a snapshot. ``severed``: see `SEVERED`.
    """

    counters: Mapping[str, Sequence[int]] = {}
    written: Mapping[str, Sequence[Write]] = {}
    newest: bool = True
    stored: frozenset[str] = frozenset()
    severed: frozenset[str] = frozenset()
    at: str | None = None


def standing_at(
    plan: Plan, found: Any, metadata: Mapping[str, Any], pending: Mapping[str, Pending], newest: bool
) -> Standing:
    """The `Standing` of a checkpoint that a saver found."""
    values = found.checkpoint["channel_values"]
    return Standing(
        metadata.get(COUNTERS) or {},
        {key: held.writes for key, held in pending.items() if held.writes},
        newest,
        frozenset(key for key in plan.deltas if key in values),
        frozenset(metadata.get(SEVERED) or ()),
        found.checkpoint["id"],
    )


class Row(NamedTuple):
    """Writes as a saver is given them."""

    path: str
    task: str
    writes: Sequence[Write]
    stands: bool = False
    """Whether the saver has them."""


def sort_key(path: tuple[Any, ...] | None) -> str:
    """A task's path as a text that sorts as the path does."""
    return (
        "" if path is None else "~" + ",".join(f"{part:010d}" if isinstance(part, int) else str(part) for part in path)
    )


class Telling:
    """One checkpoint about to be saved: the ``rows`` to put under the one before, and which channels get a snapshot.

    ``made`` is its id; ``place`` the checkpoint before, which may turn out to be one that is yet to be made.
    """

    def __init__(self, plan: Plan, place: Place, record: Record, state: State, standing: Standing, made: str) -> None:
        from temporal_pregel.pregel import _checkpoint

        self.plan, self.place, self.record, self.standing = plan, place, record, standing
        self.deltas = frozenset(plan.deltas)
        self.made = made
        self.anchor = place
        self.waves: list[list[Any]] = [[writer for writer in writers if writer.writes] for writers in record.applied]
        self.late = any(isinstance(writer, Late) and writer.wave for writers in self.waves for writer in writers)
        self.written = {key for writers in self.waves for writer in writers for key, _ in writer.writes} & self.deltas
        self.overwritten = {
            key
            for writers in self.waves
            for writer in writers
            for key, value in writer.writes
            if key in self.deltas and overwrite_value(value)[0]
        }
        self.counters = self._counted()
        longest = _checkpoint.DELTA_MAX_SUPERSTEPS_SINCE_SNAPSHOT
        self.due = {
            key
            for key, (updates, steps) in self.counters.items()
            if updates >= plan.channels[key].snapshot_frequency or steps >= longest  # type: ignore[attr-defined]
        } | self.overwritten
        self.versions = state.versions

    @property
    def needs_stub(self) -> bool:
        """Whether a thread's first checkpoint needs one before it, for writes that no snapshot makes needless."""
        return self.place.checkpoint_id is None and self.late and not self.written <= self.due

    @property
    def moved(self) -> bool:
        """Whether something else may have come from the checkpoint before: then nothing more is put under it."""
        return not self.standing.newest or self.copies

    @property
    def copies(self) -> bool:
        """Whether the checkpoint is a copy beside another one, instead of something after it."""
        return self.anchor.checkpoint_id != self.standing.at

    def _counted(self) -> dict[str, tuple[int, int]]:
        supersteps: dict[int, set[str]] = {}
        applied: Sequence[Sequence[Any]] = list(self.record.applied)
        for writers in applied:
            wave = next((writer.wave for writer in writers if isinstance(writer, Late)), 0)
            keys = supersteps.setdefault(wave, set())
            keys.update(key for writer in writers for key, _ in writer.writes)
        counted = {}
        for key in self.plan.deltas:
            updates, steps = self.standing.counters.get(key, (0, 0))
            counted[key] = (updates + sum(key in keys for keys in supersteps.values()), steps + len(supersteps))
        return counted

    def snapshots(self, rows: Sequence[Row]) -> set[str]:
        """The channels that need a snapshot, given what is put; see this module's first lines."""
        needed = self.due | (self.severed(rows) & self.deltas)
        if self.copies:  # it walks back from beside the checkpoint that it is a copy of
            needed |= self.standing.stored
        if self.place.checkpoint_id is None:
            needed |= self.deltas
        return {key for key in needed if key in self.versions}

    def severed(self, rows: Sequence[Row]) -> set[str]:
        """The channels to which the walk back would not lead."""
        found = set(self.standing.severed)
        if self.moved:
            found |= self.written
        if self.copies:
            return found
        ours = {id(row.writes): row.task for row in rows}
        for task, writes in self.standing.written.items():
            if id(writes) not in ours:
                found.update(key for key, _ in writes)
                found.update(key for row in rows if row.task == task for key, _ in row.writes)
        last: dict[str, tuple[str, str]] = {}
        for row in rows:
            for key in {key for key, _ in row.writes}:
                if key in last and last[key] > row[:2]:
                    found.add(key)
                last[key] = row[:2]
        return found

    def rows(self) -> Iterator[Row]:
        """All that led here, in the order in which it was applied."""
        known = {id(writes): task for task, writes in self.standing.written.items()}
        passed = False
        number = 0
        for writers in self.waves:
            for writer in writers:
                number += 1
                late = isinstance(writer, Late)
                path = getattr(writer, "place", writer.path)
                if id(writer.writes) in known:
                    task = known[id(writer.writes)]
                    yield Row("" if task == NULL_TASK_ID else sort_key(path), task, writer.writes, True)
                elif late:
                    yield self._late(writer, number)
                elif path is not None:
                    passed = True
                    kept = getattr(writer, "kept", False)
                    yield Row(sort_key(path), self._task(writer, path), writer.writes, kept)
                elif isinstance(writer, Stands):
                    yield Row("", NULL_TASK_ID, writer.writes, True)
                else:
                    where = f"{LATER}{number:010d}" if passed else ""
                    task = getattr(writer, "key", None) or self._synthetic(passed, number)
                    yield Row(where, task, self._only(writer))

    def _late(self, writer: Late, number: int) -> Row:
        where = f"{LATER}{number:010d}" if writer.wave else sort_key(writer.place)
        return Row(where, self._synthetic(writer.wave > 0, number), self._only(writer))

    def _task(self, writer: Any, path: tuple[Any, ...]) -> str:
        place = self.place
        key: str | None = getattr(writer, "key", None)
        if key is not None:
            return key
        if place.checkpoint_id is None:  # then there is nothing to put it under
            return ""
        return task_id(self.plan.nodes[writer.name], path, place.checkpoint_id, place.ns, self.record.step)

    def _synthetic(self, later: bool, number: int) -> str:
        """An id for what no task wrote. Such ids sort in the order of their numbers, ``later`` ones after all tasks."""
        rest = digest(self.made)
        first = "ffffffff" if later else "00000000"
        return f"{first}-{number >> 16 & 0xFFFF:04x}-{number & 0xFFFF:04x}-{rest[:4]}-{rest[4:16]}"

    def told(self, snapshots: set[str], rows: Sequence[Row]) -> tuple[dict[str, Any], Standing]:
        """What the checkpoint's metadata say, and what there is to know of it."""
        counters = {key: counts for key, counts in self.counters.items() if key not in snapshots}
        severed = frozenset(key for key in self.severed(rows) & self.deltas if key not in self.versions)
        more: dict[str, Any] = {COUNTERS: {key: list(counts) for key, counts in counters.items()}} if counters else {}
        if severed:
            more[SEVERED] = sorted(severed)
        stored = frozenset(snapshots) | (self.standing.stored - self.written)
        return more, Standing(counters, {}, True, stored, severed, self.made)

    def _only(self, writer: Any) -> list[Write]:
        return [write for write in writer.writes if write[0] in self.deltas]
