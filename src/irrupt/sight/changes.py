"""Organising work found in the past: rules that seem to have changed, when, for whose cases, and who led.

What is found is inferred: a share that changed for good, which a changed rule would explain. The user confirms or
refutes it in the file beside the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from irrupt.chronicle import Chronicle
from irrupt.chronicle.rows import WEEK
from irrupt.i18n import gettext as _
from irrupt.ledgers import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.sight import words
from irrupt.sight.drift import Drift, drifts, own_date
from irrupt.sight.intervals import of_shares
from irrupt.sight.model import FoundChange, PartyChange
from irrupt.sight.scene import Scene, party_name
from irrupt.sight.series import Series, series

_MATTERS = 0.05
"""Smallest change of a share that is told."""
_NEW, _USED = 0.01, 0.03
"""A share below the first is none, one above the second is some."""
_TOGETHER = 2
"""Weeks within which changes are taken for one."""
_MOST = 12


def changes(scene: Scene) -> tuple[FoundChange, ...]:
    """The changes that all series of *scene* together show, at a false alarm in twenty logs; the plainest first."""
    shown = series(scene)
    if not shown:
        return ()
    hits = np.stack([one.hits.sum(axis=0) for one in shown])
    chances = np.stack([one.chances.sum(axis=0) for one in shown])
    told: list[tuple[Drift, Series]] = []
    others: dict[int, list[str]] = {}
    for drift in sorted(drifts(hits, chances), key=lambda one: not _whole_step(shown[one.series], one)):
        one = shown[drift.series]
        if abs(drift.after - drift.before) < _MATTERS and not _appears(drift) and not _dies(drift):
            continue
        if one.kind == "hours" and _clocks_change(scene, drift):
            continue
        near = next((at for at, (known, _s) in enumerate(told) if abs(known.week - drift.week) <= _TOGETHER), None)
        if near is None:
            told.append((drift, one))
        else:
            others.setdefault(near, []).append(_sentence(one, drift))
    return tuple(_change(scene, drift, one, tuple(others.get(at, ()))) for at, (drift, one) in enumerate(told[:_MOST]))


def _change(scene: Scene, drift: Drift, one: Series, others: tuple[str, ...]) -> FoundChange:
    name = ": ".join((one.kind, *one.what))
    parties = tuple(_of_parties(scene, drift, one))
    return FoundChange(
        name=name,
        kind=one.kind,
        what=one.what,
        text=_sentence(one, drift),
        begin=_moment(scene, drift.week),
        first=_moment(scene, drift.first),
        last=_moment(scene, drift.last + _lag(scene, one)),
        before=drift.before,
        after=drift.after,
        p=drift.p,
        parties=parties,
        leads=one.what[0] if one.kind == "priority" else _leader(parties),
        others=others,
        weekly=_weekly(one),
        verdict=scene.chronicle.said_of_changes.get(name, ""),
    )


def _lag(scene: Scene, one: Series) -> int:
    """Weeks between the arrival of cases, by which weeks are counted, and what they go through; at least one."""
    if one.kind not in ("activity", "path", "order"):
        return 0
    mine = scene.rows.activity == scene.legend.activities.index(one.what[-1])
    arrival = np.full(int(scene.rows.case.max()) + 1, np.nan)
    arrival[scene.cases.number] = scene.cases.arrival
    return int(np.ceil(np.nanmedian(scene.rows.end[mine] - arrival[scene.rows.case[mine]]) / WEEK))


def _weekly(one: Series) -> tuple[float, ...]:
    hits, chances = one.hits.sum(axis=0), one.chances.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return tuple(np.where(chances > 0, hits / chances, np.nan).tolist())


def _moment(scene: Scene, week: int) -> datetime:
    return scene.legend.moment(scene.ledgers.window.begin + week * WEEK)


def _of_parties(scene: Scene, drift: Drift, one: Series) -> Iterator[PartyChange]:
    """The same series, party by party: before, after, the difference with its interval, and its own date."""
    for party, numbers in scene.parties.clients.items():
        if party == ALL_CLIENTS and len(scene.parties.clients) > 1:
            continue
        hits, chances = one.hits[list(numbers)].sum(axis=0), one.chances[list(numbers)].sum(axis=0)
        sides = (slice(drift.week, None), slice(0, drift.week))
        told = tuple(round(hits[side].sum()) for side in sides), tuple(round(chances[side].sum()) for side in sides)
        if min(told[1]) < 10:
            continue
        difference = of_shares((told[0][0], told[0][1]), (told[1][0], told[1][1]))
        date = own_date(hits, chances)
        yield PartyChange(
            party=party,
            before=told[0][1] / told[1][1],
            after=told[0][0] / told[1][0],
            low=difference.low,
            high=difference.high,
            begin=None if date is None else _moment(scene, date[0]),
            first=None if date is None else _moment(scene, date[1]),
            last=None if date is None else _moment(scene, date[2]),
        )


def _leader(parties: tuple[PartyChange, ...]) -> str:
    """The client whose cases changed before all others', or alone: his interval ends before theirs begin."""
    moved = [one for one in parties if one.first is not None and not one.low <= 0 <= one.high]
    still = [one for one in parties if one.low <= 0 <= one.high]
    if len(moved) == 1 and still and moved[0].party not in (OTHER_CLIENTS, ALL_CLIENTS):
        return moved[0].party
    ordered = sorted((one for one in moved if one.begin is not None), key=lambda one: str(one.begin))
    if len(ordered) > 1 and ordered[0].party not in (OTHER_CLIENTS, ALL_CLIENTS):
        ahead, following = ordered[0], ordered[1:]
        if all(ahead.last is not None and one.first is not None and ahead.last < one.first for one in following):
            return ahead.party
    return ""


