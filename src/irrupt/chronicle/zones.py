"""Whose clock the organisation lives by, told from the offsets that its times carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.wall import known

_SWITCHING = (
    "Europe/Paris",
    "Europe/London",
    "Europe/Helsinki",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Halifax",
    "America/Anchorage",
    "America/St_Johns",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Jerusalem",
    "Europe/Chisinau",
    "Asia/Tehran",
)
"""Zones whose clocks change twice a year, one for each rule, the most populous first."""

_ODD = {
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    270: "Asia/Kabul",
    210: "Asia/Tehran",
    570: "Australia/Darwin",
    525: "Australia/Eucla",
    -210: "America/St_Johns",
    -570: "Pacific/Marquesas",
}
"""Minutes east of UTC -> a zone at that offset, where the offset is not in whole hours."""
_AGREES = 0.98
_ENOUGH, _BOTH = 10_000, 0.05
"""Moments that are looked at to find a zone by its midnights; and the share of summer, or winter, among them."""
_SUMMERS = ("Europe/London", "America/New_York", "Australia/Sydney", "America/Santiago")
"""Zones for the rules by which clocks change, where offsets are not known."""
_MANY = 20_000
"""Moments that are looked at to find a rule by the hours of the day."""
_CLEAR, _SURE, _ALIKE = 50.0, 2.5, 0.4
"""Nats by which the hours of the day must be more alike all the year on another clock than in UTC, at least and in
standard errors over weeks; and the share of the difference between summer and winter that may be left."""
_WHOLE_MINUTES = 1972
"""From when on all offsets are whole minutes."""
_WEEK = 7 * 86_400

Basis = Literal["none", "utc", "fixed", "switching", "midnights", "hours", "named", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone and what it was told from."""

    name: str = "UTC"
    basis: Basis = "none"
    offsets: tuple[str, ...] = ()
    """The offsets seen, the commonest first."""


def checked_zone(name: str) -> str:
    """*name*, if there is such a time zone. Raises `UsageError`.

    >>> checked_zone("Europe/Paris")
    'Europe/Paris'
    """
    if not known(name):
        from zoneinfo import available_timezones

        remedy = did_you_mean(str(name), available_timezones())
        raise UsageError(Fault("timezone", f'"{name}"', "Europe/Paris, UTC, …", remedy))
    return name


def minutes_of(offset: pl.Expr) -> pl.Expr:
    """Offsets as texts (`Z`, `+01:00`, `-0530`, `+01`) in minutes east of UTC."""
    digits = offset.str.replace_all(r"\D", "").str.pad_end(4, "0")
    size = digits.str.slice(0, 2).cast(pl.Int32, strict=False) * 60 + digits.str.slice(2, 2).cast(
        pl.Int32, strict=False
    )
    return pl.when(offset.str.starts_with("-")).then(-size).otherwise(size)


def zone_of(moments: pl.Series, offsets: pl.Series) -> Zone:
    """The zone that explains *offsets* (texts such as `+01:00`; null where a time carried none) at *moments*."""
    told = moments.is_not_null() & offsets.is_not_null()
    by_text = (
        offsets.filter(told).alias("offset").value_counts(name="len").with_columns(minutes=minutes_of(pl.col("offset")))
    )
    seen = by_text.group_by("minutes").agg(pl.col("len").sum())
    seen = seen.sort("len", "minutes", descending=[True, False])
    minutes = seen["minutes"].to_list()
    names = tuple(_text(m) for m in minutes)
    if not minutes:
        return _untold(moments) or Zone()
    if minutes == [0]:
        return _untold(moments) or Zone(name="UTC", basis="utc", offsets=names)
    usual = seen["len"][0] / seen["len"].sum()
    table = pl.DataFrame({"moment": moments, "offset": offsets}).filter(told)
    table = table.join(by_text.select("offset", "minutes"), on="offset", how="left", maintain_order="left")
    # records may end some days after clocks were changed: then one offset explains nearly all of them, a zone all
    switching = _switching(table, usual) if len(minutes) > 1 else None
    if switching is not None:
        return Zone(name=switching, basis="switching", offsets=names)
    return _fixed(minutes[0], names) if usual >= _AGREES else Zone(name="UTC", basis="unclear", offsets=names)


def _switching(table: pl.DataFrame, usual: float) -> str | None:
    """The first zone whose clocks change that explains nearly all offsets of *table* (`moment`, `minutes`), and more of
    them than the commonest offset alone does, a share of *usual*."""
    for name in _SWITCHING:
        clock = pl.col("moment").dt.convert_time_zone(name)
        offset = (clock.dt.base_utc_offset() + clock.dt.dst_offset()).dt.total_minutes()
        agrees = table.select((offset == pl.col("minutes")).mean()).item() or 0.0
        if agrees >= _AGREES and agrees > usual:
            return name
    return None


