"""What may stand in a rulebook's file. Also published as a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from irrupt.agreement.bounds import Each
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.authorship import Authority, Force
from irrupt.organisation.border import Entry
from irrupt.organisation.dated import spans_in
from irrupt.organisation.hours import hours_in
from irrupt.organisation.rules import Channel
from irrupt.organisation.staff import Calendar
from irrupt.regulation.verdicts import Verdict
from irrupt.units import HOUR, is_number, number_in, parsed, ratio_in, seconds_in, shown

UNITS = {"h": HOUR}
"""Units of measures that are times, in seconds."""


def _moment(value: object) -> datetime | None:
    """A moment, or a naive one: on the rulebook's clock, midnight where only a date is given."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(_("{value} is not a date such as 2024-01-31").format(value=shown(value)))


def _last(value: object) -> datetime | None:
    """The moment at which something ends: a date alone is its last day."""
    moment = _moment(value)
    return moment + timedelta(days=1) if moment is not None and _DATE.fullmatch(str(value)) else moment


_DATE = re.compile(r"\d{4}-?\d\d-?\d\d")


def _share(value: object) -> float:
    """A share from `95 %` or 0.95."""
    share = ratio_in(value)
    if not 0 < share <= 1:
        raise ValueError(_("{value} is not a share: write 95 %").format(value=shown(value)))
    return share


def _names(value: object) -> tuple[str, ...]:
    """One name, or a list of them."""
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(one, str) and one.strip() for one in found):
        what = shown(value) if value else _("nothing")
        raise ValueError(_("{found} instead of a name, or a list of names").format(found=what))
    return tuple(found)


def _calendar(value: object) -> Calendar:
    """Weekly hours alone, or with exceptions at dates, as calendars of an organisation have them."""
    if not isinstance(value, Mapping):
        return Calendar(hours=hours_in(value))
    for key in value:
        if key not in _OF_CALENDARS:
            raise ValueError(_("no key {key}: {known}").format(key=shown(key), known=", ".join(_OF_CALENDARS)))
    if "hours" not in value:
        raise ValueError(_("{value} has no hours such as Mon-Fri 09:00-17:00").format(value=shown(value)))
    closed, extra = (spans_in(value.get(key, ())) for key in ("closed", "extra"))
    return Calendar(hours=hours_in(value["hours"]), closed=closed, extra=extra)


def _amount(value: object) -> float | tuple[float, str]:
    """A plain number, or one with a unit: a time in seconds (`s`), or in the hours that it says (`h`), a share (`%`),
    or whatever it says."""
    if is_number(value):
        return number_in(value)
    if isinstance(value, str) and (match := _IN_HOURS.fullmatch(value)):
        return float(match[1]), "h"
    if isinstance(value, str) and value.strip().endswith("%"):
        return ratio_in(value), "%"
    seconds = parsed(value) if isinstance(value, str) else None
    if seconds is None and isinstance(value, str) and (match := _WITH_WORDS.fullmatch(value)):
        return float(match[1]), match[2]
    return seconds_in(value) if seconds is None else seconds, "s"


_IN_HOURS = re.compile(r"\s*(\d+\.?\d*(?:[eE][+-]?\d+)?)\s*h\s*")
_WITH_WORDS = re.compile(r"\s*([+-]?\d+\.?\d*(?:[eE][+-]?\d+)?)\s*([^\d\s].*?)\s*")
WORKING_DAYS = ("working day", "working days", "business day", "business days")
"""In `hours`: as long as the days are, in the mean, in which these hours lie."""


def _time(value: object) -> tuple[float, str]:
    """Seconds (`s`); or a number of working days, which depends on the hours."""
    number = _amount(value) if isinstance(value, str) else value
    if isinstance(number, tuple) and number[1].lower() in WORKING_DAYS:
        return number
    return seconds_in(value), "s"


def _values(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Columns of the records, each with the values that are meant: one, or a list."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError(_("{value} is not a column and a value of it: write priority: P1").format(value=shown(value)))
    found = {str(column): one if isinstance(one, list) else [one] for column, one in value.items()}
    for column, those in found.items():
        if not those or any(one is None or isinstance(one, Mapping | list) for one in those):
            raise ValueError(
                _("{column}: {value} is not a value, or a list of values").format(column=column, value=shown(those))
            )
    return tuple((column, tuple(_plain(one) for one in those)) for column, those in found.items())


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def _spent(value: object) -> float:
    """A number of hours that somebody spent."""
    number = number_in(value)
    if number < 0:
        raise ValueError(_("{value} is less than nothing").format(value=shown(value)))
    return number


def _answer(value: object) -> bool:
    if value in ("yes", "true", True):
        return True
    if value in ("no", "false", False):
        return False
    raise ValueError(_("{value} is not an answer: write yes or no").format(value=shown(value)))


def _zone_name(value: str) -> str:
    from irrupt.wall import known

    if not known(value):
        raise ValueError(_('no time zone "{name}": write Europe/Paris or UTC').format(name=value))
    return value


_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_OF_CALENDARS = ("hours", "closed", "extra")
_CALENDAR = {
    "type": "object",
    "properties": dict.fromkeys(_OF_CALENDARS, _TEXTS),
    "required": ["hours"],
    "additionalProperties": False,
}
Moment = Annotated[Any, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date"})]
Last = Annotated[Any, PlainValidator(_last), WithJsonSchema({"type": "string", "format": "date"})]
Share = Annotated[float, BeforeValidator(_share), WithJsonSchema({"type": "string", "description": "95 %"})]
Names = Annotated[Any, PlainValidator(_names), WithJsonSchema(_TEXTS)]
Hours = Annotated[Any, PlainValidator(_calendar), WithJsonSchema({"anyOf": [*_TEXTS["anyOf"], _CALENDAR]})]
Time = Annotated[Any, PlainValidator(_time), WithJsonSchema({"type": "string", "description": "2 days"})]
_VALUES = {"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array"}]}
Values = Annotated[Any, PlainValidator(_values), WithJsonSchema({"type": "object", "additionalProperties": _VALUES})]
Amount = Annotated[Any, PlainValidator(_amount), WithJsonSchema({"type": ["string", "number"]})]
Answer = Annotated[bool, BeforeValidator(_answer), WithJsonSchema({"enum": ["yes", "no"]})]
Number = Annotated[float, BeforeValidator(_spent), Field(allow_inf_nan=False)]
Value = Annotated[float, BeforeValidator(number_in), Field(allow_inf_nan=False)]


