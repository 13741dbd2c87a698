"""Acts that a log suggests to try: on those who wait most, where they wait most. What they would do is not said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints32
from irrupt.regulation import CompleteFile, FlexibilityDemand, Priority, Volume
from irrupt.regulation.model import Act
from irrupt.sight.scene import Scene
from irrupt.sight.split import CLIENT, HOURS, PARTS, PERSON, WORK
from irrupt.sight.turns import cancels, protests
from irrupt.units import DAY, HOUR

MOST = 3
"""Acts that are suggested."""
_FEWEST = 30
"""Cases from which on records suggest anything."""
_MUCH = 0.1
"""Share of the time of cases from which on it is worth an act."""
_LITTLE = 0.01
"""The same share, of what may be saved at one team."""
_MOST_PASS = 0.85
"""Share of the cases, at most, of whoever is told to pass the others."""
_MANDATORY = 0.9
"""Share of the times from which on what follows a step belongs to it, and share of cases from which on a step belongs
to them: no client can make it rarer."""
_MOSTLY = 0.5
"""Share of the rows above which what is true of them is taken to be so of all."""
_BESIDE = 0.5
"""Share of the times from which on what ends before something, and not before it began, is done beside it."""
_DIRECTED = ("toward the client", "waiting for the client")
_IDLE = 1.5
"""Hours of work a day below which whoever works for a team is idle most of it: who waits there stands in no queue."""
_SATURDAY, _OFF = 5, 0.01
"""A day of the week, and the share of all steps below which nobody works on it."""
_MORE = "Sat 09:00-13:00"


def to_try(scene: Scene, steps_by_hour: Sequence[Sequence[float]]) -> tuple[Act, ...]:
    """Up to three acts on what is in *scene*: that a client completes his file, that he passes first, that a team works
    longer, that a client brings more. Each names only what the records name. *steps_by_hour*: of the week, seven rows
    of 24; no rows where hours are not known."""
    if scene.cases.counted.sum() < _FEWEST:
        return ()
    teams = _teams(scene)
    passes, longer = _passes(scene, teams), _works_longer(scene, teams, steps_by_hour)
    return tuple([*_completes(scene), *passes, *longer, *_brings_more(scene)][:MOST])


class _Teams(NamedTuple):
    """Who works on each of the rows."""

    number: Ints32
    """-1: nobody."""
    names: tuple[str, ...]


def _teams(scene: Scene) -> _Teams:
    """The teams that the records name, or else those that the organisation learned from them has."""
    if scene.legend.teams:
        return _Teams(scene.rows.team, scene.legend.teams)
    from irrupt.discovery.findings import teams_found
    from irrupt.discovery.study import in_use

    found = teams_found(in_use(scene.chronicle)[0])
    names = tuple(sorted(set(found.values())))
    of_activity = [names.index(found[name]) if name in found else -1 for name in scene.legend.activities]
    return _Teams(np.array([*of_activity, -1], np.int32)[np.maximum(scene.rows.activity, -1)], names)


def _time(scene: Scene, part: str) -> Floats:
    """Microseconds of each row that go into a *part*."""
    return scene.parts.parts[:, PARTS.index(part)].astype(np.float64)


def _his(scene: Scene, client: str) -> Flags:
    return np.isin(scene.rows.client, np.asarray(scene.parties.clients[client]))


def _most(number: Ints32, weight: Floats) -> tuple[int, float]:
    """The number with the largest sum of weights, and this sum; -1 where there is none."""
    known = number >= 0
    if not known.any():
        return -1, 0.0
    sums = np.bincount(number[known], weights=weight[known])
    return int(sums.argmax()), float(sums.max())


def _by_time(scene: Scene, time: Floats) -> list[str]:
    """The clients told apart, those in whose cases most of *time* is spent first."""
    of = {client: float(time[_his(scene, client)].sum()) for client in scene.named}
    return sorted(of, key=lambda name: -of[name])


def _completes(scene: Scene) -> Iterator[Act]:
    """The client who is waited for longest, in all, completes his file before what he is asked for most: the first of
    those few who are waited for long, where something that he is asked for can become rarer at all."""
    waited = _time(scene, CLIENT)
    for client in _by_time(scene, waited)[:MOST]:
        mine = _his(scene, client)
        whole = float(scene.parts.parts[mine].sum())
        if float(waited[mine].sum()) > _MUCH * whole:
            for after, then in _rarer(scene, mine, waited, _MUCH * whole):
                names = scene.legend.activities
                yield CompleteFile(client=client, after=names[after], then=names[then], times=0.5)
                return


def _rarer(scene: Scene, mine: Flags, waited: Floats, much: float) -> Iterator[tuple[int, int]]:
    """What may be asked for less, in rows that are *mine*: the activity that it follows, and it. For what he is
    *waited* for most first, then for what takes *much* of the time as well. Neither what nearly all cases have or what
    always follows, nor what is done beside it; what he supplies, or is asked for, after a step of ours. Where it always
    follows a step directed to him, that one asks."""
    rows, told, his = scene.rows, _asked(scene, mine), scene.chronicle.client_acts
    names, asked = scene.legend.activities, _first_asked(scene, told)
    supplied = np.array([*(_supplied(scene, name) for name in names), False])[rows.activity[told]]
    then = np.where(asked >= 0, rows.activity[asked], -1)
    cases = len(np.unique(rows.case[mine]))
    for at in range(MOST):
        most, time_spent = _most(then, waited)
        if most < 0 or (at and time_spent <= much):
            return
        asks = then == most
        after, _times = _most(np.where(asks, rows.activity[asked - 1], -1), waited)
        usual = len(np.unique(rows.case[mine & (rows.activity == most)])) >= _MANDATORY * cases
        pairs = asked[asks & (rows.activity[asked - 1] == after)]
        asks_for = supplied[asks].mean() > _MOSTLY and after >= 0 and names[after] not in his
        if asks_for and not (usual or after == most or _always(scene, after, most) or _beside(scene, pairs)):
            yield after, most
        then = np.where(asks, -1, then)


def _supplied(scene: Scene, then: str) -> bool:
    """Whether the client supplies something by an act, or is asked for it: no file, however complete, spares that he
    appeals or cancels, or what we tell him."""
    if then in scene.chronicle.client_acts:
        return not (protests(then) or cancels(then))
    return then in scene.chronicle.waits_for_client


def _always(scene: Scene, after: int, then: int) -> bool:
    """Whether *then* comes straight *after* nearly each time that this is done and something follows."""
    rows = scene.rows
    follows = rows.activity[1:][(rows.activity[:-1] == after) & (rows.case[1:] == rows.case[:-1])]
    return bool(np.mean(follows == then) >= _MANDATORY)


def _beside(scene: Scene, asked: npt.NDArray[np.intp]) -> bool:
    """Whether the rows before those that *asked* for something mostly went on while it was waited for: work on another
    part of the case, not what asked for it. What does not say when it began begins with its end."""
    rows = scene.rows
    began, ended = rows.start[asked], rows.end[asked]
    return bool(np.mean((rows.end[asked - 1] > began) & (began < ended)) > _BESIDE)


def _asked(scene: Scene, mine: Flags) -> npt.NDArray[np.intp]:
    """For each of the rows that are *mine*, the row that asked for what it waited for: the client's own act itself
    where nothing before it says that he is waited for, or else the row before; -1 where nothing stands before that."""
    rows, names = scene.rows, np.array([*scene.legend.activities, ""], object)
    his, asks = (
        np.isin(names, sorted(told)) for told in (scene.chronicle.client_acts, scene.chronicle.waits_for_client)
    )
    at = np.arange(len(rows.case))
    itself = his[rows.activity] & ~asks[rows.activity[at - 1]]
    asked = np.where(itself, at, at - 1)
    before = np.maximum(asked - 1, 0)
    return np.where(mine & (asked > 0) & (rows.case[before] == rows.case), asked, -1)


def _first_asked(scene: Scene, asked: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The rows that *asked*, or the ones before them that did: steps directed to the client, or for which he is waited
    for, that are always followed by what asked."""
    rows, names = scene.rows, scene.legend.activities
    toward = {one.activity for one in scene.chronicle.whose_acts if one.role in _DIRECTED}
    directed = np.array([*(name in toward for name in names), False])
    for _step in range(MOST):
        before = np.maximum(asked - 1, 0)
        maybe = (asked > 0) & (rows.case[before] == rows.case[asked]) & directed[rows.activity[before]]
        pair = rows.activity[before].astype(np.int64) * len(names) + rows.activity[asked]
        always = [one for one in np.unique(pair[maybe]).tolist() if _always(scene, *divmod(one, len(names)))]
        earlier = maybe & np.isin(pair, always)
        if not earlier.any():
            break
        asked = np.where(earlier, before, asked)
    return asked


