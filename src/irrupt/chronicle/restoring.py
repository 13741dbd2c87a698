"""A Chronicle that irrupt wrote to Parquet, as it was: facts and the other tables lie beside the events."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.limits import named
from irrupt.chronicle.model import EVENT_COLUMNS, RULE_COLUMNS, Chronicle, Problem, WhoseAct, conform, empty
from irrupt.i18n import gettext as _

OWN = "irrupt"
"""Key of the facts in the metadata of a Parquet file."""
FORM = 1
"""Version of the form of these facts."""
_TABLES = ("rules", "schedules", "rosters", "set_aside")
_NO_FACTS = frozenset({"events", *_TABLES, "typed"})
"""Fields of a Chronicle that are tables, or belong to the command that had it read."""


def facts(chronicle: Chronicle) -> str:
    """Everything in *chronicle* beside the table that the file holds, as JSON."""
    held = table_held(chronicle)
    named = {name: getattr(chronicle, name) for name in _TABLES if name != held}
    tables = {name: _packed(table) for name, table in named.items() if table is not None}
    told = {one.name: _plain(getattr(chronicle, one.name)) for one in fields(Chronicle) if one.name not in _NO_FACTS}
    return json.dumps({"form": FORM, **told, "tables": tables})


def table_held(chronicle: Chronicle) -> str:
    """The table that a file of *chronicle* holds as its own: the events, or schedules where there are no events."""
    return "schedules" if chronicle.only_schedules else "events"


def restored(raw: Raw, timezone: str | None) -> Chronicle:
    """The Chronicle in *raw*, on the clock of *timezone* if one is given. Raises `DataError` for damaged facts."""
    try:
        known: dict[str, Any] = json.loads(raw.meta[OWN])
        if known["form"] > FORM:
            raise named(raw.name, _("was written by a later irrupt"), remedy=_("use a later irrupt"))
        tables: dict[str, Any] = {name: _unpacked(text) for name, text in known["tables"].items() if name in _TABLES}
        if "rules" in tables:
            tables["rules"] = _complete(tables["rules"])
        held = raw.frame.drop(ROW)
        if holds_schedules(raw):
            tables |= {"events": empty(EVENT_COLUMNS), "schedules": held}
        else:
            tables["events"] = conform(held)
        told = {
            one.name: _AGAIN.get(one.name, _as_it_is)(known[one.name])
            for one in fields(Chronicle)
            if one.name in known and one.name not in _NO_FACTS
        }
        return Chronicle(**told | tables | {"timezone": timezone or known["timezone"]})
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise named(raw.name, _("what irrupt stored in it is damaged")) from error


def holds_schedules(raw: Raw) -> bool:
    """Whether *raw* is a Chronicle of schedules alone that irrupt wrote."""
    return OWN in raw.meta and "activity" not in raw.frame.columns


def _plain(value: Any) -> Any:
    """*value* as JSON holds it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in value]
    return value


def _as_it_is(value: Any) -> Any:
    return value


_AGAIN: Mapping[str, Callable[[Any], Any]] = {
    "waits_for_client": frozenset,
    "client_acts": frozenset,
    "whose_acts": lambda every: tuple(WhoseAct(**one | {"because": tuple(one["because"])}) for one in every),
    "work_said": lambda said: {name: (low, high) for name, (low, high) in said.items()},
    "notes": tuple,
    "problems": lambda every: tuple(Problem(**one | {"places": tuple(one["places"])}) for one in every),
}
"""Field of a Chronicle -> what makes it again of what JSON holds."""


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
