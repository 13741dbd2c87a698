"""Changes that were found, as rules of the records: inferred, confirmed or refuted."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle import Chronicle
from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.sight import words
from irrupt.sight.model import FoundChange


def unmatched(chronicle: Chronicle, found: tuple[FoundChange, ...]) -> list[str]:
    """Notes on changes of rules that the user confirms or refutes, and that are not *found* in these records."""
    names = [one.name for one in found]
    notes = []
    for name in sorted(set(chronicle.said_of_changes) - set(names)):
        text = _("what is said of the rule change “{name}” has no effect: none of this name is found")
        meant = did_you_mean(name, names) if names else ""
        notes.append(text.format(name=name) + (_("; ") + meant if meant else ""))
    return notes


def with_changes(chronicle: Chronicle, found: tuple[FoundChange, ...]) -> Chronicle:
    """*chronicle* with the changes among its rules: inferred, or confirmed by the user; refuted ones are left out."""
    rows = [
        {
            "time": one.begin,
            "author": one.leads or None,
            "rule": one.text,
            "before": words.percent(one.before),
            "after": words.percent(one.after),
            "reason": one.name,
            "authority": "confirmed" if one.verdict == "confirmed" else "inferred",
            "written": False,
        }
        for one in found
        if one.verdict != "refuted"
    ]
    if not rows:
        return chronicle
    schema = chronicle.rules.schema
    new = pl.DataFrame(rows, schema_overrides={name: schema[name] for name in rows[0]})
    both = pl.concat([chronicle.rules, new.select(pl.all())], how="diagonal_relaxed").select(chronicle.rules.columns)
    return chronicle.with_events(chronicle.events, rules=both.cast(schema))
