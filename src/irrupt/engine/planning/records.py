"""What a plan came to as tables of a Chronicle: schedules as clients issued them, hours as announced and as worked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from irrupt.chronicle.goods import Goods, Planned
from irrupt.chronicle.model import ROSTER_COLUMNS, SCHEDULE_COLUMNS, empty
from irrupt.engine.planning.books import Posted, shifts
from irrupt.engine.planning.capacity import with_level
from irrupt.engine.planning.planner import Roster
from irrupt.organisation.dated import clock_of
from irrupt.organisation.model import Organisation
from irrupt.units import DAY
from irrupt.wall import Timeline


def schedules(planned: Planned | None, rules: Organisation) -> pl.DataFrame:
    """Every version of every schedule (`forecast`), what was called off, and what was delivered for it in the end."""
    if planned is None or not planned.goods.now[0]:
        return empty(SCHEDULE_COLUMNS)
    goods = planned.goods
    ended = int(goods.now[0])
    frames = []
    for product, name in enumerate(sorted(rules.products)):
        programme = rules.programmes[name]
        frame = pl.concat(_rows(goods, product, ended, programme.horizon))
        length = 7 * DAY if programme.period == "week" else DAY
        frames.append(
            frame.with_columns(
                client=pl.lit(programme.client),
                plant=pl.lit(rules.name),
                part=pl.lit(name),
                until=pl.col("period") + length,
            )
        )
    table, line = pl.concat(frames), rules.timeline
    moments = [line.moments(table[name].to_numpy()).alias(name) for name in ("issued", "period", "until")]
    table = table.with_columns(*moments, backlog=pl.lit(False))
    columns = [
        pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind).alias(name)
        for name, kind in SCHEDULE_COLUMNS.items()
    ]
    return table.select(columns).sort("issued", "client", "part", "kind", "period")


def _rows(goods: Goods, product: int, ended: int, leads: int) -> Iterator[pl.DataFrame]:
    issue, lead = (axis.ravel() for axis in np.meshgrid(np.arange(ended), np.arange(leads), indexing="ij"))
    known = issue + lead < len(goods.begin) - 1
    issue, lead = issue[known], lead[known]
    yield pl.DataFrame(
        {
            "plan": (issue + 1).astype(str),
            "issued": goods.begin[issue],
            "period": goods.begin[issue + lead],
            "quantity": goods.announced[product, issue, lead],
            "firm": lead < goods.frozen[product, issue],
            "kind": np.repeat("forecast", len(issue)),
        }
    )
    at = np.arange(ended)
    for kind, moment, quantity in (
        ("call-off", goods.begin[at], goods.call_off[product, at]),
        ("delivered", goods.begin[at + 1], goods.delivered[product, at]),
    ):
        yield pl.DataFrame(
            {
                "plan": (at + 1).astype(str),
                "issued": moment,
                "period": goods.begin[at],
                "quantity": quantity,
                "firm": np.repeat(True, ended),
                "kind": np.repeat(kind, ended),
            }
        )


def rosters(told: Sequence[Roster | Posted], line: Timeline) -> pl.DataFrame:
    """Every shift of everybody whose hours follow the plan or a queue: as announced (*worked* is false), and as it was
    in the end."""
    # A rule that ended within a week and came again tells twice what was worked in it: the second time all of it.
    worked = {(one.team, one.week): at for at, one in enumerate(told) if one.worked}
    last = (one for at, one in enumerate(told) if not one.worked or worked[one.team, one.week] == at)
    rows = [row for roster in last for row in _shifts(roster)]
    if not rows:
        return empty(ROSTER_COLUMNS)
    seconds = dict.fromkeys(("announced", "start", "end"), pl.Float64())
    table = pl.DataFrame(rows, schema={**ROSTER_COLUMNS, **seconds}, orient="row")
    return table.with_columns(line.moments(table[name].to_numpy()).alias(name) for name in seconds)


def _shifts(roster: Roster | Posted) -> Iterator[tuple[Any, ...]]:
    if isinstance(roster, Posted):
        for name, start, end in shifts(roster):
            yield name, roster.team, roster.announced, start, end, roster.worked
        return
    rules = roster.rules.organisation
    rules = with_level(rules, rules.capacity[roster.team], roster.team, roster.level)
    for name in sorted(rules.members(roster.team)):
        for begin, end in clock_of(rules, rules.people[name]).week(roster.week):
            yield name, roster.team, roster.announced, 60.0 * begin, 60.0 * end, roster.worked
