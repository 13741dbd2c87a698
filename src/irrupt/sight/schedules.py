"""The main path of `see` for schedules: plan versions in, what clients do with them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle import Chronicle
from irrupt.chronicle.schedules.meeting import KEYS, LAST, meeting, plan_kind
from irrupt.chronicle.schedules.steps import Step, is_longer
from irrupt.chronicle.schedules.words import CALL_OFF, DELIVERED
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS, UNKNOWN_CLIENT
from irrupt.ledgers import instability
from irrupt.ledgers.bought import last_called
from irrupt.ledgers.grid import moment_of, number_of, on_clock, whole
from irrupt.ledgers.instability import Sums
from irrupt.ledgers.plans import Plans, plans
from irrupt.sight import plan_findings, plan_values
from irrupt.sight.announced import Rates, ScheduleSight, Triangle
from irrupt.sight.model import Entry
from irrupt.sight.rates import check_parts

SHOWN_CLIENTS = 8
SHOWN_PARTS = 12
TRIANGLES = 3
TRIANGLE_PERIODS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A client, a group of them, or a part; with its series."""

    name: str
    members: Ints
    sums: Sums


def see_schedules(
    chronicle: Chronicle,
    *,
    band: float = instability.BAND,
    tolerance: float = instability.TOLERANCE,
    rates: Rates | None = None,
) -> ScheduleSight:
    """See what clients do with their schedules in *chronicle*.

    *band*: share by which what is bought may leave what was announced (a contract's quantity flexibility);
    *tolerance*: share by which a quantity may move and still count as unchanged; *rates*: hours that moved quantities
    cost. About twelve seconds for five million rows.

    Raises `DataError` when nothing is announced, `UsageError` when *rates* name a part that nobody announces.
    """
    table = chronicle.schedules
    if rates is not None:
        check_parts(rates, set(table["part"].drop_nulls().unique()))
    met = meeting(table)
    found = plans(table, chronicle.timezone, met=met)
    clients = _parties(found, _clients(found), band, tolerance)
    parts = _parties(found, _parts(found), band, tolerance)
    planned = table.filter(kind=plan_kind(table))
    versions = _versions(planned)
    told = versions > 1 or set(found.sources.values()) != {LAST}  # a single plan can be compared with nothing
    ledger = (*_values(found, clients, rates, tolerance), *_chain(found, met.table, clients)) if told else ()
    curves = {one.name: plan_values.curve(one.sums) for one in clients} if told else {}
    bought = {one.name: np.nansum(found.bought[one.members], axis=0) for one in clients}
    known = ~np.isnan(found.bought).all(axis=0)
    begin, end = (moment_of(day, found.timezone) for day in (found.issued.min(), found.issued.max()))
    return ScheduleSight(
        chronicle=chronicle,
        of="plans",
        step=found.step,
        rows=table.height,
        versions=versions,
        **{f"{name}s": found.series[name].drop_nulls().n_unique() for name in KEYS},
        begin=begin,
        end=end,
        used_versions=versions,
        used_begin=begin,
        used_end=end,
        parties={one.name: _total(found.bought[one.members]) for one in clients},
        sources={name or UNKNOWN_CLIENT: source for name, source in found.sources.items()},
        ledger=ledger,
        by_part=_values(found, parts, rates, tolerance) if told else (),
        curves=curves,
        triangles=_triangles(found, clients),
        series={name: total[known].tolist() for name, total in bought.items()},
        periods=list(found.moments_of(np.flatnonzero(known) + found.first)),
        findings=plan_findings.findings(found.step, ledger, curves, band=band, tolerance=tolerance, rates=rates),
        band=band,
        tolerance=tolerance,
        rates=rates,
    )


def _total(bought: Floats) -> float:
    return float(np.nansum(bought)) if not np.isnan(bought).all() else float("nan")


