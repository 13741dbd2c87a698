"""Learn the rules in force from what happened: `Chronicle → discover → Organisation`, and how far to trust them."""

from irrupt.discovery.begins.starts import assume_starts
from irrupt.discovery.learning import discover
from irrupt.discovery.study import Study
from irrupt.discovery.trust.alternatives import alternatives
from irrupt.discovery.trust.distances import distances
from irrupt.discovery.trust.fidelity import fidelity

__all__ = ["Study", "alternatives", "assume_starts", "discover", "distances", "fidelity"]
