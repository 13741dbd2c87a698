"""Organisations whose time begins at another moment than their own."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from irrupt.organisation.model import Client, Organisation
from irrupt.units import WEEK
from irrupt.wall import aware, local_time

_NEXT_TO_NONE = 0.001
"""Of the demand at another moment."""


def begun(organisation: Organisation, origin: datetime) -> Organisation:
    """*organisation* with its time beginning at *origin*; what changes with time is there what it was."""
    earlier = -organisation.timeline.second(origin) / WEEK
    clients = {name: _earlier(client, earlier) for name, client in organisation.clients.items()}
    return replace(organisation, origin=origin, clients=clients)


def with_past(organisation: Organisation, weeks: float) -> Organisation:
    """*organisation*, if it was learned, with its time beginning as many whole *weeks* earlier: what is run before acts
    begin lies before the end of its records, and they begin there. Of others, time begins where their files say.

    *weeks*: less than one where runs begin with the cases that are open at that end."""
    back = math.floor(weeks)
    if organisation.learned is None or not back:
        return organisation
    local = local_time(organisation.origin, organisation.timezone) - timedelta(weeks=back)
    return begun(organisation, aware(local, organisation.timezone))


def in_week_of(organisation: Organisation, moment: datetime) -> Organisation:
    """*organisation*, if it was learned, with its time beginning in the week of a *moment*, where acts on it begin."""
    line = organisation.timeline
    if organisation.learned is None:
        return organisation
    return begun(organisation, line.after(math.floor(line.second(moment) / WEEK)))


def _earlier(client: Client, weeks: float) -> Client:
    """The same demand, told from *weeks* before its origin; where there would have been none yet, or is none any more,
    with next to none there."""
    if 0.0 in (client.cases_per_week, client.growth, weeks):
        return client
    rate = client.cases_per_week * max(1.0 - client.growth * weeks, _NEXT_TO_NONE)
    return replace(client, cases_per_week=rate, growth=(client.cases_per_week / rate - 1.0) / weeks)
