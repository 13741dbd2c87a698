"""Bounds as they stand in files: `{within: 2 days, from: New, to: Resolved, client: Hospital A, in: 95 %}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from irrupt.agreement.bounds import (
    Always,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    Within,
)
from irrupt.agreement.schema import BindsEntry
from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.border import spaced
from irrupt.organisation.files import calendar_data
from irrupt.units import number_text, parsed, written

KINDS: Mapping[str, tuple[str, ...]] = {
    "within": ("from", "to", "hours"),
    "never": ("team",),
    "always": ("after", "team"),
    "only after": ("activity",),
    "only by": ("activity",),
    "first at": (),
    "measure": ("of", "at most", "at least"),
    "at most": ("activity",),
}
"""What a rule binds -> the keys that go with it, beside `client`, `in` and `each`."""
_NEEDED = {"only after": ("activity",), "only by": ("activity",), "at most": ("activity",), "first at": ("client",)}
_COMMON = ("client", "in", "each")


def bound_in(entry: BindsEntry) -> Bound:
    """The bound that *entry* stands for. Raises `ValueError` that says what is wrong."""
    given = {key: value for key, value in _given(entry) if value is not None}
    kinds = [key for key in KINDS if key in given]
    if "measure" in kinds:
        kinds = [key for key in kinds if key != "at most"]
    if given.keys() <= {*_COMMON, "team"} and "team" in given:
        kinds = ["never"]
    if len(kinds) != 1:
        found = _("a rule binds one thing") if kinds else _("it does not say what is bound")
        raise ValueError(_("{found}: one of {kinds}").format(found=found, kinds=", ".join(KINDS)))
    (kind,) = kinds
    _fitting(kind, given)
    common = {"client": given.get("client"), "share": given.get("in", 1.0), "each": given.get("each", "week")}
    return _made(kind, given, common)


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
    if missing:
        raise ValueError(_('the key "{key}" is missing').format(key=missing[0]))


def _made(kind: str, given: Mapping[str, Any], common: dict[str, Any]) -> Bound:
    if kind == "within":
        ends = {"begin": given.get("from", ()), "to": given.get("to", ())}
        return Within(limit=given["within"], hours=given.get("hours"), **ends, **common)
    if kind == "never":
        return Never(activity=given.get("never"), team=given.get("team"), **common)
    if kind == "always":
        return Always(activity=given["always"], after=given.get("after"), team=given.get("team"), **common)
    if kind == "only after":
        return OnlyAfter(activity=given["activity"], first=given["only after"], **common)
    if kind == "only by":
        return OnlyBy(activity=given["activity"], team=given["only by"], **common)
    if kind == "first at":
        return First(team=given["first at"], **common)
    if kind == "measure":
        return _measured(given, common)
    times = given["at most"]
    if not isinstance(times, float) or not times.is_integer() or times < 0:
        raise ValueError(_("at most: how many times? write a whole number"))
    return AtMost(activity=given["activity"], times=int(times), **common)


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
    limits: dict[str, Any] = {
        end.replace(" ", "_"): _in_unit(given[end], unit, end) for end in ("at most", "at least") if end in given
    }
    everybody = ALL_TEAMS if known[name].of == "team" else ALL_CLIENTS
    return Measured(measure=name, party=given.get("of", everybody), **limits, **(common | {"client": None}))


def _in_unit(amount: float | tuple[float, str], unit: str, key: str) -> float:
    """*amount* in the *unit* of a measure."""
    if not isinstance(amount, tuple):
        return amount
    value, kind = amount
    if kind == "s" and unit.split(" ")[0] == "h":
        return value / 3600.0
    if kind == "%" and unit == "share":
        return value
    wanted = _("a plain number of {unit}").format(unit=_(unit)) if unit else _("a plain number")
    raise ValueError(_("{key}: expected {what}").format(key=key, what=wanted))


def bound_data(bound: Bound) -> dict[str, Any]:
    """*bound* as it stands in files; `bound_in` reads it back exactly.

    >>> bound_data(Within(limit=172800.0, to=("Resolved",), client="Hospital A", share=0.95))
    {'within': '2 days', 'to': 'Resolved', 'client': 'Hospital A', 'in': 0.95}
    """
    data = {key: value for key, value in _own(bound) if value is not None and value != ()}
    if bound.client is not None:
        data["client"] = bound.client
    if bound.share != 1.0:
        data["in"] = bound.share
    if bound.each != "week":
        data["each"] = bound.each
    return data


def _own(bound: Bound) -> Iterator[tuple[str, Any]]:
    """The keys of *bound* that others do not have."""
    if isinstance(bound, Within):
        yield "within", written(bound.limit)
        yield "from", _one_or_list(bound.begin)
        yield "to", _one_or_list(bound.to)
        yield "hours", None if bound.hours is None else calendar_data(bound.hours)
    elif isinstance(bound, Measured):
        yield "measure", bound.measure
        yield "of", bound.party
        for name in ("at_most", "at_least"):
            amount = getattr(bound, name)
            yield spaced(name), None if amount is None else _amount_data(bound.measure, amount)
    elif isinstance(bound, OnlyAfter | OnlyBy | AtMost):
        yield "activity", bound.activity
        key = {OnlyAfter: "first", OnlyBy: "team", AtMost: "times"}[type(bound)]
        yield {"first": "only after", "team": "only by", "times": "at most"}[key], getattr(bound, key)
    elif isinstance(bound, First):
        yield "first at", bound.team
    else:
        names = {Never: {"activity": "never"}, Always: {"activity": "always"}}[type(bound)]
        common = {field.name for field in fields(Bound)}
        for field in fields(bound):
            if field.name not in common:
                yield names.get(field.name, field.name), getattr(bound, field.name)


def _one_or_list(names: tuple[str, ...]) -> Any:
    return names[0] if len(names) == 1 else list(names) or None


def _amount_data(measure: str, amount: float) -> Any:
    from irrupt.ledgers import measures

    hours = f"{number_text(amount)} h"
    exact = measures()[measure].unit == "h" and parsed(hours) == amount * 3600.0 and amount * 3600.0 / 3600.0 == amount
    return hours if exact else amount
