"""Who waits for whom, party by party and team by team, and what of it stands out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.rows import CLIENT_ACT
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.sight import intervals, words
from irrupt.sight.entries import week_of
from irrupt.sight.model import Entry, Finding, TimePart
from irrupt.sight.records import names_client_steps
from irrupt.sight.scene import Scene
from irrupt.sight.split import BATCH, CLIENT, HOURS, MICRO, PARTS, PERSON, WORK, by_themselves, nameless
from irrupt.units import HOUR

_HOUR = HOUR * MICRO
_TOLD = 0.02
"""Share of a time from which on a part of it is told of,"""
_MUCH, _SHOWN = 0.05, 3
"""and from which on an activity that is done in batches, of which so many are."""
_FEWEST = 200
"""Steps from which on it is seen in which hours of the week somebody is on duty."""
SURE = 0.85
"""Below this, a finding says how sure it is whose act it tells of."""
OF_TEAMS = (WORK, PERSON, HOURS, BATCH)


def time_parts(scene: Scene) -> tuple[TimePart, ...]:
    """The parts of each party's and each team's time, in the order of `PARTS`."""
    table = _of_cases(scene)
    found = []
    for party in scene.parties.clients:
        at = scene.used_of(party)
        mine = table[scene.cases.number[at]] / _HOUR
        week = week_of(scene.cases.arrival[at], scene.ledgers.window)
        for column, part in enumerate(PARTS):
            if table[:, column].any() and len(at):
                ends = intervals.of_mean(mine[:, column], week)
                value = float(mine[:, column].mean())
                found.append(TimePart(party=party, part=part, cases=len(at), hours=value, low=ends.low, high=ends.high))
    return (*found, *_of_teams(scene))


def _of_cases(scene: Scene) -> Ints:
    return scene.parts.of_cases(scene.rows.case, scene.size)


def _of_ours(scene: Scene) -> Ints:
    """The same without what passes before steps that nobody is seen to work on: there, nobody waits for us."""
    ours = np.where(by_themselves(scene.rows)[:, None], 0, scene.parts.parts)
    return scene.parts._replace(parts=ours).of_cases(scene.rows.case, scene.size)


def mean_hours(scene: Scene, *parts: str) -> Iterator[tuple[float, float, float]]:
    """Hours of each of *parts* in a counted case, with their interval over weeks."""
    at = scene.used_of(ALL_CLIENTS)
    table = _of_cases(scene)[scene.cases.number[at]] / _HOUR
    week = week_of(scene.cases.arrival[at], scene.ledgers.window)
    for part in parts:
        hours = table[:, PARTS.index(part)]
        ends = intervals.of_mean(hours, week)
        yield float(hours.mean()) if len(hours) else 0.0, ends.low, ends.high


def work_passed(scene: Scene, work: Entry) -> Entry:
    """The time in which somebody works on a case, out of how much *work* that is: what is done side by side passes
    once. How much it may be with other start times is in proportion."""
    ((hours, low, high),) = mean_hours(scene, WORK)
    part = hours / work.value if work.value > 0 else 1.0
    if part >= 1.0:
        return work
    shortest, longest = work.shortest * part, work.longest * part
    return replace(work, value=hours, low=low, high=high, shortest=shortest, longest=longest)


def by_activity(scene: Scene, part: str) -> Floats:
    """Hours of one part before or during the steps of each activity."""
    known = scene.rows.activity >= 0
    time = scene.parts.parts[known, PARTS.index(part)] / _HOUR
    found: Floats = np.bincount(scene.rows.activity[known], time, len(scene.legend.activities)).astype(np.float64)
    return found


def sure_of_client(scene: Scene) -> float:
    """How sure it is that what counts as waiting for the client is that, over all the time of it."""
    rows = scene.rows
    time = scene.parts.parts[:, PARTS.index(CLIENT)].astype(np.float64)
    if not time.any():
        return 1.0
    sure = {one.activity: one.sure for one in scene.chronicle.whose_acts}
    of = np.array([*(sure.get(name, 1.0) for name in scene.legend.activities), 1.0])
    # His own act tells of itself; before any other step, the one that asks for him or waits.
    tells = np.where(rows.flags & CLIENT_ACT != 0, rows.activity, np.roll(rows.activity, 1))
    return float(np.average(of[tells], weights=time))


def _of_teams(scene: Scene) -> Iterator[TimePart]:
    """Hours that a case spends at each team, over the cases that meet it."""
    arrival = scene.arrivals
    for name, numbers in scene.parties.teams.items():
        mine = np.isin(scene.rows.team, numbers)
        if len(numbers) != 1 or not mine.any():
            continue
        case, at = np.unique(scene.rows.case[mine], return_inverse=True)
        week = week_of(arrival[case], scene.ledgers.window)
        for part in OF_TEAMS:
            time = scene.parts.parts[mine, PARTS.index(part)] / _HOUR
            if time.any():
                hours: Floats = np.bincount(at, time, len(case)).astype(np.float64)
                ends = intervals.of_mean(hours, week)
                mean = float(hours.mean())
                yield TimePart(
                    party=name, of="team", part=part, cases=len(case), hours=mean, low=ends.low, high=ends.high
                )


def _said(scene: Scene) -> tuple[str, dict[str, str]]:
    """What is told of the time that cases wait for us: the sentence, and what is said of each part."""
    whole = _("Of the time that cases wait for us, {parts}.")
    if not names_client_steps(scene.chronicle, scene.rows):
        whole = _("Of the time that cases wait, {parts}.")
    person, hours = (
        _("{share} falls in hours in which steps are done"),
        _("{share} falls outside the hours in which steps are done"),
    )
    if not nameless(scene.rows):
        person, hours = (
            _("{share} passes while somebody of the team is on duty"),
            _("{share} passes while nobody of the team is on duty"),
        )
    return whole, {PERSON: person, HOURS: hours, BATCH: _("{share} passes until a batch is gathered")}


def findings(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """What the time that cases wait for us is spent on, with intervals over weeks; of hours that are really seen."""
    at = scene.used_of(ALL_CLIENTS)
    whole, said_of = _said(scene)
    number = scene.cases.number[at]
    table = _of_ours(scene)[number][:, [PARTS.index(part) for part in said_of]] / _HOUR
    total = table.sum(axis=1)
    if len(scene.rows.case) < _FEWEST or total.sum() <= _TOLD * _of_cases(scene)[number].sum() / _HOUR:
        return
    week = week_of(scene.cases.arrival[at], scene.ledgers.window)
    told, numbers = {}, {}
    for column, (part, text) in enumerate(said_of.items()):
        share = float(table[:, column].sum() / total.sum())
        ends = intervals.of_share_of(table[:, column], total, week)
        numbers[part] = [share, ends.low, ends.high]
        if share >= _TOLD:
            told[part] = share, text.format(share=words.percent(share, ends.low, min(ends.high, 1.0)))
    if len(told) < 2:
        return
    if set(told) == {PERSON, HOURS}:
        del told[PERSON]  # the rest of it
    said = _("; ").join(text for _share, text in sorted(told.values(), reverse=True))
    yield 0.45, Finding(text=whole.format(parts=said), kind="who waits for whom", numbers=numbers)


def batches(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Activities that are done in batches, and how long cases wait for each to be gathered."""
    time = scene.parts.parts[:, PARTS.index(BATCH)] / _HOUR
    total = scene.parts.parts.sum() / _HOUR
    waited = by_activity(scene, BATCH)
    for at in np.argsort(-waited, kind="stable")[:_SHOWN].tolist():
        share = float(waited[at] / total) if total else 0.0
        if share < _MUCH:
            return
        mine = scene.rows.activity == at
        week = week_of(scene.rows.end[mine], scene.ledgers.window)
        ends = intervals.of_mean(time[mine], week)
        hours = (float(time[mine].mean()), ends.low, ends.high)
        name = scene.legend.activities[at]
        text = _("“{activity}” is done in batches: a case waits {time} for it until the batch is gathered.")
        said = text.format(activity=name, time=words.duration(*hours))
        yield 0.5 + 0.4 * share, Finding(text=said, kind="batch", numbers={"activity": name, "hours": list(hours)})
