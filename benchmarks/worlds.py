"""Predicted effects of acts beside the true ones, in organisations whose true behaviour is known.

    python benchmarks/worlds.py [WORLD ...] [--json FILE] [--worlds FOLDER] [--keep FOLDER] [--replications N]

A world is a folder with `baseline.csv.gz` (one log before any act), `act.yaml` (what might be done) and `truth.json`
(what it truly changes). Each log is read and its organisation learned by the public path; each act is tried; every KPI
of the truth is predicted with a 95 % interval and scored by the worlds' own `score.py`. Of `truth.json` only the names
of the KPIs and the lengths of the horizon are looked at before the predictions are made. `--keep` writes the
predictions, in the structure that `score.py` reads. `--without-starts` deletes the start times of the logs first: then
intervals reach to what is found with the shortest and with the longest plausible times of work, too.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import yaml

import irrupt
from irrupt.chronicle.model import MOMENT
from irrupt.cli.paths import BOUNDS
from irrupt.discovery import Study
from irrupt.discovery.log import read
from irrupt.discovery.people.desks import learn, number
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.ledgers import pair_name
from irrupt.organisation import Distribution
from irrupt.regulation.model import Act
from irrupt.special import student_quantile

WORLDS = Path(__file__).resolve().parents[2] / "shared" / "arena" / "worlds"
ALTERNATIVES = 32
"""Organisations that tell how sure what was learned is: more than usual, since intervals themselves are judged here."""
MATERIAL = 0.02
"""Share of the baseline from which a true effect counts as real."""
Described = Mapping[str, Any]


def log_of(world: Path, acts: Described) -> irrupt.Chronicle:
    """The log, with the pools that `act.yaml` names as its teams."""
    log = irrupt.read(world / "baseline.csv.gz")
    pools_of: dict[str, list[str]] = {}
    for pool, people in acts["pools"].items():
        for person in people:
            pools_of.setdefault(person, []).append(pool)
    # whoever is in several pools works for the one whose own people do most of the activity, at the desk of the case
    own = {person: pools[0] for person, pools in pools_of.items() if len(pools) == 1}
    steps, desk = read(log), np.zeros(log.events.height, np.int64)
    desk[steps.row] = number(steps, learn(log, steps))
    done = log.events.drop("team").with_columns(
        desk=pl.Series(desk), own=pl.col("resource").replace_strict(own, default=None, return_dtype=pl.String())
    )
    count = {(a, d, p): n for a, d, p, n in done.drop_nulls("own").group_by("activity", "desk", "own").len().rows()}
    named = [
        (activity, at, person, max(pools_of[person], key=lambda pool: count.get((activity, at, pool), 0)))
        for activity, at, person in done.select("activity", "desk", "resource").drop_nulls().unique().rows()
        if person in pools_of
    ]
    told = {"activity": pl.String, "desk": pl.Int64, "resource": pl.String, "team": pl.String}
    teams = pl.DataFrame(named, schema=told, orient="row")
    events = done.join(teams, on=["activity", "desk", "resource"], how="left", maintain_order="left")
    return log.with_events(events.select(log.events.columns))


def _check(act: Described) -> dict[str, Any]:
    given = act["duration"]
    mean, cv = 60.0 * given["minutes"], given.get("cv", 0.0)
    kinds: dict[str, Callable[[], Distribution]] = {
        "lognormal": lambda: Distribution.lognormal(mean, cv),
        "gamma": lambda: Distribution.gamma(mean, cv),
        "exponential": lambda: Distribution.exponential(mean),
        "fixed": lambda: Distribution.fixed(mean),
    }
    duration = kinds.get(given["dist"], kinds["lognormal"])()
    return {
        "client": act["client"],
        "after": act["after"],
        "activity": act["activity"],
        "team": act["pool"],
        "duration": duration,
    }


def _followup(act: Described) -> dict[str, Any]:
    seen = act["observed_as"]
    return {"after": seen["after"], "then": seen["next"], "times": act["probability_multiplied_by"]}


def _certification(act: Described) -> dict[str, Any]:
    return {"activity": act["activity"], "added": 60.0 * act["added_minutes"], **_followup(act)}


def _late_change(act: Described) -> dict[str, Any]:
    return {"client": act["client"], "during": act["during"], "back_to": act["back_to"], "share": act["probability"]}


BEFORE_ALL = 1_000
"""A rank above all that others have, or reach by waiting."""
KINDS: Mapping[str, tuple[str, Callable[[Described], dict[str, Any]]]] = {
    "priority": ("Priority", lambda act: {"client": act["client"], "team": act["pool"], "rank": BEFORE_ALL}),
    "imposed_check": ("ImposedCheck", _check),
    "bypass": ("Bypass", lambda act: {"client": act["client"], "skips": act["activity"]}),
    "volume": ("Volume", lambda act: {"client": act["client"], "change": act["change"]}),
    "flexibility": ("FlexibilityDemand", lambda act: {"team": act["pool"], "shifts": tuple(act["shifts"])}),
    "staff_leave": ("StaffLeave", lambda act: {"team": act["pool"], "person": act["resource"]}),
    "certification": ("Certification", _certification),
    "complete_file": ("CompleteFile", lambda act: {"client": act["client"], **_followup(act)}),
    "appointment": ("Appointment", lambda act: {"client": act["client"], "slots": tuple(act["slots"])}),
    "late_change": ("LateChange", _late_change),
}
"""Kind of act -> its class in `irrupt.acts`, and what it is called with."""


def act_of(described: Described) -> Act | None:
    """The act that *described* says; None where irrupt has none of its kind."""
    name, arguments = KINDS.get(described["kind"], ("", dict))
    made = getattr(irrupt.acts, name, None)
    act: Act | None = None if made is None else made(**arguments(described))
    return act


def key_of(row: Mapping[str, Any], pools: Mapping[str, Any]) -> str | None:
    """The world's key for a row of effects; None where it has no such KPI."""
    kind, party = row["measure"], row["party"]
    plain = {
        "cycle time": "cycle_time_mean",
        "cycle time, 90th percentile": "cycle_time_p90",
        "throughput": "throughput_per_week",
        "given up": "abandoned_share",
        "on time": "on_time_share",
        "lateness": "tardiness_mean",
    }
    if kind in plain:
        return f"{plain[kind]} | {_client(party)}"
    if row["of"] not in ("client at team", "client at activity"):
        return None
    client, place = _split(party, pools if row["of"] == "client at team" else None)
    if kind == "work for him outside office hours":
        return f"outside_office_hours_share | {_client(client)}" if place == ALL_TEAMS else None
    if place == ALL_TEAMS:
        return None
    name = {"share of team time for him": "utilisation", "wait before the activity": "waiting_time_mean"}[kind]
    return f"{name} | {place} | {_client(client)}"


