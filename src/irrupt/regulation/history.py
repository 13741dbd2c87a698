"""A history of rules with several authors, as the Chronicle's table of rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
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
    rows = [
        {
            "time": change.time,
            "author": change.author,
            "rule": change.rule,
            "before": _side(change, "before"),
            "after": _side(change, "after"),
            "claim": None if change.claim is None else _json(asdict(change.claim)),
            "channel": change.channel,
            "force": change.force,
            "reason": change.reason,
            "answers": change.answers,
        }
        for change in sorted(changes, key=lambda change: change.time)
    ]
    return pl.DataFrame(rows, schema=RULE_COLUMNS, orient="row")


def _side(change: RuleChange, side: str) -> str:
    found: dict[str, dict[str, object]] = {}
    for edit in map(edit_to_dict, change.edits):
        found.setdefault(edit["part"].replace("_", " "), {})[edit["key"]] = edit[side]
    return _json(found)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
