"""The main path of `see`: records in, the client's part in them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags
from irrupt.chronicle import Chronicle
from irrupt.chronicle.rows import NO_ROWS, Rows
from irrupt.ledgers import Parties
from irrupt.ledgers import kernels as columns
from irrupt.ledgers.cases import arrivals_per
from irrupt.sight import burden, clock, findings, footprint, marks, timers, views, waiting, ways
from irrupt.sight import prescribed as writing
from irrupt.sight.apart import distances
from irrupt.sight.changes import changes
from irrupt.sight.entries import entries, whole_weeks
from irrupt.sight.evidence import with_cases
from irrupt.sight.inferred import unmatched, with_changes
from irrupt.sight.model import Entry, Sight
from irrupt.sight.passing import findings as not_in_queues
from irrupt.sight.passing import passings
from irrupt.sight.procedure import Procedure
from irrupt.sight.records import RATES, Records, Starts, by_size, parties_in_order, prepare, rows_in_use, week_begins
from irrupt.sight.scene import Scene
from irrupt.sight.series import series
from irrupt.sight.split import split
from irrupt.sight.tries import to_try
from irrupt.sight.turns import turns
from irrupt.units import WEEK

VARIANTS = 20
"""How many of the commonest ways through are kept."""


def see(
    chronicle: Chronicle,
    *,
    clients: Mapping[str, str] | None = None,
    use_period: bool = True,
    starts: Starts | None = None,
    prescribed: Procedure | None = None,
) -> Sight:
    """See the client in *chronicle*.

    *clients*: client -> the party that he is shown as (himself, or a group); by default the largest ones are shown
    and the others are a group. *use_period*: leave out the ends of the log in which hardly any case begins.
    *starts* estimates start times where the log has none, so that work and waiting are given with bounds; by default as
    `irrupt.discovery.assume_starts` does. *prescribed*: a written procedure, against which the conformance of cases is
    checked. About two seconds for half a million events.

    Raises `DataError` when no event has a time, `UsageError` when this is no Chronicle.
    """
    records = prepare(chronicle, clients, use_period, starts)
    sizes, named = by_size(records)
    done = records.ledgers.team_weeks.weeks[:, :, columns.DONE]
    total = dict(zip(records.legend.teams, done.sum(axis=1).astype(int).tolist(), strict=True))
    teams = {name: total[name] for name in sorted(total, key=lambda name: (-total[name], name)) if total[name]}
    parties = parties_in_order(records, sizes, teams)
    entered, used = _entered(records, parties), _used(records)
    records = replace(records, rows=NO_ROWS)  # from here on, only what is in use has to be kept
    scene = _scene(records, used, parties, entered, named)
    return _sight(records, scene, sizes, teams, prescribed)


def _entered(records: Records, parties: Parties) -> tuple[Entry, ...]:
    """What is measured of *parties*."""
    ledgers = records.ledgers
    bounds = records.bounds and (records.bounds[0].result(parties), records.bounds[1].result(parties))
    return entries(ledgers, parties, ledgers.result(parties), bounds, hidden=records.hidden)


class _Used(NamedTuple):
    """What of the rows goes on being used."""

    rows: Rows
    with_given_up: Rows
    closes: Flags


def _used(records: Records) -> _Used:
    cases = records.ledgers.cases
    rows, ended = rows_in_use(records.rows, cases, cases.counted), records.ledgers.ended
    with_given_up = rows if (ended == cases.counted).all() else rows_in_use(records.rows, cases, ended)
    return _Used(rows, with_given_up, records.closes)


def _scene(records: Records, used: _Used, parties: Parties, entered: Sequence[Entry], named: tuple[str, ...]) -> Scene:
    rows, closes = used.rows, used.closes
    within = records.used.starts == "assumed" or bool(records.known.on_duty or records.known.team_hours)
    return Scene(
        chronicle=records.used,
        rows=rows,
        with_given_up=used.with_given_up,
        uneven=records.uneven,
        parts=split(
            rows,
            records.hours,
            activities=len(records.legend.activities),
            within=within,
            days=records.days_only,
            worked=records.worked(rows) if within else None,
            turns=turns(rows, records.legend.activities, closes),
        ),
        closes=closes,
        legend=records.legend,
        names=records.names,
        days_only=records.days_only,
        clockless=records.clockless,
        ledgers=records.ledgers,
        parties=parties,
        cases=records.ledgers.cases,
        entries={(one.measure, one.party): one for one in entered},
        named=named,
        counts=findings.client_counts(records.used.events),
        bounded=records.bounds is not None,
    )


def _sight(
    records: Records, scene: Scene, sizes: dict[str, int], teams: dict[str, int], written: Procedure | None
) -> Sight:
    whole, used, window = records.whole, records.used, records.window
    weeks = max(whole_weeks(window), 1)
    times = whole.events.select(clock.FIRST.alias("first"), clock.LAST.alias("last")).row(0)
    variants, variant_count = ways.variants(scene.with_given_up, scene.legend, VARIANTS)
    hours = not records.clockless
    steps_by_hour = clock.by_hour(used, clock.steps_by_people(used), window.weeks) if hours else []
    return Sight(
        cases=whole.cases,
        events=whole.events.height,
        clients=len(findings.client_counts(whole.events)),
        begin=times[0],
        end=times[1],
        used_begin=scene.legend.moment(window.begin),
        used_end=scene.legend.moment(window.end),
        used_cases=used.cases,
        used_events=used.events.height,
        parties=sizes,
        teams=teams,
        ledger=tuple(one for one in scene.entries.values() if not (scene.uneven and one.measure in RATES)),
        time_parts=waiting.time_parts(scene),
        arrivals={party: _arrivals(scene, party, weeks) for party in sizes},
        weeks=week_begins(records, weeks),
        activity_by_hour=steps_by_hour,
        arrivals_by_hour=clock.by_hour(used, clock.arrivals(used), window.weeks) if hours else [],
        team_load=_team_load(records, teams, weeks),
        variants=variants,
        variant_count=variant_count,
        organising=findings.organising(whole),
        to_try=to_try(scene, steps_by_hour),
        **_of_clients(scene, written),
    )


def _of_clients(scene: Scene, written: Procedure | None) -> dict[str, Any]:
    """What clients do, and what of it stands out; and how far cases follow what is *written*."""
    shown = series(scene.of_all_ended)
    acts, changed = findings.client_acts(scene), changes(scene.of_all_ended, shown)
    footprints, passed, apart = footprint.footprints(scene), passings(scene.of_all_ended), distances(scene)
    caused = burden.loads(scene)
    more = (
        *marks.of_footprints(footprints),
        *marks.of_passings(passed),
        *not_in_queues(scene.of_all_ended),
        *marks.of_distances(apart),
        *burden.findings(scene, caused),
        *timers.findings(scene),
    )
    held, edits = (None, None) if written is None else writing.held_against(scene, written)
    chronicle = with_changes(scene.chronicle, changed)
    notes = (*(() if changed else views.notes(scene.of_all_ended, shown)), *unmatched(chronicle, changed))
    chronicle = replace(chronicle, notes=(*chronicle.notes, *notes))
    if held is not None and edits is not None:
        more += (*writing.findings(held), *writing.since(scene, edits, changed))
        chronicle = replace(chronicle, notes=(*chronicle.notes, *writing.notes(held)))
    return {
        "chronicle": chronicle,
        "prescribed": held,
        "co_production": acts,
        "findings": with_cases(scene, findings.findings(scene, acts, changed, more), changed, edits),
        "footprints": footprints,
        "passings": passed,
        "loads": caused,
        "apart": apart,
        "changes": changed,
    }


def _arrivals(scene: Scene, party: str, weeks: int) -> list[int]:
    arrival = scene.cases.arrival[scene.cases.of(scene.parties.clients[party])]
    counts: list[int] = arrivals_per(WEEK, arrival, scene.ledgers.window).tolist()
    return counts or [int(np.count_nonzero(scene.ledgers.window.contains(arrival)))] * weeks


def _team_load(records: Records, teams: dict[str, int], weeks: int) -> dict[str, list[float]]:
    done = records.ledgers.team_weeks.weeks[:, :weeks, columns.DONE]
    number = {name: at for at, name in enumerate(records.legend.teams)}
    return {team: done[number[team]].tolist() for team in teams}
