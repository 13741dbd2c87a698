"""Since when the records describe the present, and what changed, in plain sentences."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from irrupt.discovery.findings import Findings
from irrupt.discovery.memory import present
from irrupt.discovery.people.people_notes import listed
from irrupt.discovery.routes.routing import FIRST_SYMBOL
from irrupt.discovery.routes.turns import Turn
from irrupt.discovery.times.turned import Turned
from irrupt.i18n import date_text, mark, number
from irrupt.i18n import gettext as _
from irrupt.units import DAY, HOUR, MINUTE

_FEWEST = 20
_NEARLY_ALL = 0.95
"""Share of cases that must have had the time to be over, for late ones to be compared with early ones."""
_UNITS = ((mark("days"), DAY), (mark("h"), HOUR), (mark("min"), MINUTE))
"""In which it is told how long cases take, longest first."""


def told(findings: Findings) -> list[str]:
    """Sentences about ways of working that changed: after single steps, in single times, and over all."""
    return [*_on_turns(findings), *_on_times(findings), *_on_memory(findings)]


def _on_turns(findings: Findings) -> list[str]:
    """After which steps cases go another way since some week."""
    log, activity = findings.log, findings.known.activity

    def where(turn: Turn) -> str:
        on = turn.following >= FIRST_SYMBOL
        text = (
            _("“{activity}” since the week of {date} (“{next}” in {after} %, until then {before} %)")
            if on
            else _("“{activity}” since the week of {date} (the end in {after} %, until then {before} %)")
        )
        return text.format(
            activity=log.activities[activity[turn.symbol]],
            date=date_text(log.origin + timedelta(seconds=turn.since)),
            next=log.activities[activity[turn.following]] if on else "",
            after=number(100 * turn.after, 0),
            before=number(100 * turn.before, 0),
        )

    most = sorted(findings.memory.turns, key=lambda turn: -abs(turn.after - turn.before))
    said = tuple(dict.fromkeys(map(where, most)))
    text = _("After some steps cases go another way than before, which counts no more: {steps}.")
    return [text.format(steps=listed(said, "activity", "; "))] if said else []


def _on_times(findings: Findings) -> list[str]:
    """Which steps take another time since some week, and before which clients answer in another time."""
    log, activity = findings.log, findings.known.activity

    def what(turn: Turned) -> str:
        text = (
            _("“{activity}” since the week of {date} ({now} {unit} on average, until then {was})")
            if turn.behind < 0
            else _(
                "the wait for the client before “{activity}” since the week of {date} ({now} {unit} on average, until "
                "then {was})"
            )
        )
        unit, size = _unit(max(turn.was, turn.now))
        return text.format(
            activity=log.activities[activity[turn.symbol]],
            date=date_text(log.origin + timedelta(seconds=turn.since)),
            now=number(turn.now / size, 1),
            was=number(turn.was / size, 1),
            unit=_(unit),
        )

    most = sorted(findings.memory.turned, key=lambda turn: -abs(np.log(turn.now / turn.was)))
    said = tuple(dict.fromkeys(map(what, most)))
    text = _("Some steps take another time than before, which counts no more: {steps}.")
    return [text.format(steps=listed(said, "activity", "; "))] if said else []


def _on_memory(findings: Findings) -> list[str]:
    """How fast the past fades, and since when the records describe the present."""
    log, past = findings.log, findings.memory
    weeks = min(past.routes, past.times)
    if not np.isfinite(weeks):
        return []
    text = _(
        "Ways of working changed during the records: recent cases count more, half as much after each {n} weeks."
    ).format(n=number(weeks, 0 if weeks >= 10 else 1))
    since = present(log, past)
    arrived = log.start[log.begin]
    lasted = log.over - arrived
    # of cases that came late, only the short ones are over
    fair = arrived <= log.span[1] - np.quantile(lasted, _NEARLY_ALL)
    if since is None or (fair & (arrived < since)).sum() < _FEWEST or (fair & (arrived >= since)).sum() < _FEWEST:
        return [text]
    took = [float(lasted[fair & one].mean()) for one in (arrived < since, arrived >= since)]
    unit, size = _unit(max(took))
    before, after = (number(one / size, 1) for one in took)
    more = _(
        "Cases that began before {date} took {before} {unit} on average, those since {after}: the model describes the "
        "latter."
    ).format(date=date_text(log.origin + timedelta(seconds=since)), before=before, after=after, unit=_(unit))
    return [f"{text} {more}"]


def _unit(seconds: float) -> tuple[str, float]:
    """In which unit so many *seconds* are told, and its length."""
    return next((one for one in _UNITS if seconds >= one[1]), _UNITS[-1])