def interval(row: Mapping[str, Any]) -> list[float]:
    """The 95 % interval of a difference: rows are told at the level that their number asks for, which is wider."""
    if not (row["low"] < row["high"] and math.isfinite(row["high"])):
        return [row["low"], row["high"]]
    freedom = np.full(1, max(row["freedom"], 1.0))
    wider, usual = (float(student_quantile(np.array([level]), freedom)[0]) for level in ((1 + row["level"]) / 2, 0.975))
    narrower = usual / wider
    return [row["difference"] + (row[end] - row["difference"]) * narrower for end in ("low", "high")]


def _client(party: str) -> str:
    return "all" if party == ALL_CLIENTS else party


def _split(party: str, pools: Mapping[str, Any] | None) -> tuple[str, str]:
    for pool in (*(pools or {}), ALL_TEAMS):
        if party.endswith(pair_name("", pool)):
            return party[: -len(pair_name("", pool))], pool
    client, _at, place = party.partition(pair_name("", ""))
    return client, place


def ends_only(log: irrupt.Chronicle) -> irrupt.Chronicle:
    """The same log without start times."""
    return log.with_events(log.events.with_columns(pl.lit(None, MOMENT).alias("start")), starts="missing")


def widened(row: Mapping[str, Any]) -> list[float]:
    """The interval of a difference, and what is found at both ends of plausible times of work."""
    ends = [row[end] for end in ("shortest", "longest") if row[end] is not None and math.isfinite(row[end])]
    low, high = interval(row)
    return [min(low, *ends), max(high, *ends)] if ends else [low, high]


