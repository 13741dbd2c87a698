"""Values in organisation files: how each kind is read, and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from irrupt.i18n import gettext as _
from irrupt.organisation.border import OneOrMore
from irrupt.organisation.dated import spans_in
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import amount_in, distribution_in
from irrupt.organisation.guards import guard_in
from irrupt.organisation.hours import ALWAYS, MONTHS, OFFICE_HOURS, Interval, hours_in, moments_in
from irrupt.organisation.year import LONGEST
from irrupt.units import (
    hours_of,
    is_number,
    number_in,
    parsed,
    ratio_in,
    seconds_in,
    shown,
    whole_days_in,
    whole_in,
    whole_weeks_in,
)

MOST_PEOPLE = 10_000
_SPAN_OF_DAYS = re.compile(r"\s*(\d\d?)\s*-\s*(\d\d?)\s*")
_LAST_DAYS = re.compile(r"\s*last(?:\s+(\d\d?))?\s*", re.IGNORECASE)
PROFILES = {"always": ALWAYS, "office hours": OFFICE_HOURS}


def _timed(value: object) -> str | Distribution:
    """A distribution, or the name of one."""
    if isinstance(value, str) and parsed(value) is None and not is_number(value):
        return value
    if isinstance(value, Mapping) and set(value) == {"named"} and isinstance(value["named"], str):
        return value["named"]
    return distribution_in(value)


def _profile(value: object) -> tuple[float, ...]:
    """168 numbers: 7 rows of 24, or a name."""
    if isinstance(value, str) and value in PROFILES:
        return PROFILES[value]
    if isinstance(value, list) and all(isinstance(row, list) for row in value):
        return tuple(number_in(number) for row in value for number in row)
    raise ValueError(
        _("{found}: needs 7 rows of 24 numbers, Monday first, or: always, office hours").format(found=shown(value))
    )


def _season(value: object) -> tuple[float, ...]:
    """Months and by what the number of cases is multiplied in them; it stays in the others."""
    if not isinstance(value, Mapping) or not {str(month)[:3].title() for month in value} <= set(MONTHS):
        example = "{Jul: 0.7, Aug: 0.4, Dec: 1.5}"
        raise ValueError(_("{found} is not a season such as {example}").format(found=shown(value), example=example))
    found = {str(month)[:3].title(): number_in(factor) for month, factor in value.items()}
    return tuple(found.get(month, 1.0) for month in MONTHS)


def _days_of_month(value: object) -> dict[int, float]:
    """Days of the month, spans of them, or so many last ones, and by what the number of cases is multiplied on them."""
    if not isinstance(value, Mapping):
        raise _no_days(value)
    found: dict[int, float] = {}
    for days, factor in value.items():
        for day in _days_named(days):
            if day in found:
                raise ValueError(_("day {day} is named twice").format(day=day))
            found[day] = number_in(factor)
    return found


def _days_named(text: object) -> Iterable[int]:
    """1 for the first day of a month, -1 for the last; `1-5` are the first five, `last 3` the last three."""
    if (span := _SPAN_OF_DAYS.fullmatch(str(text))) is not None:
        days = range(int(span[1]), int(span[2]) + 1)
    elif (last := _LAST_DAYS.fullmatch(str(text))) is not None:
        days = range(-int(last[1] or 1), 0)
    else:
        return (whole_in(text),)
    if not 1 <= len(days) <= LONGEST:
        raise _no_days(text)
    return days


def _no_days(value: object) -> ValueError:
    text = _("{found} names no days of the month; they are named as in {example}")
    return ValueError(text.format(found=shown(value), example="{1-5: 0.7, 25: 2, last 3: 2.5}"))


def _sizes(value: object) -> dict[int, float]:
    """How many at a time, with the share of the times; or one number, for always."""
    if not isinstance(value, Mapping):
        return {whole_in(value): 1.0}
    return {whole_in(count): number_in(share) for count, share in value.items()}


def _count(value: int) -> int:
    if not 1 <= value <= MOST_PEOPLE:
        raise ValueError(_("{n}; expected a whole number from 1 to {most}").format(n=value, most=MOST_PEOPLE))
    return value


def _shifts(value: object) -> tuple[tuple[Interval, ...], ...]:
    """Weekly hours, one for each text."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        found = _("{found} is not a list of shifts such as Sat 06:00-12:00").format(found=shown(value))
        raise ValueError(found)
    return tuple(hours_in(text) for text in texts)


