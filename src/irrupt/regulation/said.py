"""Times as they are said in sentences, in the user's language; files have them in one form only."""

from __future__ import annotations

from dataclasses import Field, fields, is_dataclass
from typing import Any

from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import many, mark, ngettext, number
from irrupt.organisation.hours import hours_said
from irrupt.regulation.acts.signature import Periods
from irrupt.regulation.conditions import Condition, Term, months_in, unit_of
from irrupt.regulation.model import Act
from irrupt.units import DAY, HOUR, WEEK, number_text, seconds_in, time_said

SHARES = frozenset({"share", "finds", "evenness", "down", "up", "by", "at first", "discretion", "load"})
"""Parameters of acts that are shares."""
SECONDS = frozenset({"added", "oldest", "longest wait"})
WEEKS = frozenset({"learning", "lasts", "given back"})
HOURS = frozenset({"hours", "daily", "most"})
DAYS = frozenset({"notice"})
"""Parameters of acts that are times, by what they are counted in."""
WEEKLY = frozenset({"slots", "shifts"})
"""Parameters of acts that are hours of a week."""
WORDS = frozenset({"figure", "no longer", "sets"})
"""Parameters of acts whose values are words of ours."""
PARAMETERS = (
    *(mark("client"), mark("team"), mark("activity"), mark("activities"), mark("person"), mark("product")),
    *(mark("share"), mark("discretion"), mark("finds"), mark("evenness"), mark("times"), mark("more"), mark("rank")),
    *(mark("after"), mark("at"), mark("skips"), mark("during"), mark("back to"), mark("then"), mark("by")),
    *(mark("duration"), mark("added"), mark("hours"), mark("shifts"), mark("notice"), mark("periods")),
    *(mark("lasts"), mark("size"), mark("age"), mark("due"), mark("cases per week"), mark("per day")),
    *(mark("per piece"), mark("down"), mark("up"), mark("ahead"), mark("practice"), mark("holder"), mark("learner")),
    *(mark("above"), mark("below"), mark("oldest"), mark("load"), mark("daily"), mark("most"), mark("given back")),
    *(mark("temps"), mark("waits"), mark("figure"), mark("no longer"), mark("learns"), mark("learning")),
    *(mark("at first"), mark("longest wait"), mark("interrupts"), mark("stays"), mark("slots")),
    *(mark("of"), mark("becomes"), mark("shown to"), mark("rule"), mark("sets")),
    *(mark("first"), mark("record"), mark("order"), mark("speed"), mark("method"), mark("kept"), mark("weeks")),
)
"""Parameters of acts, as sentences call them."""
_WHOLE = ("change", "restraint", "weeks")
"""Parameters whose value, as it is said, tells what they are."""


def weeks_said(weeks: float) -> str:
    """So many *weeks*, to a tenth where there are several.

    >>> from irrupt.units import MONTH, WEEK
    >>> weeks_said(8.0), weeks_said(2.66), weeks_said(0.5), weeks_said(9 / 14), weeks_said(MONTH / WEEK)
    ('8 weeks', '2.7 weeks', '3.5 days', '4.5 days', '1 month')
    """
    if months := months_in(weeks):
        return ngettext("{n} month", "{n} months", months).format(n=number(months, 0))
    if weeks < 1:
        return time_said(float(round(weeks * WEEK)))
    whole = float(weeks).is_integer()
    return ngettext("{n} week", "{n} weeks", many(weeks)).format(n=number(weeks, 0 if whole else 1))


def in_periods(act: Act, parameter: str) -> bool:
    """Whether *parameter* of *act* is a number of periods of a schedule, or a time in its place."""
    own: tuple[Field[Any], ...] = fields(act) if is_dataclass(act) else ()
    return any(one.type in ("Periods", Periods) for one in own if one.name == parameter)


