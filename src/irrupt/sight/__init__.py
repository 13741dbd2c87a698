"""See the client in real records: `read → Chronicle → ledgers`, and the client's part found in it."""

from irrupt.sight.announced import Ahead, Rates, ScheduleSight, Triangle
from irrupt.sight.model import ClientAct, Entry, Finding, Sight
from irrupt.sight.procedure import Procedure, load_procedure
from irrupt.sight.seeing import see

__all__ = [
    "Ahead",
    "ClientAct",
    "Entry",
    "Finding",
    "Procedure",
    "Rates",
    "ScheduleSight",
    "Sight",
    "Triangle",
    "load_procedure",
    "see",
]
