"""Bounds as they stand in files: `{within: 2 days, from: New, to: Resolved, client: Hospital A, in: 95 %}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from irrupt.agreement.amounts import PERIODS, amount_data, in_unit, periods_data, terms_of_plans
from irrupt.agreement.bounds import (
    Always,
    Apart,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    OnlyIn,
    Order,
    OtherHands,
    SameHands,
    Within,
)
from irrupt.agreement.schema import WORKING_DAYS, BindsEntry
from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.border import spaced
from irrupt.organisation.files import calendar_data, one_or_list
from irrupt.organisation.staff import Calendar
from irrupt.units import number_text, seconds_in, written

KINDS: Mapping[str, tuple[str, ...]] = {
    "within": ("from", "to", "hours"),
    "never": ("team", "after", "unless alone"),
    "always": ("after", "team"),
    "order": (),
    "only after": ("activity",),
    "only by": ("activity",),
    "not by who did": ("activity",),
    "by who did": ("activity",),
    "only in": ("activity", "team"),
    "first at": (),
    "measure": ("of", "at most", "at least", "ahead", "down", "up", "tolerance"),
    "at most": ("activity",),
    "at least": ("from", "to", "hours"),
}
"""What a rule binds -> the keys that go with it, beside `client`, `where`, `in` and `each`."""
_NEEDED = dict.fromkeys(("only after", "only by", "not by who did", "by who did", "at most"), ("activity",))
_COMMON = ("client", "where", "in", "each")


def bound_in(entry: BindsEntry) -> Bound:
    """The bound that *entry* stands for. Raises `ValueError` that says what is wrong."""
    given = {key: value for key, value in _given(entry) if value is not None}
    kinds = [key for key in KINDS if key in given]
    if "measure" in kinds:
        kinds = [key for key in kinds if key not in ("at most", "at least")]
    if given.keys() <= {*_COMMON, "team", "unless alone"} and "team" in given:
        kinds = ["never"]
    if len(kinds) != 1:
        found = _("a rule binds one thing") if kinds else _("it does not say what is bound")
        raise ValueError(_("{found}: one of {kinds}").format(found=found, kinds=", ".join(KINDS)))
    (kind,) = kinds
    _fitting(kind, given)
    common = {"client": given.get("client"), "where": given.get("where", ()), "share": given.get("in", 1.0)}
    return _made(kind, given, common | {"each": given.get("each", "week")})


def _given(entry: BindsEntry) -> Iterator[tuple[str, Any]]:
    for name, field in type(entry).model_fields.items():
        yield field.alias or name, getattr(entry, name)


def _fitting(kind: str, given: Mapping[str, Any]) -> None:
    """Raise `ValueError` when keys do not go with *kind*, or are missing."""
    known = (kind, *KINDS[kind], *(key for key in _COMMON if (kind, key) != ("measure", "client")))
    odd = [key for key in given if key not in known]
    if odd:
        raise ValueError(
            _('"{key}" does not go with "{kind}"; {remedy}').format(
                key=odd[0], kind=kind, remedy=did_you_mean(odd[0], known)
            )
        )
    missing = [key for key in _NEEDED.get(kind, ()) if key not in given]
    missing += ["client"] if kind == "first at" and not given.keys() & {"client", "where"} else []
    missing += ["activity"] if kind == "only in" and not given.keys() & {"activity", "team"} else []
    if missing:
        raise ValueError(_('the key "{key}" is missing').format(key=missing[0]))


def _made(kind: str, given: Mapping[str, Any], common: dict[str, Any]) -> Bound:
    if kind in ("within", "at least"):
        return _timed(kind, given, common)
    own = {key: given[key] for key in ("activity", "team", "after") if key in given}
    if kind == "never":
        alone = given.get("unless alone", False)
        return Never(**own | {"activity": given.get("never")}, unless_alone=alone, **common)
    if kind == "always":
        return Always(**own | {"activity": given["always"]}, **common)
    if kind == "order":
        return _ordered(given["order"], common)
    if kind == "only after":
        return OnlyAfter(first=given["only after"], **own, **common)
    if kind == "only by":
        return OnlyBy(by=given["only by"], **own, **common)
    if kind == "not by who did":
        return OtherHands(first=given["not by who did"], **own, **common)
    if kind == "by who did":
        return SameHands(others=given["by who did"], **own, **common)
    if kind == "only in":
        return OnlyIn(hours=given["only in"], **own, **common)
    if kind == "first at":
        return First(team=given["first at"], **common)
    if kind == "measure":
        return _measured(given, common)
    return AtMost(times=_times(given["at most"]), **own, **common)


def _timed(kind: str, given: Mapping[str, Any], common: dict[str, Any]) -> Within:
    ends = {"begin": given.get("from", ()), "to": given.get("to", ()), "hours": given.get("hours")}
    ends["working_days"] = given[kind][0] if _in_working_days(given[kind]) else None
    limit = _seconds(given[kind], given.get("hours"), kind)
    if kind == "within" and ends["to"] and {*ends["to"]} <= {*ends["begin"]}:
        found = _("within: nothing could keep it: after the last {activity} of a case none comes any more")
        raise ValueError(found.format(activity=" / ".join(ends["to"])))
    return (Within if kind == "within" else Apart)(limit=limit, **ends, **common)


def _times(times: object) -> int:
    number = times[0] if isinstance(times, tuple) and times[1] in ("time", "times") else times
    if not isinstance(number, float) or not number.is_integer() or number < 0:
        raise ValueError(_("at most: how many times? write a whole number"))
    return int(number)


def _ordered(activities: tuple[str, ...], common: dict[str, Any]) -> Order:
    if len(set(activities)) < max(2, len(activities)):
        raise ValueError(_("order: a list of two activities or more, each once"))
    return Order(activities=activities, **common)


def _in_working_days(time: float | tuple[float, str]) -> bool:
    return isinstance(time, tuple) and time[1].lower() in WORKING_DAYS


def _seconds(time: float | tuple[float, str], hours: Calendar | None, key: str) -> float:
    """*time* in seconds; working days are as long as those of *hours* are in the mean."""
    if not isinstance(time, tuple):
        return seconds_in(time)
    if time[1] == "s":
        return time[0]
    if not _in_working_days(time):
        return seconds_in(f"{number_text(time[0])} {time[1]}")
    if hours is None:
        raise ValueError(_("{key}: working days in which hours? add hours: Mon-Fri 09:00-17:00").format(key=key))
    if time[0] < 0:
        raise ValueError(_("{key}: expected {what}").format(key=key, what=_("a number, 0 or more")))
    return time[0] * working_day(hours)


def days_text(days: float) -> str:
    """So many working days, as files write them."""
    return f"{number_text(days)} working {'day' if days == 1 else 'days'}"


_MINUTES = 1440


def working_day(hours: Calendar) -> float:
    """Seconds of a day of *hours*, in the mean over the days of the week in which they begin, or which they fill.

    >>> working_day(Calendar(hours=((540, 720), (780, 1020), (1980, 2460)))) / 3600
    7.5
    """
    filled = {day for day in range(7) for begin, end in hours.hours if begin <= day * _MINUTES < end - _MINUTES + 1}
    days = {begin // _MINUTES for begin, _end in hours.hours} | filled
    return hours.minutes_per_week * 60.0 / max(1, len(days))


def _measured(given: Mapping[str, Any], common: dict[str, Any]) -> Measured:
    from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
    from irrupt.ledgers import measures

    known = measures()
    name = given["measure"]
    if name not in known:
        raise ValueError(_('no measure "{name}"; {remedy}').format(name=name, remedy=did_you_mean(name, known)))
    if "at most" not in given and "at least" not in given:
        raise ValueError(_('a measure needs "at most" or "at least"'))
    unit = known[name].unit
    if "where" in given and known[name].of == "team":
        raise ValueError(_('"where" goes with measures of clients, not with "{name}"').format(name=name))
    read = {end: in_unit(given[end], unit, end) for end in ("at most", "at least") if end in given}
    limits: dict[str, Any] = {end.replace(" ", "_"): value for end, (value, _per) in read.items()}
    if wrong := next(filter(None, map(known[name].impossible, limits.values())), ""):
        raise ValueError(wrong)
    pers = {per for _value, per in read.values()}
    if len(pers) > 1:
        raise ValueError(_('"at most" and "at least" are to be in the same unit'))
    (per,) = pers
    limits |= terms_of_plans(name, given)
    if unit == PERIODS:
        per, limits["period"] = None, per
    if per is not None and given.get("each", per) != per:
        raise ValueError(_('what is counted a {per} is looked at each {per}: leave out "each"').format(per=_(per)))
    everybody = ALL_TEAMS if known[name].of == "team" else ALL_CLIENTS
    common |= {"client": None, "each": given.get("each", per or "week")}
    return Measured(measure=name, party=given.get("of", everybody), per=per, **limits, **common)


def bound_data(bound: Bound) -> dict[str, Any]:
    """*bound* as it stands in files; `bound_in` reads it back exactly.

    >>> bound_data(Within(limit=172800.0, to=("Resolved",), client="Hospital A", share=0.95))
    {'within': '2 days', 'to': 'Resolved', 'client': 'Hospital A', 'in': 0.95}
    """
    data = {key: value for key, value in _own(bound) if value is not None and value != ()}
    if bound.client is not None:
        data["client"] = bound.client
    if bound.where:
        data["where"] = {column: _some(values) for column, values in bound.where}
    if bound.share != 1.0:
        data["in"] = bound.share
    if bound.each != "week":
        data["each"] = bound.each
    return data


def _own(bound: Bound) -> Iterator[tuple[str, Any]]:
    """The keys of *bound* that others do not have."""
    if isinstance(bound, Within):
        days = bound.working_days
        limit = written(bound.limit) if days is None else days_text(days)
        yield "at least" if isinstance(bound, Apart) else "within", limit
        yield "from", _some(bound.begin)
        yield "to", _some(bound.to)
        yield "hours", None if bound.hours is None else calendar_data(bound.hours)
        return
    if isinstance(bound, Measured):
        yield "measure", bound.measure
        yield "of", bound.party
        for name in ("at_most", "at_least"):
            amount = getattr(bound, name)
            yield spaced(name), None if amount is None else amount_data(bound, amount)
        yield "ahead", None if bound.ahead is None else periods_data(bound.ahead, bound.period)
        for name in ("down", "up", "tolerance"):
            yield name, getattr(bound, name)
        return
    common = {field.name for field in fields(Bound)}
    for field in fields(bound):
        if field.name not in common:
            value = getattr(bound, field.name)
            own = _KEYS[type(bound)].get(field.name, field.name)
            yield own, _plain_data(value)


_KEYS: Mapping[type[Bound], Mapping[str, str]] = {
    Never: {"activity": "never", "unless_alone": "unless alone"},
    Always: {"activity": "always"},
    AtMost: {"times": "at most"},
    Order: {"activities": "order"},
    OnlyAfter: {"first": "only after"},
    OnlyBy: {"by": "only by"},
    OtherHands: {"first": "not by who did"},
    SameHands: {"others": "by who did"},
    OnlyIn: {"hours": "only in"},
    First: {"team": "first at"},
}
"""Kind of bound -> what some of its fields are called in files."""


def _plain_data(value: Any) -> Any:
    if isinstance(value, Calendar):
        return calendar_data(value)
    if isinstance(value, bool):
        return "yes" if value else None
    return _some(value) if isinstance(value, tuple) else value


def _some(names: tuple[str, ...]) -> Any:
    return one_or_list(names) if names else None
