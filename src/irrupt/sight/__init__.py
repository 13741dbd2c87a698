"""See the client in real records: `read → Chronicle → ledgers`, and the client's part found in it."""

from irrupt.sight.look import see
from irrupt.sight.model import ClientAct, Entry, Finding, Sight

__all__ = ["ClientAct", "Entry", "Finding", "Sight", "see"]