def _versions(planned: pl.DataFrame) -> int:
    """How many plans there are: of one day and without a name of their own, what is announced for several clients
    is one plan."""
    whose = pl.when(pl.col("plan").is_not_null()).then(pl.col("client"))
    return planned.select("issued", "plan", whose.alias("client")).unique().height


def _values(found: Plans, parties: Sequence[Party], rates: Rates | None, tolerance: float) -> tuple[Entry, ...]:
    """What is known of each party, with its interval."""
    every = (
        entry
        for one in parties
        for entry in plan_values.entries(found, one.name, one.members, one.sums, rates, tolerance)
    )
    return tuple(entry for entry in every if plan_values.bounded((entry.value, entry.low, entry.high)))


def _volume(found: Plans) -> Floats:
    volume: Floats = np.nansum(found.bought, axis=1)
    return volume


def _clients(found: Plans) -> list[tuple[str, Ints]]:
    """The largest clients, the others together, and all together, each with its series."""
    names = found.series["client"].fill_null(UNKNOWN_CLIENT).to_numpy()
    volume = _volume(found)
    totals = {str(name): float(volume[names == name].sum()) for name in np.unique(names)}
    ordered = sorted(totals, key=lambda name: (name == UNKNOWN_CLIENT, -totals[name], name))
    shown = ordered if len(ordered) <= SHOWN_CLIENTS + 1 else ordered[:SHOWN_CLIENTS]
    groups = [(name, np.flatnonzero(names == name)) for name in shown]
    if len(shown) < len(ordered):
        groups.append((OTHER_CLIENTS, np.flatnonzero(~np.isin(names, shown))))
    if len(ordered) > 1:
        groups.append((ALL_CLIENTS, np.arange(len(names))))
    return groups


def _parts(found: Plans) -> list[tuple[str, Ints]]:
    """The largest parts, over all plants of their client."""
    label = found.series.select(pl.concat_str(pl.col("client", "part").fill_null("–"), separator=" / ")).to_series()
    frame = pl.DataFrame({"label": label, "volume": _volume(found)}).group_by("label").agg(pl.col("volume").sum())
    largest = frame.sort(-pl.col("volume"), "label")["label"].head(SHOWN_PARTS)
    return [(name, np.flatnonzero((label == name).to_numpy())) for name in largest]


def _parties(found: Plans, groups: Sequence[tuple[str, Ints]], band: float, tolerance: float) -> list[Party]:
    each = instability.sums(found, [members for _name, members in groups], band=band, tolerance=tolerance)
    return [Party(name=name, members=members, sums=one) for (name, members), one in zip(groups, each, strict=True)]


def _chain(found: Plans, table: pl.DataFrame, clients: Sequence[Party]) -> list[Entry]:
    """How what each client calls off and what is delivered to him go together, where both are known: from one period
    to another of which both tell all."""
    kinds = set(table["kind"].unique())
    if not {CALL_OFF, DELIVERED} <= kinds:
        return []
    table = on_clock(table, found.timezone).filter(~pl.col("backlog") & ~is_longer(found.step))
    called = last_called(table.filter(kind=CALL_OFF))
    made = []
    for one in clients:
        mine = found.series[one.members.tolist()]
        each = [
            rows.join(mine, on=KEYS, how="semi", nulls_equal=True) for rows in (called, table.filter(kind=DELIVERED))
        ]
        spans = [whole(rows["period"].dt.date(), found.step) for rows in each if rows.height]
        if len(spans) < len(each):
            continue
        first, end = max(begin for begin, _end in spans), min(end for _begin, end in spans) + 1
        if first < end:
            cells = [_cells(rows, found.step).filter(pl.col("at").is_between(first, end - 1)) for rows in each]
            totals = [
                np.bincount(rows["at"] - first, rows["quantity"], end - first).astype(np.float64) for rows in cells
            ]
            made.append(plan_values.bullwhip_entry(one.name, totals[0], totals[1]))
            made += _in_period(one.name, *cells)
    return made


