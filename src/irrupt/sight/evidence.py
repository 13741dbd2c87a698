"""The cases in which each finding shows, the plainest first, so that somebody can go and look."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, LAST, Legend, Rows
from irrupt.groups import ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.ledgers.cases import arrivals_per
from irrupt.sight import apart, footprint, timers
from irrupt.sight.entries import MEANS, week_of
from irrupt.sight.model import Finding, FoundChange, Sight
from irrupt.sight.scene import Scene
from irrupt.sight.series import done_by, in_part_of_week, local_hours
from irrupt.sight.split import BATCH, PARTS
from irrupt.units import WEEK

Shown = tuple[str, Floats]
"""Which cases these are, and how plainly a case shows it, by its number; nan or nothing: not at all."""
Show = Callable[[Scene, Finding], Shown]
_LONGEST = 0.9


def with_cases(
    scene: Scene,
    found: tuple[Finding, ...],
    changed: tuple[FoundChange, ...] = (),
    edits: Floats | None = None,
) -> tuple[Finding, ...]:
    """*found* with the cases in which each of them shows; *edits*: how far each is from the written procedure."""
    by_name = {one.name: one for one in changed}
    made = []
    for one in found:
        if one.kind == "rule change":
            text, score = _of_change(scene.of_all_ended, by_name[one.numbers["change"]])
        elif one.kind.startswith("written procedure") and edits is not None:
            text, score = _deviating(scene, one, edits)
        elif one.kind in _KINDS:
            text, score = _KINDS[one.kind](scene, one)
        else:
            made.append(one)
            continue
        score = np.nan_to_num(score)
        at = np.flatnonzero(score > 0)
        order = at[np.argsort(-score[at], kind="stable")]
        made.append(replace(one, cases=tuple(scene.names.gather(order).to_list()), cases_are=text))
    return tuple(made)


def cases_table(sight: Sight) -> pl.DataFrame:
    """The cases of all findings of *sight*: `finding` (its number), `kind`, `case`, `client`, `begin`, `end`."""
    events = sight.chronicle.events
    first = pl.min_horizontal(pl.col("start").min(), pl.col("end").min())
    known = events.group_by("case").agg(
        pl.col("client").drop_nulls().first(), first.alias("begin"), pl.col("end").max().alias("end")
    )
    many = pl.Series([len(one.cases) for one in sight.findings], dtype=pl.Int64)
    of = pl.DataFrame({"finding": range(1, len(many) + 1), "kind": [one.kind for one in sight.findings]})
    found = of.select(pl.all().repeat_by(many).explode())
    cases = pl.Series("case", [case for one in sight.findings for case in one.cases], events.schema["case"])
    return found.with_columns(cases).join(known, on="case", how="left", maintain_order="left")


def _by_number(scene: Scene, values: Floats, which: Flags | None = None) -> Floats:
    """Values of the cases that count, or of those *which* do, by number."""
    score = np.zeros(scene.size)
    counted = scene.cases.counted if which is None else which
    score[scene.cases.number[counted]] = values[counted]
    return score


def _rows_per_case(scene: Scene, rows: Rows, worth: Flags | Floats) -> Floats:
    return np.bincount(rows.case, worth, scene.size).astype(np.float64)


def _of_clients(scene: Scene, names: list[str]) -> Flags:
    """By number: whether the case is one of these clients'."""
    numbers = [number for name in names for number in scene.parties.clients.get(name, ())]
    his = np.zeros(scene.size, bool)
    his[scene.cases.number[np.isin(scene.cases.client, np.asarray(numbers, np.int64))]] = True
    return his


def _deviating(scene: Scene, one: Finding, edits: Floats) -> Shown:
    his = _of_clients(scene, [one.numbers["client"]]) if "client" in one.numbers else True
    return _("cases that deviate, those in most steps first"), np.where(his, edits, 0.0)


def _longest(scene: Scene, _one: Finding) -> Shown:
    cycle = scene.cases.cycle
    some = cycle[scene.cases.counted]
    least = np.quantile(some, _LONGEST) if len(some) else 0.0
    return _("the tenth of the cases that takes longest"), _by_number(scene, np.where(cycle >= least, cycle, 0.0))