def _untold(moments: pl.Series) -> Zone | None:
    """The zone of *moments* that carry no offsets, or none but that of UTC."""
    name = zone_of_midnights(moments)
    if name is not None:
        return Zone(name=name, basis="midnights")
    name = zone_of_hours(moments)
    return None if name is None else Zone(name=name, basis="hours")


def zone_of_midnights(moments: pl.Series) -> str | None:
    """The zone in which *moments* told in UTC are days: at nearly all of them it is midnight, in summer and in winter.

    Databases keep a day of Paris as 22:00 or 23:00 of the day before.
    """
    told = moments.drop_nulls()
    sample = told if len(told) <= _ENOUGH else told.gather_every(len(told) // _ENOUGH)
    usual = sample.dt.time().value_counts(sort=True).head(2)
    if len(usual) < 2 or usual["count"].sum() < _AGREES * len(sample) or usual["count"][1] < _BOTH * len(sample):
        return None
    for name in _SWITCHING:
        midnight = sample.dt.convert_time_zone(name).dt.time() == time(0)
        if float(midnight.mean() or 0.0) >= _AGREES:  # type: ignore[arg-type]
            return name
    return None


def zone_of_hours(moments: pl.Series) -> str | None:
    """A zone whose summer time the hours of the day follow in *moments* told in UTC; None where they keep to UTC.

    Who begins at nine all the year begins an hour earlier in UTC while it is summer. By how many hours clocks differ
    from UTC in winter, that does not tell.
    """
    told = moments.drop_nulls()
    sample = told if len(told) <= _MANY else told.gather_every(len(told) // _MANY)
    if len(sample) < _CLEAR:
        return None
    hour = sample.dt.hour().to_numpy().astype(np.int64)
    week = np.unique(sample.dt.epoch("s").to_numpy() // _WEEK, return_inverse=True)[1]
    found = {}
    for name in _SUMMERS:
        summer = (sample.dt.convert_time_zone(name).dt.dst_offset().dt.total_hours() > 0).to_numpy()
        if not _BOTH <= summer.mean() <= 1 - _BOTH:
            continue
        local = (hour + summer) % 24
        by_week = np.bincount(week, _likely(local) - _likely(hour))
        gain, error = float(by_week.sum()), float(by_week.std()) * len(by_week) ** 0.5
        if gain > max(_CLEAR, _SURE * error) and _apart(local, summer) < _ALIKE * _apart(hour, summer):
            found[name] = gain
    return max(found, key=lambda name: found[name], default=None)


def _likely(hour: Ints) -> Floats:
    """How likely each *hour* of the day is among all of them, in nats."""
    count = np.bincount(hour, minlength=24) + 0.5
    likely: Floats = np.log(count / count.sum())[hour]
    return likely


def _apart(hour: Ints, summer: Flags) -> float:
    """How different the hours of the day are in *summer* and in winter, in nats."""
    apart = -_likely(hour).sum()
    for season in (summer, ~summer):
        apart += _likely(hour[season]).sum()
    return float(apart)


def zone_named(name: str) -> Zone:
    """The zone of a column whose type names it, also as an offset.

    >>> zone_named("Europe/Paris").name, zone_named("+02:00").name
    ('Europe/Paris', 'Etc/GMT-2')
    """
    if name[:1] in "+-":
        minutes = pl.select(minutes_of(pl.lit(name))).item()
        return _fixed(minutes, (_text(minutes),))
    return Zone(name=name, basis="named")


def written(moment: pl.Expr, form: str, utc: str, zone: str) -> pl.Expr:
    """Each *moment* as a text of that *form*, as clocks of *zone* show it, with their offset from UTC: *utc* where they
    show UTC, and for moments of times whose offsets were no whole minutes.

    >>> from datetime import datetime
    >>> moments = pl.Series([datetime(2024, 1, 1), datetime(2024, 7, 1)]).dt.replace_time_zone("UTC")
    >>> pl.select(written(moments, "%H:%M", "Z", "Europe/Paris")).to_series().to_list()
    ['01:00+01:00', '02:00+02:00']
    """
    plain = moment.dt.convert_time_zone("UTC").dt.to_string(form + utc)
    if zone == "UTC":
        return plain
    told = moment.dt.convert_time_zone(zone).dt.to_string(form + "%:z")
    return pl.when(moment.dt.year() < _WHOLE_MINUTES).then(plain).otherwise(told)


def _fixed(minutes: int, names: tuple[str, ...]) -> Zone:
    """A zone without summer time. In `Etc/` names, hours count westwards."""
    if minutes % 60 == 0 and -12 <= minutes // 60 <= 14:
        hours = minutes // 60
        return Zone(name="UTC" if hours == 0 else f"Etc/GMT{-hours:+d}", basis="fixed", offsets=names)
    if minutes in _ODD:
        return Zone(name=_ODD[minutes], basis="fixed", offsets=names)
    return Zone(name="UTC", basis="unclear", offsets=names)


def _text(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
