"""The rules of a run and their history, on a terminal and for machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from rich.console import Group, RenderableType

from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import more, ngettext
from irrupt.organisation.records import edit_to_dict
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation import rules_table
from irrupt.regulation.said import weeks_said
from irrupt.reporting.agreed import who_organises
from irrupt.reporting.evidenced import organising_said
from irrupt.reporting.ink import dim, grid, line
from irrupt.reporting.words import authors_said, count, joined, listed, of_rule, word
from irrupt.saving import save_table
from irrupt.sight.words import day

if TYPE_CHECKING:
    from irrupt.experiment.histories import StoredRules
    from irrupt.regulation.history import History

SHOWN = 6
"""Values of one change that are shown; tables and JSON hold all."""
_AGAIN = re.compile(r" \(\d+\)$")
"""What tells a repetition of an act from the first time."""
_LONG = re.compile(r"\b\d+\.\d{4,}(?= \w)")
"""A time to more digits than anybody reads."""
LONGEST = 60
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfRun:
    """What is asked of the rules of a run."""

    history: History
    moment: datetime
    """The rules in force then, ..."""
    since: datetime | None
    """... and what differs from those in force then; None: nothing is compared."""
    changes: Sequence[RuleChange]
    """The changes that are shown."""
    seen_by: str | None = None
    """Only what this party can see; None: everything."""
    stored: StoredRules | None = None
    """The store that the run is of, ..."""
    replication: int | None = None
    """... and which pair of runs it is."""

    def in_force(self) -> list[dict[str, Any]]:
        """The rules that somebody has made and that hold, `regulation.history.VALID_COLUMNS`."""
        rules = self.history.rules(self.moment).filter(pl.col("valid_to").is_null()).to_dicts()
        if self.seen_by is None:
            return rules
        unseen = {change.rule for change in self._unseen()}
        return [
            {**rule, "set_anew_by": [one for one in rule["set_anew_by"] if one not in unseen]}
            for rule in rules
            if _visible(rule, self.seen_by)
        ]

    def differs(self) -> tuple[Edit, ...]:
        """What differs between the two dates; of entries that somebody changed unseen, a party is told nothing."""
        if self.since is None:
            return ()
        edits = self.history.between(self.since, self.moment)
        hidden = {(edit.part, edit.key) for change in self._unseen() for edit in change.edits}
        return tuple(edit for edit in edits if (edit.part, edit.key) not in hidden)

    def _unseen(self) -> Sequence[RuleChange]:
        """The changes that the party may not see."""
        return [one for one in self.history.changes if self.seen_by is not None and not one.seen_by(self.seen_by)]


def _visible(rule: Mapping[str, Any], party: str) -> bool:
    return not rule["visible_to"] or party in (rule["author"], *rule["agreed_by"], *rule["visible_to"])


def show_history(asked: AskedOfRun) -> Group:
    """The rules in force, what differs from another date, and the changes asked for, for the terminal."""
    zone = asked.history.founding.timezone
    rules = asked.in_force()
    text = ngettext(
        "{n} rule that somebody has made is in force on {day}",
        "{n} rules that somebody has made are in force on {day}",
        len(rules),
    )
    table = grid("left")
    for rule in rules:
        table.add_row(Group(line(rule["rule"], "bold"), *dim([_standing(rule, zone)])))
    return Group(
        *map(line, _heads(asked)),
        "",
        line(text.format(n=count(len(rules)), day=day(asked.moment, zone))),
        table,
        *_differences(asked, zone),
        *_timeline(asked, zone),
    )


def _heads(asked: AskedOfRun) -> Iterator[str]:
    """Which run it is, and when in the others what it waits for came."""
    yield asked.history.founding.name
    stored = asked.stored
    if stored is None:
        return
    text = ngettext(
        "{scenario}: pair {number} of {n} pair of runs, seed {seed}",
        "{scenario}: pair {number} of {n} pairs of runs, seed {seed}",
        len(stored.met),
    )
    pair = count(asked.replication or 0)
    yield text.format(scenario=stored.scenario, number=pair, n=count(len(stored.met)), seed=stored.seed)
    for row in _told_once(came(stored)):
        said = _("{act}: in {came} of {runs}").format(act=row["act"], came=count(row["came"]), runs=count(row["runs"]))
        yield joined([said, *_when(row)])


def _told_once(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Of what may be done again and again, no repetition behind one that never came: none of them could."""
    missed = set[str]()
    for row in rows:
        name = _AGAIN.sub("", row["act"])
        if name == row["act"] or name not in missed:
            yield row
        if not row["came"]:
            missed.add(name)


def _when(row: Mapping[str, Any]) -> Iterator[str]:
    """After what time something came, in those runs in which it did."""
    if row["last"] == 0:
        yield _("always at once")
    elif row["came"] and row["first"] == row["last"]:
        yield _("always after {time}").format(time=weeks_said(row["first"]))
    elif row["came"]:
        times = {name: weeks_said(row[name]) if row[name] else "0" for name in ("median", "first", "last")}
        yield _("in the median after {median} ({first} to {last})").format(**times)


def came(stored: StoredRules) -> list[dict[str, Any]]:
    """Of each act that waits for its moment: in how many pairs of runs it was done, and after how many weeks."""
    rows = []
    for at, act in enumerate(stored.waits):
        weeks = np.array([met[at] for met in stored.met.values()])
        there = weeks[np.isfinite(weeks)]
        spread = (np.median(there), there.min(), there.max()) if len(there) else (None,) * 3
        named = dict(zip(("median", "first", "last"), spread, strict=True))
        rows.append({"act": act, "came": len(there), "runs": len(weeks), **named})
    return rows


