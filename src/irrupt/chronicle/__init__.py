"""What happened: records of an organisation, real or simulated, as four tables.

`read` takes an event log from a file or a frame, `write` puts a Chronicle into one; `rows` makes arrays of it, `period`
tells which weeks it covers, and `group_clients` which clients are parties of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from irrupt.chronicle.model import EVENT_COLUMNS, PM4PY_NAMES, Chronicle, Problem
from irrupt.chronicle.rows import Legend, Rows

# Bound here and now: `rows` is the name of a module of this package as well.
from irrupt.chronicle.arrays import rows  # isort: skip

if TYPE_CHECKING:
    from irrupt.chronicle.limits import Limits
    from irrupt.chronicle.parties import group_clients
    from irrupt.chronicle.reading import read
    from irrupt.chronicle.shipped import bundled, bundled_path
    from irrupt.chronicle.stretch import Period, period
    from irrupt.chronicle.writing import left_behind, write

_HOMES = {
    "bundled": "shipped",
    "bundled_path": "shipped",
    "Limits": "limits",
    "group_clients": "parties",
    "read": "reading",
    "left_behind": "writing",
    "Period": "stretch",
    "period": "stretch",
    "write": "writing",
}

__all__ = [
    "EVENT_COLUMNS",
    "PM4PY_NAMES",
    "Chronicle",
    "Legend",
    "Limits",
    "Period",
    "Problem",
    "Rows",
    "bundled",
    "bundled_path",
    "group_clients",
    "left_behind",
    "period",
    "read",
    "rows",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
