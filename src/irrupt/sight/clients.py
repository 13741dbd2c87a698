"""How the cases of one client differ from those of all others: tests over all clients, taken together (Holm)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers import Measure
from irrupt.ledgers import definitions as measure
from irrupt.ledgers.cases import work_told
from irrupt.sight import intervals, ways, words
from irrupt.sight.echoes import Compared, told_once
from irrupt.sight.intervals import Difference
from irrupt.sight.model import Finding
from irrupt.sight.scene import Scene
from irrupt.special import gamma_lower, normal_cdf

EXPECTED = 5.0
"""Cases expected with and without, on the smaller side, for a share to be tested as a normal one (Cochran 1954)."""
MATTERS = 0.05
"""Smallest difference of shares that is told."""
CLIENTS = 5
"""At most this many clients are told of in one kind of finding, those who differ most."""
THINGS = 3
_TINY = float(np.finfo(float).tiny)


class _Wait(NamedTuple):
    client: str
    of: Measure
    his: float
    others: float
    difference: Difference
    usual: float
    """Hours of all cases together: all lengths are told in the unit of these, as in the tables."""


def _of_one() -> dict[str, str]:
    return {
        measure.FOR_US.name: _("Cases of {client} wait for us {his}, all other cases {others} (difference {ends})."),
        measure.FOR_CLIENT.name: _(
            "In cases of {client} we wait for him {his}, in all other cases {others} (difference {ends})."
        ),
        measure.UNEXPLAINED.name: _(
            "In cases of {client} {his} pass before steps on which nobody is seen to work, or for reasons that the "
            "records do not tell, in all other cases {others} (difference {ends})."
        ),
        measure.CYCLE.name: _("Cases of {client} take {his}, all other cases {others} (difference {ends})."),
    }


def _of_several() -> dict[tuple[str, bool], str]:
    """By measure, and by whether its value is higher than others'."""
    return {
        (measure.FOR_US.name, True): _("Cases of some clients wait for us longer than those of others: {list}."),
        (measure.FOR_US.name, False): _("Cases of some clients wait for us less than those of others: {list}."),
        (measure.FOR_CLIENT.name, True): _("For some clients we wait longer than for others: {list}."),
        (measure.FOR_CLIENT.name, False): _("For some clients we wait less than for others: {list}."),
        (measure.UNEXPLAINED.name, True): _(
            "Before steps on which nobody is seen to work, or for reasons that the records do not tell, more time "
            "passes in cases of some clients than of others: {list}."
        ),
        (measure.UNEXPLAINED.name, False): _(
            "Before steps on which nobody is seen to work, or for reasons that the records do not tell, less time "
            "passes in cases of some clients than of others: {list}."
        ),
        (measure.CYCLE.name, True): _("Cases of some clients take longer than those of others: {list}."),
        (measure.CYCLE.name, False): _("Cases of some clients take less time than those of others: {list}."),
    }


