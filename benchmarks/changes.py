"""Rule changes found in the past: how often where there are none, and how often those that were planted.

    python benchmarks/changes.py [--logs N] [--weeks N] [--json FILE]

Logs are simulated from docs/examples/desk.yaml, without a change, or with one in the middle: an imposed check (also in
a twentieth or a fifth of the cases), a bypass, priority for a client, other hours of a team. Without a change, cases
may come with a season, and more of one client may come from the middle on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle import Chronicle
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, RuleChange, load
from irrupt.organisation.rules import Edit
from irrupt.regulation import parse_act
from irrupt.sight import Sight, see

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DESK = Path(__file__).resolve().parents[1] / "docs" / "examples" / "desk.yaml"
ACTS = {
    "imposed check": "imposed check: {client: null, after: Repair, activity: Audit}",
    "imposed check, one client": "imposed check: {client: Hospital A, after: Repair, activity: Audit}",
    "bypass": "bypass: {client: Hospital A, team: Desk}",
    "priority": "priority: {client: Hospital A, team: Network}",
}
WEAKER = {"imposed check, 5 % of cases": 0.05, "imposed check, 20 % of cases": 0.2}
KINDS = {"imposed check": "activity path", "bypass": "activity path", "priority": "priority", "hours": "hours"}


def planted(organisation: Organisation, name: str, week: int) -> list[RuleChange]:
    """The changes called *name*, made in *week*."""
    moment = organisation.timeline.after(week)
    if name == "hours":
        early = tuple((day * 1440 + 360, day * 1440 + 840) for day in range(5))
        edit = Edit(part="calendars", key="day", before=organisation.calendars["day"], after=Calendar(hours=early))
        return [RuleChange(time=moment, author="Desk", rule="earlier hours", edits=(edit,))]
    return list(parse_act(ACTS[name]).changes(organisation, moment))


def seen(organisation: Organisation, changes: list[RuleChange], weeks: int, seed: int, share: float = 1.0) -> Sight:
    """What is seen in one simulated log; the planted check in this *share* of the cases."""
    log = seldom(simulate(organisation, weeks=weeks, seed=seed, changes=changes), share, seed)
    return see(log, clients={"Hospital A": "Hospital A"}, use_period=False)


def thinned(log: Chronicle, share: Callable[[Floats, Bools], Floats], seed: int) -> Chronicle:
    """*log* with the *share* of its cases that weeks since the begin, and being a case of the hospital, tell."""
    first = pl.col("end").min().alias("first")
    cases = log.events.group_by("case").agg(pl.col("client").first(), first).sort("case")
    weeks = ((cases["first"] - cases["first"].min()).dt.total_hours() / 168).to_numpy()
    kept = np.random.default_rng(seed).random(cases.height) < share(weeks, (cases["client"] == "Hospital A").to_numpy())
    return log.with_events(
        log.events.join(cases.filter(kept).select("case"), on="case", how="semi", maintain_order="left")
    )


def seldom(log: Chronicle, share: float, seed: int) -> Chronicle:
    """*log* with the planted check in this *share* of the cases only."""
    audit = (log.events["activity"] == "Audit").to_numpy()
    return log.with_events(log.events.filter(~audit | (np.random.default_rng(seed).random(len(audit)) < share)))


WITHOUT: dict[str, Callable[[Floats, Bools], Floats]] = {
    "none, a season": lambda weeks, _his: 0.6 + 0.4 * np.sin(2 * np.pi * weeks / 26),
    "none, one client with a season": lambda weeks, his: np.where(his, 0.5 + 0.5 * np.sin(2 * np.pi * weeks / 26), 1.0),
    "none, one client grows": lambda weeks, his: np.where(his & (weeks < 13), 0.3, 1.0),
}


def measured(logs: int, weeks: int) -> dict[str, dict[str, float]]:
    """Of logs without a change, and of those with each: share in which one is found, and how far off its date is."""
    organisation = load(DESK)
    none = [bool(seen(organisation, [], weeks, seed).changes) for seed in range(logs)]
    found: dict[str, dict[str, float]] = {"none": {"found": sum(none) / logs, "logs": logs}}
    for name, share in WITHOUT.items():
        few = [
            thinned(simulate(organisation, weeks=weeks, seed=seed), share, seed) for seed in range(max(logs // 4, 1))
        ]
        told = [bool(see(log, clients={"Hospital A": "Hospital A"}, use_period=False).changes) for log in few]
        found[name] = {"found": sum(told) / len(told), "logs": len(told)}
    for name in (*ACTS, *WEAKER, "hours"):
        half = weeks // 2
        changes = planted(organisation, "imposed check" if name in WEAKER else name, half)
        wanted = KINDS[name.split(",")[0]].split()
        off, inside, leads, told = [], 0, 0, 0
        for seed in range(logs // 4):
            sight = seen(organisation, changes, weeks, 1000 + seed, WEAKER.get(name, 1.0))
            right = [one for one in sight.changes if one.kind in wanted]
            told += len(sight.changes)
            if right:
                off.append(abs((right[0].begin - changes[0].time).days) / 7)
                inside += right[0].first <= changes[0].time <= right[0].last
                leads += right[0].leads == "Hospital A"
        found[name] = {
            "found": len(off) / max(logs // 4, 1),
            "changes told in a log": told / max(logs // 4, 1),
            "weeks off": sum(off) / max(len(off), 1),
            "date within its interval": inside / max(len(off), 1),
            "said to be led by the client": leads / max(len(off), 1),
        }
    return found


def main() -> None:
    """Measure, and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=100)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    text = json.dumps(measured(asked.logs, asked.weeks), indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