def predictions(world: Path, *, replications: int, seed: int, starts: bool = True) -> dict[str, Any]:
    """Act -> KPI -> baseline, with the act, difference, interval."""
    described = yaml.safe_load((world / "act.yaml").read_text(encoding="utf-8"))
    horizon = json.loads((world / "truth.json").read_text(encoding="utf-8"))["horizon"]
    log = log_of(world, described) if starts else ends_only(log_of(world, described))
    begun = time.perf_counter()
    study = Study(log, {name: name for name in log.events["client"].drop_nulls().unique().sort()})
    organisation = irrupt.discover(study, fidelity=False, seed=seed)
    ends: dict[str, irrupt.Organisation] = {}
    starts = starts and log.starts == "measured"
    for work in () if starts else BOUNDS:
        ends[work] = irrupt.discover(study, fidelity=False, seed=seed, work=work, typical=organisation)
    others = irrupt.alternatives(study, organisation, count=ALTERNATIVES, seed=seed)
    learned = time.perf_counter()
    acts = {one["id"]: act for one in described["acts"] if (act := act_of(one)) is not None}
    found: dict[str, Any] = {one["id"]: {} for one in described["acts"]}
    result = irrupt.compare(
        organisation,
        scenarios={name: (act,) for name, act in acts.items()},
        replications=replications,
        seed=seed,
        weeks=horizon["weeks"],
        warm_up_weeks=horizon["warm_up_weeks"],
        run_out_weeks=horizon["run_out_weeks"],
        alternatives=others,
        bounds=ends,
        detail=True,
    )
    for row in result.effects.iter_rows(named=True):
        key = key_of(row, described["pools"])
        if key is not None:
            found[row["scenario"]][key] = {
                "baseline": row["without"],
                "with_act": row["with"],
                "difference": row["difference"],
                "interval": interval(row) if starts else widened(row),
            }
    return {
        "acts": found,
        "not_tried": [one["id"] for one in described["acts"] if one["id"] not in acts],
        "seconds": {"discover": learned - begun, "compare": time.perf_counter() - learned},
    }


def scorer(worlds: Path) -> ModuleType:
    """The worlds' own `score.py`."""
    spec = importlib.util.spec_from_file_location("score", worlds / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(lines: list[dict[str, Any]], score: ModuleType) -> dict[str, Any]:
    """The totals of `score.py`, and where the intervals of real effects lie: right of zero, wrong, or undecided."""
    told = [line for line in lines if line["real"] and line["interval"]]
    right = sum(line["truth"] * side > 0 for line in told if (side := _side(line["interval"])))
    wrong = sum(line["truth"] * side < 0 for line in told if (side := _side(line["interval"])))
    shares = {"right_side": right, "wrong_side": wrong, "undecided": len(told) - right - wrong}
    return score.totals(lines) | {
        "told": len(told),
        **{name: count / len(told) if told else None for name, count in shares.items()},
    }


def _side(interval: list[float]) -> int:
    low, high = interval
    return int(low > 0) - int(high < 0)


def table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """A line per world."""
    heads = ("effects", "real", "missing", "right_side", "wrong_side", "undecided", "relative_error", "coverage")
    heads += ("coverage_real", "zero_held", "half_width", "baseline_error")
    lines = [f"{'':30}" + "".join(f"{head.replace('_', ' '):>15}" for head in heads)]
    for name, row in rows.items():
        cells = [row[head] for head in heads]
        texts = ["-" if c is None else str(c) if isinstance(c, int) else format(c, ".3f") for c in cells]
        lines.append(f"{name:30}" + "".join(f"{text:>15}" for text in texts))
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="WORLD", help="names of folders, or paths; all when left out")
    parser.add_argument("--worlds", type=Path, default=WORLDS, help="the folder that holds the worlds and score.py")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--keep", type=Path, help="write each world's predictions into this folder")
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-starts", action="store_true", help="delete the start times of the logs first")
    parser.add_argument("--lines", action="store_true", help="show every KPI")
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    score = scorer(chosen.worlds)
    names = chosen.names or sorted(path.parent.name for path in chosen.worlds.glob("*/truth.json"))
    every: list[dict[str, Any]] = []
    rows: dict[str, Any] = {}
    for name in names:
        world = Path(name) if Path(name).is_dir() else chosen.worlds / name
        predicted = predictions(
            world, replications=chosen.replications, seed=chosen.seed, starts=not chosen.without_starts
        )
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / f"{world.name}.json").write_text(json.dumps(predicted, indent=1), encoding="utf-8")
        lines = score.score(json.loads((world / "truth.json").read_text(encoding="utf-8")), predicted, MATERIAL)
        if chosen.lines:
            score.print_lines(lines)
        every += lines
        rows[world.name] = judged(lines, score) | {key: predicted[key] for key in ("seconds", "not_tried")}
        sys.stderr.write(f"{world.name}: {predicted['seconds']}; not tried: {predicted['not_tried']}\n")
    rows["all"] = judged(every, score)
    sys.stdout.write(table(rows) + "\n")
    if chosen.json:
        chosen.json.write_text(json.dumps({"worlds": rows, "lines": every}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
