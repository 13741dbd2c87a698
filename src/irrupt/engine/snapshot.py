"""A run that is put down and taken up again: its state in one file, without pickles.

The file is a NumPy archive (`.npz`): the arrays of the state as they are, and a text with the organisation, the numbers
of names, and where the run stands. It is read only by the same version of the work loop.
"""

from __future__ import annotations

import json
import os
import zipfile
from typing import Any

import numpy as np

from irrupt.engine import kernel
from irrupt.engine.compiled import Compiled
from irrupt.engine.layout import State
from irrupt.engine.legends import Numbers
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import tables
from irrupt.errors import DataError, Fault, UsageError, why
from irrupt.i18n import gettext as _
from irrupt.organisation import from_dict, to_dict
from irrupt.saving import saving

SIDES = ("clients", "activities", "teams", "people")


def save(run: Simulation, path: str | os.PathLike[str]) -> None:
    """Write *run*, as it stands at a pause, to the file at *path*, whole or not at all.

    Raises `UsageError` for a run of the readable loop, for one with planned goods, and when the file cannot be written.
    """
    loop = run._loop
    if not isinstance(loop, Compiled):
        raise UsageError(Fault("snapshot", _("a run of the readable loop"), _("one of the compiled loop")))
    if run.planned is not None:
        raise UsageError(Fault("snapshot", _("goods are planned here"), _("an organisation without programmes")))
    about = {
        "loop": kernel.SOURCES,
        "organisation": to_dict(loop.tables.organisation),
        "numbers": {side: list(getattr(run._numbers, side)) for side in SIDES},
        "checks": sorted(run._numbers.checks),
        "set ups": run._numbers.set_ups,
        "run": loop.run,
        "limit": loop.limit,
        "chunk": loop.chunk,
        "end": run._end,
        "now": run.now,
    }
    arrays: dict[str, Any] = {f"state {name}": column for name, column in zip(State._fields, loop.state, strict=True)}
    with saving(path) as stream:
        np.savez_compressed(stream, about=np.array(json.dumps(about)), **arrays)


def load(path: str | os.PathLike[str]) -> Simulation:
    """The run in the file at *path*, to go on with: its rows are those that the run itself would have made.

    Raises `DataError` when it is no such file, or one of another version of the work loop.

    >>> import tempfile; from pathlib import Path
    >>> from irrupt.engine.examples import counter
    >>> run = Simulation(counter(), seed=1, weeks=2)
    >>> before = sum(len(rows.case) for rows in run.run(604800.0))
    >>> file = Path(tempfile.mkdtemp()) / "run.npz"
    >>> save(run, file)
    >>> again = load(file)
    >>> sum(len(rows.case) for rows in again.run()) == sum(len(rows.case) for rows in run.run())
    True
    """
    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            columns = {name: file[f"state {name}"] for name in State._fields} if _ours(about) else {}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
        told = why(problem) if isinstance(problem, OSError) else _("not a snapshot of a run")
        raise DataError(Fault(str(path), told, _("a file written by irrupt"))) from None
    if not columns:
        raise DataError(
            Fault(str(path), _("written by another version of the work loop"), _("one written by this version"))
        )
    numbers = Numbers()
    for side in SIDES:
        setattr(numbers, side, {name: at for at, name in enumerate(about["numbers"][side])})
    # Those of earlier rules too: work on them may still be in hand.
    numbers.checks, numbers.set_ups = frozenset(about["checks"]), dict(about["set ups"])
    rules = tables(from_dict(about["organisation"]))
    loop = Compiled(rules, numbers, about["run"], about["limit"], about["chunk"])
    loop.state = State(**columns)
    return Simulation.taken_up(loop, numbers, now=about["now"], end=about["end"])


def _ours(about: object) -> bool:
    return isinstance(about, dict) and about.get("loop") == kernel.SOURCES