def _any_number(value: object) -> float:
    """A number, or what YAML writes for those that are none."""
    unusual = {".nan": "nan", ".inf": "inf", "-.inf": "-inf"}
    return float(unusual[value]) if isinstance(value, str) and value in unusual else number_in(value)


def _version(value: int) -> int:
    if value != 1:
        raise ValueError(_("version {n} of the format: this irrupt reads version 1").format(n=value))
    return value


def _set(value: object) -> str | tuple[int, ...]:
    """Moments of the week, or the name of a calendar."""
    if isinstance(value, str) and not any(sign.isdigit() for sign in value):
        return value
    if isinstance(value, Mapping) and set(value) == {"calendar"} and isinstance(value["calendar"], str):
        return value["calendar"]
    return moments_in(value)


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise ValueError(_("{value} is not a moment such as 2024-01-31T09:30:00+00:00").format(value=shown(value)))


def _origin(value: object) -> datetime:
    """A moment, or a naive one: midnight, local time."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(_("{value} is not a date such as 2024-01-01").format(value=shown(value)))


def _counted(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["number", "string"], "description": example})


_DURATION = {"type": "string", "description": "45 s, 12 min, 1.5 h, 1h30, 2 days"}
_SPREAD = {
    "type": "object",
    "properties": {"mean": _DURATION, "cv": {"type": "number", "minimum": 0}},
    "required": ["mean", "cv"],
    "additionalProperties": False,
}
DISTRIBUTION_SCHEMA: dict[str, Any] = {
    "description": "How long something takes: a duration (12 min), or one kind of distribution.",
    "anyOf": [
        _DURATION,
        *(
            {"type": "object", "properties": {kind: inner}, "required": [kind], "additionalProperties": False}
            for kind, inner in (
                ("fixed", _DURATION),
                ("exponential", _DURATION),
                ("lognormal", _SPREAD),
                ("gamma", _SPREAD),
                ("weibull", _SPREAD),
                ("uniform", {"type": "array", "items": _DURATION, "minItems": 2, "maxItems": 2}),
            )
        ),
        {
            "type": "object",
            "properties": {
                "quantiles": {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2},
                "unit": {"enum": ["s", "min", "h", "days"]},
            },
            "required": ["quantiles"],
            "additionalProperties": False,
        },
    ],
}
_AMOUNT_SPREAD = {**_SPREAD, "properties": {"mean": {"type": "number"}, "cv": {"type": "number", "minimum": 0}}}
AMOUNT_SCHEMA: dict[str, Any] = {
    "description": "How much: a number, or one kind of distribution.",
    "anyOf": [
        {"type": "number", "minimum": 0},
        *(
            {"type": "object", "properties": {kind: inner}, "required": [kind], "additionalProperties": False}
            for kind, inner in (
                ("fixed", {"type": "number"}),
                ("exponential", {"type": "number"}),
                ("lognormal", _AMOUNT_SPREAD),
                ("gamma", _AMOUNT_SPREAD),
                ("weibull", _AMOUNT_SPREAD),
                ("uniform", {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
                ("quantiles", {"type": "array", "items": {"type": "number"}, "minItems": 2}),
            )
        ),
    ],
}
_NAMED = {"type": "object", "properties": {"named": {"type": "string"}}, "required": ["named"]}
TIMED_SCHEMA = {
    "description": "A duration, a distribution, or the name of one of the distributions below.",
    "anyOf": [*DISTRIBUTION_SCHEMA["anyOf"], _NAMED],
}
_ROW = {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 24, "maxItems": 24}
_PROFILE_SCHEMA = {"anyOf": [{"enum": [*PROFILES]}, {"type": "array", "items": _ROW, "minItems": 7, "maxItems": 7}]}
_SEASON_SCHEMA = {
    "description": "{Jul: 0.7, Aug: 0.4, Dec: 1.5}",
    "type": "object",
    "properties": {month: {"type": "number", "minimum": 0} for month in MONTHS},
    "additionalProperties": False,
}
_DAYS_OF_MONTH_SCHEMA = {
    "description": "{1-5: 0.7, 25: 2, last 3: 2.5}; -1 is the last day",
    "type": "object",
    "patternProperties": {r"^(-?\d\d?|\d\d?\s*-\s*\d\d?|last(\s+\d\d?)?)$": {"type": "number", "minimum": 0}},
    "additionalProperties": False,
}
_SIZES_SCHEMA = {
    "description": "5, or how many at a time with the share of the times: {1: 0.7, 10: 0.3}",
    "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
    ],
}
HOURS_SCHEMA = {
    "description": "Mon-Fri 09:00-17:00, a list of such texts, office hours, or always.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_SPANS_SCHEMA = {
    "description": "2024-12-25, 2024-12-24 - 2024-12-31, 2024-12-24 08:00-12:00, or a list of such texts.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}
_MOMENTS_SCHEMA = {
    "description": "Mon-Fri 09:00 14:00, or a list of such texts.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}
_SET_SCHEMA = {
    "description": "Mon-Fri 16:00, a list of such texts, or a calendar: whenever its hours begin.",
    "anyOf": [
        *_MOMENTS_SCHEMA["anyOf"],
        {"type": "object", "properties": {"calendar": {"type": "string"}}, "required": ["calendar"]},
    ],
}
Number = Annotated[float, BeforeValidator(number_in), Field(allow_inf_nan=False)]
AnyNumber = Annotated[float, BeforeValidator(_any_number)]
_SHARE_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "%\\s*$"}]}
_SHIFTS_SCHEMA = {
    "description": "Mon-Fri 14:00-15:00, or a list: the shifts that are taken first stand first.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": HOURS_SCHEMA}],
}
Share = Annotated[float, BeforeValidator(ratio_in), Field(allow_inf_nan=False), WithJsonSchema(_SHARE_SCHEMA)]
Shifts = Annotated[Any, PlainValidator(_shifts), WithJsonSchema(_SHIFTS_SCHEMA)]
Whole = Annotated[int, BeforeValidator(whole_in)]
LongHours = Annotated[float, BeforeValidator(hours_of), Field(allow_inf_nan=False), _counted("2 h, or 2: hours")]
WholeDays = Annotated[int, BeforeValidator(whole_days_in), _counted("2 days, or 2: days")]
WholeWeeks = Annotated[int, BeforeValidator(whole_weeks_in), _counted("2 weeks, or 2: weeks")]
Count = Annotated[int, BeforeValidator(whole_in), AfterValidator(_count)]
Names = Annotated[tuple[str, ...], OneOrMore()]
Version = Annotated[int, BeforeValidator(whole_in), AfterValidator(_version)]
Timed = Annotated[Any, PlainValidator(_timed), WithJsonSchema(TIMED_SCHEMA)]
Duration = Annotated[Any, PlainValidator(distribution_in), WithJsonSchema(DISTRIBUTION_SCHEMA)]
Amount = Annotated[Any, PlainValidator(amount_in), WithJsonSchema(AMOUNT_SCHEMA)]
When = Annotated[Any, PlainValidator(guard_in), WithJsonSchema({"type": "string"})]
Seconds = Annotated[Any, PlainValidator(seconds_in), WithJsonSchema(_DURATION)]
Profile = Annotated[Any, PlainValidator(_profile), WithJsonSchema(_PROFILE_SCHEMA)]
Season = Annotated[Any, PlainValidator(_season), WithJsonSchema(_SEASON_SCHEMA)]
DaysOfMonth = Annotated[Any, PlainValidator(_days_of_month), WithJsonSchema(_DAYS_OF_MONTH_SCHEMA)]
Sizes = Annotated[Any, PlainValidator(_sizes), WithJsonSchema(_SIZES_SCHEMA)]
Hours = Annotated[Any, PlainValidator(hours_in), WithJsonSchema(HOURS_SCHEMA)]
Spans = Annotated[Any, PlainValidator(spans_in), WithJsonSchema(_SPANS_SCHEMA)]
Moments = Annotated[Any, PlainValidator(moments_in), WithJsonSchema(_MOMENTS_SCHEMA)]
Set = Annotated[Any, PlainValidator(_set), WithJsonSchema(_SET_SCHEMA)]
Moment = Annotated[Any, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Origin = Annotated[Any, PlainValidator(_origin), WithJsonSchema({"type": "string"})]
Figure = Literal["consumer", "user", "citizen", "patient", "industrial"]
