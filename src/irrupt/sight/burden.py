"""The load that each client causes: his part in the steps of each team, when it comes, and how much out of hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.chronicle.rows import CLIENT_ACT
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import more
from irrupt.sight import intervals, words
from irrupt.sight.entries import week_of
from irrupt.sight.model import Finding, Load
from irrupt.sight.scene import Scene
from irrupt.sight.series import local_hours

_TEAMS = 8
_LEAST = 50
"""Steps that a team needs for its parts to be told."""
_MUCH, _TIMES = 0.1, 3.0
"""A client's part in a team's steps is told of from the first on, and where it is so many times his part in all."""
_SHOWN = 4


def loads(scene: Scene) -> tuple[Load, ...]:
    """For each party, its part in the steps of all teams, of the largest, and of those that work most for a client.

    Steps for cases that are then given up count, too.
    """
    rows, legend = scene.with_given_up, scene.legend
    ours = (rows.flags & CLIENT_ACT == 0) & ((rows.team >= 0) | (rows.person >= 0))
    if not ours.any():
        return ()
    parties = {name: np.isin(rows.client, numbers) for name, numbers in scene.parties.clients.items()}
    shown = _shown(scene, ours, [parties[name] for name in scene.named])
    teams = [(ALL_TEAMS, ours)] + [(legend.teams[at], ours & (rows.team == at)) for at in shown]
    hour = None if scene.clockless else local_hours(rows)
    found = []
    for team, here in teams:
        for party, his in parties.items():
            if party != ALL_CLIENTS or len(parties) == 1:
                found.append(_of_party(scene, party, team, here, his, hour))
    return tuple(found)


def _shown(scene: Scene, ours: Flags, of_clients: list[Flags]) -> list[int]:
    """The teams with most steps, and for each client the team that does most of its steps for him."""
    team, most = scene.with_given_up.team, len(scene.legend.teams)
    counts = np.bincount(team[ours & (team >= 0)], minlength=most)
    enough = np.flatnonzero(counts >= _LEAST)
    ranked = enough[np.argsort(-counts[enough], kind="stable")].tolist()
    shown = ranked[:_TEAMS]
    for his in of_clients:
        mine = np.bincount(team[ours & his & (team >= 0)], minlength=most)
        shown += sorted(ranked, key=lambda at: -mine[at] / counts[at])[:1]
    return list(dict.fromkeys(shown))


def _of_party(scene: Scene, party: str, team: str, here: Flags, his: Flags, hour: Ints | None) -> Load:
    mine = here & his
    week = week_of(scene.with_given_up.end, scene.ledgers.window)
    ends = intervals.of_share(mine[here], week[here])
    outside, by_hour = intervals.UNKNOWN, ()
    share = float("nan")
    if hour is not None and mine.any():
        day, clock = np.divmod(hour, 24)
        late = ((day >= 5) | (clock < 9) | (clock >= 17))[mine]
        share, outside = float(late.mean()), intervals.of_share(late, week[mine])
        weeks = max(scene.ledgers.window.weeks, 1.0)
        by_hour = tuple((np.bincount(clock[mine], minlength=24) / weeks).tolist())
    return Load(
        party=party,
        team=team,
        share=(float(mine.sum() / here.sum()), ends.low, ends.high),
        outside=(share, outside.low, outside.high),
        by_hour=by_hour,
    )


def findings(scene: Scene, found: tuple[Load, ...]) -> Iterator[tuple[float, Finding]]:
    """Teams that do much of their work for one client, beyond his part in all steps."""
    of_all = {one.party: one.share[0] for one in found if one.team == ALL_TEAMS}
    kept = [
        one
        for one in found
        if one.team != ALL_TEAMS and one.party in scene.named and one.share[1] >= max(_MUCH, _TIMES * of_all[one.party])
    ]
    if not kept:
        return
    kept = sorted(kept, key=lambda one: -one.share[0])
    text = _("{share} of the steps of {team} are for {client} (of all steps {all})")
    listed = [
        text.format(
            team=party_name(one.team),
            share=words.percent(*one.share),
            client=one.party,
            all=words.percent(of_all[one.party]),
        )
        for one in kept[:_SHOWN]
    ]
    listed += [more(len(kept) - _SHOWN, "team")] if len(kept) > _SHOWN else []
    numbers = {
        "teams": [
            {"team": one.team, "client": one.party, "share": list(one.share), "of all": of_all[one.party]}
            for one in kept
        ]
    }
    said = _("; ").join(listed) + "."
    yield 0.4 + 0.4 * kept[0].share[0], Finding(text=said, kind="load of a client", numbers=numbers)