def _waiting(scene: Scene, one: Finding) -> Shown:
    part = max(one.numbers, key=lambda name: one.numbers[name][0])
    table = scene.parts.of_cases(scene.rows.case, scene.size)[:, PARTS.index(part)]
    least = np.quantile(table[scene.cases.number[scene.cases.counted]], _LONGEST)
    said = _("the tenth of the cases with most of “{part}”").format(part=_(part))
    return said, np.where(table >= max(least, 1), table, 0).astype(np.float64)


def _largest(scene: Scene, one: Finding) -> Shown:
    name = one.numbers["client"]
    text = _("cases of {client}").format(client=name)
    his = scene.chronicle.events.filter(client=name)["case"].unique()
    return text, scene.which(his).astype(np.float64)


def _waits_of_clients(scene: Scene, one: Finding) -> Shown:
    values = getattr(scene.cases, MEANS[one.numbers["measure"]])
    names = [client["client"] for client in one.numbers["clients"]]
    text = ngettext("cases of this client, the longest first", "cases of these clients, the longest first", len(names))
    return text, np.where(_of_clients(scene, names), _by_number(scene, values + 1e-9), 0.0)


def _ways_of_clients(scene: Scene, one: Finding) -> Shown:
    """Cases of a client that meet what the others do not, or that do not meet what the others do."""
    score = np.zeros(scene.size)
    for client in one.numbers["clients"]:
        his = _of_clients(scene, [client["client"]])
        for difference in client["differences"]:
            meets = _rows_per_case(scene, scene.with_given_up, _meets(scene, difference)) > 0
            odd = meets if difference["share"] > difference["others"] else ~meets
            score += his & odd
    counted = _by_number(scene, np.ones(len(scene.cases.number)), scene.ended)
    text = ngettext(
        "cases of this client that go another way",
        "cases of these clients that go another way",
        len(one.numbers["clients"]),
    )
    return text, score * counted


def _meets(scene: Scene, difference: Mapping[str, object]) -> Flags:
    if "team" in difference:
        column, number = scene.with_given_up.team, scene.legend.teams.index(str(difference["team"]))
    else:
        column, number = scene.with_given_up.activity, scene.legend.activities.index(str(difference["activity"]))
    meets: Flags = column == number
    return meets


def _co_produced(scene: Scene, one: Finding) -> Shown:
    rows, waits = scene.with_given_up, scene.chronicle.waits_for_client.issuperset(one.numbers)
    here = np.isin(rows.activity, [scene.legend.activities.index(name) for name in one.numbers])
    score = _rows_per_case(scene, rows, here & (rows.flags & LAST == 0) if waits else here)
    return _("cases in which it happens, those with most of it first"), score


def _deed(scene: Scene, one: Finding) -> Shown:
    deed = one.numbers["deed"]
    happens = dict(footprint.deeds(scene))[deed]
    names = list(one.numbers["clients"])
    mine = (happens & _of_clients(scene, names))[scene.cases.number].astype(np.float64)
    text = ngettext(
        "cases of this client in which it happens", "cases of these clients in which it happens", len(names)
    )
    return text, _by_number(scene, mine, scene.ended)


def _overtaking(scene: Scene, one: Finding) -> Shown:
    """Cases of a client that pass others; of one whose cases pass fewer than all others', those that begin later for
    it."""
    rows, fared = scene.of_all_ended.rows, scene.of_all_ended.queues
    team = -1 if one.numbers["team"] == ALL_TEAMS else scene.legend.teams.index(one.numbers["team"])
    his = (rows.client == scene.legend.clients.index(one.numbers["client"])) & (rows.team == team)
    if one.numbers["share"] < one.numbers["others"]:
        lost = np.where(his & fared.waits, np.maximum(fared.lost, 0.0), 0.0)
        text = _("his cases that begin later than in the order of arrival, the latest first")
        return text, _rows_per_case(scene, rows, lost)
    text = _("his cases that pass most of those who wait")
    return text, _rows_per_case(scene, rows, np.where(his & fared.busy, fared.passes, 0.0))