def _cells(rows: pl.DataFrame, step: Step) -> pl.DataFrame:
    """The quantity of each series in each period, `at`."""
    cells = rows.group_by(*KEYS, number_of(pl.col("period"), step).alias("at"))
    return cells.agg(pl.col("quantity").sum())


def _in_period(name: str, called: pl.DataFrame, delivered: pl.DataFrame) -> Iterator[Entry]:
    """The share of what is called off that is delivered in its period."""
    wanted = called.filter(pl.col("quantity") > 0)
    joined = wanted.join(delivered, on=[*KEYS, "at"], how="left", nulls_equal=True)
    served = pl.min_horizontal("quantity", pl.col("quantity_right").fill_null(0.0)).clip(0.0).alias("served")
    sums = joined.with_columns(served).group_by("at").agg(pl.col("served", "quantity").sum()).sort("at")
    if sums.height:
        yield plan_values.in_period_entry(name, sums["served"].to_numpy(), sums["quantity"].to_numpy())


def _triangles(found: Plans, clients: Sequence[Party]) -> tuple[Triangle, ...]:
    """For the largest clients, all their parts together and their largest part: who said what when."""
    single = [one for one in clients if one.name not in (ALL_CLIENTS, OTHER_CLIENTS)] or list(clients)
    single = [one for one in single if np.isin(found.of, one.members).any()]  # others are only delivered to
    volume = _volume(found)
    made = []
    for one in single[:TRIANGLES]:
        made.append(_triangle(found, one.name, "", one.members))
        if len(one.members) > 1:
            planned = one.members[np.isin(one.members, found.of)]
            largest = planned[int(np.argmax(volume[planned]))]
            made.append(_triangle(found, one.name, found.series["part"][int(largest)] or "–", np.array([largest])))
    return tuple(one for one in made if len(one.issues) > 1)


def _triangle(found: Plans, client: str, part: str, members: Ints) -> Triangle:
    rows = np.isin(found.of, members)
    issues = np.unique(found.base[rows])
    ended = found.base[rows].max() - found.first
    last = min(int(ended), found.periods - 1)
    first = max(last - TRIANGLE_PERIODS + 1, int(issues.min()) - found.first)
    issues = issues[(issues > first + found.first - found.leads) & (issues <= last + found.first)]
    issues = issues[-2 * TRIANGLE_PERIODS :]
    bought = found.bought[members, first : last + 1]
    total = np.where(np.isnan(bought).all(axis=0), np.nan, np.nansum(bought, axis=0))
    quantity = _said(found, members, issues, np.arange(first, last + 1) + found.first)
    return Triangle(
        client=client,
        part=part,
        issues=found.moments_of(issues),
        periods=found.moments_of(np.arange(first, last + 1) + found.first),
        quantity=tuple(map(tuple, quantity.tolist())),
        bought=tuple(total.tolist()),
    )


def _said(found: Plans, members: Ints, issues: Ints, periods: Ints) -> Floats:
    """Issue × period -> what was announced by then for all of *members* together; nan where nothing was, or when it had
    begun. What is not announced anew stays as the version before said: parts need not have their plans together."""
    quantity = np.full((len(issues), len(periods)), np.nan)
    for member in members:
        own = np.arange(*np.searchsorted(found.of, (member, member + 1)))
        newest = np.searchsorted(found.base[own], issues, "right") - 1
        at = np.flatnonzero(newest >= 0)
        rows = own[newest[at]]
        lead = periods - found.base[rows][:, None]
        inside = (lead >= 0) & (lead < found.leads) & (periods >= issues[at][:, None])
        said = np.where(inside, found.announced[rows[:, None], np.where(inside, lead, 0)], np.nan)
        before = quantity[at]
        quantity[at] = np.where(np.isnan(said), before, np.nan_to_num(before) + said)
    return quantity