def _standing(rule: Mapping[str, Any], zone: str) -> str:
    said = [of_rule(rule["force"]), word("written") if rule["written"] else word("unwritten"), word(rule["channel"])]
    said.append(_("by {author}").format(author=authors_said([rule["author"], *rule["agreed_by"]])))
    said.append(word(rule["regulation"]))
    if rule["visible_to"]:
        said.append(_("seen by {parties}").format(parties=listed(rule["visible_to"])))
    said.append(_("since {day}").format(day=day(rule["valid_from"], zone)))
    if rule["set_anew_by"]:
        said.append(
            _("in part set anew by {rules}").format(rules=listed([_quoted(one) for one in rule["set_anew_by"]]))
        )
    return joined(said)


def _quoted(rule: str) -> str:
    return _("“{text}”").format(text=rule)


def _differences(asked: AskedOfRun, zone: str) -> list[RenderableType]:
    if asked.since is None:
        return []
    head = _("What differs from {day}").format(day=day(asked.since, zone))
    edits = [line(said) for edit in asked.differs() for said in edit_said(edit)]
    return ["", line(head, "bold"), *(edits or [line(_("nothing"))])]


def _timeline(asked: AskedOfRun, zone: str) -> list[RenderableType]:
    if not asked.changes:
        return []
    table = grid("left", "left", "left")
    for change in asked.changes:
        edits = [said for edit in change.edits for said in edit_said(edit)]
        what = Group(line(change.rule), *dim([_how(change), *edits]))
        table.add_row(line(day(change.time, zone), "dim"), line(authors_said(change.authors)), what)
    founding = asked.history.founding
    workers = {*founding.teams, *founding.people}
    who = who_organises(asked.changes, workers, since=asked.since, until=asked.moment)
    return ["", line(_("History"), "bold"), table, "", line(_("Who organises"), "bold"), *map(line, who)]


def _how(change: RuleChange) -> str:
    """The force, the channel and the hours of a change, what it answers and why it is made, and who claims what."""
    said = [word(change.force), word(change.channel)]
    if not change.written:
        said.append(word("unwritten"))
    if change.visible_to:
        said.append(_("seen by {parties}").format(parties=listed(change.visible_to)))
    if change.organising_hours:
        said.append(organising_said(change.organising_hours))
    if change.answers:
        said.append(_("answers: {what}").format(what=change.answers))
    if change.reason:
        said.append(change.reason)
    claim = change.claim
    if claim is not None and claim.given:
        what = _("{measure}, {party}").format(measure=word(claim.measure), party=party_name(claim.party))
        about = {"fall": _("{about}, to fall"), "rise": _("{about}, to rise")}[claim.expects].format(about=what)
        text = _("“{text}” ({expected})").format(text=claim.text, expected=about) if claim.text else about
        said.append(_("claimed by {party}: {text}").format(party=party_name(claim.author), text=text))
    return joined(said)


def edit_said(edit: Edit) -> list[str]:
    """What an edit changes, value by value: `teams, Network: priority, Hospital A: – → 1`; of what is new, in one line,
    and of what is there no longer that it was."""
    data = edit_to_dict(edit)
    where = f"{edit.part.replace('_', ' ')}, {edit.key}"
    before, after = (dict(_flat(data[side])) for side in ("before", "after"))
    if edit.before is None or edit.after is None:
        there = _("new") if edit.before is None else _("not there any more")
        values = joined(": ".join(filter(None, (", ".join(key), _short(value)))) for key, value in after.items())
        return [f"{where}: {there}", *([values] if after else [])]
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    said = [
        f"{': '.join(filter(None, (where, ', '.join(key))))}: {_short(before.get(key))} → {_short(after.get(key))}"
        for key in keys[:SHOWN]
    ]
    hidden = len(keys) - SHOWN
    return said if hidden <= 0 else [*said, _("and {more}").format(more=more(hidden, "value"))]


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], Any]]:
    """The plain values within an entry of an organisation, each with the keys that lead to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for one in value:
            name = str(one.get("to", "")) if isinstance(one, Mapping) else ""
            yield from _flat(one, (*path, name))
    elif value is not None:
        yield path, value


def _short(value: Any) -> str:
    if value is None:
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = _LONG.sub(lambda found: f"{float(found[0]):.6g}", text)
    if isinstance(value, float):
        text = f"{value:.6g}"  # As it was written, not as it is computed.
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def history_data(asked: AskedOfRun) -> dict[str, Any]:
    """The rules in force, what differs from another date, and the changes asked for, in plain types."""
    from irrupt.reporting.machine import SCHEMA_VERSION, plain

    data = {
        "schema_version": SCHEMA_VERSION,
        "what": "history",
        "organisation": asked.history.founding.name,
        "timezone": asked.history.founding.timezone,
        "at": plain(asked.moment),
        "in_force": plain(asked.in_force()),
        "changes": plain(rules_table(asked.changes).to_dicts()),
    }
    if asked.stored is not None:
        stored = asked.stored
        named = {"scenario": stored.scenario, "seed": stored.seed, "weeks": stored.weeks}
        data |= {**named, "replication": asked.replication, "waits": plain(came(stored))}
    if asked.since is not None:
        data |= {"since": plain(asked.since), "differs": plain([edit_to_dict(edit) for edit in asked.differs()])}
    return data


def write_history(asked: AskedOfRun, path: Path) -> None:
    """Write the changes asked for as a table (.csv, .parquet), `chronicle.RULE_COLUMNS`, or the whole history (.json).

    Raises `UsageError` for another ending, or when it cannot be written.
    """
    if path.suffix == ".json":
        asked.history.save(path)
        return
    table = rules_table(asked.changes)
    if path.suffix == ".csv":
        table = table.with_columns(pl.col("visible_to", "agreed_by").list.join("; "))
    save_table(path, table)
