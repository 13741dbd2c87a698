"""What does the client do to an organisation, and what would happen if he stepped in?

    log = irrupt.read("tickets.xes.gz")              a Chronicle: what happened
    irrupt.see(log)                                  what clients do, and what it costs whom
    organisation = irrupt.discover(log)              the rules in force, and how far to trust them
    act = irrupt.acts.Priority(client="Hospital A", team="Network")
    result = irrupt.compare(organisation, act)       with and without, on the same random numbers
    irrupt.report("priority.html", result)           one HTML file

Everything is loaded when it is first used, so `import irrupt` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irrupt.agreement import agree as agree
    from irrupt.agreement import load_rulebook as load_rulebook
    from irrupt.agreement.kept import kept as kept
    from irrupt.chronicle import Chronicle as Chronicle
    from irrupt.chronicle import bundled as bundled
    from irrupt.chronicle import read as read
    from irrupt.chronicle import write as write
    from irrupt.discovery import alternatives as alternatives
    from irrupt.discovery import discover as discover
    from irrupt.engine import simulate as simulate
    from irrupt.errors import DataError as DataError
    from irrupt.errors import IrruptError as IrruptError
    from irrupt.errors import ModelError as ModelError
    from irrupt.errors import UsageError as UsageError
    from irrupt.experiment import Comparison as Comparison
    from irrupt.experiment import Power as Power
    from irrupt.experiment import search as search
    from irrupt.experiment import settle as settle
    from irrupt.experiment import start_of as start_of
    from irrupt.experiment import sweep as sweep
    from irrupt.experiment.behind import behind as behind
    from irrupt.experiment.compare import compare as compare
    from irrupt.experiment.power import power as power
    from irrupt.experiment.rigidity import rigidity as rigidity
    from irrupt.organisation import Organisation as Organisation
    from irrupt.organisation import dump as dump
    from irrupt.organisation import load as load
    from irrupt.regulation import acts as acts
    from irrupt.regulation import load_scenario as load_scenario
    from irrupt.reporting import report as report
    from irrupt.sight import ScheduleSight as ScheduleSight
    from irrupt.sight import Sight as Sight
    from irrupt.sight import see as see

_HOMES = {
    "agree": "agreement",
    "kept": "agreement",
    "load_rulebook": "agreement",
    "Chronicle": "chronicle",
    "bundled": "chronicle",
    "read": "chronicle",
    "write": "chronicle",
    "alternatives": "discovery",
    "discover": "discovery",
    "simulate": "engine",
    "DataError": "errors",
    "IrruptError": "errors",
    "ModelError": "errors",
    "UsageError": "errors",
    "Comparison": "experiment",
    "Power": "experiment",
    "behind": "experiment",
    "compare": "experiment",
    "power": "experiment",
    "rigidity": "experiment",
    "search": "experiment",
    "settle": "experiment",
    "start_of": "experiment",
    "sweep": "experiment",
    "Organisation": "organisation",
    "dump": "organisation",
    "load": "organisation",
    "load_scenario": "regulation",
    "acts": "regulation.acts",
    "report": "reporting",
    "ScheduleSight": "sight",
    "Sight": "sight",
    "see": "sight",
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("irrupt")
    if name not in _HOMES:
        raise AttributeError(f"module 'irrupt' has no attribute {name!r}")
    module = import_module(f"irrupt.{_HOMES[name]}")
    return module if name == "acts" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
