"""Learn the rules in force from what happened: `Chronicle → discover → Organisation`, and how far to trust them."""

from irrupt.discovery.alternatives import alternatives
from irrupt.discovery.distances import distances
from irrupt.discovery.fidelity import fidelity
from irrupt.discovery.learning import discover
from irrupt.discovery.starts import assume_starts
from irrupt.discovery.study import Study

__all__ = ["Study", "alternatives", "assume_starts", "discover", "distances", "fidelity"]
