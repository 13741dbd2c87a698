"""The history of rules of one run: what was changed in it, by whom, and at which review."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from irrupt.errors import DataError, Fault, UsageError, did_you_mean
from irrupt.experiment.runs import MET
from irrupt.experiment.store import Store
from irrupt.experiment.turning import Turn, Weeks, changed_at, turns
from irrupt.experiment.watching import Course
from irrupt.i18n import gettext as _
from irrupt.organisation.files import from_dict
from irrupt.organisation.model import Organisation
from irrupt.organisation.records import change_from_dict, change_to_dict
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.history import History

if TYPE_CHECKING:
    from irrupt.experiment.answering import Question
    from irrupt.experiment.runs import Outcome
    from irrupt.experiment.trials import Trial

AT_ONCE = "[]"
"""What stands for the beginning among `Turn.key`."""


def course_of(asked: Question, trial: Trial) -> Course:
    """The acts of *trial*, ready to be done to the organisation."""
    moment = asked.organisation.timeline.after(asked.horizon.warm_up)
    return Course(acts=trial.scheduled, settled=trial.settled, organisation=asked.organisation, moment=moment)


def history_of(asked: Question, outcome: Outcome, trial: Trial, number: int) -> History:
    """The rules of the run with the acts of *trial* in the pair of this *number*: founding rules, and each change at
    the moment at which it was made in this run."""
    course = course_of(asked, trial)
    met = list(turns(outcome.with_act[trial.name][number][len(trial.columns) :]))
    changed = {turn.key: changed_at(course, turn) for turn in met}
    return _told(asked.organisation, course.after(())[1], met, changed, asked.horizon.warm_up)


def _told(
    founding: Organisation,
    begun: Sequence[RuleChange],
    met: Sequence[Turn],
    changed: Mapping[str, Sequence[RuleChange]],
    warm_up: float,
) -> History:
    line, changes = founding.timeline, list(begun)
    for turn in met:
        moment = line.after(warm_up + turn.week)
        changes += [replace(change, time=moment) for change in changed[turn.key]]
    return History(founding=founding, changes=tuple(changes))


def packed(changes: Sequence[RuleChange]) -> bytes:
    """*changes* as a store keeps them."""
    return zlib.compress(json.dumps([change_to_dict(change) for change in changes], ensure_ascii=False).encode())


def _unpacked(blob: bytes) -> list[RuleChange]:
    return [change_from_dict(change) for change in json.loads(zlib.decompress(blob))]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRules:
    """The rules of the runs of one scenario that a store keeps: `history` gives those of a single run."""

    scenario: str
    seed: int
    warm_up: float
    weeks: float
    founding: Organisation
    changed: Mapping[str, Sequence[RuleChange]]
    """What was changed at each `Turn`, by its key."""
    waits: tuple[str, ...]
    """The acts that wait for their moment, as results call them."""
    met: Mapping[int, Weeks]
    """Pair of runs -> when each of these acts was done."""

    def history(self, replication: int | None = None) -> History:
        """The rules in the run with the acts in one pair of runs, by default in the first: as `Comparison.history`.

        Raises `UsageError` when there is no such pair.
        """
        number = min(self.met, default=0) if replication is None else replication
        if number not in self.met:
            found = _("0 to {n}").format(n=max(self.met)) if self.met else ""
            raise UsageError(Fault("replication", str(number), found))
        return _told(self.founding, self.changed[AT_ONCE], list(turns(self.met[number])), self.changed, self.warm_up)


def stored_rules(store: Store, scenario: str | None = None) -> StoredRules:
    """The rules of the runs of *scenario* in *store*, a name or the beginning of a key; of several of one name, of the
    last. It need not be named where there is only one.

    Raises `UsageError` when there is none of this name, or when it has to be named, and `DataError` where an earlier
    irrupt made the store, which kept no rules.
    """
    contents = store.contents().filter(pl.col("pairs") > 0)
    named = {
        row["scenario"]: row["key"]
        for row in contents.to_dicts()
        if scenario in (None, row["scenario"]) or row["key"].startswith(scenario)
    }
    if len(named) != 1:
        known = list(dict.fromkeys(contents["scenario"]))
        found = _("which scenario is not said") if scenario is None else _('no scenario "{name}"').format(name=scenario)
        raise UsageError(Fault(str(store.path), found, remedy=did_you_mean(scenario or "", known)))
    ((name, key),) = named.items()
    ruled = store.rules(key)
    if ruled is None:
        wrong = _("keeps no rules: an earlier irrupt made it")
        raise DataError(Fault(str(store.path), wrong, remedy=_("run the comparison again: pairs are not run twice")))
    first = next((at for at, (measure, _of) in enumerate(ruled.columns) if measure == MET), len(ruled.columns))
    return StoredRules(
        scenario=name,
        seed=ruled.made["seed"],
        warm_up=ruled.made["warm_up"],
        weeks=ruled.made["weeks"],
        founding=from_dict(json.loads(zlib.decompress(ruled.founding))),
        changed={done: _unpacked(changes) for done, changes in ruled.changed.items()},
        waits=tuple(ruled.made.get("waits", [moment for _met, moment in ruled.columns[first:]])),
        met={number: values[first:] for number, values in ruled.with_act.items()},
    )