def _clocks_change(scene: Scene, drift: Drift) -> bool:
    """Whether clocks go on or back about then (the last Sunday of March or October in Europe, the second of March and
    the first of November in America) where the log's clock knows no summer time: then the hours may only seem to move.
    """
    zone, begin = ZoneInfo(scene.chronicle.timezone), _moment(scene, drift.week)
    offsets = {(begin + timedelta(days=days)).astimezone(zone).utcoffset() for days in range(0, 360, 30)}
    if len(offsets) > 1 or scene.chronicle.kind == "simulated":
        return False
    days = [begin + timedelta(days=days) for days in range(-10, 11)]
    return any(
        day.weekday() == 6 and (day.month, week) in ((3, 2), (3, 4), (3, 5), (10, 4), (10, 5), (11, 1))
        for day in days
        for week in ((day.day - 1) // 7 + 1,)
        if (day.month, week) not in ((3, 4), (10, 4)) or (day + timedelta(days=7)).month != day.month
    )


def _whole_step(one: Series, drift: Drift) -> bool:
    """A step that appears or is given up says more than the paths that it changes: it is told first."""
    return one.kind == "activity" and (_appears(drift) or _dies(drift))


def _appears(drift: Drift) -> bool:
    return drift.before <= _NEW and drift.after >= _USED


def _dies(drift: Drift) -> bool:
    return drift.after <= _NEW and drift.before >= _USED


def _sentence(one: Series, drift: Drift) -> str:
    """What changed, in words."""
    shares = {"before": words.percent(drift.before), "after": words.percent(drift.after)}
    text = {
        "activity": _("“{what}” in {after} of cases, before in {before}"),
        "path": _("“{what}” is followed at once by “{then}” {after} of the time, before {before}"),
        "order": _("“{what}” comes before “{then}” in {after} of cases, before in {before}"),
        "hours": _("{what} ends {after} of its steps {then}, before {before}"),
        "priority": _("cases of {what} pass {after} of those who wait at {then}, before {before}"),
    }[one.kind]
    if one.kind == "activity" and _appears(drift):
        text = _("a new step, “{what}”, in {after} of cases, before in {before}")
    if one.kind in ("activity", "path") and _dies(drift):
        text = {
            "activity": _("“{what}” is given up: in {after} of cases, before in {before}"),
            "path": _("“{what}” is no longer followed at once by “{then}”: {after}, before {before}"),
        }[one.kind]
    what = one.what[0] or _("the organisation")
    then = one.what[-1]
    if one.kind == "hours":
        then = _part_of_week(then)
    return text.format(what=what, then=then or _("the organisation"), **shares)


def _part_of_week(part: str) -> str:
    if part in ("Sat", "Sun"):
        return {"Sat": _("on Saturdays"), "Sun": _("on Sundays")}[part]
    begin, end = part.split("-")
    return _("between {begin}:00 and {end}:00 on weekdays").format(begin=begin, end=end)


def told(change: FoundChange, timezone: str = "UTC") -> str:
    """A change as a sentence of a finding, with its date on the organisation's clock and for whom."""
    dates = {name: words.day(getattr(change, name), timezone) for name in ("begin", "first", "last")}
    text = (
        _("A rule changed in the week of {begin} (interval {first} to {last}), as you confirmed: {what}.")
        if change.verdict == "confirmed"
        else _("A rule seems to have changed in the week of {begin} (interval {first} to {last}): {what}.")
    )
    said = text.format(what=change.text, **dates)
    if change.leads and change.kind != "priority":
        said += " " + _("Cases of {client} lead the change.").format(client=party_name(change.leads))
    elif len(change.parties) > 1:
        moved = [one for one in change.parties if not one.low <= 0 <= one.high]
        if len(moved) == len(change.parties):
            said += " " + _("It is seen in the cases of every party.")
        elif moved:
            names = ", ".join(party_name(one.party) for one in moved)
            said += " " + _("It is plain in cases of {parties}; in others it cannot be told.").format(parties=names)
    return said


def with_changes(chronicle: Chronicle, found: tuple[FoundChange, ...]) -> Chronicle:
    """*chronicle* with the changes among its rules: inferred, or confirmed by the user; refuted ones are left out."""
    rows = [
        {
            "time": one.begin,
            "author": one.leads or None,
            "rule": one.text,
            "before": words.percent(one.before),
            "after": words.percent(one.after),
            "reason": one.name,
            "authority": "confirmed" if one.verdict == "confirmed" else "inferred",
            "written": False,
        }
        for one in found
        if one.verdict != "refuted"
    ]
    if not rows:
        return chronicle
    schema = chronicle.rules.schema
    new = pl.DataFrame(rows, schema_overrides={name: schema[name] for name in rows[0]})
    both = pl.concat([chronicle.rules, new.select(pl.all())], how="diagonal_relaxed").select(chronicle.rules.columns)
    return chronicle.with_events(chronicle.events, rules=both.cast(schema))
