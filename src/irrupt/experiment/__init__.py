"""Honest comparison: a baseline and its scenarios on the same random numbers, with paired intervals."""

from irrupt.experiment.behind import Behind, behind
from irrupt.experiment.compare import compare
from irrupt.experiment.executors import Threads
from irrupt.experiment.model import EFFECT_COLUMNS, Comparison, Found, Reached, Tried, Verdict
from irrupt.experiment.power import Power, power
from irrupt.experiment.rigidity import Rigidity, rigidity
from irrupt.experiment.running import AboutRuns, Running
from irrupt.experiment.runs import Executor
from irrupt.experiment.searched import Search, Served
from irrupt.experiment.searching import search
from irrupt.experiment.settling import Settled, settle
from irrupt.experiment.starting import Start, start_of
from irrupt.experiment.steady import Steady, steady
from irrupt.experiment.store import Store, export
from irrupt.experiment.sweeps import sweep
from irrupt.experiment.swept import Sweep

__all__ = [
    "EFFECT_COLUMNS",
    "AboutRuns",
    "Behind",
    "Comparison",
    "Executor",
    "Found",
    "Power",
    "Reached",
    "Rigidity",
    "Running",
    "Search",
    "Served",
    "Settled",
    "Start",
    "Steady",
    "Store",
    "Sweep",
    "Threads",
    "Tried",
    "Verdict",
    "behind",
    "compare",
    "export",
    "power",
    "rigidity",
    "search",
    "settle",
    "start_of",
    "steady",
    "sweep",
]
