"""See the client in real records: `read → Chronicle → ledgers`, and the client's part found in it."""

from irrupt.see.look import see
from irrupt.see.model import ClientAct, Entry, Finding, Sight

__all__ = ["ClientAct", "Entry", "Finding", "Sight", "see"]
