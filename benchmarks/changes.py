"""Rule changes found in the past: how often where there are none, and how often those that were planted.

    python benchmarks/changes.py [--logs N] [--weeks N] [--json FILE]

Logs are simulated from docs/examples/desk.yaml, without a change, or with one in the middle: an imposed check, a
bypass, priority for a client, other hours of a team.
"""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from pathlib import Path

from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, RuleChange, load
from irrupt.organisation.rules import Edit
from irrupt.regulation import parse_act
from irrupt.sight import Sight, see

DESK = Path(__file__).resolve().parents[1] / "docs" / "examples" / "desk.yaml"
ACTS = {
    "imposed check": "imposed check: {client: null, after: Repair, activity: Audit}",
    "imposed check, one client": "imposed check: {client: Hospital A, after: Repair, activity: Audit}",
    "bypass": "bypass: {client: Hospital A, team: Desk}",
    "priority": "priority: {client: Hospital A, team: Network}",
}
KINDS = {"imposed check": "activity path", "bypass": "activity path", "priority": "priority", "hours": "hours"}


def planted(organisation: Organisation, name: str, week: int) -> list[RuleChange]:
    """The changes called *name*, made in *week*."""
    moment = organisation.origin + timedelta(weeks=week)
    if name == "hours":
        early = tuple((day * 1440 + 360, day * 1440 + 840) for day in range(5))
        edit = Edit(part="calendars", key="day", before=organisation.calendars["day"], after=Calendar(hours=early))
        return [RuleChange(time=moment, author="Desk", rule="earlier hours", edits=(edit,))]
    return list(parse_act(ACTS[name]).changes(organisation, moment))


def seen(organisation: Organisation, changes: list[RuleChange], weeks: int, seed: int) -> Sight:
    """What is seen in one simulated log."""
    log = simulate(organisation, weeks=weeks, seed=seed, changes=changes)
    return see(log, clients={"Hospital A": "Hospital A"}, use_period=False)


def measured(logs: int, weeks: int) -> dict[str, dict[str, float]]:
    """Of logs without a change, and of those with each: share in which one is found, and how far off its date is."""
    organisation = load(DESK)
    none = [bool(seen(organisation, [], weeks, seed).changes) for seed in range(logs)]
    found: dict[str, dict[str, float]] = {"none": {"found": sum(none) / logs, "logs": logs}}
    for name in (*ACTS, "hours"):
        half = weeks // 2
        changes = planted(organisation, name, half)
        wanted = KINDS[name.split(",")[0]].split()
        off, inside, leads = [], 0, 0
        for seed in range(logs // 4):
            right = [one for one in seen(organisation, changes, weeks, 1000 + seed).changes if one.kind in wanted]
            if right:
                off.append(abs((right[0].begin - changes[0].time).days) / 7)
                inside += right[0].first <= changes[0].time <= right[0].last
                leads += right[0].leads == "Hospital A"
        found[name] = {
            "found": len(off) / max(logs // 4, 1),
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
