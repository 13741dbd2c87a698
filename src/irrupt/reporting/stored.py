"""What a store of results holds, on a terminal and as JSON."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import RenderableType

from irrupt.i18n import gettext as _
from irrupt.reporting.ink import Unbroken, frame, line
from irrupt.reporting.machine import SCHEMA_VERSION
from irrupt.reporting.words import count, number_of

KEY = 12
"""Characters of a key that are shown: enough to tell scenarios apart."""


def show_contents(contents: pl.DataFrame) -> Unbroken:
    """*contents* (`Store.contents`) for a terminal of any width."""
    return Unbroken(_table(contents) if contents.height else line(_("The store is empty.")))


def _table(contents: pl.DataFrame) -> RenderableType:
    heads = [_("Scenario"), _("Organisation"), _("Key"), _("Weeks"), _("Seed"), _("Measures"), _("Pairs of runs")]
    table = frame(heads)
    for row in contents.to_dicts():
        numbers = (number_of(row["weeks"]), count(row["seed"]), count(row["measures"]), count(row["pairs"]))
        table.add_row(line(row["scenario"]), line(row["organisation"]), line(row["key"][:KEY]), *map(line, numbers))
    return table


def contents_json(contents: pl.DataFrame) -> dict[str, Any]:
    """*contents* for JSON."""
    return {"schema_version": SCHEMA_VERSION, "what": "store", "scenarios": contents.to_dicts()}
