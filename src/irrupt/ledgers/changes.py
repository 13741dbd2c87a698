"""Rule changes as a Chronicle has them, simulated and agreed ones alike: the table that `organised_in` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import polars as pl

from irrupt.chronicle.model import RULE_COLUMNS
from irrupt.organisation.records import edit_to_dict
from irrupt.organisation.rules import RuleChange


def rules_table(changes: Iterable[RuleChange]) -> pl.DataFrame:
    """*changes* as `chronicle.RULE_COLUMNS`, one row each, by time.

    `before` and `after` are JSON: part -> name -> entry as in organisation files, null where there is none. `claim` is
    JSON, null without a claim.
    """
    return pl.DataFrame(list(_rows(changes)), schema=RULE_COLUMNS, orient="row")


def _rows(changes: Iterable[RuleChange]) -> Iterator[dict[str, object]]:
    for change in sorted(changes, key=lambda change: change.time):
        same = {name: getattr(change, name) for name in RULE_COLUMNS if name not in ("before", "after", "claim")}
        yield same | {
            "before": _side(change, "before"),
            "after": _side(change, "after"),
            "claim": None if change.claim is None else _json(asdict(change.claim)),
            "visible_to": list(change.visible_to),
            "agreed_by": list(change.agreed_by),
        }


def _side(change: RuleChange, side: str) -> str:
    found: dict[str, dict[str, object]] = {}
    for edit in map(edit_to_dict, change.edits):
        found.setdefault(edit["part"].replace("_", " "), {})[edit["key"]] = edit[side]
    return _json(found)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
