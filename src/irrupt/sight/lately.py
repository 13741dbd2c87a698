"""The last part of a log, measured as the whole is: what to set beside a model that describes the present."""

from __future__ import annotations

from datetime import datetime

from irrupt.chronicle import rows
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.ledgers import Ledgers, Parties, Window
from irrupt.sight.model import Sight


def levels_since(sight: Sight, since: datetime) -> dict[tuple[str, str], float]:
    """(measure, party) -> value, for all clients and all teams, over the cases in use that began *since* then."""
    table, legend = rows(sight.chronicle, {})
    begin, end = (legend.second(moment) for moment in (since, sight.used_end))
    if not begin < end:
        return {}
    ledgers = Ledgers(legend, Window(begin=begin, end=end))
    ledgers.add(table)
    everybody = Parties(
        clients={ALL_CLIENTS: range(len(legend.clients))},
        teams={ALL_TEAMS: range(len(legend.teams))} if legend.teams else {},
    )
    found = ledgers.result(everybody)
    return {(measure, party): value for measure, values in found.items() for party, value in values.items()}