def _other_procedure(scene: Scene, one: Finding) -> Shown:
    """Cases of a client by how much oftener their steps follow each other so with him than with others."""
    rows = scene.with_given_up
    kind = apart.followed(rows, len(scene.legend.activities))
    size, score = int(kind.max(initial=0)) + 1, np.zeros(scene.size)
    steps = np.maximum(np.bincount(rows.case, minlength=scene.size), 1)
    for name in one.numbers:
        mine = rows.client == scene.legend.clients.index(name)
        shares = [np.bincount(kind[side], minlength=size) / max(side.sum(), 1) for side in (mine, ~mine)]
        odd = np.where(mine, (shares[0] - shares[1])[kind], 0.0)
        score += _rows_per_case(scene, rows, odd) / steps
    text = ngettext(
        "cases of this client, those least like the others’ first",
        "cases of these clients, those least like the others’ first",
        len(one.numbers),
    )
    return text, score


def _again(scene: Scene, _one: Finding) -> Shown:
    rows = scene.rows
    pairs, count = np.unique(rows.case * (len(scene.legend.activities) + 1) + rows.activity + 1, return_counts=True)
    score = np.bincount(pairs // (len(scene.legend.activities) + 1), count - 1, scene.size).astype(np.float64)
    return _("cases in which steps are done again, those with most of it first"), score


def _fullest_week(scene: Scene, _one: Finding) -> Shown:
    window, arrival = scene.ledgers.window, scene.cases.arrival
    fullest = arrivals_per(WEEK, arrival, window).argmax()
    score = (week_of(arrival, window) == fullest).astype(np.float64)
    return _("cases that arrive in the fullest week"), _by_number(scene, score, window.contains(arrival))


def _at_team(scene: Scene, one: Finding) -> Shown:
    rows = scene.with_given_up
    mine = rows.team == scene.legend.teams.index(one.numbers["team"])
    text = _("cases at {team}, those with most steps there first").format(team=one.numbers["team"])
    return text, _rows_per_case(scene, rows, mine)


def _at_teams(scene: Scene, one: Finding) -> Shown:
    rows, legend = scene.with_given_up, scene.legend
    his = np.zeros(len(rows.case), bool)
    for each in one.numbers["teams"]:
        mine = rows.team == legend.teams.index(each["team"])
        his |= mine & (rows.client == legend.clients.index(each["client"]))
    text = ngettext(
        "cases of this client at this team, those with most steps there first",
        "cases of these clients at these teams, those with most steps there first",
        len(one.numbers["teams"]),
    )
    return text, _rows_per_case(scene, rows, his)


def _after_a_fixed_time(scene: Scene, one: Finding) -> Shown:
    found = timers.find(scene.rows, len(scene.legend.activities), scene.days_only)
    pairs = {each["pair"] for each in one.numbers["pairs"]}
    fixed = np.zeros(len(scene.rows.case), bool)
    for timer in found:
        if timer.pair in pairs:
            fixed[timer.at[timer.fixed]] = True
    return _("cases in which it comes after just this time"), _rows_per_case(scene, scene.rows, fixed)


def _longest_batch(scene: Scene, one: Finding) -> Shown:
    mine = scene.rows.activity == scene.legend.activities.index(one.numbers["activity"])
    time = np.where(mine, scene.parts.parts[:, PARTS.index(BATCH)], 0)
    return _("cases that wait for its batches, the longest first"), _rows_per_case(
        scene, scene.rows, time.astype(float)
    )


def _by_program(scene: Scene, one: Finding) -> Shown:
    mine = scene.rows.activity == scene.legend.activities.index(one.numbers["activity"])
    return _("cases in which a program does it"), _rows_per_case(scene, scene.rows, mine)


def _out_of_hours(scene: Scene, _one: Finding) -> Shown:
    rows = scene.with_given_up
    hour = np.nan_to_num(rows.end) // 3600 % 168
    out = (hour // 24 >= 5) | (hour % 24 < 9) | (hour % 24 >= 17)
    out &= (rows.team >= 0) & (rows.flags & (CLIENT_ACT | CLIENT_WAIT) == 0)
    return _("cases with most steps outside these hours"), _rows_per_case(scene, rows, out)


def _of_change(scene: Scene, change: FoundChange) -> Shown:
    """The cases after the change in which it happens, or, where it became rarer, those before; of each client since it
    changed in his cases, and of none in whose cases it did not."""
    rows, rises = scene.rows, change.after >= change.before
    hits, since = _hits(scene, change), _since(scene, change)[rows.client]
    moment = scene.arrivals[rows.case] if change.kind in ("activity", "path", "order") else rows.end
    inside = (moment >= since) if rises else (moment < since)
    text = _("cases since then in which it happens") if rises else _("cases before then in which it happened")
    return text, _rows_per_case(scene, rows, np.where(inside, hits, 0.0))


def _since(scene: Scene, change: FoundChange) -> Floats:
    """By the number of a client, since when it changed in his cases: for all at once, or for who leads and who follows;
    nan for never."""
    led = bool(change.leads) and change.kind != "priority"
    rest = change.followed if led else change.begin
    found = np.full(len(scene.legend.clients) + 1, math.nan if rest is None else scene.legend.second(rest))
    for party, begin in (*change.then, (change.leads, change.begin)) if led else ():
        found[list(scene.parties.clients[party])] = scene.legend.second(begin)
    return found


def _hits(scene: Scene, change: FoundChange) -> Floats:
    """Per row, whether it counts for the share that changed."""
    rows, legend = scene.rows, scene.legend
    if change.kind == "hours":
        here = done_by(rows, _team(legend, change.what[0]))
        return np.asarray(here & in_part_of_week(local_hours(rows), change.what[1]), np.float64)
    if change.kind in ("priority", "class priority"):
        here = scene.queues.busy & (rows.team == _team(legend, change.what[-1]))
        if change.kind == "priority":
            mine = rows.client == legend.clients.index(change.what[0])
        else:
            mine = next(one.mine for one in scene.classes if (one.attribute, one.value) == change.what[:2])[rows.case]
        return np.where(here & mine, scene.queues.passes, 0.0)
    if change.kind == "team":
        doing = legend.activities.index(change.what[0]), legend.teams.index(change.what[1])
        return np.asarray((rows.activity == doing[0]) & (rows.team == doing[1]), np.float64)
    first, last = (legend.activities.index(name) for name in (change.what[0], change.what[-1]))
    mine = rows.activity == first
    if change.kind == "path":
        mine &= (np.roll(rows.activity, -1) == last) & (np.diff(rows.case, append=-1) == 0)
    if change.kind == "order":
        mine &= _comes_before(rows, first, last)
    return np.asarray(mine, np.float64)


def _team(legend: Legend, name: str) -> int:
    """The number of a team; -1: of people of whom the records name no team."""
    return legend.teams.index(name) if legend.teams else -1


def _comes_before(rows: Rows, first: int, last: int) -> Flags:
    """Per row: the first *first* of its case stands before its first *last*."""
    size, place = int(rows.case.max(initial=-1)) + 1, np.arange(len(rows.case))
    stands = []
    for activity in (first, last):
        at = np.full(size, len(place), np.int64)
        mine = rows.activity == activity
        np.minimum.at(at, rows.case[mine], place[mine])
        stands.append(at)
    before: Flags = ((stands[0] < stands[1]) & (stands[1] < len(place)))[rows.case]
    return before


_KINDS: dict[str, Show] = {
    "waits": _longest,
    "who waits for whom": _waiting,
    "concentration": _largest,
    "waits of a client": _waits_of_clients,
    "client procedure": _ways_of_clients,
    "co-production": _co_produced,
    "footprint": _deed,
    "overtaking": _overtaking,
    "another procedure": _other_procedure,
    "rework": _again,
    "arrivals": _fullest_week,
    "load": _at_team,
    "load of a client": _at_teams,
    "hours": _out_of_hours,
    "fixed delay": _after_a_fixed_time,
    "program": _by_program,
    "batch": _longest_batch,
}
