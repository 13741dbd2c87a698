"""Chronicles of the runs of a comparison, kept on request: how large they will be, and which are there."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from irrupt.errors import Fault, UsageError, why
from irrupt.experiment.answering import Question
from irrupt.experiment.keeping import key_of
from irrupt.experiment.provenance import provenance
from irrupt.experiment.recording import WITHOUT, Over, chronicle_of, named, path_of, size
from irrupt.experiment.runs import Outcome, Task, replicated
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.saving import save_text

MADE = "made.json"
"""What the runs in a folder are."""
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What Chronicles will take."""

    folder: Path
    pairs: int
    """Pairs of runs that are still to be written, at most."""
    bytes: int
    """About how much they take."""
    free: int
    """How much room there is."""


def recorded(asked: Question, folder: str | Path) -> Question:
    """*asked*, with the Chronicles of its runs written to *folder*, which is made where there is none.

    Raises `UsageError` when it cannot be made, or holds runs of something else.
    """
    place = Path(folder)
    keys = {trial.name: key_of(asked, trial) for trial in asked.trials}
    told = provenance(asked.organisation, asked.chosen, replications=0, seed=asked.seed, horizon=asked.horizon)
    try:
        place.mkdir(parents=True, exist_ok=True)
        made = place / MADE
        if made.is_file():
            if json.loads(made.read_text(encoding="utf-8")).get("keys") != keys:
                found = _("holds the Chronicles of another comparison")
                raise UsageError(Fault(str(place), found, remedy=_("name another folder")))
        else:
            names = {named(name, asked.plan.scenarios): name for name in asked.plan.scenarios}
            content = {"keys": keys, "files": {WITHOUT: "", **names}, **told}
            save_text(made, json.dumps(content, ensure_ascii=False, indent=1, default=str))
    except OSError as error:
        raise UsageError(Fault(str(place), _("cannot be written: {why}").format(why=why(error)))) from error
    except ValueError as error:
        found = _("holds a file that irrupt did not write: {file}").format(file=MADE)
        raise UsageError(Fault(str(place), found, remedy=_("name another folder"))) from error
    begun = {trial.name: trial.at_once for trial in asked.trials}
    if (usual := asked.plan.watched.get("")) is not None:
        begun[""] = usual.course.after(())[1]
    return replace(asked, plan=replace(asked.plan, chronicles=str(place.absolute()), made=begun))


def forget_unwritten(asked: Question, outcome: Outcome) -> None:
    """Runs of *outcome* whose Chronicle is not there are to be run again."""
    folder = asked.plan.chronicles or ""
    for name, has in outcome.has.items():
        files = (WITHOUT, named(name, asked.plan.scenarios))
        for at in range(len(has)):
            has[at] &= all(path_of(folder, at, one).is_file() for one in files)


def expected(asked: Question, outcome: Outcome, pairs: int) -> Size:
    """What the Chronicles of the first *pairs* pairs of runs will take, as one run of each tells.

    Raises `UsageError` where there is not enough room.
    """
    sizes = list[int]()

    def keep(name: str, over: Over) -> None:
        sizes.append(size(chronicle_of(asked.plan, name, over)))

    replicated(asked.plan, Task(0, tuple(asked.plan.scenarios)), keep)
    each = sum(sizes)
    place, missing = Path(asked.plan.chronicles or ""), len(outcome.missing(pairs))
    told = Size(folder=place, pairs=missing, bytes=each * missing, free=shutil.disk_usage(place).free)
    if told.bytes > told.free:
        text = _("the Chronicles of {n} pairs of runs take about {size} MB, and {free} MB are free")
        said = text.format(n=number(missing, 0), size=_mega(told.bytes), free=_mega(told.free))
        raise UsageError(Fault(str(place), said, remedy=_("make room, name another folder, or run fewer pairs")))
    return told


def _mega(size: int) -> str:
    return number(size / MEGABYTE, 1 if size < 10 * MEGABYTE else 0)
