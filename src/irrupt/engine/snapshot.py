"""A run that is put down and taken up again: its state in one file, without pickles.

The file is a NumPy archive (`.npz`): the arrays of the state as they are, and a text with the rules so far, the numbers
of names, and where the run stands; with what is planned, and hours that follow queues, where there are any. It is read
only by the same version of the work loop.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.engine import attending, forms, kernel
from irrupt.engine.attending import Attendance
from irrupt.engine.compiled import Compiled
from irrupt.engine.layout import State
from irrupt.engine.legends import Numbers
from irrupt.engine.planning import stored
from irrupt.engine.planning.planner import Release
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import tables
from irrupt.errors import DataError, Fault, UsageError, why
from irrupt.i18n import gettext as _
from irrupt.organisation import from_dict, to_dict
from irrupt.saving import saving

SIDES = ("clients", "activities", "teams", "people")


@as_annotated
def save(run: Simulation, path: str | os.PathLike[str]) -> None:
    """Write *run*, as it stands at a pause, to the file at *path*, whole or not at all.

    Raises `UsageError` for a run of the readable loop, and when the file cannot be written.
    """
    loop = run._loop
    if not isinstance(loop, Compiled):
        raise UsageError(Fault("snapshot", _("a run of the readable loop"), _("one of the compiled loop")))
    about = {
        "loop": kernel.SOURCES,
        "numbers": {side: list(getattr(run._numbers, side)) for side in SIDES},
        "checks": sorted(run._numbers.checks),
        "set ups": run._numbers.set_ups,
        "run": loop.run,
        "limit": loop.limit,
        "chunk": loop.chunk,
        "end": run._end,
        "now": run.now,
        "brought": [[int(number), *release] for number, release in run.brought.items()],
        "decided": _decided(run),
    }
    arrays: dict[str, Any] = {f"state {name}": column for name, column in zip(State._fields, loop.state, strict=True)}
    arrays |= _arrays(run)
    with saving(path) as stream:
        np.savez_compressed(stream, about=np.array(json.dumps(about)), **arrays)


def _decided(run: Simulation) -> dict[str, Any]:
    """What a run has been ruled by, and what its plan and hours that follow queues know, beside arrays. All rules that
    it refers to stand in it once."""
    planner, stretching = run._planner, run._stretching
    met = [rules for _moment, rules in run._ruled]
    met += [*(stored.rules_of(planner) if planner else ()), *(stored.rules_of_hours(stretching) if stretching else ())]
    met += [rules for _moment, *both in run.hours_changed for rules in both]
    rules = list({id(one): one for one in met}.values())
    place = {id(one): at for at, one in enumerate(rules)}
    return {
        "loop": stored.SOURCES,
        "rules": [to_dict(one.organisation) for one in rules],
        "planner": stored.values(planner, rules) if planner else None,
        "stretching": stored.values_of_hours(stretching, rules) if stretching else None,
        "attendance": run._attendance.values() if run._attendance else None,
        "ruled": [[moment, place[id(rules)]] for moment, rules in run._ruled],
        "hours changed": [[moment, place[id(rules)], place[id(usual)]] for moment, rules, usual in run.hours_changed],
    }


def _arrays(run: Simulation) -> dict[str, Any]:
    of_plan = stored.arrays(run._planner) if run._planner else {}
    of_hours = stored.arrays_of_hours(run._stretching) if run._stretching else {}
    sides = {"plan": of_plan, "hours": of_hours}
    return {f"{side} {name}": column for side, columns in sides.items() for name, column in columns.items()}


@as_annotated
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
            columns = {name: file[name] for name in file.files if name != "about"} if _ours(about) else {}
            state = State(**{name: columns[f"state {name}"] for name in State._fields}) if columns else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
        told = why(problem) if isinstance(problem, OSError) else _("not a snapshot of a run")
        raise DataError(Fault(str(path), told, _("a file written by irrupt"))) from None
    if state is None:
        raise DataError(
            Fault(str(path), _("written by another version of the work loop"), _("one written by this version"))
        )
    numbers = Numbers()
    for side in SIDES:
        setattr(numbers, side, {name: at for at, name in enumerate(about["numbers"][side])})
    # Those of earlier rules too: work on them may still be in hand.
    numbers.checks, numbers.set_ups = frozenset(about["checks"]), dict(about["set ups"])
    return _taken_up(about, columns, state, numbers)


def _taken_up(about: Mapping[str, Any], columns: Mapping[str, Any], state: State, numbers: Numbers) -> Simulation:
    """The run, out of all that its file says."""
    decided, stretching, planner = about["decided"], None, None
    known = [tables(from_dict(one)) for one in decided["rules"]]
    ruled = [(moment, known[at]) for moment, at in decided["ruled"]]
    rules = ruled[-1][1]
    if decided["planner"] is not None:
        planner = stored.taken_up(decided["planner"], _of("plan", columns), known, about["run"])
        rules = planner.rules
    if decided["stretching"] is not None:
        stretching = stored.hours_taken_up(decided["stretching"], _of("hours", columns), known)
        rules = stretching.on(rules)
    attendance = Attendance.taken_up(rules, decided["attendance"]) if decided["attendance"] is not None else None
    loop = Compiled(attending.on(attendance, rules), numbers, about["run"], about["limit"], about["chunk"])
    # A file does not say that records are laid out as a compiler would: to the loop they would be of another kind.
    pair: tuple[Any, Any] = (state, loop.state)
    loop.state = forms.STATE(State._make(column.view(usual.dtype) for column, usual in zip(*pair, strict=True)))
    run = Simulation.taken_up(
        loop,
        numbers,
        ruled,
        rules,
        now=about["now"],
        end=about["end"],
        planner=planner,
        stretching=stretching,
        attendance=attendance,
    )
    run.brought = {number: Release(*release) for number, *release in about["brought"]}
    run.hours_changed = [(moment, known[at], known[usual_at]) for moment, at, usual_at in decided["hours changed"]]
    return run


def _of(side: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays of one side."""
    return {name.removeprefix(f"{side} "): column for name, column in columns.items() if name.startswith(f"{side} ")}


def _ours(about: object) -> bool:
    if not isinstance(about, dict) or about.get("loop") != kernel.SOURCES:
        return False
    return bool(about["decided"]["loop"] == stored.SOURCES)
