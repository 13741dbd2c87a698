"""What was learned about demand, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from irrupt.discovery.arrivals.demand import Demand
from irrupt.discovery.arrivals.factors import Factors
from irrupt.discovery.findings import Findings
from irrupt.discovery.people.people_notes import listed
from irrupt.engine.columns import mean_size
from irrupt.i18n import gettext as _
from irrupt.i18n import month_text, number

_BURSTS = 0.15
_SEVERAL = 1.05
"""Cases at a time, on average, from which on they come several at a time."""
_OTHER = 0.2
"""By how much demand of late must differ from the usual, in logarithms, to be told."""


def told(findings: Findings) -> list[str]:
    """Sentences about who brings cases, how many at a time, and how their number changes."""
    demand, found = findings.demand, []
    if len(findings.log.clients) == 1:
        found.append(_("Only one client, or group of clients, can be told apart."))
    several = tuple(
        _("{client} ({number} on average)").format(client=name, number=number(size, 1))
        for name, client in demand.clients.items()
        if (size := mean_size(client.at_a_time)) >= _SEVERAL
    )
    if several:
        text = _("Of these clients several cases come at a time: {clients}.")
        found.append(text.format(clients=listed(several, "client")))
    stay = tuple(sorted({one.waits.at for one in findings.borne if not one.again}))
    if stay:
        text = _("Whoever had one of these done once waits to have it done again, however long it takes: {activities}.")
        found.append(text.format(activities=listed(stay, "activity")))
    if demand.growth:
        found.append(
            _("The number of cases changes by {share} % a week; it is taken to go on changing so.").format(
                share=number(100 * demand.growth, 1)
            )
        )
    found += _on_seasons(demand)
    found += _on_months(demand)
    found += _on_level(demand)
    found += _on_shares(demand)
    if demand.bursts > _BURSTS:
        found.append(
            _(
                "Cases come in bursts: beyond chance, their number varies by {share} % from week to week. Simulated "
                "arrivals are steadier."
            ).format(share=number(100 * demand.bursts, 0))
        )
    return found


def _on_seasons(demand: Demand) -> list[str]:
    """Which months bring more cases, and which fewer, year after year."""
    some = _(
        "How many cases come of these clients has a season, which the same months of each year show: {clients}; {most} "
        "% of the mean in {high}, {least} % in {low}, give or take {sure} %."
    )
    everybody = _(
        "How many cases come has a season, which the same months of each year show: {most} % of the mean in {high}, "
        "{least} % in {low}, give or take {sure} %."
    )
    return _on_factors(demand, demand.dated.seasons, everybody, some, lambda _name, month: month_text(month + 1))


def _on_months(demand: Demand) -> list[str]:
    """Which days of the month bring more cases, and which fewer."""
    some = _(
        "How many cases come of these clients depends on the day of the month: {clients}; {most} % of the mean on "
        "{high}, {least} % on {low}, give or take {sure} %."
    )
    everybody = _(
        "How many cases come depends on the day of the month: {most} % of the mean on {high}, {least} % on {low}, give "
        "or take {sure} %."
    )
    months = demand.dated.months
    of = {name: month.factors for name, month in months.items()}
    return _on_factors(demand, of, everybody, some, lambda name, day: months[name].counted.called(day))


def _on_factors(
    demand: Demand, of: Mapping[str, Factors], everybody: str, some: str, called: Callable[[str, int], str]
) -> list[str]:
    """The text about *everybody*, or about *some* clients, for all who share factors: with the largest and the
    smallest; *called*: what a part of a client's is called."""
    names: dict[int, list[str]] = {}
    for name, his in of.items():
        if name in demand.clients:
            names.setdefault(id(his), []).append(name)
    found = []
    for several in names.values():
        known = of[several[0]]
        factors, text = known.factors, everybody if len(several) == len(demand.clients) else some
        high, low = int(factors.argmax()), int(factors.argmin())
        found.append(
            text.format(
                clients=listed(tuple(several), "client"),
                most=number(100 * factors[high], 0),
                least=number(100 * factors[low], 0),
                high=called(several[0], high),
                low=called(several[0], low),
                sure=number(100 * float(known.unsure[[high, low]].max()), 0),
            )
        )
    return found


def _on_level(demand: Demand) -> list[str]:
    """That demand is at another level of late than it was on average."""
    now = sum(client.cases_per_week for client in demand.clients.values())
    if not np.isfinite(demand.half_life) or abs(np.log(now / demand.usual)) <= _OTHER:
        return []
    text = _(
        "How many cases come changed during the records: {now} a week of late, {usual} in all of them on average. As "
        "many are taken to come as of late; weeks count half as much after each {n} weeks."
    )
    shown = [number(one, 1 if one < 10 else 0) for one in (now, demand.usual, demand.half_life)]
    return [text.format(now=shown[0], usual=shown[1], n=shown[2])]


def _on_shares(demand: Demand) -> list[str]:
    """Whose cases became more or fewer, beside what all clients together bring."""
    one = _("{client} ({now} a week of late, {usual} by all weeks)")
    told = []
    for name in demand.shares.memory:
        if name in demand.clients and abs(np.log(max(demand.shares.moved.get(name, 1.0), 1e-9))) > _OTHER:
            now = demand.clients[name].cases_per_week
            shown = [number(cases, 1 if cases < 10 else 0) for cases in (now, now / demand.shares.moved[name])]
            told.append(one.format(client=name, now=shown[0], usual=shown[1]))
    if not told:
        return []
    text = _("These clients' share of the cases changed during the records: {clients}. It is taken to stay as of late.")
    return [text.format(clients=listed(tuple(told), "client"))]
