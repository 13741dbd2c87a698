"""Results for machines: plain dictionaries with keys that no language changes, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from irrupt.chronicle.model import Chronicle
from irrupt.experiment.model import Comparison
from irrupt.experiment.power import Power
from irrupt.experiment.rigidity import Rigidity
from irrupt.experiment.searched import Search
from irrupt.organisation.learned import trust
from irrupt.organisation.model import Organisation
from irrupt.organisation.support import support
from irrupt.regulation.model import Act
from irrupt.regulation.moments import moment_data
from irrupt.regulation.plain import act_to_dict
from irrupt.regulation.verbs import verbs
from irrupt.regulation.when import bare
from irrupt.reporting.gridview import grid_json
from irrupt.reporting.powers import power_json
from irrupt.reporting.rigidities import rigidity_json
from irrupt.reporting.searches import search_json
from irrupt.reporting.sections.grid import grid
from irrupt.reporting.sections.why import reason
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.model import Sight

SCHEMA_VERSION = 1
SHOWN_CASES = 20
"""Cases that are named with a finding."""


def to_json(
    result: Chronicle | Sight | ScheduleSight | Organisation | Comparison | Power | Rigidity | Search,
) -> dict[str, Any]:
    """*result* as a dictionary for JSON: everything that the terminal shows, and more.

    Moments are ISO 8601 text in UTC, what is not known is null. Sentences (`text`, `notes`, `rule`, ...) are in the
    user's language; keys, measures, parties, verdicts and kinds are not.
    """
    if isinstance(result, Chronicle):
        return {"schema_version": SCHEMA_VERSION, "what": "log", **_log(result)}
    if isinstance(result, Sight):
        return {"schema_version": SCHEMA_VERSION, "what": "sight", **_sight(result)}
    if isinstance(result, ScheduleSight):
        return {"schema_version": SCHEMA_VERSION, "what": result.of, **_schedules(result)}
    if isinstance(result, Organisation):
        return {"schema_version": SCHEMA_VERSION, "what": "organisation", **_organisation(result)}
    if isinstance(result, Power):
        return {"schema_version": SCHEMA_VERSION, "what": "power", **plain(power_json(result))}
    if isinstance(result, Rigidity):
        rest = {"effects": _comparison(result.comparison)}
        return {"schema_version": SCHEMA_VERSION, "what": "rigidity", **plain(rigidity_json(result)), **rest}
    if isinstance(result, Search):
        return {"schema_version": SCHEMA_VERSION, "what": "search", **plain(search_json(result))}
    return {"schema_version": SCHEMA_VERSION, "what": "comparison", **_comparison(result)}


def plain(value: Any) -> Any:
    """*value* in the types that JSON has: dataclasses become objects, of what they are made
    of, nan and infinity null, moments ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {_key(one.name): plain(getattr(value, one.name)) for one in fields(value) if one.init}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(entry) for entry in value), key=str)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) or hasattr(value, "__float__"):
        return float(value) if math.isfinite(float(value)) else None
    return str(value)


def _key(name: str) -> str:
    return name.rstrip("_")


def _sight(sight: Sight) -> dict[str, Any]:
    bare = replace(sight, findings=tuple(replace(one, cases=()) for one in sight.findings))
    said = {_key(one.name): plain(getattr(bare, one.name)) for one in fields(sight) if one.name != "chronicle"}
    for finding, one in zip(said["findings"], sight.findings, strict=True):
        finding["cases"] = {
            "are": finding.pop("cases_are"),
            "count": len(one.cases),
            "first": list(one.cases[:SHOWN_CASES]),
        }
    return {"log": _log(sight.chronicle), **said, "to_try": [act_to_dict(act) for act in sight.to_try]}


def _schedules(sight: ScheduleSight) -> dict[str, Any]:
    said = {
        _key(one.name): plain(getattr(sight, one.name)) for one in fields(sight) if one.name not in ("chronicle", "of")
    }
    for finding in said["findings"]:
        del finding["cases"], finding["cases_are"]
    return {"log": _log(sight.chronicle), **said}


def _log(chronicle: Chronicle) -> dict[str, Any]:
    aside = chronicle.set_aside
    return {
        "source": chronicle.source,
        "kind": chronicle.kind,
        "cases": chronicle.cases,
        "events": chronicle.events.height,
        "schedule_rows": chronicle.schedules.height,
        "timezone": chronicle.timezone,
        "starts": chronicle.starts,
        "columns": plain(chronicle.mapping),
        "client_acts": plain(chronicle.client_acts),
        "waits_for_client": plain(chronicle.waits_for_client),
        "notes": plain(chronicle.notes),
        "problems": plain(chronicle.problems),
        "rows_set_aside": 0 if aside is None else aside.height,
        "rule_changes": chronicle.rules.height,
    }


def _organisation(organisation: Organisation) -> dict[str, Any]:
    learned = plain(organisation.learned) if organisation.learned else None
    if learned:
        for entry, distance in zip(learned["fidelity"], organisation.fidelity, strict=True):
            entry["trust"] = trust(distance)
    return {
        "name": organisation.name,
        "timezone": organisation.timezone,
        "clients": {name: round(client.cases_per_week, 6) for name, client in sorted(organisation.clients.items())},
        "teams": {name: sorted(organisation.members(name)) for name in sorted(organisation.teams)},
        "activities": organisation.activities(),
        "steps": len(organisation.steps),
        "people": len(organisation.people),
        "calendars": {name: one.minutes_per_week / 60 for name, one in sorted(organisation.calendars.items())},
        "learned": learned,
        "supports": [plain(one._asdict()) for one in support(organisation)],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "organisation": _organisation(comparison.organisation),
        "grid": plain(grid_json(grid(comparison))),
        "effects": plain(comparison.effects.to_dicts()),
        "parties": [{"party": party, "said": list(said)} for party, said in comparison.parties],
        "scenarios": [
            {
                "name": tried.name,
                "acts": [_act(act) for act in tried.acts],
                "changes": [plain(change) | {"verbs": [*verbs(change)]} for change in tried.changes],
                "found": plain(tried.found),
                "reasons": [plain(one) | {"text": reason(one)} for one in tried.reasons],
            }
            for tried in comparison.tried
        ],
        **{
            _key(name): plain(getattr(comparison, name))
            for name in (
                "replications",
                "alternatives",
                "seed",
                "weeks",
                "warm_up_weeks",
                "run_out_weeks",
                "seconds",
                "looks",
                "precision",
                "stored",
                "settled_weeks",
                "provenance",
            )
        },
        "notes": [*(comparison.provenance or {}).get("answers", ()), *comparison.notes],
    }


def _act(act: Act) -> dict[str, Any]:
    """What is done, and what it waits for as files say it."""
    done: Any = bare(act)
    return {"act": done.name, "parameters": plain(done) if is_dataclass(done) else {}} | moment_data(act)
