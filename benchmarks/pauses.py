"""What a pause with an edit of the rules costs, by what the edit changes.

The organisation of `organising.py` (50 people in five teams, five clients, office hours), on a Wednesday at noon after
eight weeks; and the same where work is interrupted, done in batches, or by parts of a case at once. Two sets of rules
take turns, with a pause after each millisecond; both are compiled before. A round is 200 pauses; told are microseconds
of CPU time a pause, the least of so many rounds, with the work loop's start included, which *none* shows by itself.

    python benchmarks/pauses.py [--large] [--json FILE] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from irrupt.engine import Simulation, tables
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Organisation,
    Patience,
    Return,
    Route,
    Step,
    Team,
)

sys.path.insert(0, str(Path(__file__).parent))
import organising

NOON = (8 * 168.0 + 2 * 24.0 + 12.0) * 3600.0
PAUSES = 200


def comings(rules: Organisation) -> dict[str, Organisation]:
    """The rules after something came that was not there."""
    first, second = sorted(rules.steps)[:2]
    longer, ways = Distribution.exponential(1800.0), rules.routes[first]
    more = Step(activity="extra", team="team 1", duration=longer)
    kinds = replace(rules.clients["client 4"], classes={"large": 0.5, "small": 0.5})
    given_up = Patience(activity="given up", at=first, lasts=longer)
    called_off = Patience(activity="called off", lasts=Distribution.exponential(1e6), share=0.1)
    shares = (replace(ways[0], share=ways[0].share - 0.1), Route(to="extra", share=0.1), ways[1])
    return {
        "clients": replace(rules, clients={**rules.clients, "new": Client(cases_per_week=10.0)}),
        "steps": replace(
            rules,
            steps={**rules.steps, "extra": more},
            routes={**rules.routes, first: shares, "extra": (Route(to=second, share=1.0),)},
        ),
        "classes": replace(
            rules,
            clients={**rules.clients, "client 4": kinds},
            teams={**rules.teams, "team 0": Team(class_priority={"large": 1})},
        ),
        "patience": replace(rules, patience={"given up": given_up}),
        "calling off": replace(rules, patience={"called off": called_off}),
        "returns": replace(rules, returns={"late": Return(during=first, back_to=first, share=0.1)}),
    }


def edits(rules: Organisation) -> dict[str, Organisation]:
    """The rules after an edit of each kind."""
    first, second = sorted(rules.steps)[:2]
    ways, office = rules.routes[first], rules.calendars["office"]
    saturday = Calendar(hours=(*office.hours, (5 * 1440 + 540, 5 * 1440 + 780)))
    client = rules.clients["client 4"]
    longer = Distribution.exponential(1800.0)
    someone = min(name for name, one in rules.people.items() if one.teams == ("team 1",))
    check = Check(after="activity 3", client="client 2", step=Step(activity="look", team="team 3", duration=longer))
    moved = {
        name: replace(one, calendar="saturday") if one.teams == ("team 1",) else one
        for name, one in rules.people.items()
    }
    return {
        "none": rules,
        "shares": replace(
            rules, routes={**rules.routes, first: (replace(ways[0], share=0.5), replace(ways[1], share=0.5))}
        ),
        "delays": replace(
            rules, routes={**rules.routes, first: (Route(to=ways[0].to, share=ways[0].share, delay=longer), ways[1])}
        ),
        "durations": replace(rules, steps={**rules.steps, first: replace(rules.steps[first], duration=longer)}),
        "priorities": replace(rules, teams={**rules.teams, "team 0": Team(priority={"client 0": 1})}),
        "hours": replace(rules, calendars={**rules.calendars, "saturday": saturday}, people=moved),
        "demand": replace(
            rules, clients={**rules.clients, "client 4": replace(client, cases_per_week=1.2 * client.cases_per_week)}
        ),
        "skips": replace(rules, skips={"client 1": frozenset({second})}),
        "checks": replace(rules, checks={"imposed": check}),
        "members": replace(rules, people={name: one for name, one in rules.people.items() if name != someone}),
        "order": replace(rules, teams={**rules.teams, "team 0": Team(order="shortest")}),
        "choice": replace(rules, teams={**rules.teams, "team 0": Team(choice="random")}),
        "interrupts": replace(
            rules, teams={**rules.teams, "team 0": Team(priority={"client 0": 1}, interrupts="resume")}
        ),
        **comings(rules),
        "batches": in_batches(rules),
    }


def in_batches(rules: Organisation) -> Organisation:
    """The same, where cases gather for a step."""
    second = sorted(rules.steps)[1]
    return replace(rules, steps={**rules.steps, second: replace(rules.steps[second], batch=Batch(size=3))})


def pressed(rules: Organisation) -> Organisation:
    """The same, where a team's work is interrupted."""
    return replace(rules, teams={**rules.teams, "team 1": Team(priority={"client 0": 1}, interrupts="resume")})


