"""What a comparison keeps in a store: each scenario under the hash of all that its values depend on."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from irrupt.experiment.answering import Question
from irrupt.experiment.histories import AT_ONCE, course_of, packed
from irrupt.experiment.provenance import fingerprint, versions
from irrupt.experiment.runs import Outcome, Replication
from irrupt.experiment.store import Store
from irrupt.experiment.trials import Trial
from irrupt.experiment.turning import changed_at, turns
from irrupt.lately import Lately
from irrupt.ledgers.run import PLUG_INS
from irrupt.organisation import to_dict
from irrupt.organisation.model import Organisation
from irrupt.regulation import act_to_dict
from irrupt.regulation.when import title

MAKES_NUMBERS = (
    "chronicle/rows.py",
    "organisation",
    "engine",
    "ledgers",
    "experiment/reviews.py",
    "experiment/runs.py",
    "experiment/starting.py",
    "experiment/trials.py",
    "experiment/watching.py",
)
"""Code on which the values of a run depend."""
WITHOUT_WEIGHT = ("name", "learned")
"""Parts of an organisation on which no value depends."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps the replications of one question in a store."""

    asked: Question
    store: Store
    keys: Mapping[str, str]
    """Scenario -> key."""
    founding: tuple[str, bytes]
    """The hash of the organisation, and the organisation as the store keeps it."""
    noted: dict[str, set[str]]
    """Scenario -> what is kept of its changes of rules; see `Turn.key`."""

    def kept(self, found: Replication) -> None:
        """Keep *found*."""
        self.store.put(found, self.keys)
        self._note(found)

    def _note(self, found: Replication) -> None:
        """Keep what was changed in the rules in *found*, as far as no run before it had the same."""
        for trial in self.asked.trials:
            if trial.name not in found.pairs or not trial.waiting:
                continue
            noted, met = self.noted[trial.name], found.pairs[trial.name].with_act[len(trial.columns) :]
            new = {turn.key: turn for turn in turns(met) if turn.key not in noted}
            if new:
                course = course_of(self.asked, trial)
                changed = {key: packed(changed_at(course, turn)) for key, turn in new.items()}
                self.store.put_rules(self.keys[trial.name], self.founding, changed)
                noted.update(new)

    def recall(self, outcome: Outcome, below: int) -> None:
        """Put into *outcome* what is there of the replications numbered *below*."""
        outcome.grow(below)
        for name, key in self.keys.items():
            for found in self.store.pairs(key, name, below):
                outcome.put(found)
                self._note(found)

    def looked(self, pairs: int) -> int:
        """How often an answer with fewer than *pairs* pairs has been shown before; this one is remembered."""
        return max(self.store.looked(key, pairs) for key in self.keys.values())


def keeping(asked: Question, store: Store) -> Keeping:
    """Where *store* keeps what *asked* comes to."""
    founding, keys = _founding(asked.organisation), {}
    for trial in asked.trials:
        key = keys[trial.name] = key_of(asked, trial)
        store.open_scenario(key, trial.layout, _made(asked, trial))
        store.put_rules(key, founding, {AT_ONCE: packed(course_of(asked, trial).after(())[1])})
    return Keeping(asked, store, keys, founding, {name: {AT_ONCE} for name in keys})


def _founding(organisation: Organisation) -> tuple[str, bytes]:
    """*organisation* as a store keeps it, behind its hash."""

    def kept() -> tuple[str, bytes]:
        rules = to_dict(organisation)
        return fingerprint(rules), zlib.compress(json.dumps(rules, ensure_ascii=False).encode())

    return _LATELY.of((organisation,), kept)


_LATELY = Lately[tuple[str, bytes]](most=32)


def key_of(asked: Question, trial: Trial) -> str:
    """The hash of all that the values of *trial* depend on: organisation, rules with the acts, what is measured for
    whom, time, seed, and the versions of the code. Names of the organisation and of the scenario do not matter."""
    return fingerprint(
        {
            "baseline": _weighty(asked.organisation),
            "rules": _weighty(trial.begins),
            "anyway": [repr(act) for act in asked.anyway],
            "waits": [act.moment for act in trial.waiting],
            "acts": [repr(act) for act in trial.waiting] if len(trial.waiting) > 1 else [],
            "then": {str(sorted(met)): _weighty(rules) for met, rules in trial.subsets.items()},
            "columns": [(measure.name, party) for measure, party in trial.columns],
            "members": {party: sorted(who) for party, who in trial.members.items()},
            "places": {party: sorted(where) for party, where in trial.places.items()},
            "horizon": {part: float(value) for part, value in asdict(asked.horizon).items()},
            "seed": asked.seed,
            "start": None if asked.start is None else repr(replace(asked.start, source="")),
            "code": code(),
        }
    )


def _weighty(organisation: Organisation) -> dict[str, Any]:
    return {name: part for name, part in to_dict(organisation).items() if name not in WITHOUT_WEIGHT}


@cache
def code() -> dict[str, Any]:
    """Versions of what makes the numbers, a hash of our own part of it, and measures of other packages."""
    home = Path(__file__).parents[1]
    files = sorted(file for part in MAKES_NUMBERS for file in (home / part, *(home / part).rglob("*.py")))
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes())
    others = [(entry.name, entry.dist.version if entry.dist else "") for entry in entry_points(group=PLUG_INS)]
    used = {name: version for name, version in versions().items() if name in ("irrupt", "numpy", "numba")}
    return {"sha256": digest.hexdigest(), "measures": sorted(others), **used}


def _made(asked: Question, trial: Trial) -> dict[str, Any]:
    return {
        "organisation": asked.organisation.name,
        "scenario": trial.name,
        "acts": [act_to_dict(act) for act in trial.acts],
        "waits": [title(act) if act.nth == 1 else f"{title(act)} ({act.nth})" for act in trial.waiting],
        "seed": asked.seed,
        **{part: float(value) for part, value in asdict(asked.horizon).items()},
        "versions": versions(),
    }
