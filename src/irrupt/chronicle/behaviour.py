"""How each activity behaves in a log: by whom, when, and after and before which pauses. Labels play no part.

What clients do behaves unlike what staff does: it has no staff's name, comes at night and on Sundays, ends a pause; a
wait begins one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.model import Role
from irrupt.chronicle.told import ROLES
from irrupt.i18n import gettext as _

NAMES = (
    "begins the case", "ends the case", "at once", "long pause before", "long pause after", "nobody named",
    "out of hours", "few people", "same person as before",
)  # fmt: skip
"""What is measured of each activity, each about between -1 and 1, 0 where it is like the rest of the log."""
NOBODY, OUT_OF_HOURS, FEW = (NAMES.index(name) for name in ("nobody named", "out of hours", "few people"))
_AT_ONCE = 2.0
_HOURS, _PART, _MANY = 8, 0.01, 20
"""Hours of the day in which what people do comes, each with this part of it, where it comes this often."""
_FEWEST = 5
"""Events that an activity needs for its behaviour to tell."""


class Behaviour(NamedTuple):
    """What was measured, a row per activity and a column per entry of `NAMES`."""

    activities: list[str]
    counts: Ints
    values: Floats

    def tells(self, at: int) -> bool:
        """Whether there are events enough."""
        return bool(self.counts[at] >= _FEWEST)

    def but_few(self, activities: Collection[str]) -> Behaviour:
        """The same, where how few people do some *activities* tells nothing."""
        values = self.values.copy()
        values[[name in activities for name in self.activities], FEW] = 0.0
        return self._replace(values=values)


def behaviour(events: pl.DataFrame, timezone: str) -> Behaviour:
    """The behaviour of each activity of *events*, sorted by case and time. Some 0.3 s for half a million events."""
    known = events.filter(pl.col("activity").is_not_null() & pl.col("end").is_not_null())
    names = known["activity"].unique().sort()
    number = known["activity"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    size = len(names)
    counts = np.bincount(number, minlength=size)
    case = known["case"].rle_id().to_numpy()
    end = known["end"].cast(pl.Int64).to_numpy() / 1e6
    begin = np.where(known["start"].is_null(), end, known["start"].cast(pl.Int64).fill_null(0).to_numpy() / 1e6)
    first = np.diff(case, prepend=-1) != 0
    last = np.append(first[1:], True) if len(first) else first
    before = np.where(first, np.nan, begin - np.roll(end, 1))
    after = np.where(last, np.nan, np.roll(begin, -1) - end)
    fine = not _days_only(known)
    columns = [
        _share(first, number, counts),
        _share(last, number, counts),
        _share(np.nan_to_num(before, nan=np.inf) <= _AT_ONCE, number, counts) if fine else np.zeros(size),
        _pause(before, number, size),
        _pause(after, number, size),
        *_people(known, number, counts, first),
    ]
    hours = _off_hours(known, timezone, number, counts) if fine else np.zeros(size)
    columns.insert(6, hours)
    return Behaviour(names.to_list(), counts, np.column_stack(columns) if size else np.zeros((0, len(NAMES))))


def _share(happens: Flags, number: Ints, counts: Ints) -> Floats:
    share: Floats = np.bincount(number, happens, len(counts)) / np.maximum(counts, 1)
    return share


def _contrast(happens: Flags, number: Ints, counts: Ints) -> Floats:
    """Share in each activity minus that in all others."""
    hits = np.bincount(number, happens, len(counts))
    rest: Floats = (hits.sum() - hits) / np.maximum(counts.sum() - counts, 1)
    return hits / np.maximum(counts, 1) - rest


def _pause(pause: Floats, number: Ints, size: int) -> Floats:
    """Median pause of each activity against the middle one of all activities, on a log scale, between -1 and 1."""
    some = np.isfinite(pause)
    frame = pl.DataFrame({"number": number[some], "pause": np.maximum(pause[some], 0.0)})
    medians = frame.group_by("number").agg(pl.col("pause").median())
    told = np.full(size, np.nan)
    told[medians["number"].to_numpy()] = np.log1p(medians["pause"].to_numpy() / 60.0)
    usual = np.nanmedian(told) if np.isfinite(told).any() else 0.0
    scaled: Floats = np.tanh((np.nan_to_num(told, nan=usual) - usual) / 4.0)
    return scaled


def _people(events: pl.DataFrame, number: Ints, counts: Ints, first: Flags) -> list[Floats]:
    """Nobody named; few people; the same person as before: all against the rest of the log."""
    size = len(counts)
    who = events["resource"]
    if who.null_count() == len(who):
        return [np.zeros(size)] * 3
    missing = who.is_null().to_numpy()
    people = pl.DataFrame({"number": number, "who": who}).drop_nulls().group_by("number").agg(pl.col("who").n_unique())
    several = np.zeros(size)
    several[people["number"].to_numpy()] = people["who"].to_numpy()
    usual = max(float(np.median(several[several > 0])), 1.0) if (several > 0).any() else 1.0
    few = np.where(several > 0, np.tanh(np.log(usual / np.maximum(several, 1.0)) / 2.0), 0.0)
    code = who.cast(pl.Categorical).to_physical().fill_null(np.iinfo(np.uint32).max).to_numpy().astype(np.int64)
    same = ~first & ~missing & (code == np.roll(code, 1))
    return [_contrast(missing, number, counts), few, _contrast(same, number, counts)]


def _off_hours(events: pl.DataFrame, timezone: str, number: Ints, counts: Ints) -> Floats:
    """How much more often each activity comes outside office hours; what runs in a few hours of the night does so
    because a program does it, and tells nothing."""
    contrast = _contrast(_outside(events, timezone), number, counts)
    hour = events.select(pl.col("end").dt.convert_time_zone(timezone).dt.hour()).to_series().to_numpy()
    table = np.bincount(number * 24 + hour, minlength=len(counts) * 24).reshape(-1, 24)
    hours = (table >= _PART * counts[:, None]).sum(axis=1, where=table > 0)
    found: Floats = np.where((hours < _HOURS) & (counts >= _MANY), np.minimum(contrast, 0.0), contrast)
    return found


def _outside(events: pl.DataFrame, timezone: str) -> Flags:
    """Which events fall on a Saturday or Sunday, or between 19:00 and 07:00."""
    local = events.select(
        pl.col("end").dt.convert_time_zone(timezone).dt.weekday().alias("day"),
        pl.col("end").dt.convert_time_zone(timezone).dt.hour().alias("hour"),
    )
    day, hour = local["day"].to_numpy(), local["hour"].to_numpy()
    outside: Flags = (day >= 6) | (hour < 7) | (hour >= 19)
    return outside


def _days_only(events: pl.DataFrame) -> bool:
    """Whether nearly all moments fall on a full hour: then pauses of seconds and hours of the day tell nothing."""
    seconds = events["end"].cast(pl.Int64).to_numpy() // 1_000_000 % 3600
    return len(seconds) > 0 and bool((seconds == 0).mean() > 0.98)


_WEIGHTS = np.array(
    [
        [0.6, 0.0, -0.1, -0.4, 0.0, 1.1, 0.7, 1.0, -0.6],
        [-0.1, 0.1, 0.1, 0.3, 0.0, -0.1, -0.2, -0.5, 0.2],
        [-0.1, -0.2, -0.4, -0.1, 0.2, 0.0, -0.1, 0.0, 0.3],
        [-0.3, 0.1, 0.4, 0.1, -0.1, -1.0, -0.3, -0.5, 0.1],
    ]
)
"""Row by role (client act, toward him, waiting for him, inside), column by entry of `NAMES`: a multinomial regression
with a ridge, on the logs of `benchmarks/whose_act.py`, which prints them."""
_TELLING = 0.25


def leanings(seen: Behaviour, at: int) -> tuple[Floats, dict[Role, tuple[str, ...]]]:
    """How much likelier the behaviour of activity number *at* makes each role, and by which signs."""
    if not seen.tells(at):
        return np.ones(len(_WEIGHTS)), {}
    parts = _WEIGHTS * seen.values[at]
    parts = parts - parts.mean(axis=0)
    signs = _signs()
    told = {
        role: tuple(
            signs[name, bool(seen.values[at, column] > 0)]
            for column, name in enumerate(NAMES)
            if parts[row, column] > _TELLING and (name, bool(seen.values[at, column] > 0)) in signs
        )
        for row, role in enumerate(ROLES)
    }
    return np.exp(parts.sum(axis=1)), told


def _signs() -> dict[tuple[str, bool], str]:
    """Words for each sign, present or missing."""
    return {
        ("begins the case", True): _("cases begin with it"),
        ("at once", True): _("it follows at once upon another step"),
        ("long pause before", True): _("a long pause ends with it"),
        ("long pause before", False): _("it follows soon upon another step"),
        ("long pause after", True): _("a long pause follows"),
        ("nobody named", True): _("nobody is named for it, unlike for other steps"),
        ("nobody named", False): _("somebody is named for it, unlike for other steps"),
        ("out of hours", True): _("it comes at night and on weekends more than other steps"),
        ("out of hours", False): _("it comes within office hours more than other steps"),
        ("few people", True): _("few people are named for it"),
        ("few people", False): _("many people are named for it"),
        ("same person as before", True): _("the one who did the step before does it"),
        ("same person as before", False): _("another does it than did the step before"),
    }