def forked(rules: Organisation) -> Organisation:
    """The same, where cases that are over are written down and told at once, and then filed."""
    brief = Distribution.exponential(3600.0)
    more = {name: Step(activity=name, duration=brief) for name in ("fork", "note", "tell", "file")}
    more |= {"fork": replace(more["fork"], split="all"), "file": replace(more["file"], join=True)}
    onward = {
        name: tuple(replace(way, to="fork") if way.to == "end" else way for way in ways)
        for name, ways in rules.routes.items()
    }
    onward |= {
        "fork": (Route(to="note", share=1.0), Route(to="tell", share=1.0)),
        "note": (Route(to="file", share=1.0),),
        "tell": (Route(to="file", share=1.0),),
        "file": (Route(to="end", share=1.0),),
    }
    return replace(rules, steps={**rules.steps, **more}, routes=onward)


def large(rules: Organisation) -> Organisation:
    """Twenty of it side by side, each with its share of the cases: 1,000 people, 120 activities."""
    whole = rules
    for number in range(1, 20):

        def named(name: str, number: int = number) -> str:
            return f"part {number:02d} {name}"

        parts = {
            "steps": {
                named(name): replace(step, activity=named(step.activity), team=named(step.team or ""))
                for name, step in rules.steps.items()
            },
            "routes": {
                named(name): tuple(way if way.to == "end" else replace(way, to=named(way.to)) for way in ways)
                for name, ways in rules.routes.items()
                if name != "start"
            },
            "teams": {named(name): team for name, team in rules.teams.items()},
            "people": {
                named(name): replace(one, teams=tuple(map(named, one.teams))) for name, one in rules.people.items()
            },
        }
        whole = replace(whole, **{part: {**getattr(whole, part), **more} for part, more in parts.items()})
    first = rules.routes["start"][0].to
    start = (first, *(f"part {number:02d} {first}" for number in range(1, 20)))
    return replace(
        whole,
        routes={**whole.routes, "start": tuple(Route(to=to, share=0.05) for to in start)},
        clients={n: replace(one, cases_per_week=20 * one.cases_per_week) for n, one in rules.clients.items()},
    )


BESIDE = {
    "interrupted": (pressed, ("checks", "members")),
    "in batches": (in_batches, ("hours", "skips", "checks", "members", "clients", "steps")),
    "in parts": (forked, ("skips", "clients", "steps", "classes")),
}
"""What the organisation has besides, and edits that it makes dearer."""


def pause(before: Organisation, after: Organisation, rounds: int) -> float:
    """Microseconds of CPU time of a pause at which *after* takes the place of *before*, or the other way round."""
    turns = [tables(after), tables(before)]
    run = Simulation(turns[1], seed=1, weeks=5000.0)
    for _rows in run.run(NOON):
        pass
    least = float("inf")
    for _round in range(rounds + 1):
        begun = time.process_time()
        for number in range(PAUSES):
            run.change(turns[number % 2])
            for _rows in run.run(run.now + 1e-3):
                pass
        least = min(least, time.process_time() - begun)
    return least / PAUSES * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--large", action="store_true", help="1,000 people instead of 50")
    parser.add_argument("--rounds", type=int, default=20)
    chosen = parser.parse_args()
    rules = large(organising.organisation()) if chosen.large else organising.organisation()
    pairs = {name: (rules, after) for name, after in edits(rules).items()}
    for what, (make, names) in BESIDE.items():
        other = make(rules)
        pairs |= {f"{what}: {name}": (other, edits(other)[name]) for name in names}
    figures = {}
    for name, pair in pairs.items():
        figures[name] = pause(*pair, chosen.rounds)
        sys.stdout.write(f"{name:22} {figures[name]:8.1f} µs\n")
    if chosen.json:
        chosen.json.write_text(json.dumps({"microseconds_a_pause": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