def _passes(scene: Scene, teams: _Teams) -> Iterator[Act]:
    """The client whose cases wait for somebody longest, in all, passes first where they wait most, of the teams whose
    people are not mostly idle: of those whose cases are not most of all, as whoever is nearly alone has hardly anybody
    to pass."""
    waited, cases = _time(scene, PERSON), sum(scene.counts.values())
    client = next((name for name in _by_time(scene, waited) if scene.counts.get(name, 0) <= _MOST_PASS * cases), "")
    mine = _his(scene, client) if client else np.zeros(len(waited), np.bool_)
    whole = float(scene.parts.parts[mine].sum())
    if len(scene.counts) < 2 or whole == 0.0:
        return
    team, longest = _most(np.where(mine & ~_idle(scene, teams), teams.number, -1), waited)
    if team >= 0 and longest > _LITTLE * whole:
        yield Priority(client=client, team=teams.names[team])


def _idle(scene: Scene, teams: _Teams) -> Flags:
    """Per row, whether people of its team do little on a day on which they do anything for it, as far as is known."""
    rows, many = scene.rows, len(teams.names)
    if scene.days_only:
        return np.zeros(len(rows.case), np.bool_)
    at = np.flatnonzero((teams.number >= 0) & (rows.person >= 0))
    day = (rows.end[at] // DAY).astype(np.int64)
    of_people = pl.DataFrame({"team": teams.number[at], "person": rows.person[at], "day": day}).unique()
    worked = np.bincount(teams.number[at], weights=_time(scene, WORK)[at], minlength=many) / (1e6 * HOUR)
    idle = np.append(worked < _IDLE * np.bincount(of_people["team"].to_numpy(), minlength=many), False)
    return idle[teams.number]


def _works_longer(scene: Scene, teams: _Teams, steps_by_hour: Sequence[Sequence[float]]) -> Iterator[Act]:
    """The team for which cases wait most while nobody is on duty works on Saturday, if nobody does yet."""
    if not steps_by_hour or scene.days_only:
        return
    team, waited = _most(teams.number, _time(scene, HOURS))
    if team < 0 or waited < _MUCH * float(scene.parts.parts.sum()):
        return
    week = np.array(steps_by_hour)
    if week[_SATURDAY].sum() < _OFF * week.sum():
        yield FlexibilityDemand(team=teams.names[team], shifts=_MORE)


def _brings_more(scene: Scene) -> Iterator[Act]:
    """The largest client brings a fifth more cases."""
    if scene.named:
        yield Volume(client=scene.named[0], change=0.2)
