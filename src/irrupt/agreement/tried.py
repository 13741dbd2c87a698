"""What a comparison says of acts, as what a rule rests on: claimed beside found, for whom, with intervals.

A comparison is taken as `irrupt compare --json` writes it, so that people can agree the day after they tried.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irrupt.errors import Fault, ModelError, UsageError, did_you_mean, file_at, why
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers.schedules import BREACHES, EFFECTIVE_FROZEN
from irrupt.organisation.rules import Claim

_DIGITS = 6
"""Digits of a number that evidence keeps."""
_ONE_AFTER_THE_OTHER = 2
"""Activities in one hand of which one rule tells all: the last of them is done by who did the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One scenario of a comparison."""

    becomes: Mapping[str, Any]
    """The rule as in files: its text, its evidence, and what it binds where the acts tell."""
    claim: Claim | None
    timezone: str
    """That of the organisation."""


def load_trial(path: str | os.PathLike[str], scenario: str | None = None) -> Trial:
    """The *scenario* of the comparison at *path*; the only one, when not said.

    Raises `UsageError` when there is no such file or scenario, and `ModelError` when it holds no comparison.
    """
    try:
        data = json.loads(file_at(path).read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(Fault(str(path), _("cannot be read: {why}").format(why=why(problem)))) from None
    except ValueError:
        data = None
    return trial_in(data, scenario, source=str(path))


def trial_in(data: Any, scenario: str | None = None, *, source: str) -> Trial:
    """The same of *data*, what JSON says of a comparison that is called *source*."""
    try:
        return _trial(data, scenario, source)
    except (KeyError, TypeError, AttributeError, ValueError):
        expected = _("what irrupt compare --json writes")
        raise ModelError(Fault(source, _("this is no comparison"), expected)) from None


def _trial(data: Mapping[str, Any], scenario: str | None, source: str) -> Trial:
    scenarios = {one["name"]: one for one in data["scenarios"]}
    if scenario is None and len(scenarios) > 1:
        found = _("the comparison has {n} scenarios").format(n=len(scenarios))
        raise UsageError(Fault(source, found, remedy=_("say which: {names}").format(names="; ".join(scenarios))))
    name = next(iter(scenarios)) if scenario is None else scenario
    if name not in scenarios:
        found = _('no scenario "{name}"').format(name=name)
        raise UsageError(Fault(source, found, remedy=did_you_mean(name, scenarios)))
    tried = scenarios[name]
    becomes: dict[str, Any] = {"text": " ".join(f"{one['rule'].rstrip('.')}." for one in tried["changes"])}
    made = [
        edit["after"] for change in tried["changes"] for edit in change.get("edits", ()) if edit["part"] == "checks"
    ]
    bounds = [bound for act in tried["acts"] if (bound := _bound(act["act"], act["parameters"], made))]
    if len(bounds) == 1:
        becomes["binds"] = bounds[0]
    becomes["evidence"] = list(_evidence(tried, data["effects"], Path(source).name))
    claims = [one["claim"] for one in tried["found"] if one["claim"]["given"]]
    return Trial(
        becomes=becomes, claim=_claim(claims[0]) if claims else None, timezone=data["organisation"]["timezone"]
    )


def _claim(claim: Mapping[str, Any]) -> Claim:
    return Claim(**{name: claim[name] for name in ("author", "aim", "measure", "party", "expects", "text")})


def _bound(act: str, parameters: Mapping[str, Any], made: Sequence[Any]) -> dict[str, Any] | None:
    """What records can keep or break of an *act*; None where the act does not tell. *made*: the checks put in, which
    say what a check is called whose act does not."""
    client = parameters.get("client")
    whose = {"client": client} if client else {}
    team, activity = parameters.get("team"), parameters.get("activity")
    if act == "priority" and client and (parameters.get("rank") or 0) > 0:
        return {"first at": team, **whose}
    if act == "bypass":
        skipped = parameters.get("skips")
        named = {**({"never": skipped} if skipped else {}), **({"team": team} if team else {})}
        return {**named, "unless alone": "yes", **whose}
    if act == "imposed check":
        after = parameters.get("after")
        if activity is None:
            his = (check for check in made if check and (check["after"], check["client"]) == (after, client))
            activity = next((check["step"]["activity"] for check in his), None)
        if activity is None:
            return None
        return {"always": activity, **({"after": after} if after else {}), **whose}
    if act == "other hands":
        return {"activity": activity, "not by who did": parameters["first"], **whose}
    if act == "same hands" and len(parameters["activities"]) == _ONE_AFTER_THE_OTHER:
        return {"activity": parameters["activities"][-1], "by who did": parameters["activities"], **whose}
    return _bound_of_plans(act, parameters) if client else None


def _bound_of_plans(act: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """What plans can keep or break of an *act* on a client's schedule; None where the act does not tell."""
    product = parameters.get("product")
    whose = {"of": parameters["client"], **({"where": {"part": product}} if product else {})}
    if act == "frozen horizon":
        return {"measure": EFFECTIVE_FROZEN.name, "at least": parameters["periods"], **whose}
    if act == "volume band":
        terms = {name: parameters[name] for name in ("ahead", "down", "up")}
        return {"measure": BREACHES.name, "at most": 0, **terms, **whose}
    return None


def _evidence(tried: Mapping[str, Any], effects: list[Mapping[str, Any]], source: str) -> Iterator[dict[str, Any]]:
    """Each measure that a claim names, for each party for whom it was measured: what was done in no run was not tried,
    for nobody."""
    claims = [one["claim"] for one in tried["found"]]
    measures = {claim["measure"] for claim in claims}
    done = {one["claim"]["measure"] for one in tried["found"] if one["verdict"] != "not tried"}
    said = {(claim["measure"], claim["party"]): claim["expects"] for claim in claims if claim["given"]}
    rows = [row for row in effects if row["scenario"] == tried["name"] and row["measure"] in measures]
    for row in rows:
        if (row["measure"], row["party"]) not in said and _his_alone(row, rows):
            continue
        told = ("without", "with", "low", "high", "matters")
        numbers = {name: _short(row[name]) for name in told if row.get(name) is not None}
        claimed = said.get((row["measure"], row["party"]))
        yield {
            **{"source": source, "measure": row["measure"], "of": row["party"], "unit": row["unit"], **numbers},
            **({"claimed": claimed} if claimed else {}),
            "verdict": row["verdict"] if row["measure"] in done else "not tried",
        }


def _his_alone(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether *row* is of all clients, who are one: the only other of *rows* on its measure says the same."""
    others = [one for one in rows if one["measure"] == row["measure"] and one is not row]
    same = ("without", "with", "low", "high")
    return row["party"] == ALL_CLIENTS and len(others) == 1 and all(others[0][name] == row[name] for name in same)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
