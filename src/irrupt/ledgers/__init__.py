"""Market, organisation, work, power: measures defined once, for real and simulated records alike, per party.

The power ledger stands in `irrupt.experiment.power`: it needs the range of effects over settings, which only runs tell.
"""

from irrupt.ledgers.hours import Duty, OnDuty, TeamHours, on_duty
from irrupt.ledgers.model import Measure, Parties, Reducer, Window
from irrupt.ledgers.pairs import pair_name, pairs_of
from irrupt.ledgers.parties import parties_of
from irrupt.ledgers.run import Ledgers, measure, measures, reducers

__all__ = [
    "Duty",
    "Ledgers",
    "Measure",
    "OnDuty",
    "Parties",
    "Reducer",
    "TeamHours",
    "Window",
    "measure",
    "measures",
    "on_duty",
    "pair_name",
    "pairs_of",
    "parties_of",
    "reducers",
]