def waits(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Clients whose cases wait longer or shorter than those of all others, or for whom we wait longer or shorter."""
    tried = [one for client in scene.named for one in _tried(scene, client)]
    found = intervals.of_clients([one.difference.p for one in tried])
    kept = [one for one, real in zip(tried, found, strict=True) if real and _matters(one)]
    kinds: dict[tuple[str, bool], list[_Wait]] = {}
    for one in _waits_told(sorted(kept, key=lambda one: -_relative(one)), tried):
        kinds.setdefault((one.of.name, one.his > one.others), []).append(one)
    for kind, several in kinds.items():
        told = [
            {"client": one.client, "value": one.his, "others": one.others}
            | {"low": one.difference.low, "high": one.difference.high}
            for one in several
        ]
        numbers = {"measure": kind[0], "clients": told}
        text = _said_of_one(several[0]) if len(several) == 1 else _said_of_several(kind, several)
        yield 0.5 + 0.4 * _relative(several[0]), Finding(text=text, kind="waits of a client", numbers=numbers)


def _waits_told(kept: list[_Wait], tried: list[_Wait]) -> list[_Wait]:
    """*kept*, the largest difference first, without those who only differ since another client does."""

    def usual(first: _Wait) -> tuple[dict[str, float], float]:
        values = {one.client: one.his for one in tried if one.of is first.of}
        return values, max(first.of.matters * first.others, first.of.matters_least)

    def compared(one: _Wait) -> Compared:
        return Compared(one.client, one.his, one.others, (one.difference.low, one.difference.high))

    return told_once(kept, lambda one: one.of.name, compared, usual)


def _said_of_one(one: _Wait) -> str:
    return _of_one()[one.of.name].format(client=one.client, **_values(one))


def _values(one: _Wait) -> dict[str, str]:
    ends = words.longer(one.difference.low, one.difference.high, like=one.usual)
    his, others = (words.duration(hours, like=one.usual) for hours in (one.his, one.others))
    return {"his": his, "others": others, "ends": ends}


def _said_of_several(kind: tuple[str, bool], several: list[_Wait]) -> str:
    first = _("{client} {his} (others {others}, difference {ends})")
    listed = [first.format(client=one.client, **_values(one)) for one in several[:CLIENTS]]
    return _of_several()[kind].format(list=words.clients_listed(listed, len(several)))


def _tried(scene: Scene, client: str) -> Iterator[_Wait]:
    mine, others = scene.used_of(client), scene.others_than(client)
    if min(len(mine), len(others)) < intervals.FEWEST:
        return
    cases = scene.cases
    # Assumed starts would compare assumptions: the whole time is measured.
    told = not scene.bounded and work_told(cases, mine) and work_told(cases, others)
    for of, column in (
        (measure.FOR_US, cases.for_us) if told else (measure.CYCLE, cases.cycle),
        (measure.FOR_CLIENT, cases.for_client),
        (measure.UNEXPLAINED, np.where(cases.delays_told, cases.unexplained, 0.0)),
    ):
        one, other = scene.per_case(column, mine), scene.per_case(column, others)
        if one[0].any() or other[0].any():
            means = float(one[0].mean()), float(other[0].mean())
            whole = scene.entries.get((of.name, ALL_CLIENTS))
            usual = math.nan if whole is None else whole.value
            yield _Wait(client, of, *means, intervals.of_hours(one, other), usual)


def _relative(one: _Wait) -> float:
    """The difference as a share of the larger of the two."""
    return abs(one.his - one.others) / max(one.his, one.others)


def _matters(one: _Wait) -> bool:
    nearest = min(abs(one.difference.low), abs(one.difference.high))
    return nearest > 0 and abs(one.difference.value) >= max(one.of.matters * one.others, one.of.matters_least)


class _Path(NamedTuple):
    client: str
    team: bool
    what: str
    his: float
    others: float
    difference: Difference
    values: dict[str, float]
    """The share of each client."""


def procedures(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Clients whose cases meet a team, or go through an activity, much less or more often than all others.

    Tests over all clients, teams and activities, Holm-corrected; a difference of MATTERS at least. Cases are compared
    with those that came at the same time, and those that go on when the records stop count as what is to come in them.
    """
    by_client: dict[str, list[_Path]] = {}
    for path in _paths_told(sorted(_paths(scene), key=lambda one: -abs(one.difference.value))):
        by_client.setdefault(path.client, []).append(path)
    if not by_client:
        return
    several = list(by_client.values())
    numbers = {"clients": [{"client": name, "differences": _differences(paths)} for name, paths in by_client.items()]}
    if len(several) == 1:
        text = _("Cases of {client} go another way than all other cases: {list}.")
        listed = _("; ").join(_said(path) for path in several[0][:THINGS])
    else:
        text = _("Cases of some clients go another way than those of others: {list}.")
        each = [_("of {client}, {what}").format(client=one[0].client, what=_said(one[0])) for one in several[:CLIENTS]]
        listed = words.clients_listed(each, len(several))
    said = text.format(client=several[0][0].client, list=listed)
    yield 0.45 + 0.4 * abs(several[0][0].difference.value), Finding(text=said, kind="client procedure", numbers=numbers)


def _paths_told(paths: list[_Path]) -> list[_Path]:
    """*paths*, the largest difference first, without those who only differ since another client does."""
    return told_once(
        paths,
        lambda path: (path.team, path.what),
        lambda path: Compared(path.client, path.his, path.others, (path.difference.low, path.difference.high)),
        lambda path: (path.values, MATTERS),
    )


def _differences(paths: list[_Path]) -> list[dict[str, Any]]:
    return [
        {
            "team" if path.team else "activity": path.what,
            "share": path.his,
            "others": path.others,
            "low": path.difference.low,
            "high": path.difference.high,
        }
        for path in paths
    ]


def _said(path: _Path) -> str:
    text = (
        _("{share} meet team {what} (others {others}, difference {ends})")
        if path.team
        else _("{share} go through “{what}” (others {others}, difference {ends})")
    )
    ends = words.points(path.difference.low, path.difference.high)
    return text.format(share=words.percent(path.his), what=path.what, others=words.percent(path.others), ends=ends)


def _paths(scene: Scene) -> Iterator[_Path]:
    legend = scene.legend
    mine = [scene.parties.clients[client][0] for client in scene.named]
    if not mine:
        return
    each, every, cases = _met(scene)
    things = [(False, name) for name in legend.activities] + [(True, name) for name in legend.teams]
    if len(waited := scene.chronicle.waits_for_client) == 1:  # the footprint tells how often the client is waited for
        at = [column for column, (team, name) in enumerate(things) if team or name not in waited]
        things, each, every = [things[column] for column in at], each[:, at], every[:, at]
    if not things:
        return
    hits, counts = each[mine], cases[mine].sum(axis=1)[:, None]
    rest, among = each.sum(axis=0) - hits, cases.sum() - counts
    beside = _beside(hits, cases[mine], every, cases.sum(axis=0))
    found = np.array(intervals.of_clients(beside.p.ravel().tolist())).reshape(beside.p.shape)
    for row, column in zip(*np.nonzero(found), strict=True):
        difference = intervals.of_shares(
            (float(hits[row, column]), float(rest[row, column])), (int(counts[row, 0]), int(among[row, 0]))
        )
        least = min(difference.value, float(beside.difference[row, column]), key=abs)
        if abs(least) < MATTERS or difference.low <= 0 <= difference.high or least * difference.value < 0:
            continue
        his, others = hits[row, column] / counts[row, 0], rest[row, column] / among[row, 0]
        of_team, what = things[column]
        values = dict(zip(scene.named, (hits[:, column] / np.maximum(counts[:, 0], 1)).tolist(), strict=True))
        yield _Path(scene.named[row], of_team, what, float(his), float(others), difference, values)


def _met(scene: Scene) -> tuple[Floats, Floats, Ints]:
    """How many cases meet each activity, then each team, or are to be expected to: by client, of shape (clients,
    things), and by the week or the longer period in which they came, of shape (periods, things); and how many cases
    there are, of shape (clients, periods)."""
    rows, legend, over = scene.with_given_up, scene.legend, scene.over
    things = (rows.activity, len(legend.activities)), (rows.team, len(legend.teams))
    still, chance = over.to_come(things)

    def met(group: Ints32, groups: int) -> Floats:
        grouped = rows._replace(client=group[rows.case])
        sides = [ways.met(grouped, what, kinds, groups) for what, kinds in things]
        found: Floats = np.hstack(sides).astype(np.float64)
        np.add.at(found, group[still], chance)
        return found

    number, client = scene.cases.number[scene.ended], scene.cases.client[scene.ended]
    shape = len(legend.clients), over.periods
    cases = np.bincount(client * shape[1] + over.period[number], minlength=shape[0] * shape[1]).reshape(shape)
    return met(ways.client_of_case(rows).astype(np.int32), shape[0]), met(over.period, shape[1]), cases


class _Beside(NamedTuple):
    """Each client beside all others, thing by thing, within each period (Mantel & Haenszel 1959)."""

    p: Floats
    """nan: too few cases to tell."""
    difference: Floats
    """Of shares, on average over the periods."""


def _beside(hits: Floats, his: Ints, every: Floats, whole: Ints) -> _Beside:
    """*hits*: cases of each client that meet each thing; *his*: his cases in each period; *every* and *whole*: the same
    two of all clients, period by period."""
    some = np.maximum(whole, 1)
    share = every / some[:, None]
    spread = share * (whole[:, None] - every) / np.maximum(whole - 1, 1)[:, None]
    weight, expected = his * (whole - his) / some, his @ share
    counts, met = his.sum(axis=1)[:, None], every.sum(axis=0)
    fewer = np.minimum(counts, whole.sum() - counts)
    mine = counts <= fewer  # of a client who has most cases, all others are looked at
    few, usual = np.where(mine, hits, met - hits), np.where(mine, expected, met - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        more, error = hits - expected, np.sqrt(weight @ spread)
        z = np.abs(more) / np.where(error > 0, error, math.nan)
        rare = np.minimum(usual, fewer - usual) < EXPECTED
        p = np.where(rare, _more_than_rare(few, usual, fewer, met, whole.sum() - met), 2 * normal_cdf(-z))
        return _Beside(np.where(fewer < intervals.FEWEST, math.nan, p), more / weight.sum(axis=1)[:, None])


def _more_than_rare(few: Floats, usual: Floats, cases: Ints, met: Floats, unmet: Floats) -> Floats:
    """Tests of whether more of some *cases* meet, or do not meet, a thing than *usual*, where hardly any usually does:
    by a Poisson number, as a normal one fails there (Cochran 1954); nan where a test could find nothing, however the
    cases fell (Tarone 1990)."""
    with_it = usual <= cases - usual
    seen, mean = np.where(with_it, few, cases - few), np.maximum(np.where(with_it, usual, cases - usual), _TINY)
    most = np.minimum(np.where(with_it, met, unmet), cases)
    p, least = (2 * gamma_lower(np.maximum(number, 1.0), mean) for number in (seen, most))
    return np.where(least * least.size > 1 - intervals.LEVEL, math.nan, np.where(seen > mean, np.minimum(p, 1.0), 1.0))
