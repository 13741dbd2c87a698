"""A Chronicle that irrupt wrote to Parquet, as it was: facts and the other tables lie beside the events."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import asdict
from typing import Any

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.limits import named
from irrupt.chronicle.model import RULE_COLUMNS, Chronicle, Problem, WhoseAct, conform
from irrupt.i18n import gettext as _

OWN = "irrupt"
"""Key of the facts in the metadata of a Parquet file."""
FORM = 1
"""Version of the form of these facts."""
_TABLES = ("rules", "schedules", "rosters", "set_aside")


def facts(chronicle: Chronicle) -> str:
    """Everything in *chronicle* beside its events, as JSON."""
    tables = {name: _packed(getattr(chronicle, name)) for name in _TABLES if getattr(chronicle, name) is not None}
    return json.dumps(
        {
            "form": FORM,
            "kind": chronicle.kind,
            "source": chronicle.source,
            "timezone": chronicle.timezone,
            "starts": chronicle.starts,
            "waits_for_client": sorted(chronicle.waits_for_client),
            "client_acts": sorted(chronicle.client_acts),
            "whose_acts": [asdict(one) for one in chronicle.whose_acts],
            "said_of_changes": chronicle.said_of_changes,
            "work_said": chronicle.work_said,
            "groups": chronicle.groups,
            "mapping": chronicle.mapping,
            "notes": list(chronicle.notes),
            "problems": [
                {"code": p.code, "count": p.count, "found": p.found, "done": p.done, "places": list(p.places)}
                for p in chronicle.problems
            ],
            "tables": tables,
        }
    )


def restored(raw: Raw, timezone: str | None) -> Chronicle:
    """The Chronicle in *raw*, on the clock of *timezone* if one is given. Raises `DataError` for damaged facts."""
    try:
        known: dict[str, Any] = json.loads(raw.meta[OWN])
        if known["form"] > FORM:
            raise named(raw.name, _("was written by a later irrupt"), remedy=_("use a later irrupt"))
        tables: dict[str, Any] = {name: _unpacked(text) for name, text in known["tables"].items() if name in _TABLES}
        if "rules" in tables:
            tables["rules"] = _complete(tables["rules"])
        return Chronicle(
            events=conform(raw.frame.drop(ROW)),
            kind=known["kind"],
            source=known["source"],
            timezone=timezone or known["timezone"],
            starts=known["starts"],
            waits_for_client=frozenset(known["waits_for_client"]),
            client_acts=frozenset(known["client_acts"]),
            whose_acts=tuple(
                WhoseAct(**{**one, "because": tuple(one["because"])}) for one in known.get("whose_acts", ())
            ),
            said_of_changes=known.get("said_of_changes", {}),
            work_said={name: (low, high) for name, (low, high) in known.get("work_said", {}).items()},
            groups=known.get("groups", ""),
            mapping=known["mapping"],
            notes=tuple(known["notes"]),
            problems=tuple(Problem(**{**p, "places": tuple(p["places"])}) for p in known["problems"]),
            **tables,
        )
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise named(raw.name, _("what irrupt stored in it is damaged")) from error


def _complete(rules: pl.DataFrame) -> pl.DataFrame:
    """*rules* with the columns that an earlier irrupt did not have, empty."""
    later = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in RULE_COLUMNS.items() if name not in rules.columns]
    return rules.with_columns(later)


def _packed(table: pl.DataFrame) -> str:
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _unpacked(text: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(base64.b64decode(text)))