def parameter_said(name: str, value: object, text: str, *, periods: bool = False) -> str:
    """What an act sets, in a sentence; *text* is the value as files have it. *periods*: it is counted in those of a
    schedule.

    >>> parameter_said("change", -0.2, "-0.2"), parameter_said("restraint", 0.5, "0.5"), parameter_said("rank", 2, "2")
    ('−20 %', 'by 50 % less', 'rank 2')
    >>> parameter_said("added", 180.0, "180"), parameter_said("interrupts", True, "True")
    ('added 3 min', 'interrupts')
    >>> parameter_said("notice", 2, "2"), parameter_said("notice", 2, "2", periods=True)
    ('notice 2 days', 'notice 2 periods')
    """
    if isinstance(value, bool):
        return _(name) if value else _("{name}: no").format(name=_(name))
    if periods:
        text = _periods_said(name, value, text)
    elif isinstance(value, int | float):
        text = _number_said(name, float(value))
        if name in _WHOLE:
            return text
    elif name in SECONDS:
        text = time_said(seconds_in(text))
    elif name in WEEKLY or (name == "at" and isinstance(value, tuple)):  # Else it is where, not when.
        text = hours_said(text)
    elif name in WORDS:
        text = ", ".join(map(_, text.split(", ")))
    return f"{_(name)} {text}"


def _periods_said(name: str, value: object, text: str) -> str:
    if not isinstance(value, int | float):
        return weeks_said(seconds_in(text) / WEEK)
    told = number(value, len(number_text(float(value)).partition(".")[2]))
    return told if name == "periods" else ngettext("{n} period", "{n} periods", many(value)).format(n=told)


def _number_said(name: str, value: float) -> str:
    if name == "weeks":
        return _("for {time}").format(time=weeks_said(value))
    if name in DAYS:
        return time_said(value * DAY)
    if name in SECONDS:
        return time_said(value)
    if name in WEEKS:
        return weeks_said(value)
    if name in HOURS:
        return time_said(value * HOUR)
    if name not in ("change", "restraint", *SHARES):
        return number(value, len(number_text(float(value)).partition(".")[2]))
    share = round(100 * abs(value), 1)
    text = f"{number(share, 0 if share.is_integer() else 1)} %"
    if name == "restraint":
        return _("by {share} less").format(share=text)
    return ("+" if value >= 0 else "−") + text if name == "change" else text


def whose(measure: str, act: Act) -> str:
    """Whose *measure* a condition beside *act* is about that does not say it: that of its team or its client, or else
    everybody's.

    >>> from irrupt.regulation import Shortcut
    >>> act = Shortcut(team="Desk", activity="Triage", times=0.5)
    >>> whose("arrivals", act), whose("work done", act)
    ('all clients', 'Desk')
    """
    from irrupt.ledgers import measures
    from irrupt.ledgers.organising import PRESCRIBERS, THEIR_CHANGES

    about = measures()[measure]
    if about in (PRESCRIBERS, THEIR_CHANGES):
        return ALL_TEAMS
    if about.of == "team":
        return getattr(act, "team", None) or ALL_TEAMS
    return act.client or ALL_CLIENTS


def condition_said(condition: Condition, beside: Act | None = None) -> str:
    """*condition* in a sentence; *beside* an act with the parties that it does not name, but for the client who is
    named with the act.

    >>> from irrupt.regulation import Shortcut
    >>> from irrupt.regulation.conditions import parse
    >>> condition_said(parse("on time < 95 % for A over 4 weeks and cycle time > 0.5 h over 1 week"))
    'on time < 95 % for A over 4 weeks and cycle time > 30 min over 1 week'
    >>> condition_said(parse("arrivals > 42 over 1 week"), Shortcut(team="Desk", activity="Triage", times=0.5))
    'arrivals > 42 cases a week for all clients over 1 week'
    """

    def named(term: Term) -> str | None:
        if beside is None or term.party is not None:
            return term.party
        party = whose(term.measure, beside)
        return None if party == beside.client else party

    ways = [_joined([_term_said(term, named(term)) for term in way], _("{one} and {other}")) for way in condition.ways]
    return _joined(ways, _("{one} or {other}"))


def _joined(parts: list[str], pair: str) -> str:
    said = parts[0]
    for other in parts[1:]:
        said = pair.format(one=said, other=other)
    return said


def _term_said(term: Term, party: str | None) -> str:
    bound = f"{_(term.measure)} {term.relation} {_value_said(unit_of(term.measure), term.value)}"
    time = weeks_said(term.weeks)
    if party is None:
        return _("{condition} over {time}").format(condition=bound, time=time)
    return _("{condition} for {party} over {time}").format(condition=bound, party=party_name(party), time=time)


def _value_said(unit: str, value: float) -> str:
    if unit == "h" and value < 1:
        return time_said(value * HOUR)
    plain = 100 * value if unit == "share" else value
    digits = len(number_text(plain).partition(".")[2])
    return f"{number(plain, digits)} {'%' if unit == 'share' else _(unit) if unit else ''}".rstrip()