_WHERE = mark("where: {…} with a column of the records and its value")


class BindsEntry(Entry):
    """What a rule binds. One of: within, at least, never, always, at most, order, only after, only by, not by who did,
    by who did, only in, first at, measure."""

    instead: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("class", "priority", "category", "type", "product"), _WHERE),
        **dict.fromkeys(("for", "only for"), mark("client: … or where: {…} says whose cases")),
        **dict.fromkeys(("before", "only before"), mark("write it of the later one: activity: …, only after: …")),
        **dict.fromkeys(("outside", "only within"), mark("only in: Mon-Fri 09:00-17:00")),
        **dict.fromkeys(("except", "holidays", "closed"), mark("hours: {hours: …, closed: [2024-08-01 - 2024-08-31]}")),
        **dict.fromkeys(("since", "until", "valid from", "valid to"), mark("it stands beside binds, not in it")),
        **dict.fromkeys(("more than", "no more than", "max", "maximum"), mark("at most: …")),
        **dict.fromkeys(("not before", "min", "minimum"), mark("at least: …")),
        "not by": mark("not by who did: …"),
        "band": mark("down: 15 %, up: 15 %"),
    }

    within: Time = None
    from_: Names = Field(default=None, alias="from")
    to: Names = None
    hours: Hours = None
    never: str | None = None
    always: str | None = None
    after: str | None = None
    unless_alone: Answer | None = None
    team: str | None = None
    activity: str | None = None
    at_most: Amount = None
    at_least: Amount = None
    order: Names = None
    only_after: str | None = None
    only_by: Names = None
    not_by_who_did: str | None = None
    by_who_did: Names = None
    only_in: Hours = None
    first_at: str | None = None
    measure: str | None = None
    of: str | None = None
    ahead: Amount = None
    down: Amount = None
    up: Amount = None
    tolerance: Amount = None
    client: str | None = None
    where: Values = None
    in_: Share | None = Field(default=None, alias="in")
    each: Each | None = None


class EvidenceEntry(Entry):
    """What a rule rests on, for one party: a measure without it and with it, and the interval of the difference."""

    source: str
    measure: str
    of: str
    unit: str = ""
    without: Value | None = None
    with_: Value | None = Field(default=None, alias="with")
    low: Value | None = None
    high: Value | None = None
    matters: Value | None = None
    claimed: Literal["fall", "rise"] | None = None
    verdict: Verdict | None = None
    date: Moment = None
    first: Moment = None
    last: Moment = None


class RuleEntry(Entry):
    """A rule: its text or, where there is none, what it binds; who wrote it, who can see it, and from when until when
    it holds."""

    instead: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            (field.alias or name for name, field in BindsEntry.model_fields.items()),
            mark("it belongs under binds: binds: {…}"),
        ),
        **dict.fromkeys(("from", "valid from", "starts", "start"), mark("since: 2024-01-31 (or under binds)")),
        **dict.fromkeys(("to", "valid to", "ends", "end"), mark("until: 2024-01-31 (or under binds)")),
    }

    text: str | None = None
    binds: BindsEntry | None = None
    author: str = ""
    agreed_by: list[str] = Field(default_factory=list)
    force: Force = "negotiated"
    authority: Authority = "agreed"
    written: Answer = True
    visible_to: list[str] = Field(default_factory=list)
    since: Moment = None
    until: Last = None
    evidence: list[EvidenceEntry] = Field(default_factory=list)


class ChangeEntry(Entry):
    """A change of a rule: the keys under `becomes` are new, the others stay; or the rule ends."""

    time: Moment
    author: str
    agreed_by: list[str] = Field(default_factory=list)
    """Who else agreed: all of them are authors of the change."""
    rule: str
    becomes: RuleEntry | None = None
    ends: Answer = False
    claim: Any = None
    channel: Channel = "instrument"
    force: Force = "negotiated"
    reason: str = ""
    answers: str = ""
    organising_hours: Number = 0.0
    """That it took each of its authors."""


class RulebookFile(Entry):
    """Rules that parties agreed on, and what was changed in them since."""

    schema_version: Annotated[Literal["1"], BeforeValidator(str)] = "1"
    rulebook: str
    timezone: Annotated[str, AfterValidator(_zone_name)] = "UTC"
    rules: dict[str, RuleEntry] = Field(default_factory=dict)
    changes: list[ChangeEntry] = Field(default_factory=list)
